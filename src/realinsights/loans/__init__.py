"""Loans, properties, lenders, funds, portfolios, reported periods and tapes.

Owns those documents. Publishes `loans.*` events (contracts/loans.py). Listens to its own `ImportRequested` only.
"""
