"""Expiring: what dates become of a document that loses its force on a day."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Final

import msgspec

from realinsights.contracts.files import DocumentDeleted, DocumentRecorded, LinkedKind, VersionReceived
from realinsights.notifications.model.dates import (
    AWAITED,
    LEADS,
    CriticalDate,
    DatedDocument,
    DateKind,
    DateState,
    passed_lead,
    settled,
)
from realinsights.notifications.model.following import LoanDates, date_id
from realinsights_platform.documents.port import Document

ToldOfDocument = DocumentRecorded | DocumentDeleted | VersionReceived

RENEWED_WITHIN: Final = datetime.timedelta(days=LEADS[DateKind.DOCUMENT_EXPIRY][0])
"""So long before its day, and after it, a later day or another version of a document renews it."""


class DocumentDates(Document, frozen=True, kw_only=True, rename="camel"):
    """What a document says of its expiry, and the dates that were made of it; its id is the document's.

    `sequence` is the entry of the files journal that told it, `loans` are those it is linked to. `dates` are ids, those
    of dates that are gone too.
    """

    sequence: int
    document: DatedDocument
    expires_on: datetime.date | None
    loans: tuple[str, ...]
    dates: tuple[str, ...] = ()


def linked_loans(event: ToldOfDocument) -> tuple[str, ...]:
    """Return the loans that an event links its document to, each once."""
    links = event.links if isinstance(event, DocumentRecorded) else ()
    return tuple(dict.fromkeys(link.id for link in links if link.kind is LinkedKind.LOAN))


def heard_document(
    before: DocumentDates | None, event: ToldOfDocument, *, org: str, sequence: int
) -> DocumentDates | None:
    """Return what a document says once an event is heard; None where it never said that it expires."""
    if isinstance(event, DocumentRecorded):
        if before is None and event.expires_on is None:
            return None
        return DocumentDates(
            id=event.document_id,
            org=org,
            version=0 if before is None else before.version,
            sequence=sequence,
            document=DatedDocument(
                id=event.document_id, title=event.title, kind=event.kind, confidential=event.confidential
            ),
            expires_on=event.expires_on,
            loans=linked_loans(event),
            dates=() if before is None else before.dates,
        )
    if before is None:
        return None
    if isinstance(event, DocumentDeleted):
        return msgspec.structs.replace(before, sequence=sequence, expires_on=None, loans=())
    return msgspec.structs.replace(before, sequence=sequence)


def expiry_dates(
    said: DocumentDates,
    existing: Iterable[CriticalDate],
    loans: Mapping[str, LoanDates],
    *,
    today: datetime.date,
    version: int | None = None,
) -> Iterator[CriticalDate]:
    """Yield the dates of a document that become another version, or are new, now that it says this.

    It has one for each loan that it is linked to and that is known, or one without a loan. Where the day is near or
    past, a later day or another `version` settles it, and the later day is another date. Otherwise a date moves, and is
    open again, with its assignee. A day that is past when it is first said makes no date.
    """
    by_loan: dict[str | None, list[CriticalDate]] = {}
    for date in sorted(existing, key=lambda date: date.occurrence):
        by_loan.setdefault(date.loan_id, []).append(date)
    wanted: Sequence[str | None] = ()
    if said.expires_on is not None:
        wanted = [loan for loan in said.loans if loan in loans] or [None]
    made: list[CriticalDate] = []
    for loan_id in dict.fromkeys((*by_loan, *wanted)):
        before = by_loan.get(loan_id, [])
        loan = None if loan_id is None else loans.get(loan_id)
        stands = loan_id in wanted
        document = msgspec.structs.replace(said.document, stands=stands)
        gone = not stands or (loan is not None and loan.deleted)
        after = [msgspec.structs.replace(date, document=document, gone=gone) for date in before]
        if after and version is not None and _is_near(after[-1], today):
            after[-1] = _renewed(after[-1], f"Version {version} was filed.")
        if stands and said.expires_on is not None:
            like = next((date for date in made if date.on == said.expires_on), None)
            if not after and (like is not None or said.expires_on >= today):
                first = _date(said, loan, 1, today=today)
                after = [msgspec.structs.replace(_like(first, like), document=document, gone=gone)]
            elif after:
                after = _expiring(after, said, loan, today=today)
        made += after
        yield from (date for date, was in zip_longest(after, before) if date != was)


def _expiring(
    dates: Sequence[CriticalDate], said: DocumentDates, loan: LoanDates | None, *, today: datetime.date
) -> list[CriticalDate]:
    """Return the dates of a document and a loan, where it expires on another day perhaps."""
    *earlier, last = dates
    day = said.expires_on
    if day is None or day == last.on:
        return [*earlier, last]
    if day > last.on and day >= today and _is_near(last, today):
        following = msgspec.structs.replace(
            _date(said, loan, last.occurrence + 1, today=today),
            document=last.document,
            gone=last.gone,
            assignee=last.assignee,
            former_assignee=last.former_assignee,
        )
        return [*earlier, _renewed(last, f"The document holds until {day}."), following]
    moved = msgspec.structs.replace(
        last, on=day, state=DateState.OPEN, evidence=None, settled_by=None, snoozed_until=None,
        reminded=passed_lead(last.kind, (day - today).days),
    )  # fmt: skip
    return [*earlier, moved]


def _is_near(date: CriticalDate, today: datetime.date) -> bool:
    return date.on - today <= RENEWED_WITHIN


def _renewed(date: CriticalDate, evidence: str) -> CriticalDate:
    if date.state not in AWAITED and date.state is not DateState.MISSED:
        return date
    return settled(date, DateState.DONE, by=None, evidence=evidence)


def _like(date: CriticalDate, other: CriticalDate | None) -> CriticalDate:
    """Return a date with what is said of another one, of the same document and day."""
    if other is None:
        return date
    return msgspec.structs.replace(
        date, state=other.state, assignee=other.assignee, former_assignee=other.former_assignee,
        evidence=other.evidence, settled_by=other.settled_by, snoozed_until=other.snoozed_until,
        reminded=other.reminded,
    )  # fmt: skip


def _date(said: DocumentDates, loan: LoanDates | None, occurrence: int, *, today: datetime.date) -> CriticalDate:
    day = said.expires_on
    if day is None:
        raise ValueError("a document that does not expire has no date")
    owner = said.id if loan is None else f"{said.id}.{loan.id}"
    return CriticalDate(
        id=date_id(owner, DateKind.DOCUMENT_EXPIRY, occurrence),
        org=said.org,
        loan_id=None if loan is None else loan.id,
        loan_number=None if loan is None else loan.terms.number,
        loan_name=None if loan is None else loan.terms.name,
        document=said.document,
        kind=DateKind.DOCUMENT_EXPIRY,
        occurrence=occurrence,
        on=day,
        computed_from="expiresOn",
        reminded=passed_lead(DateKind.DOCUMENT_EXPIRY, (day - today).days),
    )
