"""Fixings as they are kept: an index's published values by day, each with its revisions. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Final, NamedTuple

import msgspec

from realinsights.loans.model.index_names import index_code, index_label, index_named
from realinsights.loans.model.quantities import finer_than_finest
from realinsights.loans.model.texts import Code, Line
from realinsights_finance.business_days import FIRST_YEAR, HolidayCalendar, business_days_after
from realinsights_finance.rates import Fixing, Index, InvalidFixing, published_on
from realinsights_platform.documents.port import Document
from realinsights_platform.errors import Faults, FieldError
from realinsights_platform.texts import checked_line, optional_line

FIRST_FIXING_YEAR: Final = 1900
_DAY: Final = datetime.timedelta(days=1)
_LAST_DAY: Final = datetime.date.max - _DAY
_SATURDAY: Final = 5
_LEVEL_LIMIT: Final = Decimal(1_000)

FixingValue = Annotated[
    Decimal,
    msgspec.Meta(description="a rate as a fraction: 0.0533 is 5.33 %; of the SOFR index its level; at most 8 decimals"),
]


class StoredFixing(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A value of a day as published on another day (None: by the index's rule); `revision` 0 is the first."""

    on: datetime.date
    value: Decimal
    published_on: datetime.date | None = None
    revision: int = 0
    source: str = ""


class FixingYear(Document, frozen=True, kw_only=True, rename="camel"):
    """An index's fixings of one year, by day and revision."""

    index: str
    year: int
    fixings: tuple[StoredFixing, ...] = ()


class RateIndex(Document, frozen=True, kw_only=True, rename="camel"):
    """What is kept of an index: its first and last day, and of how many days it has a fixing. `id` is its name."""

    first: datetime.date
    last: datetime.date
    days: int


