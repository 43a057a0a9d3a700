"""Events from one service to another: the port, the relay from the journal and one file per engine."""
