"""Use cases of rates: enter a fixing, import a file of them, load the public sample, keep and remove curves."""

from __future__ import annotations

import asyncio
import datetime
import io
from collections.abc import AsyncIterable, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from realinsights.contracts.loans import FixingsRecorded
from realinsights.loans.model.curves import CurveDraft, RateCurve, curve_of
from realinsights.loans.model.fixings import (
    FixingDraft,
    FixingYear,
    Merged,
    RateIndex,
    RefusedFixing,
    StoredFixing,
    ToldFixing,
    calendar_of,
    library_fixings,
    merged,
    refuse,
    valid_draft,
    with_days,
    year_id,
)
from realinsights.loans.model.index_names import index_code, index_label
from realinsights.loans.model.published_averages import MADE_OF_SOFR, Reproduced, reproduced
from realinsights.loans.model.telling import FixingsDue, RateTelling
from realinsights.loans.queries.fixings import FixingView, fixing_view
from realinsights.loans.service.imports.resources import now
from realinsights.loans.store import FIXING_YEARS, FIXINGS_DUE, RATE_CURVES, RATE_INDICES, RATE_TELLINGS
from realinsights.loans.tapes.fixings_csv import FileColumn, FixingUnit, read_fixings, samples
from realinsights_finance.rates import Fixings, Index
from realinsights_platform.documents.port import Unit
from realinsights_platform.documents.versions import ANY_VERSION, current
from realinsights_platform.documents.walking import many_in
from realinsights_platform.errors import NotFound, Stale
from realinsights_platform.ids import new_id

BY_HAND: Final = "entered by hand"
SAMPLE_SOURCE: Final = "newyorkfed.org, by FRED"

_MOST_TOLD: Final = 100
_FURTHEST_AHEAD: Final = datetime.timedelta(hours=14)


