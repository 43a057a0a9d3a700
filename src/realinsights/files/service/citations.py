"""Use cases of citations: cite, confirm, withdraw; and what makes one stale."""

from __future__ import annotations

import msgspec

from realinsights.contracts.files import CitationRecorded
from realinsights.contracts.loans import LoanDeleted, LoanTold
from realinsights.files.model.citations import WATCHED, Citation, CitationDraft, quoted_in, says_otherwise
from realinsights.files.model.documents import version_id
from realinsights.files.queries.documents import require_readable
from realinsights.files.service.documents import now, visible
from realinsights.files.service.staleness import DOCUMENT_DELETED, FIELD_CHANGED, LOAN_DELETED, mark_stale
from realinsights.files.store import CITATIONS, VERSIONS
from realinsights_platform.documents import versions
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Equal, Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.documents.text_port import TextIndex
from realinsights_platform.errors import Conflict, Faults, Invalid, NotFound
from realinsights_platform.events import Message
from realinsights_platform.ids import new_id
from realinsights_platform.texts import checked_text

ACTOR = "system:files"


async def cite(*, unit: Unit, texts: TextIndex, draft: CitationDraft, confidential: bool) -> Citation:
    """Say where a loan's field is written. Raises `NotFound`, `Conflict` for an earlier version, `Invalid`.

    The quote has to stand on the page, unless the page is a picture, which has no text.
    """
    faults = Faults()
    checked_text(draft.quote, "quote", faults)
    faults.refuse("citation")
    document = await visible(unit, draft.document_id, confidential=confidential)
    version = await unit.get(VERSIONS, version_id(document.id, draft.number))
    if version is None:
        raise NotFound("This document has no such version.")
    if draft.number != document.latest:
        raise Conflict("This document has a later version. Cite that one.")
    require_readable(version)
    if version.pages is not None and draft.page > version.pages:
        raise Invalid.field("page", f"the document has {version.pages:,} pages")
    text = await texts.text(unit.org, document.id, draft.page)
    if text is not None and not quoted_in(draft.quote, text):
        raise Invalid.field("quote", f"does not stand on page {draft.page:,}")
    citation = Citation(
        **{field: getattr(draft, field) for field in CitationDraft.__struct_fields__},
        id=new_id(),
        org=unit.org,
        made_at=now(),
        made_by=unit.actor,
        on_page=text is not None,
        watched=draft.field in WATCHED and draft.value is not None,
    )
    _tell(unit, citation)
    return unit.put(CITATIONS, citation)


async def confirm_citation(*, unit: Unit, citation_id: str, expected_version: int, confidential: bool) -> Citation:
    """Confirm a citation as a second person. Raises `Conflict` for one's own, and for one that is stale."""
    citation = await versions.current(unit, CITATIONS, citation_id, expected_version=expected_version)
    await visible(unit, citation.document_id, confidential=confidential)
    if citation.stale is not None:
        raise Conflict(f"This citation is stale: {citation.stale}. Cite anew.")
    if citation.made_by == unit.actor:
        raise Conflict("You made this citation. Another person has to confirm it.")
    if citation.confirmed_by is not None:
        return citation
    citation = msgspec.structs.replace(citation, confirmed_at=now(), confirmed_by=unit.actor)
    _tell(unit, citation)
    return unit.put(CITATIONS, citation)


async def withdraw_citation(*, unit: Unit, citation_id: str, expected_version: int, confidential: bool) -> None:
    """Withdraw a citation. Raises `NotFound`, `Stale`."""
    citation = await versions.current(unit, CITATIONS, citation_id, expected_version=expected_version)
    if citation.stale != DOCUMENT_DELETED:
        await visible(unit, citation.document_id, confidential=confidential)
    unit.delete(CITATIONS, citation)


async def hear_of_loans(*, documents: Storage, message: Message) -> None:
    """Mark what cites a loan's field as stale where the loan says something else by now, or is gone."""
    for event in message.events:
        if isinstance(event, LoanTold | LoanDeleted):
            await _hear(documents, message, event)


async def _hear(documents: Storage, message: Message, event: LoanTold | LoanDeleted) -> None:
    async def work(unit: Unit) -> None:
        found = await unit.find(CITATIONS, Equal("loan_id", event.loan_id), limit=1_000)
        if isinstance(event, LoanDeleted):
            mark_stale(unit, ((citation, LOAN_DELETED) for citation in found))
        else:
            mark_stale(unit, ((citation, FIELD_CHANGED) for citation in found if says_otherwise(citation, event)))

    await committed(lambda: documents.unit(org=message.org, actor=ACTOR, business_date=message.business_date), work)


def _tell(unit: Unit, citation: Citation) -> None:
    unit.emit(
        CitationRecorded(
            citation_id=citation.id,
            loan_id=citation.loan_id,
            field=citation.field,
            document_id=citation.document_id,
            confirmed=citation.confirmed_by is not None,
        )
    )
