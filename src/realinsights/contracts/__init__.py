"""All that one service may know of another: events and value types, nothing else."""
