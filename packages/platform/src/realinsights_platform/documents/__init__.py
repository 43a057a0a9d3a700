"""Documents and their journal: the port, the journal's rules and one file per engine."""
