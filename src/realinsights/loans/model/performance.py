"""Performance of a property: valuations and operating statements, and which of them a ratio uses."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Final

import msgspec

from realinsights.contracts.loans import DatedAmount, Income, StatementBasis
from realinsights.loans.model.quantities import Amount, Fraction, Money, SignedMoney
from realinsights.loans.model.texts import Line

SHORTEST_YEAR: Final = 350  # days of a statement that counts as a year's: servicers begin on 12-31 or 01-01
LONGEST_YEAR: Final = 380


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


class IncomeFigures(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A year's income on each basis: of the latest statement, and of the latest one of each basis alone."""

    latest: DatedAmount | None = None
    underwritten: DatedAmount | None = None
    trailing_twelve_months: DatedAmount | None = None
    annual: DatedAmount | None = None
    budget: DatedAmount | None = None

    @property
    def told(self) -> Income:
        """The income as events carry it."""
        return Income(
            latest=self.latest,
            underwritten=self.underwritten,
            trailing_twelve_months=self.trailing_twelve_months,
            annual=self.annual,
        )


def latest_valuation(valuations: Iterable[Valuation], *, on: datetime.date | None = None) -> DatedAmount | None:
    """Return the value of the latest date, not after `on` where given; an undated one only where there is no other."""
    best: Valuation | None = None
    for valuation in valuations:
        if on is not None and valuation.as_of is not None and valuation.as_of > on:
            continue
        if best is None or _later(valuation.as_of, best.as_of):
            best = valuation
    return DatedAmount(best.amount, best.as_of) if best is not None else None


def income_figures(
    statements: Iterable[OperatingStatement],
    field: str,
    *,
    own: StatementBasis | None = None,
    on: datetime.date | None = None,
) -> IncomeFigures:
    """Return a field of the latest statement of each basis, ending not after `on` where given.

    `latest` is of the basis `own` where one of it has the field. Else it is of the latest actual statement, one that is
    annual or of trailing twelve months, unless the underwritten one ends on its last day or later: that was made
    knowing the actual ones. Of part of a year, an actual statement says no annual figure.
    """
    found: dict[StatementBasis, OperatingStatement] = {}
    for statement in statements:
        if getattr(statement, field) is None or _is_part_of_a_year(statement):
            continue
        if on is not None and statement.period_end is not None and statement.period_end > on:
            continue
        best = found.get(statement.basis)
        if best is None or _later(statement.period_end, best.period_end):
            found[statement.basis] = statement
    if not found:
        return IncomeFigures()
    figures = {
        basis: DatedAmount(getattr(statement, field), statement.period_end, basis) for basis, statement in found.items()
    }
    return IncomeFigures(latest=_latest(figures, own), **{basis.value: figure for basis, figure in figures.items()})


def latest_occupancy(
    statements: Iterable[OperatingStatement], *, on: datetime.date | None = None
) -> DatedAmount | None:
    """Return the occupancy of the latest statement that has one, budgets aside."""
    best: OperatingStatement | None = None
    for statement in statements:
        if statement.occupancy is None or statement.basis is StatementBasis.BUDGET:
            continue
        if on is not None and statement.period_end is not None and statement.period_end > on:
            continue
        if best is None or _later(statement.period_end, best.period_end):
            best = statement
    if best is None or best.occupancy is None:
        return None
    return DatedAmount(best.occupancy, best.period_end, best.basis)


def _latest(figures: dict[StatementBasis, DatedAmount], own: StatementBasis | None) -> DatedAmount | None:
    if own in figures:
        return figures[own]
    actual, annual = figures.get(StatementBasis.TRAILING_TWELVE_MONTHS), figures.get(StatementBasis.ANNUAL)
    if actual is None or (annual is not None and _later(annual.as_of, actual.as_of)):
        actual = annual
    underwritten = figures.get(StatementBasis.UNDERWRITTEN)
    if actual is None or (underwritten is not None and _later(underwritten.as_of, actual.as_of)):
        return underwritten
    return actual


def _is_part_of_a_year(statement: OperatingStatement) -> bool:
    start, end = statement.period_start, statement.period_end
    if start is None or end is None or statement.basis not in ACTUAL:
        return False
    return not SHORTEST_YEAR <= (end - start).days <= LONGEST_YEAR


def _later(date: datetime.date | None, than: datetime.date | None) -> bool:
    return date is not None and (than is None or date >= than)


ACTUAL: Final = frozenset({StatementBasis.TRAILING_TWELVE_MONTHS, StatementBasis.ANNUAL})
"""The bases of what a property has earned."""
