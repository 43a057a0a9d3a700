"""Use cases: what one can do with loans, properties and parties."""
