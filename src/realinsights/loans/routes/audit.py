"""The loans journal over HTTP."""

from __future__ import annotations

from realinsights.contracts.permissions import Permission
from realinsights.loans.queries import audit
from realinsights.loans.queries.audit import JournalDetail, JournalLine, JournalVerification
from realinsights.loans.routes.shapes import Limit
from realinsights_platform.documents.port import Documents, Position
from realinsights_platform.http.pages import Cursor, PageOf
from realinsights_platform.http.routing import Route, get
from realinsights_platform.principal import Principal


@get("/journals/loans", permission=Permission.AUDIT_READ)
async def list_journal(
    documents: Documents, principal: Principal, cursor: Cursor, limit: Limit = 50
) -> PageOf[JournalLine]:
    """List what changed, the latest first: who, when, which documents."""
    before = cursor.position.value if cursor.position is not None else None
    lines, following = await audit.journal_before(
        documents, org=principal.org, before=before if isinstance(before, int) else None, limit=limit
    )
    return PageOf(items=lines, next=cursor.after(None if following is None else Position(following, "")))


@get("/journals/loans/verification", permission=Permission.AUDIT_READ)
async def verify_journal(documents: Documents, principal: Principal) -> JournalVerification:
    """Check the whole journal: every entry's hash, the chain, and every document against it."""
    return await audit.verification(documents, org=principal.org)


@get("/journals/loans/{sequence}", permission=Permission.AUDIT_READ)
async def read_journal_entry(documents: Documents, principal: Principal, sequence: str) -> JournalDetail:
    """Return one entry with the documents and events it holds."""
    return await audit.journal_entry(documents, org=principal.org, sequence=sequence)


ROUTES: tuple[Route, ...] = (list_journal, verify_journal, read_journal_entry)
