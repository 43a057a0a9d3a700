"""Queries: from a find to reads that an index answers.

Filters name the organization and each field at their top, where a planner sees them. No index is named: not every
engine that speaks MongoDB's protocol reads less for it.

A page walks the index of its order and stops when it is full. Where a clause does not belong to that index, the page
looks first how many documents the clause leaves: up to `NARROW` of them are found by the clause's own index and sorted
here; otherwise enough of them match for the walk to find a page of them soon.
"""

from __future__ import annotations

import asyncio
import datetime
import re
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from pymongo import ASCENDING, DESCENDING, ReadPreference

from realinsights_platform.documents.journal_port import DueDocument
from realinsights_platform.documents.mongo.client import Fields
from realinsights_platform.documents.mongo.layout import KindCollection, indexed_value, key_of, within
from realinsights_platform.documents.ordered_values import COARSE_FROM, FINE_BOUND, Ordered, after_prefix, ordered
from realinsights_platform.documents.port import (
    AnyOf,
    Between,
    Contains,
    Either,
    Equal,
    Order,
    Position,
    StartsWith,
    Where,
    Words,
)
from realinsights_platform.documents.words import folded_words

NARROW: Final = 1_000
"""So many documents a page finds and sorts at most."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter that is true for some documents; `paths` are filters that find them together, each by an index."""

    filter: Fields
    paths: tuple[Fields, ...]
    field: str | None = None
    equal: bool = False


@dataclass(frozen=True, slots=True)
class Walk:
    """A part of a page: what to walk through, in which order."""

    filter: Fields
    sort: list[tuple[str, int]]


def conditions(kind: KindCollection[Any], where: tuple[Where, ...]) -> list[Condition] | None:
    """Return the clauses as conditions; None where nothing can match. Raises `ValueError` for an unindexed field."""
    found: list[Condition] = []
    for clause in where:
        match clause:
            case Words(text, inside):
                if not kind.kind.words:
                    raise ValueError(f"{kind.name} declares no words to search")
                words = sorted(folded_words(text))
                if not words:
                    return None
                for word in words:
                    one: Fields = {"words": {"$regex": ("" if inside else "^") + re.escape(word)}}
                    found.append(Condition(one, (one,)))
            case Contains():
                one = _containing(kind, clause)
                found.append(Condition(one, (one,)))
            case AnyOf(_, ()):
                return None
            case Either(groups):
                together = [_together(kind, group) for group in groups]
                found.append(Condition({"$or": together}, tuple(together)))
            case _:
                one = _on_index(kind, clause)
                found.append(Condition(one, (one,), clause.field, isinstance(clause, Equal)))
    return found


def _together(kind: KindCollection[Any], group: tuple[Equal | AnyOf | Between | StartsWith | Contains, ...]) -> Fields:
    return all_of(
        [_containing(kind, clause) if isinstance(clause, Contains) else _on_index(kind, clause) for clause in group]
    )


def _containing(kind: KindCollection[Any], clause: Contains) -> Fields:
    return {kind.member_path(clause.field): str(ordered(clause.field, clause.value))}


def _on_index(kind: KindCollection[Any], clause: Equal | AnyOf | Between | StartsWith) -> Fields:
    name = clause.field
    path = kind.path(name)

    def value(given: Any) -> Ordered | None:
        return indexed_value(kind.indexer.compared(name, given))

    match clause:
        case Equal(_, wanted):
            return {path: value(wanted)}
        case AnyOf(_, several):
            return {path: {"$in": [*dict.fromkeys(value(one) for one in several)]}}
        case Between(_, at_least, at_most):
            ends = {}
            if at_least is not None:
                ends["$gte"] = value(at_least)
            if at_most is not None:
                # Up to it is below the next one: of compound indexes not every engine includes an upper end.
                ends["$lt"] = _next(kind.indexer.compared(name, at_most))
            return {path: ends or {"$ne": None}}
        case StartsWith(_, text):
            start: Fields = {"$gte": value(text)}
            end = after_prefix(text)
            if end is not None:
                start["$lt"] = end
            return {path: start}


def _next(value: Ordered) -> Ordered:
    """Return the least value that is greater."""
    return f"{value}\0" if isinstance(value, str) else value + 1


def all_of(filters: Sequence[Fields]) -> Fields:
    """Return the filter that is true where all are; what is said of one field twice stands beside the rest."""
    together: Fields = {}
    beside: list[Fields] = []
    for one in filters:
        for path, wanted in one.items():
            if path in together:
                beside.append({path: wanted})
            else:
                together[path] = wanted
    return {**together, "$and": beside} if beside else together


