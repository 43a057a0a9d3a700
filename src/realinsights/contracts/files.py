"""Events and value types of the files service."""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import get_args

import msgspec

from realinsights_platform.documents.closed import JournalClosed
from realinsights_platform.events import Event, EventCodec
from realinsights_platform.steps import StepAnswered


class DocumentKind(StrEnum):
    """What a document is."""

    NOTE = "note"
    LOAN_AGREEMENT = "loan_agreement"
    AMENDMENT = "amendment"
    GUARANTY = "guaranty"
    APPRAISAL = "appraisal"
    RENT_ROLL = "rent_roll"
    OPERATING_STATEMENT = "operating_statement"
    INSURANCE = "insurance"
    TITLE = "title"
    SURVEY = "survey"
    ENVIRONMENTAL = "environmental"
    ENGINEERING = "engineering"
    TAX = "tax"
    INVOICE = "invoice"
    CORRESPONDENCE = "correspondence"
    REPORT = "report"
    OTHER = "other"


class LinkedKind(StrEnum):
    """What a document can be linked to."""

    LOAN = "loan"
    PROPERTY = "property"
    LENDER = "lender"
    FUND = "fund"
    PORTFOLIO = "portfolio"


class VersionState(StrEnum):
    """The state of a document's version: how far it was worked on, and what came of it.

    `received` waits to be checked and read. The four after `ready` have no text that could be found: the file is
    encrypted, larger than is read, not readable as what it is, or was found infected, and nobody gets it then.
    """

    RECEIVED = "received"
    READY = "ready"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    QUARANTINED = "quarantined"


class Link(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", omit_defaults=True):
    """What a document is about: a thing, and the page that speaks of it, where one does."""

    kind: LinkedKind
    id: str
    page: int | None = None


class DocumentRecorded(Event, frozen=True, tag="files.document.recorded.v1"):
    """A document was filed or what is said of it changed; `expires_on` is when it loses its force."""

    document_id: str
    title: str
    kind: DocumentKind
    confidential: bool
    expires_on: datetime.date | None
    links: tuple[Link, ...]


class DocumentDeleted(Event, frozen=True, tag="files.document.deleted.v1"):
    """A document, and all its versions with it, is no more."""

    document_id: str


class DocumentHeld(Event, frozen=True, tag="files.document.held.v1"):
    """A document was put under a legal hold, or the reason for it changed: until it is released it must stay."""

    document_id: str
    title: str
    reason: str


class DocumentReleased(Event, frozen=True, tag="files.document.released.v1"):
    """The legal hold of a document was lifted."""

    document_id: str


class VersionReceived(Event, frozen=True, tag="files.version.received.v1"):
    """A version's bytes are stored and are to be checked and read: the files service's message to its own workers."""

    document_id: str
    number: int


class VersionProcessed(Event, frozen=True, tag="files.version.processed.v1"):
    """A version was checked and read; `state` says what came of it, `pages` is None where it has none."""

    document_id: str
    number: int
    state: VersionState
    pages: int | None


class CitationRecorded(Event, frozen=True, tag="files.citation.recorded.v1"):
    """A loan's field has a source: a page of a document. `confirmed` once a second person has read it there."""

    citation_id: str
    loan_id: str
    field: str
    document_id: str
    confirmed: bool


class CitationWentStale(Event, frozen=True, tag="files.citation.stale.v1"):
    """What a citation rests on, the loan's field or the document, has changed since it was made."""

    citation_id: str
    loan_id: str
    field: str
    document_id: str


FilesEvent = (
    DocumentRecorded
    | DocumentDeleted
    | DocumentHeld
    | DocumentReleased
    | VersionReceived
    | VersionProcessed
    | CitationRecorded
    | CitationWentStale
    | StepAnswered
    | JournalClosed
)
FILES_EVENTS: EventCodec[Event] = EventCodec(get_args(FilesEvent))
