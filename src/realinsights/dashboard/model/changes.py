"""How each event changes the columns. Applying an event twice leaves what applying it once did."""

from __future__ import annotations

from itertools import pairwise
from operator import itemgetter

import numpy as np

from realinsights.contracts.loans import (
    LoanDeleted,
    LoanRecorded,
    PartyDeleted,
    PartyKind,
    PartyRecorded,
    Performance,
    PeriodFigures,
    PeriodsRecorded,
    PeriodsWithdrawn,
)
from realinsights.dashboard.model.columns import (
    AMORTIZATIONS,
    PROPERTY_TYPES,
    RATE_TYPES,
    STATUSES,
    STRUCTURES,
    Backing,
    Columns,
    Fact,
)
from realinsights.dashboard.model.exact import MONEY_PLACES, RATE_PLACES, Integers, scaled, scaled_or_unknown
from realinsights.dashboard.model.months import month_number


def record_loan(columns: Columns, event: LoanRecorded) -> None:
    """Store the loan as it is now, its collateral included."""
    parties = columns.parties
    columns.release(event.loan_id)
    row = columns.record(
        loan_id=event.loan_id,
        number=event.number,
        title=event.name,
        borrower=event.borrower,
        values=(
            scaled(event.original_balance, MONEY_PLACES),
            scaled(event.current_balance, MONEY_PLACES),
            scaled(event.rate, RATE_PLACES),
            event.origination_date.toordinal(),
            event.maturity_date.toordinal(),
            event.as_of.toordinal(),
            scaled_or_unknown(event.annual_debt_service, MONEY_PLACES),
            scaled_or_unknown(event.reported_dscr, RATE_PLACES),
            *_performance(event.performance),
            parties[PartyKind.LENDER].code(event.lender_id),
            parties[PartyKind.FUND].code(event.fund_id),
            parties[PartyKind.PORTFOLIO].code(event.portfolio_id),
            STRUCTURES.code(event.structure),
            STATUSES.code(event.status),
            RATE_TYPES.code(event.rate_type),
            AMORTIZATIONS.code(event.amortization_type),
        ),
    )
    columns.secure(row, _collateral(columns, event))


def delete_loan(columns: Columns, event: LoanDeleted) -> None:
    """Forget the loan."""
    columns.forget(event.loan_id)


def record_periods(columns: Columns, event: PeriodsRecorded) -> None:
    """Store months of the loan's past; a scheduled month never replaces a reported one."""
    row = columns.rows.get(event.loan_id)
    if row is None or not event.periods:
        return
    learnt = sorted(map(_fact, event.periods), key=itemgetter(0, 1))
    present = columns.facts.of(row)
    ascending = all(one[0] < other[0] for one, other in pairwise(learnt))
    if ascending and (present.shape[1] == 0 or present[Fact.MONTH, -1] < learnt[0][0]):
        columns.facts.append(row, np.array(learnt, np.int64).T)
        columns.facts_changed += 1
        return
    by_month: dict[int, list[int] | tuple[int, ...]] = {fact[0]: fact for fact in present[1:].T.tolist()}
    for fact in learnt:
        before = by_month.get(fact[0])
        if before is None or fact[1] >= before[1]:
            by_month[fact[0]] = fact
    _store_facts(columns, row, by_month)


def withdraw_periods(columns: Columns, event: PeriodsWithdrawn) -> None:
    """Forget months of the loan's past."""
    row = columns.rows.get(event.loan_id)
    if row is None:
        return
    by_month: dict[int, list[int] | tuple[int, ...]] = {fact[0]: fact for fact in columns.facts.of(row)[1:].T.tolist()}
    for month in event.months:
        by_month.pop(month_number(month), None)
    _store_facts(columns, row, by_month)


def record_party(columns: Columns, event: PartyRecorded) -> None:
    """Learn a name."""
    columns.parties[event.kind].rename(event.party_id, event.name)


def delete_party(columns: Columns, event: PartyDeleted) -> None:
    """Forget a name."""
    columns.parties[event.kind].rename(event.party_id, None)


def _performance(performance: Performance) -> tuple[int, ...]:
    return (
        scaled_or_unknown(performance.value, MONEY_PLACES),
        scaled_or_unknown(performance.net_operating_income, MONEY_PLACES),
        scaled_or_unknown(performance.net_cash_flow, MONEY_PLACES),
        scaled_or_unknown(performance.occupancy, RATE_PLACES),
        scaled_or_unknown(performance.occupancy_area, MONEY_PLACES),
    )


def _collateral(columns: Columns, event: LoanRecorded) -> Integers:
    states: set[int] = set()
    types: set[int] = set()
    rows = []
    for backing in event.collateral:
        state, property_type = columns.states.code(backing.state), PROPERTY_TYPES.code(backing.property_type)
        rows.append(
            (
                columns.parties[PartyKind.PROPERTY].code(backing.property_id),
                state,
                property_type,
                scaled(backing.balance, MONEY_PLACES),
                state * 64 + property_type * 4 + (state not in states) * 2 + (property_type not in types),
            )
        )
        states.add(state)
        types.add(property_type)
    return np.array(rows, np.int64).reshape(len(rows), len(Backing) - 1).T


def _fact(period: PeriodFigures) -> tuple[int, ...]:
    return (
        month_number(period.month),
        int(period.reported),
        scaled(period.balance, MONEY_PLACES),
        scaled(period.rate, RATE_PLACES),
        STATUSES.code(period.status),
        scaled_or_unknown(period.annual_debt_service, MONEY_PLACES),
        *_performance(period.performance),
    )


def _store_facts(columns: Columns, row: int, by_month: dict[int, list[int] | tuple[int, ...]]) -> None:
    columns.facts_changed += 1
    facts = [by_month[month] for month in sorted(by_month)]
    columns.facts.replace(row, np.array(facts, np.int64).reshape(len(facts), len(Fact) - 1).T)
