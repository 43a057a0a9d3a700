"""The answering of journal feeds: what a process tells other services of the journals that it holds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from starlette.types import ASGIApp, Receive, Scope, Send

from realinsights_platform.documents.journal_port import Feed
from realinsights_platform.errors import FaultCode, Invalid, NotFound, Unauthenticated
from realinsights_platform.feeds.tokens import ServiceTokens
from realinsights_platform.feeds.wire import ENTRIES, MOST, ORGANIZATIONS, SEQUENCE, Entry
from realinsights_platform.http.answers.answer import ENCODER, Answer
from realinsights_platform.http.edge.exchange import Exchange, exchange_of

_SCHEME: Final = "bearer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journals:
    """The journals that a process tells of, by service; `readers` are the services that follow each of them."""

    feeds: Mapping[str, Feed]
    readers: Mapping[str, frozenset[str]]
    tokens: ServiceTokens


def feed_paths(journals: Journals) -> dict[str, ASGIApp]:
    """Return what answers the feeds, by path. Each asks for the token of a service that follows the one asked."""

    async def sequence(feed: Feed, exchange: Exchange) -> Any:
        return await feed.sequence(_org(_asked(exchange)))

    async def organizations(feed: Feed, exchange: Exchange) -> Any:
        asked = _asked(exchange)
        return await feed.organizations(after=asked.get("after", ""), limit=_number(asked, "limit", 100, most=MOST))

    async def entries(feed: Feed, exchange: Exchange) -> Any:
        asked = _asked(exchange)
        found = await feed.outbox(
            _org(asked),
            after=_number(asked, "after", 0, most=2**63 - 1),
            limit=_number(asked, "limit", 100, most=MOST),
        )
        return [Entry.of(outgoing) for outgoing in found]

    def answering(path: str, answer: Callable[[Feed, Exchange], Awaitable[Any]]) -> ASGIApp:
        async def answered(scope: Scope, _: Receive, __: Send) -> None:
            exchange = exchange_of(scope)
            exchange.route = path
            feed = _admitted(journals, exchange)
            body = ENCODER.encode(await answer(feed, exchange))
            headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
            exchange.answer = Answer(200, headers, body)

        return answered

    return {
        path: answering(path, answer)
        for path, answer in ((SEQUENCE, sequence), (ORGANIZATIONS, organizations), (ENTRIES, entries))
    }


def _admitted(journals: Journals, exchange: Exchange) -> Feed:
    service = exchange.path_parameters["service"]
    scheme, _, token = (exchange.header(b"authorization") or "").partition(" ")
    if scheme.lower() != _SCHEME or not token:
        raise Unauthenticated("A journal is told to services only.")
    journals.tokens.admit(token.strip(), asked=service, readers=journals.readers.get(service, frozenset()))
    feed = journals.feeds.get(service)
    if feed is None:
        raise NotFound(f"This process does not hold the service {service}.")
    return feed


def _asked(exchange: Exchange) -> dict[str, str]:
    return dict(parse_qsl(exchange.query.decode("latin-1")))


def _org(asked: Mapping[str, str]) -> str:
    if not asked.get("org"):
        raise Invalid.field("org", "is required", FaultCode.REQUIRED)
    return asked["org"]


def _number(asked: Mapping[str, str], name: str, otherwise: int, *, most: int) -> int:
    try:
        value = msgspec.convert(asked.get(name, otherwise), int, strict=False)
    except msgspec.ValidationError:
        value = -1
    if not 0 <= value <= most:
        raise Invalid.field(name, f"must be a whole number from 0 to {most}")
    return value
