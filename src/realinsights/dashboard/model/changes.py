"""Changes: apply an event to the columns. Applying it twice leaves what applying it once did."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain, pairwise
from operator import itemgetter

import numpy as np

from realinsights.contracts.loans import (
    DatedAmount,
    DatedPerformance,
    FallingDue,
    LoanDeleted,
    LoanRecorded,
    LoanRecordedV1,
    PartyDeleted,
    PartyKind,
    PartyRecorded,
    Performance,
    PerformanceRecorded,
    PeriodFigures,
    PeriodFiguresV1,
    PeriodsRecorded,
    PeriodsRecordedV1,
    PeriodsWithdrawn,
    Standing,
)
from realinsights.dashboard.model.codes import (
    AMORTIZATIONS,
    PROPERTY_TYPES,
    RATE_TYPES,
    SOURCES,
    STATUSES,
    STRUCTURES,
    UNTOLD,
    IncomeSource,
)
from realinsights.dashboard.model.columns import Backing, Columns, Fact, LoanColumn
from realinsights.dashboard.model.due_days import key_of
from realinsights.dashboard.model.exact import MONEY_PLACES, RATE_PLACES, UNKNOWN, Integers, scaled, scaled_or_unknown
from realinsights.dashboard.model.floats import floating_text
from realinsights.dashboard.model.months import month_number
from realinsights.dashboard.model.repayments import repayment_text
from realinsights.dashboard.model.segments import Segments
from realinsights.dashboard.model.stamps import stamp
from realinsights_platform.events import Event

_Recorded = LoanRecorded | LoanRecordedV1
_Learnt = PeriodsRecorded | PeriodsRecordedV1
_Months = _Learnt | PeriodsWithdrawn


def begin_loans(columns: Columns, events: Sequence[Event]) -> list[Event]:
    """Store all at once the loans that are new and are told of once, and their months; return the other events.

    A first tape brings a hundred thousand of them: it leaves what applying one event after the other would leave.
    """
    told = Counter(event.loan_id for event in events if isinstance(event, _Recorded | LoanDeleted))
    new: dict[str, _Recorded] = {}
    months: dict[str, list[_Months]] = {}
    others: list[Event] = []
    for event in events:
        if isinstance(event, _Recorded) and told[event.loan_id] == 1 and event.loan_id not in columns.rows:
            new[event.loan_id] = event
        elif isinstance(event, _Months):
            months.setdefault(event.loan_id, []).append(event)
        else:
            others.append(event)
    loans = list(new.values())
    if loans:
        first = columns.begin(
            ids=[event.loan_id for event in loans],
            numbers=[event.number for event in loans],
            titles=[event.name for event in loans],
            borrowers=[event.borrower for event in loans],
            schedules=[_schedule(event) for event in loans],
            floats=[_floating(event) for event in loans],
            values=np.array([_loan(columns, event) for event in loans], np.int64).T,
        )
        collateral = [_collateral(columns, event) for event in loans]
        columns.secure_all(first, list(map(len, collateral)), _columns(chain.from_iterable(collateral), len(Backing)))
        _begin_months(columns, [columns.rows[key] for key in new], [months.get(key, []) for key in new])
    return [*others, *chain.from_iterable(months.values())]


def _begin_months(columns: Columns, rows: Sequence[int], months: Sequence[list[_Months]]) -> None:
    """Store the months of loans that are new, and take them from the lists; what needs a second look stays there."""
    begun: list[int] = []
    lengths: list[int] = []
    facts: list[tuple[int, ...]] = []
    for row, told in zip(rows, months, strict=True):
        if len(told) != 1 or not isinstance(told[0], _Learnt):
            continue
        learnt = sorted(map(_fact, told[0].periods))
        if learnt and all(one[0] < other[0] for one, other in pairwise(learnt)):
            begun.append(row)
            lengths.append(len(learnt))
            facts += learnt
            told.clear()
    if begun:
        values = _columns(facts, len(Fact))
        columns.change_facts(lambda kept: kept.begin(begun, lengths, values))


def record_loan(columns: Columns, event: _Recorded) -> None:
    """Store the loan as it is now, its collateral included."""
    columns.release(event.loan_id)
    row = columns.record(
        loan_id=event.loan_id,
        number=event.number,
        title=event.name,
        borrower=event.borrower,
        schedule=_schedule(event),
        floating=_floating(event),
        values=_loan(columns, event),
    )
    columns.secure(row, _columns(_collateral(columns, event), len(Backing)))


def delete_loan(columns: Columns, event: LoanDeleted) -> None:
    """Forget the loan."""
    columns.forget(event.loan_id)


def record_periods(columns: Columns, event: _Learnt) -> None:
    """Store months of the loan's past; a scheduled month never replaces a reported one."""
    row = columns.rows.get(event.loan_id)
    if row is None or not event.periods:
        return
    learnt = sorted(map(_fact, event.periods), key=itemgetter(0, 1))
    columns.change_facts(lambda facts: _record_months(facts, row, learnt))


