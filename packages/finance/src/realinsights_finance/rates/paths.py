"""Rate paths: the rate of any period of a loan, fixed, stepped, floating or one after the other."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Protocol

from realinsights_finance.day_count import DayCount
from realinsights_finance.money import EXACT
from realinsights_finance.rates.fixings import Fixing
from realinsights_finance.rates.floating import AllIn, FloatingTerms, all_in_rate
from realinsights_finance.rates.in_arrears import InArrears, business_stretches, rate_in_arrears
from realinsights_finance.rates.readings import Market, Reading
from realinsights_finance.rates.resets import EachDay, Every, OnDates
from realinsights_finance.time.periods import MaturityBeforeStart


class Known(StrEnum):
    """The way in which a rate is known."""

    FIXED = "fixed"  # the note says it
    FIXING = "fixing"  # the index that it is made of is published
    PROJECTED = "projected"  # at least a part of it comes from a curve


@dataclass(frozen=True, kw_only=True, slots=True)
class Reset:
    """A setting of a floating rate. `determined_on` is the day the index was read, or the last of several.

    `fixing` is None where the rate is projected, or made of several; `read` are all that it is made of, in the order of
    their days. It is `provisional` where one of them is of an earlier day and stands in for one that is missing.
    """

    determined_on: datetime.date
    all_in: AllIn
    fixing: Fixing | None = None
    read: tuple[Fixing, ...] = ()
    provisional: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class RateSpan:
    """A time with one rate, an annual fraction, from `start` to `end` (not counted); `reset` if it floats."""

    start: datetime.date
    end: datetime.date
    rate: Decimal
    known: Known
    reset: Reset | None = None


class RatePath(Protocol):
    """What a loan's rate is over time."""

    def spans(
        self, start: datetime.date, end: datetime.date, *, until: datetime.date | None = None
    ) -> tuple[RateSpan, ...]:
        """Return the rates of a period, one after the other without gap; with `until` only of its part before that day.

        The part of a period is what has accrued; it needs no rate that comes later. It has no rates where `until` is
        not after the start. Raises MaturityBeforeStart where the period is empty.
        """
        ...


class RateNotStated(ValueError):
    """A day before the first that a note states a rate for."""

    def __init__(self, on: datetime.date, first: datetime.date) -> None:
        super().__init__(f"rate: none is stated for {on}; the first is from {first}")
        self.on, self.first = on, first


@dataclass(frozen=True, slots=True)
class FixedRate:
    """One rate throughout."""

    rate: Decimal

    def __post_init__(self) -> None:
        _check_rate(self.rate)

    def spans(
        self, start: datetime.date, end: datetime.date, *, until: datetime.date | None = None
    ) -> tuple[RateSpan, ...]:
        """Return the period with the rate."""
        end = _upto(start, end, until)
        return (RateSpan(start=start, end=end, rate=self.rate, known=Known.FIXED),) if start < end else ()


@dataclass(frozen=True, slots=True)
class HybridRate:
    """One path after the other, each from its day on: fixed then floating, LIBOR then what replaced it.

    A change within a period cuts it in two. Raises ValueError for no leg, or legs out of order.
    """

    legs: tuple[tuple[datetime.date, RatePath], ...]

    def __post_init__(self) -> None:
        if not self.legs:
            raise ValueError("legs: there must be at least one")
        for (before, _), (after, _) in pairwise(self.legs):
            if before >= after:
                raise ValueError(f"legs: must be in the order of their days, and {after} follows {before}")

    def spans(
        self, start: datetime.date, end: datetime.date, *, until: datetime.date | None = None
    ) -> tuple[RateSpan, ...]:
        """Return each leg's rates for its part of the period. Raises RateNotStated before the first leg."""
        last = _upto(start, end, until)
        days = [day for day, _ in self.legs]
        place = bisect_right(days, start) - 1
        if place < 0:
            raise RateNotStated(start, days[0])
        found: list[RateSpan] = []
        while start < last:
            upto = min(days[place + 1], end) if place + 1 < len(days) else end
            found += self.legs[place][1].spans(start, upto, until=until)
            start, place = upto, place + 1
        return tuple(found)


def stepped_rate(steps: Iterable[tuple[datetime.date, Decimal]]) -> HybridRate:
    """Return the path of a stepped rate: each rate from its day on."""
    return HybridRate(tuple((day, FixedRate(rate)) for day, rate in steps))


