"""The outermost layer: answers from the edge cache what it can, and sees everything else through.

A hit is answered here in a few microseconds: two dictionary lookups, one comparison of versions, one write. Such
requests are counted, not logged one by one, and do not count against a rate: refusing one costs as much as answering.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, Final, Protocol

from starlette.types import ASGIApp, Receive, Send

from realinsights_platform.errors import Moved, OverQuota, Unauthenticated, Unavailable
from realinsights_platform.http.answers.answer import Answer, encoded_head, headers_of_304
from realinsights_platform.http.answers.compression import coding_for
from realinsights_platform.http.answers.problems import PROBLEM_JSON, problem_of, rendered
from realinsights_platform.http.answers.security_headers import API_HEADERS, HTTPS_ONLY, NO_STORE, REVALIDATE
from realinsights_platform.http.edge.access_log import StructuredAccessLog
from realinsights_platform.http.edge.cache import EdgeCache, Entry
from realinsights_platform.http.edge.exchange import CURRENT, Exchange
from realinsights_platform.http.edge.lifespan import Lifespan, lifespan
from realinsights_platform.http.edge.metrics import EdgeMetrics
from realinsights_platform.http.edge.tracing import Tracing
from realinsights_platform.http.preconditions import AFTER, MalformedHeader, known_tag, written_sequences
from realinsights_platform.token_register import REVOKING_SERVICE
from realinsights_platform.tokens import Verified, Verifier

EXTENSION: Final = "realinsights.finished"
"""Where a server that can write finished answers says so in the scope."""

_ONCE: Final = frozenset({b"authorization", b"host", b"content-type", b"idempotency-key", b"origin"})
_LONGEST_REQUEST_ID: Final = 64
_REQUEST_ID_CHARACTERS: Final = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:")


class FinishedAnswers(Protocol):
    """What the server may offer in the scope, under `EXTENSION`: to write a finished answer at once."""

    def write(self, status: int, head: bytes, body: bytes) -> bool:
        """Write an answer; `head` are its headers with the empty line. Return False where it must go the usual way."""


class Edge:
    """The outermost layer around the application's paths; the composition root gives the whole to the server."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        running: Lifespan,
        verifier: Verifier,
        cache: EdgeCache,
        metrics: EdgeMetrics,
        log: StructuredAccessLog,
        tracing: Tracing,
        https_only: bool,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._app = app
        self._running = running
        self._verifier = verifier
        self._verified = verifier.verified
        self._trust = verifier.trust
        self._entries = cache.entries
        self._metrics = metrics
        self._log = log
        self._tracing = tracing
        self._clock = clock
        self._headers = [*API_HEADERS, HTTPS_ONLY] if https_only else API_HEADERS
        self._prefix = secrets.token_hex(6).encode()
        self._numbers = count(1)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http":
            await lifespan(self._running, receive, send)
            return
        finished = scope.pop(EXTENSION, None)
        headers = dict(scope["headers"])
        method = scope["method"]
        # Of two that contradict each other, whoever stands in front may have believed the other one.
        refused = _repeated(scope["headers"]) if len(headers) != len(scope["headers"]) else None
        authorization = headers.get(b"authorization") if refused is None else None
        if authorization is not None and (method == "GET" or method == "HEAD"):  # noqa: PLR1714 - faster than a tuple
            known = self._verified.get(authorization)
            now = self._clock()
            if (
                known is not None
                and now < known.expires
                and (self._trust is None or self._trust.trusts(known.checked, self._trust.now()))
            ):
                coding = coding_for(headers.get(b"accept-encoding"))
                entry = self._entries.get((known.audience, scope["path"], scope["query_string"], coding))
                if (
                    entry is not None
                    and entry.is_current(now)
                    and (AFTER not in headers or _shows(entry, known, headers[AFTER]))
                ):
                    self._entries.move_to_end(entry.key)
                    request_id = self._request_id(headers)
                    condition = headers.get(b"if-none-match")
                    fit = entry.head_200 or entry.encode()
                    if condition is None and finished is not None and method == "GET" and fit:
                        head = b"%bx-request-id: %b\r\n\r\n" % (entry.head_200, request_id)
                        if finished.write(200, head, entry.body):
                            entry.counter.hits += 1
                            return
                    await self._hit(entry, condition, method, request_id, finished, send)
                    return
        await self._miss(scope, headers, receive, send, finished, refused)

    async def _hit(  # noqa: PLR0917 - one caller, and it is the hot path
        self, entry: Entry, condition: bytes | None, method: str, request_id: bytes, finished: Any, send: Send
    ) -> None:
        identified = (b"x-request-id", request_id)
        tag = "" if condition is None else known_tag(condition.decode("latin-1"), entry.etag)
        if tag:
            entry.counter.not_modified += 1
            if finished is not None and method == "GET" and entry.head_304 and condition == entry.tag:
                head = b"%bx-request-id: %b\r\n\r\n" % (entry.head_304, request_id)
                if finished.write(304, head, b""):
                    return
            headers = [*headers_of_304(entry.headers, tag), identified]
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        entry.counter.hits += 1
        await send({"type": "http.response.start", "status": 200, "headers": [*entry.headers, identified]})
        await send({"type": "http.response.body", "body": entry.body if method == "GET" else b""})

    async def _miss(  # noqa: PLR0917 - one caller, and it is the hot path
        self,
        scope: Any,
        headers: dict[bytes, bytes],
        receive: Receive,
        send: Send,
        finished: FinishedAnswers | None,
        refused: MalformedHeader | None,
    ) -> None:
        started = time.perf_counter()
        method = scope["method"]
        client = scope.get("client")
        exchange = Exchange(
            path=scope["path"],
            query=scope["query_string"],
            headers=headers,
            address=client[0] if client else "unknown",
            request_id=self._request_id(headers).decode("ascii"),
            trace=self._tracing.trace_of(headers.get(b"traceparent")),
        )
        if method == "HEAD":
            # In a copy: the server looks into its own, and would wait for the body of a GET.
            scope = {**scope, "method": "GET"}
        scope["realinsights.exchange"] = exchange
        authorization = headers.get(b"authorization")
        if authorization is not None and refused is None:
            await self._identify(exchange, authorization)
        sending = _Sending(send, finished, exchange, self._headers, method != "HEAD")
        token = CURRENT.set(exchange)
        self._metrics.in_progress += 1
        try:
            with self._tracing.span(exchange, method):
                try:
                    if refused is not None:
                        raise refused
                    await self._app(scope, receive, sending)
                    if exchange.answer is not None:
                        await sending.deliver(exchange.answer)
                except Exception as error:
                    await self._refuse(exchange, error, sending)
        finally:
            self._metrics.in_progress -= 1
            seconds = time.perf_counter() - started
            self._metrics.count(exchange.route, method, sending.status, seconds)
            self._log.answered(exchange, method=method, status=sending.status, seconds=seconds)
            CURRENT.reset(token)

    async def _identify(self, exchange: Exchange, authorization: bytes) -> None:
        try:
            exchange.principal = await self._verifier.verify(authorization, written=_written(exchange.headers))
        except (Unauthenticated, Unavailable) as refusal:
            exchange.refused = refusal
        else:
            exchange.audience = self._verified[authorization].audience

    async def _refuse(self, exchange: Exchange, error: Exception, sending: _Sending) -> None:
        problem, headers = problem_of(error, path=exchange.path, request_id=exchange.request_id)
        if problem.status >= 500 and not isinstance(error, OverQuota | Moved):
            self._metrics.failures += 1
            self._log.failed(exchange, error)
        if sending.status:
            raise error  # the answer has begun: all that is left is to break it off, so that nobody takes it for whole
        body = rendered(problem)
        headers += ((b"content-type", PROBLEM_JSON), (b"content-length", b"%d" % len(body)))
        await sending.deliver(Answer(problem.status, headers, body))

    def _request_id(self, headers: dict[bytes, bytes]) -> bytes:
        stated = headers.get(b"x-request-id")
        if stated is not None and 0 < len(stated) <= _LONGEST_REQUEST_ID and _REQUEST_ID_CHARACTERS.issuperset(stated):
            return stated
        return b"%b-%x" % (self._prefix, next(self._numbers))


