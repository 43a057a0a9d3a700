"""One organization's loans as columns: what the events said, kept so that figures are sums over arrays.

Every value is a 64-bit integer: cents, rates × 10^8, day numbers, or the code of a name. Loans sit in rows
0 … count - 1 without holes: deleting one moves the last loan into its row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from functools import partial
from heapq import nsmallest
from typing import Any

import numpy as np

from realinsights.contracts.loans import PartyKind, RateType
from realinsights.dashboard.model.codes import CLOSED, NOBODY, RATE_TYPES, UNTOLD, Dictionary
from realinsights.dashboard.model.exact import UNKNOWN, Integers
from realinsights.dashboard.model.segments import Segments
from realinsights.dashboard.model.stamps import first_source
from realinsights.dashboard.model.texts import Texts


class LoanColumn(IntEnum):
    """The columns of the loans table."""

    ORIGINAL = 0  # cents
    BALANCE = 1  # cents
    RATE = 2  # × 10^8
    ORIGINATED = 3  # day number
    MATURITY = 4  # day number
    AS_OF = 5  # day number
    DEBT_SERVICE = 6  # cents a year, or UNKNOWN
    REPORTED_DSCR = 7  # × 10^8, or UNKNOWN
    VALUE = 8  # cents, or UNKNOWN; so is income, of a year
    VALUE_STAMP = 9  # the days of value and occupancy
    NOI = 10  # by the latest statements
    NCF = 11
    INCOME_STAMP = 12  # the days of NOI and NCF and what they stand on; so are the other stamps, without the latter
    UNDERWRITTEN_NOI = 13
    UNDERWRITTEN_NCF = 14
    UNDERWRITTEN_STAMP = 15
    TRAILING_NOI = 16
    TRAILING_NCF = 17
    TRAILING_STAMP = 18
    ANNUAL_NOI = 19
    ANNUAL_NCF = 20
    ANNUAL_STAMP = 21
    OCCUPANCY = 22  # × 10^8, or UNKNOWN
    AREA = 23  # × 10^2, or UNKNOWN
    LIEN = 24  # its position: 1 of a first lien, 0 where none is stated, UNKNOWN where that was not told
    REPORTED_DSCR_NCF = 25  # × 10^8, or UNKNOWN
    REPORTED_AS_OF = 26  # day number of what is reported, or 0
    ANTICIPATED = 27  # day number of the anticipated repayment, or 0
    BALLOON = 28  # cents due at maturity by the schedule, or UNKNOWN
    ANTICIPATED_BALLOON = 29  # cents due on the anticipated repayment date by the schedule, or UNKNOWN
    EXTENSIONS = 30  # code
    LENDER = 31  # code
    FUND = 32  # code
    PORTFOLIO = 33  # code
    STRUCTURE = 34  # code
    STATUS = 35  # code
    RATE_TYPE = 36  # code
    AMORTIZATION = 37  # code


class Backing(IntEnum):
    """The columns of the collateral table: one row per loan and property."""

    OWNER = 0
    PROPERTY = 1  # code
    STATE = 2  # code
    TYPE = 3  # code
    BALANCE = 4  # cents of the loan's balance allocated to the property
    KIND = 5  # state × 64 + type × 4 + flags: 2 on the loan's first row in this state, 1 on its first of this type


class Fact(IntEnum):
    """The columns of the month facts: one row per loan and month, ascending by month within a loan."""

    OWNER = 0
    MONTH = 1  # month number
    REPORTED = 2  # 1 where a servicer said so, 0 where our schedule did
    BALANCE = 3
    RATE = 4
    STATUS = 5
    DEBT_SERVICE = 6
    VALUE = 7
    NOI = 8
    NCF = 9
    UNDERWRITTEN_NOI = 10
    UNDERWRITTEN_NCF = 11
    TRAILING_NOI = 12
    TRAILING_NCF = 13
    ANNUAL_NOI = 14
    ANNUAL_NCF = 15
    OCCUPANCY = 16
    AREA = 17


class Other(IntEnum):
    """What changes besides the columns of the loans table."""

    COLLATERAL = len(LoanColumn)
    TEXTS = len(LoanColumn) + 1  # numbers, names and borrowers
    PARTIES = len(LoanColumn) + 2  # what lenders, funds and portfolios are called


_FLOATING = RATE_TYPES.code(RateType.FLOATING)

BLOCK = 8192
"""Changes are noted by blocks of so many rows."""


class Columns:
    """One organization's loans, collateral and month facts."""

    def __init__(self) -> None:
        self.loans: Integers = np.zeros((len(LoanColumn), 64), np.int64)
        self.ids: Texts[str] = Texts()
        self.numbers: Texts[str] = Texts()
        self.titles: Texts[str] = Texts()
        self.borrowers: Texts[str | None] = Texts()
        self.schedules: Texts[str | None] = Texts()
        """What is left of each loan's schedule, as `changes` writes it: few questions need it."""
        self.floats: Texts[str | None] = Texts()
        """What each floating loan's rate follows from, as `floats` writes it; None of a loan that does not float."""
        self.floating: tuple[Any, Any] | None = None
        """The same as arrays, and what they were made of."""
        self._rows: dict[str, int] | None = None
        self._adopted = False
        self.collateral = Segments(len(Backing))
        self._facts: Segments | None = Segments(len(Fact))
        self._later: list[Callable[[Segments], None]] = []
        self.parties: dict[PartyKind, Dictionary] = {kind: Dictionary() for kind in PartyKind}
        self.states = Dictionary()
        self.extensions = Dictionary()
        """Codes of what exercised options make of a maturity, as `due_days` writes it."""
        self.pledges: Integers = np.zeros(64, np.int64)
        """By property code: how many outstanding loans it secures."""
        self.kept: dict[Any, Any] = {}
        """What was computed of blocks of loans, by their number and a basis; whoever keeps it compares `changes`."""
        self.rankings: dict[str, Any] = {}
        """What loans are ordered by, text by text; whoever keeps one compares `clock`."""
        self.searched: dict[int, tuple[int, list[str]]] = {}
        """By block of loans: its `changes`, and what each loan is searched by."""
        self.lines: dict[int, Any] = {}
        """Lines of loans as they are shown, by row, until the loan changes."""
        self.answers: dict[Any, tuple[int, Any]] = {}
        """Parts of answers about all loans; whoever keeps one compares `changed`."""
        self.neighbors: tuple[int, Any] | None = None
        """The loans that share properties, as `positions` makes them, and what they were made of."""
        self.through: tuple[int, Any] | None = None
        """What ranks before or with them now, in the same way."""
        self.due_texts: dict[tuple[int, ...], tuple[str, str, str, str, str]] = {}
        """What falls due as it is written, by the amounts."""
        self.ahead: tuple[Any, Any] | None = None
        """The columns as they stand on a date ahead, and what they depend on: see `rolling`."""
        self.rolling: Any = None
        """How the balances came about, of columns that were rolled forward."""
        self._stamps = [0] * (len(LoanColumn) + len(Other))
        self._clock = 0
        self._changed: list[int] = []
        self.facts_changed = 0
        """How often month facts were changed: whoever keeps a copy of them sees whether it is still good."""

    @property
    def facts(self) -> Segments:
        """The month facts; `has_facts` says whether they are here."""
        if self._facts is None:
            raise LookupError("the month facts have not been brought into memory")
        return self._facts

    @property
    def has_facts(self) -> bool:
        """Whether the month facts are in memory: few questions need them."""
        return self._facts is not None

    def bring_facts(self, facts: Segments) -> None:
        """Take over the month facts as they were when the loans were adopted; changes since are made to them now."""
        self._facts, later = facts, self._later
        self._later = []
        if later:
            facts.get_ready()
        for change in later:
            change(facts)

    def change_facts(self, change: Callable[[Segments], None]) -> None:
        """Change the month facts: now, or where they are not here, once they are."""
        self.facts_changed += 1
        if self._facts is None:
            self._later.append(change)
        else:
            self._facts.get_ready()
            change(self._facts)

    @property
    def count(self) -> int:
        """How many loans there are."""
        return len(self.ids)

    @property
    def untold(self) -> bool:
        """Whether a loan is known only as it was told before all was that figures rest on now."""
        undated = np.equal(first_source(self.column(LoanColumn.INCOME_STAMP)), UNTOLD).any()
        if undated or np.equal(self.column(LoanColumn.LIEN), UNKNOWN).any():
            return True
        floating = np.flatnonzero(np.equal(self.column(LoanColumn.RATE_TYPE), _FLOATING))
        return any(self.floats[row] is None for row in floating.tolist())

    @property
    def clock(self) -> int:
        """A number that is another one after any change to a loan."""
        return self._clock

    @property
    def rows(self) -> dict[str, int]:
        """The row of each loan by its id."""
        if self._rows is None:
            self._rows = dict(zip(self.ids.all(), range(self.count), strict=True))
        return self._rows

    @property
    def nbytes(self) -> int:
        """Roughly the memory held, in bytes."""
        names = sum(len(dictionary) for dictionary in self.parties.values())
        each = 680 + 90 * len(self.rankings) + 120 * bool(self.searched)
        facts = 2_000 * len(self._later) if self._facts is None else self._facts.nbytes
        tables = (self.loans.nbytes + self.collateral.nbytes) * (1 if self.ahead is None else 2)
        return tables + facts + each * self.count + 200 * names

    def adopt(self, loans: Integers, ids: Texts[str], collateral: Segments) -> None:
        """Take over a loans table, the ids of its rows and their collateral, whose codes are known already.

        Their month facts are awaited: see `bring_facts`.
        """
        count = len(ids)
        self._facts = None
        self._adopted = True
        self.loans = loans
        self.ids = ids
        self._rows = None
        self.collateral = collateral
        self._changed = [0] * -(-count // BLOCK)
        backing = collateral.everything()
        outstanding = ~CLOSED[loans[LoanColumn.STATUS, backing[Backing.OWNER]]]
        self.pledges = np.bincount(backing[Backing.PROPERTY] * outstanding, minlength=64)
        self.pledges[NOBODY] = 0  # what is not outstanding was counted there

    @property
    def ready(self) -> bool:
        """Whether a change costs no more than what it changes: see `get_ready`."""
        return self._rows is not None and not self._adopted

    def get_ready(self) -> None:
        """Make what was adopted one's own and find loans by id, which a first change needs and no answer does."""
        if self._adopted:
            self._adopted = False
            loans, count = self.loans, self.count
            self.loans = np.empty((len(LoanColumn), count + count // 8 + 64), np.int64)
            self.loans[:, :count] = loans
        self.collateral.get_ready()
        self._rows = self.rows

    def column(self, column: LoanColumn) -> Integers:
        """Return a column of all loans, as a view."""
        return self.loans[column, : self.count]

    def changed(self, subjects: Iterable[LoanColumn | Other]) -> int:
        """Return a number that is another one after any change to one of the subjects, of whichever loan."""
        return max(map(self._stamps.__getitem__, subjects))

    def changes(self, block: int) -> int:
        """Return a number that is another one after any change to a loan in a block of rows."""
        return self._changed[block]

    def _reserve(self, loans: int) -> None:
        if loans > self.loans.shape[1]:
            # Not twice as many: columns a power of two apart get into each other's way in the processor's cache.
            grown = np.zeros((len(LoanColumn), loans + loans // 2 + 8), np.int64)
            grown[:, : self.count] = self.loans[:, : self.count]
            self.loans = grown
            self.kept.clear()

    def _touch(self, row: int) -> None:
        self._clock += 1
        self.lines.pop(row, None)
        block = row // BLOCK
        if block == len(self._changed):
            self._changed.append(0)
        self._changed[block] = self._clock

    def _stamp_all(self) -> None:
        self._stamps = [self._clock] * len(self._stamps)

    def record(
        self,
        *,
        loan_id: str,
        number: str,
        title: str,
        borrower: str | None,
        schedule: str | None,
        floating: str | None,
        values: Sequence[int],
    ) -> int:
        """Store a loan's values in the order of `LoanColumn`; return its row."""
        self.get_ready()
        row, texts = self.rows.get(loan_id), (number, title, borrower)
        if row is None:
            row = self.rows[loan_id] = self.count
            self._touch(row)
            self._stamp_all()
            self._reserve(row + 1)
            self.ids.all().append(loan_id)
            self.numbers.all().append(number)
            self.titles.all().append(title)
            self.borrowers.all().append(borrower)
            self.schedules.all().append(schedule)
            self.floats.all().append(floating)
        else:
            self._touch(row)
            if (self.numbers[row], self.titles[row], self.borrowers[row]) != texts:
                self._stamps[Other.TEXTS] = self._clock
                self.numbers.all()[row], self.titles.all()[row], self.borrowers.all()[row] = texts
            for column, (before, now) in enumerate(zip(self.loans[:, row].tolist(), values, strict=True)):
                if before != now:
                    self._stamps[column] = self._clock
            self.schedules.all()[row] = schedule
            self.floats.all()[row] = floating
        self.loans[:, row] = values
        return row

    def reschedule(self, row: int, schedule: str | None, floating: str | None) -> None:
        """Store what is left of a loan's schedule, and what its rate follows from where it floats."""
        self.get_ready()
        self._touch(row)
        self.schedules.all()[row] = schedule
        self.floats.all()[row] = floating

    def restate(self, row: int, first: LoanColumn, values: Sequence[int]) -> None:
        """Store other values of a loan in neighboring columns."""
        self.get_ready()
        self._touch(row)
        if (self.pledges[self.collateral.of(row)[Backing.PROPERTY]] > 1).any():
            self.lines.clear()
        columns = slice(first, first + len(values))
        for column, (before, now) in enumerate(zip(self.loans[columns, row].tolist(), values, strict=True), first):
            if before != now:
                self._stamps[column] = self._clock
        self.loans[columns, row] = values

    def begin(
        self,
        *,
        ids: list[str],
        numbers: list[str],
        titles: list[str],
        borrowers: list[str | None],
        schedules: list[str | None],
        floats: list[str | None],
        values: Integers,
    ) -> int:
        """Store loans that are new, by column their values in the order of `LoanColumn`; return the first one's row."""
        self.get_ready()
        first, count = self.count, self.count + len(ids)
        self._reserve(count)
        self.rows.update(zip(ids, range(first, count), strict=True))
        self.ids.all().extend(ids)
        self.numbers.all().extend(numbers)
        self.titles.all().extend(titles)
        self.borrowers.all().extend(borrowers)
        self.schedules.all().extend(schedules)
        self.floats.all().extend(floats)
        self.loans[:, first:count] = values
        for block in range(first // BLOCK, (count - 1) // BLOCK + 1):
            self._touch(block * BLOCK)
        self._stamp_all()
        return first

    def release(self, loan_id: str) -> None:
        """Count a loan's collateral as pledged no more, before the loan is recorded anew; an absent one is no error."""
        row = self.rows.get(loan_id)
        if row is not None:
            self._pledge(row, self.collateral.of(row)[Backing.PROPERTY], -1)

    def secure(self, row: int, collateral: Integers) -> None:
        """Store a loan's collateral: the columns of `Backing` but the first."""
        if not np.array_equal(self.collateral.of(row)[1:], collateral):
            self.collateral.replace(row, collateral)
            self._stamps[Other.COLLATERAL] = self._clock
        self._pledge(row, collateral[Backing.PROPERTY - 1], 1)

    def secure_all(self, first: int, lengths: Sequence[int], collateral: Integers) -> None:
        """Store the collateral of loans that are new, so many columns for each row from the first on."""
        rows = range(first, first + len(lengths))
        self.collateral.begin(rows, lengths, collateral)
        outstanding = np.repeat(~CLOSED[self.loans[LoanColumn.STATUS, rows.start : rows.stop]], lengths)
        self._reserve_pledges()
        np.add.at(self.pledges, collateral[Backing.PROPERTY - 1][outstanding], 1)

    def rename(self, kind: PartyKind, key: str, name: str | None) -> None:
        """Say what a party is called."""
        self.parties[kind].rename(key, name)
        self._clock += 1
        self._stamps[Other.PARTIES] = self._clock
        self.lines.clear()

    def _reserve_pledges(self) -> None:
        size = len(self.parties[PartyKind.PROPERTY])
        if size > self.pledges.size:
            self.pledges = np.concatenate((self.pledges, np.zeros(size, np.int64)))

    def _pledge(self, row: int, properties: Integers, count: int) -> None:
        if not properties.size or CLOSED[self.loans[LoanColumn.STATUS, row]]:
            return
        self._reserve_pledges()
        for code in properties.tolist():  # of one loan: fewer than numpy would need to get ready
            self.pledges[code] += count
            if self.pledges[code] > (1 if count > 0 else 0):  # another loan is, or was, beside it
                self.lines.clear()

    def forget(self, loan_id: str) -> None:
        """Remove a loan with its collateral and facts; an absent one is no error."""
        self.get_ready()
        self.release(loan_id)
        row = self.rows.pop(loan_id, None)
        if row is None:
            return
        self.collateral.clear(row)
        last = self.count - 1
        self.change_facts(partial(_let_go, row=row, last=last))
        self._touch(row)
        self._touch(last)
        self._stamp_all()
        if row != last:
            self.rows[self.ids[last]] = row
            self.loans[:, row] = self.loans[:, last]
            self.collateral.move(last, row)
        for texts in (self.ids, self.numbers, self.titles, self.borrowers, self.schedules, self.floats):
            rows: list[Any] = texts.all()
            moved = rows.pop()
            if row != last:
                rows[row] = moved


def _let_go(facts: Segments, *, row: int, last: int) -> None:
    facts.clear(row)
    if row != last:
        facts.move(last, row)


def largest(columns: Columns, rows: Integers, values: Integers, limit: int) -> list[int]:
    """Return the positions in `rows` of the largest values, the largest first, ties in the order of the ids."""
    if not limit:
        return []
    positions = np.arange(values.size)
    if values.size > limit:
        threshold = np.partition(values, values.size - limit)[values.size - limit]
        positions = np.flatnonzero(values >= threshold)
    ids = [columns.ids[row] for row in rows[positions].tolist()]
    ranked = nsmallest(limit, zip((-values[positions]).tolist(), ids, positions.tolist(), strict=True))
    return [position for _, _, position in ranked]
