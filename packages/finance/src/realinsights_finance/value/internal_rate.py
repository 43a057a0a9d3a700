"""Internal rate of return: the rate at which flows are worth nothing; every such rate where there are several."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from itertools import pairwise

from realinsights_finance.explain import Trace, Unit
from realinsights_finance.money import EXACT
from realinsights_finance.value.compounding import WORKING
from realinsights_finance.value.flows import DatedFlow, by_day, checked_amounts, refuse_one_sign
from realinsights_finance.value.present_value import DAYS_OF_YEAR, day_factor, discounted
from realinsights_finance.value.rate_search import HIGHEST_RATE, LOWEST_RATE, Isolated, Unresolved, isolated_rates
from realinsights_finance.value.roots import bracketed_root

RATE_TOLERANCE = Decimal("1e-12")
"""How far a returned rate may be from the true one, times 1 + rate: values in Decimal of opposite sign prove it."""

_RATE_DECIMALS = Decimal("1e-20")  # fine enough for the tolerance at the lowest rate


class NoSolution(ValueError):
    """Flows of both signs that no rate between the lowest and the highest searched makes worth nothing."""


class SeveralSolutions(ValueError):
    """Flows that several rates make worth nothing: `rates` has them all, ascending; none of them is a return."""

    def __init__(self, rates: tuple[Decimal, ...]) -> None:
        listed = ", ".join(format(rate.normalize(), "f") for rate in rates)
        super().__init__(f"flows: {len(rates)} rates make their value zero: {listed}")
        self.rates = rates


def xirr(flows: Iterable[DatedFlow], *, trace: Trace | None = None) -> Decimal:
    """Return the effective rate a year, on Actual/365, at which dated flows are worth nothing.

    Within `RATE_TOLERANCE`. Several flows of a day count as one. Raises SameSign, NoFlows, InvalidFlow, NoSolution,
    Unresolved, and SeveralSolutions rather than choose one. Source: Microsoft, XIRR function.
    """
    days, amounts = by_day(flows)
    rate = _only(_solutions(days, amounts, DAYS_OF_YEAR))
    if trace is not None:
        trace.says(
            "0 = sum of amount / (1 + rate)^(days / 365)",
            convention="effective rate a year, Actual/365; searched from -99.9999 % to 99,999,900 %",
            rounding=f"the rate is within {RATE_TOLERANCE} x (1 + rate), by the sign of the value on both sides of it",
        )
        trace.input("first flow on", datetime.date.fromordinal(days[0]), Unit.DATE)
        trace.input("last flow on", datetime.date.fromordinal(days[-1]), Unit.DATE)
        _say_flows(trace, amounts)
        trace.step("value at the rate", discounted(days, amounts, day_factor(rate, DAYS_OF_YEAR)), Unit.DOLLARS)
    return rate


def irr(amounts: Sequence[Decimal], *, trace: Trace | None = None) -> Decimal:
    """Return the rate per period at which amounts one period apart are worth nothing.

    Within `RATE_TOLERANCE`. Raises SameSign, NoFlows, InvalidFlow, NoSolution, Unresolved, and SeveralSolutions rather
    than choose one.
    """
    checked_amounts(amounts)
    rate = _only(_solutions(range(len(amounts)), amounts, 1))
    if trace is not None:
        trace.says(
            "0 = sum of amount[k] / (1 + rate)^k, k = 0, 1, ...",
            convention="equal periods, rate per period; searched from -99.9999 % to 99,999,900 %",
            rounding=f"the rate is within {RATE_TOLERANCE} x (1 + rate), by the sign of the value on both sides of it",
        )
        _say_flows(trace, amounts)
        trace.step("value at the rate", discounted(range(len(amounts)), amounts, day_factor(rate, 1)), Unit.DOLLARS)
    return rate


def xirr_solutions(flows: Iterable[DatedFlow]) -> tuple[Decimal, ...]:
    """Return every rate that `xirr` could mean, ascending; none of them where none exists in the range searched."""
    days, amounts = by_day(flows)
    return _solutions(days, amounts, DAYS_OF_YEAR)


def irr_solutions(amounts: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Return every rate that `irr` could mean, ascending; none of them where none exists in the range searched."""
    checked_amounts(amounts)
    return _solutions(range(len(amounts)), amounts, 1)


def _only(rates: tuple[Decimal, ...]) -> Decimal:
    if not rates:
        raise NoSolution(f"flows: no rate from {LOWEST_RATE} to {HIGHEST_RATE} makes their value zero")
    if len(rates) > 1:
        raise SeveralSolutions(rates)
    return rates[0]


