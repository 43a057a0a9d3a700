"""The loans a computation runs over: the present ones, or those of a month of the past, under the same names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from realinsights.contracts.loans import IncomeBasis, LoanStatus
from realinsights.dashboard.model.allocation import Allocation, part_of
from realinsights.dashboard.model.beside import Beside, beside_of
from realinsights.dashboard.model.codes import CLOSED, NOBODY, STATUSES, STRUCTURES
from realinsights.dashboard.model.columns import Backing, Columns, LoanColumn, largest
from realinsights.dashboard.model.exact import UNKNOWN, Flags, Integers
from realinsights.dashboard.model.figure import FigureName
from realinsights.dashboard.model.own_ratios import NOTE_NAMES
from realinsights.dashboard.model.positions import MEASURED, Through, present_through
from realinsights.dashboard.model.stamps import first_day, first_source, second_day, second_source

_DEFEASED = STATUSES.code(LoanStatus.DEFEASED)
_STRUCTURE_BARS = np.array(
    [list(NOTE_NAMES).index(member) + 1 if member in NOTE_NAMES else 0 for member in STRUCTURES.members], np.uint8
)

_RANKED = 4096

BESIDE = 255
"""The code of a loan that a figure is not about."""

ReasonCodes = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Dates:
    """The day each figure of a loan is of (0: undated), and the code of what its income stands on, from stamps."""

    of_value: Integers
    of_income: Integers

    @cached_property
    def value(self) -> Integers:
        """The days of the properties' values."""
        return first_day(self.of_value)

    @cached_property
    def occupancy(self) -> Integers:
        """The days of occupancies."""
        return second_day(self.of_value)

    @cached_property
    def noi(self) -> Integers:
        """The days of net operating incomes."""
        return first_day(self.of_income)

    @cached_property
    def ncf(self) -> Integers:
        """The days of net cash flows."""
        return second_day(self.of_income)

    @cached_property
    def noi_source(self) -> Integers:
        """What net operating incomes stand on."""
        return first_source(self.of_income)

    @cached_property
    def ncf_source(self) -> Integers:
        """What net cash flows stand on."""
        return second_source(self.of_income)


