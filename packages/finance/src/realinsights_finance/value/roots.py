"""Root of a function in Decimal, between two points at which its signs differ."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from realinsights_finance.value.compounding import WORKING

_MOST_STEPS = 400
_BY_LINES = 100


def bracketed_root(function: Callable[[Decimal], Decimal], low: Decimal, high: Decimal, tolerance: Decimal) -> Decimal:
    """Return a point that is within `tolerance` of a root, shown by the signs of `function` on both sides of it.

    The signs at `low` and `high` must differ. The interval shrinks by straight lines (Illinois) and, where these gain
    too little, by halves; after 400 steps it is as small as 34 digits tell apart.
    Raises ValueError where the signs are the same.
    """
    at_low, at_high = function(low), function(high)
    for point, value in ((low, at_low), (high, at_high)):
        if not value:
            return point
    if (at_low < 0) == (at_high < 0):
        raise ValueError(f"no change of sign between {low} and {high}")
    kept = 0  # how often in a row the same end stayed: -1 the low one, +1 the high one
    for step in range(_MOST_STEPS):
        width = WORKING.subtract(high, low)
        if width <= tolerance:
            break
        point = _between(low, high, at_low, at_high, halve=step % 8 == 7 or step > _BY_LINES)
        value = function(point)
        if not value:
            return point
        if (value < 0) == (at_low < 0):
            low, at_low, at_high = point, value, WORKING.divide(at_high, 2) if kept > 0 else at_high
            kept = 1
        else:
            high, at_high, at_low = point, value, WORKING.divide(at_low, 2) if kept < 0 else at_low
            kept = -1
    return _between(low, high, at_low, at_high, halve=True)


def _between(low: Decimal, high: Decimal, at_low: Decimal, at_high: Decimal, *, halve: bool) -> Decimal:
    width = WORKING.subtract(high, low)
    half = WORKING.add(low, WORKING.divide(width, 2))
    if halve:
        return half
    share = WORKING.divide(at_low, WORKING.subtract(at_low, at_high))
    point = WORKING.add(low, WORKING.multiply(width, share))
    return point if low < point < high else half
