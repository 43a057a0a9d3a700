"""Refinance: what a new loan leaves uncovered of a balloon, and the rate at which it would just cover it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

from realinsights_finance.credit.constant import constant_words, loan_constant
from realinsights_finance.credit.figures import (
    InvalidFigure,
    annual_rate,
    exact,
    nearest_cents,
    not_negative,
    positive,
    term_in_months,
)
from realinsights_finance.credit.sizing import Collateral, LendingTests, Quote, Sizing, size
from realinsights_finance.day_count import DayCount
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.money import EXACT
from realinsights_finance.terms import RATE_DECIMALS

_GRID = 10**RATE_DECIMALS
_ZERO = Decimal(0)


class NoBreakEvenRate(ValueError):
    """No rate from 0 to 100 % is the highest at which the DSCR test covers what is needed; the message says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Refinance:
    """A balloon beside the loan that would replace it. `gap` is the equity needed; below zero it is cash taken out."""

    balloon: Decimal
    sizing: Sizing
    costs: Decimal
    gap: Decimal

    @property
    def financeable(self) -> bool:
        """Tell whether the new loan pays balloon and costs."""
        return self.gap <= 0


def refinance(
    balloon: Decimal,
    collateral: Collateral,
    tests: LendingTests,
    quote: Quote,
    *,
    cost_rate: Decimal = _ZERO,
    fixed_costs: Decimal = _ZERO,
    trace: Trace | None = None,
) -> Refinance:
    """Return the gap: balloon + costs - proceeds of the new loan, in dollars and cents.

    Costs are `cost_rate`, a fraction of the new loan's proceeds, half up to the cent, and `fixed_costs` dollars. Raises
    what `size` raises.
    """
    not_negative("balloon", balloon)
    if trace:  # before the sizing, whose formula is a step of this one
        trace.says(
            "gap = balloon + costs - proceeds; costs = proceeds x cost rate + fixed costs",
            convention=constant_words(quote.amortization_months, quote.day_count),
            rounding="proceeds and costs half up to the cent",
        )
    sized = size(collateral, tests, quote, trace=trace)
    share = _cost_share(cost_rate)
    costs = nearest_cents(Fraction(sized.proceeds) * share + not_negative("fixed_costs", fixed_costs))
    gap = EXACT.subtract(EXACT.add(balloon, costs), sized.proceeds)
    if trace:
        trace.input("balloon", balloon, Unit.DOLLARS)
        trace.input("cost rate", cost_rate, Unit.FRACTION)
        trace.input("fixed costs", fixed_costs, Unit.DOLLARS)
        trace.step("proceeds", sized.proceeds, Unit.DOLLARS)
        trace.step("costs", costs, Unit.DOLLARS)
        trace.step("gap", gap, Unit.DOLLARS)
    return Refinance(balloon=balloon, sizing=sized, costs=costs, gap=gap)


def break_even_rate(
    balloon: Decimal,
    income: Decimal,
    *,
    minimum_dscr: Decimal,
    amortization_months: int | None,
    day_count: DayCount = DayCount.THIRTY_360,
    rate_floor: Decimal | None = None,
    cost_rate: Decimal = _ZERO,
    fixed_costs: Decimal = _ZERO,
    trace: Trace | None = None,
) -> Decimal:
    """Return the highest rate at which the DSCR test alone still covers a balloon and the costs of the new loan.

    To 12 decimals, down: the test passes at the rate and fails 10^-12 above. The loan needed is
    (balloon + fixed costs) / (1 - cost rate). LTV, debt yield and LTC know no rate, so they have none of their own.
    Raises NoBreakEvenRate where the test fails at 0 % (or at the underwriting floor), or still passes at 100 %.
    """
    need = (positive("balloon", balloon) + not_negative("fixed_costs", fixed_costs)) / (1 - _cost_share(cost_rate))
    allowed = exact("income", income) / positive("minimum_dscr", minimum_dscr) / need
    if amortization_months is not None:
        term_in_months("amortization_months", amortization_months)
    rate = _highest_rate(allowed, amortization_months, day_count)
    if rate_floor is not None and rate < annual_rate("rate_floor", rate_floor):
        raise NoBreakEvenRate(f"the DSCR test covers the loan only up to {rate}, below the floor of {rate_floor}")
    if trace:
        trace.says(
            "the highest rate with income / (loan needed x loan constant(rate)) >= minimum DSCR; "
            "loan needed = (balloon + fixed costs) / (1 - cost rate)",
            convention=constant_words(amortization_months, day_count),
            rounding=f"down to {RATE_DECIMALS} decimals",
        )
        trace.input("balloon", balloon, Unit.DOLLARS)
        trace.input("income", income, Unit.DOLLARS)
        trace.input("minimum DSCR", minimum_dscr, Unit.TIMES)
        trace.input("amortization months", amortization_months, Unit.MONTHS)
        trace.input("day count", day_count.value, Unit.NAME)
        trace.input("cost rate", cost_rate, Unit.FRACTION)
        trace.input("fixed costs", fixed_costs, Unit.DOLLARS)
        trace.step("loan needed", need, Unit.DOLLARS)
        trace.step("loan constant allowed", allowed, Unit.FRACTION)
    return rate


def _highest_rate(allowed: Fraction, months: int | None, day_count: DayCount) -> Decimal:
    """Return the highest rate, on a grid of 10^-12, whose loan constant is not more than what is allowed."""
    lowest = Fraction(12, months) if months else Fraction(0)
    if allowed < lowest:
        raise NoBreakEvenRate("the DSCR test does not cover the loan even at a rate of zero")
    if allowed >= loan_constant(Decimal(1), months, day_count=day_count):
        raise NoBreakEvenRate("the DSCR test covers the loan at any rate up to 100 %")
    if months is None:
        return EXACT.scaleb(Decimal(int(allowed / day_count.typical_year * _GRID)), -RATE_DECIMALS)
    low, high = 0, _GRID  # passes, fails
    limit = EXACT.divide(Decimal(allowed.numerator), Decimal(allowed.denominator))
    while high - low > 1:
        middle = (low + high) // 2
        if _constant(middle, months) <= limit:
            low = middle
        else:
            high = middle
    # Sixty digits decide all but exact equality; whole numbers decide that.
    if loan_constant(_rate(high), months) <= allowed:
        low = high
    elif low and loan_constant(_rate(low), months) > allowed:
        low -= 1
    return _rate(low)


def _rate(count: int) -> Decimal:
    return EXACT.scaleb(Decimal(count), -RATE_DECIMALS)


def _constant(count: int, months: int) -> Decimal:
    context: Context = EXACT
    periodic = context.divide(Decimal(count), Decimal(12 * _GRID))
    discount = context.power(context.add(Decimal(1), periodic), Decimal(-months))
    return context.divide(context.multiply(Decimal(12), periodic), context.subtract(Decimal(1), discount))


def _cost_share(cost_rate: Decimal) -> Fraction:
    share = not_negative("cost_rate", cost_rate)
    if share >= 1:
        raise InvalidFigure("cost_rate", "must be a fraction below 1: 1 % is 0.01")
    return share
