"""Present value of cash flows at one rate: NPV for equal periods, XNPV by date."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from decimal import Context, Decimal, localcontext
from itertools import pairwise

from realinsights_finance.explain import Trace, Unit
from realinsights_finance.value.compounding import SHOWN, WORKING, InvalidRate
from realinsights_finance.value.flows import DatedFlow, NoFlows, by_day, checked_amounts


def npv(rate: Decimal, amounts: Sequence[Decimal], *, trace: Trace | None = None) -> Decimal:
    """Return the value of amounts one period apart, on the day of the first, at a rate per period.

    In dollars of 28 digits, unrounded. Spreadsheets' NPV values them one period before the first: divide by 1 + rate.
    Raises InvalidRate at -1 or below, InvalidFlow, NoFlows.
    """
    checked_amounts(amounts)
    if not amounts:
        raise NoFlows("amounts: there are none")
    value = SHOWN.plus(discounted(range(len(amounts)), amounts, _factor(rate, 1)))
    if trace is not None:
        trace.says("NPV = sum of amount[k] / (1 + rate)^k, k = 0, 1, ...", convention="equal periods, first amount now")
        trace.input("rate per period", rate, Unit.FRACTION)
        trace.input("amounts", len(amounts), Unit.NUMBER)
        trace.step("net present value", value, Unit.DOLLARS)
    return value


def xnpv(
    rate: Decimal, flows: Iterable[DatedFlow], *, on: datetime.date | None = None, trace: Trace | None = None
) -> Decimal:
    """Return the value of dated flows on a day, by default the first flow's, at an effective rate a year on Actual/365.

    In dollars of 28 digits, unrounded. Flows before `on` are compounded up to it. Raises InvalidRate at -1 or below,
    InvalidFlow, NoFlows. Source: Microsoft, XNPV function.
    """
    days, amounts = by_day(flows)
    if not days:
        raise NoFlows("flows: there are none")
    factor = _factor(rate, DAYS_OF_YEAR)
    value = discounted(days, amounts, factor)
    if on is not None:
        value = WORKING.multiply(value, WORKING.power(factor, days[0] - on.toordinal()))
    value = SHOWN.plus(value)
    if trace is not None:
        trace.says("XNPV = sum of amount / (1 + rate)^(days / 365)", convention="effective rate a year, Actual/365")
        trace.input("rate", rate, Unit.FRACTION)
        trace.input("valued on", on or datetime.date.fromordinal(days[0]), Unit.DATE)
        trace.input("days with flows", len(days), Unit.NUMBER)
        trace.step("net present value", value, Unit.DOLLARS)
    return value


DAYS_OF_YEAR = 365


def _factor(rate: Decimal, year: int) -> Decimal:
    if not rate.is_finite() or rate <= -1:
        raise InvalidRate(f"rate: {rate} must be a number above -1")
    return day_factor(rate, year)


def day_factor(rate: Decimal, year: int, context: Context = WORKING) -> Decimal:
    """Return what a dollar of the next day (or period) is worth: (1 + rate)^(-1/year)."""
    growth = context.add(1, rate)
    if year == 1:
        return context.divide(1, growth)
    return context.exp(context.divide(context.ln(growth), -year))


def discounted(days: Sequence[int], amounts: Sequence[Decimal], factor: Decimal, context: Context = WORKING) -> Decimal:
    """Return the value of amounts on ascending days, on the first of them, at a factor per day.

    From the last to the first: the value so far, discounted over the gap to the day before, plus that day's amount.
    """
    gaps = [later - earlier for earlier, later in pairwise(days)]
    with localcontext(context):
        powers = {gap: factor**gap for gap in set(gaps)}
        value = amounts[-1]
        for gap, amount in zip(reversed(gaps), reversed(amounts[:-1]), strict=True):
            value = value * powers[gap] + amount
    return value
