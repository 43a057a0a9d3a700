"""Coverage of a figure: the loans behind it, and those it leaves out with the reason."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from realinsights.contracts.filters import RatioSource
from realinsights.dashboard.model.codes import CLOSED_STATUSES, STATUSES
from realinsights.dashboard.model.due_days import due_days
from realinsights.dashboard.model.exact import Flags
from realinsights.dashboard.model.figure import FigureName
from realinsights.dashboard.model.months import plus_months
from realinsights.dashboard.model.ratios import RATIOS, combinations
from realinsights.dashboard.model.view import BESIDE, REPORTED, ReasonCodes, View, unknown

Obstacle = tuple[Flags, str]
"""Loans a figure cannot cover, and why."""


@dataclass(frozen=True, eq=False)
class Coverage:
    """A code for each loan: 0 where the figure covers it, k where `reasons[k - 1]` leaves it out, or `BESIDE`."""

    codes: ReasonCodes
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
    codes: ReasonCodes = ~about * np.uint8(BESIDE)
    for code, (flags, _) in enumerate(obstacles, 1):
        codes += (codes == 0) * flags * np.uint8(code)
    return Coverage(codes, tuple(reason for _, reason in obstacles))


def ratio_coverage(view: View, name: FigureName, source: RatioSource = RatioSource.COMPUTED) -> Coverage:
    """Return the coverage of a ratio, by where it is from."""
    if source is RatioSource.REPORTED and name in REPORTED:
        return coverage(view.outstanding, [(unknown(view.reported(name)), REPORTED_REASONS[name][0])])
    if name is FigureName.OCCUPANCY:
        gaps = (view.shared, unknown(view.occupancy), view.area <= 0)
        return coverage(view.outstanding, list(zip(gaps, OCCUPANCY_REASONS, strict=True)))
    ratio = RATIOS[name]
    return Coverage(ratio.codes[combinations(view)], ratio.reasons)


def covered(view: View, on: datetime.date, name: FigureName, source: RatioSource) -> Flags:
    """Return which loans of the view stand behind a figure on a business date."""
    if name is FigureName.OCCUPANCY or name in RATIOS:
        return ratio_coverage(view, name, source).covered
    if name in LARGEST:
        flags = np.zeros(view.rows.size, np.bool_)
        flags[view.top(view.outstanding, LARGEST[name])] = True
        return flags
    if name is FigureName.MATURING_WITHIN_YEAR:
        return maturing(view, on)
    if name is FigureName.PAST_MATURITY:
        return past_maturity(view, on)
    return view.outstanding


def maturing(view: View, on: datetime.date) -> Flags:
    """Return which outstanding loans mature on the business date or within a year of it."""
    maturity = due_days(view.columns, view.fixed, on)
    return view.outstanding & (maturity >= on.toordinal()) & (maturity <= plus_months(on, 12).toordinal())


def past_maturity(view: View, on: datetime.date) -> Flags:
    """Return which loans are outstanding although their maturity is past."""
    return view.outstanding & (due_days(view.columns, view.fixed, on) < on.toordinal())


def omitted(view: View, name: FigureName, source: RatioSource) -> Flags:
    """Return which loans of the view a figure leaves out."""
    if name is FigureName.OCCUPANCY or name in RATIOS:
        return ratio_coverage(view, name, source).left_out
    return ~view.outstanding


def closed(view: View) -> Coverage:
    """Return the coverage of a figure about all loans, which leaves out those that are not outstanding any more."""
    return Coverage(_CLOSED_CODES[view.status], CLOSED_REASONS)


LARGEST = {FigureName.LARGEST_LOAN: 1, FigureName.LARGEST_FIVE: 5}
"""How many of the largest loans a figure of concentration is about."""

CLOSED_REASONS = tuple(f"{status.value.replace('_', ' ')}: not outstanding" for status in CLOSED_STATUSES)
_CLOSED_CODES = np.array(
    [CLOSED_STATUSES.index(status) + 1 if status in CLOSED_STATUSES else 0 for status in STATUSES.members],
    np.uint8,
)

REPORTED_REASONS = {
    FigureName.DSCR: ("the servicer reports no DSCR",),
    FigureName.DSCR_NCF: ("the servicer reports no DSCR on net cash flow",),
}

OCCUPANCY_REASONS = (
    "a property of it secures another loan too: its area would count twice",
    "no occupancy is known",
    "no area is known to weigh its occupancy by",
)
