"""Use cases: load, decide, save, and make it take effect at once."""
