"""A loan as its statements make it: its present, and its months, each by what was known at its end. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import msgspec

from realinsights.contracts.loans import DatedPerformance, PeriodFigures, PropertyType
from realinsights.loans.model.collateral import performance_of
from realinsights.loans.model.debt_service import annual_debt_service
from realinsights.loans.model.imports import TapeStatement
from realinsights.loans.model.loan import Loan, LoanProperty, amortization_type
from realinsights.loans.model.period import ReportedPeriod, month_of
from realinsights.loans.model.property import Property
from realinsights.loans.model.tape import Statement
from realinsights.loans.model.tape_state import TapeState, building_fields, states
from realinsights.loans.model.terms import NoteTerms
from realinsights_platform.errors import FieldError

REQUIRED: Final = (
    ("original_balance", "originalBalance"),
    ("current_balance", "currentBalance"),
    ("origination_date", "originationDate"),
    ("maturity_date", "maturityDate"),
    ("rate", "rate"),
)


@dataclass(frozen=True, slots=True)
class Parties:
    """The parties that names refer to; None where there is none of the name."""

    lender: Callable[[str], str | None]
    fund: Callable[[str], str | None]
    portfolio: Callable[[str], str | None]


@dataclass(slots=True)
class Subject:
    """A loan as it is stored, with all that is stored for it; `loan` is None where it is to be created.

    `within_deal`: a property's number identifies it within its deal (EX-102), not only within its loan (CSV).
    """

    loan_id: str
    org: str
    number: str
    deal: str | None
    within_deal: bool
    asset_number: str | None
    loan: Loan | None
    properties: Mapping[str, Property]
    property_ids: Mapping[str, str]
    periods: Mapping[str, ReportedPeriod]
    source: str
    import_id: str


@dataclass(slots=True)
class Derived:
    """The present and the months that a set of statements gives, from a date on; `values` None where it is no loan."""

    values: dict[str, Any] | None = None
    terms: dict[str, Any] = field(default_factory=dict)
    buildings: dict[str, dict[str, Any]] = field(default_factory=dict)
    months: dict[Any, PeriodFigures] = field(default_factory=dict)
    performances: dict[Any, tuple[Statement, DatedPerformance, Any]] = field(default_factory=dict)
    missing: list[FieldError] = field(default_factory=list)


def derived(subject: Subject, statements: Sequence[Statement], changed: Statement, parties: Parties) -> Derived:
    """Return the present that the statements make, and the months from the changed statement on."""
    past = Derived()
    state: TapeState | None = None
    for statement, state in states(statements):
        if statement.period_end >= changed.period_end:
            _remember(past, subject, statement, state, parties)
    if state is not None:
        past.missing = missing_fields(state)
        if not past.missing:
            past.values = loan_values(subject, state, parties)
            past.terms = dict(state.terms)
        past.buildings = {number: building_fields(building) for number, building in state.buildings.items()}
    return past


def months_of(loan: Loan, stored: Sequence[TapeStatement]) -> tuple[PeriodFigures, ...]:
    """Return the months that a stored loan's statements tell of, oldest first."""
    if not stored:
        return ()
    subject = Subject(
        loan_id=loan.id,
        org=loan.org,
        number=loan.number,
        deal=loan.deal,
        within_deal=False,
        asset_number=loan.asset_number,
        loan=loan,
        properties={},
        property_ids={number: key for item in stored for number, key in item.property_ids.items()},
        periods={},
        source="",
        import_id="",
    )
    nobody = Parties(*[lambda _: None] * 3)
    statements = [item.statement for item in stored]
    first = min(statements, key=lambda statement: statement.period_end)
    return tuple(figures for _, figures in sorted(derived(subject, statements, first, nobody).months.items()))


def missing_fields(state: TapeState) -> list[FieldError]:
    """Return what a loan must have and no statement has said."""
    return [
        FieldError(wire, "is not known: no tape has said it") for name, wire in REQUIRED if name not in state.fields
    ]


def loan_values(subject: Subject, state: TapeState, parties: Parties) -> dict[str, Any]:
    """Return the stored loan's fields that its statements decide, terms apart."""
    values = dict(state.fields)
    values.setdefault("name", f"Loan {subject.asset_number or subject.number}")
    for name, field_name, find in (
        ("lender", "lender_id", parties.lender),
        ("fund", "fund_id", parties.fund),
        ("portfolio", "portfolio_id", parties.portfolio),
    ):
        if name in state.names:
            values[field_name] = find(state.names[name])
    if state.present:  # tapes that speak of no building say nothing of those that a person has entered
        values["properties"] = tuple(
            LoanProperty(
                property_id=subject.property_ids[number], allocated_amount=state.buildings[number].allocated_amount
            )
            for number in state.present
        )
    return values


def new_loan(subject: Subject, values: Mapping[str, Any], terms: Mapping[str, Any]) -> Loan:
    """Return the loan that statements make of nothing."""
    note = NoteTerms(**terms)
    return Loan(
        id=subject.loan_id,
        org=subject.org,
        number=subject.number,
        deal=subject.deal,
        asset_number=subject.asset_number,
        terms=note,
        amortization_type=amortization_type(note, values["maturity_date"]),
        property_ids=tuple(share.property_id for share in values.get("properties", ())),
        sources={"*": subject.source},
        **values,
    )


def _remember(past: Derived, subject: Subject, statement: Statement, state: TapeState, parties: Parties) -> None:
    """Note the month of a statement by what was known at its end."""
    if missing_fields(state):
        return
    loan = new_loan(subject, loan_values(subject, state, parties), state.terms)
    own = subject.loan
    if own is not None and own.statement_basis is not None:
        loan = msgspec.structs.replace(loan, statement_basis=own.statement_basis, statement_basis_chosen=True)
    assets = {
        subject.property_ids[number]: new_property(subject, number, building_fields(state.buildings[number]))
        for number in state.present
    }
    performance = performance_of(loan, assets)
    past.performances[statement.period_end] = (statement, performance, state.fields["status"])
    if statement.balance is None:
        return
    debt_service = annual_debt_service(loan)
    past.months[month_of(statement.period_end)] = month_figures(
        statement, loan, debt_service.annual if debt_service is not None else None, performance
    )


def month_figures(
    statement: Statement, loan: Loan, debt_service: Decimal | None, performance: DatedPerformance
) -> PeriodFigures:
    """Return a statement's month as readers of portfolios have it."""
    return PeriodFigures(
        month=month_of(statement.period_end),
        balance=statement.balance or Decimal("0.00"),
        rate=statement.rate or loan.rate,
        status=loan.status,
        reported=True,
        annual_debt_service=debt_service,
        performance=performance,
    )


def new_property(subject: Subject, number: str, fields: Mapping[str, Any]) -> Property:
    """Return the property that statements make of nothing."""
    values = {"name": f"{subject.number} property {number}", "property_type": PropertyType.OTHER, **fields}
    return Property(
        id=subject.property_ids[number],
        org=subject.org,
        deal=subject.deal,
        asset_number=number if subject.within_deal else None,
        sources={"*": subject.source},
        **values,
    )
