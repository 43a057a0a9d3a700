"""Filters: the loans that a question is about, the same for every answer."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np

from realinsights.contracts.filters import NONE, Filters
from realinsights.contracts.loans import PartyKind
from realinsights.dashboard.model.codes import (
    AMORTIZATIONS,
    PROPERTY_TYPES,
    RATE_TYPES,
    STATUSES,
    STRUCTURES,
    Dictionary,
)
from realinsights.dashboard.model.columns import Backing, Columns, LoanColumn
from realinsights.dashboard.model.due_days import due_days
from realinsights.dashboard.model.exact import Flags, Integers
from realinsights.dashboard.model.searching import found


def selected(columns: Columns, filters: Filters, on: datetime.date, *, with_status: bool = True) -> Flags | None:
    """Return which loans match, None where no filter narrows; `with_status=False` leaves the status filter aside."""
    tests: list[Flags] = []
    column = columns.column
    parties = columns.parties
    for kind, which, wanted in (
        (PartyKind.LENDER, LoanColumn.LENDER, filters.lender_id),
        (PartyKind.FUND, LoanColumn.FUND, filters.fund_id),
        (PartyKind.PORTFOLIO, LoanColumn.PORTFOLIO, filters.portfolio_id),
    ):
        if wanted:
            tests.append(_any_of(column(which), _known(parties[kind], wanted), len(parties[kind])))
    if filters.status and with_status:
        tests.append(_any_of(column(LoanColumn.STATUS), STATUSES.codes(filters.status), len(STATUSES)))
    if filters.structure:
        tests.append(_any_of(column(LoanColumn.STRUCTURE), STRUCTURES.codes(filters.structure), len(STRUCTURES)))
    if filters.rate_type:
        tests.append(_any_of(column(LoanColumn.RATE_TYPE), RATE_TYPES.codes(filters.rate_type), len(RATE_TYPES)))
    if filters.amortization_type:
        tests.append(
            _any_of(column(LoanColumn.AMORTIZATION), AMORTIZATIONS.codes(filters.amortization_type), len(AMORTIZATIONS))
        )
    if filters.maturity_from or filters.maturity_to:
        due = due_days(columns, column, on)
        first, last = filters.maturity_from or datetime.date.min, filters.maturity_to or datetime.date.max
        tests.append((due >= first.toordinal()) & (due <= last.toordinal()))
    if filters.by_property:
        tests.append(_by_collateral(columns, filters))
    if filters.loan_id:
        tests.append(named(columns, filters.loan_id))
    if filters.q and filters.q.strip():
        tests.append(found(columns, filters.q))
    return np.logical_and.reduce(tests) if tests else None


def matching_collateral(columns: Columns, filters: Filters, backing: Integers) -> Flags | None:
    """Return which collateral rows are of the wanted types, states and properties, None where nothing narrows."""
    tests: list[Flags] = []
    if filters.property_id:
        tests.append(
            np.isin(backing[Backing.PROPERTY], _known(columns.parties[PartyKind.PROPERTY], filters.property_id))
        )
    if filters.property_type:
        tests.append(_any_of(backing[Backing.TYPE], PROPERTY_TYPES.codes(filters.property_type), len(PROPERTY_TYPES)))
    if filters.state:
        tests.append(_any_of(backing[Backing.STATE], _known(columns.states, filters.state), len(columns.states)))
    return np.logical_and.reduce(tests) if tests else None


def named(columns: Columns, loan_ids: Sequence[str]) -> Flags:
    """Return which loans have one of the ids; an id that no loan has is passed over."""
    flags = np.zeros(columns.count, np.bool_)
    flags[[row for loan_id in loan_ids if (row := columns.rows.get(loan_id)) is not None]] = True
    return flags


def _by_collateral(columns: Columns, filters: Filters) -> Flags:
    backing = columns.collateral.everything()
    matching = matching_collateral(columns, filters, backing)
    loans = np.zeros(columns.count, np.bool_)
    loans[backing[Backing.OWNER, matching]] = True
    wanted = [values for values in (filters.state, filters.property_id) if values]
    if not filters.property_type and all(NONE in values for values in wanted):
        bare = np.ones(columns.count, np.bool_)
        bare[backing[Backing.OWNER]] = False
        loans |= bare
    return loans


def _any_of(codes: Integers, wanted: list[int], size: int) -> Flags:
    table = np.zeros(size, np.bool_)
    table[wanted] = True
    return table[codes]


def _known(dictionary: Dictionary, wanted: tuple[str, ...]) -> list[int]:
    return dictionary.known(None if value == NONE else value for value in wanted)