@dataclass(frozen=True, eq=False)
class View:
    """Arrays of equal length, one element per loan; `rows` are the loans' rows in `columns`, each at most once.

    `stretch` says that the rows are all from one to another, in their order. `neighbors` are loans that are not alone
    on their properties, and `given` is `beside` where that is known already. Of an `allocation` only the part of each
    loan that is asked for is seen. Income is on the `basis` asked for. `dates` are None of a month of the past, where
    nobody asks, and `standing` then says which loans are as they are now: what is reported is known of these alone.
    """

    columns: Columns
    rows: Integers
    stretch: slice | None
    neighbors: Through | None
    given: Beside | None
    allocation: Allocation | None
    standing: Flags | None
    balance: Integers
    rate: Integers
    status: Integers
    as_of: Integers
    debt_service: Integers
    value: Integers
    noi: Integers
    ncf: Integers
    occupancy: Integers
    area: Integers
    basis: IncomeBasis
    dates: Dates | None

    def fixed(self, column: LoanColumn) -> Integers:
        """Return a column that has no history: what the loan is now, of amounts the part that is asked for."""
        values = self.columns.column(column)[self.rows if self.stretch is None else self.stretch]
        return self.part(values) if column in _DIVISIBLE else values

    def part(self, values: Integers, places: Integers | None = None) -> Integers:
        """Return of each amount the part that is asked for, of all loans or of those at some places."""
        if self.allocation is None:
            return values
        rows = self.rows if places is None else self.rows[places]
        return part_of(values, self.allocation.parts[rows], self.allocation.wholes[rows])

    def reported(self, name: FigureName) -> Integers:
        """Return the DSCR that each loan's servicer reports, × 10^8, or `UNKNOWN`."""
        values = self.fixed(REPORTED[name])
        return values if self.standing is None else np.where(self.standing, values, UNKNOWN)

    @cached_property
    def outstanding(self) -> Flags:
        """Which loans are owed: not paid off, refinanced or liquidated."""
        return ~CLOSED[self.status]

    @cached_property
    def owed(self) -> Integers:
        """The balance of those outstanding, 0 elsewhere, in cents."""
        return self.balance * self.outstanding

    @cached_property
    def _ranking(self) -> Integers:
        """The positions of the loans that owe most, `_RANKED` or a few more, the largest first."""
        owed = self.owed
        if owed.size <= _RANKED:
            return np.argsort(-owed, kind="stable")
        threshold = np.partition(owed, owed.size - _RANKED)[owed.size - _RANKED]
        # Only those beyond the threshold: of those at it, some would be missing.
        positions = np.flatnonzero(owed > threshold)
        return positions[np.argsort(-owed[positions], kind="stable")]

    def top(self, flags: Flags, limit: int) -> list[int]:
        """Return the positions of the flagged loans that owe most, the largest first, ties in the order of the ids."""
        if not limit:
            return []
        ranked = self._ranking
        found = ranked[flags[ranked]]
        if found.size < limit and ranked.size < self.rows.size:
            found = np.flatnonzero(flags)
            return [int(found[place]) for place in largest(self.columns, self.rows[found], self.owed[found], limit)]
        if found.size > limit:
            found = found[self.owed[found] >= self.owed[found[limit - 1]]]
        return [int(found[place]) for place in largest(self.columns, self.rows[found], self.owed[found], limit)]

    @cached_property
    def bars(self) -> ReasonCodes:
        """What bars a loan from ratios of whole loans: `BESIDE` where it is not outstanding, else its first bar.

        1 … n: its structure, in the order of `NOTE_NAMES`; n + 1: it is defeased; from n + 2 on: why it is not measured
        through its lien position; 0: nothing.
        """
        codes = self._own_bars
        if self.beside is not None:
            places = self.beside.places
            codes = codes.copy()
            reasons = (self.beside.reasons + len(NOTE_NAMES) + 1) * (self.beside.reasons != MEASURED)
            codes[places] += (codes[places] == 0) * reasons.astype(np.uint8)
        return codes

    @cached_property
    def _own_bars(self) -> ReasonCodes:
        codes = _STRUCTURE_BARS[self.fixed(LoanColumn.STRUCTURE)]
        codes += (codes == 0) * np.equal(self.status, _DEFEASED) * np.uint8(len(NOTE_NAMES) + 1)
        return codes | ~self.outstanding * np.uint8(BESIDE)

    @cached_property
    def beside(self) -> Beside | None:
        """The loans that are not alone on their properties; None where there are none."""
        if self.given is not None or self.neighbors is None:
            return self.given
        among, places = self._places(self.neighbors)
        if not places.size:
            return None
        return beside_of(
            self.neighbors,
            among,
            places=places,
            unbarred=self._own_bars[places] == 0,
            own={name: getattr(self, name)[places] for name in ("balance", "as_of", "value", "noi", "ncf")},
            part=lambda values: self.part(values, places),
        )

    def _places(self, neighbors: Through) -> tuple[Integers, Integers]:
        """Return which of the neighbors are in the view, and where."""
        order = np.argsort(self.rows) if self.stretch is None else None
        rows = self.rows if order is None else self.rows[order]
        found = np.searchsorted(rows, neighbors.rows)
        there = np.flatnonzero(rows[np.minimum(found, rows.size - 1)] == neighbors.rows) if rows.size else found[:0]
        places = found[there]
        return there, places if order is None else order[places]

    def amounts(self, name: str) -> Integers:
        """Return what a ratio takes of each loan that is `counted`: its own, or that through its lien position."""
        values: Integers = self.owed if name == "balance" else getattr(self, name)
        if self.beside is None:
            return values
        values = values.copy()
        values[self.beside.places] = self.beside.amounts[name]
        return values

    @cached_property
    def counted(self) -> Flags | None:
        """Which loans add to the sums of a ratio: of those on the same properties one; None where all do."""
        if self.beside is None:
            return None
        flags = np.ones(self.rows.size, np.bool_)
        flags[self.beside.places] = self.beside.counted
        return flags

    @cached_property
    def pledged(self) -> Pledged:
        """The collateral of the view's loans."""
        collateral, stretch = self.columns.collateral, self.stretch
        if stretch is None:
            backing = collateral.everything()
            position = np.full(self.columns.count, -1, np.int64)
            position[self.rows] = np.arange(self.rows.size)
            owners = position[backing[Backing.OWNER]]
            asked = owners >= 0 if self.allocation is None else (owners >= 0) & self.allocation.matching
            kept = np.flatnonzero(asked)
            owners, backing = owners[kept], backing[:, kept]
            if self.allocation is not None:
                backing[Backing.KIND] = _kinds(backing)
        elif self.rows.size == self.columns.count:
            backing = collateral.everything()
            owners = backing[Backing.OWNER]
        else:
            backing = collateral.between(stretch.start, stretch.stop)
            owners = backing[Backing.OWNER] - stretch.start
        return Pledged(owners=owners, backing=backing, owed=self.outstanding[owners], loans=self.rows.size)

    @cached_property
    def shared(self) -> Flags:
        """Which outstanding loans have a property that another outstanding loan has too, be it of this view or not."""
        flags = np.zeros(self.rows.size, np.bool_)
        if self.beside is not None:
            flags[self.beside.places] = True
        return flags


