"""Search in documents: pages that hold the words, of documents that the caller may see, with a part of their text."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Final

import msgspec

from realinsights.files.model.documents import FiledDocument
from realinsights.files.queries.documents import DocumentFilter, DocumentSummary, list_documents, summaries
from realinsights.files.store import DOCUMENTS
from realinsights_platform.attributes import made_from
from realinsights_platform.documents.port import Documents, Page, Position
from realinsights_platform.documents.text_port import Place, TextIndex, milliseconds, time_of
from realinsights_platform.documents.text_words import Snippet, snippet_of, words_asked
from realinsights_platform.errors import Invalid

_AT_ONCE: Final = 200
_MOST: Final = 2_000
"""How many pages one search looks at; where nearly none of them is for the caller, the next page goes on."""

_PER_DOCUMENT: Final = 3


class PageHit(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A page that holds words that were looked for."""

    page: int
    snippet: Snippet


class DocumentFound(DocumentSummary, frozen=True, kw_only=True):
    """A document of a list, and of a search the first pages that hold its words, the best one first."""

    hits: tuple[PageHit, ...] = ()


class DocumentSearch(DocumentFilter, frozen=True, kw_only=True):
    """The filter, order and length of a list of documents.

    `q` are words that stand in them, the last one perhaps begun: then they come in the order of the search.
    """

    q: Annotated[str, msgspec.Meta(max_length=300)] | None = None
    order: str = "-filedAt"
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50


async def found_documents(
    documents: Documents,
    texts: TextIndex,
    *,
    org: str,
    search: DocumentSearch,
    confidential: bool,
    after: Position | None,
) -> Page[DocumentFound]:
    """Return a page of a list or of a search; each shows what the caller may see and nothing else."""
    if search.q is None or not search.q.strip():
        page = await list_documents(
            documents,
            org=org,
            filters=search,
            confidential=confidential,
            order=search.order,
            after=after,
            limit=search.limit,
        )
        return Page(tuple(made_from(one, DocumentFound, hits=()) for one in page.items), page.next)
    words = words_asked(search.q)
    if not words:
        return Page((), None)
    looking = _Looking(documents, org=org, search=search, confidential=confidential, place=_place_of(after))
    wanted = search.limit + 1
    while looking.looked < _MOST:
        places = await texts.search(org, words, after=looking.place, limit=wanted)
        await looking.take(places)
        if looking.full or len(places) < wanted:
            break
        wanted = _AT_ONCE
    shown = await summaries(documents, org=org, found=list(looking.found.values()))
    pages = [(one.id, page) for one in shown for page in looking.hits[one.id]]
    # Hundreds of pages are looked through for their words: others have their turn in between.
    hits = await asyncio.to_thread(_hits, pages, await texts.texts(org, pages), words)
    return Page(tuple(made_from(one, DocumentFound, hits=tuple(hits[one.id])) for one in shown), looking.following)


class _Looking:
    """The documents of one page of a search, as they are found; `place` is the last hit that was looked at."""

    def __init__(
        self, documents: Documents, *, org: str, search: DocumentSearch, confidential: bool, place: Place | None
    ) -> None:
        self.found: dict[str, FiledDocument] = {}
        self.hits: dict[str, list[int]] = {}
        self.place = place
        self.looked = 0
        self.full = False
        self._shown: Place | None = None
        self._documents = documents
        self._org = org
        self._search = search
        self._confidential = confidential

    @property
    def following(self) -> Position | None:
        """Where the next page goes on, None where there is none."""
        if self.full and self._shown is not None:
            return _position_of(self._shown)
        return _position_of(self.place) if self.place is not None and self.looked >= _MOST else None

    async def take(self, places: Sequence[Place]) -> None:
        """Take pages until the list is full.

        Only what the caller may see fills it: a list that ends before another document tells that there is one.
        """
        known = await self._documents.get_many(DOCUMENTS, self._org, list({place.key for place in places}))
        for place in places:
            document = known.get(place.key)
            if document is not None and self._shows(document):
                if document.id not in self.found and len(self.found) == self._search.limit:
                    self.full = True
                    return
                self.found.setdefault(document.id, document)
                pages = self.hits.setdefault(document.id, [])
                if len(pages) < _PER_DOCUMENT:
                    pages.append(place.page)
                self._shown = place
            self.place = place
            self.looked += 1

    def _shows(self, document: FiledDocument) -> bool:
        return (self._confidential or not document.confidential) and self._search.holds(document)


def _hits(
    pages: Sequence[tuple[str, int]], texts: Mapping[tuple[str, int], str], words: Sequence[str]
) -> Mapping[str, list[PageHit]]:
    """Return the hits of each document; a page whose text was removed meanwhile is none."""
    hits: dict[str, list[PageHit]] = {}
    for key, page in pages:
        found = hits.setdefault(key, [])
        if (key, page) in texts:
            found.append(PageHit(page=page, snippet=snippet_of(texts[key, page], words)))
    return hits


def _position_of(place: Place) -> Position:
    return Position(f"{place.matched} {milliseconds(place.at)} {place.page}", place.key)


def _place_of(position: Position | None) -> Place | None:
    """Return the place of a cursor; raises `Invalid` for the cursor of a list, which has none."""
    if position is None:
        return None
    parts = str(position.value).split(" ")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        raise Invalid.field("cursor", "is not one of this search")
    matched, at, page = map(int, parts)
    return Place(matched, time_of(at), position.id, page)
