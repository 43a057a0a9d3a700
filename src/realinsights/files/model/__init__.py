"""Documents, uploads, shares and citations as values, with their rules."""
