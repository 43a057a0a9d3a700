"""Walks over documents: all that match, page by page, and any number by id, however many one call may return."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence

from realinsights_platform.documents.journal_port import Journal
from realinsights_platform.documents.port import AnyOf, D, Documents, Kind, Order, Page, Position, Unit, Where

AT_ONCE = 1_000
"""The most documents that the port returns by one call."""


async def pages(
    documents: Documents, kind: Kind[D], org: str, *where: Where, order: Order | None = None, limit: int = AT_ONCE
) -> AsyncIterator[tuple[D, ...]]:
    """Yield all documents that match, page by page; where none match, one empty page."""
    after: Position | None = None
    while True:
        page: Page[D] = await documents.find(kind, org, *where, order=order, after=after, limit=limit)
        yield page.items
        if page.next is None:
            return
        after = page.next


async def walk(
    documents: Documents, kind: Kind[D], org: str, *where: Where, order: Order | None = None, limit: int = AT_ONCE
) -> AsyncIterator[D]:
    """Yield all documents that match, one by one; `limit` of them are read at a time."""
    async for page in pages(documents, kind, org, *where, order=order, limit=limit):
        for document in page:
            yield document


async def every(
    documents: Documents, kind: Kind[D], org: str, *where: Where, order: Order | None = None
) -> tuple[D, ...]:
    """Return all documents that match."""
    return tuple([document async for document in walk(documents, kind, org, *where, order=order)])


async def every_with(documents: Documents, kind: Kind[D], org: str, field: str, values: Sequence[str]) -> tuple[D, ...]:
    """Return all documents whose field has one of these values, however many values."""
    found: list[D] = []
    for some in _parts(values):
        found += await every(documents, kind, org, AnyOf(field, tuple(some)))
    return tuple(found)


async def many(documents: Documents, kind: Kind[D], org: str, ids: Iterable[str | None]) -> dict[str, D]:
    """Return those of the documents that exist, by id, however many ids; None among them is passed over."""
    found: dict[str, D] = {}
    for some in _parts(_distinct(ids)):
        found |= await documents.get_many(kind, org, some)
    return found


async def many_in(unit: Unit, kind: Kind[D], ids: Iterable[str | None]) -> dict[str, D]:
    """Return those of the documents that exist, by id, as a unit of work sees them; as `many`."""
    found: dict[str, D] = {}
    for some in _parts(_distinct(ids)):
        found |= await unit.get_many(kind, some)
    return found


async def organizations(journal: Journal) -> AsyncIterator[str]:
    """Yield every organization that has a journal, page by page: for a walk that may take long, never for a start."""
    after = ""
    while page := await journal.organizations(after=after, limit=AT_ONCE):
        for org in page:
            yield org
        after = page[-1]


def _distinct(ids: Iterable[str | None]) -> Sequence[str]:
    return list(dict.fromkeys(key for key in ids if key is not None))


def _parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))
