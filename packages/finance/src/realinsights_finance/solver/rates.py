"""Rates that fit a statement's interest, for each row of the grid and each way of rounding."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.arrays.columns import INTEREST_ROUNDINGS
from realinsights_finance.solver.figures import CARRIED, DOWN, UP, Reported
from realinsights_finance.solver.grid import Grid
from realinsights_finance.terms import RATE_DECIMALS

MOST_DECIMALS = 8
"""A rate that nobody states is looked for with so many decimals, as a fraction: what a tape has room for."""

_SLACK = 1e-6  # of a cent: far more than binary floats lose, far less than decides


@dataclass(frozen=True, slots=True)
class Fit:
    """A fit of an accrual with a rounding: the `rows` it reaches, and the rate, None where none was found."""

    rounding: int
    accrual: int
    rows: int
    rate: Decimal | None


def fits(said: Reported, grid: Grid, *, rate: Decimal | None, within: Decimal | None = None) -> list[Fit]:
    """Return how far each accrual fits with each rounding at a rate, or at the simplest rate that fits furthest.

    `within` says how far from `rate` one may be looked for.
    """
    parts = grid.parts[:, : len(said.interest)]
    places = np.flatnonzero((said.balance > 0) & (said.interest >= 0) & (parts.min(axis=0) > 0))
    roundings = range(len(INTEREST_ROUNDINGS))
    most = MOST_DECIMALS if within is None else RATE_DECIMALS
    if not len(places):
        return [Fit(rounding, row, 0, rate) for rounding in roundings for row in range(len(grid.years))]
    base = said.balance[places] * (grid.parts[:, places] / grid.years[:, np.newaxis])
    found = []
    for rounding in roundings:
        low, high = _ends(said, places, rounding)
        lower, upper = low / base, high / base
        if rate is not None and within is None:
            fit = (lower <= float(rate)) & (float(rate) <= upper)
            found += [Fit(rounding, row, _rows(places, fit[row], said), rate) for row in range(len(fit))]
            continue
        lower, upper = np.maximum.accumulate(lower, axis=1), np.minimum.accumulate(upper, axis=1)
        if rate is not None and within is not None:
            lower, upper = np.maximum(lower, float(rate - within)), np.minimum(upper, float(rate + within))
        fit = lower <= upper
        for row in range(len(fit)):
            count = len(places) if fit[row].all() else int(np.argmin(fit[row]))
            count, simple = _furthest(lower[row, :count], upper[row, :count], most)
            rows = len(said.interest) if count == len(places) else int(places[count])
            found.append(Fit(rounding, row, rows if simple is not None else 0, simple))
    return found


def _furthest(lower: NDArray[np.float64], upper: NDArray[np.float64], most: int) -> tuple[int, Decimal | None]:
    """Return how many of the ever closer ends have a rate between them that somebody would state, and that rate."""

    def without(count: int) -> bool:
        return count > 0 and _simplest(lower[count - 1], upper[count - 1], most) is None

    count = len(lower)
    if without(count):
        count = bisect_left(range(count), True, key=without) - 1
    return count, _simplest(lower[count - 1], upper[count - 1], most) if count else None


def _ends(said: Reported, places: NDArray[np.intp], rounding: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return from which exact interest to which, in cents, the reported one may come."""
    below, above = (0.0, 1.0) if rounding == DOWN else (1.0, 0.0) if rounding == UP else (0.5, 0.5)
    if rounding == CARRIED:
        below, above = 1.0, 1.0  # it may be what the shown balances leave
    interest, tolerance = said.interest[places], said.tolerance[places]
    off = (tolerance + _SLACK).astype(np.float64)
    return interest - below - off, interest + above + off


def _rows(places: NDArray[np.intp], fit: NDArray[np.bool_], said: Reported) -> int:
    return len(said.interest) if fit.all() else int(places[int(np.argmin(fit))])


def _simplest(low: float, high: float, most: int) -> Decimal | None:
    """Return the rate of the fewest decimals, at most `most`, between two ends: the one nearest to their middle."""
    if not 0 <= high <= 1:
        return None
    for decimals in range(1, most + 1):
        scale = 10.0**decimals
        first, last = math.ceil(max(low, 0.0) * scale - 1e-9), math.floor(high * scale + 1e-9)
        if first <= last:
            nearest = min(max(round((low + high) / 2 * scale), first), last)
            return Decimal(nearest).scaleb(-decimals)
    return None
