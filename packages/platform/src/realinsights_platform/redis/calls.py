"""The calls to a Redis: each has a deadline; while a server is away they fail at once instead of waiting for it."""

from __future__ import annotations

import asyncio
import contextlib
import random
import ssl
import time
from collections.abc import Awaitable, Callable
from hashlib import sha1
from typing import Any, Final

import structlog
from redis.exceptions import (
    BusyLoadingError,
    ClusterDownError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisClusterException,
    ResponseError,
)
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import TimeoutError as TooLate

from realinsights_platform.redis.clients import Client, begun, close, node_of, open_client
from realinsights_platform.redis.urls import RedisUrl
from realinsights_platform.tasks import cancellations, heed

_FIRST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 1.0

_AWAY: Final = (
    NotConnected,
    TooLate,
    TimeoutError,
    OSError,
    BusyLoadingError,
    ClusterDownError,
    RedisClusterException,
    ReadOnlyError,
    # Of a connection that a cluster's client has closed in another task meanwhile: uvloop's error, and the library's.
    RuntimeError,
    AttributeError,
)

_CANNOT_WRITE: Final = ("MISCONF", "NOREPLICAS")
"""How the answers begin of a server that cannot keep what it is told."""

log = structlog.get_logger(__name__)


class Away(Exception):
    """The Redis that has a key does not answer. It is no refusal: each adapter says what happens then."""


class Script:
    """A script that a server runs in one go; it is sent whole only to a server that does not know it yet."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.name = sha1(text.encode(), usedforsecurity=False).hexdigest()


class Calls:
    """The calls of one adapter to its Redis; `engine` names it in logs and metrics.

    A call that fails or takes longer than the URL's timeout raises `Away`. Then calls to the same server fail at once,
    but for one that looks whether it is back: after a tenth of a second, later after a second at most. The log says
    when a server went and when it was back, not each call.
    """

    def __init__(self, engine: str, url: RedisUrl, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.url = url
        self.client: Client = open_client(url)
        self.engine = engine
        self.asked = 0
        self.unanswered = 0
        self._clock = clock
        self._servers: dict[str, _Server] = {}
        self._room = asyncio.Semaphore(url.connections)
        self._closed = False

    async def command(self, key: str, *arguments: Any) -> Any:
        """Return a command's answer from the server that has the key; raises `Away`."""
        return await self._within(key, lambda: self.client.execute_command(*arguments))

    async def run(self, script: Script, key: str, *arguments: Any, others: tuple[str, ...] = ()) -> Any:
        """Return a script's answer, in one round trip once the server knows it; raises `Away`."""
        keys = (key, *others)

        async def call() -> Any:
            try:
                return await self.client.execute_command("EVALSHA", script.name, len(keys), *keys, *arguments)
            except NoScriptError:
                return await self.client.execute_command("EVAL", script.text, len(keys), *keys, *arguments)

        return await self._within(key, call)

    async def publish(self, channel: str, message: bytes) -> None:
        """Send to all who subscribe to a channel; raises `Away`.

        In a cluster it goes through the node that has the channel's name as a key, so that what one process sends
        stays in order; the nodes tell each other.
        """

        async def call() -> Any:
            node = node_of(self.client, channel)
            options = {} if node is None else {"target_nodes": node}
            return await self.client.execute_command("PUBLISH", channel, message, **options)

        await self._within(channel, call)

    async def close(self) -> None:
        """Close all connections, once the calls that are under way have ended; later ones raise `Away`."""
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.url.timeout):
                for _ in range(self.url.connections):
                    await self._room.acquire()
        await close(self.client)

    @property
    def away(self) -> int:
        """How many servers are away just now, as far as somebody has asked."""
        return sum(server.away for server in self._servers.values())

    async def _within(self, key: str, call: Callable[[], Awaitable[Any]]) -> Any:
        if self._closed:
            raise Away("It is closed.")
        node = node_of(self.client, key)
        name = self.url.shown if node is None else f"{node.host}:{node.port}"
        server = self._servers.get(name)
        if server is None:
            server = self._servers[name] = _Server()
        self.asked += 1
        if server.away and not server.may_look(self._clock()):
            self.unanswered += 1
            server.unanswered += 1
            raise Away(f"{name} is away.")
        before = cancellations()
        try:
            async with asyncio.timeout(self.url.timeout), self._room:
                await begun(self.client)
                answer = await call()
        except _AWAY as error:
            heed(before)
            self._went(server, name, error)
            raise Away(_words(name, error)) from error
        except ResponseError as error:
            if isinstance(error, OutOfMemoryError) or str(error).startswith(_CANNOT_WRITE):
                self._went(server, name, error)
                raise Away(f"{name} takes nothing in.") from error
            raise
        finally:
            server.looking = False
        if server.away and self._servers[name] is server:
            log.info("redis.back", engine=self.engine, server=name, unanswered=server.unanswered)
            self._servers[name] = _Server()
        heed(before)
        return answer

    def _went(self, server: _Server, name: str, error: BaseException) -> None:
        self.unanswered += 1
        if not server.away:
            # Never the error's own words: a library may put the address it was given into them.
            refused = _refused_certificate(error)
            reason = type(error).__name__ if refused is None else refused.verify_message
            log.warning("redis.away", engine=self.engine, server=name, reason=reason)
        server.went(self._clock())


def _words(name: str, error: BaseException) -> str:
    refused = _refused_certificate(error)
    if refused is None:
        return f"{name} does not answer."
    return f"{name} shows a certificate that is not trusted: {refused.verify_message.rstrip('.')}."


def _refused_certificate(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    """Return why a server's certificate was refused, where that is what an error comes from."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error


class _Server:
    """What is known of one server: whether it is away, and when to look again."""

    def __init__(self) -> None:
        self.away = False
        self.looking = False
        self.unanswered = 0
        self._look_at = 0.0
        self._pause = _FIRST_PAUSE

    def may_look(self, now: float) -> bool:
        if self.looking or now < self._look_at:
            return False
        self.looking = True
        return True

    def went(self, now: float) -> None:
        self.unanswered += 1
        if self.away:
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        self.away = True
        self._look_at = now + self._pause * random.uniform(0.5, 1.0)  # noqa: S311 - it keeps no secret
