"""Reads of the service, as they are shown."""
