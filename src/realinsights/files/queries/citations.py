"""Reads of citations, of documents that the caller may see."""

from __future__ import annotations

from realinsights.files.model.citations import Citation
from realinsights.files.store import CITATIONS, DOCUMENTS
from realinsights_platform.documents.port import Documents, Equal, Order, Page, Position, Where
from realinsights_platform.errors import Invalid, NotFound


async def list_citations(
    documents: Documents,
    *,
    org: str,
    loan_id: str | None,
    document_id: str | None,
    confidential: bool,
    after: Position | None,
    limit: int,
) -> Page[Citation]:
    """Return a page of the citations of a loan or of a document, by field; a page may have fewer than it could."""
    if loan_id is None and document_id is None:
        raise Invalid.field("loanId", "say which loan, or which document")
    named = {"loan_id": loan_id, "document_id": document_id}
    where: list[Where] = [Equal(field, value) for field, value in named.items() if value is not None]
    page = await documents.find(CITATIONS, org, *where, order=Order("field"), after=after, limit=limit)
    if confidential:
        return page
    known = await documents.get_many(DOCUMENTS, org, list({citation.document_id for citation in page.items}))
    shown = (one for one in page.items if not one.confidential_by(known.get(one.document_id)))
    return Page(tuple(shown), page.next)


async def read_citation(documents: Documents, *, org: str, citation_id: str, confidential: bool) -> Citation:
    """Return a citation; raises `NotFound`."""
    citation = await documents.get(CITATIONS, org, citation_id)
    if citation is not None and not confidential:
        document = await documents.get(DOCUMENTS, org, citation.document_id)
        citation = None if citation.confidential_by(document) else citation
    if citation is None:
        raise NotFound("There is no such citation.")
    return citation
