"""Listening to channels of a Redis: one connection per process, made again by itself whenever it is lost."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable
from typing import Final

import structlog
from redis.asyncio import Connection
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import RedisError

from realinsights_platform.redis.clients import Client, connection_to
from realinsights_platform.redis.urls import RedisUrl
from realinsights_platform.tasks import end, heed

_FIRST_PAUSE: Final = 0.05
_LONGEST_PAUSE: Final = 0.5
_SILENT_SECONDS: Final = 1.0

_LOST: Final = (
    RedisError,
    OSError,
    TimeoutError,
    asyncio.IncompleteReadError,
    RuntimeError,  # uvloop's, of a connection that is closed; the library's of the same is the next
    AttributeError,
)

Receive = Callable[[bytes], None]

log = structlog.get_logger(__name__)


class Listener:
    """The channels that a process listens to, over one connection to one server.

    A cluster's nodes tell each other what is published, so that any of them will do. A server that says nothing for a
    second is asked for a sign of life, and left if none comes within the URL's timeout. What is published before
    another connection has subscribed is lost.
    """

    def __init__(self, client: Client, url: RedisUrl) -> None:
        self._client = client
        self._url = url
        self._receivers: dict[str, list[Receive]] = {}
        self._begun: dict[str, list[Callable[[], None]]] = {}
        self._asked: set[str] = set()
        self._confirmed: set[str] = set()
        self._moved = asyncio.Event()
        self._connection: Connection | None = None
        self._task: asyncio.Task[None] | None = None
        self._asking: set[asyncio.Task[None]] = set()

    def listen(self, channel: str, receive: Receive, *, begun: Callable[[], None] | None = None) -> Callable[[], None]:
        """Call `receive` for every message of a channel, until what is returned is called.

        `begun` is called whenever messages begin to arrive: at first, and after some may have been lost.
        """
        receivers = self._receivers.setdefault(channel, [])
        receivers.append(receive)
        if begun is not None:
            self._begun.setdefault(channel, []).append(begun)
            if channel in self._confirmed:
                begun()
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run(), name="announcements of Redis")
        elif self._connection is not None and channel not in self._asked:
            asking = asyncio.get_running_loop().create_task(self._ask_besides(self._connection))
            self._asking.add(asking)
            asking.add_done_callback(self._asking.discard)

        def stop() -> None:
            if receive in receivers:
                receivers.remove(receive)
                if begun is not None and begun in self._begun.get(channel, ()):
                    self._begun[channel].remove(begun)

        return stop

    async def listening(self) -> None:
        """Wait until the server has confirmed every channel that was asked for."""
        while not self._confirmed.issuperset(self._receivers):
            self._moved.clear()
            await self._moved.wait()

    async def close(self) -> None:
        """Listen no more."""
        self._receivers.clear()
        self._begun.clear()
        if self._task is not None:
            task, self._task = self._task, None
            await end(task)

    async def _run(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                await self._follow()
            except _LOST as error:
                if self._confirmed:
                    pause = _FIRST_PAUSE
                    log.warning("redis.listening.lost", server=self._url.shown, reason=type(error).__name__)
                heed(0)
            self._confirmed.clear()
            self._moved.set()
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - it keeps no secret
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _follow(self) -> None:
        connection = await connection_to(self._client, self._url)
        try:
            self._asked.clear()
            self._connection = connection
            await self._ask(connection)
            await self._take_all(connection)
        finally:
            self._connection = None
            with contextlib.suppress(*_LOST):
                await connection.disconnect()

    async def _ask_besides(self, connection: Connection) -> None:
        # Who follows the connection finds out as well that it is lost, and asks for all channels again.
        with contextlib.suppress(*_LOST):
            await self._ask(connection)

    async def _ask(self, connection: Connection) -> None:
        missing = [channel for channel in self._receivers if channel not in self._asked]
        if missing:
            self._asked.update(missing)
            await connection.send_command("SUBSCRIBE", *missing)

    async def _take_all(self, connection: Connection) -> None:
        asked_for_life = False
        while True:
            heed(0)
            answer = await connection.read_response(
                timeout=self._url.timeout if asked_for_life else _SILENT_SECONDS, disconnect_on_error=False
            )
            if answer is None:
                if asked_for_life:
                    raise NotConnected("The server says nothing any more.")
                asked_for_life = True
                await connection.send_command("PING")
                continue
            asked_for_life = False
            if answer[0] == b"message":
                self._give(answer[1].decode(), answer[2])
            elif answer[0] == b"subscribe":
                channel = answer[1].decode()
                self._confirmed.add(channel)
                self._moved.set()
                for begun in tuple(self._begun.get(channel, ())):
                    begun()

    def _give(self, channel: str, message: bytes) -> None:
        for receive in tuple(self._receivers.get(channel, ())):
            try:
                receive(message)
            except Exception:
                # One who cannot take a message must not keep the others from hearing it, nor what follows.
                log.exception("redis.message.not_taken", channel=channel)
