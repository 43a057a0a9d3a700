"""Fixings as they are asked for: indices with how fresh they are, the values of one, and what a loan rests on."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from realinsights.loans.model.fixings import FixingYear, RateIndex, StoredFixing, calendar_of, library_fixings, year_id
from realinsights.loans.model.index_names import index_code, index_label, index_named
from realinsights.loans.store import FIXING_YEARS, RATE_INDICES
from realinsights_finance.business_days import FIRST_YEAR, HolidayCalendar, holidays, is_business_day
from realinsights_finance.rates import Fixings, Index, gaps, outliers, published_on, staleness
from realinsights_finance.rates.checks import USUAL_MOVE
from realinsights_platform.documents.port import Documents, Page, Position
from realinsights_platform.documents.walking import every
from realinsights_platform.errors import Invalid, NotFound

STALE_AFTER: Final = 1
"""So many fixings may be missing before an index is stale: the next one may come out later today."""

CHECKED_DAYS: Final = 366
"""How far back from the last fixing gaps and outliers are looked for."""

_DAY: Final = datetime.timedelta(days=1)
_LAST_YEARS: Final = 2
_LONGEST_COUNT: Final = datetime.timedelta(days=3_660)

Reader = Callable[[Sequence[str]], Awaitable[Mapping[str, FixingYear]]]


class FormerFixing(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A value that was replaced by a later revision."""

    value: Decimal
    published_on: datetime.date
    revision: int
    source: str


class FixingView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The value of a day that counts. `former` are those it replaced, the first one first.

    `change` is the move from the fixing before, where there is one; `outlier` says that it is more than 25 basis
    points. `closed` says that the index's calendar has no fixing of this day.
    """

    index: str
    on: datetime.date
    value: Decimal
    published_on: datetime.date
    revision: int
    source: str
    change: Decimal | None
    outlier: bool
    closed: bool
    former: tuple[FormerFixing, ...] = ()


class IndexView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An index, and how fresh its fixings are on the business date.

    `missing` counts the fixings that should have been published since the last one, those of ten years at most; more
    than one make it `stale`. None where there is no fixing. `gaps` are business days without one and `outliers` days
    that moved by more than 25 basis points, both within a year before the last fixing.
    """

    index: str
    name: str
    publisher: str | None
    license: str | None
    calendar: HolidayCalendar
    decimals: int | None
    days: int
    first: datetime.date | None = None
    last: FixingView | None = None
    missing: int | None = None
    stale: bool = False
    gaps: tuple[datetime.date, ...] = ()
    outliers: tuple[datetime.date, ...] = ()


class CalendarView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A calendar: its closed weekdays of one year, and where they come from."""

    calendar: HolidayCalendar
    source: str
    year: int
    closed: tuple[datetime.date, ...]


async def list_indices(documents: Documents, *, org: str, business_date: datetime.date) -> tuple[IndexView, ...]:
    """Return every index that is known or that fixings are kept of, those with fixings first."""
    kept = {index.id: index for index in await every(documents, RATE_INDICES, org)}
    wanted = [year_id(one.id, one.last.year - back) for one in kept.values() for back in range(_LAST_YEARS)]
    years = await documents.get_many(FIXING_YEARS, org, wanted) if wanted else {}
    return await asyncio.to_thread(_indices, kept, years, business_date)


async def list_fixings(
    documents: Documents,
    *,
    org: str,
    index: str,
    since: datetime.date | None,
    until: datetime.date | None,
    after: Position | None,
    limit: int,
) -> Page[FixingView]:
    """Return the fixings of an index, the latest first; raises `NotFound` where none is kept."""
    code = index_code(index)
    kept = await documents.get(RATE_INDICES, org, code) if code else None
    if kept is None:
        raise NotFound(f"No fixing of {index_label(index)} is kept here.")
    if after is not None:
        before = datetime.date.fromisoformat(str(after.value)) - _DAY
        until = before if until is None else min(until, before)
    first, last = max(kept.first, since or kept.first), min(kept.last, until or kept.last)
    if first > last:
        return Page((), None)
    found: list[FixingView] = []
    year = last.year
    # Year by year backwards, until there is enough; a year more, for the move of the first.
    known: dict[int, FixingYear] = {}
    while year >= first.year and len(found) <= limit:
        ids = [year_id(code, each) for each in (year, year - 1) if each not in known]
        for document in (await documents.get_many(FIXING_YEARS, org, ids)).values():
            known[document.year] = document
        found += _views_of(known.get(year), known.get(year - 1), first, last)
        year -= 1
    more = len(found) > limit
    items = tuple(found[:limit])
    return Page(items, Position(items[-1].on.isoformat(), code) if more else None)


def fixing_view(
    index: str, revisions: Sequence[StoredFixing], before: Decimal | None, calendar: HolidayCalendar
) -> FixingView:
    """Return a day's fixing as it is told; `before` is the value of the fixing before it."""
    *former, last = revisions
    change = None if before is None else last.value - before
    level = index == Index.SOFR_INDEX
    return FixingView(
        index=index,
        on=last.on,
        value=last.value,
        published_on=last.published_on or published_on(index, last.on),
        revision=last.revision,
        source=last.source,
        change=change,
        outlier=change is not None and not level and abs(change) > USUAL_MOVE,
        closed=last.on.year >= FIRST_YEAR and not is_business_day(last.on, calendar),
        former=tuple(
            FormerFixing(
                value=one.value,
                published_on=one.published_on or published_on(index, one.on),
                revision=one.revision,
                source=one.source,
            )
            for one in former
        ),
    )


