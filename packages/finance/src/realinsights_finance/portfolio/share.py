"""The owner's share of an amount."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from realinsights_finance.credit.figures import InvalidFigure, exact, nearest_cents

WHOLE = Decimal(1)
SHARE_DECIMALS = 6


def checked_share(share: Decimal) -> Fraction:
    """Return an ownership share, from 0 to 1 with at most 6 decimals, as a fraction; raise InvalidFigure otherwise."""
    fraction = exact("share", share)
    if not 0 <= fraction <= 1:
        raise InvalidFigure("share", "must be a fraction from 0 to 1: 60 % is 0.6")
    if (fraction * 10**SHARE_DECIMALS).denominator != 1:
        raise InvalidFigure("share", f"must have at most {SHARE_DECIMALS} decimals")
    return fraction


def at_share(amount: Decimal, share: Decimal) -> Decimal:
    """Return the owner's part of an amount, half up to the cent: what the owner books, and what portfolios add up."""
    return nearest_cents(exact("amount", amount) * checked_share(share))
