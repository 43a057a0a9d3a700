"""Contracts: all that one service may know of another, which is events and value types."""
