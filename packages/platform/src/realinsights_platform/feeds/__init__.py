"""Journal feeds: how a service reads the events of another one that keeps its journal elsewhere."""
