"""Refinance of a loan: its balloon beside the loan that could replace it, with all that this rests on. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

import msgspec

from realinsights.contracts.loans import LoanStatus
from realinsights.contracts.refinancing import (
    Assumption,
    NewLoan,
    assumed,
    assumptions_of,
    checked_business_date,
    named_on_the_wire,
    refinancing_of,
)
from realinsights.loans.model.collateral import collateral_figures
from realinsights.loans.model.explained import ExplainedUnit, Explanation, explanation_of
from realinsights.loans.model.falling_due import ExpectedMaturity, MaturityKind, expected_maturity
from realinsights.loans.model.loan import GONE, Loan
from realinsights.loans.model.property import Property
from realinsights.loans.model.ratios import RatioBasis, RatioInput, Unknown, income_input, numbers_of, split_reason
from realinsights.loans.model.refinance_balloon import balloon_on, explain_balloon
from realinsights.loans.model.refinance_figures import STATED, RefinanceFigure, stated
from realinsights.loans.model.refinance_flip import GapOn, RefinanceFlip, flip_of
from realinsights.loans.model.sizing import SizedLoan, told_loan
from realinsights_finance.credit.figures import (
    LARGEST_AMOUNT,
    InvalidFigure,
    nearest_cents,
    positive,
)
from realinsights_finance.credit.growth import grown
from realinsights_finance.credit.new_loan import new_loan_payments
from realinsights_finance.credit.refinance import NoBreakEvenRate, Refinance, break_even_rate, refinance
from realinsights_finance.credit.sizing import Collateral, SizingTest
from realinsights_finance.explain import Trace, Unit
from realinsights_platform.errors import Invalid

ZERO: Final = Decimal(0)


class RefinanceCase(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a refinance assumes of the property and the balloon; a figure that is stated stands for the known one.

    `noi_growth` is a year's, from the business date on. `cap_rate` values the property at the income on the day,
    `value` states it. `fixed_costs` are dollars.
    """

    noi: Decimal | None = None
    noi_growth: Decimal = ZERO
    value: Decimal | None = None
    cap_rate: Decimal | None = None
    balloon: Decimal | None = None
    fixed_costs: Decimal = ZERO


CASE_UNITS: Final[Mapping[str, ExplainedUnit]] = {
    "noi": "dollars",
    "noi_growth": "fraction",
    "value": "dollars",
    "cap_rate": "fraction",
    "balloon": "dollars",
    "fixed_costs": "dollars",
}


EXPLAINED: Final = ("balloon", "income", "value", "gap", "payment", "breakEvenRate")


