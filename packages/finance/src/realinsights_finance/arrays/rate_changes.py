"""Changes of the rates of many loans: from which day on a rate is stated, or an index is read."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.arrays.calendar import clipped_day, month_index
from realinsights_finance.arrays.columns import RATE_SCALE
from realinsights_finance.arrays.floating_terms import scaled_rate
from realinsights_finance.rates.floating import FloatingTerms
from realinsights_finance.rates.paths import FixedRate, FloatingRate, HybridRate, RatePath
from realinsights_finance.rates.resets import EachPeriod, Every, OnDates
from realinsights_finance.terms import RATE_DECIMALS, TermsProblem

STATED: Final = -1
"""The terms of a change that states its rate."""
EACH_PERIOD: Final = np.datetime64("NaT")
"""The reset of a change from which on the rate is set as each period starts."""
_BEFORE_1970 = datetime.date(1970, 1, 1).toordinal()


class Change(NamedTuple):
    """A day from which on a rate is stated, or else made by terms, at a reset or (None) as each period starts."""

    since: datetime.date
    rate: Decimal | None
    terms: FloatingTerms | None
    reset: datetime.date | None


class UnheldPath(ValueError):
    """A rate path that is no sequence of changes: which `field`, and why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field, self.message = field, message


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RateChanges:
    """Changes of rates, in the order of loans and then of days; index i of every array is the same change.

    From `since` on, the loan with the position `loan` has either the stated `rate` (scaled by 10^12; `terms` is
    `STATED`) or a floating one by the terms at the position `terms`, read for the day `reset`; `EACH_PERIOD` for
    `reset` reads it for the day that each period starts, or the change itself within one. A loan's first change is not
    after its interest starts.
    """

    loan: NDArray[np.int64]
    since: NDArray[np.datetime64]
    rate: NDArray[np.int64]
    terms: NDArray[np.int64]
    reset: NDArray[np.datetime64]

    def __post_init__(self) -> None:
        for each in fields(self):
            dtype = np.dtype("datetime64[D]" if each.name in {"since", "reset"} else np.int64)
            column = getattr(self, each.name)
            if column.dtype != dtype or column.shape != self.loan.shape:
                raise TypeError(f"{each.name} must be {len(self.loan)} values of {dtype}")

    @classmethod
    def stated(cls, loan: NDArray[np.int64], since: NDArray[np.datetime64], rate: NDArray[np.int64]) -> Self:
        """Return changes to stated rates: of a fixed rate one, of a stepped rate one for each step."""
        return cls(
            loan=loan,
            since=since,
            rate=rate,
            terms=np.full(len(loan), STATED, dtype=np.int64),
            reset=np.full(len(loan), EACH_PERIOD, dtype="datetime64[D]"),
        )

    @classmethod
    def floating(cls, loan: NDArray[np.int64], since: NDArray[np.datetime64], terms: NDArray[np.int64]) -> Self:
        """Return changes from which on rates float, set for each period."""
        return cls(
            loan=loan,
            since=since,
            rate=np.zeros(len(loan), dtype=np.int64),
            terms=terms,
            reset=np.full(len(loan), EACH_PERIOD, dtype="datetime64[D]"),
        )

    @classmethod
    def resetting(
        cls,
        loan: NDArray[np.int64],
        since: NDArray[np.datetime64],
        terms: NDArray[np.int64],
        *,
        first_reset: NDArray[np.datetime64],
        months: NDArray[np.int64],
        day: NDArray[np.int64],
        until: NDArray[np.datetime64],
    ) -> Self:
        """Return changes at which rates are set: on `since`, on `first_reset`, which is later, and so many months on.

        They fall on the `day` of their months, or the last where a month is shorter, and before `until`.
        """
        first = month_index(first_reset)
        rows = np.arange(int(((month_index(until) - first) // months).max(initial=-1)) + 2)[:, np.newaxis]
        days = clipped_day(first + rows * months, day).astype("datetime64[D]")
        days = np.concatenate([since[np.newaxis], np.maximum(days, first_reset)])
        kept = np.ones(days.shape, dtype=bool)
        kept[1:] = (days[1:] < until) & (days[1:] > days[:-1])
        row, place = np.nonzero(kept.T)[::-1]
        on = days[row, place]
        return cls(loan=loan[place], since=on, rate=np.zeros(len(on), dtype=np.int64), terms=terms[place], reset=on)

    @classmethod
    def joined(cls, *parts: RateChanges) -> Self:
        """Return the changes of several parts, in order."""
        every = {each.name: np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(cls)}
        order = np.lexsort((every["since"], every["loan"]))
        return cls(**{name: column[order] for name, column in every.items()})

    @classmethod
    def of(cls, changes: Sequence[Sequence[Change]], terms: dict[FloatingTerms, int]) -> Self:
        """Return the changes of loans, and note in `terms` the position of each floating terms that they name."""
        flat = [(loan, change) for loan, some in enumerate(changes) for change in some]

        def days(values: list[datetime.date | None]) -> NDArray[np.datetime64]:
            return np.array([EACH_PERIOD if value is None else value for value in values], dtype="datetime64[D]")

        return cls(
            loan=np.array([loan for loan, _ in flat], dtype=np.int64),
            since=days([change.since for _, change in flat]),
            rate=np.array([scaled_rate(change.rate or Decimal(0)) for _, change in flat], dtype=np.int64),
            terms=np.array(
                [STATED if change.terms is None else terms.setdefault(change.terms, len(terms)) for _, change in flat],
                dtype=np.int64,
            ),
            reset=days([change.reset for _, change in flat]),
        )

    def __len__(self) -> int:
        return len(self.loan)

    def places(self, loans: int) -> NDArray[np.int64]:
        """Return where the changes of each loan begin, and at last where they end."""
        return np.searchsorted(self.loan, np.arange(loans + 1)).astype(np.int64)

    def take(self, loans: NDArray[np.int64], places: NDArray[np.int64]) -> RateChanges:
        """Return the changes of some of the loans, numbered in the order given; `places` are those of all of them."""
        begin, count = places[loans], places[loans + 1] - places[loans]
        number = np.repeat(np.arange(len(loans)), count)
        within = np.arange(len(number)) - np.repeat(np.cumsum(count) - count, count)
        chosen = np.repeat(begin, count) + within
        columns = {each.name: getattr(self, each.name)[chosen] for each in fields(self)}
        return RateChanges(**(columns | {"loan": number}))

    def problems(self, start: NDArray[np.datetime64], terms: int) -> Iterator[TermsProblem]:
        """Yield what no loan's changes can be, where so many floating terms are known."""
        loans = len(start)
        if len(self) and (self.loan.min() < 0 or self.loan.max() >= loans):
            yield TermsProblem("changes.loan", f"must be positions of {loans} loans")
            return
        if (np.diff(self.loan) < 0).any():
            yield TermsProblem("changes.loan", "must be in order")
            return
        same = np.diff(self.loan) == 0
        late = np.flatnonzero(same & ~(self.since[1:] > self.since[:-1])) + 1
        odd = np.flatnonzero((self.terms < STATED) | (self.terms >= terms))
        high = np.flatnonzero((self.rate <= -RATE_SCALE) | (self.rate > RATE_SCALE))
        ahead = np.flatnonzero(self.reset > self.since)
        for places, field, message in (
            (late, "since", "must ascend"),
            (odd, "terms", "must be the position of floating terms"),
            (high, "rate", "must be a fraction above -1 and at most 1, scaled by 10^12"),
            (ahead, "reset", "must not be after the change"),
        ):
            for place in places:
                yield TermsProblem(f"loans[{self.loan[place]}].changes.{field}", message)
        places = self.places(loans)
        none = places[1:] == places[:-1]
        first = np.where(none, 0, places[:-1])
        unstated = none | (~(self.since[first] <= start) if len(self) else True)
        for loan in np.flatnonzero(unstated):
            yield TermsProblem(f"loans[{loan}].rate", f"none is stated for {start[loan]}")


def changes_of(path: RatePath, since: datetime.date, until: datetime.date) -> Iterator[Change]:
    """Yield the changes of a rate path from a day to another. Raises UnheldPath where it is no sequence of them."""
    if isinstance(path, FixedRate):
        if scaled_rate(path.rate) is None or path.rate == -1:
            raise UnheldPath("rate", f"must be above -1, with at most {RATE_DECIMALS} decimals")
        yield Change(since, path.rate, None, None)
    elif isinstance(path, HybridRate):
        yield from _changes_of_legs(path, since, until)
    elif not isinstance(path, FloatingRate):
        raise UnheldPath("rate", "is neither fixed, stepped, floating nor a hybrid of these")
    elif isinstance(path.terms.resets, EachPeriod):
        yield Change(since, None, path.terms, None)
    elif not isinstance(path.terms.resets, Every | OnDates):
        raise UnheldPath("rate.terms.resets", "must not be of each day, nor in arrears")
    else:
        try:
            resets = list(path.terms.resets.cut(since, until))
        except ValueError as early:
            raise UnheldPath("rate.terms.resets", str(early)) from early
        yield from (Change(begin, None, path.terms, reset) for begin, _, reset in resets)


def _changes_of_legs(path: HybridRate, since: datetime.date, until: datetime.date) -> Iterator[Change]:
    if path.legs[0][0] > since:
        raise UnheldPath("rate", f"none is stated for {since}; the first is from {path.legs[0][0]}")
    for place, (day, leg) in enumerate(path.legs):
        end = path.legs[place + 1][0] if place + 1 < len(path.legs) else until
        begin, end = max(day, since), min(end, until)
        if begin < end:
            yield from changes_of(leg, begin, end)
