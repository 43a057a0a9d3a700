"""Search for every rate at which flows are worth nothing, in floats: intervals that hold one rate each, and where.

A rate is searched as y = ln(1 + rate), on two sides: at y > 0 flows are discounted to the first day, at y < 0 they are
compounded to the last, so that no term ever exceeds its amount. On either side the value is g(y) = sum of a e^(-y t)
with t >= 0. Descartes' rule holds for such sums: one change of sign in the order of the days means one rate at most;
and on one side at most as many as the running totals change sign. Only where these rules leave more than one rate
possible are intervals halved until each has none or one, by bounds on g and its slope.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.money import EXACT

LOWEST_RATE = Decimal("-0.999999")
HIGHEST_RATE = Decimal(999_999)
_REACH = math.log(1_000_000)  # of y, on either side
_FIRST_PIECES = 32
_SMALLEST_HALF = 1e-9
_NOISE = 1e-14  # what the sums of floats may be off by, relative to the sum of all amounts
_MOST_TERMS = 50_000_000  # about a second
_TERMS_AT_ONCE = 4_000_000
_MOST_NEWTON_STEPS = 100
_SMALLEST_FLOAT = Decimal("1e-100")  # smaller amounts would vanish in products of floats

Floats = NDArray[np.float64]


class Unresolved(ValueError):
    """Flows that change sign so often that their rates could not be told apart within the bounded search."""


@dataclass(frozen=True, slots=True)
class Isolated:
    """One rate between `low` and `high`, near `rate`; `exact` where it is zero.

    `crowded`: the value keeps so near to zero that floats do not tell how many rates there are, if any.
    """

    low: float
    high: float
    rate: float
    exact: Decimal | None = None
    crowded: bool = False


@dataclass(frozen=True, slots=True)
class _Side:
    """The flows as seen from one end: times run away from it, `direction` turns y back into a rate."""

    amounts: Sequence[Decimal]
    values: Floats
    times: Floats
    direction: int

    def isolated(self, low: float, high: float, near: float | None = None, *, crowded: bool = False) -> Isolated:
        ends = sorted((math.expm1(self.direction * low), math.expm1(self.direction * high)))
        middle = near if near is not None else (low + high) / 2
        return Isolated(ends[0], ends[1], math.expm1(self.direction * middle), crowded=crowded)


def isolated_rates(days: Sequence[int], amounts: Sequence[Decimal], year: int) -> list[Isolated]:
    """Return an interval around each rate, ascending; `year` is the days of a year, days ascend. Raises Unresolved."""
    with localcontext(EXACT):
        total = sum(amounts, Decimal(0))
        largest = max(abs(amount) for amount in amounts)
        if largest < _SMALLEST_FLOAT:
            amounts = [amount / largest for amount in amounts]
    values = np.array([float(amount) for amount in amounts])
    times = (np.array(days, dtype=np.float64) - days[0]) / year
    above = _Side(amounts, values, times, 1)
    below = _Side(amounts[::-1], values[::-1].copy(), (times[-1] - times[::-1]).copy(), -1)
    found: list[Isolated] = []
    alone = _changes(amounts) == 1
    for side in (below, above):
        if side is above and not total:
            found.append(Isolated(0.0, 0.0, 0.0, exact=Decimal(0)))
        if total or not alone:
            found.extend(_on_side(side, total, alone=alone))
    return sorted(found, key=lambda isolated: isolated.rate)


def _on_side(side: _Side, total: Decimal, *, alone: bool) -> Iterator[Isolated]:
    farthest = next(amount for amount in side.amounts if amount)  # its sign is that of the value at the farthest rate
    if total and not alone:
        with localcontext(EXACT):
            changes = _changes(accumulate(side.amounts))
        if not changes:
            return
        alone = changes == 1
    if not alone or not total:
        yield from _several(side, total)
    elif (farthest < 0) != (total < 0):
        at_end = _value(side, _REACH)
        if (at_end < 0) == (farthest < 0):
            yield side.isolated(0, _REACH, _newton(side, 0, _REACH, negative_at_low=total < 0))


def _changes(amounts: Iterable[Decimal]) -> int:
    """Return how often the sign changes, zeros aside."""
    signs = [amount < 0 for amount in amounts if amount]
    return sum(before != after for before, after in pairwise(signs))


def _value(side: _Side, y: float) -> float:
    return float((np.exp(-y * side.times) * side.values).sum())


def _newton(side: _Side, low: float, high: float, *, negative_at_low: bool) -> float:
    """Return the only root between, by Newton's steps on ln(received / paid), which is nearly straight; halves else."""
    received, paid = np.maximum(side.values, 0), np.maximum(-side.values, 0)
    received_years, paid_years = received * side.times, paid * side.times
    y = low
    for _ in range(_MOST_NEWTON_STEPS):
        factors = np.exp(-y * side.times)
        incoming, outgoing = float(received @ factors), float(paid @ factors)
        if incoming == outgoing:
            return y
        if (incoming < outgoing) == negative_at_low:
            low = y
        else:
            high = y
        following = (low + high) / 2
        if incoming > 0 and outgoing > 0:
            slope = float(paid_years @ factors) / outgoing - float(received_years @ factors) / incoming
            step = math.log(incoming / outgoing) / slope if slope else math.inf
            following = y - step if low < y - step < high else following
        if abs(following - y) <= 1e-13 * (1 + y):
            return following
        y = following
    return y


