"""The demonstration in files: its documents are taken out; those that people made theirs, or filed themselves, stay."""

from __future__ import annotations

from collections.abc import Iterable

from realinsights.contracts.demonstration import ACTOR, KEPT, TAG, DemonstrationFacts
from realinsights.contracts.files import LinkedKind
from realinsights.files.model.documents import FiledDocument, thing_key
from realinsights.files.service.documents import Resources, delete_document
from realinsights.files.store import DOCUMENTS, LAST_STEPS
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Contains, Documents, Equal, Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.documents.versions import ANY_VERSION
from realinsights_platform.errors import Conflict
from realinsights_platform.events import Message
from realinsights_platform.stepping import Task, answered, superseded
from realinsights_platform.steps import StepAnswered, StepRequested

_KINDS = (LinkedKind.LOAN, LinkedKind.PROPERTY, LinkedKind.LENDER)


def removing(documents: Storage, resources: Resources) -> Task:
    """Return the task that takes the demonstration's documents out of an organization."""

    async def remove(message: Message, event: StepRequested) -> StepAnswered:
        known = DemonstrationFacts.of(event.told)

        async def work(unit: Unit) -> tuple[list[str], list[str]]:
            if await superseded(unit, LAST_STEPS, TAG, message):
                return [], []
            return await take_out(unit=unit, resources=resources)

        (gone, kept), _ = await committed(
            lambda: documents.unit(org=message.org, actor=ACTOR, business_date=message.business_date), work
        )
        counts = {"documents": len(gone), KEPT: len(kept)}
        if count := await _filed_by_people(documents, message.org, known.things):
            kept.append(_of_people(count))
        facts = DemonstrationFacts(documents=(*known.documents, *gone)).told()
        return answered(event, objections=tuple(kept), counts=counts, facts=facts)

    return remove


async def take_out(*, unit: Unit, resources: Resources) -> tuple[list[str], list[str]]:
    """Delete the demonstration's documents; return the ids of those, and a sentence for each that stays.

    One that a person has added a version to is that person's too; one that they hold, or keep for a time, is kept.
    """
    gone, kept = [], []
    for document in await unit.every(DOCUMENTS, Equal("filed_by", ACTOR)):
        if document.latest > 1:
            kept.append(_stays(document, "A member has added a version to it."))
            continue
        try:
            await delete_document(
                unit=unit,
                resources=resources,
                document_id=document.id,
                expected_version=ANY_VERSION,
                confidential=True,
            )
        except Conflict as conflict:
            kept.append(_stays(document, conflict.message))
        else:
            gone.append(document.id)
    return gone, kept


async def _filed_by_people(documents: Documents, org: str, things: Iterable[str]) -> int:
    """Count the documents that people have filed about the demonstration's things, by id, a hundred to a thing."""
    found: set[str] = set()
    for thing in things:
        for kind in _KINDS:
            page = await documents.find(DOCUMENTS, org, Contains("things", thing_key(kind, thing)), limit=100)
            found.update(document.id for document in page.items if document.filed_by != ACTOR)
    return len(found)


def _of_people(count: int) -> str:
    if count == 1:
        return "1 document stays: a member has filed it about the sample data."
    return f"{count:,} documents stay: members have filed them about the sample data."


def _stays(document: FiledDocument, why: str) -> str:
    return f"The document {document.title} stays: {why}"
