"""Use cases of citations: cite, confirm, withdraw; and what makes one stale."""

from __future__ import annotations

import msgspec

from realinsights.contracts.files import CitationRecorded, VersionState
from realinsights.contracts.loans import LoanDeleted, LoanTold
from realinsights.files.model.citations import (
    WATCHED,
    Citation,
    CitationDraft,
    StaleReason,
    quoted_in,
    says_otherwise,
)
from realinsights.files.model.documents import FiledDocument, FileVersion, current_version, version_id
from realinsights.files.queries.documents import require_readable
from realinsights.files.service.documents import now, visible
from realinsights.files.service.staleness import mark_stale
from realinsights.files.store import CITATIONS, DOCUMENTS, VERSIONS
from realinsights_platform.documents import versions
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.documents.text_port import TextIndex
from realinsights_platform.documents.walking import every_with
from realinsights_platform.errors import Conflict, Faults, Invalid, NotFound
from realinsights_platform.events import Message
from realinsights_platform.ids import new_id
from realinsights_platform.texts import checked_text

ACTOR = "system:files"


async def cite(*, unit: Unit, texts: TextIndex, draft: CitationDraft, confidential: bool) -> Citation:
    """Say where a loan's field is written. Raises `NotFound`, `Conflict`, `Invalid`.

    What can be cited is the current version, once it is at rest: the text that is found is that version's. The quote
    has to stand on the page, unless the page is a picture, which has no text.
    """
    faults = Faults()
    checked_text(draft.quote, "quote", faults)
    faults.refuse("citation")
    document = await visible(unit, draft.document_id, confidential=confidential)
    version = await _cited_version(unit, document, draft.number)
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
    citation = await _seen(unit, citation_id, expected_version=expected_version, confidential=confidential)
    if citation.stale is not None:
        raise Conflict("What this citation rests on has changed since. Cite anew.")
    if citation.made_by == unit.actor:
        raise Conflict("You made this citation. Another person has to confirm it.")
    if citation.confirmed_by is not None:
        return citation
    citation = msgspec.structs.replace(citation, confirmed_at=now(), confirmed_by=unit.actor)
    _tell(unit, citation)
    return unit.put(CITATIONS, citation)


async def withdraw_citation(*, unit: Unit, citation_id: str, expected_version: int, confidential: bool) -> None:
    """Withdraw a citation, also one whose document is deleted. Raises `NotFound`, `Stale`."""
    unit.delete(CITATIONS, await _seen(unit, citation_id, expected_version=expected_version, confidential=confidential))


async def hear_of_loans(*, documents: Storage, message: Message) -> None:
    """Mark what cites a loan's field as stale where the loan says something else by now, or is gone.

    A citation that was made after the loan had changed knew of it, however late the message comes.
    """
    told = {event.loan_id: event for event in message.events if isinstance(event, LoanTold | LoanDeleted)}
    if not told:
        return

    async def work(unit: Unit) -> None:
        for citation in await every_with(documents, CITATIONS, message.org, "loan_id", list(told)):
            if citation.made_at <= message.at:
                _hear(unit, citation, told[citation.loan_id])

    await committed(lambda: documents.unit(org=message.org, actor=ACTOR, business_date=message.business_date), work)


def _hear(unit: Unit, citation: Citation, event: LoanTold | LoanDeleted) -> None:
    if isinstance(event, LoanDeleted):
        mark_stale(unit, citation, StaleReason.LOAN_DELETED)
    elif says_otherwise(citation, event):
        mark_stale(unit, citation, StaleReason.FIELD_CHANGED)


async def _cited_version(unit: Unit, document: FiledDocument, number: int) -> FileVersion:
    """Return the version that is cited; the commit fails where it is the current one no more."""
    numbers = range(number, document.latest + 1)
    found = await unit.get_many(VERSIONS, [version_id(document.id, one) for one in numbers])
    version = found.get(version_id(document.id, number))
    if version is None:
        raise NotFound("This document has no such version.")
    require_readable(version)
    current = current_version(list(found.values()))
    if current is not None and current.number != number:
        raise Conflict(f"Version {current.number} of this document is the current one. Cite that one.")
    if version.state is VersionState.RECEIVED:
        raise Conflict("This version is still being read. Try again in a moment.")
    unit.expect(DOCUMENTS, document)
    for one in found.values():
        unit.expect(VERSIONS, one)
    return version


async def _seen(unit: Unit, citation_id: str, *, expected_version: int, confidential: bool) -> Citation:
    citation = await unit.get(CITATIONS, citation_id)
    if citation is not None and not confidential:
        document = await unit.get(DOCUMENTS, citation.document_id)
        citation = None if citation.confidential_by(document) else citation
    if citation is None:
        raise NotFound("There is no such citation.")
    versions.require(citation, expected_version, noun="citation")
    return citation


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
