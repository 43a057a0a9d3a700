"""Headroom of the usual tests in business terms: income may fall by, value may fall by, pay down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from realinsights_finance.credit.figures import (
    InvalidFigure,
    cents_down,
    cents_up,
    exact,
    nearest_cents,
    not_negative,
    positive,
)
from realinsights_finance.credit.sizing import SizingTest
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.money import quotient

_ZERO = Decimal("0.00")


@dataclass(frozen=True, kw_only=True, slots=True)
class Headroom:
    """The distance of a test from failing, in dollars and cents.

    `actual` is the unrounded ratio, None where it has no denominator. `income_may_fall` and `value_may_fall` are the
    dollars until the test is just met, rounded down (below zero: by which they must rise, rounded up), `_share` the
    same as a fraction of today's figure, unrounded; None where the test does not look at it. `balance_at_limit` just
    meets the test, half up to the cent, and `paydown` is what is repaid to get there: both as the trade quotes them.
    `paydown_that_passes` is rounded up, so that the unrounded ratio passes; it may be a cent more. Both are zero
    where the test passes.
    """

    test: SizingTest
    required: Decimal
    actual: Decimal | None
    passes: bool
    income_may_fall: Decimal | None = None
    income_may_fall_share: Decimal | None = None
    value_may_fall: Decimal | None = None
    value_may_fall_share: Decimal | None = None
    balance_at_limit: Decimal
    paydown: Decimal
    paydown_that_passes: Decimal


def dscr_headroom(
    income: Decimal,
    *,
    balance: Decimal,
    annual_debt_service: Decimal,
    minimum: Decimal,
    constant: Fraction | None = None,
    trace: Trace | None = None,
) -> Headroom:
    """Return the headroom of a DSCR test: income / annual debt service at least `minimum`.

    A paydown re-amortizes: the debt service of the reduced balance is balance x `constant` (`loan_constant` of the
    loan; by default today's debt service over today's balance). Raises InvalidFigure.
    """
    earned, service = exact("income", income), positive("annual_debt_service", annual_debt_service)
    required = positive("minimum", minimum)
    owed = positive("balance", balance)
    per_dollar = service / owed if constant is None else constant
    if per_dollar <= 0:
        raise InvalidFigure("constant", "must be more than zero")
    if trace:
        trace.says(
            "balance at the limit = income / minimum DSCR / loan constant; income needed = minimum DSCR x debt service",
            convention="a paydown re-amortizes at the same constant",
            rounding="balance and paydown half up, by what income and value may fall down, to the cent",
        )
        trace.input("income", income, Unit.DOLLARS)
        trace.input("annual debt service", annual_debt_service, Unit.DOLLARS)
        trace.input("minimum DSCR", minimum, Unit.TIMES)
        trace.step("loan constant", per_dollar, Unit.FRACTION)
    supported = max(earned, Fraction(0)) / required / per_dollar
    return _of_income(
        SizingTest.DSCR,
        minimum,
        earned / service,
        income=(earned, required * service),
        balance=(owed, supported),
    )


def debt_yield_headroom(income: Decimal, *, balance: Decimal, minimum: Decimal, trace: Trace | None = None) -> Headroom:
    """Return the headroom of a debt yield test: income / balance at least `minimum`. Raises InvalidFigure."""
    earned, required = exact("income", income), positive("minimum", minimum)
    owed = positive("balance", balance)
    if trace:
        trace.says(
            "balance at the limit = income / minimum debt yield; income needed = minimum debt yield x balance",
            rounding="balance and paydown half up, by what income and value may fall down, to the cent",
        )
        trace.input("income", income, Unit.DOLLARS)
        trace.input("balance", balance, Unit.DOLLARS)
        trace.input("minimum debt yield", minimum, Unit.FRACTION)
    supported = max(earned, Fraction(0)) / required
    return _of_income(
        SizingTest.DEBT_YIELD,
        minimum,
        earned / owed,
        income=(earned, required * owed),
        balance=(owed, supported),
    )


def ltv_headroom(balance: Decimal, *, value: Decimal, maximum: Decimal, trace: Trace | None = None) -> Headroom:
    """Return the headroom of an LTV test: balance / value at most `maximum`. Raises InvalidFigure."""
    worth, allowed = not_negative("value", value), positive("maximum", maximum)
    owed = positive("balance", balance)
    if trace:
        trace.says(
            "balance at the limit = value x maximum LTV; value needed = balance / maximum LTV",
            rounding="balance and paydown half up, by what income and value may fall down, to the cent",
        )
        trace.input("balance", balance, Unit.DOLLARS)
        trace.input("value", value, Unit.DOLLARS)
        trace.input("maximum LTV", maximum, Unit.FRACTION)
    passes = owed <= worth * allowed
    return Headroom(
        test=SizingTest.LTV,
        required=maximum,
        actual=quotient(owed / worth) if worth else None,
        passes=passes,
        value_may_fall=cents_down(worth - owed / allowed),
        value_may_fall_share=quotient(1 - owed / allowed / worth) if worth else None,
        balance_at_limit=nearest_cents(worth * allowed),
        paydown=_paydown(owed - worth * allowed, nearest_cents, passes=passes),
        paydown_that_passes=_paydown(owed - worth * allowed, cents_up, passes=passes),
    )


def _of_income(
    test: SizingTest,
    minimum: Decimal,
    actual: Fraction,
    *,
    income: tuple[Fraction, Fraction],
    balance: tuple[Fraction, Fraction],
) -> Headroom:
    (earned, needed), (owed, supported) = income, balance
    passes = earned >= needed
    return Headroom(
        test=test,
        required=minimum,
        actual=quotient(actual),
        passes=passes,
        income_may_fall=cents_down(earned - needed),
        income_may_fall_share=quotient(1 - needed / earned) if earned > 0 else None,
        balance_at_limit=nearest_cents(supported),
        paydown=_paydown(owed - supported, nearest_cents, passes=passes),
        paydown_that_passes=_paydown(owed - supported, cents_up, passes=passes),
    )


def _paydown(excess: Fraction, rounded: Callable[[Fraction], Decimal], *, passes: bool) -> Decimal:
    return _ZERO if passes else max(rounded(excess), _ZERO)
