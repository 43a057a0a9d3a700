"""Performance of a property: valuations and operating statements, and which of them a ratio uses."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum

import msgspec

from realinsights.contracts.loans import Performance
from realinsights.loans.model.quantities import Amount, Fraction, Money, SignedMoney
from realinsights.loans.model.texts import Line


class StatementBasis(StrEnum):
    """The basis of an operating statement's figures."""

    UNDERWRITTEN = "underwritten"
    TRAILING_TWELVE_MONTHS = "trailing_twelve_months"
    ANNUAL = "annual"
    BUDGET = "budget"


class Valuation(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The value of a property; `as_of` is None where the source gives no date, which sorts as the oldest."""

    amount: Money
    as_of: datetime.date | None = None
    source: Line | None = None


class OperatingStatement(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """A year's income of a property, ending on `period_end` (None: undated, the oldest); None is unknown, not zero."""

    basis: StatementBasis
    period_start: datetime.date | None = None
    period_end: datetime.date | None = None
    gross_potential_rent: Money | None = None
    revenue: SignedMoney | None = None
    operating_expenses: SignedMoney | None = None
    net_operating_income: SignedMoney | None = None
    capital_reserves: SignedMoney | None = None
    net_cash_flow: SignedMoney | None = None
    occupancy: Fraction | None = None
    source: Line | None = None


class RollUp(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel"):
    """A servicer's own totals over all properties of a loan."""

    valuations: tuple[Valuation, ...] = ()
    operating_statements: tuple[OperatingStatement, ...] = ()
    square_feet: Amount | None = None
    units: Amount | None = None


class Figure(msgspec.Struct, frozen=True, gc=False):
    """A figure, the date it is of (None: undated), and the basis of its statement (None: several, or no statement)."""

    amount: Decimal
    as_of: datetime.date | None
    basis: StatementBasis | None = None


def latest_valuation(valuations: Iterable[Valuation], *, on: datetime.date | None = None) -> Figure | None:
    """Return the value of the latest date, not after `on` where given; an undated one only where there is no other."""
    best: Valuation | None = None
    for valuation in valuations:
        if on is not None and valuation.as_of is not None and valuation.as_of > on:
            continue
        if best is None or _later(valuation.as_of, best.as_of):
            best = valuation
    return Figure(best.amount, best.as_of) if best is not None else None


def statement_figure(
    statements: Iterable[OperatingStatement],
    field: str,
    *,
    basis: StatementBasis | None,
    on: datetime.date | None = None,
) -> Figure | None:
    """Return a field of the latest statement of `basis`; where none has it, of the latest of another but a budget."""
    best: OperatingStatement | None = None
    for statement in statements:
        if getattr(statement, field) is None or (
            statement.basis is StatementBasis.BUDGET and basis is not StatementBasis.BUDGET
        ):
            continue
        if on is not None and statement.period_end is not None and statement.period_end > on:
            continue
        if best is None or _preferred(statement, best, basis):
            best = statement
    return Figure(getattr(best, field), best.period_end, best.basis) if best is not None else None


def latest_occupancy(statements: Iterable[OperatingStatement], *, on: datetime.date | None = None) -> Figure | None:
    """Return the occupancy of the latest statement that has one, budgets aside."""
    return statement_figure(statements, "occupancy", basis=None, on=on)


def _preferred(statement: OperatingStatement, best: OperatingStatement, basis: StatementBasis | None) -> bool:
    matches, best_matches = statement.basis is basis, best.basis is basis
    if matches != best_matches:
        return matches
    return _later(statement.period_end, best.period_end)


def _later(date: datetime.date | None, than: datetime.date | None) -> bool:
    return date is not None and (than is None or date >= than)


NO_PERFORMANCE = Performance()