class LoanRefinance(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A loan's balloon on a day beside the loan that could replace it.

    `maturity_kind` says what the day is on which it is expected to be repaid; `extended` that an exercised option moved
    it there, from `maturity_date`. `gap` = balloon + costs - proceeds: the equity needed, below zero cash taken out. It
    is `financeable` where there is none. Where they are null, `unknown` says why. At the `break_even_rate` the DSCR
    test alone just covers balloon and costs; where it is null, `no_break_even` says why. `flip` is the first month in
    which today's gap turns, by the loan's schedule and the growth of the income; where it is null, `no_flip` says why.
    """

    loan_id: str
    number: str
    business_date: datetime.date
    on: datetime.date
    expected_maturity_date: datetime.date
    maturity_kind: MaturityKind
    maturity_date: datetime.date
    extended: bool
    balloon: RefinanceFigure
    income_today: RefinanceFigure
    income: RefinanceFigure
    value: RefinanceFigure
    sizing: SizedLoan | None
    costs: Decimal | None
    gap: Decimal | None
    financeable: bool | None
    break_even_rate: Decimal | None
    no_break_even: str | None
    flip: RefinanceFlip | None
    no_flip: str | None
    unknown: tuple[str, ...]
    assumptions: tuple[Assumption, ...]
    explained: dict[str, Explanation] | None = None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question about a loan's refinance."""

    new_loan: NewLoan
    case: RefinanceCase
    basis: RatioBasis
    business_date: datetime.date
    on: datetime.date | None
    explain: bool


def refinance_of(loan: Loan, properties: Mapping[str, Property], beside: Sequence[Loan], asked: Asked) -> LoanRefinance:
    """Return the loan's refinance on a day, by default that of its expected repayment, or the business date if later.

    Raises `Invalid` naming the parameter that cannot be.
    """
    checked_business_date(asked.business_date)
    refinancing_of(asked.new_loan)
    expected = expected_maturity(loan, on=asked.business_date)
    on = _day(loan, asked, expected)
    traces = {name: Trace() for name in EXPLAINED} if asked.explain else {}
    balloon, terms = balloon_on(loan, asked.case.balloon, expected, on)
    if asked.explain:
        explain_balloon(traces["balloon"], loan, balloon, terms)
    today = _income_today(loan, properties, asked)
    income = _income(today, asked, on, traces.get("income"))
    value = _value(loan, properties, asked, income, traces.get("value"))
    barred = _obstacles(loan, beside)
    obstacles = [*barred, *_missing(asked.new_loan, balloon, income, value)]
    found = sized = None
    rate, no_rate = None, "; ".join(obstacles) or None
    if not obstacles and balloon.value is not None:
        with named_on_the_wire():
            found = _refinanced(balloon.value, income, value, asked, traces.get("gap"))
            payments = new_loan_payments(found.sizing.proceeds, asked.new_loan.quote, trace=traces.get("payment"))
            rate, no_rate = _break_even(balloon.value, income.value, asked, traces.get("breakEvenRate"))
        sized = told_loan(found.sizing, payments, asked.new_loan.tests, {})
    flip = "; ".join(barred) or _flip(loan, properties, asked, expected, today)
    return LoanRefinance(
        loan_id=loan.id,
        number=loan.number,
        business_date=asked.business_date,
        on=on,
        expected_maturity_date=expected.date,
        maturity_kind=expected.kind,
        maturity_date=loan.maturity_date,
        extended=expected.kind is MaturityKind.EXTENDED,
        balloon=balloon,
        income_today=today,
        income=income,
        value=value,
        sizing=sized,
        costs=None if found is None else found.costs,
        gap=None if found is None else found.gap,
        financeable=None if found is None else found.financeable,
        break_even_rate=rate,
        no_break_even=no_rate,
        flip=flip if isinstance(flip, RefinanceFlip) else None,
        no_flip=flip if isinstance(flip, str) else None,
        unknown=tuple(obstacles),
        assumptions=(
            *assumptions_of(asked.new_loan),
            *assumed(asked.case, CASE_UNITS, lambda name: getattr(asked.case, name)),
        ),
        explained={name: explanation_of(trace) for name, trace in traces.items() if trace.formula} if traces else None,
    )


def _refinanced(
    balloon: Decimal, income: RefinanceFigure, value: RefinanceFigure, asked: Asked, trace: Trace | None = None
) -> Refinance:
    return refinance(
        balloon,
        Collateral(income=income.value, value=value.value),
        asked.new_loan.tests,
        asked.new_loan.quote,
        cost_rate=asked.new_loan.cost_rate,
        fixed_costs=stated("fixed_costs", asked.case.fixed_costs),
        trace=trace,
    )


def _flip(
    loan: Loan,
    properties: Mapping[str, Property],
    asked: Asked,
    expected: ExpectedMaturity,
    today: RefinanceFigure,
) -> RefinanceFlip | str:
    """Return when the gap turns, as far as figures are stated or known; or why it does not, or is not known to."""

    def gap_on(day: datetime.date) -> GapOn:
        try:
            balloon, _ = balloon_on(loan, asked.case.balloon, expected, day)
            income = _income(today, asked, day, None)
            value = _value(loan, properties, asked, income, None)
            missing = _missing(asked.new_loan, balloon, income, value)
            if missing or balloon.value is None:
                return GapOn(None, "; ".join(missing))
            return GapOn(_refinanced(balloon.value, income, value, asked).gap)
        except (Invalid, InvalidFigure):
            return GapOn(None, "a figure grows beyond what can be computed")

    return flip_of(gap_on, since=asked.business_date, until=expected.date)


def _day(loan: Loan, asked: Asked, expected: ExpectedMaturity) -> datetime.date:
    usual = max(expected.date, asked.business_date)
    if asked.on is not None and asked.on < loan.origination_date:
        raise Invalid.field("on", f"precedes the loan's origination on {loan.origination_date}")
    if asked.on is None:
        return usual
    if asked.on < asked.business_date:
        raise Invalid.field("on", f"precedes the business date {asked.business_date}")
    if asked.on > usual:
        raise Invalid.field("on", f"is after {usual}, when the loan is expected to be repaid")
    return asked.on


def _obstacles(loan: Loan, beside: Sequence[Loan]) -> list[str]:
    found = []
    if loan.status in GONE or not loan.current_balance:
        found.append("nothing is owed on it any more")
    if loan.status is LoanStatus.DEFEASED:
        found.append("it is defeased: secured by government securities, no longer by its property")
    split = split_reason(loan)
    if split is not None:
        found.append(split)
    if beside:
        found.append(
            f"other loans stand on its properties ({numbers_of(beside)}): "
            "what a new loan may take of them is not computed"
        )
    return found


def _missing(new_loan: NewLoan, *figures: RefinanceFigure) -> list[str]:
    balloon, income, value = figures
    made = set(SizingTest) - set(new_loan.without)
    needed = [balloon]
    if made & {SizingTest.DSCR, SizingTest.DEBT_YIELD}:
        needed.append(income)
    if SizingTest.LTV in made:
        needed.append(value)
    return list(dict.fromkeys(figure.unknown for figure in needed if figure.unknown is not None))


def _income_today(loan: Loan, properties: Mapping[str, Property], asked: Asked) -> RefinanceFigure:
    if asked.case.noi is not None:
        noi = stated("noi", asked.case.noi, signed=True)
        return RefinanceFigure(value=noi, as_of=asked.business_date, basis=STATED)
    figures = collateral_figures(loan, properties, on=asked.business_date)
    return _figure(income_input("net operating income", figures.net_operating_income, asked.basis, asked.business_date))


def _figure(known: RatioInput | Unknown) -> RefinanceFigure:
    if isinstance(known, Unknown):
        return RefinanceFigure(value=None, as_of=None, basis=None, unknown=known.reason)
    return RefinanceFigure(value=known.value, as_of=known.as_of, basis=known.basis, old=known.old)


def _income(today: RefinanceFigure, asked: Asked, on: datetime.date, trace: Trace | None) -> RefinanceFigure:
    if today.value is None:
        return today
    growth = asked.case.noi_growth
    with named_on_the_wire():
        try:
            value = grown(today.value, growth, since=asked.business_date, until=on, trace=trace)
        except InvalidFigure as refused:
            raise InvalidFigure("noi_growth" if refused.field == "growth" else "noi", refused.message) from None
    words = f"{today.basis}, grown by {growth} a year from {asked.business_date}" if growth else today.basis
    return RefinanceFigure(value=value, as_of=on if growth else today.as_of, basis=words, old=today.old)


def _value(
    loan: Loan, properties: Mapping[str, Property], asked: Asked, income: RefinanceFigure, trace: Trace | None
) -> RefinanceFigure:
    case = asked.case
    if case.value is not None and case.cap_rate is not None:
        raise Invalid.field("capRate", "may not be stated together with value: one of them gives the value")
    if case.value is not None:
        return RefinanceFigure(value=stated("value", case.value), as_of=asked.business_date, basis=STATED)
    if case.cap_rate is not None:
        with named_on_the_wire():
            rate = positive("cap_rate", case.cap_rate)
            if rate > 1:
                raise InvalidFigure("cap_rate", "must be a fraction, at most 1: 6 % is 0.06")
        if income.value is None:
            return RefinanceFigure(value=None, as_of=None, basis=None, unknown=income.unknown)
        value = nearest_cents(max(Fraction(income.value), Fraction(0)) / rate)
        if value > LARGEST_AMOUNT:
            raise Invalid.field("capRate", f"gives a value of more than {LARGEST_AMOUNT:,}")
        if trace:
            trace.says("value = income / cap rate", rounding="half up to the cent, once")
            trace.input("income", income.value, Unit.DOLLARS)
            trace.input("cap rate", case.cap_rate, Unit.FRACTION)
            trace.step("value", value, Unit.DOLLARS)
        return RefinanceFigure(value=value, as_of=income.as_of, basis=f"income at a cap rate of {case.cap_rate}")
    known = collateral_figures(loan, properties, on=asked.business_date).value
    if known is None:
        reason = "the value of its properties is not known: state value or capRate"
        return RefinanceFigure(value=None, as_of=None, basis=None, unknown=reason)
    return RefinanceFigure(value=known.amount, as_of=known.as_of, basis="the latest valuation of its properties")


def _break_even(
    balloon: Decimal, income: Decimal | None, asked: Asked, trace: Trace | None
) -> tuple[Decimal | None, str | None]:
    new_loan = asked.new_loan
    if SizingTest.DSCR in new_loan.without or income is None:
        return None, "the DSCR test is not made"
    if not balloon:
        return None, "nothing is due"
    try:
        rate = break_even_rate(
            balloon,
            income,
            minimum_dscr=new_loan.minimum_dscr,
            amortization_months=new_loan.amortization_months or None,
            day_count=new_loan.day_count,
            rate_floor=new_loan.rate_floor,
            cost_rate=new_loan.cost_rate,
            fixed_costs=asked.case.fixed_costs,
            trace=trace,
        )
    except NoBreakEvenRate as none:
        return None, str(none)
    return rate, None
