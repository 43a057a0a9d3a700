"""Journal feeds over HTTP: what processes of a service tell other services, whom they tell it, who is passed over."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from realinsights_platform.documents.port import Document, Kind
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.errors import Forbidden, Unauthenticated, Unavailable
from realinsights_platform.events import Event
from realinsights_platform.feeds.http import HttpFeed
from realinsights_platform.feeds.metrics import FeedMetrics
from realinsights_platform.feeds.tokens import LASTS, ServiceTokens
from realinsights_platform.http.application import application
from realinsights_platform.http.journals import Journals
from realinsights_platform.http.settings import HttpSettings
from realinsights_platform.limits.opening import open_limits
from realinsights_platform.secret import Secret
from realinsights_platform.tokens import Revocations, Verifier

TODAY = datetime.date(2026, 3, 31)
SECRET = Secret(b"s" * 32)
READERS = {"loans": frozenset({"dashboard"})}
LOANS = {"service": "loans"}


class Thing(Document, frozen=True, kw_only=True):
    """Something that is stored."""


class Happened(Event, frozen=True, tag="tests.happened.v1"):
    """Something that is told."""

    number: int


THINGS = Kind("loans", "thing", Thing)


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class NoKeys:
    async def keys(self) -> tuple[Any, ...]:
        return ()

    async def is_revoked(self, claims: Any) -> bool:
        raise AssertionError("nobody's token is looked up here")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def journal(tmp_path: Path) -> Any:
    documents = SqliteDocuments.open(tmp_path / "loans.sqlite", service="loans", kinds=(THINGS,))
    for number in range(1, 4):
        async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            unit.put(THINGS, Thing(id=str(number), org="acme", version=0))
            unit.emit(Happened(number=number))
    async with documents.unit(org="b/c?d", actor="bob", business_date=TODAY) as unit:
        unit.put(THINGS, Thing(id="1", org="b/c?d", version=0))
    yield documents
    await documents.close()


@pytest.fixture
def answers(journal: SqliteDocuments, clock: Clock) -> httpx.ASGITransport:
    """Return a process that holds the service."""
    edge = application(
        services=[],
        verifier=Verifier(
            register=NoKeys(),
            issuer="x",
            audience="x",
            permissions=lambda role: frozenset(),
            revocations=Revocations(),
        ),
        limits=open_limits("memory://"),
        settings=HttpSettings(secret=b"k" * 32),
        journals=Journals(feeds={"loans": journal}, readers=READERS, tokens=ServiceTokens(SECRET, clock=clock)),
    )
    return httpx.ASGITransport(edge)


class Network(httpx.AsyncBaseTransport):
    """Processes by address; one that is not there refuses the connection."""

    def __init__(self, **processes: httpx.AsyncBaseTransport) -> None:
        self.processes = processes
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.host)
        process = self.processes.get(request.url.host)
        if process is None:
            raise httpx.ConnectError("connection refused")
        return await process.handle_async_request(request)


class Saying(httpx.AsyncBaseTransport):
    """A process that says the same whatever it is asked."""

    def __init__(self, status: int, content: bytes) -> None:
        self.answer = (status, content)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        status, content = self.answer
        return httpx.Response(status, content=content)


def feed_of(network: Network, clock: Clock, *, asking: str = "dashboard", secret: Secret = SECRET) -> HttpFeed:
    addresses = [f"http://{name}/" for name in network.processes] or ["http://nowhere"]
    return HttpFeed(
        "loans",
        asking=asking,
        addresses=addresses,
        tokens=ServiceTokens(secret, clock=clock),
        transport=network,
        clock=clock,
    )


async def test_tells_what_the_journal_tells(journal: SqliteDocuments, answers: Any, clock: Clock) -> None:
    feed = feed_of(Network(one=answers), clock)
    assert (await feed.sequence("acme"), await feed.sequence("nobody"), await feed.sequence("b/c?d")) == (3, 0, 1)
    assert await feed.organizations() == await journal.organizations() == ("acme", "b/c?d")
    assert await feed.organizations(after="acme", limit=1) == ("b/c?d",)
    told = await feed.outbox("acme", after=1, limit=1)
    assert told == await journal.outbox("acme", after=1, limit=1)
    assert msgspec.json.decode(told[0].events)[0]["number"] == 2
    assert [one.sequence for one in await feed.outbox("acme", after=0)] == [1, 2, 3]
    assert feed.relaxed(lambda org: None) is feed
    await feed.close()


async def test_passes_over_who_does_not_answer_or_answers_garbage(answers: Any, clock: Clock) -> None:
    broken = {"away": None, "failing": Saying(500, b""), "garbled": Saying(200, b'{"no": "number"}')}
    network = Network(**{name: one for name, one in broken.items() if one is not None}, one=answers)
    feed = feed_of(network, clock)
    for _ in range(4):
        assert await feed.sequence("acme") == 3
    assert {"failing", "garbled", "one"} <= set(network.asked)
    del network.processes["one"]
    with pytest.raises(Unavailable, match="The loans service does not answer just now"):
        await feed.sequence("acme")
    await feed.close()


async def test_is_measured(answers: Any, clock: Clock) -> None:
    def measured() -> dict[str, float]:
        samples = [sample for metric in FeedMetrics().collect() for sample in metric.samples]
        wanted = ("feed_seconds_count", "feed_passed_over_total", "feed_away_total")
        return {
            name: sum(one.value for one in samples if one.name == f"realinsights_{name}" and one.labels == LOANS)
            for name in wanted
        }

    network = Network(failing=Saying(500, b""), one=answers)
    feed = feed_of(network, clock)
    before = measured()
    for _ in range(4):
        await feed.sequence("acme")
    del network.processes["one"]
    with pytest.raises(Unavailable):
        await feed.sequence("acme")
    after = measured()
    await feed.close()
    assert {name: after[name] - before[name] for name in after} == {
        "feed_seconds_count": 5,
        "feed_passed_over_total": 4,  # each other question begins with it, and the last one asks both
        "feed_away_total": 1,
    }


@pytest.mark.parametrize(
    ("asking", "secret"),
    [("notifications", SECRET), ("loans", SECRET), ("dashboard", Secret(b"another" * 5))],
    ids=["a service that does not follow it", "the service itself", "another installation"],
)
async def test_is_not_told_to(answers: Any, clock: Clock, asking: str, secret: Secret) -> None:
    feed = feed_of(Network(one=answers), clock, asking=asking, secret=secret)
    with pytest.raises(Unavailable):
        await feed.outbox("acme", after=0)
    await feed.close()


@pytest.mark.parametrize(
    ("token", "status"),
    [
        (lambda tokens: "", 401),
        (lambda tokens: "nonsense", 401),
        (lambda tokens: "x" * 5_000, 401),
        (lambda tokens: tokens.token("dashboard", asked="auth"), 403),
        (lambda tokens: tokens.token("files", asked="loans"), 403),
    ],
)
async def test_asks_for_a_token_of_a_service(
    answers: Any, clock: Clock, token: Callable[[ServiceTokens], str], status: int
) -> None:
    headers = {"Authorization": f"Bearer {token(ServiceTokens(SECRET, clock=clock))}"}
    async with httpx.AsyncClient(transport=answers, base_url="http://one") as client:
        for path in ("entries?org=acme", "sequence?org=acme", "organizations"):
            assert (await client.get(f"/internal/journals/loans/{path}", headers=headers)).status_code == status
            assert (await client.get(f"/internal/journals/loans/{path}")).status_code == 401
        assert (await client.post("/internal/journals/loans/organizations", headers=headers)).status_code == 405


async def test_refuses_what_cannot_be(answers: Any, clock: Clock) -> None:
    headers = {"Authorization": f"Bearer {ServiceTokens(SECRET, clock=clock).token('dashboard', asked='loans')}"}
    async with httpx.AsyncClient(transport=answers, base_url="http://one") as client:
        for asked in ("after=-1", "after=x", "limit=1001", f"after={2**63}"):
            answer = await client.get(f"/internal/journals/loans/entries?org=acme&{asked}", headers=headers)
            assert answer.status_code == 422, answer.text
            assert answer.json()["errors"][0]["field"] == asked.partition("=")[0]
        assert (await client.get("/internal/journals/loans/sequence", headers=headers)).status_code == 422


class TestTokens:
    def test_are_good_for_a_minute(self, clock: Clock) -> None:
        tokens = ServiceTokens(SECRET, clock=clock)
        token = tokens.token("dashboard", asked="loans")
        assert tokens.admit(token, asked="loans", readers=READERS["loans"]) == "dashboard"
        clock.now += LASTS + 5
        with pytest.raises(Unauthenticated, match="expired"):
            tokens.admit(token, asked="loans", readers=READERS["loans"])

    def test_are_good_for_one_service_and_of_one_that_follows_it(self, clock: Clock) -> None:
        tokens = ServiceTokens(SECRET, clock=clock)
        with pytest.raises(Forbidden, match="good for auth, not for loans"):
            tokens.admit(tokens.token("dashboard", asked="auth"), asked="loans", readers=READERS["loans"])
        with pytest.raises(Forbidden, match="files does not follow loans"):
            tokens.admit(tokens.token("files", asked="loans"), asked="loans", readers=READERS["loans"])

    async def test_are_made_anew_before_they_expire(self, answers: Any, clock: Clock) -> None:
        feed = feed_of(Network(one=answers), clock)
        for _ in range(10):
            assert await feed.sequence("acme") == 3
            clock.now += LASTS / 3
        await feed.close()
