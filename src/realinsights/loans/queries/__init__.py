"""Reads: lists, schedules, ratios, history and exports."""
