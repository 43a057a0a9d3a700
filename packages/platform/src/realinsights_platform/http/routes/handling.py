"""One route at work: who may, what is asked, one unit of work, one answer."""

from __future__ import annotations

import asyncio
import datetime
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import msgspec

from realinsights_platform.business_day import date_at, day_at
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.errors import Conflict, Forbidden, Refusal, TooMany, Unauthenticated
from realinsights_platform.http.answers.answer import Answer, Stream, not_modified
from realinsights_platform.http.answers.problems import MalformedBody, UnsupportedMedia
from realinsights_platform.http.answers.sse import EventStream
from realinsights_platform.http.edge.cache import Counter, EdgeCache, Entry
from realinsights_platform.http.edge.exchange import Exchange, exchange_of
from realinsights_platform.http.preconditions import expected_version, none_match, written_sequences
from realinsights_platform.http.routes import idempotency
from realinsights_platform.http.routes.answering import answer_of
from realinsights_platform.http.routes.binding import Binding, missing
from realinsights_platform.http.routes.declaring import SIGNED_IN, ServiceRoutes
from realinsights_platform.http.routes.idempotency import Repeats
from realinsights_platform.http.routes.pages import Cursor
from realinsights_platform.http.routes.requests import Request
from realinsights_platform.http.routes.validation import decoded_json
from realinsights_platform.http.settings import ANONYMOUS, SIGNED_IN_USER, HttpSettings
from realinsights_platform.limits import Limits, Rate
from realinsights_platform.principal import Principal

Answers = Answer | EventStream | Stream

_AFTER: Final = b"realinsights-after"
_REPLAYED: Final = frozenset({b"location", b"etag", b"content-type"})
"""The headers of a first answer that its replay repeats."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Where a request's answer is to be stored."""

    answer_id: str
    request: Request
    now: datetime.datetime


class Asked:
    """What is known when a handler's arguments are gathered."""

    __slots__ = ("business_date", "cursor", "documents", "exchange", "request", "unit")

    def __init__(self, exchange: Exchange, documents: Documents, request: Request | None) -> None:
        self.exchange = exchange
        self.documents = documents
        self.request = request
        self.business_date: datetime.date | None = None
        self.unit: Unit | None = None
        self.cursor: Cursor | None = None


_SUPPLIERS: Final[Mapping[str, Callable[[Asked], Any]]] = MappingProxyType(
    {
        "business_date": lambda asked: asked.business_date,
        "cursor": lambda asked: asked.cursor,
        "documents": lambda asked: asked.documents,
        "if_match": lambda asked: expected_version(asked.exchange.header(b"if-match")),
        "principal": lambda asked: asked.exchange.principal,
        "request": lambda asked: asked.request,
        "unit": lambda asked: asked.unit,
    }
)