class FixingsOfIndex(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What became of a file's fixings of one index, in days; `none` are those without a value.

    `refused` counts all, and `problems` are the first of them. `revisedOn` names the first days whose value changed.
    With a `question` its numbers may be percents or fractions, and nothing of it was taken: say `unit`.
    """

    index: str
    name: str
    taken: int
    unchanged: int
    revised: int
    refused: int
    none: int
    revised_on: tuple[str, ...]
    problems: tuple[RefusedFixing, ...]
    question: str | None = None


class FixingsImport(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What an import of fixings did, by index; with `dry_run` what it would have done.

    `reproduced` compares the published averages and index of SOFR with those that daily SOFR makes.
    """

    file_name: str
    dry_run: bool
    indices: tuple[FixingsOfIndex, ...]
    reproduced: tuple[Reproduced, ...] = ()


async def enter_fixing(*, unit: Unit, draft: FixingDraft) -> FixingView:
    """Keep a fixing that a person enters, as the next revision where its day has one; raises `Invalid`.

    A value that is kept already is returned as it is.
    """
    draft = valid_draft(draft)
    known = await _years(unit, draft.index, {draft.on.year, draft.on.year - 1})
    told = ToldFixing(0, draft.on, draft.value, draft.published_on)
    made = merged(
        {draft.on.year: known[draft.on.year]} if draft.on.year in known else {},
        [told],
        org=unit.org,
        index=draft.index,
        source=draft.source or BY_HAND,
        business_date=_known_day(unit),
    )
    refuse(made)
    await _keep(unit, {draft.index: made})
    year = made.years[0] if made.years else known[draft.on.year]
    before = _before(known.get(draft.on.year - 1), year, draft)
    revisions = [fixing for fixing in year.fixings if fixing.on == draft.on]
    value = None if before is None else before.value
    return fixing_view(draft.index, revisions, value, calendar_of(draft.index))


async def import_fixings(
    *,
    unit: Unit,
    file_name: str,
    content: AsyncIterable[bytes],
    index: str | None,
    numbers: FixingUnit | None,
    dry_run: bool,
) -> FixingsImport:
    """Keep the fixings of a file; raises `Invalid` for a file that is no table of fixings, and stores nothing then.

    `numbers` says whether its values are percents or fractions; a column that leaves it open is asked about.
    """
    body = b"".join([part async for part in content])
    columns = await asyncio.to_thread(read_fixings, io.BytesIO(body), index=index, unit=numbers)
    told = [(file_name, column) for column in columns]
    return await _import(unit, told, file_name=file_name, dry_run=dry_run)


async def load_sample(*, unit: Unit) -> FixingsImport:
    """Keep the public sample: SOFR, its 30-day average and its index."""
    told = await asyncio.to_thread(lambda: [(SAMPLE_SOURCE, column) for _, column in samples()])
    return await _import(unit, told, file_name="sample", dry_run=False)


async def create_curve(*, unit: Unit, draft: CurveDraft) -> RateCurve:
    """Keep a forward curve; raises `Invalid` naming every bad field."""
    curve = curve_of(draft, curve_id=new_id(), org=unit.org, business_date=_known_day(unit))
    return unit.put(RATE_CURVES, curve)


async def delete_curve(*, unit: Unit, curve_id: str, expected_version: int) -> None:
    """Remove a curve."""
    curve = await current(unit, RATE_CURVES, curve_id, expected_version=expected_version, noun="curve")
    unit.delete(RATE_CURVES, curve)


async def take_out_fixing(*, unit: Unit, index: str, on: datetime.date, expected_version: int) -> None:
    """Take a day's fixing out, with all that it replaced; `expected_version` is its revision.

    Raises `NotFound` where there is none, and `Stale` where it was revised meanwhile.
    """
    code = index_code(index)
    year = await unit.get(FIXING_YEARS, year_id(code, on.year)) if code else None
    kept = await unit.get(RATE_INDICES, code) if code else None
    revisions = [] if year is None else [fixing for fixing in year.fixings if fixing.on == on]
    if year is None or kept is None or not revisions:
        raise NotFound(f"No fixing of {index_label(index)} of {on} is kept here.")
    if expected_version not in {ANY_VERSION, revisions[-1].revision}:
        raise Stale(f"This fixing is at revision {revisions[-1].revision} by now. Read it again.")
    left = tuple(fixing for fixing in year.fixings if fixing.on != on)
    if left:
        unit.put(FIXING_YEARS, msgspec.structs.replace(year, fixings=left))
    else:
        unit.delete(FIXING_YEARS, year)
    years = [each for each in (await _years(unit, code, _years_of(kept))).values() if each.year != on.year]
    days = {fixing.on for each in years for fixing in each.fixings} | {fixing.on for fixing in left}
    if days:
        unit.put(RATE_INDICES, msgspec.structs.replace(kept, first=min(days), last=max(days), days=len(days)))
    else:
        unit.delete(RATE_INDICES, kept)
    await _tell_later(unit, {code: [on]})


def _known_day(unit: Unit) -> datetime.date:
    """Return the business date, or the latest day that it is anywhere by the clock if that is earlier."""
    return min(unit.business_date, (now() + _FURTHEST_AHEAD).date())


def _years_of(index: RateIndex) -> range:
    return range(index.first.year, index.last.year + 1)


async def _import(
    unit: Unit, told: Iterable[tuple[str, FileColumn]], *, file_name: str, dry_run: bool
) -> FixingsImport:
    outcomes, kept, changes = [], dict[str, Mapping[int, FixingYear]](), dict[str, Merged]()
    for source, column in told:
        known = await _years(unit, column.index, {fixing.on.year for fixing in column.fixings})
        made = await asyncio.to_thread(
            merged,
            known,
            column.fixings,
            org=unit.org,
            index=column.index,
            source=source,
            business_date=_known_day(unit),
        )
        changes[column.index] = made
        kept[column.index] = {**known, **{year.year: year for year in made.years}}
        outcomes.append(outcome(column, made))
    if not dry_run:
        await _keep(unit, changes)
    return FixingsImport(
        file_name=file_name, dry_run=dry_run, indices=tuple(outcomes), reproduced=await _reproduced(unit, kept)
    )


async def _reproduced(unit: Unit, told: Mapping[str, Mapping[int, FixingYear]]) -> tuple[Reproduced, ...]:
    """Return how SOFR's averages and index compare, where the file has to do with them."""
    if not told.keys() & {Index.SOFR, *MADE_OF_SOFR}:
        return ()
    kept = await unit.get_many(RATE_INDICES, [Index.SOFR, *MADE_OF_SOFR])
    years: dict[str, FixingYear] = {}
    for index in kept.values():
        years |= await many_in(
            unit, FIXING_YEARS, (year_id(index.id, year) for year in range(index.first.year, index.last.year + 1))
        )
    for of_index in told.values():
        years |= {year.id: year for year in of_index.values()}
    return await asyncio.to_thread(lambda: reproduced(Fixings(library_fixings(years.values()))))


async def _years(unit: Unit, index: str, years: Iterable[int]) -> dict[int, FixingYear]:
    found = await many_in(unit, FIXING_YEARS, (year_id(index, year) for year in sorted(years)))
    return {year.year: year for year in found.values()}


async def _keep(unit: Unit, changes: Mapping[str, Merged]) -> None:
    changed = {index: made for index, made in changes.items() if made.years}
    if not changed:
        return
    known = await unit.get_many(RATE_INDICES, list(changed))
    for index, made in changed.items():
        for year in made.years:
            unit.put(FIXING_YEARS, year)
        if made.taken:
            unit.put(RATE_INDICES, with_days(known.get(index), made, org=unit.org, index=index))
    await _tell_later(unit, {index: [*made.taken, *made.revised] for index, made in changed.items()})
    if await unit.get(RATE_TELLINGS, unit.org) is None:
        unit.put(RATE_TELLINGS, RateTelling(id=unit.org, org=unit.org, told_on=now().date()))


async def _tell_later(unit: Unit, learnt: Mapping[str, Sequence[datetime.date]]) -> None:
    """Have the loans on some indices told again, together with what else is due by then."""
    due = await unit.get_many(FIXINGS_DUE, list(learnt))
    for index, days in learnt.items():
        first, last, stated = min(days), max(days), unit.business_date
        before = due.get(index)
        new = FixingsDue(id=index, org=unit.org, first=first, last=last, stated=stated)
        unit.put(FIXINGS_DUE, new if before is None else before.with_more(first, last, stated))
    days = [on for each in learnt.values() for on in each]
    unit.emit(FixingsRecorded(indices=tuple(sorted(learnt)), first=min(days), last=max(days)))


def outcome(column: FileColumn, made: Merged) -> FixingsOfIndex:
    """Return what became of a file's fixings of one index."""
    refused = sorted([*column.refused, *made.refused], key=lambda one: one.line)
    return FixingsOfIndex(
        index=column.index,
        name=index_label(column.index),
        taken=len(made.taken),
        unchanged=made.unchanged,
        revised=len(made.revised),
        refused=len(refused),
        none=column.none,
        revised_on=tuple(on.isoformat() for on in made.revised[:_MOST_TOLD]),
        problems=tuple(refused[:_MOST_TOLD]),
        question=column.question,
    )


def _before(year_before: FixingYear | None, year: FixingYear, draft: FixingDraft) -> StoredFixing | None:
    earlier = [fixing for fixing in year.fixings if fixing.on < draft.on]
    if not earlier and year_before is not None:
        earlier = list(year_before.fixings)
    return earlier[-1] if earlier else None
