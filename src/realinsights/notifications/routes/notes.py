"""Notes over HTTP."""

from __future__ import annotations

from realinsights.contracts.permissions import Permission
from realinsights.notifications.model.notes import NewNote, Note, NoteDraft
from realinsights.notifications.queries import notes as queries
from realinsights.notifications.queries.notes import NoteFilter
from realinsights.notifications.service import notes as service
from realinsights.notifications.service.clock import Clock
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.http.answers.answer import Json, created
from realinsights_platform.http.routes.declaring import delete, get, post, put
from realinsights_platform.http.routes.pages import Cursor, Limit, PageOf
from realinsights_platform.principal import Principal


@get("/notes", permission=Permission.PORTFOLIO_READ)
async def list_notes(
    *, documents: Documents, principal: Principal, cursor: Cursor, filters: NoteFilter, limit: Limit = 50
) -> PageOf[Note]:
    """List notes, the latest first: on one thing (`thingKind`, `thingId`) or on all; never another's private ones."""
    page = await queries.notes(
        documents, org=principal.org, user=principal.user, wanted=filters, after=cursor.position, limit=limit
    )
    return cursor.page(page)


@post("/notes", permission=Permission.PORTFOLIO_WRITE)
async def write_note(unit: Unit, principal: Principal, clock: Clock, data: NewNote) -> Json[Note]:
    """Write a note on a loan, property, lender, fund or portfolio; who is mentioned finds it in their inbox."""
    return created(await service.write_note(unit=unit, principal=principal, draft=data, now=clock()), "/notes")


@get("/notes/{note_id}", permission=Permission.PORTFOLIO_READ)
async def read_note(documents: Documents, principal: Principal, note_id: str) -> Note:
    """Return a note."""
    return await queries.note(documents, org=principal.org, user=principal.user, note_id=note_id)


@put("/notes/{note_id}", permission=Permission.PORTFOLIO_WRITE)
async def change_note(
    *, unit: Unit, principal: Principal, clock: Clock, if_match: int, note_id: str, data: NoteDraft
) -> Note:
    """Change a note of one's own; managers may pin those of others."""
    return await service.change_note(
        unit=unit, principal=principal, note_id=note_id, draft=data, expected_version=if_match, now=clock()
    )


@delete("/notes/{note_id}", permission=Permission.PORTFOLIO_WRITE)
async def delete_note(unit: Unit, principal: Principal, if_match: int, note_id: str) -> None:
    """Delete a note of one's own; managers may delete those of others."""
    await service.delete_note(unit=unit, principal=principal, note_id=note_id, expected_version=if_match)


@post("/notes/{note_id}/restore", permission=Permission.PORTFOLIO_WRITE, status=200)
async def restore_note(unit: Unit, documents: Documents, principal: Principal, note_id: str) -> Note:
    """Bring back a note that was deleted, for whoever may delete it."""
    return await service.restore_note(unit=unit, documents=documents, principal=principal, note_id=note_id)
