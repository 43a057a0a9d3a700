"""Which loans stand behind a figure, and which it leaves out and why."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from realinsights.dashboard.model.columns import CLOSED_STATUSES, STATUSES, Loan
from realinsights.dashboard.model.exact import (
    MONEY_PLACES,
    Flags,
    Integers,
    counts_by_code,
    text,
    totals_by_code,
)
from realinsights.dashboard.model.figure import AsOf, FigureName, LeftOut, LeftOutLoan, LeftOutReason
from realinsights.dashboard.model.lines import DEFEASED, NOTE_NAMES, largest
from realinsights.dashboard.model.months import plus_months
from realinsights.dashboard.model.view import BESIDE, Codes, View, unknown

NAMED_LOANS = 25
"""How many left-out loans a figure names, the largest first; the others are counted."""

NOTHING_LEFT_OUT = LeftOut(count=0, balance="0.00", reasons=(), loans=())

Obstacle = tuple[Flags, str]
"""Loans a figure cannot cover, and why."""


@dataclass(frozen=True, eq=False)
class Coverage:
    """By loan: 0 where the figure covers it, k where it leaves it out for `reasons[k - 1]`, or `BESIDE`."""

    codes: Codes
    reasons: tuple[str, ...]

    @cached_property
    def covered(self) -> Flags:
        """Which loans stand behind the figure."""
        return np.equal(self.codes, 0)

    @property
    def left_out(self) -> Flags:
        """Which loans the figure leaves out."""
        return np.not_equal(self.codes, 0) & np.not_equal(self.codes, BESIDE)


def coverage(about: Flags, obstacles: Sequence[Obstacle]) -> Coverage:
    """Return the coverage of a figure about some loans; a loan counts under its first obstacle."""
    return _extended(Coverage(~about * np.uint8(BESIDE), ()), obstacles)


def ratio_coverage(view: View, name: FigureName) -> Coverage:
    """Return the coverage of one of the `RATIOS`."""
    return RATIOS[name](view)


def _extended(before: Coverage, obstacles: Sequence[Obstacle]) -> Coverage:
    codes = before.codes.copy()
    for code, (flags, _) in enumerate(obstacles, len(before.reasons) + 1):
        codes += (codes == 0) * flags * np.uint8(code)
    return Coverage(codes, before.reasons + tuple(reason for _, reason in obstacles))


def covered(view: View, on: datetime.date, name: FigureName) -> Flags:
    """Return which loans of the view stand behind a figure on a business date."""
    if name in RATIOS:
        return ratio_coverage(view, name).covered
    if name is FigureName.LARGEST_LOAN:
        flags = np.zeros(view.rows.size, np.bool_)
        positions = np.flatnonzero(view.outstanding)
        first = largest(view.columns, view.rows[positions], view.balance[positions], 1)
        flags[positions[first]] = True
        return flags
    if name is FigureName.MATURING_WITHIN_YEAR:
        maturity = view.fixed(Loan.MATURITY)
        return view.outstanding & (maturity >= on.toordinal()) & (maturity <= plus_months(on, 12).toordinal())
    if name is FigureName.PAST_MATURITY:
        return view.outstanding & (view.fixed(Loan.MATURITY) < on.toordinal())
    return view.outstanding


def omitted(view: View, name: FigureName) -> Flags:
    """Return which loans of the view a figure leaves out."""
    return ratio_coverage(view, name).left_out if name in RATIOS else ~view.outstanding


def left_out(view: View, within: Coverage, *, named: int, ranked_by: Integers | None = None) -> LeftOut:
    """Return what a figure leaves out; name the `named` largest, by what they owe unless ranked otherwise."""
    reasons = within.reasons
    positions = np.flatnonzero(within.left_out)
    if positions.size == 0:
        return NOTHING_LEFT_OUT
    codes, owed, rows = within.codes[positions].astype(np.int64) - 1, view.owed[positions], view.rows[positions]
    counts, balances = counts_by_code(codes, len(reasons)), totals_by_code(codes, owed, len(reasons))
    loans = []
    if named:
        for place in largest(view.columns, rows, owed if ranked_by is None else ranked_by[positions], named):
            row = int(rows[place])
            loans.append(
                LeftOutLoan(
                    loan_id=view.columns.ids[row],
                    number=view.columns.numbers[row],
                    name=view.columns.titles[row],
                    balance=text(int(owed[place]), MONEY_PLACES),
                    reason=reasons[int(codes[place])],
                )
            )
    return LeftOut(
        count=positions.size,
        balance=text(sum(balances), MONEY_PLACES),
        reasons=tuple(
            LeftOutReason(reason=reason, count=count, balance=text(balance, MONEY_PLACES))
            for reason, count, balance in zip(reasons, counts, balances, strict=True)
            if count
        ),
        loans=tuple(loans),
    )


def dates(view: View, flags: Flags) -> AsOf | None:
    """Return the dates the balances of these loans are of."""
    if not flags.any():
        return None
    latest = int(view.as_of.max())
    earliest = latest - int(((latest - view.as_of) * flags).max())
    return AsOf(
        earliest=datetime.date.fromordinal(earliest),
        latest=datetime.date.fromordinal(int((view.as_of * flags).max())),
    )


def closed(view: View) -> Coverage:
    """Return the coverage of a figure about all loans that leaves out those that are not outstanding any more."""
    return Coverage(_CLOSED_CODES[view.status], _CLOSED_REASONS)


_CLOSED_REASONS = tuple(f"{status.value.replace('_', ' ')}: not outstanding" for status in CLOSED_STATUSES)
_CLOSED_CODES = np.array(
    [CLOSED_STATUSES.index(status) + 1 if status in CLOSED_STATUSES else 0 for status in STATUSES.members],
    np.uint8,
)


def _of_whole_loans(view: View, what: str, *gaps: Obstacle) -> Coverage:
    notes = tuple(f"{name}: {what} cannot be computed from the note alone" for name in NOTE_NAMES.values())
    return _extended(Coverage(view.bars, (*notes, DEFEASED, _COUNTED_TWICE)), gaps)


def _dscr(view: View) -> Coverage:
    return _of_whole_loans(view, "DSCR", (unknown(view.noi), _NO_NOI), (unknown(view.debt_service), _NO_DEBT_SERVICE))


def _dscr_ncf(view: View) -> Coverage:
    return _of_whole_loans(view, "DSCR", (unknown(view.ncf), _NO_NCF), (unknown(view.debt_service), _NO_DEBT_SERVICE))


def _ltv(view: View) -> Coverage:
    return _of_whole_loans(view, "LTV", (view.value <= 0, "no property value is known"))


def _debt_yield(view: View) -> Coverage:
    return _of_whole_loans(view, "debt yield", (unknown(view.noi), _NO_NOI))


def _debt_yield_ncf(view: View) -> Coverage:
    return _of_whole_loans(view, "debt yield", (unknown(view.ncf), _NO_NCF))


def _occupancy(view: View) -> Coverage:
    return coverage(
        view.outstanding,
        [
            (view.shared, _COUNTED_TWICE),
            (unknown(view.occupancy), "no occupancy is known"),
            (view.area <= 0, "no area is known to weigh its occupancy by"),
        ],
    )


_COUNTED_TWICE = "a property of it secures another of these loans too: it would be counted twice"
_NO_NOI = "no net operating income is known"
_NO_NCF = "no net cash flow is known"
_NO_DEBT_SERVICE = "no debt service is known"

RATIOS: Mapping[FigureName, Callable[[View], Coverage]] = MappingProxyType(
    {
        FigureName.DSCR: _dscr,
        FigureName.DSCR_NCF: _dscr_ncf,
        FigureName.LTV: _ltv,
        FigureName.DEBT_YIELD: _debt_yield,
        FigureName.DEBT_YIELD_NCF: _debt_yield_ncf,
        FigureName.OCCUPANCY: _occupancy,
    }
)
"""Which outstanding loans each ratio covers."""
