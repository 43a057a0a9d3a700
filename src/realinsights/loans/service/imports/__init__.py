"""Importing tapes: asked for, planned, run as a background job, resumed after a kill, undone."""
