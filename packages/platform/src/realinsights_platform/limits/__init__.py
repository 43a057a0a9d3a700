"""Limits: how often somebody may do something; the port and one file per engine."""
