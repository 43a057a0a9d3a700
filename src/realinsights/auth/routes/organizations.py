"""One's organization, and the journal of its people."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from realinsights.auth import queries
from realinsights.auth.model.people import Organization, OrganizationInput
from realinsights.auth.queries import EntryView, VerificationView
from realinsights.auth.routes.members import Limit
from realinsights.auth.service import organizations
from realinsights.auth.service.identity import Identity
from realinsights.contracts.permissions import Permission
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.journal_search import Sought, moment
from realinsights_platform.documents.port import Documents, Position
from realinsights_platform.http.answers.answer import Json
from realinsights_platform.http.routes.declaring import Route, get, put
from realinsights_platform.http.routes.pages import Cursor, SearchedPageOf
from realinsights_platform.principal import Principal


@get("/organization", permission=Permission.ORGANIZATION_MANAGE, cached=True)
async def read_organization(documents: Documents, principal: Principal) -> Organization:
    """Return one's organization with all its details."""
    return await queries.organization(documents, org=principal.org)


@put("/organization", permission=Permission.ORGANIZATION_MANAGE)
async def change_organization(
    identity: Identity, principal: Principal, if_match: int, data: OrganizationInput
) -> Json[Organization]:
    """Change one's organization; the subscription is not among what it may change itself."""
    organization = await organizations.change_organization(
        identity=identity, org=principal.org, actor=principal.user, expected_version=if_match, details=data
    )
    sequence = await identity.documents.sequence(principal.org)
    return Json(organization, headers={"realinsights-sequence": f"auth={sequence}"})


@get("/auth/journal", permission=Permission.AUDIT_READ)
async def list_journal(
    *,
    documents: Storage,
    principal: Principal,
    cursor: Cursor,
    actor: Annotated[str, Meta(min_length=1, max_length=100)] | None = None,
    from_: str | None = None,
    to: str | None = None,
    limit: Limit = 50,
) -> SearchedPageOf[EntryView]:
    """List who changed what of people, sessions and the organization, newest first.

    `actor` is a member's id or `system:…`; `from` and `to` are dates or times, both included.
    """
    sought = Sought(actor=actor, since=moment(from_, "from", ends=False), until=moment(to, "to", ends=True))
    before = cursor.position.value if cursor.position is not None else None
    page = await queries.journal(
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


@get("/auth/journal/verification", permission=Permission.AUDIT_READ)
async def verify_journal(documents: Storage, principal: Principal) -> VerificationView:
    """Check that the journal, and every document it speaks of, is as it was written."""
    return await queries.verification(documents, org=principal.org)


ROUTES: tuple[Route, ...] = (read_organization, change_organization, list_journal, verify_journal)
