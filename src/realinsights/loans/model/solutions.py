"""Solutions of statements as people and programs are told them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import fields
from decimal import Decimal
from functools import lru_cache

import msgspec

from realinsights.loans.model.tape import Precision
from realinsights.loans.model.terms import NoteTerms
from realinsights_finance.business_days import BusinessDayRule, HolidayCalendar
from realinsights_finance.day_count import DayCount
from realinsights_finance.rounding import InterestRounding, PaymentRounding
from realinsights_finance.solver import AccrualDates, Convention, PaymentRule, Solution, StatementRow, Status
from realinsights_finance.terms import LoanTerms, PaymentBasis

STATUSES = {
    Status.MATCHED: "matched",
    Status.TIED: "tied",
    Status.DIFFERS: "differs",
    Status.NOTHING_DUE: "nothingDue",
}


class ConventionView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A convention that reproduces a statement, or comes furthest; those of a `group` say the same of what follows.

    `rate` is null where each month has its own, as the tape or the terms say. `words` name it, its rate and its payment
    apart.
    """

    day_count: DayCount
    accrual_dates: AccrualDates
    rate: Decimal | None
    interest_rounding: InterestRounding
    daily_rate_decimals: int | None
    payment_rule: PaymentRule
    payment_rounding: PaymentRounding | None
    payment: Decimal | None
    interest_only_until: datetime.date | None
    accrues_from: datetime.date | None
    group: int
    words: str


class DifferenceView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The first figure of a statement that no convention reproduces."""

    due_date: datetime.date
    field: str
    reported: Decimal
    computed: Decimal


class DecisionView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The first installment to come that decides a tie: `values` are the figure's by group."""

    due_date: datetime.date
    field: str
    values: tuple[Decimal, ...]


