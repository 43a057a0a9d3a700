"""Annual percentage rate: the actuarial method of US Regulation Z, for advances and payments by date."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal, localcontext
from enum import StrEnum
from fractions import Fraction

from realinsights_finance.due_dates import add_months, months_between
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.value.compounding import SHOWN, WORKING, exact
from realinsights_finance.value.flows import DatedFlow, by_day, refuse_one_sign
from realinsights_finance.value.internal_rate import NoSolution
from realinsights_finance.value.roots import bracketed_root

_HIGHEST_PER_PERIOD = Decimal(100)
_TOLERANCE = Decimal("1e-15")


class UnitPeriod(StrEnum):
    """The interval between payments that occurs most often; rates are compounded once in each.

    Time from the first advance is whole unit-periods, counted back from the payment, and a fraction of one: a day is
    1/30 of a month, 1/15 of half a month, a month left over from a longer period is 30 days.
    Source: 12 CFR 1026 (Regulation Z), Appendix J, (b)(4) and (b)(5).
    """

    WEEKLY = "weekly"
    SEMI_MONTHLY = "semi_monthly"
    MONTHLY = "monthly"
    TWO_MONTHLY = "two_monthly"
    QUARTERLY = "quarterly"
    SEMI_ANNUAL = "semi_annual"
    ANNUAL = "annual"

    @property
    def times_a_year(self) -> int:
        """Return the unit-periods of a year."""
        return 52 if self is UnitPeriod.WEEKLY else 24 if self is UnitPeriod.SEMI_MONTHLY else 12 // _MONTHS[self]

    def between(self, start: datetime.date, end: datetime.date) -> tuple[int, Fraction]:
        """Return whole unit-periods and the fraction of one from a day to a later one."""
        if self is UnitPeriod.WEEKLY:
            whole, days = divmod((end - start).days, 7)
            return whole, Fraction(days, 7)
        # The last day of a month stands for a day that the month lacks.
        day = max(start.day, end.day) if (end + datetime.timedelta(days=1)).day == 1 else end.day
        months = months_between(start, end)
        if add_months(end, -months, day=day) < start:
            months -= 1
        days = (add_months(end, -months, day=day) - start).days
        if self is UnitPeriod.SEMI_MONTHLY:
            half, days = divmod(days, 15)
            return 2 * months + half, Fraction(days, 15)
        whole, left = divmod(months, _MONTHS[self])
        return whole, Fraction(30 * left + days, 30 * _MONTHS[self])


_MONTHS = {
    UnitPeriod.MONTHLY: 1,
    UnitPeriod.TWO_MONTHLY: 2,
    UnitPeriod.QUARTERLY: 3,
    UnitPeriod.SEMI_ANNUAL: 6,
    UnitPeriod.ANNUAL: 12,
}


def annual_percentage_rate(
    flows: Iterable[DatedFlow], unit_period: UnitPeriod, *, trace: Trace | None = None
) -> Decimal:
    """Return the APR, a fraction within 1e-12, of advances (negative) and payments (positive) by date.

    The rate i per unit-period at which the sum of amount / ((1 + f i)(1 + i)^t) is zero, t whole unit-periods and f
    the fraction, times the unit-periods of a year. Raises SameSign, NoFlows, InvalidFlow, and NoSolution where less is
    paid than advanced. Source: 12 CFR 1026, Appendix J, (b)(8).
    """
    days, amounts = by_day(flows)
    refuse_one_sign(amounts)
    first = datetime.date.fromordinal(days[0])
    timed = []
    for day, amount in zip(days, amounts, strict=True):
        whole, fraction = unit_period.between(first, datetime.date.fromordinal(day))
        timed.append((amount, whole, exact(fraction)))

    def value(rate: Decimal) -> Decimal:
        with localcontext(WORKING):
            return sum(
                (amount / ((1 + part * rate) * (1 + rate) ** whole) for amount, whole, part in timed), Decimal(0)
            )

    if value(Decimal(0)) < 0 or value(_HIGHEST_PER_PERIOD) > 0:
        raise NoSolution(f"flows: no rate from 0 to {_HIGHEST_PER_PERIOD} per unit-period makes their value zero")
    rate = bracketed_root(value, Decimal(0), _HIGHEST_PER_PERIOD, _TOLERANCE)
    if trace is not None:
        trace.says(
            "APR = i x unit-periods of a year, with 0 = sum of amount / ((1 + f i)(1 + i)^t)",
            convention=f"unit-periods are {unit_period.replace('_', '-')}; Regulation Z, Appendix J",
            rounding="within 1e-12",
        )
        trace.input("first advance on", first, Unit.DATE)
        trace.input("advances and payments", len(timed), Unit.NUMBER)
        trace.step("rate per unit-period", rate, Unit.FRACTION)
    return SHOWN.multiply(rate, unit_period.times_a_year)
