"""Scanning for malware: a port, ClamAV's daemon behind it, and the absence of one.

ClamAV is spoken to by its INSTREAM command: pieces, each after its length in four bytes, and an empty one at the end.
"""

from __future__ import annotations

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator
from typing import Final, Protocol
from urllib.parse import urlsplit

from realinsights_platform.errors import Refusal, Unavailable
from realinsights_platform.verdicts import Scan, Verdict

_SECONDS: Final = 120.0
_PIECE: Final = 256 * 1024
_LONGEST_ANSWER: Final = 4096
_AWAY: Final = "The scanner for malware does not answer just now. What is uploaded stays unread until it does."
_TOO_LARGE: Final = "size limit exceeded"


class Scanner(Protocol):
    """A scanner of files; `scans` tells whether there is one at all."""

    @property
    def scans(self) -> bool: ...

    async def scan(self, chunks: AsyncIterator[bytes]) -> Verdict:
        """Scan what the chunks make; raises `Unavailable` where nobody answers."""


class NoScanner:
    """The absence of a scanner: every file stays as it is, and is told to be."""

    scans: Final = False

    async def scan(self, chunks: AsyncIterator[bytes]) -> Verdict:
        """Say that nothing was scanned."""
        return Verdict(Scan.NOT_SCANNED, "no scanner is set up")


class ClamAV:
    """The daemon of ClamAV, at a host and port or at the path of a socket."""

    scans: Final = True

    def __init__(self, *, host: str | None = None, port: int = 3310, path: str | None = None) -> None:
        self._host = host
        self._port = port
        self._path = path

    async def scan(self, chunks: AsyncIterator[bytes]) -> Verdict:
        """Send a file and return the daemon's verdict; raises `Unavailable` where it does not give one.

        A file beyond the daemon's own limit is not scanned, and is said not to be.
        """
        try:
            async with asyncio.timeout(_SECONDS):
                reader, writer = await self._connected()
        except (OSError, TimeoutError) as error:
            raise Unavailable(_AWAY) from error
        try:
            answer = await self._asked(reader, writer, chunks)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
        return _verdict(answer)

    async def _asked(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, chunks: AsyncIterator[bytes]
    ) -> str:
        # It is listened to from the beginning: what is too large for it, it says at once, and takes no more.
        answering = asyncio.ensure_future(reader.readuntil(b"\0"))
        try:
            with contextlib.suppress(ConnectionError):
                writer.write(b"zINSTREAM\0")
                async for chunk in chunks:
                    for start in range(0, len(chunk), _PIECE):
                        piece = chunk[start : start + _PIECE]
                        writer.write(struct.pack("!I", len(piece)) + piece)
                        async with asyncio.timeout(_SECONDS):
                            await writer.drain()
                    if answering.done():
                        break
                else:
                    writer.write(struct.pack("!I", 0))
                    await writer.drain()
            async with asyncio.timeout(_SECONDS):
                answer = await answering
        except (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError) as error:
            raise Unavailable(_AWAY) from error
        finally:
            answering.cancel()
            await asyncio.wait((answering,))
            if not answering.cancelled():
                answering.exception()  # somebody has looked at it
        return answer[:_LONGEST_ANSWER].rstrip(b"\0").decode("utf-8", "replace").strip()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._path is not None:
            return await asyncio.open_unix_connection(self._path)
        return await asyncio.open_connection(self._host, self._port)


def _verdict(answer: str) -> Verdict:
    said = answer.partition(": ")[2] or answer
    if said == "OK":
        return Verdict(Scan.CLEAN)
    if said.endswith(" FOUND"):
        return Verdict(Scan.INFECTED, said.removesuffix(" FOUND"))
    if _TOO_LARGE in said.lower():
        return Verdict(Scan.NOT_SCANNED, "it is larger than the scanner takes")
    raise Unavailable(_AWAY)


def open_scanner(url: str) -> Scanner:
    """Open the scanner that a URL names: `none://`, `clamav://host:3310` or `clamav:///run/clamav/clamd.ctl`."""
    parts = urlsplit(url)
    if parts.scheme == "none":
        return NoScanner()
    if parts.scheme == "clamav" and parts.hostname:
        return ClamAV(host=parts.hostname, port=parts.port or 3310)
    if parts.scheme == "clamav" and parts.path:
        return ClamAV(path=parts.path)
    raise Refusal(f"The scanner {url!r} is none: use clamav://host:3310, clamav:///path/of/a/socket or none://.")
