"""Solutions of statements as people and programs are told them."""

from __future__ import annotations

import datetime
from decimal import Decimal

import msgspec

from realinsights_finance.day_count import DayCount
from realinsights_finance.rounding import InterestRounding, PaymentRounding
from realinsights_finance.solver import AccrualDates, Convention, PaymentRule, Solution, Status

STATUSES = {
    Status.MATCHED: "matched",
    Status.TIED: "tied",
    Status.DIFFERS: "differs",
    Status.NOTHING_DUE: "nothingDue",
}


class ConventionView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A convention that reproduces a statement, or comes furthest; those of a `group` say the same of what follows."""

    day_count: DayCount
    accrual_dates: AccrualDates
    rate: Decimal
    interest_rounding: InterestRounding
    daily_rate_decimals: int | None
    payment_rule: PaymentRule
    payment_rounding: PaymentRounding | None
    payment: Decimal | None
    interest_only_until: datetime.date | None
    accrues_from: datetime.date | None
    group: int


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


class SolutionView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What was found of one loan's statement; `status` is matched, tied, differs or nothingDue."""

    loan: str
    status: str
    conventions: tuple[ConventionView, ...]
    matched_rows: int
    first_difference: DifferenceView | None = None
    decided_by: DecisionView | None = None
    problem: str | None = None


def solution_view(loan: str, solution: Solution) -> SolutionView:
    """Return a solution as it is told."""
    difference, decision = solution.first_difference, solution.decided_by
    return SolutionView(
        loan=loan,
        status=STATUSES[solution.status],
        conventions=tuple(map(_convention, solution.conventions, solution.groups)),
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
    )


def _convention(convention: Convention, group: int) -> ConventionView:
    said = {field: getattr(convention, field) for field in ConventionView.__struct_fields__ if field != "group"}
    return ConventionView(**said, group=group)


def _camel(field: str) -> str:
    first, *rest = field.split("_")
    return first + "".join(part.title() for part in rest)
