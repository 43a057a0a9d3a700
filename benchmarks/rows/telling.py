"""Telling: from a commit until an open badge shows it, and until the endpoints of a thousand organizations have it."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import json
import math
import statistics
import time
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

from benchmarks.machine import limit
from benchmarks.table import Row
from realinsights.adapters import open_adapters
from realinsights.app import Product, build
from realinsights.contracts.auth import MemberRecorded, OrganizationRecorded, SignedInFromNewDevice
from realinsights.contracts.loans import LoanDeleted
from realinsights.contracts.permissions import Role
from realinsights.notifications.model.endpoints import Endpoint
from realinsights.notifications.model.people import Organization
from realinsights.notifications.store import ENDPOINTS, ORGANIZATIONS
from realinsights.settings import Settings
from realinsights.topology import read_topology
from realinsights_platform.logs import configure_logs

BADGES = 300
ORGANIZATIONS_WITH_ENDPOINTS = 1_000
EVENTS_PER_SECOND = 100
SECONDS = 20
ACTOR = "system:bench"
TODAY = datetime.date(2026, 1, 5)


@contextlib.asynccontextmanager
async def _product(folder: Path) -> AsyncGenerator[Product, None]:
    topology = read_topology(environment={"REALINSIGHTS_DATA": str(folder), "REALINSIGHTS_WEB": str(folder)})
    (process,) = topology.processes.values()
    settings = Settings(webhooks_to_loopback=True)
    async with open_adapters(topology, process) as adapters, build(process, adapters, settings) as product:
        yield product


async def _badges(folder: Path) -> list[float]:
    """Return the seconds from each commit until an open badge has counted it."""
    lags = []
    async with _product(folder) as product:
        auth = product.documents["auth"]
        async with auth.unit(org="acme", actor=ACTOR, business_date=TODAY) as unit:
            unit.emit(OrganizationRecorded(name="Acme", time_zone="UTC"))
            unit.emit(
                MemberRecorded(
                    user_id="ada",
                    email="ada@example.com",
                    first_name="Ada",
                    last_name="Adams",
                    role=Role.VIEWER,
                    active=True,
                    email_verified=True,
                )
            )
        counts = product.services["notifications"].given["badges"].watch(org="acme", user="ada")
        await anext(counts)
        for number in range(BADGES):
            committed = time.perf_counter()
            async with auth.unit(org="acme", actor=ACTOR, business_date=TODAY) as unit:
                unit.emit(
                    SignedInFromNewDevice(user_id="ada", session_id=str(number), address="192.0.2.1", client="bench")
                )
            while await anext(counts) <= number:
                pass
            lags.append(time.perf_counter() - committed)
            await asyncio.sleep(0.02)
        await counts.aclose()
    return lags


class _Receiver:
    """Takes messages, or hangs at each; `lags` are the seconds since what each tells was committed."""

    def __init__(self, *, hangs: bool) -> None:
        self.hangs = hangs
        self.lags: list[float] = []
        self.port = 0
        self._over = asyncio.Event()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[None, None]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            self._over.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                length = int(head.split("content-length: ")[1].split("\r\n")[0])
                message = json.loads(await reader.readexactly(length))
                if self.hangs:
                    await self._over.wait()
                told = datetime.datetime.fromisoformat(message["timestamp"])
                self.lags.append((datetime.datetime.now(datetime.UTC) - told).total_seconds())
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        writer.close()


async def _webhooks(folder: Path) -> tuple[list[float], float, int]:
    """Return the lags of all endpoints but the one that hangs, the rate of events, and how many were to arrive."""
    takes, hangs = _Receiver(hangs=False), _Receiver(hangs=True)
    async with takes.running(), hangs.running(), _product(folder) as product:
        own, loans = product.documents["notifications"], product.documents["loans"]
        for number in range(ORGANIZATIONS_WITH_ENDPOINTS):
            org = f"org{number}"
            async with own.unit(org=org, actor=ACTOR, business_date=TODAY) as unit:
                unit.put(ORGANIZATIONS, Organization(id=org, org=org, name=org, time_zone="UTC"))
                receiver = hangs if number == 0 else takes
                unit.put(
                    ENDPOINTS,
                    Endpoint(
                        id=f"e{number}",
                        org=org,
                        url=f"http://127.0.0.1:{receiver.port}/",
                        description="",
                        types=(),
                        per_minute=6_000,
                        created_by="ada",
                        created_at=datetime.datetime.now(datetime.UTC),
                    ),
                )
        began, expected = time.perf_counter(), 0
        events = EVENTS_PER_SECOND * SECONDS
        for number in range(events):
            place = 0 if number % 20 == 0 else number * 7 % ORGANIZATIONS_WITH_ENDPOINTS
            expected += place != 0
            async with loans.unit(org=f"org{place}", actor=ACTOR, business_date=TODAY) as unit:
                unit.emit(LoanDeleted(loan_id=str(number)))
            await asyncio.sleep(max(0.0, began + (number + 1) / EVENTS_PER_SECOND - time.perf_counter()))
        rate = events / (time.perf_counter() - began)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(30):
                while len(takes.lags) < expected:  # noqa: ASYNC110 - what is waited for comes over the network
                    await asyncio.sleep(0.05)
    return takes.lags, rate, expected


def measure(folder: Path) -> Iterator[Row]:
    """Measure both, each on a folder of its own."""
    configure_logs(level="warning")
    lags = sorted(asyncio.run(_badges(folder / "badges")))
    p99, most = lags[math.ceil(len(lags) * 0.99) - 1], limit(0.5)
    yield Row(
        "event to an open inbox's badge, p99",
        f"{p99 * 1000:.1f} ms",
        f"median of the same {len(lags)}: {statistics.median(lags) * 1000:.1f} ms",
        most.told,
        most.met(p99),
    )
    lags, rate, expected = asyncio.run(_webhooks(folder / "webhooks"))
    lags.sort()
    p99, most = lags[math.ceil(len(lags) * 0.99) - 1], limit(2.0)
    yield Row(
        f"webhooks: {ORGANIZATIONS_WITH_ENDPOINTS:,} endpoints of as many organizations, "
        f"{EVENTS_PER_SECOND} events/s, one endpoint hanging, the others' p99",
        f"{p99:.2f} s at {rate:.0f} events/s, {len(lags):,} of {expected:,} delivered",
        f"median: {statistics.median(lags):.2f} s",
        most.told,
        most.met(p99) and len(lags) == expected,
    )
