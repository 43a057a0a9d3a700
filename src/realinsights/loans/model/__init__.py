"""Entities and rules: loans, the properties behind them, the parties to them, and what servicers report."""
