"""Expiring: what the files journal tells of documents is made dates, each entry once."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Final

import msgspec

from realinsights.contracts.files import DocumentRecorded, VersionReceived
from realinsights.notifications.model.dates import CriticalDate
from realinsights.notifications.model.expiring import (
    DocumentDates,
    ToldOfDocument,
    expiry_dates,
    heard_document,
)
from realinsights.notifications.model.following import Followed
from realinsights.notifications.store import DATES, DOCUMENT_DATES, FOLLOWED, LOAN_DATES
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.documents.walking import many, many_in
from realinsights_platform.events import Event

ACTOR: Final = "system:dates"


async def told_documents(documents: Documents, org: str, events: Sequence[Event]) -> list[ToldOfDocument]:
    """Return the events that tell of documents that expire, or did so before."""
    told = [event for event in events if isinstance(event, ToldOfDocument)]
    known = await many(documents, DOCUMENT_DATES, org, [event.document_id for event in told]) if told else {}
    expiring = {event.document_id for event in told if isinstance(event, DocumentRecorded) and event.expires_on}
    return [event for event in told if event.document_id in expiring or event.document_id in known]


async def apply_documents(
    documents: Documents, org: str, told: Sequence[ToldOfDocument], *, sequence: int, today: datetime.date
) -> None:
    """Make of documents' dates what an entry of the files journal tells, and remember that it was heard."""

    async def work(unit: Unit) -> None:
        # Read first, and written last: who reads of loans at the same time is crossed, and does it again.
        followed = await unit.get(FOLLOWED, org) or Followed(id=org, org=org)
        if followed.documents >= sequence:
            return
        known: dict[str, DocumentDates | None] = {}
        known |= await many_in(unit, DOCUMENT_DATES, [event.document_id for event in told])
        for event in told:
            before = known.get(event.document_id)
            said = heard_document(before, event, org=org, sequence=sequence)
            if said is not None:
                known[said.id] = await _put(unit, said, event, today=today)
        unit.put(FOLLOWED, msgspec.structs.replace(followed, documents=sequence))

    await committed(lambda: documents.unit(org=org, actor=ACTOR, business_date=today), work)


async def _put(unit: Unit, said: DocumentDates, event: ToldOfDocument, *, today: datetime.date) -> DocumentDates:
    dates: dict[str, CriticalDate] = await many_in(unit, DATES, said.dates)
    loans = await many_in(unit, LOAN_DATES, [*said.loans, *(date.loan_id for date in dates.values())])
    # The first version is the one that the document was filed with.
    version = event.number if isinstance(event, VersionReceived) and event.number > 1 else None
    changed = list(expiry_dates(said, dates.values(), loans, today=today, version=version))
    for date in changed:
        unit.put(DATES, date)
    ids = tuple(dict.fromkeys((*said.dates, *(date.id for date in changed))))
    if not changed and not isinstance(event, DocumentRecorded):
        return said
    return unit.put(DOCUMENT_DATES, msgspec.structs.replace(said, dates=ids))