async def page(
    kind: KindCollection[Any],
    org: str,
    clauses: list[Condition],
    *,
    order: Order | None,
    after: Position | None,
    limit: int,
    wanted: Fields,
) -> list[Fields]:
    """Return up to `limit` documents after a position, with the fields that are wanted."""
    walked = None if order is None else order.field
    if order is not None:
        kind.path(order.field)
    beside = [clause for clause in clauses if clause.field is None or clause.field != walked]
    if beside and not (order is None and len(beside) == 1 and beside[0].equal):
        # One clause alone needs no count: what it finds is few or not.
        driver = beside[0] if len(clauses) == 1 else await _narrowest(kind, org, beside)
        candidates = None if driver is None else await _candidates(kind, org, clauses, driver, _keys(kind, order))
        if candidates is not None:
            return await _sorted(kind, org, candidates, order=order, after=after, limit=limit, wanted=wanted)
    found: list[Fields] = []
    for walk in _walks(kind, org, clauses, order=order, after=after):
        cursor = kind.stored.find(walk.filter, wanted, sort=walk.sort, limit=limit - len(found))
        found += await cursor.to_list()
        if len(found) >= limit:
            break
    return found


async def due(
    kind: KindCollection[Any], *, until: datetime.datetime, after: DueDocument | None, limit: int
) -> list[DueDocument]:
    """Return what is due by then in all organizations, after one of it; each part is one range of one index."""
    path = kind.due_path
    end = _next(ordered("until", until))
    # Texts come after null, which is never due.
    filters: list[Fields] = [{path: {"$gt": "", "$lt": end}}]
    if after is not None:
        at = ordered("after", after.at)
        filters = [{path: at, "_id": {"$gt": key_of(after.org, after.id)}}, {path: {"$gt": at, "$lt": end}}]
    found: list[DueDocument] = []
    for one in filters:
        if len(found) == limit:
            break
        cursor = kind.stored.find(
            one, {path: 1}, sort=[(path, ASCENDING), ("_id", ASCENDING)], limit=limit - len(found)
        )
        async for stored in cursor:
            org, _, document_id = stored["_id"].partition("/")
            at = stored["index"][kind.kind.due]
            found.append(DueDocument(datetime.datetime.fromisoformat(at), org, document_id))
    return found


async def count(kind: KindCollection[Any], org: str, clauses: list[Condition]) -> int:
    """Return how many documents match."""
    driver = await _driver(kind, org, clauses)
    if driver is None:
        return await kind.stored.count_documents({"org": org})
    if len(driver.paths) == 1:
        return await kind.stored.count_documents(all_of([{"org": org}, *(clause.filter for clause in clauses)]))
    return len(await _candidates(kind, org, clauses, driver, {"_id": 1}, most=None) or ())


async def sums(
    kind: KindCollection[Any], org: str, clauses: list[Condition], *, of: str, by: str
) -> list[tuple[int | None, int, int]]:
    """Return (value of `by`, how many, sum of `of`) of the documents that match; sums are exact to 34 digits."""
    added, grouped = (_summed(kind, name) for name in (of, by))
    steps: list[Fields] = [
        {"$match": all_of([{"org": org}, *(clause.filter for clause in clauses)])},
        {"$group": {"_id": f"${grouped}", "count": {"$sum": 1}, "sum": {"$sum": _fine(f"${added}")}}},
    ]
    found = await kind.stored.aggregate(steps)
    return [
        (None if one["_id"] is None else int(one["_id"]), one["count"], int(one["sum"].to_decimal()))
        async for one in found
    ]


def _fine(value: str) -> Fields:
    """Return an expression of what an index holds in units of 10^-8, whatever units it is held in."""

    def from_cents(operation: str) -> Fields:
        return {"$multiply": [{"$toDecimal": {operation: [value, COARSE_FROM]}}, {"$toDecimal": 10**6}]}

    branches = [
        {"case": {"$gte": [value, FINE_BOUND]}, "then": from_cents("$subtract")},
        {"case": {"$lte": [value, -FINE_BOUND]}, "then": from_cents("$add")},
    ]
    return {"$switch": {"branches": branches, "default": {"$toDecimal": value}}}


def _summed(kind: KindCollection[Any], name: str) -> str:
    path = kind.path(name)
    if not kind.indexer.holds(name, Decimal):
        raise ValueError(f"{kind.name}.{name} is not a decimal")
    return path


