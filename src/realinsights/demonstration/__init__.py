"""The demonstration organization: an invented, plausible portfolio, the same every time for a given business date."""

NAME = "Demonstration"
EMAIL = "demo@example.com"
PASSWORD = "demonstrate-1250000.00"  # noqa: S105 - printed at start-up: it guards invented figures on a loopback address
