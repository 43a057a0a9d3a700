"""Redis over TLS: a certificate is held against an authority, and one that is not trusted is said to be so."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog

from realinsights import engines
from realinsights_platform.cache.redis import RedisCache
from realinsights_platform.ids import new_id
from realinsights_platform.redis.calls import Away, Calls
from realinsights_platform.redis.urls import read_url

from .tls import Authority, authority, without_tls

PATIENCE = 30


@pytest.fixture
def trusted(tmp_path: Path) -> Authority:
    return authority(tmp_path / "trusted")


@pytest.fixture
async def valkey(installed_engines: Path, tmp_path: Path) -> AsyncIterator[engines.Engine]:
    engine = engines.valkey(tmp_path / "valkey", port=engines.free_port(), installed=installed_engines)
    with engines.running(engine):
        yield engine


async def works(url: str) -> None:
    """Hold a cache at a URL to keep values, lend leases and carry announcements."""
    cache = RedisCache(read_url(url))
    heard = asyncio.Event()
    cache.listen("prices", lambda message: heard.set())
    await asyncio.wait_for(cache.listening(), PATIENCE)
    assert await cache.set("rate", b"5.25", seconds=600)
    assert await cache.get("rate") == b"5.25"
    assert await cache.acquire("relay", seconds=10) is not None
    assert await cache.announce("prices", b"up")
    await asyncio.wait_for(heard.wait(), PATIENCE)
    await cache.close()


async def test_one_server_is_reached_where_its_certificate_is_trusted(
    trusted: Authority, valkey: engines.Engine
) -> None:
    async with without_tls(trusted.context(address=engines.LOOPBACK), valkey.port) as port:
        await works(f"rediss://{engines.LOOPBACK}:{port}/0?timeout=5&ca={trusted.file}&prefix={new_id()}")


async def test_what_sentinel_watches_is_reached_too(trusted: Authority, valkey: engines.Engine, tmp_path: Path) -> None:
    context = trusted.context(address=engines.LOOPBACK)
    async with contextlib.AsyncExitStack() as stack:
        primary = await stack.enter_async_context(without_tls(context, valkey.port))
        port = engines.free_port()
        settings = tmp_path / "sentinel.conf"
        settings.write_text(
            f"port {port}\nbind {engines.LOOPBACK}\nsentinel monitor loans {engines.LOOPBACK} {primary} 1\n",
            encoding="utf-8",
        )
        command = (valkey.command[0], str(settings), "--sentinel")
        engine = engines.Engine("sentinel", command, tmp_path / "sentinel", "", port, lambda: engines.listens(port))
        node = engines.Node(engine, await asyncio.to_thread(engines.start, engine))
        stack.callback(node.stop)
        watching = await stack.enter_async_context(without_tls(context, port))
        await works(f"rediss+sentinel://{engines.LOOPBACK}:{watching}/loans?timeout=5&ca={trusted.file}")


class TestRefused:
    async def refusal(self, url: str) -> str:
        calls = Calls("cache", read_url(url))
        with structlog.testing.capture_logs() as logged, pytest.raises(Away) as refused:
            await calls.command("rate", "GET", "rate")
        await calls.close()
        (away,) = [line for line in logged if line["event"] == "redis.away"]
        assert away["reason"] in str(refused.value)
        return str(refused.value)

    async def test_is_a_certificate_of_another_authority(
        self, trusted: Authority, valkey: engines.Engine, tmp_path: Path
    ) -> None:
        other = authority(tmp_path / "other")
        async with without_tls(other.context(address=engines.LOOPBACK), valkey.port) as port:
            for ca in (f"&ca={trusted.file}", ""):  # without one, the system's authorities
                said = await self.refusal(f"rediss://{engines.LOOPBACK}:{port}/0?timeout=5{ca}")
                assert "shows a certificate that is not trusted: unable to get local issuer certificate" in said

    async def test_is_a_certificate_of_another_server(self, trusted: Authority, valkey: engines.Engine) -> None:
        async with without_tls(trusted.context(address="127.0.0.9"), valkey.port) as port:
            said = await self.refusal(f"rediss://{engines.LOOPBACK}:{port}/0?timeout=5&ca={trusted.file}")
            assert "IP address mismatch" in said

    async def test_is_a_server_that_speaks_no_tls(self, trusted: Authority, valkey: engines.Engine) -> None:
        calls = Calls("cache", read_url(f"rediss://{engines.LOOPBACK}:{valkey.port}/0?timeout=5&ca={trusted.file}"))
        with pytest.raises(Away, match="does not answer"):
            await calls.command("rate", "GET", "rate")
        await calls.close()

    def test_is_a_file_that_is_not_there_and_one_that_would_not_be_used(self, trusted: Authority) -> None:
        with pytest.raises(ValueError, match="There is no file of certificates at /none"):
            read_url("rediss://cache/0?ca=/none.pem")
        with pytest.raises(ValueError, match="write rediss for TLS"):
            read_url(f"redis://cache/0?ca={trusted.file}")