def _solutions(days: Sequence[int], amounts: Sequence[Decimal], year: int) -> tuple[Decimal, ...]:
    refuse_one_sign(amounts)
    if not all(amounts):
        flows = [(day, amount) for day, amount in zip(days, amounts, strict=True) if amount]
        days, amounts = [day for day, _ in flows], [amount for _, amount in flows]

    def value(rate: Decimal) -> Decimal:
        return discounted(days, amounts, day_factor(rate, year))

    rates: list[Decimal] = []
    for found in isolated_rates(days, amounts, year):
        if found.exact is not None:
            candidates: tuple[Decimal, ...] = (found.exact,)
        elif found.crowded:
            if len(days) > _MOST_CROWDED_FLOWS:
                raise Unresolved(f"flows: {len(days)} of them keep their value so near to zero that rates blur")
            candidates = _crowded(days, amounts, year, (Decimal(found.low), Decimal(found.high)))
        else:
            candidates = _crossing(value, found)
        # Neighboring intervals may both hold a rate on their common edge.
        rates.extend(rate for rate in candidates if not rates or rate - rates[-1] > 2 * _tolerance(rate))
    return tuple(rate.quantize(_RATE_DECIMALS, ROUND_HALF_EVEN, WORKING) for rate in rates)


def _tolerance(rate: Decimal) -> Decimal:
    return WORKING.multiply(RATE_TOLERANCE, WORKING.add(1, rate))


def _crossing(value: Callable[[Decimal], Decimal], found: Isolated) -> tuple[Decimal, ...]:
    """Return the rate in Decimal, between values of opposite sign that are a tolerance apart; nothing if none is."""
    near = Decimal(found.rate)
    tolerance = _tolerance(near)
    reach = WORKING.divide(tolerance, 2)
    low, high = WORKING.subtract(near, reach), WORKING.add(near, reach)
    below, above = value(low), value(high)
    if (below < 0) != (above < 0):
        share = WORKING.divide(below, WORKING.subtract(below, above))
        return (WORKING.add(low, WORKING.multiply(tolerance, share)),)
    return _between(value, Decimal(found.low), Decimal(found.high))


def _between(value: Callable[[Decimal], Decimal], low: Decimal, high: Decimal) -> tuple[Decimal, ...]:
    if (value(low) < 0) == (value(high) < 0):
        return ()
    return (bracketed_root(value, low, high, _tolerance(low)),)


def _crowded(
    days: Sequence[int], amounts: Sequence[Decimal], year: int, edges: tuple[Decimal, Decimal], depth: int = 0
) -> tuple[Decimal, ...]:
    """Return the rates in an interval in which the value keeps so near to zero that floats tell nothing, in 60 digits.

    Between two rates lies one at which the slope is zero, and so on: the rates of slopes cut the interval into parts
    with one rate at most. A rate at which value and slope are zero is one that the value touches.
    """

    def value(rate: Decimal) -> Decimal:
        return discounted(days, amounts, day_factor(rate, year, EXACT), EXACT)

    turns: tuple[Decimal, ...] = ()
    if depth < _MOST_CROWDED:
        with localcontext(EXACT):
            slopes = [amount * (day - days[0]) for day, amount in zip(days, amounts, strict=True)]
        turns = _crowded(days, slopes, year, edges, depth + 1)
    rates: list[Decimal] = []
    for low, high in pairwise((edges[0], *turns, edges[1])):
        if (value(low) < 0) != (value(high) < 0):
            rates.append(bracketed_root(value, low, high, _FINEST))
    for turn in turns:
        size = discounted(days, [abs(amount) for amount in amounts], day_factor(turn, year, EXACT), EXACT)
        if abs(value(turn)) <= size * _NOTHING:
            rates.append(turn)
    return tuple(sorted(rates))


_MOST_CROWDED = 6  # so many rates, less one, may be as near to each other as floats do not tell apart
_MOST_CROWDED_FLOWS = 5000  # seconds at worst
_FINEST = Decimal("1e-24")
_NOTHING = Decimal("1e-30")  # of the size of the flows


def _say_flows(trace: Trace, amounts: Sequence[Decimal]) -> None:
    trace.input("flows", len(amounts), Unit.NUMBER)
    trace.input("received", sum(amount for amount in amounts if amount > 0), Unit.DOLLARS)
    trace.input("paid", -sum(amount for amount in amounts if amount < 0), Unit.DOLLARS)
