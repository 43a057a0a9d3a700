"""Routes: how they are declared, how a request is admitted and bound, and how one is answered."""
