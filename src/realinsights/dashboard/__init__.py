"""Read models of the portfolio: figures, concentrations, the maturity wall and their history.

Owns each organization's loans as columns. Publishes nothing. Listens to `loans.*`.
"""