class SolvedRow(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An installment as the statement reports it, beside what the first convention makes of it; null is not known."""

    due_date: datetime.date
    beginning_balance: Decimal | None
    interest: Decimal | None
    principal: Decimal | None
    ending_balance: Decimal | None
    computed_beginning_balance: Decimal | None
    computed_interest: Decimal | None
    computed_principal: Decimal | None
    computed_ending_balance: Decimal | None


class SolutionView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What was found of one loan's statement; `status` is matched, tied, differs, nothingDue or refused.

    `conventions` are the usual ones first. `problem` says why a statement was refused.
    """

    loan: str
    status: str
    conventions: tuple[ConventionView, ...]
    matched_rows: int
    first_difference: DifferenceView | None = None
    decided_by: DecisionView | None = None
    problem: str | None = None
    rows: tuple[SolvedRow, ...] = ()


TOLERANCES = {
    Precision.CENTS: "none: every figure to the cent",
    Precision.FLOAT32: "the larger of $0.02 and 0.000012 % of the balance: the money was stored as 32-bit floats",
}


class SolvedFile(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What was found of a file: `tolerance` says how far a figure may be off."""

    precision: Precision
    tolerance: str
    loans: tuple[SolutionView, ...]


def solved_file(precision: Precision, loans: Iterable[SolutionView]) -> SolvedFile:
    """Return what was found of the loans of a file."""
    return SolvedFile(precision=precision, tolerance=TOLERANCES[precision], loans=tuple(loans))


def refused(loan: str, problem: str) -> SolutionView:
    """Return that a loan's statement cannot be solved, and why."""
    return SolutionView(loan=loan, status="refused", conventions=(), matched_rows=0, problem=problem)


def convention_view(convention: Convention, group: int = 0) -> ConventionView:
    """Return a convention as it is told."""
    said = {field.name: getattr(convention, field.name) for field in fields(convention)}
    return ConventionView(**said, group=group, words=convention_words(convention))


def payment_rule_of(terms: LoanTerms) -> PaymentRule:
    """Return what an installment repays by a loan's own terms."""
    if not terms.amortizes:
        return PaymentRule.INTEREST_ONLY
    if terms.payment is not None:
        return PaymentRule.LEVEL_STATED
    if terms.payment_basis is PaymentBasis.EFFECTIVE_RATE:
        return PaymentRule.LEVEL_EFFECTIVE_RATE
    return PaymentRule.LEVEL_FROM_CLOSING if terms.amortization_from_closing else PaymentRule.LEVEL_NOTE_RATE


def accrual_dates_of(terms: LoanTerms) -> AccrualDates:
    """Return the days from which to which interest runs by a loan's own terms."""
    if not terms.accrual_adjusted or terms.business_day_calendar is None:
        return AccrualDates.DUE_TO_DUE
    moved = (terms.business_day_rule, terms.business_day_calendar)
    return next((each for each in AccrualDates if each.moved == moved), AccrualDates.DUE_TO_DUE)


def convention_of(terms: LoanTerms) -> ConventionView:
    """Return the convention that a loan's own terms state."""
    rule, months = payment_rule_of(terms), terms.interest_only_periods
    return ConventionView(
        day_count=terms.day_count,
        accrual_dates=accrual_dates_of(terms),
        rate=terms.rate,
        interest_rounding=terms.rounding.interest,
        daily_rate_decimals=terms.rounding.daily_rate_decimals,
        payment_rule=rule,
        payment_rounding=None if rule in _NOT_COMPUTED else terms.rounding.payment,
        payment=terms.level_payment() if terms.amortizes else None,
        interest_only_until=terms.due_date(months) if terms.amortizes and months else None,
        accrues_from=None,
        group=0,
        words=stated_words(terms),
    )


def convention_of_plan(terms: NoteTerms, rule: PaymentRule, payment: Decimal | None) -> ConventionView:
    """Return the convention that the terms of a loan with a rate for each month state."""
    dates = AccrualDates.DUE_TO_DUE
    if terms.accrual_adjusted and terms.business_day_rule is not BusinessDayRule.UNADJUSTED:
        moved = f"{terms.business_day_rule}_{terms.business_day_calendar or HolidayCalendar.FEDERAL_RESERVE}"
        dates = next((each for each in AccrualDates if each.value == moved), dates)
    convention = Convention(
        day_count=terms.day_count,
        accrual_dates=dates,
        rate=None,
        interest_rounding=terms.interest_rounding,
        payment_rule=rule,
        payment=payment,
    )
    return convention_view(convention)


def stated_words(terms: LoanTerms) -> str:
    """Return the convention that a loan's own terms state, in words."""
    rule, rounding = payment_rule_of(terms), terms.rounding
    return _words(
        terms.day_count,
        accrual_dates_of(terms),
        rounding.interest,
        rounding.daily_rate_decimals,
        rule,
        None if rule in _NOT_COMPUTED else rounding.payment,
    )


_NOT_COMPUTED = frozenset({PaymentRule.INTEREST_ONLY, PaymentRule.LEVEL_STATED})

_DAY_COUNTS = {
    DayCount.ACTUAL_360: "actual/360",
    DayCount.ACTUAL_365_FIXED: "actual/365",
    DayCount.ACTUAL_ACTUAL_ISDA: "actual/actual",
    DayCount.THIRTY_360: "30/360",
    DayCount.THIRTY_360_US: "30/360 US",
    DayCount.THIRTY_E_360: "30E/360",
}
_ACCRUALS = {
    AccrualDates.DUE_TO_DUE: "from due date to due date",
    AccrualDates.MONTH_BEFORE: "over the month before the due date's",
    AccrualDates.MONTH_OF: "over the due date's month",
}
_INTEREST = {
    InterestRounding.HALF_UP: "interest rounded half up",
    InterestRounding.HALF_EVEN: "interest rounded half to even",
    InterestRounding.DOWN: "interest cut off at the cent",
    InterestRounding.UP: "interest rounded up",
    InterestRounding.CARRIED: "balances carried unrounded",
}
_RULES = {
    PaymentRule.INTEREST_ONLY: "interest only",
    PaymentRule.LEVEL_NOTE_RATE: "level payment at the note rate",
    PaymentRule.LEVEL_EFFECTIVE_RATE: "level payment at the rate x 365/360",
    PaymentRule.LEVEL_FROM_CLOSING: "level payment over the term that interest-only months leave",
    PaymentRule.LEVEL_STATED: "level payment as stated",
    PaymentRule.FIXED_PRINCIPAL: "the same principal each time",
    PaymentRule.UNKNOWN: "principal not reported",
    PaymentRule.LEVEL_AT_RESETS: "level payment computed anew with each new rate",
    PaymentRule.AS_REPORTED: "principal as reported",
}
_PAYMENTS = {
    PaymentRounding.CENT_UP: " up to the cent",
    PaymentRounding.DOLLAR: " to the dollar",
    PaymentRounding.DOLLAR_UP: " up to the dollar",
}


def convention_words(convention: Convention) -> str:
    """Return a convention in words, its rate and its payment apart."""
    return _words(
        convention.day_count,
        convention.accrual_dates,
        convention.interest_rounding,
        convention.daily_rate_decimals,
        convention.payment_rule,
        convention.payment_rounding,
    )


@lru_cache(maxsize=1024)  # a tape has a hundred thousand loans and a few conventions
def _words(  # noqa: PLR0917 - what is remembered goes by its place
    day_count: DayCount,
    dates: AccrualDates,
    interest: InterestRounding,
    decimals: int | None,
    rule: PaymentRule,
    payment: PaymentRounding | None,
) -> str:
    accrual = _ACCRUALS.get(dates) or f"between due dates moved by {dates.value}".replace("_", " ")
    words = [f"{_DAY_COUNTS[day_count]} {accrual}", _INTEREST[interest]]
    if decimals is not None:
        words.append(f"the rate of a day rounded to {decimals} decimals")
    words.append(_RULES[rule] + ("" if payment is None else _PAYMENTS.get(payment, "")))
    return ", ".join(words)


def solution_view(loan: str, solution: Solution, reported: Sequence[StatementRow] = ()) -> SolutionView:
    """Return a solution as it is told; with its rows where they were computed."""
    difference, decision = solution.first_difference, solution.decided_by
    return SolutionView(
        loan=loan,
        status=STATUSES[solution.status],
        conventions=tuple(map(convention_view, solution.conventions, solution.groups)),
        matched_rows=solution.matched_rows,
        first_difference=None
        if difference is None
        else DifferenceView(
            due_date=difference.due_date,
            field=_camel(difference.field),
            reported=difference.reported,
            computed=difference.computed,
        ),
        decided_by=None
        if decision is None
        else DecisionView(due_date=decision.due_date, field=_camel(decision.field), values=decision.values),
        rows=tuple(map(_row, reported, solution.computed)),
    )


def _row(reported: StatementRow, computed: StatementRow) -> SolvedRow:
    names = ("beginning_balance", "interest", "principal", "ending_balance")
    return SolvedRow(
        due_date=reported.due_date,
        **{name: getattr(reported, name) for name in names},
        **{f"computed_{name}": getattr(computed, name) for name in names},
    )


def _camel(field: str) -> str:
    first, *rest = field.split("_")
    return first + "".join(part.title() for part in rest)
