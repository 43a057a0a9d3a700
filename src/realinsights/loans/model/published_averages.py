"""SOFR's published averages and index beside those that daily SOFR makes: each equal, or named. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal
from types import MappingProxyType
from typing import Final

import msgspec

from realinsights_finance.rates import Fixing, Fixings, Index, MissingFixing, sofr_average, sofr_indices

AVERAGES: Final = MappingProxyType(
    {Index.SOFR_30_DAY_AVERAGE: 30, Index.SOFR_90_DAY_AVERAGE: 90, Index.SOFR_180_DAY_AVERAGE: 180}
)
MADE_OF_SOFR: Final = frozenset({*AVERAGES, Index.SOFR_INDEX})
COMPUTED: Final = "computed from SOFR as the New York Fed does"

_MOST_TOLD: Final = 20


class PublishedDifference(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A published value that daily SOFR does not make; `computed` None: a fixing is missing, which `reason` names."""

    on: datetime.date
    published: Decimal
    computed: Decimal | None = None
    reason: str | None = None


class Reproduced(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The count of an index's published values, and of those that daily SOFR makes; the first others are named."""

    index: str
    published: int
    equal: int
    differences: tuple[PublishedDifference, ...]


def reproduced(fixings: Fixings) -> tuple[Reproduced, ...]:
    """Return how the published averages and index compare with daily SOFR, where there are fixings of both."""
    if not fixings.dates(Index.SOFR):
        return ()
    return tuple(_compared(fixings, index) for index in sorted(MADE_OF_SOFR) if fixings.dates(index))


def with_computed_averages(fixings: Fixings, index: str, days: Iterator[datetime.date]) -> Fixings:
    """Return fixings with those of an average of SOFR that are not there and that daily SOFR makes, on some days."""
    length = next((days_ for average, days_ in AVERAGES.items() if average == index), None)
    if length is None:
        return fixings
    made = []
    for on in dict.fromkeys(days):
        if fixings.find(index, on) is None:
            try:
                made.append(Fixing(index=index, on=on, value=sofr_average(fixings, on, length), source=COMPUTED))
            except ValueError:  # a fixing is not there, or the holidays of its year are not known
                continue
    return fixings.and_those(made) if made else fixings


def _compared(fixings: Fixings, index: Index) -> Reproduced:
    days = fixings.dates(index)
    computed = _computing(fixings, index, days)
    differences = []
    for on in days:
        published = fixings.value(index, on)
        try:
            ours = computed(on)
        except ValueError as missing:  # a fixing is not there, or the holidays of its year are not known
            differences.append(PublishedDifference(on=on, published=published, reason=str(missing)))
            continue
        if ours != published:
            differences.append(PublishedDifference(on=on, published=published, computed=ours))
    return Reproduced(
        index=index,
        published=len(days),
        equal=len(days) - len(differences),
        differences=tuple(differences[:_MOST_TOLD]),
    )


def _computing(fixings: Fixings, index: Index, days: tuple[datetime.date, ...]) -> Callable[[datetime.date], Decimal]:
    if index in AVERAGES:
        return lambda on: sofr_average(fixings, on, AVERAGES[index])
    try:
        levels = sofr_indices(fixings, days[-1])
    except ValueError as missing:
        gap = missing

        def refuse(_: datetime.date) -> Decimal:
            raise gap

        return refuse

    def level(on: datetime.date) -> Decimal:
        if on not in levels:
            raise MissingFixing(index, on, note=": SOFR's calendar has no such day")
        return levels[on]

    return level
