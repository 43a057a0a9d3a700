"""Loan sizing: the most that every test of a lender allows, the test that binds, and the slack of the others."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from realinsights_finance.credit.constant import constant_words, loan_constant
from realinsights_finance.credit.figures import (
    InvalidFigure,
    MissingFigure,
    annual_rate,
    cents_down,
    exact,
    nearest_cents,
    not_negative,
    positive,
)
from realinsights_finance.day_count import DayCount
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.money import EXACT, quotient


class SizingTest(StrEnum):
    """A test that limits a loan; the value is what the trade calls it."""

    LTV = "ltv"  # balance / value at most
    DSCR = "dscr"  # income / (balance x loan constant) at least
    DEBT_YIELD = "debt_yield"  # income / balance at least
    LTC = "ltc"  # balance / cost at most
    ICR = "icr"  # income / (a year's interest alone) at least


@dataclass(frozen=True, kw_only=True, slots=True)
class LendingTests:
    """What a lender asks for; a test that is None is not made.

    `rate_floor` is the underwriting floor: DSCR and ICR tests are made at no lower rate, whatever the loan's quote is.
    """

    maximum_ltv: Decimal | None = None
    minimum_dscr: Decimal | None = None
    minimum_debt_yield: Decimal | None = None
    maximum_ltc: Decimal | None = None
    minimum_icr: Decimal | None = None
    rate_floor: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Collateral:
    """What a loan is sized on, in dollars: a year's NOI (or NCF), the value, the cost. None where it is not known."""

    income: Decimal | None = None
    value: Decimal | None = None
    cost: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """The loan that is offered: annual rate as a fraction; `amortization_months` None is interest-only."""

    rate: Decimal
    amortization_months: int | None
    day_count: DayCount = DayCount.THIRTY_360


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """The most that one test allows, and its slack: what it alone would let be lent beyond the proceeds.

    In dollars and cents. Both are None for a DSCR or ICR test of a loan without debt service, which limits nothing.
    """

    test: SizingTest
    maximum: Decimal | None
    slack: Decimal | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sizing:
    """The proceeds, and every test that was made, in the order LTV, DSCR, debt yield, LTC, ICR.

    `binding` is the test that allows least; where several allow the same to the cent it is the first of them. `rate` is
    the one the DSCR test was made at, `constant` its loan constant.
    """

    proceeds: Decimal
    binding: SizingTest
    limits: tuple[Limit, ...]
    rate: Decimal
    constant: Decimal

    def limit(self, test: SizingTest) -> Limit | None:
        """Return one test's limit, or None where it was not made."""
        return next((limit for limit in self.limits if limit.test is test), None)


