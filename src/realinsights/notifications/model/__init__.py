"""Model: dates and feeds as values, and the rules they follow; no I/O, no clock."""
