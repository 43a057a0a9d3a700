"""A replica set of two, whose secondary has what a test gives it: two real engines, each behind a proxy.

The stand-in for MongoDB is one node. Here two of them run, and what a driver hears of them (`hello`) says that one is
the primary and the other a secondary of the same set. All else goes through as it is.
"""

from __future__ import annotations

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import bson
import pymongo

from realinsights import engines

from ..proxies import End, either, proxy, pump

_HEADER: Final = struct.Struct("<iiii")
_REPLY, _MESSAGE = 1, 2013
_BODY_AT: Final = {_REPLY: 36, _MESSAGE: 21}
"""Where the first document of an answer begins, by its kind: behind the header and what else comes first."""


class Member:
    """A proxy in front of one engine. While it is `held`, nothing that the engine answers comes through."""

    def __init__(self, url: str) -> None:
        (self.engine,) = pymongo.uri_parser.parse_uri(url)["nodelist"]
        self.url = url
        self.says: dict[str, Any] = {}
        self.port = 0
        self.flowing = asyncio.Event()
        self.flowing.set()

    @property
    def address(self) -> str:
        return f"{engines.LOOPBACK}:{self.port}"

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        async with proxy(self.engine[1], self._serve) as self.port:
            yield

    async def _serve(self, near: End, far: End) -> None:
        await either(pump(near.reader, far.writer), self._answers(far.reader, near.writer))

    async def _answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readexactly(_HEADER.size)
            length, number, answers, kind = _HEADER.unpack(head)
            message = head + await reader.readexactly(length - _HEADER.size)
            place = _BODY_AT[kind]
            (size,) = struct.unpack_from("<i", message, place)
            told = bson.decode(message[place : place + size])
            if "isWritablePrimary" in told or "ismaster" in told:
                body = bson.encode({**told, **self.says})
                rest = message[_HEADER.size : place]
                message = _HEADER.pack(place + len(body), number, answers, kind) + rest + body
            await self.flowing.wait()
            writer.write(message)
            await writer.drain()


class ReplicaSet:
    """A primary and a secondary, which has what `replicate` copied last."""

    def __init__(self, primary: Member, secondary: Member, database: str) -> None:
        self.primary = primary
        self.secondary = secondary
        self.database = database

    @property
    def url(self) -> str:
        # Asked for how they are, not told: what they tell by themselves would be of one of them only.
        how = "replicaSet=lagging&serverMonitoringMode=poll&heartbeatFrequencyMS=500"
        return f"mongodb://{self.primary.address},{self.secondary.address}/{self.database}?{how}"

    def replicate(self) -> None:
        """Let the secondary have all that the primary has."""
        with (
            pymongo.MongoClient[dict[str, Any]](self.primary.url) as source,
            pymongo.MongoClient[dict[str, Any]](self.secondary.url) as target,
        ):
            for name in source[self.database].list_collection_names():
                target[self.database][name].delete_many({})
                found = [*source[self.database][name].find()]
                if found:
                    target[self.database][name].insert_many(found)


@asynccontextmanager
async def replica_set(primary_url: str, secondary_url: str, database: str) -> AsyncIterator[ReplicaSet]:
    """Join two engines to a set as long as the context lasts."""
    members = Member(primary_url), Member(secondary_url)
    async with contextlib.AsyncExitStack() as stack:
        for member in members:
            await stack.enter_async_context(member.listening())
        for member in members:
            primary = member is members[0]
            member.says = {
                "isWritablePrimary": primary,
                "ismaster": primary,
                "secondary": not primary,
                "setName": "lagging",
                "hosts": [one.address for one in members],
                "me": member.address,
                "setVersion": 1,
                "primary": members[0].address,
            }
        yield ReplicaSet(*members, database)
