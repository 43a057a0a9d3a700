"""Scheduling: all periodic work of a service, done by one of its processes at a time."""
