"""Values, counters and invalidation shared by processes: the port and one file per engine."""