def list_calendars(year: int) -> tuple[CalendarView, ...]:
    """Return every calendar's closed weekdays of a year; raises `Invalid` for one of which they are not known."""
    if year < FIRST_YEAR:
        raise Invalid.field("year", f"the calendars begin in {FIRST_YEAR}")
    return tuple(
        CalendarView(
            calendar=calendar, source=calendar.about, year=year, closed=tuple(sorted(holidays(year, calendar)))
        )
        for calendar in HolidayCalendar
    )


async def fixings_between(
    read: Reader, indices: Iterable[str], *, first: datetime.date, last: datetime.date
) -> Fixings:
    """Return the fixings of some indices in the years of some days, as the mathematics takes them."""
    found = await years_between(read, indices, first=first, last=last)
    return await asyncio.to_thread(lambda: Fixings(library_fixings(found))) if found else Fixings()


async def years_between(
    read: Reader, indices: Iterable[str], *, first: datetime.date, last: datetime.date
) -> tuple[FixingYear, ...]:
    """Return what is kept of some indices in the years of some days."""
    ids = [year_id(index, year) for index in indices for year in range(first.year, last.year + 1)]
    found: dict[str, FixingYear] = {}
    for start in range(0, len(ids), _MOST_IDS):
        found |= await read(ids[start : start + _MOST_IDS])
    return tuple(found.values())


_MOST_IDS: Final = 1_000


def _indices(
    kept: Mapping[str, RateIndex], years: Mapping[str, FixingYear], business_date: datetime.date
) -> tuple[IndexView, ...]:
    fixings = Fixings(library_fixings(years.values()))
    names = [*sorted(kept), *(index.value for index in Index if index.value not in kept)]
    return tuple(_index(name, kept.get(name), years, fixings, business_date) for name in names)


def _index(
    index: str,
    kept: RateIndex | None,
    years: Mapping[str, FixingYear],
    fixings: Fixings,
    business_date: datetime.date,
) -> IndexView:
    known, calendar = index_named(index), calendar_of(index)
    facts: dict[str, Any] = {
        "index": index,
        "name": index_label(index),
        "publisher": None if known is None else known.about.publisher,
        "license": None if known is None else known.about.license,
        "calendar": calendar,
        "decimals": None if known is None else known.about.decimals,
    }
    if kept is None:
        return IndexView(**facts, days=0)
    last = kept.last
    year = years.get(year_id(index, last.year))
    latest = _views_of(year, years.get(year_id(index, last.year - 1)), last, last)
    since = last - datetime.timedelta(days=CHECKED_DAYS)
    recent = Fixings(fixing for fixing in fixings if fixing.index == index and fixing.on >= since)
    missing = None
    if last.year >= FIRST_YEAR:
        missing = staleness(recent, index, calendar, on=min(business_date, _plus(last, _LONGEST_COUNT)))
    level = index == Index.SOFR_INDEX
    return IndexView(
        **facts,
        days=kept.days,
        first=kept.first,
        last=latest[0] if latest else None,
        missing=missing,
        stale=missing is not None and missing > STALE_AFTER,
        gaps=gaps(recent, index, calendar) if since.year >= FIRST_YEAR and known is not None else (),
        outliers=() if level else tuple(move.fixing.on for move in outliers(recent, index)),
    )


def _plus(day: datetime.date, time: datetime.timedelta) -> datetime.date:
    return day + min(time, datetime.date.max - day)


def _views_of(
    year: FixingYear | None, before: FixingYear | None, first: datetime.date, last: datetime.date
) -> list[FixingView]:
    """Return a year's fixings from a day to another, the latest first."""
    if year is None:
        return []
    calendar = calendar_of(year.index)
    days = _by_day(year)
    previous = before.fixings[-1].value if before is not None and before.fixings else None
    views = []
    for on, revisions in days.items():
        if first <= on <= last:
            views.append(fixing_view(year.index, revisions, previous, calendar))
        previous = revisions[-1].value
    return views[::-1]


def _by_day(year: FixingYear) -> dict[datetime.date, list[StoredFixing]]:
    days: dict[datetime.date, list[StoredFixing]] = {}
    for fixing in year.fixings:
        days.setdefault(fixing.on, []).append(fixing)
    return days
