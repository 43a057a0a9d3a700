"""Ports and adapters: knows what an engine is, not what a loan is."""