class Handling:
    """Answers one route's requests; called by the framework once it knows the route."""

    def __init__(
        self,
        binding: Binding,
        *,
        service: ServiceRoutes,
        path: str,
        repeats: Repeats,
        limits: Limits,
        cache: EdgeCache,
        settings: HttpSettings,
        clock: Callable[[], float],
    ) -> None:
        route = binding.route
        self.binding = binding
        self.path = path
        self._service = service
        self._documents = service.documents
        self._follows = service.follows or service.name
        self._repeats = repeats
        self._limits = limits
        self._cache = cache
        self._counter = cache.counter(path) if route.cached else None
        self._settings = settings
        self._clock = clock
        self._rate_name = route.limit or (ANONYMOUS if route.permission is None else SIGNED_IN_USER)
        if self._rate_name not in settings.rates:
            raise ValueError(f"{route.method} {route.path}: there is no rate called {self._rate_name!r}")
        self._rate: Rate = settings.rates[self._rate_name]
        self._anonymous: Rate = settings.rates[ANONYMOUS]
        self._suppliers = tuple((name, _SUPPLIERS[name]) for name in sorted(binding.wanted))
        self._wants_date = "business_date" in binding.wanted
        self._wants_unit = "unit" in binding.wanted
        self._wants_cursor = "cursor" in binding.wanted
        self._wants_request = "request" in binding.wanted or route.method not in {"GET", "DELETE"}
        self._list = f"{service.name}\n{route.method}\n{path}\n".encode()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request; refusals and failures are raised for the edge to render."""
        exchange = exchange_of(scope)
        exchange.route = self.path
        principal = exchange.principal
        await self._admit(exchange, principal)
        request = None
        if self._wants_request:
            request = Request(scope, receive)
            request.max_body = self.binding.route.max_body
        answer = await self._chosen(exchange, principal, request)
        if isinstance(answer, Answer):
            exchange.answer = answer
        else:
            await answer(scope, receive, send)

    async def _chosen(self, exchange: Exchange, principal: Principal | None, request: Request | None) -> Answers:
        route = self.binding.route
        if principal is None:
            return await self._answer(exchange, request, None)
        if _AFTER in exchange.headers:
            await self._catch_up(exchange, principal.org)
        if route.idempotent and request is not None and idempotency.HEADER in exchange.headers:
            return await self._answer_once(exchange, request, principal)
        # The version is read before anything is, so that a write in between leaves an entry that nobody uses.
        entry = None if self._counter is None else self._promise(exchange, principal, self._counter)
        answer = await self._answer(exchange, request, None)
        if route.method != "GET" or not isinstance(answer, Answer) or answer.status != 200:
            return answer
        if entry is not None and not answer.sets_cookies:
            entry.fill(etag=answer.etag, headers=[*answer.headers, *self._cache.headers], body=answer.body)
            self._cache.store(entry)
        condition = exchange.header(b"if-none-match")
        return not_modified(answer) if condition is not None and none_match(condition, answer.etag) else answer

    async def _admit(self, exchange: Exchange, principal: Principal | None) -> None:
        permission = self.binding.route.permission
        if permission is None:
            await self._count(exchange, f"{self._rate_name}:{exchange.address}", self._rate)
            return
        if principal is None:
            await self._count(exchange, f"{ANONYMOUS}:{exchange.address}", self._anonymous)
            raise exchange.refused or Unauthenticated("Sign in: send an access token as `Authorization: Bearer …`")
        await self._count(exchange, f"{self._rate_name}:{principal.org}:{principal.user}", self._rate)
        if permission != SIGNED_IN and permission not in principal.permissions:
            raise Forbidden("Your role does not allow this; ask an administrator of your organization")

    async def _count(self, exchange: Exchange, key: str, rate: Rate) -> None:
        allowance = await self._limits.hit(key, rate)
        exchange.response_headers += (
            (b"ratelimit-limit", b"%d" % allowance.limit),
            (b"ratelimit-remaining", b"%d" % allowance.remaining),
            (b"ratelimit-reset", b"%d" % allowance.reset),
        )
        if not allowance.allowed:
            raise TooMany("Too many requests; try again later", retry_after=allowance.reset)

    async def _catch_up(self, exchange: Exchange, org: str) -> None:
        """Wait, within bounds, until this service shows what the caller has written."""
        sequence = written_sequences(exchange.header(_AFTER) or "").get(self._follows, 0)
        caught_up = self._service.caught_up
        if caught_up is None or self._service.head(org) >= sequence:
            return
        try:
            async with asyncio.timeout(self._settings.wait_seconds):
                await caught_up(org, sequence)
        except TimeoutError:
            return  # what there is, is better than nothing

    def _promise(self, exchange: Exchange, principal: Principal, counter: Counter) -> Entry:
        counter.misses += 1
        return Entry(
            key=(exchange.audience, exchange.path, exchange.query),
            org=principal.org,
            follows=self._follows,
            head=self._service.head,
            version=self._service.head(principal.org),
            day=day_at(self._clock(), principal.zone),
            counter=counter,
        )

    async def _answer_once(self, exchange: Exchange, request: Request, principal: Principal) -> Answers:
        """Answer a request that carries an idempotency key: do it, or return the answer it had."""
        # An upload is read by its handler, or where its answer is there already: to tell whether it is the same one.
        request.start_digest()
        if not self.binding.route.streamed:
            await request.body()
        answer_id = idempotency.answer_id(principal, exchange.header(idempotency.HEADER) or "")
        recording = Recording(answer_id, request, self._now())
        repeats, org = self._repeats, principal.org
        await repeats.wait(org, answer_id)
        with repeats.alone(org, answer_id):
            stored = await repeats.find(org, answer_id, recording.now)
            if stored is None:
                try:
                    return await self._answer(exchange, request, recording)
                except Conflict:
                    # Another process may have been faster with the same request.
                    stored = await repeats.find(org, answer_id, recording.now)
                    if stored is None:
                        raise
        return idempotency.replayed(stored, idempotency.fingerprint(exchange, await request.digest()))

    async def _answer(self, exchange: Exchange, request: Request | None, recording: Recording | None) -> Answers:
        binding = self.binding
        arguments, cursor, business_date = binding.query.values(exchange.query)
        if binding.given:
            arguments.update(binding.given)
        for name in binding.path:
            arguments[name] = exchange.path_parameters[name]
        if binding.body is not None and request is not None:
            arguments["data"] = await self._data(exchange, request, binding.body)
        asked = Asked(exchange, self._documents, request)
        wants_unit = self._wants_unit or recording is not None
        if self._wants_date or wants_unit:
            zone = datetime.UTC if exchange.principal is None else exchange.principal.zone
            asked.business_date = business_date or date_at(self._clock(), zone)
        if exchange.principal is not None:
            if wants_unit:
                asked.unit = self._unit(exchange.principal, asked)
            if self._wants_cursor:
                seal = self._list + _asked_by(exchange.principal, exchange.query)
                asked.cursor = Cursor(cursor, secret=self._settings.secret, binding=seal)
        for name, supply in self._suppliers:
            arguments[name] = supply(asked)
        result = await binding.call(**arguments)
        if isinstance(result, Stream | EventStream):
            await self._commit(asked.unit, exchange)
            return result
        answer = answer_of(result, binding.route)
        if asked.unit is not None:
            if recording is not None:
                await self._record(asked.unit, exchange, recording, answer)
            await self._commit(asked.unit, exchange)
        return answer

    def _unit(self, principal: Principal, asked: Asked) -> Unit:
        business_date = asked.business_date or date_at(self._clock(), principal.zone)
        return self._documents.unit(org=principal.org, actor=principal.user, business_date=business_date)

    async def _record(self, unit: Unit, exchange: Exchange, recording: Recording, answer: Answer) -> None:
        headers = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in answer.headers if n in _REPLAYED)
        await self._repeats.record(
            unit,
            recording.answer_id,
            idempotency.fingerprint(exchange, await recording.request.digest()),
            status=answer.status,
            headers=headers,
            body=answer.body,
            now=recording.now,
        )

    async def _data(self, exchange: Exchange, request: Request, decoder: msgspec.json.Decoder[Any]) -> Any:
        body = await request.body()
        if not body:
            if self.binding.body_default is not inspect.Parameter.empty:
                return self.binding.body_default
            raise missing("body")
        content_type = (exchange.header(b"content-type") or "").partition(";")[0].strip().lower()
        if content_type != "application/json" and not content_type.endswith("+json"):
            raise UnsupportedMedia("Send the body as application/json")
        try:
            return decoded_json(body, decoder)
        except Refusal:
            raise
        except RecursionError as error:
            raise MalformedBody("The body is not JSON that can be read: it is nested too deeply") from error
        except UnicodeDecodeError as error:
            raise MalformedBody("The body is not JSON that can be read: a text in it is not UTF-8") from error
        except msgspec.DecodeError as error:
            reason = str(error).removeprefix("JSON is malformed: ")
            raise MalformedBody(f"The body is not JSON that can be read: {reason}") from error

    async def _commit(self, unit: Unit | None, exchange: Exchange) -> None:
        if unit is None:
            return
        sequence = await unit.commit()
        if sequence is not None:
            exchange.response_headers.append((b"realinsights-sequence", f"{self._service.name}={sequence}".encode()))

    def _now(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self._clock(), datetime.UTC)


def _asked_by(principal: Principal, query: bytes) -> bytes:
    """Return what a cursor is good for: this organization, scope and query, wherever in it the cursor itself stands."""
    rest = sorted(part for part in query.split(b"&") if part and not part.startswith(b"cursor="))
    return principal.org.encode() + b"\n" + principal.scope.encode() + b"\n" + b"&".join(rest) + b"\n"
