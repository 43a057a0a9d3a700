"""Rolling forward: the loans on a business date that is ahead of what was reported, by what is left of their schedules.

Whoever asks for a date by name is given balances of that date: of each outstanding loan whose recorded balance is more
than a month older, what its schedule leaves. Each payment due by then is taken as made but the one that repays the
loan, so that no balance rolls to nothing. A loan that is reported as late, or that no schedule tells of, stands as it
was recorded. Everything else is computed from columns that hold these balances, as from any others.
"""

from __future__ import annotations

import copy
import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from realinsights.contracts.loans import LoanStatus
from realinsights.dashboard.model.codes import CLOSED, STATUSES
from realinsights.dashboard.model.columns import Backing, Columns, LoanColumn
from realinsights.dashboard.model.exact import MONEY_PLACES, RATIO_PLACES, UNKNOWN, Flags, Integers, quotient_text, text
from realinsights.dashboard.model.exact import total as exact_total
from realinsights.dashboard.model.figure import AsOf
from realinsights.dashboard.model.months import plus_months
from realinsights.dashboard.model.repayments import is_listed, is_moved, listed_balance, repayment_of, terms_columns
from realinsights.dashboard.model.segments import OWNER, Segments
from realinsights_finance.arrays import unpaid_balances
from realinsights_finance.arrays.columns import LARGEST_PRINCIPAL
from realinsights_finance.balloon import unpaid_balance
from realinsights_finance.money import from_cents, in_cents

LATE = "reported as late or in default: whether it pays is not known"
UNSCHEDULED = "no schedule says what is left: its rate floats, its terms were modified, or they are not known in full"
_ROLLED = np.isin(np.arange(len(STATUSES)), STATUSES.codes((LoanStatus.CURRENT, LoanStatus.DEFEASED)))
_AT_ONCE = 24  # months of a history whose balances are in memory together
_LARGEST = in_cents(LARGEST_PRINCIPAL)


