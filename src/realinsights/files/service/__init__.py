"""Use cases of documents: keyword-only functions that load, decide, store and tell."""
