"""`Idempotency-Key`: a POST that is sent again returns the first answer instead of being done twice.

The answer is stored as a document of the service, in the same unit of work as what the request changed: either both
are there or neither. Only answers of success are stored; a refused request changed nothing and may be tried again.
"""

from __future__ import annotations

import asyncio
import datetime
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeVar

import msgspec

from realinsights_platform.documents.port import Document, Documents, Kind, Unit
from realinsights_platform.errors import Conflict, Invalid, Stale
from realinsights_platform.http.answers.answer import Answer
from realinsights_platform.http.edge.exchange import Exchange
from realinsights_platform.http.routes.requests import Request
from realinsights_platform.principal import Principal
from realinsights_platform.scheduling.jobs import Job

T = TypeVar("T")

HEADER: Final = b"idempotency-key"
LARGEST_ANSWER: Final = 256 * 1024
"""Bytes of an answer's body that are kept; of a longer one only that there was one."""

_LONGEST_KEY: Final = 255
_REPLAYED: Final = frozenset({b"location", b"etag", b"content-type"})
"""The headers of a first answer that its replay repeats."""


class StoredAnswer(Document, frozen=True, kw_only=True, rename="camel"):
    """The first answer to a request; `fingerprint` tells another request with the same key. `body` None: too long."""

    fingerprint: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str | None
    expires_at: datetime.datetime


@cache
def answers_kind(service: str) -> Kind[StoredAnswer]:
    """Return the kind that holds a service's answers; its documents must be opened with it."""
    return Kind(service=service, name="answer", type=StoredAnswer, due="expires_at")


def answers_job(service: str, *, now: Callable[[], datetime.datetime]) -> Job:
    """Return the job that deletes a service's answers once they have expired."""
    kind = answers_kind(service)

    async def forget(unit: Unit, ids: Sequence[str]) -> None:
        for answer in (await unit.get_many(kind, ids)).values():
            # One that was given anew meanwhile is good for another day.
            if answer.expires_at <= now():
                unit.delete(kind, answer)

    return Job(kind=kind, work=forget)


@dataclass(frozen=True, slots=True)
class Recording:
    """A request whose answer is to be stored. Its body is being hashed as it is read."""

    exchange: Exchange
    principal: Principal
    request: Request
    now: datetime.datetime

    @property
    def answer_id(self) -> str:
        """Return the id under which a user's answer for a key is stored; raises `Invalid` for what is no key."""
        key = self.exchange.header(HEADER) or ""
        if not key or len(key) > _LONGEST_KEY or not key.isascii() or not key.isprintable():
            raise Invalid.field("Idempotency-Key", f"must be 1 to {_LONGEST_KEY} printable ASCII characters")
        return hashlib.sha256(f"{self.principal.user}\n{key}".encode()).hexdigest()

    async def fingerprint(self) -> str:
        """Return what tells this request from another one; reads the rest of its body."""
        asked = (self.exchange.path, self.exchange.query, await self.request.digest())
        return hashlib.sha256(msgspec.msgpack.encode(asked)).hexdigest()


class Repeats:
    """One service's repeated requests. `seconds` is for how long answers are kept."""

    def __init__(self, documents: Documents, *, seconds: int) -> None:
        self._documents = documents
        self._kind = answers_kind(documents.service)
        self._seconds = seconds
        self._running: dict[tuple[str, str], asyncio.Event] = {}

    async def answered_once(self, recording: Recording, answer: Callable[[], Awaitable[T]]) -> T | Answer:
        """Answer a request that carries a key: do what it asks, or return the answer it had.

        Of requests of this process at the same time the others wait; of those of several processes one is stored and
        the others return its answer. `answer` must `record` what it answers.
        """
        key = (recording.principal.org, recording.answer_id)
        while (running := self._running.get(key)) is not None:
            await running.wait()
        event = self._running[key] = asyncio.Event()
        try:
            stored = await self._find(recording)
            if stored is None:
                try:
                    return await answer()
                except (Conflict, Stale):
                    # Another process may have been faster with the same request.
                    stored = await self._find(recording)
                    if stored is None:
                        raise
        finally:
            del self._running[key]
            event.set()
        return _replayed(stored, await recording.fingerprint())

    async def record(self, unit: Unit, recording: Recording, answer: Answer) -> None:
        """Add the answer to the request's unit.

        Raises `Conflict` where another process has answered the request since it was looked for.
        """
        answer_id, now = recording.answer_id, recording.now
        earlier = await unit.get(self._kind, answer_id)
        if earlier is not None and earlier.expires_at > now:
            raise Conflict("This request was carried out meanwhile.")
        unit.put(
            self._kind,
            StoredAnswer(
                id=answer_id,
                org=unit.org,
                version=0 if earlier is None else earlier.version,
                fingerprint=await recording.fingerprint(),
                status=answer.status,
                headers=tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in answer.headers if n in _REPLAYED),
                body=answer.body.decode() if len(answer.body) <= LARGEST_ANSWER else None,
                expires_at=now + datetime.timedelta(seconds=self._seconds),
            ),
        )

    async def _find(self, recording: Recording) -> StoredAnswer | None:
        stored = await self._documents.get(self._kind, recording.principal.org, recording.answer_id)
        return None if stored is None or stored.expires_at <= recording.now else stored


def _replayed(stored: StoredAnswer, fingerprint: str) -> Answer:
    """Return the first answer again.

    Raises `Invalid` where the key was used for another request, and `Conflict` where the answer was too long to be
    stored: the request was carried out then.
    """
    if stored.fingerprint != fingerprint:
        raise Invalid.field("Idempotency-Key", "was used for another request; take a new key for a new request")
    if stored.body is None:
        raise Conflict("This request was carried out before, but its answer was too long to be kept.")
    body = stored.body.encode()
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in stored.headers]
    if stored.status != 204:
        headers.append((b"content-length", b"%d" % len(body)))
    headers.append((b"idempotency-replayed", b"true"))
    return Answer(stored.status, headers, body)
