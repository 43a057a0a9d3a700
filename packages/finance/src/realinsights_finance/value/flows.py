"""Cash flows that are valued: what is received is positive, what is paid is negative, and both must occur."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal, localcontext
from itertools import pairwise

from realinsights_finance.money import EXACT

_LARGEST = Decimal("1e30")

DatedFlow = tuple[datetime.date, Decimal]
"""A day and the dollars received (positive) or paid (negative) on it."""


class InvalidFlow(ValueError):
    """An amount that is no number, or larger than any loan's; the message says which."""


class SameSign(ValueError):
    """Flows that are all received, or all paid: no rate makes them worth nothing."""


class NoFlows(ValueError):
    """An empty list of flows, or one in which every amount is zero."""


def checked_amounts(amounts: Sequence[Decimal]) -> None:
    """Raise InvalidFlow for the first amount that is not a finite Decimal of at most 1e30 either way."""
    for number, amount in enumerate(amounts):
        if not isinstance(amount, Decimal) or not amount.is_finite() or abs(amount) > _LARGEST:
            raise InvalidFlow(f"flow {number}: {amount!r} is not a Decimal amount of at most {_LARGEST}")


def by_day(flows: Iterable[DatedFlow]) -> tuple[list[int], list[Decimal]]:
    """Return the days (proleptic ordinals), ascending, and the sum of the flows of each. Raises InvalidFlow."""
    given = list(flows)
    days = [day.toordinal() for day, _ in given]
    amounts = [amount for _, amount in given]
    checked_amounts(amounts)
    if all(earlier < later for earlier, later in pairwise(days)):
        return days, amounts
    sums: dict[int, Decimal] = {}
    with localcontext(EXACT):
        for day, amount in zip(days, amounts, strict=True):
            sums[day] = sums.get(day, _ZERO) + amount
    ordered = sorted(sums)
    return ordered, [sums[day] for day in ordered]


_ZERO = Decimal(0)


def refuse_one_sign(amounts: Sequence[Decimal]) -> None:
    """Raise NoFlows or SameSign unless some amounts are received and some are paid."""
    received, paid = any(amount > 0 for amount in amounts), any(amount < 0 for amount in amounts)
    if not received and not paid:
        raise NoFlows("flows: none is other than zero")
    if received != paid:
        raise SameSign(f"flows: all are {'received' if received else 'paid'}, so no rate makes their value zero")
