"""One route at work: who may, what is asked, one unit of work, one answer."""

from __future__ import annotations

import asyncio
import datetime
import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from realinsights_platform.business_day import date_at, day_at
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.errors import Invalid, Stale
from realinsights_platform.http.answers.answer import Answer, Json, Stream
from realinsights_platform.http.answers.compression import coding_for
from realinsights_platform.http.answers.csv_tables import CSV
from realinsights_platform.http.answers.problems import MalformedBody, UnsupportedMedia
from realinsights_platform.http.answers.sse import EventStream
from realinsights_platform.http.edge.cache import EdgeCache, Entry
from realinsights_platform.http.edge.exchange import Exchange, exchange_of
from realinsights_platform.http.preconditions import AFTER, expected_version, written_sequences
from realinsights_platform.http.routes import idempotency
from realinsights_platform.http.routes.admission import Admission
from realinsights_platform.http.routes.answering import answer_of
from realinsights_platform.http.routes.binding import Binding
from realinsights_platform.http.routes.declaring import ServiceRoutes
from realinsights_platform.http.routes.idempotency import Recording, Repeats
from realinsights_platform.http.routes.pages import Cursor
from realinsights_platform.http.routes.requests import Request
from realinsights_platform.http.routes.streams import OpenStreams
from realinsights_platform.http.settings import HttpSettings
from realinsights_platform.limits.port import Limits
from realinsights_platform.principal import Principal
from realinsights_platform.validation import decoded, decoded_json

_UNREADABLE: Final[Mapping[type[Exception], str]] = MappingProxyType(
    {RecursionError: "it is nested too deeply", UnicodeDecodeError: "a text in it is not UTF-8"}
)