async def _driver(kind: KindCollection[Any], org: str, clauses: list[Condition]) -> Condition | None:
    """Return the condition whose index is to find all that match; None where there is none."""
    narrow = await _narrowest(kind, org, clauses) if len(clauses) > 1 else None
    return narrow or next((clause for clause in clauses if len(clause.paths) == 1), next(iter(clauses), None))


def _walks(
    kind: KindCollection[Any],
    org: str,
    clauses: list[Condition],
    *,
    order: Order | None,
    after: Position | None,
) -> list[Walk]:
    """Return the parts that make the page one after the other, each within one range of one index."""
    own = [{"org": org}, *(clause.filter for clause in clauses)]
    if order is None:
        ids: Fields = {"_id": within(org, "" if after is None else after.id)}
        return [Walk(all_of([*own, ids]), [("_id", ASCENDING)])]
    path = kind.path(order.field)
    direction, sign = (DESCENDING, "$lt") if order.descending else (ASCENDING, "$gt")
    sort = [(path, direction), ("_id", direction)]
    if after is None:
        return [Walk(all_of(own), sort)]
    same: Fields = {path: after.value, "_id": {sign: key_of(org, after.id)}}
    walks = [Walk(all_of([*own, same]), sort)]
    if any(clause.equal and clause.field == order.field for clause in clauses):
        return walks
    if after.value is not None:
        # A comparison finds values of its own type alone: null, which comes first, is a part of its own.
        walks.append(Walk(all_of([*own, {path: {sign: after.value}}]), sort))
        if order.descending:
            walks.append(Walk(all_of([*own, {path: None}]), sort))
    elif not order.descending:
        walks.append(Walk(all_of([*own, {path: {"$ne": None}}]), sort))
    return walks


async def _narrowest(kind: KindCollection[Any], org: str, clauses: list[Condition]) -> Condition | None:
    """Return the condition that leaves the fewest documents, None where all leave more than `NARROW`."""

    async def left(condition: Condition) -> int:
        counts = [
            kind.stored.count_documents(all_of([{"org": org}, path]), limit=NARROW + 1) for path in condition.paths
        ]
        return sum(await all_at_once(*counts))

    # What a secondary is asked goes through one session, which takes one question after the other.
    primary = kind.stored.read_preference == ReadPreference.PRIMARY
    all_at_once = asyncio.gather if primary else _one_by_one
    counts = await all_at_once(*map(left, clauses))
    fewest = min(counts)
    return clauses[counts.index(fewest)] if fewest <= NARROW else None


async def _one_by_one(*asked: Awaitable[int]) -> list[int]:
    return [await one for one in asked]


async def _candidates(
    kind: KindCollection[Any],
    org: str,
    clauses: list[Condition],
    driver: Condition,
    wanted: Fields,
    *,
    most: int | None = NARROW,
) -> list[Fields] | None:
    """Return the documents that match, found by the paths of one condition, each once; None where they are too many."""
    filters = [{"org": org}, *(clause.filter for clause in clauses if clause is not driver)]
    found: dict[str, Fields] = {}
    for path in driver.paths:
        limit = 0 if most is None else most + 1
        async for one in kind.stored.find(all_of([*filters, path]), wanted, limit=limit):
            found[one["_id"]] = one
    return None if most is not None and len(found) > most else [*found.values()]


def _keys(kind: KindCollection[Any], order: Order | None) -> Fields:
    """Return the fields that documents are sorted by."""
    return {"_id": 1} if order is None else {"_id": 1, kind.path(order.field): 1}


async def _sorted(
    kind: KindCollection[Any],
    org: str,
    candidates: list[Fields],
    *,
    order: Order | None,
    after: Position | None,
    limit: int,
    wanted: Fields,
) -> list[Fields]:
    """Return a page of few candidates, sorted here: only the documents of the page are read whole."""
    field = None if order is None else order.field

    def place(value: Any, key: str) -> tuple[bool, Any, str]:
        return (value is not None, value if value is not None else 0, key)

    def place_of(one: Fields) -> tuple[bool, Any, str]:
        return place(None if field is None else one["index"][field], one["_id"])

    descending = order is not None and order.descending
    candidates = sorted(candidates, key=place_of, reverse=descending)
    if after is not None:
        start = place(None if field is None else after.value, key_of(org, after.id))
        candidates = [one for one in candidates if (place_of(one) < start if descending else place_of(one) > start)]
    ids = [one["_id"] for one in candidates[:limit]]
    found = {one["_id"]: one async for one in kind.stored.find({"_id": {"$in": ids}}, wanted)}
    return [found[key] for key in ids if key in found]
