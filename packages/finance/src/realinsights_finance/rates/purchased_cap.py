"""A purchased cap's receipt: what its seller pays for a period. It leaves what the lender bills as it is."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from realinsights_finance.explain import Trace, Unit
from realinsights_finance.money import EXACT, cents
from realinsights_finance.terms import unrounded_interest

_ZERO = Decimal(0)


def cap_receipt(
    notional: Decimal, index: Decimal, strike: Decimal, fraction: Fraction, *, trace: Trace | None = None
) -> Decimal:
    """Return notional x max(index - strike, 0) x fraction of a year, in dollars, half up to the cent.

    The index is the cap's own, as its confirmation rounds it; it knows neither the note's floors nor its ceiling.
    """
    if trace is not None:
        trace.says(
            "notional x max(index - strike, 0) x fraction of a year", rounding="half up to the cent, once a period"
        )
        trace.input("notional", notional, Unit.DOLLARS)
        trace.input("index", index, Unit.FRACTION)
        trace.input("strike", strike, Unit.FRACTION)
        trace.input("fraction of a year", fraction, Unit.YEARS)
        trace.step("index above strike", max(EXACT.subtract(index, strike), _ZERO), Unit.FRACTION)
    return cents(unrounded_cap_receipt(notional, index, strike, fraction))


def unrounded_cap_receipt(notional: Decimal, index: Decimal, strike: Decimal, fraction: Fraction) -> Decimal:
    """Return the receipt to 60 digits: what a year's interest is net of, where the difference is rounded once."""
    return unrounded_interest(notional, max(EXACT.subtract(index, strike), _ZERO), fraction)
