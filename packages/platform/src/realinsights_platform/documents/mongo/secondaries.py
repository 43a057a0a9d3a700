"""Secondaries: reads that may be of a member that lags, and never show less than this process knows of an organization.

The organization's head is read at a secondary first, in a causally consistent session. Where it is as far as what is
known, what follows in the session shows at least that, whichever member answers. Where it is not, or where no secondary
answers soon, the primary is asked. What a session has seen is kept, so that a head is looked at once for each commit.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import pymongo
from bson.timestamp import Timestamp
from pymongo import AsyncMongoClient
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import PyMongoError
from pymongo.server_type import SERVER_TYPE

from realinsights_platform.documents.journal_port import Outgoing
from realinsights_platform.documents.mongo.client import Fields
from realinsights_platform.documents.mongo.metrics import SECONDARY_READS
from realinsights_platform.documents.mongo.reads import Reads

PATIENCE_SECONDS: Final = 2.0
"""How long a secondary may take before the primary is asked: it may wait for what another one has shown."""

FAR: Final = 100
"""How many entries a reader of the journal must lack to read them at a secondary."""

_KEPT: Final = 16_384

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Seen:
    """The sequence that an organization's journal had at a moment of the replica set's time."""

    sequence: int
    operation_time: Timestamp
    cluster_time: Mapping[str, Any]


class Secondaries:
    """The secondaries of a replica set, as one reader of one service asks them.

    `reads` prefer secondaries. `known(org)` is the sequence that a read must show, None where that is not known: then
    the primary is asked.
    """

    def __init__(self, client: AsyncMongoClient[Fields], reads: Reads, known: Callable[[str], int | None]) -> None:
        self._client = client
        self._reads = reads
        self._known = known
        self._seen: OrderedDict[str, _Seen] = OrderedDict()

    async def answer(self, org: str, ask: Callable[[Reads], Awaitable[T]]) -> tuple[T] | None:
        """Return what a secondary answers, None where the primary is to be asked."""
        least = self._known(org)
        if least is None or not self._any():
            return None
        try:
            with pymongo.timeout(PATIENCE_SECONDS):
                async with self._session() as session:
                    if not await self._shows(org, least, session):
                        SECONDARY_READS.labels("behind").inc()
                        return None
                    answer = await ask(self._reads)
        except PyMongoError:
            SECONDARY_READS.labels("failed").inc()
            return None
        SECONDARY_READS.labels("answered").inc()
        return (answer,)

    async def far_behind(self, org: str, *, after: int, limit: int) -> tuple[Outgoing, ...]:
        """Return what a secondary has of a journal for a reader who lacks much of it, nothing where it has no more.

        Entries never change and follow each other without a gap, so that what a secondary has of them is right; only
        the primary knows that there are no more.
        """
        least = self._known(org)
        if least is None or least - after < FAR or not self._any():
            return ()
        try:
            with pymongo.timeout(PATIENCE_SECONDS):
                async with self._session():  # so that all of it is of the same member, or of one that has as much
                    found = await self._reads.outbox(org, after=after, limit=limit)
        except PyMongoError:
            SECONDARY_READS.labels("failed").inc()
            return ()
        SECONDARY_READS.labels("answered" if found else "behind").inc()
        return found

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[AsyncClientSession]:
        """Open a session for all that is read in the context: each read shows at least what those before it did."""
        async with self._client.start_session(causal_consistency=True) as session, session.bind(end_session=False):
            yield session

    async def _shows(self, org: str, least: int, session: AsyncClientSession) -> bool:
        """Whether what is read in the session from now on shows an organization's journal up to a sequence."""
        seen = self._seen.get(org)
        if seen is not None and seen.sequence >= least:
            session.advance_cluster_time(seen.cluster_time)
            session.advance_operation_time(seen.operation_time)
            return True
        head = await self._reads.journal.head(org)
        if head.sequence < least:
            return False
        if session.operation_time is not None and session.cluster_time is not None:
            self._seen[org] = _Seen(head.sequence, session.operation_time, session.cluster_time)
            self._seen.move_to_end(org)
            if len(self._seen) > _KEPT:
                self._seen.popitem(last=False)
        return True

    def _any(self) -> bool:
        """Whether there is a secondary: without one, to look at heads would only cost."""
        servers = self._client.topology_description.server_descriptions().values()
        return any(server.server_type == SERVER_TYPE.RSSecondary for server in servers)
