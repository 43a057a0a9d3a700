"""Parts of an amount in whole cents that sum to the amount."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise

from realinsights_finance.money import from_cents


def parts_in_cents(parts: Iterable[Fraction]) -> tuple[Decimal, ...]:
    """Return exact dollars as cents whose sum is their sum, half up to the cent.

    The running total is rounded, and each part is what it rose by: no part is off by a cent or more, none takes what
    the others left over.
    """
    running = [_half_up(total * 100) for total in accumulate(parts, initial=Fraction(0))]
    return tuple(from_cents(after - before) for before, after in pairwise(running))


def _half_up(exact: Fraction) -> int:
    whole = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return whole if exact >= 0 else -whole