class FixingDraft(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A fixing as a person enters it; one of a day that has one already is its next revision."""

    index: Annotated[Code, msgspec.Meta(min_length=1, pattern=r"\S")]
    on: datetime.date
    value: FixingValue
    published_on: datetime.date | None = None
    source: Line | None = None


class ToldFixing(NamedTuple):
    """A fixing that a file or a person tells; `line` is the file's."""

    line: int
    on: datetime.date
    value: Decimal
    published_on: datetime.date | None = None


class RefusedFixing(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A line that was not taken: which field, and why."""

    line: int
    field: str
    reason: str


class Merged(NamedTuple):
    """What telling fixings makes of those that are kept: the years that change, and the days by what became of them."""

    years: tuple[FixingYear, ...]
    taken: tuple[datetime.date, ...]
    revised: tuple[datetime.date, ...]
    unchanged: int
    refused: tuple[RefusedFixing, ...]


def year_id(index: str, year: int) -> str:
    """Return the id of the document with an index's fixings of a year."""
    return f"{index}-{year}"


def merged(
    known: Mapping[int, FixingYear],
    told: Iterable[ToldFixing],
    *,
    org: str,
    index: str,
    source: str,
    business_date: datetime.date,
) -> Merged:
    """Return what fixings that are told make of those known, by year.

    A value that differs from the one kept for its day is its next revision, published on the business date unless the
    teller says when. What cannot be is refused by its line; the others are taken.
    """
    days: dict[datetime.date, list[StoredFixing]] = {}
    for year in known.values():
        for fixing in year.fixings:
            days.setdefault(fixing.on, []).append(fixing)
    changed: set[int] = set()
    taken, revised, refused, unchanged = list[datetime.date](), list[datetime.date](), list[RefusedFixing](), 0
    seen: dict[datetime.date, Decimal] = {}
    for one in told:
        problem = _problem(index, one, seen, business_date=business_date)
        if problem is not None:
            refused.append(RefusedFixing(line=one.line, field=problem.field, reason=problem.message))
            continue
        seen[one.on] = one.value
        before = days.setdefault(one.on, [])
        if before and before[-1].value == one.value:
            unchanged += 1
            continue
        made = _made(index, one, before, source=source, business_date=business_date)
        if isinstance(made, FieldError):
            refused.append(RefusedFixing(line=one.line, field=made.field, reason=made.message))
            continue
        (revised if before else taken).append(one.on)
        before.append(made)
        changed.add(one.on.year)
    years = tuple(_year(known.get(year), days, org=org, index=index, year=year) for year in sorted(changed))
    return Merged(years, tuple(taken), tuple(revised), unchanged, tuple(refused))


def with_days(before: RateIndex | None, merged: Merged, *, org: str, index: str) -> RateIndex:
    """Return what is kept of an index once fixings of new days were taken."""
    days = [*merged.taken, *([before.first, before.last] if before is not None else [])]
    if before is None:
        return RateIndex(id=index, org=org, first=min(days), last=max(days), days=len(merged.taken))
    return msgspec.structs.replace(before, first=min(days), last=max(days), days=before.days + len(merged.taken))


def library_fixings(years: Iterable[FixingYear]) -> Iterator[Fixing]:
    """Yield the fixings of some years as the mathematics takes them."""
    for year in years:
        for fixing in year.fixings:
            yield Fixing(
                index=year.index,
                on=fixing.on,
                value=fixing.value,
                published=fixing.published_on,
                revision=fixing.revision,
                source=fixing.source,
            )


def calendar_of(index: str) -> HolidayCalendar:
    """Return the calendar of the days that an index is published for; weekdays for one that is not known."""
    known = index_named(index)
    return HolidayCalendar.WEEKENDS_ONLY if known is None else known.about.calendar


def decimals_of(index: str) -> int:
    """Return with how many decimals of a fraction an index is published: 4 are two of a percent."""
    known = index_named(index)
    return 8 if known is None else known.about.decimals


def valid_draft(draft: FixingDraft) -> FixingDraft:
    """Return a fixing as entered, of the index meant; raises `Invalid` for a name or source that cannot be."""
    faults = Faults()
    index = index_code(checked_line(draft.index, "index", faults))
    if not index:
        faults.add("index", "must have a letter or a digit")
    source = optional_line(draft.source, "source", faults)
    faults.refuse("fixing")
    return msgspec.structs.replace(draft, index=index, source=source)


def refuse(merged: Merged) -> None:
    """Raise `Invalid` with what was refused: for what a person enters, which has no lines."""
    faults = Faults()
    for one in merged.refused:
        faults.add(one.field, one.reason)
    faults.refuse("fixing")


def _problem(
    index: str, told: ToldFixing, seen: Mapping[datetime.date, Decimal], *, business_date: datetime.date
) -> FieldError | None:
    on, published = told.on, told.published_on
    reason = _wrong_day(index, on, business_date)
    if reason is not None:
        return FieldError("on", reason)
    if published is not None and not on <= published <= min(business_date, _LAST_DAY) + _DAY:
        return FieldError("publishedOn", f"must be from {on} to the business date, {business_date}")
    if on in seen and seen[on] != told.value:
        return FieldError("value", f"{on} is told twice, as {seen[on]} and as {told.value}")
    reason = _wrong_value(index, told)
    return None if reason is None else FieldError("value", reason)


def _wrong_day(index: str, on: datetime.date, business_date: datetime.date) -> str | None:
    if on > business_date:
        return f"{on} is still to come on {business_date}"
    if on.year < FIRST_FIXING_YEAR:
        return f"{on} lies before {FIRST_FIXING_YEAR}"
    if on.weekday() >= _SATURDAY and index_named(index) is not None:
        return f"{on} is a {on:%A}: {index_label(index)} has no value of it"
    return None


def _wrong_value(index: str, told: ToldFixing) -> str | None:
    if told.value.is_finite() and finer_than_finest(told.value):
        return "has more than 8 decimals"
    if is_level(index) and told.value.is_finite() and told.value >= _LEVEL_LIMIT:
        return f"must be below {_LEVEL_LIMIT:,}: the index was 1 in 2018"
    try:
        Fixing(index=index, on=told.on, value=told.value)
    except InvalidFixing as invalid:
        return str(invalid).partition(": ")[2]
    return None


def _made(
    index: str, told: ToldFixing, before: list[StoredFixing], *, source: str, business_date: datetime.date
) -> StoredFixing | FieldError:
    if not before:
        published = told.published_on
        if published is None and told.on.year < FIRST_YEAR:
            # The rule of publication counts business days, and holidays are not known of these years.
            published = business_days_after(told.on, 1, HolidayCalendar.WEEKENDS_ONLY)
        return StoredFixing(told.on, told.value, published, 0, source)
    last = before[-1]
    known_from = last.published_on or published_on(index, last.on)
    if told.published_on is not None and told.published_on < known_from:
        return FieldError("publishedOn", f"must not be before {known_from}, when the value it replaces came out")
    published = told.published_on or max(business_date, known_from)
    return StoredFixing(told.on, told.value, published, last.revision + 1, source)


def _year(
    before: FixingYear | None,
    days: Mapping[datetime.date, list[StoredFixing]],
    *,
    org: str,
    index: str,
    year: int,
) -> FixingYear:
    fixings = tuple(fixing for on in sorted(days) if on.year == year for fixing in days[on])
    if before is None:
        return FixingYear(id=year_id(index, year), org=org, index=index, year=year, fixings=fixings)
    return msgspec.structs.replace(before, fixings=fixings)


def is_level(index: str) -> bool:
    """Tell whether an index is a level, which grows, and no rate."""
    return index == Index.SOFR_INDEX
