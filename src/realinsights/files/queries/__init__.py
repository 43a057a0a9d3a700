"""Reads that need more than one call of a port."""