def size(
    collateral: Collateral,
    tests: LendingTests,
    quote: Quote,
    *,
    multiple_of: Decimal | None = None,
    trace: Trace | None = None,
) -> Sizing:
    """Return the proceeds: the least of what the tests allow.

    LTV: value x maximum. DSCR: income / minimum / loan constant at the quoted rate, or the floor if that is higher.
    Debt yield: income / minimum. LTC: cost x maximum. ICR: income / minimum / a year's interest on one dollar at the
    same rate, on 365 days. Never below zero.

    Limits are quoted half up to the cent, and the proceeds are the least of them: up to half a cent more than passes
    the unrounded test. With `multiple_of` dollars (1,000, or 0.01) limits are rounded down to the cent and the proceeds
    down to a multiple, so that every test passes unrounded.

    Raises MissingFigure where a stated test lacks its figure, InvalidFigure for impossible ones and where no test
    limits the loan.
    """
    rounded = nearest_cents if multiple_of is None else cents_down
    rate = quote.rate
    annual_rate("rate", rate)
    if tests.rate_floor is not None:
        annual_rate("rate_floor", tests.rate_floor)
        rate = max(rate, tests.rate_floor)
    constant = loan_constant(rate, quote.amortization_months, day_count=quote.day_count)
    interest = loan_constant(rate, None, day_count=quote.day_count)
    allowed = _allowed(collateral, tests, constant, interest)
    maxima = [(test, None if amount is None else rounded(amount)) for test, amount in allowed]
    known = [(maximum, test) for test, maximum in maxima if maximum is not None]
    if not known:
        raise InvalidFigure("tests", "no test limits the loan")
    proceeds, binding = min(known, key=lambda pair: pair[0])
    if multiple_of is not None:
        unit = positive("multiple_of", multiple_of)
        proceeds = cents_down(Fraction(proceeds) // unit * unit)
    limits = tuple(_limit(test, maximum, proceeds) for test, maximum in maxima)
    if trace:
        _explain(trace, collateral, tests, quote)
        trace.step("rate of the DSCR test", rate, Unit.FRACTION)
        trace.step("loan constant", constant, Unit.FRACTION)
        if tests.minimum_icr is not None:
            trace.step("a year's interest on one dollar", interest, Unit.FRACTION)
        for limit in limits:
            trace.step(f"allowed by {limit.test.value}", limit.maximum, Unit.DOLLARS)
    return Sizing(proceeds=proceeds, binding=binding, limits=limits, rate=rate, constant=quotient(constant))


def _allowed(
    collateral: Collateral, tests: LendingTests, constant: Fraction, interest: Fraction
) -> list[tuple[SizingTest, Fraction | None]]:
    allowed: list[tuple[SizingTest, Fraction | None]] = []
    if tests.maximum_ltv is not None:
        value = not_negative("value", _known("value", collateral.value, SizingTest.LTV))
        allowed.append((SizingTest.LTV, value * positive("maximum_ltv", tests.maximum_ltv)))
    if tests.minimum_dscr is not None:
        income = _income(collateral, SizingTest.DSCR)
        covered = income / positive("minimum_dscr", tests.minimum_dscr)
        allowed.append((SizingTest.DSCR, covered / constant if constant else None))
    if tests.minimum_debt_yield is not None:
        income = _income(collateral, SizingTest.DEBT_YIELD)
        allowed.append((SizingTest.DEBT_YIELD, income / positive("minimum_debt_yield", tests.minimum_debt_yield)))
    if tests.maximum_ltc is not None:
        cost = not_negative("cost", _known("cost", collateral.cost, SizingTest.LTC))
        allowed.append((SizingTest.LTC, cost * positive("maximum_ltc", tests.maximum_ltc)))
    if tests.minimum_icr is not None:
        covered = _income(collateral, SizingTest.ICR) / positive("minimum_icr", tests.minimum_icr)
        allowed.append((SizingTest.ICR, covered / interest if interest else None))
    return allowed


def _income(collateral: Collateral, test: SizingTest) -> Fraction:
    """Return the income, none where the property loses money: a loss supports no loan."""
    return max(exact("income", _known("income", collateral.income, test)), Fraction(0))


def _known(field: str, figure: Decimal | None, test: SizingTest) -> Decimal:
    if figure is None:
        raise MissingFigure(field, f"must be known for the {test.value} test")
    return figure


def _limit(test: SizingTest, maximum: Decimal | None, proceeds: Decimal) -> Limit:
    return Limit(test=test, maximum=maximum, slack=None if maximum is None else EXACT.subtract(maximum, proceeds))


def _explain(trace: Trace, collateral: Collateral, tests: LendingTests, quote: Quote) -> None:
    trace.says(
        "proceeds = min(value x maximum LTV, income / minimum DSCR / loan constant, income / minimum debt yield, "
        "cost x maximum LTC, income / minimum ICR / a year's interest on one dollar), of the tests that are made",
        convention=constant_words(quote.amortization_months, quote.day_count),
        rounding="half up to the cent, or down to the multiple asked for",
    )
    for name, amount in (("income", collateral.income), ("value", collateral.value), ("cost", collateral.cost)):
        trace.input(name, amount, Unit.DOLLARS)
    for name, fraction in (
        ("maximum LTV", tests.maximum_ltv),
        ("minimum debt yield", tests.minimum_debt_yield),
        ("maximum LTC", tests.maximum_ltc),
        ("rate floor", tests.rate_floor),
        ("rate", quote.rate),
    ):
        trace.input(name, fraction, Unit.FRACTION)
    trace.input("minimum DSCR", tests.minimum_dscr, Unit.TIMES)
    trace.input("minimum ICR", tests.minimum_icr, Unit.TIMES)
    trace.input("amortization months", quote.amortization_months, Unit.MONTHS)
    trace.input("day count", quote.day_count.value, Unit.NAME)
