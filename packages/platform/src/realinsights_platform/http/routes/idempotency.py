"""`Idempotency-Key`: a POST that is sent again returns the first answer instead of being done twice.

The answer is stored as a document of the service, in the same unit of work as what the request changed: either both
are there or neither. Only answers of success are stored; a refused request changed nothing and may be tried again.
"""

from __future__ import annotations

import asyncio
import datetime
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

import msgspec

from realinsights_platform.documents.port import Between, Document, Documents, Kind, Order, Unit
from realinsights_platform.errors import Conflict, Invalid
from realinsights_platform.http.answers.answer import Answer
from realinsights_platform.http.edge.exchange import Exchange
from realinsights_platform.principal import Principal

HEADER: Final = b"idempotency-key"
LARGEST_ANSWER: Final = 256 * 1024
"""Bytes of an answer's body that are kept; of a longer one only that there was one."""

_LONGEST_KEY = 255
_EXPIRED_AT_ONCE = 5  # expired answers removed along with each new one


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
    return Kind(service=service, name="answer", type=StoredAnswer, indexes=("expires_at",))


class Repeats:
    """One service's repeated requests. `seconds` is for how long answers are kept."""

    def __init__(self, documents: Documents, *, seconds: int) -> None:
        self._documents = documents
        self._kind = answers_kind(documents.service)
        self._seconds = seconds
        self._running: dict[tuple[str, str], asyncio.Event] = {}

    @contextmanager
    def alone(self, org: str, answer_id: str) -> Iterator[None]:
        """Hold a key for the time of a request. Enter it only after `wait`, without giving way in between."""
        event = self._running[org, answer_id] = asyncio.Event()
        try:
            yield
        finally:
            del self._running[org, answer_id]
            event.set()

    async def wait(self, org: str, answer_id: str) -> None:
        """Wait until no request of this process holds the key."""
        while (running := self._running.get((org, answer_id))) is not None:
            await running.wait()

    async def find(self, org: str, answer_id: str, now: datetime.datetime) -> StoredAnswer | None:
        """Return the stored answer, if there is one and it has not expired."""
        stored = await self._documents.get(self._kind, org, answer_id)
        return None if stored is None or stored.expires_at <= now else stored

    async def record(
        self,
        unit: Unit,
        answer_id: str,
        fingerprint: str,
        *,
        status: int,
        headers: tuple[tuple[str, str], ...],
        body: bytes,
        now: datetime.datetime,
    ) -> None:
        """Add the answer to the request's unit, and take a few expired ones out."""
        earlier = await unit.get(self._kind, answer_id)
        for expired in await unit.find(
            self._kind, Between("expires_at", at_most=now), order=Order("expires_at"), limit=_EXPIRED_AT_ONCE
        ):
            if expired.id != answer_id:
                unit.delete(self._kind, expired)
        unit.put(
            self._kind,
            StoredAnswer(
                id=answer_id,
                org=unit.org,
                version=0 if earlier is None else earlier.version,
                fingerprint=fingerprint,
                status=status,
                headers=headers,
                body=body.decode() if len(body) <= LARGEST_ANSWER else None,
                expires_at=now + datetime.timedelta(seconds=self._seconds),
            ),
        )


def replayed(stored: StoredAnswer, fingerprint: str) -> Answer:
    """Return the first answer again.

    Raises `Invalid` where the key was used for another request, and `Conflict` where the answer was too long to be
    stored: the request was carried out then.
    """
    if stored.fingerprint != fingerprint:
        raise Invalid.field("Idempotency-Key", "was used for another request; take a new key for a new request")
    if stored.body is None:
        raise Conflict("This request was carried out before, but its answer was too long to be kept")
    body = stored.body.encode()
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in stored.headers]
    if stored.status != 204:
        headers.append((b"content-length", b"%d" % len(body)))
    headers.append((b"idempotency-replayed", b"true"))
    return Answer(stored.status, headers, body)


def answer_id(principal: Principal, key: str) -> str:
    """Return the id under which a user's answer for a key is stored; raises `Invalid` for what is no key."""
    if not key or len(key) > _LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Invalid.field("Idempotency-Key", f"must be 1 to {_LONGEST_KEY} printable ASCII characters")
    return hashlib.sha256(f"{principal.user}\n{key}".encode()).hexdigest()


def fingerprint(exchange: Exchange, body_digest: bytes) -> str:
    """Return what tells this request from another one."""
    return hashlib.sha256(msgspec.msgpack.encode((exchange.path, exchange.query, body_digest))).hexdigest()
