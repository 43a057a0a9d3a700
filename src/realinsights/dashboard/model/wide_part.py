"""A part of any number of loans: the figures' sums as vector operations over the columns."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from realinsights.contracts.filters import RatioSource
from realinsights.dashboard.model.codes import NOBODY, PROPERTY_TYPES, RATE_TYPES, STATUSES
from realinsights.dashboard.model.columns import Backing, LoanColumn, largest
from realinsights.dashboard.model.coverage import (
    CLOSED_REASONS,
    Coverage,
    closed,
    coverage,
    maturing,
    past_maturity,
    ratio_coverage,
)
from realinsights.dashboard.model.due_days import balloons, due_days
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
from realinsights.dashboard.model.part import (
    LISTED_LOANS,
    MEMBERS,
    NOTHING_OMITTED,
    PARTIES,
    Covered,
    Dated,
    Days,
    Due,
    Omissions,
    Ranked,
    Shares,
)
from realinsights.dashboard.model.ratios import RATIOS, Pivot, combinations, days_of
from realinsights.dashboard.model.view import View, unknown

_KINDS_OF_STATE = 64
"""So many kinds of collateral (`Backing.KIND`) there are per state: 16 types × 4 flags."""


@dataclass(frozen=True, eq=False)
class WidePart:
    """The loans of a view on a business date; `named` loans at most stand in each ranking of what is left out."""

    view: View
    on: datetime.date
    named: int
    _ratios: dict[FigureName, Covered] = field(default_factory=dict)

    @cached_property
    def loans(self) -> int:
        return int(np.count_nonzero(self.view.outstanding))

    @cached_property
    def owed(self) -> int:
        return total(self.view.owed)

    @cached_property
    def original(self) -> int:
        return total(self.view.fixed(LoanColumn.ORIGINAL), self.view.outstanding)

    @cached_property
    def interest(self) -> int:
        return total_of_products(self.view.owed, self.view.rate * ~unknown(self.view.rate))

    @cached_property
    def unrated(self) -> Omissions:
        return self._without(unknown(self.view.rate))

    @cached_property
    def remaining(self) -> int:
        days = np.maximum(self._due_days - self.on.toordinal(), 0)
        return total_of_products(self.view.owed, days)

    @cached_property
    def days(self) -> Days:
        return _days(self.view.as_of, self.view.outstanding)

    @cached_property
    def closed(self) -> Omissions:
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
        flags = maturing(self.view, self.on)
        return total(self.view.balance, flags), int(np.count_nonzero(flags))

    @cached_property
    def past(self) -> Covered:
        flags = past_maturity(self.view, self.on)
        loans = int(np.count_nonzero(flags))
        return Covered(total(self.view.balance, flags), 0, loans, _days(self.view.as_of, flags), NOTHING_OMITTED)

    @cached_property
    def top(self) -> list[Ranked]:
        return self._ranked(self.view.top(self.view.outstanding, LISTED_LOANS), self.view.as_of)

    @cached_property
    def upcoming(self) -> list[Ranked]:
        view = self.view
        days = self._due_days - self.on.toordinal()
        awaited = view.outstanding & (days >= 0)
        days = days * awaited + _FAR * ~awaited
        return [
            (int(days[position]), view.columns.ids[view.rows[position]], int(view.rows[position]), 0)
            for position in largest(view.columns, view.rows, -days, LISTED_LOANS)
            if awaited[position]
        ]

    @property
    def beside(self) -> bool:
        return self.view.beside is not None

    def ratio(self, name: FigureName) -> Covered:
        """Return what this part contributes to a ratio of whole loans."""
        known = self._ratios.get(name)
        if known is None:
            known = self._ratios[name] = self._ratio(name)
        return known

    def _ratio(self, name: FigureName) -> Covered:
        ratio, pivoted = RATIOS[name], self._pivot
        loans, owed = pivoted.by_reason(ratio, pivoted.loans), pivoted.by_reason(ratio, pivoted.sums("owed"))
        within = Coverage(ratio.codes[pivoted.combinations], ratio.reasons)
        days = _days(self.view.as_of, within.covered)
        return Covered(
            above=pivoted.by_reason(ratio, pivoted.sums(ratio.numerator))[0],
            below=pivoted.by_reason(ratio, pivoted.sums(ratio.denominator))[0],
            loans=loans[0],
            days=days,
            omissions=Omissions(loans[1:], owed[1:], self._named(within)),
            above_days=self._dated(ratio.numerator, within.covered, days),
            below_days=self._dated(ratio.denominator, within.covered, days),
            sources=pivoted.sources(ratio),
        )

    @cached_property
    def _pivot(self) -> Pivot:
        return Pivot(self.view, combinations(self.view))

    def reported(self, name: FigureName) -> Covered:
        """Return what servicers report of this part, weighted by balance."""
        view, within = self.view, ratio_coverage(self.view, name, RatioSource.REPORTED)
        owed = view.owed * within.covered
        return Covered(
            above=total_of_products(view.reported(name) * within.covered, owed),
            below=total(owed),
            loans=int(np.count_nonzero(within.covered)),
            days=_days(view.as_of, within.covered),
            omissions=self._omissions(within),
            above_days=_dated(view.fixed(LoanColumn.REPORTED_AS_OF), within.covered),
            below_days=_dated(view.as_of, within.covered),
        )

    @cached_property
    def occupancy(self) -> Covered:
        within = ratio_coverage(self.view, FigureName.OCCUPANCY)
        area, dates = self.view.area * within.covered, self.view.dates
        return Covered(
            above=total_of_products(self.view.occupancy * within.covered, area),
            below=total(area),
            loans=int(np.count_nonzero(within.covered)),
            days=_days(self.view.as_of, within.covered),
            omissions=self._omissions(within),
            above_days=(None, 0) if dates is None else _dated(dates.occupancy, within.covered),
        )

    @cached_property
    def parties(self) -> list[Shares]:
        sizes = [len(self.view.columns.parties[kind]) for kind, _ in PARTIES]
        return self._by_each([self.view.fixed(column) for _, column in PARTIES], sizes)

    @cached_property
    def alone(self) -> list[Omissions]:
        return [self._without(self.view.fixed(column) == NOBODY) for _, column in PARTIES]

    @cached_property
    def members(self) -> list[Shares]:
        fixed = map(self.view.fixed, (LoanColumn.RATE_TYPE, LoanColumn.AMORTIZATION, LoanColumn.STRUCTURE))
        return self._by_each([self.view.status, *fixed], [len(codes) for codes in MEMBERS])

    @cached_property
    def statuses(self) -> list[int]:
        return counts_by_code(self.view.status, len(STATUSES))

    @cached_property
    def states(self) -> Shares:
        sums, counts = self._kinds
        return sums.sum(axis=(1, 2)).tolist(), counts[:, :, 2:].sum(axis=(1, 2)).tolist()

    @cached_property
    def types(self) -> Shares:
        sums, counts = self._kinds
        types = len(PROPERTY_TYPES)
        return sums.sum(axis=(0, 2))[:types].tolist(), counts[:, :types, 1::2].sum(axis=(0, 2)).tolist()

    @cached_property
    def _kinds(self) -> tuple[Table, Table]:
        """By state, type and flags of `Backing.KIND`: what is allocated, and on how many rows."""
        pledged, states = self.view.pledged, len(self.view.columns.states)
        kinds, shape, size = pledged.backing[Backing.KIND], (states, 16, 4), states * _KINDS_OF_STATE
        owed = pledged.backing[Backing.BALANCE] * pledged.owed
        sums = table_by_code(kinds, owed, size).astype(object)
        return sums.reshape(shape), np.array(counts_by_code(kinds, size, pledged.owed)).reshape(shape)

    @cached_property
    def bare(self) -> Omissions:
        return self._without(~self.view.pledged.some)

    @cached_property
    def stateless(self) -> Omissions:
        pledged = self.view.pledged
        flags = ~pledged.some
        flags[pledged.owners[pledged.backing[Backing.STATE] == NOBODY]] = True
        return self._without(flags)

    @cached_property
    def _due_days(self) -> Integers:
        return due_days(self.view.columns, self.view.fixed, self.on)

    @cached_property
    def due(self) -> Due:
        view = self.view
        if not self.loans:
            return {}
        maturity = month_numbers(self._due_days)
        first, kinds = int(maturity.min()), len(RATE_TYPES)
        size, month = int(maturity.max()) - first + 1, maturity - first
        by_type = table_by_code(month * kinds + view.fixed(LoanColumn.RATE_TYPE), view.owed, size * kinds)
        cents = balloons(view.columns, view.fixed, self.on)
        scheduled = ~unknown(cents)
        sums = zip(
            by_type.reshape(size, kinds).tolist(),
            products_by_code(month, view.owed, view.rate, size),
            counts_by_code(month, size, view.outstanding),
            totals_by_code(month, cents * (scheduled & view.outstanding), size),
            totals_by_code(month, view.owed * ~scheduled, size),
            strict=True,
        )
        return {first + place: amounts for place, amounts in enumerate(sums) if amounts[2]}

    def _dated(self, name: str, flags: Flags, days: Days) -> Dated:
        values = days_of(self.view, name)
        if values is self.view.as_of:
            return days, 0
        return (None, 0) if values is None else _dated(values, flags)

    def _by_each(self, codes: list[Integers], sizes: list[int]) -> list[Shares]:
        tables = by_each(codes, sizes, self.view.owed, self.view.outstanding)
        return [(owed.tolist(), loans.tolist()) for owed, loans in tables]

    def _without(self, flags: Flags) -> Omissions:
        return self._omissions(coverage(self.view.outstanding, [(flags, "")]))

    def _omissions(self, within: Coverage) -> Omissions:
        return omissions(self.view, within, self.named)

    def _named(self, within: Coverage) -> list[Ranked]:
        return _named(self.view, within, self.named)

    def _ranked(self, positions: list[int], about: Integers) -> list[Ranked]:
        return _ranked(self.view, positions, about)


def omissions(view: View, within: Coverage, named: int) -> Omissions:
    """Return what a figure leaves out of the loans of a view, by reason, and the `named` largest of them."""
    positions, size = np.flatnonzero(within.left_out), len(within.reasons)
    codes = within.codes[positions].astype(np.int64) - 1
    return Omissions(
        counts_by_code(codes, size),
        totals_by_code(codes, view.owed[positions], size),
        _named(view, within, named) if positions.size else [],
    )


def _named(view: View, within: Coverage, named: int) -> list[Ranked]:
    if not named:
        return []
    return _ranked(view, view.top(within.left_out, named), within.codes.astype(np.int64) - 1)


def _ranked(view: View, positions: list[int], about: Integers) -> list[Ranked]:
    ids, owed = view.columns.ids, view.owed[positions]
    rows: list[int] = view.rows[positions].tolist()
    return list(zip((-owed).tolist(), [ids[row] for row in rows], rows, about[positions].tolist(), strict=True))


def _days(days: Integers, flags: Flags) -> Days:
    if not flags.any():
        return None
    if flags.all():
        return int(days.min()), int(days.max())
    latest = int(days.max())
    return latest - int(((latest - days) * flags).max()), int((days * flags).max())


def _dated(days: Integers, flags: Flags) -> Dated:
    dated = np.not_equal(days, 0)
    if dated.all():
        return _days(days, flags), 0
    return _days(days, flags & dated), int(np.count_nonzero(flags & ~dated))


_FAR = 10_000_000  # days: more than lie between any two dates
