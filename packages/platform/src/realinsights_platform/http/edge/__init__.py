"""The outermost layer: the server, the read cache, the access log, metrics and traces."""
