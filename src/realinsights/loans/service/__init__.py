"""Use cases of the loans service."""
