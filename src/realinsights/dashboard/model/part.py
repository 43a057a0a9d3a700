"""What a stretch of the portfolio contributes to every figure: integers that add up, and the first of each ranking."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from realinsights.contracts.loans import PartyKind
from realinsights.dashboard.model.columns import (
    AMORTIZATIONS,
    NOBODY,
    RATE_TYPES,
    STATUSES,
    STRUCTURES,
    Backing,
    Codes,
    LoanColumn,
    largest,
)
from realinsights.dashboard.model.coverage import (
    CLOSED_REASONS,
    Coverage,
    closed,
    coverage,
    maturing,
    past_maturity,
    ratio_coverage,
)
from realinsights.dashboard.model.exact import (
    Flags,
    Integers,
    Table,
    by_each,
    counts_by_code,
    products_by_code,
    table_by_code,
    total,
    total_of_products,
    totals_by_code,
)
from realinsights.dashboard.model.figure import FigureName
from realinsights.dashboard.model.months import month_numbers
from realinsights.dashboard.model.ratios import RATIOS, Pivot, pivot
from realinsights.dashboard.model.view import View, unknown

LISTED_LOANS = 10
"""How many loans the largest and the next to mature are."""

PARTIES = (
    (PartyKind.LENDER, LoanColumn.LENDER),
    (PartyKind.FUND, LoanColumn.FUND),
    (PartyKind.PORTFOLIO, LoanColumn.PORTFOLIO),
)
MEMBERS: tuple[Codes[Any], ...] = (STATUSES, RATE_TYPES, AMORTIZATIONS, STRUCTURES)
KINDS_OF_STATE = 64
"""So many kinds of collateral (`Backing.KIND`) there are per state."""

Days = tuple[int, int] | None
"""The earliest and the latest day number."""

Ranked = tuple[int, str, int, int]
"""A loan in a ranking: what ranks it (the first is the smallest), its id, its row, and something about it."""


@dataclass(frozen=True, slots=True)
class Omissions:
    """What a figure leaves out, by reason; `named` are the first by what they owe, with the reason's place."""

    counts: list[int]
    balances: list[int]
    named: list[Ranked]


@dataclass(frozen=True, slots=True)
class Covered:
    """Both sums of a ratio, how many loans are behind it, the days of their balances, and what it leaves out."""

    above: int
    below: int
    loans: int
    days: Days
    omissions: Omissions


@dataclass(frozen=True, slots=True)
class Due:
    """Of the loans that mature in each month from `first` on: cents by rate type, cents × rate, and how many."""

    first: int
    by_type: Table
    interest: Table
    loans: Table