def _repeated(headers: Iterable[tuple[bytes, bytes]]) -> MalformedHeader | None:
    """Return why a request is refused that says twice what may be said once; None where it does not."""
    seen: set[bytes] = set()
    for name, _ in headers:
        if name in seen and name in _ONCE:
            return MalformedHeader(f"The header {name.decode('latin-1').title()} may be sent once.")
        seen.add(name)
    return None


def _shows(entry: Entry, known: Verified, after: bytes) -> bool:
    """Tell whether an entry shows what its caller has written, and what is known of them heeds it."""
    try:
        written = written_sequences(after.decode("latin-1"))
    except MalformedHeader:
        return False  # what is wrong with it is said further on
    return written.get(entry.follows, 0) <= entry.version and written.get(REVOKING_SERVICE, 0) <= known.written


def _written(headers: Mapping[bytes, bytes]) -> int:
    """Return how far a caller says to have written in the journal of the service that revokes."""
    after = headers.get(AFTER)
    if after is None:
        return 0
    try:
        return written_sequences(after.decode("latin-1")).get(REVOKING_SERVICE, 0)
    except MalformedHeader:
        return 0  # what is wrong with it is said further on


@dataclass(slots=True)
class _Sending:
    """The sending of one answer: it adds what every answer carries, and remembers the status (0: not begun)."""

    send: Send
    finished: FinishedAnswers | None
    exchange: Exchange
    headers: list[tuple[bytes, bytes]]
    has_body: bool
    status: int = 0

    async def deliver(self, answer: Answer) -> None:
        """Send an answer that is finished, at once where the server can."""
        headers = self._completed(answer.status, answer.headers)
        self.status = answer.status
        if self.finished is not None and self.has_body:
            head = encoded_head(headers)
            if head is not None and self.finished.write(answer.status, head + b"\r\n", answer.body):
                return
        await self.send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await self.send({"type": "http.response.body", "body": answer.body if self.has_body else b""})

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            headers = self._completed(message["status"], message["headers"])
            self.status = message["status"]
            await self.send({"type": "http.response.start", "status": self.status, "headers": headers})
        elif self.has_body:
            await self.send(message)
        else:
            await self.send({"type": "http.response.body", "body": b"", "more_body": message.get("more_body", False)})

    def _completed(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        exchange = self.exchange
        completed = list(headers)
        names = {name for name, _ in completed}
        completed += exchange.response_headers
        completed += [header for header in self.headers if header[0] not in names]
        if b"cache-control" not in names:
            if b"etag" in names and status in {200, 304}:
                completed += REVALIDATE
            else:
                completed.append(NO_STORE)
        completed.append((b"x-request-id", exchange.request_id.encode("ascii")))
        return completed
