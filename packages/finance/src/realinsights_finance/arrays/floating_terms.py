"""Floating terms of many notes, one numpy array for each field, and the index values that they read."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.arrays.columns import RATE_SCALE
from realinsights_finance.money import EXACT
from realinsights_finance.rates.floating import FloatingTerms
from realinsights_finance.rates.readings import Market
from realinsights_finance.rates.resets import EACH_PERIOD, EachPeriod, OnDates
from realinsights_finance.terms import RATE_DECIMALS, InvalidTerms, TermsProblem

NO_FLOOR: Final = -4 * RATE_SCALE
"""A floor that no rate is below: the note has none."""
NO_CEILING: Final = 4 * RATE_SCALE
"""A ceiling that no rate is above: the note has none."""
_RATES = ("spread", "adjustment", "index_floor", "rate_floor", "ceiling")
_NONE = {"index_floor": NO_FLOOR, "rate_floor": NO_FLOOR, "ceiling": NO_CEILING}
_READ_BY = ("index", "rounding", "determination_lag", "determination_calendar", "carry_days")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FloatingColumns:
    """Floating terms by column; index i of every array is the same terms. The fields are those of FloatingTerms.

    Rates are int64 scaled by 10^12; `NO_FLOOR` and `NO_CEILING` stand for a bound that the note does not have.
    `reading` is the position in `readings`, of which only how an index is read counts: its name, rounding,
    determination lag and calendar, and the days that a fixing may be carried. When the rate is set anew is said by
    `RateChanges`.
    """

    spread: NDArray[np.int64]
    adjustment: NDArray[np.int64]
    index_floor: NDArray[np.int64]
    rate_floor: NDArray[np.int64]
    ceiling: NDArray[np.int64]
    floor_on_adjusted: NDArray[np.bool_]
    reading: NDArray[np.int64]
    readings: tuple[FloatingTerms, ...]

    def __post_init__(self) -> None:
        for name in (*_RATES, "reading", "floor_on_adjusted"):
            dtype = np.dtype(np.bool_ if name == "floor_on_adjusted" else np.int64)
            column = getattr(self, name)
            if column.dtype != dtype or column.shape != (len(self),):
                raise TypeError(f"{name} must be {len(self)} values of {dtype}")

    @classmethod
    def of(cls, terms: Sequence[FloatingTerms]) -> Self:
        """Return the columns of a sequence of terms. Raises InvalidTerms for a rate with more than 12 decimals."""
        readings: dict[FloatingTerms, int] = {}
        reading = [readings.setdefault(_as_read(each), len(readings)) for each in terms]
        problems = []
        columns: dict[str, list[int]] = {name: [] for name in _RATES}
        for place, each in enumerate(terms):
            for name in _RATES:
                rate = getattr(each, name)
                scaled = _NONE[name] if rate is None else scaled_rate(rate)
                if scaled is None:
                    problems.append(TermsProblem(f"terms[{place}].{name}", f"has more than {RATE_DECIMALS} decimals"))
                columns[name].append(scaled or 0)
        if problems:
            raise InvalidTerms(tuple(problems))
        return cls(
            **{name: np.array(column, dtype=np.int64) for name, column in columns.items()},
            floor_on_adjusted=np.array([each.floor_on_adjusted for each in terms], dtype=bool),
            reading=np.array(reading, dtype=np.int64),
            readings=tuple(readings),
        )

    def __len__(self) -> int:
        return len(self.spread)

    def terms(self, index: int, resets: EachPeriod | OnDates = EACH_PERIOD) -> FloatingTerms:
        """Return one note's terms, with the resets that are given."""

        def bound(name: str) -> Decimal | None:
            scaled = int(getattr(self, name)[index])
            return None if scaled == _NONE[name] else unscaled_rate(scaled)

        return replace(
            self.readings[int(self.reading[index])],
            spread=unscaled_rate(int(self.spread[index])),
            adjustment=unscaled_rate(int(self.adjustment[index])),
            index_floor=bound("index_floor"),
            rate_floor=bound("rate_floor"),
            ceiling=bound("ceiling"),
            floor_on_adjusted=bool(self.floor_on_adjusted[index]),
            resets=resets,
        )

    def problems(self) -> list[TermsProblem]:
        """Return what FloatingTerms would refuse, naming it as `terms[index].field`."""
        found = []
        for name in _RATES:
            column = getattr(self, name)
            bad = (np.abs(column) > RATE_SCALE) & (column != _NONE.get(name, 0))
            found += [
                (place, name, "must be a fraction from -1 to 1, scaled by 10^12") for place in np.flatnonzero(bad)
            ]
        bounded = (self.rate_floor > self.ceiling) & (self.rate_floor != NO_FLOOR)
        found += [(place, "ceiling", "must not be below the rate floor") for place in np.flatnonzero(bounded)]
        unread = (self.reading < 0) | (self.reading >= len(self.readings))
        found += [(place, "reading", "must be the position of a reading") for place in np.flatnonzero(unread)]
        return [TermsProblem(f"terms[{place}].{name}", message) for place, name, message in found]


class IndexTable:
    """The rounded values of indices by reading and reset day, read when they are first asked for.

    Each is read as `Market.read` does for a period that starts on the day, once. Values are floats scaled by 10^12,
    NaN until they are read: whole numbers, hence exact, unless a curve is interpolated and not rounded; then `exact` is
    False.
    """

    def __init__(self, readings: Sequence[FloatingTerms], market: Market, days: tuple[int, int]) -> None:
        """Hold the days from one to another, both counted since 1970."""
        self._readings, self._market = readings, market
        self._first, self.width = days[0], days[1] - days[0] + 1
        self.values = np.full((len(readings) + 1) * self.width, np.nan)
        self.values[len(readings) * self.width :] = 0
        self.nothing = len(readings) * self.width - self._first
        """What is added to a day to find an index of nothing."""
        self.exact = True

    def rows(self, reading: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return what is added to a day since 1970 to find it in `values`, by reading."""
        return reading * self.width - self._first

    def read(self, places: NDArray[np.int64]) -> None:
        """Read what is asked for and was not read before. Raises what `Market.read` raises."""
        for place in np.unique(places[np.isnan(self.values[places])]).tolist():
            reading, offset = divmod(place, self.width)
            terms = self._readings[reading]
            day = _EPOCH + datetime.timedelta(days=self._first + offset)
            read = self._market.read(terms.index, terms.determined_on(day), starts=day, carry_days=terms.carry_days)
            scaled = EXACT.scaleb(terms.rounding.rounded(read.value), RATE_DECIMALS)
            self.exact &= scaled == int(scaled)
            self.values[place] = float(scaled)


_EPOCH = datetime.date(1970, 1, 1)


def scaled_rate(rate: Decimal) -> int | None:
    """Return a rate times 10^12, or None where that is no whole number."""
    scaled = EXACT.scaleb(rate, RATE_DECIMALS)
    whole = int(scaled)
    return whole if whole == scaled else None


def unscaled_rate(scaled: int) -> Decimal:
    """Return a rate that was scaled by 10^12."""
    return EXACT.scaleb(Decimal(scaled), -RATE_DECIMALS)


def _as_read(terms: FloatingTerms) -> FloatingTerms:
    return FloatingTerms(spread=Decimal(0), resets=EACH_PERIOD, **{name: getattr(terms, name) for name in _READ_BY})