class Handling:
    """One route at work, as an ASGI application behind the edge."""

    def __init__(
        self,
        binding: Binding,
        *,
        service: ServiceRoutes,
        reads: Documents,
        path: str,
        repeats: Repeats,
        limits: Limits,
        cache: EdgeCache,
        settings: HttpSettings,
        streams: OpenStreams,
        clock: Callable[[], float],
    ) -> None:
        route, wanted = binding.route, binding.wanted
        self.binding = binding
        self.path = path
        self._service = service
        self._documents = service.documents
        self._follows = service.follows or service.name
        self._admission = Admission(route, limits=limits, settings=settings)
        self._repeats = repeats
        self._cache = cache
        self._counter = cache.counter(path) if route.cached else None
        self._settings = settings
        self._streams = streams
        self._clock = clock
        # An answer that may be kept for a second, and a table, may as well be read from a copy that is as far as the
        # head that this process knows. Whatever else is asked shows what was committed last.
        documents = reads if route.cached or route.media_type == CSV else service.documents
        self._given = {**binding.given, **({"documents": documents} if "documents" in wanted else {})}
        self._wanted = wanted
        self._reads = route.method == "GET"
        self._takes_body = route.method not in {"GET", "DELETE"}
        self._list = f"{service.name}\n{route.method}\n{path}\n".encode()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request; refusals and failures are raised for the edge to render."""
        exchange = exchange_of(scope)
        exchange.route = self.path
        await self._admission.admit(exchange)
        request = None
        if "request" in self._wanted or self._takes_body:
            repeatable = self.binding.route.idempotent and idempotency.HEADER in exchange.headers
            request = Request(scope, receive, max_body=self.binding.route.max_body, hashed=repeatable)
        answer = await self._chosen(exchange, exchange.principal, request)
        if isinstance(answer, Answer):
            exchange.answer = answer
        elif isinstance(answer, EventStream) and exchange.principal is not None:
            with self._streams.opened(exchange.principal, answer.over):
                await answer(scope, receive, send)
        else:
            await answer(scope, receive, send)

    async def _chosen(
        self, exchange: Exchange, principal: Principal | None, request: Request | None
    ) -> Answer | Stream:
        if principal is None:
            return await self._answer(exchange, request)
        if AFTER in exchange.headers:
            await self._catch_up(exchange, principal.org)
        if self._reads:
            return await self._read(exchange, principal, request)
        self._settings.quota.check(await self._documents.stored_bytes(principal.org))
        if self.binding.route.idempotent and request is not None and idempotency.HEADER in exchange.headers:
            # An upload is read by its handler, or to tell whether it is the same one where its answer is there already.
            if not self.binding.route.streamed:
                await request.body()
            now = datetime.datetime.fromtimestamp(self._clock(), datetime.UTC)
            recording = Recording(exchange, principal, request, now)
            return await self._repeats.answered_once(recording, lambda: self._answer(exchange, request, recording))
        return await self._answer(exchange, request)

    async def _read(self, exchange: Exchange, principal: Principal, request: Request | None) -> Answer | Stream:
        coding = coding_for(exchange.headers.get(b"accept-encoding"))
        counter = self._counter
        if counter is not None:
            counter.misses += 1
            # The version is read before anything is, so that a write in between leaves an entry that nobody uses.
            versions = self._service.versions
            head = versions.head(principal.org)
            version = await versions.latest(principal.org) if head is None else head
            day = day_at(self._clock(), principal.zone)
        answer = await self._answer(exchange, request, coding=coding)
        if not isinstance(answer, Answer) or answer.status != 200:
            return answer
        if counter is not None and not answer.sets_cookies:
            self._cache.store(
                Entry(
                    key=(exchange.audience, exchange.path, exchange.query, coding),
                    org=principal.org,
                    follows=self._follows,
                    head=versions.head,
                    version=version,
                    day=day,
                    counter=counter,
                    etag=answer.etag,
                    headers=[*answer.headers, *self._cache.headers],
                    body=answer.body,
                )
            )
        return answer.unless_known(exchange.header(b"if-none-match"))

    async def _catch_up(self, exchange: Exchange, org: str) -> None:
        """Wait, within bounds, until this service shows what the caller has written."""
        sequence = written_sequences(exchange.header(AFTER) or "").get(self._follows, 0)
        known = self._service.versions.head(org)
        if not sequence or (known is not None and known >= sequence):
            return
        try:
            async with asyncio.timeout(self._settings.wait_seconds):
                await self._service.versions.latest(org, at_least=sequence)
        except TimeoutError:
            return  # what there is, is better than nothing

    async def _answer(
        self, exchange: Exchange, request: Request | None, recording: Recording | None = None, coding: bytes = b""
    ) -> Answer | Stream:
        arguments, cursor, business_date = self.binding.query.values(exchange.query)
        if self.binding.body is not None and request is not None:
            arguments["data"], kept = await self._data(exchange, request, self.binding.body)
            if "kept" in self._wanted:
                arguments["kept"] = kept
        self._supply(arguments, exchange, cursor, business_date)
        if "request" in self._wanted:
            arguments["request"] = request
        principal = exchange.principal
        if principal is None or not ("unit" in self._wanted or recording is not None):
            answer, sequence = await self._called(arguments, coding)
        else:
            day = business_date or date_at(self._clock(), principal.zone)

            async def work(unit: Unit) -> Answer | Stream:
                if "unit" in self._wanted:
                    arguments["unit"] = unit
                answer, _ = await self._called(arguments, coding)
                if recording is not None and isinstance(answer, Answer):
                    await self._repeats.record(unit, recording, answer)
                return answer

            answer, sequence = await committed(
                lambda: self._documents.unit(org=principal.org, actor=principal.user, business_date=day),
                work,
                # An upload is gone once it is read, so it cannot be done again.
                crossed=() if self.binding.route.streamed else (Stale,),
            )
        if sequence is not None:
            exchange.response_headers.append((b"realinsights-sequence", f"{self._service.name}={sequence}".encode()))
        return answer

    async def _called(self, arguments: dict[str, Any], coding: bytes) -> tuple[Answer | Stream, int | None]:
        """Return the handler's answer, and the sequence of what it committed by itself."""
        result = await self.binding.call(**arguments)
        if isinstance(result, Stream):
            return result, None
        return answer_of(result, self.binding.route, coding), result.sequence if isinstance(result, Json) else None

    def _supply(
        self, arguments: dict[str, Any], exchange: Exchange, cursor: str | None, business_date: datetime.date | None
    ) -> None:
        """Add what the handler asks for by name, but for the unit of work."""
        wanted, principal = self._wanted, exchange.principal
        arguments.update(self._given)
        if exchange.path_parameters:
            arguments.update(exchange.path_parameters)
        if "principal" in wanted:
            arguments["principal"] = principal
        if "business_date" in wanted:
            zone = datetime.UTC if principal is None else principal.zone
            arguments["business_date"] = business_date or date_at(self._clock(), zone)
        if "date_stated" in wanted:
            arguments["date_stated"] = business_date is not None
        if "if_match" in wanted:
            arguments["if_match"] = expected_version(exchange.header(b"if-match"))
        if "cursor" in wanted and principal is not None:
            seal = self._list + _asked_by(principal, exchange.query)
            arguments["cursor"] = Cursor(cursor, secret=self._settings.secret, binding=seal)

    async def _data(
        self, exchange: Exchange, request: Request, decoder: msgspec.json.Decoder[Any]
    ) -> tuple[Any, Mapping[str, Any]]:
        """Return the body, and what of it the service keeps by itself: see `Binding.kept`."""
        body = await request.body()
        if not body:
            if self.binding.body_default is not inspect.Parameter.empty:
                return self.binding.body_default, {}
            raise Invalid.field("body", "is required")
        content_type = (exchange.header(b"content-type") or "").partition(";")[0].strip().lower()
        if content_type != "application/json" and not content_type.endswith("+json"):
            raise UnsupportedMedia("Send the body as application/json.")
        try:
            return decoded_json(body, decoder), {}
        except Invalid:
            said = msgspec.json.decode(body) if self.binding.kept else None
            if not isinstance(said, dict) or self.binding.kept.isdisjoint(said):
                raise
            kept = {name: said.pop(name) for name in self.binding.kept & said.keys()}
            return decoded(said, decoder.type, what="body"), kept
        except (RecursionError, UnicodeDecodeError, msgspec.DecodeError) as error:
            reason = _UNREADABLE.get(type(error)) or str(error).removeprefix("JSON is malformed: ")
            raise MalformedBody(f"The body is not JSON that can be read: {reason}.") from error


def _asked_by(principal: Principal, query: bytes) -> bytes:
    """Return what a cursor is good for: this organization, scope and query, wherever in it the cursor itself stands."""
    rest = sorted(part for part in query.split(b"&") if part and not part.startswith(b"cursor="))
    return principal.org.encode() + b"\n" + principal.scope.encode() + b"\n" + b"&".join(rest) + b"\n"