@dataclass(frozen=True, kw_only=True, slots=True)
class FloatingRate:
    """A floating rate by its terms, as far as the market knows it, and then by its curve."""

    terms: FloatingTerms
    market: Market

    def spans(
        self, start: datetime.date, end: datetime.date, *, until: datetime.date | None = None
    ) -> tuple[RateSpan, ...]:
        """Return the rates of a period, cut where they are set anew.

        Raises MissingFixing with index and day, StaleFixing, CurveEndsEarly.
        """
        last, resets = _upto(start, end, until), self.terms.resets
        if last <= start:
            return ()
        if isinstance(resets, InArrears):
            return (self._in_arrears(start, end, last, resets),)
        if isinstance(resets, Every | OnDates):
            return tuple(self._span(since, upto, reset) for since, upto, reset in resets.cut(start, last))
        if isinstance(resets, EachDay):
            return tuple(_merged(self._daily(start, last)))
        return (self._span(start, last, start),)

    def _span(self, start: datetime.date, end: datetime.date, reset: datetime.date) -> RateSpan:
        terms, on = self.terms, self.terms.determined_on(reset)
        reading = self.market.read(terms.index, on, starts=reset, carry_days=terms.carry_days)
        return _made(start, end, on, all_in_rate(terms, reading.value), reading)

    def _daily(self, start: datetime.date, end: datetime.date) -> Iterator[RateSpan]:
        for day, days in business_stretches(start, end, self.terms.determination_calendar):
            upto = start + datetime.timedelta(days=days)
            yield self._span(start, upto, day)
            start = upto

    def _in_arrears(
        self, start: datetime.date, end: datetime.date, until: datetime.date, convention: InArrears
    ) -> RateSpan:
        terms, readings = self.terms, dict[datetime.date, Reading]()

        def rate_of(day: datetime.date) -> Decimal:
            if day not in readings:
                readings[day] = self.market.read(terms.index, day, starts=day, carry_days=terms.carry_days)
            return readings[day].value

        all_in = all_in_rate(terms, rate_in_arrears(start, end, convention, rate_of, until=until))
        projected = any(reading.fixing is None for reading in readings.values())
        read = {day: reading.fixing for day, reading in sorted(readings.items()) if reading.fixing is not None}
        return RateSpan(
            start=start,
            end=until,
            rate=all_in.rate,
            known=Known.PROJECTED if projected else Known.FIXING,
            reset=Reset(
                determined_on=max(readings),
                all_in=all_in,
                read=tuple(dict.fromkeys(read.values())),
                provisional=any(fixing.on != day for day, fixing in read.items()),
            ),
        )


def unrounded_interest_over(balance: Decimal, spans: Iterable[RateSpan], day_count: DayCount) -> Decimal:
    """Return the interest on a balance over rates that follow each other, to 60 digits.

    Each span accrues for its own days, so that on 30/360 a month whose rate changes may be a day off a twelfth; a whole
    regular month at one rate takes its fraction from the loan's period.
    """
    total = sum((Fraction(span.rate) * day_count.fraction(span.start, span.end) for span in spans), Fraction(0))
    exact = Fraction(balance) * total
    return EXACT.divide(Decimal(exact.numerator), Decimal(exact.denominator))


def _made(start: datetime.date, end: datetime.date, on: datetime.date, all_in: AllIn, reading: Reading) -> RateSpan:
    fixing = reading.fixing
    return RateSpan(
        start=start,
        end=end,
        rate=all_in.rate,
        known=Known.PROJECTED if reading.fixing is None else Known.FIXING,
        reset=Reset(
            determined_on=on,
            all_in=all_in,
            fixing=fixing,
            read=() if fixing is None else (fixing,),
            provisional=fixing is not None and fixing.on != on,
        ),
    )


def _merged(spans: Iterator[RateSpan]) -> Iterator[RateSpan]:
    """Yield spans with those of the same rate, known in the same way, joined.

    The first one's reset stands, with all that was read for the others; it is provisional where any of them is.
    """
    before = next(spans)
    for span in spans:
        if (span.rate, span.known) == (before.rate, before.known):
            before = replace(before, end=span.end, reset=_joined(before.reset, span.reset))
        else:
            yield before
            before = span
    yield before


def _joined(first: Reset | None, second: Reset | None) -> Reset | None:
    if first is None or second is None:
        return first
    read = (*first.read, *(fixing for fixing in second.read if fixing not in first.read))
    return replace(first, read=read, provisional=first.provisional or second.provisional)


def _upto(start: datetime.date, end: datetime.date, until: datetime.date | None) -> datetime.date:
    """Return the end of a period or of its part. Raises MaturityBeforeStart."""
    if end <= start:
        raise MaturityBeforeStart(start, end)
    return end if until is None else min(until, end)


def _check_rate(rate: Decimal) -> None:
    if not isinstance(rate, Decimal) or not rate.is_finite() or abs(rate) > 1:
        raise ValueError(f"rate: must be a finite fraction, not {rate}: 5.25 % is 0.0525")
