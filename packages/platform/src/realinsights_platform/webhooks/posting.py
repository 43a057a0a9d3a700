"""Posting: one request to a destination that somebody else named, without trust in what is there.

The name is looked up once for each connection, all its addresses are checked, and one of those is connected to: what a
second look-up would say plays no part. Redirects are not followed, answers are read to a bound, and all has its time.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpcore

from realinsights_platform.webhooks.destinations import Destinations, Unreachable

SECONDS: Final = 15.0
"""How long a whole exchange may take."""

MOST_READ: Final = 64 * 1024
"""How many bytes of an answer's body are read."""

_CONNECT_SECONDS: Final = 5.0
_SHOWN: Final = 500


@dataclass(frozen=True, slots=True)
class Posted:
    """What a destination answered; `text` is the beginning of its body."""

    status: int
    retry_after: str | None
    text: str


class Poster:
    """A client for destinations of others; connections are kept for a few seconds."""

    def __init__(
        self, destinations: Destinations, *, tls: ssl.SSLContext | None = None, seconds: float = SECONDS
    ) -> None:
        self._destinations = destinations
        self._seconds = seconds
        self._tls = tls
        self._opened: httpcore.AsyncConnectionPool | None = None

    async def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Posted:
        """Send a body; raises `Unreachable` where no answer comes, or none that can be read."""
        self._destinations.check_url(url)
        try:
            async with asyncio.timeout(self._seconds):
                return await self._post(url, headers, body)
        except TimeoutError:
            raise Unreachable(f"no answer within {self._seconds:g} seconds") from None
        except Unreachable:
            raise
        except (httpcore.ConnectError, httpcore.ConnectTimeout, OSError) as error:
            raise Unreachable(f"no connection: {error or type(error).__name__}"[:_SHOWN]) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            raise Unreachable(f"no answer that can be read: {error or type(error).__name__}"[:_SHOWN]) from error

    async def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> Posted:
        sent = [(name.encode(), value.encode()) for name, value in headers.items()]
        async with self._pool().stream(
            "POST", url, headers=sent, content=body, extensions={"timeout": {"connect": _CONNECT_SECONDS}}
        ) as response:
            read = bytearray()
            async for part in response.aiter_stream():
                read += part[: MOST_READ - len(read)]
                if len(read) >= MOST_READ:
                    break  # the connection is closed with what is left in it
            answered = {name.lower(): value for name, value in response.headers}
            retry_after = answered.get(b"retry-after")
            return Posted(
                status=response.status,
                retry_after=None if retry_after is None else retry_after.decode("ascii", "replace"),
                text=bytes(read[:_SHOWN]).decode("utf-8", "replace"),
            )

    async def aclose(self) -> None:
        """Close what connections are left."""
        if self._opened is not None:
            await self._opened.aclose()

    def _pool(self) -> httpcore.AsyncConnectionPool:
        """Return the connections; reading the authorities that are trusted takes a while, and waits for the first."""
        if self._opened is None:
            self._opened = httpcore.AsyncConnectionPool(
                ssl_context=self._tls or ssl.create_default_context(),
                network_backend=_Pinned(self._destinations),
                max_connections=500,
                max_keepalive_connections=100,
                keepalive_expiry=10.0,
                http1=True,
                http2=False,
            )
        return self._opened


class _Pinned(httpcore.AsyncNetworkBackend):
    """Connections to checked addresses alone; TLS still asks for the name."""

    def __init__(self, destinations: Destinations) -> None:
        self._destinations = destinations
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._destinations.addresses(host, port)
        failed: Exception | None = None
        for address in addresses[:3]:
            try:
                stream = await self._inner.connect_tcp(
                    address, port, timeout=timeout, local_address=local_address, socket_options=socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
                continue
            peer = stream.get_extra_info("server_addr")
            if not peer or not self._destinations.may_be(str(peer[0])):
                await stream.aclose()
                raise Unreachable(f"{host} led to {peer}, which is not a public address")
            return stream
        raise failed or httpcore.ConnectError("no address")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface's
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise Unreachable("is not an https address")

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)