def _several(side: _Side, total: Decimal) -> Iterator[Isolated]:
    """Yield every root of a side on which there may be several: halve until an interval has none, or one at most."""
    weighted, curved, sizes = side.values * side.times, np.abs(side.values) * side.times**2, np.abs(side.values)
    edges = np.linspace(0, _REACH, _FIRST_PIECES + 1)
    lows, highs = edges[:-1], edges[1:]
    unclear: list[tuple[float, float]] = []
    terms = 0
    while lows.size:
        terms += lows.size * side.times.size
        if terms > _MOST_TERMS:
            raise Unresolved("flows: they change sign so often that their rates cannot be told apart")
        middles, halves = (lows + highs) / 2, (highs - lows) / 2
        values, slopes = _sums(side.times, middles, side.values, weighted)
        curves, noise = _sums(side.times, lows, curved, sizes)
        empty = np.abs(values) > np.abs(slopes) * halves + curves * halves**2 / 2 + _NOISE * noise
        monotone = ~empty & (np.abs(slopes) > curves * halves + _NOISE * noise)
        flat = np.abs(slopes) * halves + curves * halves**2 / 2 < _NOISE * noise
        tiny = ~empty & ~monotone & (flat | (halves < _SMALLEST_HALF))
        yield from _crossings(side, total, lows[monotone], highs[monotone])
        unclear.extend(zip(lows[tiny].tolist(), highs[tiny].tolist(), strict=True))
        split = ~(empty | monotone | tiny)
        lows, highs = (
            np.concatenate((lows[split], middles[split])),
            np.concatenate((middles[split], highs[split])),
        )
    for low, high in _joined(sorted(unclear)):
        width = high - low
        yield side.isolated(max(low - width, 0), high + width, crowded=True)


def _sums(times: Floats, points: Floats, *weights: Floats) -> list[Floats]:
    """Return, for each weighting, its sum of weight x e^(-y t) at each y."""
    at_once = max(1, _TERMS_AT_ONCE // times.size)
    sums = [np.empty(points.size) for _ in weights]
    for first in range(0, points.size, at_once):
        part = slice(first, first + at_once)
        factors = np.exp(-np.outer(points[part], times))
        for summed, weight in zip(sums, weights, strict=True):
            summed[part] = factors @ weight
    return sums


def _crossings(side: _Side, total: Decimal, lows: Floats, highs: Floats) -> Iterator[Isolated]:
    for low, high in zip(lows.tolist(), highs.tolist(), strict=True):
        # One computation per edge, the same for both of its intervals: a root on an edge belongs to one of them.
        negative = [_value(side, edge) < 0 if edge else total < 0 for edge in (low, high)]
        if negative[0] != negative[1] and (low or total):
            yield side.isolated(low, high, _newton(side, low, high, negative_at_low=negative[0]))


def _joined(intervals: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for low, high in intervals:
        if joined and low <= joined[-1][1] + _SMALLEST_HALF:
            joined[-1] = (joined[-1][0], high)
        else:
            joined.append((low, high))
    yield from joined
