"""The headline figures month by month, from what was known of each month.

The rule: in a month, a loan stands as its fact of that month says; without one, as its last fact before says, until it
is paid off; before its first fact, and from its origination on, every figure leaves it out. What the loan is now counts
as the fact of its `as_of` month where no later month, nor that one, has a fact of its own. Attributes that have no
history (lender, type, maturity and so on) are those of today; the status filter asks for the month's own status.
Remaining terms run from the month's last day. Income is on the basis asked for, as it was known of each month's end.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import msgspec
import numpy as np

from realinsights.contracts.filters import Filters
from realinsights.contracts.loans import IncomeBasis
from realinsights.dashboard.model.allocation import Allocation, allocation_of
from realinsights.dashboard.model.codes import CLOSED, CLOSED_STATUSES, STATUSES
from realinsights.dashboard.model.columns import Columns, Fact, LoanColumn
from realinsights.dashboard.model.exact import (
    MONEY_PLACES,
    RATIO_PLACES,
    Flags,
    Integers,
    quotient_text,
    text,
    total,
)
from realinsights.dashboard.model.figure import UNITS, Figure, FigureName, LeftOut, Unit
from realinsights.dashboard.model.filters import selected
from realinsights.dashboard.model.headline import FIGURES
from realinsights.dashboard.model.months import last_day, last_day_numbers, month_number, month_numbers
from realinsights.dashboard.model.positions import Neighbors, Through, neighbors, through
from realinsights.dashboard.model.question import about
from realinsights.dashboard.model.rolling import Rolling, rolled_forward
from realinsights.dashboard.model.view import INCOME, View, allocated
from realinsights_platform.errors import Invalid

_CLOSED = STATUSES.codes(CLOSED_STATUSES)
MOST_MONTHS = 600
"""So many months at most are answered at once; the latest unless others are asked for."""

MOST_MISSING = Fraction(5, 100)
"""A month of which more of the balance is not known has no value: its line breaks."""

_OF_RATES = frozenset({FigureName.WEIGHTED_RATE})
_PRESENT = tuple((fact, LoanColumn[fact.name]) for fact in Fact if fact >= Fact.BALANCE)


class Point(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A figure in one month; `left_out` and `left_out_balance`, as far as it is known, say what it does not cover.

    `missing_share` is how much of the balance is not known of that month: of loans that nothing is known of yet, at
    their original balance, and for the weighted rate of those whose rate is not known. Above 5 % there is no `value`:
    a line through such a month would show what is known as if it were all. The sums are of what is known.
    """

    month: str
    value: str | None
    numerator: str | None
    denominator: str | None
    loans: int
    left_out: int
    left_out_balance: str
    missing_share: str