def _record_months(facts: Segments, row: int, learnt: list[tuple[int, ...]]) -> None:
    present = facts.of(row)
    ascending = all(one[0] < other[0] for one, other in pairwise(learnt))
    if ascending and (present.shape[1] == 0 or present[Fact.MONTH, -1] < learnt[0][0]):
        facts.append(row, np.array(learnt, np.int64).T)
        return
    by_month: dict[int, list[int] | tuple[int, ...]] = {fact[0]: fact for fact in present[1:].T.tolist()}
    for fact in learnt:
        before = by_month.get(fact[0])
        if before is None or fact[1] >= before[1]:
            by_month[fact[0]] = fact
    _store_months(facts, row, by_month)


def withdraw_periods(columns: Columns, event: PeriodsWithdrawn) -> None:
    """Forget months of the loan's past."""
    row = columns.rows.get(event.loan_id)
    if row is None:
        return
    columns.change_facts(lambda facts: _withdraw_months(facts, row, set(map(month_number, event.months))))


def _withdraw_months(facts: Segments, row: int, months: set[int]) -> None:
    present: list[list[int]] = facts.of(row)[1:].T.tolist()
    _store_months(facts, row, {fact[0]: fact for fact in present if fact[0] not in months})


def record_performance(columns: Columns, event: PerformanceRecorded) -> None:
    """Store what is behind the loan: now, and in the months that are known of it."""
    row = columns.rows.get(event.loan_id)
    if row is None:
        return
    columns.restate(row, LoanColumn.VALUE, _performance(event.performance))
    if event.standing is not None:
        columns.restate(row, LoanColumn.LIEN, _standing(event.standing))
    if event.falling_due is not None:
        columns.restate(row, LoanColumn.ANTICIPATED, _falling_due(columns, event.falling_due))
        columns.reschedule(row, repayment_text(event.falling_due), floating_text(event.falling_due))
    steps = [(month_number(step.since), _month_performance(step.performance)) for step in event.months]
    if steps:
        columns.change_facts(lambda facts: _restate_months(facts, row, steps))


def _restate_months(facts: Segments, row: int, steps: Sequence[tuple[int, tuple[int, ...]]]) -> None:
    present = facts.of(row)
    months = present[Fact.MONTH]
    for (since, values), (until, _) in pairwise((*steps, (_NEVER, ()))):
        known = (months >= since) & (months < until)
        present[Fact.VALUE : Fact.AREA + 1, known] = np.array(values, np.int64)[:, np.newaxis]


def record_party(columns: Columns, event: PartyRecorded) -> None:
    """Learn a name."""
    columns.rename(event.kind, event.party_id, event.name)


def delete_party(columns: Columns, event: PartyDeleted) -> None:
    """Forget a name."""
    columns.rename(event.kind, event.party_id, None)


def _loan(columns: Columns, event: _Recorded) -> tuple[int, ...]:
    parties = columns.parties
    return (
        scaled(event.original_balance, MONEY_PLACES),
        scaled(event.current_balance, MONEY_PLACES),
        scaled(event.rate, RATE_PLACES),
        event.origination_date.toordinal(),
        event.maturity_date.toordinal(),
        event.as_of.toordinal(),
        scaled_or_unknown(event.annual_debt_service, MONEY_PLACES),
        scaled_or_unknown(event.reported_dscr, RATE_PLACES),
        *_performance(event.performance),
        *_standing(event.standing if isinstance(event, LoanRecorded) else None),
        *_falling_due(columns, event.falling_due if isinstance(event, LoanRecorded) else _UNTOLD_DUE),
        parties[PartyKind.LENDER].code(event.lender_id),
        parties[PartyKind.FUND].code(event.fund_id),
        parties[PartyKind.PORTFOLIO].code(event.portfolio_id),
        STRUCTURES.code(event.structure),
        STATUSES.code(event.status),
        RATE_TYPES.code(event.rate_type),
        AMORTIZATIONS.code(event.amortization_type),
    )


def _standing(standing: Standing | None) -> tuple[int, int, int]:
    """Return the columns of the loans table from `LIEN` to `REPORTED_AS_OF`."""
    if standing is None:
        return UNKNOWN, UNKNOWN, 0
    reported_as_of = standing.reported_as_of
    return (
        standing.lien_position or 0,
        scaled_or_unknown(standing.reported_dscr_net_cash_flow, RATE_PLACES),
        0 if reported_as_of is None else reported_as_of.toordinal(),
    )


