"""Growth of an income to a later day, at an annual rate."""

from __future__ import annotations

import datetime
from decimal import Decimal

from realinsights_finance.credit.figures import InvalidFigure, exact, known_day
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.money import EXACT, cents

MOST_GROWTH = Decimal(1)
LEAST_GROWTH = Decimal("-0.5")
_ONE = Decimal(1)
_YEAR = Decimal(365)


def grown(
    amount: Decimal,
    growth: Decimal,
    *,
    since: datetime.date,
    until: datetime.date,
    trace: Trace | None = None,
) -> Decimal:
    """Return an annual amount grown from one day to another: amount x (1 + growth)^(days / 365), half up to the cent.

    `growth` is a fraction a year, from -0.5 to 1. Where `until` is not after `since` the amount stays. Raises
    InvalidFigure.
    """
    exact("amount", amount)
    exact("growth", growth)
    if not LEAST_GROWTH <= growth <= MOST_GROWTH:
        raise InvalidFigure("growth", f"must be a fraction a year from {LEAST_GROWTH} to {MOST_GROWTH}")
    days = max((known_day("until", until) - known_day("since", since)).days, 0)
    factor = EXACT.power(EXACT.add(_ONE, growth), EXACT.divide(Decimal(days), _YEAR)) if growth else _ONE
    found = cents(EXACT.multiply(amount, factor))
    if trace:
        trace.says("amount x (1 + growth)^(days / 365)", rounding="half up to the cent, once")
        trace.input("amount", amount, Unit.DOLLARS)
        trace.input("growth a year", growth, Unit.FRACTION)
        trace.input("days", days, Unit.DAYS)
        trace.step("grown amount", found, Unit.DOLLARS)
    return found
