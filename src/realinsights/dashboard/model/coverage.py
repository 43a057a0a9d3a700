"""Which loans stand behind a figure, and which it leaves out and why."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from realinsights.dashboard.model.columns import CLOSED_STATUSES, STATUSES, Loan
from realinsights.dashboard.model.exact import (
    MONEY_PLACES,
    Flags,
    counts_by_code,
    text,
    totals_by_code,
)
from realinsights.dashboard.model.figure import AsOf, FigureName, LeftOut, LeftOutLoan, LeftOutReason
from realinsights.dashboard.model.lines import largest
from realinsights.dashboard.model.months import plus_months
from realinsights.dashboard.model.ratios import COUNTED_TWICE, RATIOS, combinations
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
    codes: Codes = ~about * np.uint8(BESIDE)
    for code, (flags, _) in enumerate(obstacles, 1):
        codes += (codes == 0) * flags * np.uint8(code)
    return Coverage(codes, tuple(reason for _, reason in obstacles))


def ratio_coverage(view: View, name: FigureName) -> Coverage:
    """Return the coverage of a ratio."""
    if name is FigureName.OCCUPANCY:
        return coverage(
            view.outstanding,
            [
                (view.shared, COUNTED_TWICE),
                (unknown(view.occupancy), "no occupancy is known"),
                (view.area <= 0, "no area is known to weigh its occupancy by"),
            ],
        )
    ratio = RATIOS[name]
    return Coverage(ratio.codes[combinations(view)], ratio.reasons)


def covered(view: View, on: datetime.date, name: FigureName) -> Flags:
    """Return which loans of the view stand behind a figure on a business date."""
    if name is FigureName.OCCUPANCY or name in RATIOS:
        return ratio_coverage(view, name).covered
    if name is FigureName.LARGEST_LOAN:
        flags = np.zeros(view.rows.size, np.bool_)
        flags[view.top(view.outstanding, 1)] = True
        return flags
    if name is FigureName.MATURING_WITHIN_YEAR:
        maturity = view.fixed(Loan.MATURITY)
        return view.outstanding & (maturity >= on.toordinal()) & (maturity <= plus_months(on, 12).toordinal())
    if name is FigureName.PAST_MATURITY:
        return view.outstanding & (view.fixed(Loan.MATURITY) < on.toordinal())
    return view.outstanding


def omitted(view: View, name: FigureName) -> Flags:
    """Return which loans of the view a figure leaves out."""
    if name is FigureName.OCCUPANCY or name in RATIOS:
        return ratio_coverage(view, name).left_out
    return ~view.outstanding


def left_out(view: View, within: Coverage, *, named: int) -> LeftOut:
    """Return what a figure leaves out; name the `named` that owe most."""
    flags = within.left_out
    positions = np.flatnonzero(flags)
    if positions.size == 0:
        return NOTHING_LEFT_OUT
    codes, size = within.codes[positions].astype(np.int64) - 1, len(within.reasons)
    counts, balances = counts_by_code(codes, size), totals_by_code(codes, view.owed[positions], size)
    return described(view, within, counts, balances, view.top(flags, named))


def described(
    view: View, within: Coverage, counts: Sequence[int], balances: Sequence[int], named: Sequence[int]
) -> LeftOut:
    """Return what a figure leaves out, given its counts and balances by reason, and the positions to name."""
    columns, reasons = view.columns, within.reasons
    loans = []
    for position in named:
        row = int(view.rows[position])
        loans.append(
            LeftOutLoan(
                loan_id=columns.ids[row],
                number=columns.numbers[row],
                name=columns.titles[row],
                balance=text(int(view.owed[position]), MONEY_PLACES),
                reason=reasons[int(within.codes[position]) - 1],
            )
        )
    return LeftOut(
        count=sum(counts),
        balance=text(sum(balances), MONEY_PLACES),
        reasons=tuple(
            LeftOutReason(reason=reason, count=count, balance=text(balance, MONEY_PLACES))
            for reason, count, balance in zip(reasons, counts, balances, strict=True)
            if count
        ),
        loans=tuple(loans),
    )


def closed_loans(view: View, *, named: int) -> LeftOut:
    """Return the loans that are not outstanding any more; name those that were largest at first."""
    within = Coverage(_CLOSED_CODES[view.status], _CLOSED_REASONS)
    positions = np.flatnonzero(within.left_out)
    codes, size = within.codes[positions].astype(np.int64) - 1, len(within.reasons)
    original = view.fixed(Loan.ORIGINAL)[positions]
    largest_first = largest(view.columns, view.rows[positions], original, named)
    return described(view, within, counts_by_code(codes, size), [0] * size, positions[largest_first].tolist())


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


_CLOSED_REASONS = tuple(f"{status.value.replace('_', ' ')}: not outstanding" for status in CLOSED_STATUSES)
_CLOSED_CODES = np.array(
    [CLOSED_STATUSES.index(status) + 1 if status in CLOSED_STATUSES else 0 for status in STATUSES.members],
    np.uint8,
)
