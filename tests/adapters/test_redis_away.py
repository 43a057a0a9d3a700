"""A Redis that is away: killed and started again, or standing still; what depends on it goes on, and comes back."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
import uvloop
from joserfc import jwt
from joserfc.jwk import OKPKey
from prometheus_client import CollectorRegistry

from realinsights import engines
from realinsights_platform.cache.port import CacheAway
from realinsights_platform.cache.redis import RedisCache
from realinsights_platform.documents.heads import Announcements
from realinsights_platform.errors import Unauthenticated
from realinsights_platform.limits.port import Rate
from realinsights_platform.limits.redis import RedisLimits
from realinsights_platform.redis.metrics import RedisMetrics
from realinsights_platform.redis.urls import RedisUrl, read_url
from realinsights_platform.revoking import revoke
from realinsights_platform.stream.redis import RedisStream
from realinsights_platform.stream.redis_dead import DeadLetters
from realinsights_platform.stream.redis_partitions import partition_of
from realinsights_platform.token_register import Claims, Revocation
from realinsights_platform.tokens import Revocations, Verifier

from .test_stream import CODEC, PATIENCE, a_message, places, received

HOURLY = Rate(amount=3, seconds=3600)
TIMEOUT = 0.3
"""The deadline of a call, in seconds; what stands still is noticed after it."""


class Server:
    """A Valkey of one test, which can go and come back."""

    def __init__(self, node: engines.Node) -> None:
        self._node = node

    @property
    def url(self) -> RedisUrl:
        return read_url(f"{self._node.engine.url}?timeout={TIMEOUT}")

    def goes(self, how: str) -> None:
        if how == "killed":
            self._node.kill()
        else:
            self._node.process.send_signal(signal.SIGSTOP)

    def comes_back(self, how: str) -> None:
        if how == "killed":
            self._node.start()
        else:
            self._node.process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        self._node.process.send_signal(signal.SIGCONT)
        self._node.stop()


@pytest.fixture
def server(installed_engines: Path, tmp_path: Path) -> Iterator[Server]:
    engine = engines.valkey(tmp_path / "data", port=engines.free_port(), installed=installed_engines)
    server = Server(engines.Node(engine, engines.start(engine)))
    yield server
    server.end()


@pytest.fixture(params=["killed", "stopped"])
def how(request: pytest.FixtureRequest) -> str:
    """Return how the server goes: its process is killed, or stands still and answers nothing."""
    return str(request.param)


async def until(happened: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await happened():  # noqa: ASYNC110 - a server tells nobody that it is back
            await asyncio.sleep(0)


class TestCache:
    async def test_misses_counts_by_itself_gives_no_lease_and_comes_back(self, server: Server, how: str) -> None:
        cache = RedisCache(server.url)
        assert await cache.set("rate", b"5.25", seconds=600)
        token = await cache.acquire("relay", seconds=600)
        assert token is not None
        assert await cache.increment("visits", seconds=600) == 1
        server.goes(how)
        async with asyncio.timeout(PATIENCE):
            assert await cache.get("rate") is None
            with pytest.raises(CacheAway):
                await cache.get_surely("rate")
            assert not await cache.set("rate", b"5.50", seconds=600)
            await cache.delete("rate")
            assert not await cache.announce("prices", b"up")
            assert [await cache.increment("visits", seconds=600) for _ in range(3)] == [1, 2, 3]
            assert await cache.get("visits") == b"3"
            assert await cache.acquire("another", seconds=600) is None
            assert not await cache.extend("relay", token, seconds=600)
            await cache.release("relay", token)
        server.comes_back(how)

        async def is_back() -> bool:
            return await cache.set("back", b"", seconds=600)

        await until(is_back)
        assert await cache.get("rate") == b"5.25", "what was there is there"
        assert await cache.increment("visits", seconds=600) == 2
        assert await cache.extend("relay", token, seconds=600)
        await cache.close()

    async def test_hears_announcements_again(self, server: Server, how: str) -> None:
        here, there = RedisCache(server.url), RedisCache(server.url)
        heard: list[bytes] = []
        there.listen("prices", heard.append)
        await asyncio.wait_for(there.listening(), PATIENCE)
        server.goes(how)
        assert not await here.announce("prices", b"lost")
        if how == "stopped":
            # It is noticed by its silence: two of them, a second and the URL's deadline long.
            async def lost() -> bool:
                return not there._listener._confirmed

            await until(lost)
        server.comes_back(how)

        async def arrives() -> bool:
            await here.announce("prices", b"up")
            return b"up" in heard

        await until(arrives)
        await here.close()
        await there.close()

    async def test_says_once_that_it_is_away_and_once_that_it_is_back_and_never_the_password(
        self, server: Server, how: str
    ) -> None:
        cache = RedisCache(server.url)
        await cache.set("rate", b"5.25", seconds=600)
        with structlog.testing.capture_logs() as lines:
            server.goes(how)
            for _ in range(200):
                await cache.get("rate")
            server.comes_back(how)

            async def is_back() -> bool:
                return await cache.get("rate") is not None

            await until(is_back)
        assert [line["event"] for line in lines] == ["redis.away", "redis.back"]
        await cache.close()
        secret = RedisCache(read_url("redis://ana:s3cret@127.0.0.1:1/0?timeout=0.2"))
        with structlog.testing.capture_logs() as lines:
            assert await secret.get("rate") is None
        assert "s3cret" not in repr((lines, secret.calls.url))
        await secret.close()

    async def test_that_stands_still_keeps_one_call_waiting_and_no_more(self, server: Server) -> None:
        cache = RedisCache(server.url)
        await cache.set("rate", b"5.25", seconds=600)
        server.goes("stopped")
        assert await cache.get("rate") is None
        waited = 0
        for _ in range(1000):
            waiting = asyncio.ensure_future(cache.get("rate"))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            waited += not waiting.done()
            await waiting
        assert waited < 30, "but for those that look whether it is back"
        await cache.close()

    def test_whose_connections_were_closed_by_another_task_makes_others(self, server: Server) -> None:
        async def closed() -> None:
            cache = RedisCache(server.url)
            heard: list[bytes] = []
            cache.listen("prices", heard.append)
            await cache.listening()
            assert await cache.set("rate", b"5.25", seconds=600)
            listening = cache._listener._connection
            pool: Any = cache.calls.client
            for connection in [*pool.connection_pool._available_connections, listening]:
                connection._writer.transport.abort()  # as a cluster's client does when a node is gone
            async with asyncio.timeout(PATIENCE):
                while await cache.get("rate") != b"5.25":  # noqa: ASYNC110
                    await asyncio.sleep(0)
                while not heard:
                    await cache.announce("prices", b"up")
                    await asyncio.sleep(0.01)
            await cache.close()

        uvloop.run(closed())  # the loop that the server runs on, which has an error of its own for it


class TestLimits:
    async def test_allow_and_count_it(self, server: Server, how: str) -> None:
        limits = RedisLimits(server.url)
        registry = CollectorRegistry()
        registry.register(RedisMetrics([limits.calls]))
        for _ in range(3):
            await limits.hit("ana", HOURLY)
        server.goes(how)
        for _ in range(5):
            assert (await limits.hit("ana", HOURLY)).allowed
        assert registry.get_sample_value("realinsights_redis_calls_unanswered_total", {"engine": "limits"}) == 5
        assert registry.get_sample_value("realinsights_redis_away", {"engine": "limits"}) == 1
        server.comes_back(how)

        async def is_back() -> bool:
            return not (await limits.hit("ana", HOURLY)).allowed

        await until(is_back)
        assert registry.get_sample_value("realinsights_redis_away", {"engine": "limits"}) == 0
        await limits.close()


class TestStream:
    async def test_keeps_what_it_had_and_takes_the_rest_once_it_is_back(self, server: Server, how: str) -> None:
        here = RedisStream(server.url, {"loans": CODEC})
        there = RedisStream(server.url, {"loans": CODEC})
        subscription = there.subscribe("dashboard", ["loans"])
        await asyncio.wait_for(subscription.joined(), PATIENCE)
        await here.publish([a_message(sequence) for sequence in range(1, 6)])
        assert places(await received(subscription, 5)) == [("acme", sequence) for sequence in range(1, 6)]
        server.goes(how)
        await subscription.acknowledge("loans", "acme", 3)
        publishing = asyncio.create_task(here.publish([a_message(sequence) for sequence in range(6, 9)]))
        waiting = asyncio.create_task(received(subscription, 3))
        await asyncio.wait((publishing,), timeout=3 * TIMEOUT)
        assert not publishing.done()
        server.comes_back(how)
        await asyncio.wait_for(publishing, PATIENCE)
        assert places(await waiting) == [("acme", sequence) for sequence in range(6, 9)]
        await subscription.close()
        again = there.subscribe("dashboard", ["loans"])
        assert places(await received(again, 5))[:5] == [("acme", sequence) for sequence in range(4, 9)]
        await here.close()
        await there.close()

    async def test_gives_again_what_it_gave_in_an_answer_that_was_lost(self, server: Server) -> None:
        here = RedisStream(server.url, {"loans": CODEC})
        there = RedisStream(server.url, {"loans": CODEC})
        subscription = there.subscribe("dashboard", ["loans"])
        await asyncio.wait_for(subscription.joined(), PATIENCE)
        await here.publish([a_message(1)])
        assert places(await received(subscription, 1)) == [("acme", 1)]
        await here.publish([a_message(2), a_message(3)])
        server.goes("stopped")
        waiting = asyncio.create_task(received(subscription, 2))
        # It asks, and asks no longer; what it has asked is done as soon as the server goes on.
        while not there.calls.away:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        server.comes_back("stopped")
        assert places(await waiting) == [("acme", 2), ("acme", 3)]
        for sequence in range(1, 4):
            await subscription.acknowledge("loans", "acme", sequence)
        assert await here.calls.command("", "XLEN", partition_of(server.url, "loans", "acme").stream) == 0
        await here.close()
        await there.close()

    async def test_buries_once_what_it_was_told_twice_to_bury(self, server: Server) -> None:
        stream = RedisStream(server.url, {"loans": CODEC})
        dead = DeadLetters(server.url, ["loans"])
        subscription = stream.subscribe("dashboard", ["loans"])
        await asyncio.wait_for(subscription.joined(), PATIENCE)
        await stream.publish([a_message(sequence) for sequence in range(1, 4)])
        first, message, _ = await received(subscription, 3)
        await subscription.bury(first, "It is wrong.")  # from now on the server knows the script
        server.goes("stopped")
        await subscription.bury(message, "It is wrong.")
        server.comes_back("stopped")

        async def is_buried() -> bool:
            await subscription.bury(message, "It is wrong.")
            return not stream.calls.away

        await until(is_buried)
        assert [letter.sequence async for letter in dead.all()] == [1, 2]
        await dead.close()
        await stream.close()


class TestCluster:
    async def test_without_one_node_has_the_keys_of_the_others(self, installed_engines: Path, tmp_path: Path) -> None:
        with engines.running_cluster(tmp_path, installed=installed_engines) as nodes:
            hosts = ",".join(f"{engines.LOOPBACK}:{node.port}" for node in nodes)
            url = read_url(f"redis+cluster://{hosts}?timeout=2")
            cache, stream = RedisCache(url), RedisStream(url, {"loans": CODEC})
            client: Any = cache.calls.client
            keys = [f"rate-{number}" for number in range(30)]
            for key in keys:
                assert await cache.set(key, b"5.25", seconds=600)
            gone = nodes[1]
            there = {key for key in keys if client.get_node_from_key(f"ri:v:{key}").port != gone.port}
            orgs = [f"org-{number}" for number in range(100)]
            subscription = stream.subscribe("dashboard", ["loans"])
            await asyncio.wait_for(subscription.joined(), PATIENCE)

            def reachable(org: str) -> bool:
                key = partition_of(url, "loans", org).stream
                return bool(client.get_node_from_key(key).port != gone.port)

            org = next(org for org in orgs if reachable(org))
            other = next(org for org in orgs if not reachable(org))
            gone.kill()

            async def settled() -> bool:
                return {key for key in keys if await cache.get(key) is not None} == there

            await until(settled)
            publishing = asyncio.create_task(stream.publish([a_message(1, org=other)]))
            await stream.publish([a_message(1, org=org)])
            assert places(await received(subscription, 1)) == [(org, 1)]
            assert not publishing.done()
            gone.start()
            assert places(await received(subscription, 1)) == [(other, 1)]
            await publishing

            async def is_back() -> bool:
                return [key for key in keys if await cache.get(key) is None] == []

            await until(is_back)
            await stream.close()
            await cache.close()


class Process:
    """What a process needs to refuse tokens: the channels of its cache, and a register of what was revoked."""

    def __init__(self, url: RedisUrl, revoked: set[str], key: OKPKey) -> None:
        self.cache = RedisCache(url)
        self.announcements = Announcements(self.cache)
        self._revoked = revoked
        self._key = key
        revocations = Revocations()
        revocations.listen(self.cache)
        self.verifier = Verifier(
            register=self,
            issuer="test",
            audience="api",
            permissions=lambda role: frozenset(),
            revocations=revocations,
            trust=self.announcements,
        )

    async def keys(self) -> list[dict[str, Any]]:
        return [self._key.as_dict(private=False)]

    async def is_revoked(self, claims: Claims) -> bool:
        return claims.sid in self._revoked

    async def refuses(self, token: bytes) -> bool:
        try:
            await self.verifier.verify(token)
        except Unauthenticated:
            return True
        return False


class TestRevocation:
    async def test_holds_in_all_processes_also_where_nobody_could_announce_it(self, server: Server, how: str) -> None:
        key = OKPKey.generate_key("Ed25519", {"kid": "first"})
        now = time.time()
        claims = {"iss": "test", "aud": "api", "sub": "ana", "org": "acme", "role": "member"}
        tokens = [
            b"Bearer "
            + jwt.encode(
                {"alg": "Ed25519", "kid": "first"},
                {**claims, "sid": session, "iat": now, "exp": now + 600},
                key,
                algorithms=["Ed25519"],
            ).encode()
            for session in ("first", "second")
        ]
        revoked: set[str] = set()
        here, there = Process(server.url, revoked, key), Process(server.url, revoked, key)
        async with here.announcements.running(), there.announcements.running():
            for process in (here, there):
                await asyncio.wait_for(process.cache.listening(), PATIENCE)
                assert [await process.refuses(token) for token in tokens] == [False, False]
            revoked.add("first")
            await revoke(here.cache, Revocation(at=now, user="ana", session="first"))
            for process in (here, there):
                await until(lambda process=process: process.refuses(tokens[0]))
                assert not await process.refuses(tokens[1])
            server.goes(how)
            revoked.add("second")
            await revoke(here.cache, Revocation(at=now, user="ana", session="second"))
            for process in (here, there):
                await until(lambda process=process: process.refuses(tokens[1]))
            server.comes_back(how)
        await here.cache.close()
        await there.cache.close()

    async def test_a_commit_elsewhere_is_heard_of_again_once_it_is_back(self, server: Server, how: str) -> None:
        here, there = (Process(server.url, set(), OKPKey.generate_key("Ed25519")) for _ in range(2))
        async with here.announcements.running(), there.announcements.running():
            trusted = there.announcements

            async def believes() -> bool:
                return trusted.since < trusted.now() < trusted.until

            async def believes_nothing() -> bool:
                return trusted.until <= trusted.now()

            await until(believes)
            server.goes(how)
            await until(believes_nothing)
            server.comes_back(how)
            await until(believes)
        await here.cache.close()
        await there.cache.close()