class AsRecorded(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """The loans whose older balance stands as it was recorded, for one reason."""

    reason: str
    loans: int
    balance: str


class RolledForward(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """The outstanding balances that are more than a month older than the business date asked for.

    `loans` of them are rolled forward from `recorded` to `balance`, which is `share` of what is outstanding; `as_of`
    are the dates they were recorded at. `as_recorded` are the others.
    """

    loans: int
    recorded: str
    balance: str
    share: str | None
    as_of: AsOf | None
    as_recorded: tuple[AsRecorded, ...]
    how_computed: str


@dataclass(frozen=True, eq=False)
class Rolling:
    """Columns on a date: `columns` hold the balances of that date, `recorded` those that were reported.

    Of the loans whose balance is more than a month older, `rolled` are rolled forward, and `late` and `unscheduled`
    stand as recorded.
    """

    recorded: Columns
    columns: Columns
    on: datetime.date
    rolled: Flags
    late: Flags
    unscheduled: Flags
    schedules: _Schedules

    def recorded_text(self, row: int) -> str | None:
        """Return the recorded balance of a loan that is rolled forward, None of another."""
        return text(int(self.recorded.loans[LoanColumn.BALANCE, row]), MONEY_PLACES) if self.rolled[row] else None

    def balances(self, days: Sequence[datetime.date]) -> Iterator[tuple[Integers, Flags]]:
        """Yield for each day the balances of all loans at its end, and which of them are rolled forward by then."""
        old = self.recorded.column(LoanColumn.AS_OF)
        for start in range(0, len(days), _AT_ONCE):
            some = days[start : start + _AT_ONCE]
            for day, rolled in zip(some, self.schedules.balances(self.recorded, some), strict=True):
                flags = self.rolled & _older(old, day)
                yield np.where(flags, rolled, self.recorded.column(LoanColumn.BALANCE)), flags

    def summary(self, flags: Flags | None) -> RolledForward | None:
        """Return what of the loans asked for is rolled forward, None where every balance is recent."""
        rolled, late, unscheduled = (
            some if flags is None else some & flags for some in (self.rolled, self.late, self.unscheduled)
        )
        if not (rolled.any() or late.any() or unscheduled.any()):
            return None
        before, after = (columns.column(LoanColumn.BALANCE) for columns in (self.recorded, self.columns))
        owed = ~CLOSED[self.columns.column(LoanColumn.STATUS)] & (True if flags is None else flags)
        days = self.recorded.column(LoanColumn.AS_OF)[rolled]
        recorded, balance = exact_total(before, rolled), exact_total(after, rolled)
        as_of = None
        if days.size:
            as_of = AsOf(
                earliest=datetime.date.fromordinal(int(days.min())), latest=datetime.date.fromordinal(int(days.max()))
            )
        as_recorded = tuple(
            AsRecorded(
                reason=reason, loans=int(np.count_nonzero(some)), balance=text(exact_total(before, some), MONEY_PLACES)
            )
            for reason, some in ((UNSCHEDULED, unscheduled), (LATE, late))
            if some.any()
        )
        return RolledForward(
            loans=int(np.count_nonzero(rolled)),
            recorded=text(recorded, MONEY_PLACES),
            balance=text(balance, MONEY_PLACES),
            share=quotient_text(balance, exact_total(after, owed), RATIO_PLACES),
            as_of=as_of,
            as_recorded=as_recorded,
            how_computed=(
                f"A balance recorded more than a month before {self.on} is rolled forward to that date by the loan's "
                "own schedule: each payment due by then is taken as made, on the recorded balance, but the one that "
                "repays the loan. Past its maturity a loan that nobody reported as paid stands at its balloon."
            ),
        )


def standing(columns: Columns, on: datetime.date, *, ahead: bool) -> Columns:
    """Return the columns as they stand on a date: rolled forward where that is asked for and a balance is older."""
    rolling = rolled_forward(columns, on) if ahead else None
    return columns if rolling is None else rolling.columns


def summary(columns: Columns, flags: Flags | None) -> RolledForward | None:
    """Return what of the loans asked for is rolled forward in columns as they stand."""
    rolling: Rolling | None = columns.rolling
    return None if rolling is None else rolling.summary(flags)


def rolled_forward(columns: Columns, on: datetime.date) -> Rolling | None:
    """Return the columns on a date, None where no outstanding balance is more than a month older."""
    key = (on, columns.clock)
    if columns.ahead is None or columns.ahead[0] != key:
        columns.ahead = (key, _rolled_forward(columns, on))
    found: Rolling | None = columns.ahead[1]
    return found


def _rolled_forward(columns: Columns, on: datetime.date) -> Rolling | None:
    recorded, status = columns.column(LoanColumn.BALANCE), columns.column(LoanColumn.STATUS)
    old = _older(columns.column(LoanColumn.AS_OF), on) & ~CLOSED[status] & (recorded > 0)
    if not old.any():
        return None
    late = old & ~_ROLLED[status]
    texts = columns.schedules.all()
    scheduled = np.fromiter((each is not None for each in texts), np.bool_, len(texts))
    rolled = old & ~late & scheduled
    schedules = _Schedules(columns, np.flatnonzero(rolled))
    [balances] = schedules.balances(columns, [on])
    balances = np.where(rolled, balances, recorded)
    ahead = _with_balances(columns, balances)
    rolling = Rolling(columns, ahead, on, rolled, late, old & ~late & ~scheduled, schedules)
    ahead.rolling = rolling
    return rolling


def _older(days: Integers, on: datetime.date) -> Flags:
    """Return which days are more than a month before a date."""
    different, places = np.unique(days, return_inverse=True)
    old = [plus_months(datetime.date.fromordinal(day), 1) < on for day in different.tolist()]
    return np.array(old, np.bool_)[places]


class _Schedules:
    """What is left of the schedules of some loans, by row; those that repay nothing before the end are left aside."""

    def __init__(self, columns: Columns, rows: Integers) -> None:
        texts, cents = columns.schedules.all(), columns.column(LoanColumn.BALANCE)
        told = [row for row in rows.tolist() if texts[row]]  # the others repay nothing before the end
        self._listed = [(row, texts[row] or "") for row in told if is_listed(texts[row] or "")]
        listed = {row for row, _ in self._listed}
        left = [row for row in told if row not in listed]
        moved = [row for row in left if is_moved(texts[row] or "") or cents[row] > _LARGEST]
        aside = set(moved)
        held = [row for row in left if row not in aside]
        self._rows = np.array(held, np.int64)
        self._terms = terms_columns([texts[row] or "" for row in held], cents[self._rows])
        self._others = [(row, repayment_of(texts[row] or "")) for row in moved]

    def balances(self, columns: Columns, days: Sequence[datetime.date]) -> Iterator[Integers]:
        """Yield for each day what all loans owe at its end, by their schedules or as recorded."""
        found = unpaid_balances(self._terms, days)
        for place, day in enumerate(days):
            balances = columns.column(LoanColumn.BALANCE).copy()
            balances[self._rows] = found[place]
            for row, told in self._listed:
                balances[row] = listed_balance(told, int(balances[row]), day)
            for row, repayment in self._others:
                terms = repayment.terms(from_cents(int(balances[row])))
                balances[row] = in_cents(unpaid_balance(terms, day))
            yield balances


def _with_balances(columns: Columns, balances: Integers) -> Columns:
    """Return the columns with other balances, allocated to the properties as before; they are only read."""
    standing = copy.copy(columns)
    standing.loans = columns.loans[:, : columns.count].copy()
    standing.loans[LoanColumn.BALANCE] = balances
    recorded = columns.column(LoanColumn.BALANCE)
    for column in (LoanColumn.BALLOON, LoanColumn.ANTICIPATED_BALLOON):  # no more than is owed, unless that grows to it
        due = standing.loans[column]
        grows = (due == UNKNOWN) | (due > recorded)
        standing.loans[column] = np.where(grows, due, np.minimum(due, balances))
    standing.collateral = _allocated(columns, balances)
    standing.kept, standing.answers, standing.lines, standing.ahead, standing.through = {}, {}, {}, None, None
    return standing


def _allocated(columns: Columns, balances: Integers) -> Segments:
    """Return the collateral with other balances of the loans: in proportion, the largest remainders get the cents."""
    slots = columns.collateral.everything().copy()
    owners, parts = slots[OWNER], slots[Backing.BALANCE]
    before, after = columns.column(LoanColumn.BALANCE)[owners], balances[owners]
    whole = parts == before
    parts[whole] = after[whole]
    places: dict[int, list[int]] = {}
    for place in np.flatnonzero(~whole & (parts != 0) & (before != after)).tolist():
        places.setdefault(int(owners[place]), []).append(place)
    for owner, own in places.items():
        of, to = int(columns.loans[LoanColumn.BALANCE, owner]), int(balances[owner])
        shares = [divmod(int(parts[place]) * to, of) for place in own]
        missing = to - sum(share for share, _ in shares)
        first = sorted(range(len(own)), key=lambda index: (-shares[index][1], index))[:missing]
        for index, place in enumerate(own):
            parts[place] = shares[index][0] + (index in first)
    return Segments.restored(slots)
