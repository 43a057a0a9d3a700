"""The loans journal over HTTP."""

from __future__ import annotations

from typing import Annotated

import msgspec

from realinsights.contracts.permissions import Permission
from realinsights.loans.model.texts import Reference
from realinsights.loans.queries import audit
from realinsights.loans.queries.audit import JournalDetail, JournalLine, JournalVerification
from realinsights.loans.routes.shapes import Limit
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.journal_search import Sought, moment
from realinsights_platform.documents.port import Position
from realinsights_platform.http.routes.declaring import Route, get
from realinsights_platform.http.routes.pages import Cursor, SearchedPageOf
from realinsights_platform.principal import Principal

Actor = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


@get("/journals/loans", permission=Permission.AUDIT_READ)
async def list_journal(
    *,
    documents: Storage,
    principal: Principal,
    cursor: Cursor,
    actor: Actor | None = None,
    from_: str | None = None,
    to: str | None = None,
    kind: str | None = None,
    document_id: Reference | None = None,
    limit: Limit = 50,
) -> SearchedPageOf[JournalLine]:
    """List what changed, the latest first: who, when, which documents.

    `actor` is a member's id or `system:…`; `from` and `to` are dates or times, both included; `kind` and `documentId`
    are of one document that was changed.
    """
    since, until = moment(from_, "from", ends=False), moment(to, "to", ends=True)
    sought = Sought(actor=actor, since=since, until=until, kind=kind, document_id=document_id)
    before = cursor.position.value if cursor.position is not None else None
    page = await audit.journal_before(
        documents,
        org=principal.org,
        before=before if isinstance(before, int) else None,
        limit=limit,
        sought=sought,
    )
    return SearchedPageOf(
        items=page.items,
        next=cursor.after(None if page.next is None else Position(page.next, "")),
        ended_early=page.ended_early,
        looked_back_to=page.looked_back_to,
    )


@get("/journals/loans/verification", permission=Permission.AUDIT_READ)
async def verify_journal(documents: Storage, principal: Principal) -> JournalVerification:
    """Check the whole journal: every entry's hash, the chain, and every document against it."""
    return await audit.verification(documents, org=principal.org)


@get("/journals/loans/{sequence}", permission=Permission.AUDIT_READ)
async def read_journal_entry(documents: Storage, principal: Principal, sequence: str) -> JournalDetail:
    """Return one entry with the documents and events it holds."""
    return await audit.journal_entry(documents, org=principal.org, sequence=sequence)


ROUTES: tuple[Route, ...] = (list_journal, verify_journal, read_journal_entry)
