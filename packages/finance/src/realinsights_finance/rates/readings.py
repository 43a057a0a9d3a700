"""Readings: an index's value of a day, from a fixing where that is known, else from a curve."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from realinsights_finance.rates.curves import ForwardCurve
from realinsights_finance.rates.fixings import Fixing, Fixings, MissingFixing
from realinsights_finance.rates.indices import published_on


class Reading(NamedTuple):
    """A value, and the fixing that it is of; None where it is projected."""

    value: Decimal
    fixing: Fixing | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Market:
    """What is known of indices on a business date, and how they are thought to go on.

    Fixings published later are not looked at. `curves` has at most one curve an index, and only what is not published
    yet comes from it: a gap in the past is an error. Raises ValueError for two curves of an index, and for one as of a
    day after the business date.
    """

    business_date: datetime.date
    fixings: Fixings
    curves: tuple[ForwardCurve, ...] = ()

    def __post_init__(self) -> None:
        indices = [curve.index for curve in self.curves]
        if len(set(indices)) < len(indices):
            raise ValueError("curves: there must be at most one curve an index")
        for curve in self.curves:
            if curve.as_of > self.business_date:
                message = f"that of {curve.index} is as of {curve.as_of}, after the business date, {self.business_date}"
                raise ValueError(f"curves: {message}")

    def curve(self, index: str) -> ForwardCurve | None:
        """Return the curve of an index, or None."""
        return next((curve for curve in self.curves if curve.index == index), None)

    def read(self, index: str, on: datetime.date, *, starts: datetime.date, carry_days: int = 0) -> Reading:
        """Return the value of an index on its determination day, for a period that starts on another.

        The fixing of the day; else, if it was to be published before the business date, the last one within
        `carry_days` calendar days; else the curve's for the day the period starts, or for its own first day if that is
        later: what was not published when it was made is thought to be as it begins. Raises MissingFixing,
        StaleFixing, CurveEndsEarly.
        """
        known = self.fixings.known_on(self.business_date)
        found = known.find(index, on)
        if found is not None:
            return Reading(found.value, found)
        if published_on(index, on) < self.business_date:
            last = known.last(index, on, within=carry_days) if carry_days else known.fixing(index, on)
            return Reading(last.value, last)
        curve = self.curve(index)
        if curve is None:
            raise MissingFixing(index, on, self.business_date, ", and no curve of it to project one")
        return Reading(curve.rate(max(starts, curve.as_of)), None)
