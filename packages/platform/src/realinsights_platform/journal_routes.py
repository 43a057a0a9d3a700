"""A service's journal over HTTP: the same five routes for every service, at `/journals/<service>`."""

from __future__ import annotations

import datetime
from typing import Annotated, Final, Generic, TypeVar

import msgspec

from realinsights_platform.attributes import made_from
from realinsights_platform.documents import journal_reading
from realinsights_platform.documents.journal_export import HEADER, Period
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.journal_reading import (
    JournalDetail,
    JournalLine,
    JournalReader,
    JournalVerification,
)
from realinsights_platform.documents.journal_search import JournalFilter, moment
from realinsights_platform.documents.port import Position
from realinsights_platform.http.answers.answer import Stream
from realinsights_platform.http.answers.csv_tables import CSV, csv_file, streamed
from realinsights_platform.http.routes.declaring import Route, get
from realinsights_platform.http.routes.pages import Cursor, Limit
from realinsights_platform.principal import Principal

T = TypeVar("T")

LINES: Final = "application/jsonl"

Actor = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class SearchedPageOf(msgspec.Struct, Generic[T], frozen=True, kw_only=True, rename="camel"):
    """One page of what a search finds. `next` asks for the page after it; null where all was looked at.

    `ended_early`: it is not full, because it looked at as much as it may for one page, back to `looked_back_to`.
    """

    items: tuple[T, ...]
    next: str | None
    ended_early: bool
    looked_back_to: datetime.datetime | None


def journal_routes(service: str, reader: JournalReader, *, permission: str) -> tuple[Route, ...]:
    """Return the routes that list, show, verify and export a service's journal to whom has the permission."""

    @get(f"/journals/{service}", permission=permission)
    async def list_journal(
        *,
        documents: Storage,
        principal: Principal,
        cursor: Cursor,
        actor: Actor | None = None,
        from_: str | None = None,
        to: str | None = None,
        kind: str | None = None,
        document_id: Word | None = None,
        limit: Limit = 50,
    ) -> SearchedPageOf[JournalLine]:
        """List what changed, the latest first: who, when, which documents.

        `actor` is a member's id or `system:…`; `from` and `to` are dates or times, both included; `kind` and
        `documentId` are of one document that was changed.
        """
        since, until = moment(from_, "from", ends=False), moment(to, "to", ends=True)
        before = cursor.position.value if cursor.position is not None else None
        page = await reader.lines(
            documents,
            org=principal.org,
            before=before if isinstance(before, int) else None,
            limit=limit,
            wanted=JournalFilter(actor=actor, since=since, until=until, kind=kind, document_id=document_id),
        )
        following = None if page.next is None else Position(page.next, "")
        return made_from(page, SearchedPageOf, next=cursor.after(following))

    @get(f"/journals/{service}/verification", permission=permission, cost=100)
    async def verify_journal(documents: Storage, principal: Principal) -> JournalVerification:
        """Check the whole journal: every entry's hash, the chain, and every document against it."""
        return await journal_reading.verification(documents, org=principal.org)

    @get(f"/journals/{service}/export.jsonl", permission=permission, media_type=LINES, cost=200)
    async def export_journal(
        *, documents: Storage, principal: Principal, from_: str | None = None, to: str | None = None
    ) -> Stream:
        """Export the journal as lines of JSON, the first entry first, with every document as it was written.

        `realinsights journal check` computes each hash again and follows the chain, without this server.
        """
        lines = reader.exported_lines(documents, org=principal.org, period=_period(from_, to))
        name = f'attachment; filename="{service}-journal.jsonl"'
        return Stream(lines, media_type=LINES, headers={"content-disposition": name})

    @get(f"/journals/{service}/export.csv", permission=permission, media_type=CSV, cost=200)
    async def export_journal_table(
        *, documents: Storage, principal: Principal, from_: str | None = None, to: str | None = None
    ) -> Stream:
        """Export the journal as a table: who did what when, with the hashes, the first entry first."""
        rows = reader.exported_rows(documents, org=principal.org, period=_period(from_, to))
        return csv_file(f"{service}-journal.csv", streamed(HEADER, rows))

    @get(f"/journals/{service}/{{sequence}}", permission=permission)
    async def read_journal_entry(documents: Storage, principal: Principal, sequence: str) -> JournalDetail:
        """Return one entry with the documents and events it holds."""
        return await reader.entry(documents, org=principal.org, sequence=sequence)

    return list_journal, verify_journal, export_journal, export_journal_table, read_journal_entry


def _period(from_: str | None, to: str | None) -> Period:
    return Period(moment(from_, "from", ends=False), moment(to, "to", ends=True))
