"""Premiums of many loans on many dates that whole numbers give exactly, in cents."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.arrays.calendar import civil, clipped_day, month_index
from realinsights_finance.arrays.columns import TermsColumns
from realinsights_finance.arrays.schedules import ScheduleArrays
from realinsights_finance.money import in_cents
from realinsights_finance.prepayment.regimes import MinimumInterest, SpreadMaintenance, StepDown
from realinsights_finance.prepayment.windows import Whole, ends

_LARGEST = 2**62


def percentages(cents: Whole, percentage: Decimal, parts: Whole | int = 1, whole: int = 1) -> Whole:
    """Return cents x percentage x parts / whole, half up to the cent; nothing is negative."""
    numerator, denominator = percentage.as_integer_ratio()
    denominator *= whole
    most = 2 * int(cents.max(initial=0)) * numerator * int(np.max(parts, initial=1)) + denominator
    if most >= _LARGEST:  # beyond 64 bits: Python's own integers
        cents = cents.astype(object)
    return np.asarray((2 * cents * numerator * parts + denominator) // (2 * denominator)).astype(np.int64)


def step_down_premiums(regime: StepDown, columns: TermsColumns, due: NDArray[np.datetime64], balance: Whole) -> Whole:
    """Return a percentage of each balance by the whole months elapsed on its date."""
    begin = columns.first_payment
    if regime.counted_from is not None:
        begin = np.full(len(columns), np.datetime64(regime.counted_from, "D"))
    start = civil(begin)
    months = month_index(due) - start.month
    months -= clipped_day(month_index(due), np.broadcast_to(start.day, due.shape)) > due.astype(np.int64)
    steps = np.maximum(months, 0) // regime.months_each
    premium = np.zeros_like(balance)
    for step, percentage in enumerate(regime.percentages):
        here = steps == step
        premium[here] = percentages(balance[here], percentage)
    return premium


def spread_premiums(regime: SpreadMaintenance, due: NDArray[np.datetime64], balance: Whole, until: Whole) -> Whole:
    """Return the spread on each balance from its date to the end, or the floor where that is more."""
    days = np.maximum(until - due.astype(np.int64), 0)
    return np.maximum(percentages(balance, regime.spread, days, 360), percentages(balance, regime.floor))


def minimum_interest_premiums(
    regime: MinimumInterest, computed: ScheduleArrays, paid: Whole, loans: NDArray[np.intp], *, until: Whole, dates: int
) -> Whole:
    """Return what the interest of the installments due by each date lacks of the minimum."""
    interest = np.vstack([np.zeros((1, len(loans)), dtype=np.int64), np.cumsum(computed.interest[:, loans], axis=0)])
    each = np.arange(len(loans))
    if regime.amount is not None:
        minimum = np.full(len(loans), in_cents(regime.amount))
    else:
        end = ends(computed, paid, loans, until)
        minimum = interest[end.last + 1 + paid[loans], each] + end.interest
    number = np.minimum(paid[loans] + 1 + np.arange(dates)[:, np.newaxis], len(interest) - 1)
    return np.asarray(np.maximum(minimum - interest[number, each], 0))