class Series(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One figure over the months."""

    figure: FigureName
    unit: Unit
    points: tuple[Point, ...]


class Evidence(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The basis of a month: how many outstanding loans a servicer reported, we scheduled, or are carried forward.

    `unknown` are the loans that were made by then and of which nothing is known yet: every figure leaves them out.
    `unknown_balance` is what they were at first.
    """

    month: str
    reported: int
    scheduled: int
    carried: int
    unknown: int
    unknown_balance: str


class FigureHistory(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Figures by month; empty where no month is known."""

    business_date: datetime.date
    sequence: int
    filters: Filters
    series: tuple[Series, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class _Month:
    month: int
    view: View
    evidence: Evidence
    unknown: int  # cents


def history(
    columns: Columns,
    filters: Filters,
    on: datetime.date,
    *,
    figures: Sequence[FigureName],
    first: datetime.date | None,
    last: datetime.date | None,
    sequence: int,
    ahead: bool = False,
) -> FigureHistory:
    """Return the figures by month: from the first fact to the last unless asked, never beyond the month of `on`.

    `ahead` goes on to that month, with balances that are rolled forward.
    """
    names = tuple(dict.fromkeys(figures)) or tuple(FigureName)
    points: dict[FigureName, list[Point]] = {name: [] for name in names}
    evidence = []
    rolling = rolled_forward(columns, on) if ahead else None
    for month in _months(columns, filters, on, first, last, rolling=rolling):
        question = about(month.view, last_day(month.month), named=0, source=filters.source)
        evidence.append(month.evidence)
        for name in names:
            figure = FIGURES[name](question)
            left_out = question.omitted.get(figure.left_out or "")
            unrated = sum(part.unrated.balances[0] for part in question.parts) if name in _OF_RATES else 0
            missing = Fraction(month.unknown + unrated, (question.owed + month.unknown) or 1)
            points[name].append(_point(month.evidence, figure, left_out, missing))
    return FigureHistory(
        business_date=on,
        sequence=sequence,
        filters=filters,
        series=tuple(Series(figure=name, unit=UNITS[name], points=tuple(points[name])) for name in names),
        evidence=tuple(evidence),
    )


def _point(evidence: Evidence, figure: Figure, left_out: LeftOut | None, missing: Fraction) -> Point:
    return Point(
        month=evidence.month,
        value=figure.value if missing <= MOST_MISSING else None,
        numerator=figure.numerator.value if figure.numerator else None,
        denominator=figure.denominator.value if figure.denominator else None,
        loans=figure.loans,
        left_out=evidence.unknown + (left_out.count if left_out else 0),
        left_out_balance=left_out.balance if left_out else "0.00",
        missing_share=quotient_text(missing.numerator, missing.denominator, RATIO_PLACES) or "0",
    )


def _months(
    columns: Columns,
    filters: Filters,
    on: datetime.date,
    first: datetime.date | None,
    last: datetime.date | None,
    *,
    rolling: Rolling | None,
) -> Iterator[_Month]:
    latest = month_number(on)
    flags = selected(columns, filters, on, with_status=False)
    some = neighbors(columns)
    needed = flags
    if flags is not None and some is not None:
        needed = flags.copy()
        needed[some.rows] = True
    facts = _facts(columns, needed)
    facts = facts[:, facts[Fact.MONTH] <= latest]
    told = facts[Fact.MONTH] if flags is None else facts[Fact.MONTH, flags[facts[Fact.OWNER]]]
    if told.size == 0:
        return
    order = np.argsort(facts[Fact.MONTH], kind="stable")
    months = facts[Fact.MONTH, order]
    known = int(told.max()) if rolling is None else latest
    end = min(month_number(last), latest) if last else known
    start = max(month_number(first) if first else end - MOST_MONTHS + 1, int(told.min()))
    if end - start >= MOST_MONTHS:
        raise Invalid.field("monthFrom", f"is more than {MOST_MONTHS} months before the last one asked for")
    allocation = allocation_of(columns, filters)
    wanted = STATUSES.codes(filters.status)
    originated = month_numbers(columns.column(LoanColumn.ORIGINATED))
    asked = np.ones(columns.count, np.bool_) if flags is None else flags
    standing = np.full(columns.count, -1, np.int64)  # by loan row: its fact in force
    taken = 0
    later = _rolled(rolling, start, end, on)
    for month in range(start, end + 1):
        until = int(np.searchsorted(months, month, side="right"))
        arrived = order[taken:until]
        # Facts come in ascending months, so that of several of one loan the last assignment is the latest.
        standing[facts[Fact.OWNER, arrived]] = arrived
        taken = until
        in_force = standing[(standing >= 0) & asked]
        ahead = None if rolling is None else next(later)
        beside = None if some is None else _through(columns, some, facts, standing=standing, month=month, ahead=ahead)
        if wanted:
            in_force = in_force[np.isin(facts[Fact.STATUS, in_force], wanted)]
        unknown = asked & (standing < 0) & (originated <= month)
        own = facts[:, in_force]
        if ahead is not None:
            _roll(own, *ahead, columns=columns, month=month)
        yield _as_of_month(
            columns,
            own,
            month,
            unknown=unknown,
            basis=filters.statement_basis,
            beside=beside,
            allocation=allocation,
        )


def _rolled(rolling: Rolling | None, start: int, end: int, on: datetime.date) -> Iterator[tuple[Integers, Flags]]:
    """Yield by month the balances of all loans at its end, or on the business date within it, and which are rolled."""
    if rolling is not None:
        yield from rolling.balances([min(last_day(month), on) for month in range(start, end + 1)])


def _roll(facts: Integers, balances: Integers, rolled: Flags, *, columns: Columns, month: int) -> None:
    """Put rolled balances in the place of the facts in force that are of the recorded balance's month or before."""
    owners = facts[Fact.OWNER]
    recorded = month_numbers(columns.column(LoanColumn.AS_OF)[owners])
    places = np.flatnonzero(rolled[owners] & (facts[Fact.MONTH] <= recorded) & ~CLOSED[facts[Fact.STATUS]])
    facts[Fact.BALANCE, places] = balances[owners[places]]
    facts[Fact.MONTH, places], facts[Fact.REPORTED, places] = month, 0


def _through(
    columns: Columns,
    some: Neighbors,
    facts: Integers,
    *,
    standing: Integers,
    month: int,
    ahead: tuple[Integers, Flags] | None,
) -> Through:
    """Return what ranks before or with loans that share a property, by the facts in force and today's positions."""
    known = standing[some.rows]
    values = facts[:, known]
    if ahead is not None:
        _roll(values, *ahead, columns=columns, month=month)
    return through(
        some,
        owed=(known >= 0) & ~CLOSED[values[Fact.STATUS]],
        balance=values[Fact.BALANCE],
        debt_service=values[Fact.DEBT_SERVICE],
        as_of=last_day_numbers(values[Fact.MONTH]),
        lien=columns.column(LoanColumn.LIEN)[some.rows],
    )


def _as_of_month(
    columns: Columns,
    facts: Integers,
    month: int,
    *,
    unknown: Flags,
    basis: IncomeBasis,
    beside: Through | None,
    allocation: Allocation | None,
) -> _Month:
    noi, ncf, _ = INCOME[basis]
    view = View(
        columns=columns,
        rows=facts[Fact.OWNER],
        stretch=None,
        neighbors=beside,
        given=None,
        allocation=None,
        standing=facts[Fact.MONTH] >= month_numbers(columns.column(LoanColumn.AS_OF)[facts[Fact.OWNER]]),
        balance=facts[Fact.BALANCE],
        rate=facts[Fact.RATE],
        status=facts[Fact.STATUS],
        as_of=last_day_numbers(facts[Fact.MONTH]),
        debt_service=facts[Fact.DEBT_SERVICE],
        value=facts[Fact.VALUE],
        noi=facts[Fact[noi.name]],
        ncf=facts[Fact[ncf.name]],
        occupancy=facts[Fact.OCCUPANCY],
        area=facts[Fact.AREA],
        basis=basis,
        dates=None,
    )
    own = view.outstanding & (facts[Fact.MONTH] == month)
    reported = int(np.count_nonzero(own & (facts[Fact.REPORTED] == 1)))
    fresh = int(np.count_nonzero(own))
    missing = total(columns.column(LoanColumn.ORIGINAL), unknown)
    return _Month(
        month,
        allocated(view, allocation),
        Evidence(
            month=_text(month),
            reported=reported,
            scheduled=fresh - reported,
            carried=int(np.count_nonzero(view.outstanding)) - fresh,
            unknown=int(np.count_nonzero(unknown)),
            unknown_balance=text(missing, MONEY_PLACES),
        ),
        missing,
    )


def _facts(columns: Columns, flags: Flags | None) -> Integers:
    """Return the facts of the selected loans, and for each loan what it is now where that is newer, in no order."""
    facts = columns.facts.everything()
    if flags is not None:
        facts = facts[:, flags[facts[Fact.OWNER]]]
    count = columns.count
    latest = np.full(count, -1, np.int64)
    closed = np.zeros(count, np.bool_)
    # Within a loan facts ascend by month, so the last assignment is the latest.
    latest[facts[Fact.OWNER]] = facts[Fact.MONTH]
    closed[facts[Fact.OWNER]] = np.isin(facts[Fact.STATUS], _CLOSED)
    as_of = month_numbers(columns.column(LoanColumn.AS_OF))
    closed_now = np.isin(columns.column(LoanColumn.STATUS), _CLOSED)
    # A loan closed now that no fact closes is carried no further than its last fact.
    newer = (as_of > latest) | (closed_now & ~closed)
    if flags is not None:
        newer &= flags
    rows = np.flatnonzero(newer)
    if rows.size == 0:
        return facts
    now = np.zeros((len(Fact), rows.size), np.int64)
    now[Fact.OWNER] = rows
    now[Fact.MONTH] = np.maximum(as_of[rows], latest[rows] + 1)
    for fact, loan in _PRESENT:
        now[fact] = columns.column(loan)[rows]
    return np.concatenate((facts, now), axis=1)


def _text(month: int) -> str:
    year, index = divmod(month, 12)
    return f"{year:04}-{index + 1:02}"