@dataclass(frozen=True, eq=False)
class Part:
    """The loans of a view on a business date; `named` loans at most stand in each ranking of what is left out."""

    view: View
    on: datetime.date
    named: int
    _ratios: dict[FigureName, Covered] = field(default_factory=dict)

    @cached_property
    def loans(self) -> int:
        """How many loans are outstanding."""
        return int(np.count_nonzero(self.view.outstanding))

    @cached_property
    def owed(self) -> int:
        """What is outstanding, in cents."""
        return total(self.view.owed)

    @cached_property
    def original(self) -> int:
        """What it was at first, in cents."""
        return total(self.view.fixed(LoanColumn.ORIGINAL), self.view.outstanding)

    @cached_property
    def interest(self) -> int:
        """Σ balance × rate of the loans whose rate is known, in cents × 10^-8."""
        return total_of_products(self.view.owed, self.view.rate * ~unknown(self.view.rate))

    @cached_property
    def unrated(self) -> Omissions:
        """The outstanding loans whose rate is not known: that of a past month may not be."""
        return self._without(unknown(self.view.rate))

    @cached_property
    def remaining(self) -> int:
        """Σ balance × days to maturity, in cents × days; none are left of a loan past its maturity."""
        days = np.maximum(self.view.fixed(LoanColumn.MATURITY) - self.on.toordinal(), 0)
        return total_of_products(self.view.owed, days)

    @cached_property
    def days(self) -> Days:
        """The days of the outstanding balances."""
        return _days(self.view, self.view.outstanding)

    @cached_property
    def closed(self) -> Omissions:
        """The loans that are not outstanding any more; those that were largest at first are named."""
        within = closed(self.view)
        positions = np.flatnonzero(within.left_out)
        codes, rows = within.codes[positions].astype(np.int64) - 1, self.view.rows[positions]
        original = self.view.fixed(LoanColumn.ORIGINAL)[positions]
        return Omissions(
            counts_by_code(codes, len(CLOSED_REASONS)),
            [0] * len(CLOSED_REASONS),
            [
                (-int(original[place]), self.view.columns.ids[rows[place]], int(rows[place]), int(codes[place]))
                for place in largest(self.view.columns, rows, original, self.named)
            ],
        )

    @cached_property
    def maturing(self) -> tuple[int, int]:
        """What matures within a year of the business date, in cents, and how many loans do."""
        flags = maturing(self.view, self.on)
        return total(self.view.balance, flags), int(np.count_nonzero(flags))

    @cached_property
    def past(self) -> Covered:
        """What is past its maturity and still owed."""
        flags = past_maturity(self.view, self.on)
        loans = int(np.count_nonzero(flags))
        return Covered(total(self.view.balance, flags), 0, loans, _days(self.view, flags), _NOTHING)

    @cached_property
    def top(self) -> list[Ranked]:
        """The outstanding loans that owe most, with the day of their balance."""
        return self._ranked(self.view.top(self.view.outstanding, LISTED_LOANS), self.view.as_of)

    @cached_property
    def upcoming(self) -> list[Ranked]:
        """The outstanding loans that mature next, by the days that are left."""
        view = self.view
        days = view.fixed(LoanColumn.MATURITY) - self.on.toordinal()
        awaited = view.outstanding & (days >= 0)
        days = days * awaited + _FAR * ~awaited
        return [
            (int(days[position]), view.columns.ids[view.rows[position]], int(view.rows[position]), 0)
            for position in largest(view.columns, view.rows, -days, LISTED_LOANS)
            if awaited[position]
        ]

    def ratio(self, name: FigureName) -> Covered:
        """Return what this part contributes to a ratio of whole loans."""
        known = self._ratios.get(name)
        if known is None:
            known = self._ratios[name] = self._ratio(name)
        return known

    def _ratio(self, name: FigureName) -> Covered:
        ratio, pivoted = RATIOS[name], self._pivot
        loans, owed = pivoted.by_reason(ratio, pivoted.loans), pivoted.by_reason(ratio, pivoted.balance)
        within = Coverage(ratio.codes[pivoted.combinations], ratio.reasons)
        return Covered(
            above=pivoted.by_reason(ratio, getattr(pivoted, ratio.numerator))[0],
            below=pivoted.by_reason(ratio, getattr(pivoted, ratio.denominator))[0],
            loans=loans[0],
            days=_days(self.view, within.covered),
            omissions=Omissions(loans[1:], owed[1:], self._named(within)),
        )

    @cached_property
    def _pivot(self) -> Pivot:
        return pivot(self.view)

    @cached_property
    def occupancy(self) -> Covered:
        """Σ occupancy × area and Σ area, × 10^10 and × 10^2."""
        within = ratio_coverage(self.view, FigureName.OCCUPANCY)
        area = self.view.area * within.covered
        return Covered(
            above=total_of_products(self.view.occupancy * within.covered, area),
            below=total(area),
            loans=int(np.count_nonzero(within.covered)),
            days=_days(self.view, within.covered),
            omissions=self._omissions(within),
        )

    @cached_property
    def parties(self) -> list[tuple[Table, Table]]:
        """For each of `PARTIES`, what is owed and how many loans there are by code."""
        view = self.view
        sizes = [len(view.columns.parties[kind]) for kind, _ in PARTIES]
        return by_each([view.fixed(column) for _, column in PARTIES], sizes, view.owed, view.outstanding)

    @cached_property
    def alone(self) -> list[Omissions]:
        """For each of `PARTIES`, the loans that have none."""
        return [self._without(self.view.fixed(column) == NOBODY) for _, column in PARTIES]

    @cached_property
    def members(self) -> list[tuple[Table, Table]]:
        """For each of `MEMBERS`, what is owed and how many loans are outstanding by code."""
        view = self.view
        codes = [view.status, *map(view.fixed, (LoanColumn.RATE_TYPE, LoanColumn.AMORTIZATION, LoanColumn.STRUCTURE))]
        return by_each(codes, [len(codes) for codes in MEMBERS], view.owed, view.outstanding)

    @cached_property
    def statuses(self) -> list[int]:
        """How many loans there are by status, closed ones included."""
        return counts_by_code(self.view.status, len(STATUSES))

    @cached_property
    def kinds(self) -> tuple[Table, Table]:
        """By kind of collateral: what is allocated to it, and on how many rows."""
        pledged, size = self.view.pledged, len(self.view.columns.states) * KINDS_OF_STATE
        kinds = pledged.backing[Backing.KIND]
        owed = pledged.backing[Backing.BALANCE] * pledged.owed
        return table_by_code(kinds, owed, size), np.array(counts_by_code(kinds, size, pledged.owed))

    @cached_property
    def bare(self) -> Omissions:
        """The loans without any property."""
        return self._without(~self.view.pledged.some)

    @cached_property
    def stateless(self) -> Omissions:
        """The loans with a property of which no state is known, or with none."""
        pledged = self.view.pledged
        flags = ~pledged.some
        flags[pledged.owners[pledged.backing[Backing.STATE] == NOBODY]] = True
        return self._without(flags)

    @cached_property
    def due(self) -> Due:
        """What falls due, month by month."""
        view = self.view
        if not self.loans:
            return Due(0, np.zeros((0, len(RATE_TYPES)), np.int64), np.zeros(0, object), np.zeros(0, np.int64))
        maturity = month_numbers(view.fixed(LoanColumn.MATURITY))
        first, kinds = int(maturity.min()), len(RATE_TYPES)
        size, month = int(maturity.max()) - first + 1, maturity - first
        by_type = table_by_code(month * kinds + view.fixed(LoanColumn.RATE_TYPE), view.owed, size * kinds)
        return Due(
            first,
            by_type.reshape(size, kinds),
            np.array(products_by_code(month, view.owed, view.rate, size), object),
            np.array(counts_by_code(month, size, view.outstanding), np.int64),
        )

    def _without(self, flags: Flags) -> Omissions:
        return self._omissions(coverage(self.view.outstanding, [(flags, "")]))

    def _omissions(self, within: Coverage) -> Omissions:
        positions, size = np.flatnonzero(within.left_out), len(within.reasons)
        codes = within.codes[positions].astype(np.int64) - 1
        return Omissions(
            counts_by_code(codes, size),
            totals_by_code(codes, self.view.owed[positions], size),
            self._named(within) if positions.size else [],
        )

    def _named(self, within: Coverage) -> list[Ranked]:
        if not self.named:
            return []
        return self._ranked(self.view.top(within.left_out, self.named), within.codes.astype(np.int64) - 1)

    def _ranked(self, positions: list[int], about: Integers) -> list[Ranked]:
        ids, owed = self.view.columns.ids, self.view.owed[positions]
        rows: list[int] = self.view.rows[positions].tolist()
        return list(zip((-owed).tolist(), [ids[row] for row in rows], rows, about[positions].tolist(), strict=True))


def _days(view: View, flags: Flags) -> Days:
    if not flags.any():
        return None
    latest = int(view.as_of.max())
    return latest - int(((latest - view.as_of) * flags).max()), int((view.as_of * flags).max())


_NOTHING = Omissions([], [], [])
_FAR = 10_000_000  # days: more than lie between any two dates
