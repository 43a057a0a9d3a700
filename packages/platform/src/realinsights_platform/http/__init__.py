"""HTTP as every service speaks it: problems, pages, tokens, the unit of work at the edge and the read cache."""
