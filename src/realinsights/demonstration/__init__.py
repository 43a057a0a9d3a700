"""The demonstration organisation: an invented, plausible portfolio, the same every time for a given business date."""
