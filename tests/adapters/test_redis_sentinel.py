"""Redis behind Sentinel: the adapters find the primary, and the next one when it has died."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from realinsights import engines
from realinsights_platform.cache.redis import RedisCache
from realinsights_platform.redis.urls import read_url

PATIENCE = 30


class Watched:
    """A primary, its replica, and the Sentinel that watches them."""

    def __init__(self, primary: engines.Node, sentinel_port: int) -> None:
        self.primary = primary
        self.url = f"redis+sentinel://{engines.LOOPBACK}:{sentinel_port}/loans?timeout=2"


@pytest.fixture
def watched(installed_engines: Path, tmp_path: Path) -> Iterator[Watched]:
    with contextlib.ExitStack() as stack:

        def started(engine: engines.Engine) -> engines.Node:
            node = engines.Node(engine, engines.start(engine))
            stack.callback(node.stop)
            return node

        def valkey(name: str, *options: str) -> engines.Node:
            made = engines.valkey(tmp_path / name, port=engines.free_port(), installed=installed_engines)
            return started(dataclasses.replace(made, command=(*made.command, *options)))

        primary = valkey("primary")
        replica = valkey("replica", "--replicaof", f"{engines.LOOPBACK} {primary.port}")
        port = engines.free_port()
        settings = tmp_path / "sentinel.conf"
        settings.write_text(
            f"port {port}\nbind {engines.LOOPBACK}\nsentinel monitor loans {engines.LOOPBACK} {primary.port} 1\n"
            "sentinel down-after-milliseconds loans 500\nsentinel failover-timeout loans 2000\n",
            encoding="utf-8",
        )
        command = (primary.engine.command[0], str(settings), "--sentinel")
        told = redis.Redis(port=port, decode_responses=True)

        def knows_the_replica() -> bool:
            try:
                return any(str(one["port"]) == str(replica.port) for one in told.sentinel_slaves("loans"))
            except redis.ConnectionError:
                return False

        sentinel = engines.Engine("sentinel", command, tmp_path / "sentinel", "", port, knows_the_replica)
        started(sentinel)
        stack.callback(told.close)
        yield Watched(primary, port)


async def test_the_next_primary_is_found_when_the_first_has_died(watched: Watched) -> None:
    cache = RedisCache(read_url(watched.url))
    heard = asyncio.Event()
    cache.listen("prices", lambda message: heard.set())
    await asyncio.wait_for(cache.listening(), PATIENCE)
    assert await cache.set("rate", b"5.25", seconds=600)
    token = await cache.acquire("relay", seconds=1)
    assert token is not None
    watched.primary.kill()
    async with asyncio.timeout(PATIENCE):
        while not await cache.set("rate", b"5.50", seconds=600):  # noqa: ASYNC110 - nobody tells when it is there
            await asyncio.sleep(0)
        while not heard.is_set():
            await cache.announce("prices", b"up")
            await asyncio.sleep(0)
        after = None
        while after is None:
            after = await cache.acquire("relay", seconds=10)
    assert await cache.get("rate") == b"5.50"
    assert after > token
    await cache.close()
