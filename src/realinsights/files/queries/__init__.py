"""Queries: reads that need more than one call of a port."""
