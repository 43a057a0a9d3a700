"""Charges of a loan that is not paid, or not drawn: late charge, default interest, unused fee."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from realinsights_finance.day_count import DayCount
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.ledger.agreement import LateChargeRule
from realinsights_finance.money import EXACT, cents
from realinsights_finance.terms import interest

_HALF_UP = "half up to the cent, once"


def late_charge(overdue: Decimal, rule: LateChargeRule, *, trace: Trace | None = None) -> Decimal:
    """Return the late charge on the open part of an installment, half up to the cent."""
    charge = cents(EXACT.multiply(overdue, rule.rate))
    if trace is not None:
        trace.says(
            "overdue interest and principal x late charge rate",
            convention=f"once for each installment that is open more than {rule.grace_days} days after its due date",
            rounding=_HALF_UP,
        )
        trace.input("overdue", overdue, Unit.DOLLARS)
        trace.input("late charge rate", rule.rate, Unit.FRACTION)
        trace.input("grace", rule.grace_days, Unit.DAYS)
    return charge


@dataclass(frozen=True, kw_only=True, slots=True)
class DefaultInterest:
    """Interest of a time of default, in dollars: at the default rate, at the note rate, and of the margin between them.

    Each is rounded half up to the cent by itself. A ledger charges the note rate's as interest and the margin's as
    default interest; both together may differ by a cent from what is due at the default rate.
    """

    at_default_rate: Decimal
    regular: Decimal
    incremental: Decimal


def default_interest(
    balance: Decimal,
    *,
    rate: Decimal,
    margin: Decimal,
    day_count: DayCount,
    start: datetime.date,
    end: datetime.date,
    trace: Trace | None = None,
) -> DefaultInterest:
    """Return the interest on a balance from one day to another at the default rate, and the parts that it is made of.

    `rate` and `margin` are annual fractions; the default rate is their sum. Raises ValueError where `end` comes first.
    """
    if end < start:
        raise ValueError(f"end: {end} must not be before start, {start}")
    fraction = day_count.fraction(start, end)
    both = EXACT.add(rate, margin)
    found = DefaultInterest(
        at_default_rate=interest(balance, both, fraction),
        regular=interest(balance, rate, fraction),
        incremental=interest(balance, margin, fraction),
    )
    if trace is not None:
        trace.says(
            "balance x (default rate - note rate) x fraction of a year, beside the regular interest",
            convention=day_count.convention.__name__,
            rounding=_HALF_UP,
        )
        trace.input("balance", balance, Unit.DOLLARS)
        trace.input("note rate", rate, Unit.FRACTION)
        trace.input("default margin", margin, Unit.FRACTION)
        trace.input("days", day_count.days(start, end), Unit.DAYS)
        trace.step("default rate", both, Unit.FRACTION)
        trace.step("fraction of a year", fraction, Unit.YEARS)
        trace.step("at the default rate", found.at_default_rate, Unit.DOLLARS)
        trace.step("regular interest", found.regular, Unit.DOLLARS)
    return found


def unused_fee(
    commitment: Decimal,
    rate: Decimal,
    day_count: DayCount,
    drawn: Iterable[tuple[datetime.date, Decimal]],
    until: datetime.date,
    *,
    trace: Trace | None = None,
) -> Decimal:
    """Return the fee on what is not drawn of a commitment, half up to the cent.

    `drawn` is what is drawn in all from each day on, in the order of the days; the fee runs from the first day to
    `until`. The parts add up before they are rounded once. Raises ValueError where days go back or more is drawn than
    is committed.
    """
    steps = [*drawn]
    days = [day for day, _ in steps] + [until]
    if any(later < earlier for earlier, later in pairwise(days)):
        raise ValueError("drawn: days must not go back, nor be after until")
    if any(amount > commitment for _, amount in steps):
        raise ValueError("drawn: must not exceed the commitment")
    if trace is not None:
        trace.says(
            "sum of (commitment - drawn) x fee rate x fraction of a year",
            convention=day_count.convention.__name__,
            rounding=_HALF_UP,
        )
        trace.input("commitment", commitment, Unit.DOLLARS)
        trace.input("fee rate", rate, Unit.FRACTION)
    weighted = Fraction(0)
    for (day, amount), end in zip(steps, days[1:], strict=True):
        fraction = day_count.fraction(day, end)
        weighted += (Fraction(commitment) - Fraction(amount)) * fraction
        if trace is not None:
            trace.step(f"not drawn from {day}", EXACT.subtract(commitment, amount), Unit.DOLLARS)
            trace.step("fraction of a year", fraction, Unit.YEARS)
    exact = weighted * Fraction(rate)
    return cents(EXACT.divide(Decimal(exact.numerator), Decimal(exact.denominator)))
