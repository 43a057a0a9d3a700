"""One organization's portfolio as columns of integers, and the figures computed from them. No I/O, no clock."""
