"""Forward curves: what an index is expected to be, and the scenarios made of it."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Final

from realinsights_finance.money import EXACT

BASIS_POINT: Final = Decimal("0.0001")
USUAL_SHOCKS: Final = (-200, -100, 0, 100, 200)


class InvalidCurve(ValueError):
    """Points that make no curve: which index, and why."""

    def __init__(self, index: str, message: str) -> None:
        super().__init__(f"points: the curve of {index} {message}")
        self.index = index


class OutsideCurve(ValueError):
    """A day that a curve does not answer for: `index`, the day `on`, and the `limit` that it is beyond."""

    def __init__(self, index: str, on: datetime.date, limit: datetime.date) -> None:
        super().__init__(f"curve: that of {index} {self.word} {limit}, and {on} is asked for")
        self.index, self.on, self.limit = index, on, limit

    word = "is limited by"


class CurveEndsEarly(OutsideCurve):
    """A day after the last that a curve answers for."""

    word = "ends on"


class CurveStartsLate(OutsideCurve):
    """A day before the one that a curve is as of."""

    word = "is as of"


class Interpolation(StrEnum):
    """What an index is between two points of a curve."""

    STEP = "step"  # the point before stands until the next: how the market prints monthly forward curves
    LINEAR = "linear"  # in proportion to the calendar days between both


@dataclass(frozen=True, kw_only=True, slots=True)
class Shock:
    """A move of a curve by `by`, as a fraction, from a day on (None: from the start), never to below `lowest`."""

    by: Decimal
    since: datetime.date | None = None
    lowest: Decimal | None = None

    def applied(self, rate: Decimal, on: datetime.date) -> Decimal:
        """Return a day's rate after the move; one that was below `lowest` before is not raised to it."""
        if self.since is not None and on < self.since:
            return rate
        moved = EXACT.add(rate, self.by)
        return moved if self.lowest is None else max(moved, min(rate, self.lowest))


@dataclass(frozen=True, kw_only=True, slots=True)
class ForwardCurve:
    """What an index will be: points of a day and a rate as a fraction, in order, as seen on `as_of` by `source`.

    The day of a point is that on which the period starts for which the index is read. Days from `as_of` to the first
    point have the first point's rate; after the last point the curve answers until `until` with the last one's, by
    default not at all. Raises InvalidCurve.
    """

    index: str
    as_of: datetime.date
    points: tuple[tuple[datetime.date, Decimal], ...]
    interpolation: Interpolation = Interpolation.STEP
    until: datetime.date | None = None
    source: str = ""
    shocks: tuple[Shock, ...] = ()

    def __post_init__(self) -> None:
        if not self.points:
            raise InvalidCurve(self.index, "has none")
        for (before, _), (after, _) in pairwise(self.points):
            if before >= after:
                raise InvalidCurve(self.index, f"must be in the order of their days, and {after} follows {before}")
        for on, rate in self.points:
            if not isinstance(rate, Decimal) or not rate.is_finite() or abs(rate) > 1:
                raise InvalidCurve(self.index, f"must have rates as finite fractions from -1 to 1, not {rate} on {on}")
        if self.last < self.as_of:
            raise InvalidCurve(self.index, f"must reach its own day, {self.as_of}, and ends on {self.last}")
        if self.until is not None and self.until < self.points[-1][0]:
            raise InvalidCurve(self.index, f"has points after {self.until}, until which it is to answer")

    @classmethod
    def flat(cls, index: str, rate: Decimal, *, as_of: datetime.date, source: str = "flat") -> ForwardCurve:
        """Return a curve of one rate forever."""
        return cls(index=index, as_of=as_of, points=((as_of, rate),), until=datetime.date.max, source=source)

    @property
    def last(self) -> datetime.date:
        """Return the last day that it answers for."""
        return self.points[-1][0] if self.until is None else self.until

    def rate(self, on: datetime.date) -> Decimal:
        """Return the index expected for a period that starts on a day. Raises CurveEndsEarly and CurveStartsLate."""
        if on < self.as_of:
            raise CurveStartsLate(self.index, on, self.as_of)
        if on > self.last:
            raise CurveEndsEarly(self.index, on, self.last)
        rate = self._unshocked(on)
        for shock in self.shocks:
            rate = shock.applied(rate, on)
        return rate

    def shocked(self, *shocks: Shock) -> ForwardCurve:
        """Return the curve after moves, one upon the other."""
        return replace(self, shocks=(*self.shocks, *shocks))

    def _unshocked(self, on: datetime.date) -> Decimal:
        place = bisect_right(self.points, on, key=lambda point: point[0])
        if place == 0:
            return self.points[0][1]
        before, rate = self.points[place - 1]
        if self.interpolation is Interpolation.STEP or place == len(self.points):
            return rate
        after, following = self.points[place]
        part = EXACT.multiply(EXACT.subtract(following, rate), Decimal((on - before).days))
        return EXACT.add(rate, EXACT.divide(part, Decimal((after - before).days)))


def parallel_shocks(
    curve: ForwardCurve, basis_points: tuple[int, ...] = USUAL_SHOCKS, *, lowest: Decimal | None = None
) -> Mapping[int, ForwardCurve]:
    """Return a curve moved in parallel by each of some basis points; 0 is the curve itself."""
    return {
        points: curve.shocked(Shock(by=BASIS_POINT * points, lowest=lowest)) if points else curve
        for points in basis_points
    }
