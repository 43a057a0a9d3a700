"""Fixings: an index's published values by day, with their revisions, as they were known on any day."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from realinsights_finance.rates.indices import Index, published_on


class InvalidFixing(ValueError):
    """A fixing that cannot be: which of which day, which field and why."""

    def __init__(self, index: str, on: datetime.date, field: str, message: str) -> None:
        super().__init__(f"{field}: the fixing of {index} for {on} {message}")
        self.index, self.on, self.field = index, on, field


class MissingFixing(ValueError):
    """A fixing that is needed and not known: `index`, the day `on` that it is of, and `known_on` if a day was asked."""

    def __init__(self, index: str, on: datetime.date, known_on: datetime.date | None = None, note: str = "") -> None:
        known = "" if known_on is None else f" as known on {known_on}"
        super().__init__(f"fixings: there is no fixing of {index} for {on}{known}{note}")
        self.index, self.on, self.known_on = index, on, known_on


class StaleFixing(MissingFixing):
    """The last fixing before a day is older than allowed: `last` is the day that it is of, None if there is none."""

    def __init__(
        self, index: str, on: datetime.date, known_on: datetime.date | None, last: datetime.date | None, within: int
    ) -> None:
        found = "there is none before" if last is None else f"the last is of {last}, {(on - last).days} days before"
        super().__init__(index, on, known_on, f" nor of the {within} days before: {found}")
        self.last = last


@dataclass(frozen=True, kw_only=True, slots=True)
class Fixing:
    """A published value: a rate as a fraction (5.33 % is 0.0533; from -1 to 1), or the SOFR index's level (above 0).

    `on` is the day it is of, `published` the day it came out (default: by the index's rule), `revision` 0 for the first
    value and more for each that replaced it. Raises InvalidFixing.
    """

    index: str
    on: datetime.date
    value: Decimal
    published: datetime.date | None = None
    revision: int = 0
    source: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.value, Decimal) or not self.value.is_finite():
            raise InvalidFixing(self.index, self.on, "value", "must be a finite decimal number")
        if self.index == Index.SOFR_INDEX:
            if self.value <= 0:
                raise InvalidFixing(self.index, self.on, "value", f"must be more than zero, not {self.value}")
        elif abs(self.value) > 1:
            raise InvalidFixing(self.index, self.on, "value", f"must be a fraction, not {self.value}: 5.33 % is 0.0533")
        if self.revision < 0:
            raise InvalidFixing(self.index, self.on, "revision", f"must not be negative, but is {self.revision}")

    @property
    def known_from(self) -> datetime.date:
        """Return the day from which it is known: that of its publication, stated or by the index's rule."""
        return published_on(self.index, self.on) if self.published is None else self.published


_Days = Mapping[datetime.date, tuple[Fixing, ...]]


class Fixings:
    """Fixings by index and day, unchangeable. The last revision counts, or the last that was known on a day.

    Days are whole: what is published on a day is known on it. Raises InvalidFixing for two different values of one
    revision, and for a revision published before what it replaces.
    """

    __slots__ = ("_dates", "_indices", "_known_on")

    def __init__(self, fixings: Iterable[Fixing] = ()) -> None:
        grouped: dict[str, dict[datetime.date, list[Fixing]]] = {}
        for fixing in fixings:
            grouped.setdefault(fixing.index, {}).setdefault(fixing.on, []).append(fixing)
        self._indices: Mapping[str, _Days] = MappingProxyType(
            {index: {on: _in_order(days[on]) for on in sorted(days)} for index, days in grouped.items()}
        )
        self._dates = {index: tuple(days) for index, days in self._indices.items()}
        self._known_on: datetime.date | None = None

    @classmethod
    def of(cls, index: str, values: Mapping[datetime.date, Decimal], *, source: str = "") -> Fixings:
        """Return the fixings of one index, each published by the index's rule."""
        return cls(Fixing(index=index, on=on, value=value, source=source) for on, value in values.items())

    def known_on(self, day: datetime.date) -> Fixings:
        """Return what of these was known on a day; it shares their memory."""
        view = Fixings.__new__(Fixings)
        view._indices, view._dates = self._indices, self._dates
        view._known_on = day if self._known_on is None else min(day, self._known_on)
        return view

    def and_those(self, more: Iterable[Fixing]) -> Fixings:
        """Return these together with others, all that is known of either."""
        return Fixings([*self, *more])

    def __iter__(self) -> Iterator[Fixing]:
        return (
            fixing
            for days in self._indices.values()
            for revisions in days.values()
            for fixing in revisions
            if self._knows(fixing)
        )

    def find(self, index: str, on: datetime.date) -> Fixing | None:
        """Return the fixing of a day, or None."""
        known = self.revisions(index, on)
        return known[-1] if known else None

    def fixing(self, index: str, on: datetime.date) -> Fixing:
        """Return the fixing of a day. Raises MissingFixing."""
        found = self.find(index, on)
        if found is None:
            raise MissingFixing(index, on, self._known_on)
        return found

    def value(self, index: str, on: datetime.date) -> Decimal:
        """Return the value of a day. Raises MissingFixing."""
        return self.fixing(index, on).value

    def revisions(self, index: str, on: datetime.date) -> tuple[Fixing, ...]:
        """Return all that was published for a day, first value first; none if there is none."""
        published = self._indices.get(index, {}).get(on, ())
        return published if self._known_on is None else tuple(fixing for fixing in published if self._knows(fixing))

    def last(self, index: str, on: datetime.date, *, within: int) -> Fixing:
        """Return the fixing of a day, or the last before it that is at most `within` calendar days older.

        Raises StaleFixing.
        """
        found = self.last_before(index, on + datetime.timedelta(days=1))
        if found is None or (on - found.on).days > within:
            raise StaleFixing(index, on, self._known_on, None if found is None else found.on, within)
        return found

    def last_before(self, index: str, day: datetime.date) -> Fixing | None:
        """Return the last fixing of any day before a day, however old, or None."""
        dates = self._dates.get(index, ())
        for place in range(bisect_right(dates, day - datetime.timedelta(days=1)) - 1, -1, -1):
            found = self.find(index, dates[place])
            if found is not None:
                return found
        return None

    def dates(self, index: str) -> tuple[datetime.date, ...]:
        """Return the days of which an index has a fixing, in order."""
        dates = self._dates.get(index, ())
        return dates if self._known_on is None else tuple(on for on in dates if self.revisions(index, on))

    def _knows(self, fixing: Fixing) -> bool:
        return self._known_on is None or fixing.known_from <= self._known_on


def _in_order(revisions: list[Fixing]) -> tuple[Fixing, ...]:
    ordered: list[Fixing] = []
    for fixing in sorted(revisions, key=lambda each: each.revision):
        before = ordered[-1] if ordered else None
        if before is None or fixing.revision > before.revision:
            if before is not None and fixing.known_from < before.known_from:
                message = f"is revision {fixing.revision}, and must not be published before revision {before.revision}"
                raise InvalidFixing(fixing.index, fixing.on, "published", message)
            ordered.append(fixing)
        elif (fixing.value, fixing.known_from) != (before.value, before.known_from):
            message = f"is given twice as revision {fixing.revision}: {before.value} and {fixing.value}"
            raise InvalidFixing(fixing.index, fixing.on, "revision", message)
    return tuple(ordered)
