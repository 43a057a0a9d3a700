"""Routes of citations: where a loan's field is written."""

from __future__ import annotations

from realinsights.contracts.permissions import Permission
from realinsights.files.model.citations import Citation, CitationDraft
from realinsights.files.queries import citations as queries
from realinsights.files.routes.documents import confidential
from realinsights.files.service import citations as service
from realinsights.files.service.documents import Resources
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.http.answers.answer import Json, created
from realinsights_platform.http.routes.declaring import delete, get, post
from realinsights_platform.http.routes.pages import Cursor, Limit, PageOf
from realinsights_platform.principal import Principal


@get("/citations", permission=Permission.FILE_READ)
async def list_citations(
    *,
    documents: Documents,
    principal: Principal,
    cursor: Cursor,
    loan_id: str | None = None,
    document_id: str | None = None,
    limit: Limit = 50,
) -> PageOf[Citation]:
    """List the citations of a loan or of a document, by field."""
    found = await queries.list_citations(
        documents,
        org=principal.org,
        loan_id=loan_id,
        document_id=document_id,
        confidential=confidential(principal),
        after=cursor.position,
        limit=limit,
    )
    return cursor.page(found)


@post("/citations", permission=Permission.FILE_WRITE)
async def cite(unit: Unit, resources: Resources, principal: Principal, data: CitationDraft) -> Json[Citation]:
    """Say where a loan's field is written: on which page of a document's current version, and in which words."""
    citation = await service.cite(unit=unit, texts=resources.texts, draft=data, confidential=confidential(principal))
    return created(citation, "/citations")


@get("/citations/{citation_id}", permission=Permission.FILE_READ)
async def read_citation(documents: Documents, principal: Principal, citation_id: str) -> Citation:
    """Return a citation."""
    return await queries.read_citation(
        documents, org=principal.org, citation_id=citation_id, confidential=confidential(principal)
    )


@post("/citations/{citation_id}/confirm", permission=Permission.FILE_WRITE, status=200)
async def confirm_citation(unit: Unit, principal: Principal, if_match: int, citation_id: str) -> Citation:
    """Confirm, as a second person, that the field is written there."""
    return await service.confirm_citation(
        unit=unit, citation_id=citation_id, expected_version=if_match, confidential=confidential(principal)
    )


@delete("/citations/{citation_id}", permission=Permission.FILE_WRITE)
async def withdraw_citation(unit: Unit, principal: Principal, if_match: int, citation_id: str) -> None:
    """Withdraw a citation."""
    await service.withdraw_citation(
        unit=unit, citation_id=citation_id, expected_version=if_match, confidential=confidential(principal)
    )
