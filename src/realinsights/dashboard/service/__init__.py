"""Use cases: hear what happened to the loans, keep it, and answer from it."""