def _schedule(event: _Recorded) -> str | None:
    return repayment_text(event.falling_due) if isinstance(event, LoanRecorded) else None


def _floating(event: _Recorded) -> str | None:
    return floating_text(event.falling_due) if isinstance(event, LoanRecorded) else None


def _falling_due(columns: Columns, falling_due: FallingDue) -> tuple[int, ...]:
    """Return the columns of the loans table from `ANTICIPATED` to `EXTENSIONS`."""
    anticipated = falling_due.anticipated_repayment_date
    return (
        0 if anticipated is None else anticipated.toordinal(),
        _cents(falling_due.balloon),
        _cents(falling_due.anticipated_balloon),
        columns.extensions.code(key_of(falling_due.extensions)),
    )


def _performance(performance: DatedPerformance | Performance) -> tuple[int, ...]:
    """Return the columns of the loans table from `VALUE` to `AREA`."""
    if isinstance(performance, Performance):
        return (
            *(_cents(performance.value), stamp(None, None)),
            *(_cents(performance.net_operating_income), _cents(performance.net_cash_flow)),
            stamp(None, None, (UNTOLD, UNTOLD)),
            *(UNKNOWN, UNKNOWN, stamp(None, None)) * 3,
            scaled_or_unknown(performance.occupancy, RATE_PLACES),
            scaled_or_unknown(performance.occupancy_area, MONEY_PLACES),
        )
    value, occupancy = performance.value, performance.occupancy
    income, flow = performance.net_operating_income, performance.net_cash_flow
    return (
        *(_amount(value), stamp(_date(value), _date(occupancy))),
        *_incomes(income.latest, flow.latest, (_source(income.latest), _source(flow.latest))),
        *_incomes(income.underwritten, flow.underwritten),
        *_incomes(income.trailing_twelve_months, flow.trailing_twelve_months),
        *_incomes(income.annual, flow.annual),
        scaled_or_unknown(occupancy.amount if occupancy is not None else None, RATE_PLACES),
        scaled_or_unknown(performance.occupancy_area, MONEY_PLACES),
    )


def _month_performance(performance: DatedPerformance | Performance) -> tuple[int, ...]:
    """Return the columns of a month fact from `VALUE` to `AREA`."""
    values = _performance(performance)
    return tuple(values[place] for place in _OF_MONTHS)


def _incomes(
    income: DatedAmount | None, flow: DatedAmount | None, sources: tuple[int, int] = (0, 0)
) -> tuple[int, int, int]:
    return _amount(income), _amount(flow), stamp(_date(income), _date(flow), sources)


def _amount(figure: DatedAmount | None) -> int:
    return UNKNOWN if figure is None else scaled_or_unknown(figure.amount, MONEY_PLACES)


def _date(figure: DatedAmount | None) -> datetime.date | None:
    return None if figure is None else figure.as_of


def _source(latest: DatedAmount | None) -> int:
    return _SEVERAL if latest is None or latest.basis is None else SOURCES.code(IncomeSource(latest.basis.value))


def _cents(amount: Decimal | None) -> int:
    return scaled_or_unknown(amount, MONEY_PLACES)


_NEVER = 10_000 * 12
_UNTOLD_DUE = FallingDue()
_SEVERAL = SOURCES.code(IncomeSource.SEVERAL)
_OF_MONTHS = tuple(LoanColumn[fact.name] - LoanColumn.VALUE for fact in Fact if fact >= Fact.VALUE)


def _collateral(columns: Columns, event: _Recorded) -> list[tuple[int, ...]]:
    states: set[int] = set()
    types: set[int] = set()
    rows: list[tuple[int, ...]] = []
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
    return rows


def _fact(period: PeriodFigures | PeriodFiguresV1) -> tuple[int, ...]:
    return (
        month_number(period.month),
        int(period.reported),
        scaled(period.balance, MONEY_PLACES),
        scaled_or_unknown(period.rate, RATE_PLACES),
        STATUSES.code(period.status),
        scaled_or_unknown(period.annual_debt_service, MONEY_PLACES),
        *_month_performance(period.performance),
    )


def _store_months(facts: Segments, row: int, by_month: Mapping[int, Sequence[int]]) -> None:
    facts.replace(row, _columns([by_month[month] for month in sorted(by_month)], len(Fact)))


def _columns(rows: Iterable[Sequence[int]], width: int) -> Integers:
    """Return a pool's columns, its first one excepted."""
    values = list(rows)
    return np.array(values, np.int64).reshape(len(values), width - 1).T
