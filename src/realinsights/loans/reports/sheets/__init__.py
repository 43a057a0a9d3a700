"""The sheets of each kind of report."""
