"""The documents port: tenant-safe, versioned documents whose every change is one journal entry.

Every call names the organization: there is no way to read across tenants by accident. An adapter is bound to one
service's collections. `tests/adapters/test_documents.py` is the specification; `journal_port` is the journal's part.
"""

from __future__ import annotations

import datetime
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

import msgspec

from realinsights_platform.documents.ordered_values import Ordered
from realinsights_platform.events import Event


class Document(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel"):
    """What is stored: a subclass is a kind's shape. `version` is 0 until it is first stored, then 1, 2, 3 and so on.

    A deletion is a version too, and what comes back goes on from it, so that no version of an id is another one again.
    """

    id: str
    org: str
    version: int = 0


class AnyDocument(Protocol):
    """What every document has: a `Document`, or a struct that adds these three fields to those of its draft."""

    @property
    def id(self) -> str: ...
    @property
    def org(self) -> str: ...
    @property
    def version(self) -> int: ...


D = TypeVar("D", bound=AnyDocument)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Kind(Generic[D]):
    """A kind of document, declared once for every adapter; its collection is `<service>_<name>`.

    `indexes` are fields one may filter by, range over and order by: text, int, bool, date, datetime, enum or Decimal
    (at most 8 decimals below 10^10, at most 2 below 10^13), or None, which sorts first. `members` are fields that hold
    a tuple of texts, found by `Contains`. `words` are text fields whose words a `Words` search finds by prefix.
    `unique` are groups of fields that no two documents of an organization share; a group with a None in it is not
    compared. `due` is a field (or property) that holds when something is to be done with the document, None where
    nothing is: documents that are due are found across organizations, and by the scheduler alone.
    """

    service: str
    name: str
    type: type[D]
    indexes: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    due: str | None = None


@dataclass(frozen=True, slots=True)
class Equal:
    """The field has this value (None: has none)."""

    field: str
    value: Any


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The field has one of these values."""

    field: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """The field lies in this closed range; an end that is None is open. None values never match."""

    field: str
    at_least: Any = None
    at_most: Any = None


@dataclass(frozen=True, slots=True)
class StartsWith:
    """The text field starts with this text; case counts."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Contains:
    """The `members` field contains this text."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Words:
    """Every word of `text` starts some word of the kind's `words` fields; case and accents do not count.

    `within`: it may also stand in the middle of one, which takes a look at every word that the organization has. A text
    that holds no word, such as `%`, finds nothing.
    """

    text: str
    within: bool = False


@dataclass(frozen=True, slots=True)
class Either:
    """All clauses of at least one group hold; there is at least one group, and none is empty.

    A `Contains` is found by its index where it is all of its group.
    """

    groups: tuple[tuple[Equal | AnyOf | Between | StartsWith | Contains, ...], ...]


Where = Equal | AnyOf | Between | StartsWith | Contains | Words | Either


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a page: by an indexed field, ties by id in the same direction. Without one: by id, oldest first."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Documents alike in one field: its value there, how many they are, and the sum of another field."""

    value: Decimal | None
    count: int
    sum: Decimal


@dataclass(frozen=True, slots=True)
class Position:
    """The end of a page: the order field's value (None when ordered by id, or the value is None) and the id."""

    value: str | int | None
    id: str


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A bounded page of a list; `next` is None on the last one, `total` where nobody asked how many there are."""

    items: tuple[T, ...]
    next: Position | None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Revision(Generic[D]):
    """One version of a document as the journal knows it; `document` is None where it was deleted."""

    document: D | None
    version: int
    sequence: int
    at: datetime.datetime
    actor: str
    business_date: datetime.date


class Indexed(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What indexes hold of a document: `columns` in the order of its kind's fields, then words, then members.

    `terms` are (field, term) pairs of its words and members.
    """

    columns: tuple[Ordered, ...]
    terms: tuple[tuple[str, str], ...]


class PreparedWrite(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A document to be written: the stored version it rests on (0: none), its next version's JSON and index."""

    kind: str
    id: str
    base: int
    body: bytes
    index: Indexed


class PreparedUnit(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What a unit of work is to commit; `expectations` are (kind, id, version), `events` the JSON of each."""

    org: str
    writes: tuple[PreparedWrite, ...]
    expectations: tuple[tuple[str, str, int], ...]
    events: tuple[bytes, ...]


class Unit(Protocol):
    """One unit of work of one organization: reads through its own writes, then commits all of them or none."""

    org: str
    actor: str
    business_date: datetime.date

    @property
    def sequence(self) -> int | None:
        """The journal sequence it made; None before commit, and after the commit of a unit that changed nothing."""

    async def get(self, kind: Kind[D], document_id: str) -> D | None:
        """Return the document as this unit sees it, or None."""

    async def get_many(self, kind: Kind[D], ids: Sequence[str]) -> dict[str, D]:
        """Return those of the documents that exist, by id, as this unit sees them."""

    async def get_together(self, wanted: Mapping[Kind[Any], Sequence[str]]) -> dict[Kind[Any], dict[str, Any]]:
        """Return documents of several kinds as `get_many` does of one, in the time of one read."""

    async def find(self, kind: Kind[D], *where: Where, order: Order | None = None, limit: int = 100) -> tuple[D, ...]:
        """Return committed documents that match, with this unit's own writes to them applied."""

    async def every(self, kind: Kind[D], *where: Where) -> tuple[D, ...]:
        """Return as `find` does all that match, however many, by id."""

    def put(self, kind: Kind[D], document: D) -> D:
        """Store a new document (version 0) or the next version of the one read; return it with its new version.

        Under the id of a deleted one, give it the version of the deletion, which its history tells: 0 says that the id
        was never used, which is not looked up.
        """

    def delete(self, kind: Kind[D], document: AnyDocument) -> None:
        """Delete the document in the version given."""

    def expect(self, kind: Kind[D], document: AnyDocument) -> None:
        """Let the commit fail with `Stale` if this document, read but not written here, has changed meanwhile."""

    def fence(self, name: str, token: int) -> None:
        """Let the commit fail with `Stale` if a higher fencing token than this has moved the mark of this name."""

    def close_journal(self, *, after: int) -> None:
        """Let the commit close the organization's journal, or add to a closed one (`closing`).

        It fails with `Stale` unless `after` is the journal's last sequence then. It closes with a `JournalClosed`.
        """

    def emit(self, event: Event) -> None:
        """Add a fact to the entry; it is published once the unit is committed."""

    def afterwards(self, act: Callable[[], Awaitable[None]]) -> None:
        """Do this once the unit is committed, before `commit` returns; never where it is refused."""

    def if_refused(self, act: Callable[[], Awaitable[None]]) -> None:
        """Do this where the commit is refused and nothing was stored, before `commit` raises.

        Never where nobody knows whether it was stored, because the database did not answer.
        """

    def adopt(self, prepared: PreparedUnit) -> None:
        """Take over what was prepared elsewhere; nothing of it may be in this unit yet."""

    async def commit(self) -> int | None:
        """Commit; return `sequence`. Raises `Stale` for a document changed meanwhile and `Conflict` for a unique key.

        A unit without writes or events makes no entry. A second call returns the first one's answer.
        """

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit, unless the block raised: then nothing is stored."""


class Documents(Protocol):
    """One service's documents."""

    service: str

    async def get(self, kind: Kind[D], org: str, document_id: str) -> D | None:
        """Return the document or None."""

    async def get_many(self, kind: Kind[D], org: str, ids: Sequence[str]) -> dict[str, D]:
        """Return those of the documents that exist, by id; at most 1,000 ids."""

    async def get_together(
        self, org: str, wanted: Mapping[Kind[Any], Sequence[str]]
    ) -> dict[Kind[Any], dict[str, Any]]:
        """Return documents of several kinds as `get_many` does of one, in the time of one read."""

    async def find(
        self,
        kind: Kind[D],
        org: str,
        *where: Where,
        order: Order | None = None,
        after: Position | None = None,
        limit: int = 50,
    ) -> Page[D]:
        """Return the page after a position; `limit` is at most 1,000."""

    async def count(self, kind: Kind[D], org: str, *where: Where) -> int:
        """Return how many match."""

    async def sums(self, kind: Kind[D], org: str, *where: Where, of: str, by: str) -> tuple[Group, ...]:
        """Return the exact sums of an indexed decimal field, one for each value of another, of all that match.

        What is None adds nothing. No document is read. Groups are in no order.
        """

    async def history(self, kind: Kind[D], org: str, document_id: str, *, limit: int = 100) -> tuple[Revision[D], ...]:
        """Return the document's versions, newest first."""

    async def as_known_at(self, kind: Kind[D], org: str, document_id: str, at: datetime.datetime) -> D | None:
        """Return the document as it was stored at that time; None where it did not exist."""

    async def stored_bytes(self, org: str) -> int:
        """Return how many bytes of documents and events the organization's journal holds."""

    def unit(self, *, org: str, actor: str, business_date: datetime.date) -> Unit:
        """Open a unit of work; `actor` is a user id or `system:<what>`."""

    def relaxed(self, known: Callable[[str], int | None]) -> Self:
        """Return the same documents for readers who need not see the last commit, so that a copy may answer them.

        What they read of an organization shows its journal up to `known(org)` at least, and the last commit where that
        is None. Units of work read the last commit always.
        """
