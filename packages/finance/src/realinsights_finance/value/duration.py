"""Duration and convexity: how far the value of flows moves with their yield."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from realinsights_finance.day_count import DayCount
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.value.compounding import SHOWN, WORKING, Compounding, exact
from realinsights_finance.value.flows import DatedFlow, NoFlows, by_day


class PastFlow(ValueError):
    """A flow before the day on which flows are valued; the message says which."""


class WorthNothing(ValueError):
    """Flows whose value is not more than zero, so that shares of it, hence duration and convexity, mean nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sensitivity:
    """The value of flows in dollars, unrounded, and how it moves with the yield; each to 28 digits.

    `macaulay` is the mean time to the flows in years, weighted by their present value; `modified` the loss of value, as
    a fraction, per unit of yield (0.01 is one percentage point); `convexity`, in years squared, corrects it: the
    change of value is about -modified x d + convexity x d^2 / 2 for a change d of the yield.
    """

    value: Decimal
    macaulay: Decimal
    modified: Decimal
    convexity: Decimal


def sensitivity(
    flows: Iterable[DatedFlow],
    *,
    on: datetime.date,
    rate: Decimal,
    compounding: Compounding = Compounding.SEMI_ANNUAL,
    day_count: DayCount = DayCount.THIRTY_360,
    trace: Trace | None = None,
) -> Sensitivity:
    """Return value, duration and convexity of flows at one yield a year, by the derivatives of their value to it.

    Raises PastFlow, WorthNothing, NoFlows, InvalidFlow, InvalidRate.
    Source: Fabozzi, Bond Markets, Analysis, and Strategies, chapter 4.
    """
    days, amounts = by_day(flows)
    if not days:
        raise NoFlows("flows: there are none")
    if days[0] < on.toordinal():
        raise PastFlow(f"flows: {datetime.date.fromordinal(days[0])} is before {on}, on which they are valued")
    times = [day_count.fraction(on, datetime.date.fromordinal(day)) for day in days]
    if trace is not None:
        trace.input("valued on", on, Unit.DATE)
        trace.input("years by", day_count, Unit.NAME)
    return timed_sensitivity(zip(times, amounts, strict=True), rate=rate, compounding=compounding, trace=trace)


def timed_sensitivity(
    flows: Iterable[tuple[Fraction, Decimal]], *, rate: Decimal, compounding: Compounding, trace: Trace | None = None
) -> Sensitivity:
    """Return the same for amounts with their years from now: for loans whose months are equal, k / 12.

    Raises WorthNothing, InvalidRate.
    """
    times_a_year = compounding.times_a_year
    value = first = second = third = Decimal(0)
    with localcontext(WORKING):
        for years, amount in flows:
            growth, time = compounding.growth(rate, years), exact(years)
            present = amount / growth
            value += present
            first += time * present
            if times_a_year is not None:
                base = 1 + rate / times_a_year
                second += time * present / base
                third += time * (time + Decimal(1) / times_a_year) * present / base**2
            elif compounding is Compounding.CONTINUOUS:
                second += time * present
                third += time * time * present
            else:
                second += time * present / growth
                third += 2 * time * time * present / growth**2
        if value <= 0:
            raise WorthNothing(f"flows: they are worth {SHOWN.plus(value)}")
        found = Sensitivity(
            value=SHOWN.plus(value),
            macaulay=SHOWN.plus(first / value),
            modified=SHOWN.plus(second / value),
            convexity=SHOWN.plus(third / value),
        )
    if trace is not None:
        trace.says(
            "Macaulay = sum of t x PV / value; modified = -(d value / d yield) / value; "
            "convexity = (d^2 value / d yield^2) / value",
            convention=f"yield compounded {compounding.replace('_', '-')}",
        )
        trace.input("yield", rate, Unit.FRACTION)
        trace.step("value", found.value, Unit.DOLLARS)
    return found
