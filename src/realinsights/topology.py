"""Reads a topology file."""
