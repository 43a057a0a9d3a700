"""Notes that people write on a loan, property, lender, fund or portfolio."""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from realinsights_platform.documents.port import Document
from realinsights_platform.errors import Faults
from realinsights_platform.texts import checked_line, checked_text

MOST_MENTIONED: Final = 50
EXCERPT: Final = 300


class NotedKind(StrEnum):
    """The kinds of thing that a note can be on."""

    LOAN = "loan"
    PROPERTY = "property"
    LENDER = "lender"
    FUND = "fund"
    PORTFOLIO = "portfolio"


class NoteKind(StrEnum):
    """What a note is."""

    GENERAL = "general"
    CALL = "call"
    MEETING = "meeting"
    INSPECTION = "inspection"
    WATCHLIST = "watchlist"
    WORKOUT = "workout"


class NotePriority(StrEnum):
    """The weight of a note."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


Text = Annotated[str, msgspec.Meta(min_length=1, max_length=10_000, pattern=r"\S")]
Tag = Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=r"\S")]
MemberId = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class NoteDraft(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What one says in a note. `mentions` are members by id, who are told; a `private` note is its author's alone."""

    text: Text
    kind: NoteKind = NoteKind.GENERAL
    priority: NotePriority = NotePriority.NORMAL
    private: bool = False
    pinned: bool = False
    mentions: Annotated[tuple[MemberId, ...], msgspec.Meta(max_length=MOST_MENTIONED)] = ()
    tags: Annotated[tuple[Tag, ...], msgspec.Meta(max_length=20)] = ()


class NewNote(NoteDraft, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A note and the thing it is on."""

    thing_kind: NotedKind
    thing_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]


class Note(Document, frozen=True, kw_only=True, rename="camel"):
    """A note on a thing, by its `author`, a member by id."""

    thing_kind: NotedKind
    thing_id: str
    author: str
    created_at: datetime.datetime
    edited_at: datetime.datetime | None = None
    text: str
    kind: NoteKind
    priority: NotePriority
    private: bool
    pinned: bool
    mentions: tuple[str, ...]
    tags: tuple[str, ...]

    def seen_by(self, user: str) -> bool:
        """Tell whether a member may read it."""
        return not self.private or self.author == user


def checked(draft: NoteDraft) -> NoteDraft:
    """Return what a note can say; raises `Invalid`."""
    faults = Faults()
    text = checked_text(draft.text, "text", faults)
    tags = tuple(dict.fromkeys(checked_line(tag, f"tags[{at}]", faults) for at, tag in enumerate(draft.tags)))
    mentions = tuple(dict.fromkeys(draft.mentions))
    if draft.private and mentions:
        faults.add("mentions", "cannot be in a private note: nobody else may read it")
    faults.refuse("note")
    return msgspec.structs.replace(draft, text=text, tags=tags, mentions=mentions)


def excerpt(text: str) -> str:
    """Return the beginning of a note."""
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT].rstrip()}…"
