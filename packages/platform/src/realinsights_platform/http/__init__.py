"""HTTP: services declare routes, the edge does the rest; docs/http.md says how."""