@dataclass(frozen=True, eq=False)
class Pledged:
    """Collateral rows of a view of so many `loans`.

    `owners` are positions in the view; `owed` says whether the owner is outstanding.
    """

    owners: Integers
    backing: Integers
    owed: Flags
    loans: int

    @cached_property
    def some(self) -> Flags:
        """By position in the view: whether the loan has collateral."""
        flags = np.zeros(self.loans, np.bool_)
        flags[self.owners] = True
        return flags

    @cached_property
    def often(self) -> Integers:
        """By property code: how many outstanding loans it secures."""
        codes = self.backing[Backing.PROPERTY]
        counts = np.bincount(codes * self.owed, minlength=int(codes.max(initial=NOBODY)) + 1)
        counts[NOBODY] = 0  # what is not owed was counted there
        return counts


def present(
    columns: Columns,
    flags: Flags | None = None,
    basis: IncomeBasis = IncomeBasis.LATEST,
    allocation: Allocation | None = None,
) -> View:
    """Return the loans as they are now: all, or some, whole or what is asked for of each."""
    if flags is None:
        return _present(columns, np.arange(columns.count), slice(0, columns.count), basis)
    return allocated(_present(columns, np.flatnonzero(flags), None, basis), allocation)


def allocated(view: View, allocation: Allocation | None) -> View:
    """Return a view of whole loans with what is asked for of each."""
    if allocation is None:
        return view
    view = replace(view, allocation=allocation)
    parts: dict[str, Any] = {name: view.part(getattr(view, name)) for name in _AMOUNTS}
    return replace(view, **parts)


def _kinds(backing: Integers) -> Integers:
    """Return `Backing.KIND` of some collateral rows, whose flags are of the first of them of each loan."""
    states, types = backing[Backing.STATE], backing[Backing.TYPE]
    kinds: Integers = states * 64 + types * 4
    for codes, flag in ((states, 2), (types, 1)):
        _, firsts = np.unique(backing[Backing.OWNER] * (int(codes.max(initial=0)) + 1) + codes, return_index=True)
        kinds[firsts] += flag
    return kinds


def block(columns: Columns, start: int, stop: int, beside: Beside | None, basis: IncomeBasis) -> View:
    """Return the loans of a block of rows as they are now; `beside` are those that share a property with any other."""
    view = _present(columns, np.arange(start, stop), slice(start, stop), basis)
    return replace(view, given=beside, neighbors=None)


def unknown(values: Integers) -> Flags:
    """Return where the value is not known."""
    return np.equal(values, UNKNOWN)


def _present(columns: Columns, rows: Integers, stretch: slice | None, basis: IncomeBasis) -> View:
    values = columns.loans[:, rows if stretch is None else stretch]
    noi, ncf, stamps = INCOME[basis]
    return View(
        columns=columns,
        rows=rows,
        stretch=stretch,
        neighbors=present_through(columns),
        given=None,
        allocation=None,
        standing=None,
        balance=values[LoanColumn.BALANCE],
        rate=values[LoanColumn.RATE],
        status=values[LoanColumn.STATUS],
        as_of=values[LoanColumn.AS_OF],
        debt_service=values[LoanColumn.DEBT_SERVICE],
        value=values[LoanColumn.VALUE],
        noi=values[noi],
        ncf=values[ncf],
        occupancy=values[LoanColumn.OCCUPANCY],
        area=values[LoanColumn.AREA],
        basis=basis,
        dates=Dates(of_value=values[LoanColumn.VALUE_STAMP], of_income=values[stamps]),
    )


_AMOUNTS = ("balance", "debt_service", "value", "noi", "ncf", "area")
_DIVISIBLE = frozenset((LoanColumn.ORIGINAL, LoanColumn.BALLOON, LoanColumn.ANTICIPATED_BALLOON))

REPORTED: Mapping[FigureName, LoanColumn] = MappingProxyType(
    {FigureName.DSCR: LoanColumn.REPORTED_DSCR, FigureName.DSCR_NCF: LoanColumn.REPORTED_DSCR_NCF}
)
"""The figures that servicers report too, and the columns of these."""

INCOME: Mapping[IncomeBasis, tuple[LoanColumn, LoanColumn, LoanColumn]] = MappingProxyType(
    {
        basis: (LoanColumn[f"{prefix}NOI"], LoanColumn[f"{prefix}NCF"], LoanColumn[f"{prefix or 'INCOME_'}STAMP"])
        for basis, prefix in (
            (IncomeBasis.LATEST, ""),
            (IncomeBasis.UNDERWRITTEN, "UNDERWRITTEN_"),
            (IncomeBasis.TRAILING_TWELVE_MONTHS, "TRAILING_"),
            (IncomeBasis.ANNUAL, "ANNUAL_"),
        )
    }
)
"""By basis: the columns of net operating income, of net cash flow, and of the stamps of both."""
