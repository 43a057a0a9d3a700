"""History of a document: its versions, who made them, and the fields that differ."""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import Annotated, Any

import msgspec

from realinsights.loans.model.changed_fields import ChangedField, differences
from realinsights_platform.attributes import made_from
from realinsights_platform.documents.port import D, Documents, Kind, Revision
from realinsights_platform.errors import Invalid, NotFound


class Action(StrEnum):
    """The kind of a change."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"


class Change(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One version: the journal's `sequence` that made it, who, when, and the fields that differ."""

    sequence: int
    version: int
    at: datetime.datetime
    actor: str
    business_date: datetime.date
    action: Action
    fields: tuple[ChangedField, ...]


class ChangeHistory(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Changes, newest first; `complete` is false where older ones are not shown."""

    items: tuple[Change, ...]
    complete: bool


Versions = Annotated[int, msgspec.Meta(ge=1, le=500)]
"""How many changes a history shows at most, as a query may say it."""


class Restore(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The version to bring back: a `sequence` of the thing's history."""

    sequence: Annotated[int, msgspec.Meta(ge=1, le=2**53)]


async def history_of(documents: Documents, kind: Kind[Any], *, org: str, document_id: str, limit: int) -> ChangeHistory:
    """Return the latest changes of a document, a deleted one too; raises `NotFound` for one that never was."""
    revisions = await documents.history(kind, org, document_id, limit=limit + 1)
    if not revisions:
        raise NotFound(f"There is no {kind.name} {document_id}.")
    older: list[Revision[Any] | None] = [*revisions[1:], None]
    changes = tuple(_change(revision, before) for revision, before in zip(revisions[:limit], older, strict=False))
    return ChangeHistory(items=changes, complete=len(revisions) <= limit)


async def read(
    documents: Documents, kind: Kind[D], *, org: str, document_id: str, as_known_at: datetime.datetime | None = None
) -> D:
    """Return a document, or as it was known at a time; raises `NotFound`."""
    if as_known_at is None:
        document = await documents.get(kind, org, document_id)
    else:
        document = await documents.as_known_at(kind, org, document_id, _in_utc(as_known_at))
    if document is None:
        raise missing(kind, document_id, "" if as_known_at is None else f" as known at {as_known_at.isoformat()}")
    return document


def missing(kind: Kind[Any], document_id: str, when: str = "") -> NotFound:
    """Return the refusal of a document that is not there."""
    return NotFound(f"There is no {kind.name} {document_id}{when}.")


def _in_utc(moment: datetime.datetime) -> datetime.datetime:
    if moment.tzinfo is None:
        return moment.replace(tzinfo=datetime.UTC)
    try:
        return moment.astimezone(datetime.UTC)
    except OverflowError:
        raise Invalid.field("asKnownAt", "is no time that can be told in UTC") from None


def _change(revision: Revision[Any], before: Revision[Any] | None) -> Change:
    earlier = before.document if before is not None else None
    changed = Action.CREATED if earlier is None else Action.CHANGED
    return made_from(
        revision,
        Change,
        action=changed if revision.document is not None else Action.DELETED,
        fields=differences(earlier, revision.document),
    )
