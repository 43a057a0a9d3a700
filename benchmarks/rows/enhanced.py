"""The topology of several processes, beside the one process: latency, cost, staleness and lag."""

from __future__ import annotations

import asyncio
import http.client
import json
import math
import os
import re
import statistics
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from benchmarks import organizations
from benchmarks.machine import limit
from benchmarks.mix import DASHBOARD, LIST, LOAN, Mix, Request
from benchmarks.organizations import Template
from benchmarks.rows import carrying, services
from benchmarks.rows.mix import Size, record
from benchmarks.servers import Server, ask, bare, host_of, product, tokens, tokens_in
from benchmarks.several import Engines, Several, engines_in, published, several
from benchmarks.table import Row
from benchmarks.traffic import Tally, Traffic

PAIRS = 2_000
VIEWS = 300


def measure(folder: Path, size: Size) -> Iterator[Row]:
    """Measure the same mix in one process, in several and in services apart; then what only several processes have.

    Those of several processes are asked one after the other on the same engines, which are filled once.
    """
    count = size.organizations
    people = [(organizations.organization_id(number), organizations.user_id(number)) for number in range(count)]
    template = organizations.make(folder / "one", count, size.loans)
    with product(folder / "one", "--no-demonstration") as server:
        published([server])
    signed = tokens(folder / "one", people)
    with product(folder / "one", "--no-demonstration") as server:
        traffic = Traffic(server, Mix(host_of(server), template, signed, strict=False))
        alone = traffic.steady(carrying.RATE, carrying.SECONDS)
        yield carrying.latency("monorepo", carrying.RATE, alone, traffic.mix.errors)
        recorded = record(traffic, folder / "recorded.json")
        carried = carrying.highest(traffic, size.seconds)
        with bare("recorded", str(recorded)) as plain:
            repeated = Traffic(plain, Mix(host_of(plain), template, signed, strict=False))
            most = carrying.highest(repeated, size.seconds)
            yield carrying.row("monorepo", carried, most, "bare ASGI, same bytes", 0.3)
    with engines_in(folder) as on:
        began = time.perf_counter()
        asyncio.run(organizations.fill(on.read(), template, count, environment=on.environment, units_at_once=4))
        filled = time.perf_counter() - began
        sustained = 3 * count / filled
    # Anew, so that what the engines still do for the filling is not measured.
    with engines_in(folder, again=on) as on:
        with several(on) as running:
            published(running.workers)
            signed = tokens_in(on.read(), people, environment=on.environment)
            asked = Mix(host_of(running.front), template, signed, strict=False)
            rate, told = rate_of(on, running, asked)
        with several(on) as running:  # anew, since a cold start is part of it
            signed = tokens_in(on.read(), people, environment=on.environment)
            asked.ask_at(host_of(running.front), signed)
            before, traffic = asked.errors, Traffic(running.front, asked)
            together = traffic.steady(rate, carrying.SECONDS)
            yield carrying.latency("enhanced", rate, together, asked.errors - before, told)
            yield _cost(alone, together)
            yield _database(running)
            yield carrying.row("enhanced", carrying.highest(traffic, size.seconds), carried, "monorepo")
            published(running.workers)
        yield from services.measure(on, asked, people, rate, together)
        signed = tokens_in(on.read(), people, environment=on.environment)
        with several(on) as running:
            asked.ask_at(host_of(running.front), signed)
            traffic = Traffic(running.front, asked)
            yield from _between(running, on, template, signed, sustained)
            reading = traffic.saturate(size.seconds, partial(_read, asked))
        signed = tokens_in(on.read(), people, environment=on.environment)
        with several(on, apis=1) as running:
            asked.ask_at(host_of(running.front), signed)
            yield _two(Traffic(running.front, asked).saturate(size.seconds, partial(_read, asked)), reading)


def rate_of(on: Engines, running: Several, mix: Mix) -> tuple[float, str]:
    """Return the rate of the mix, which writes: that of the roadmap, or half of what the stand-in sustains."""
    if on.real:
        return carrying.RATE, ""
    most = Traffic(running.front, mix).saturate(carrying.SECONDS / 2)
    published(running.workers)
    told = f"; at most half of what the stand-in alone sustains, {most.per_second:.0f}/s"
    return min(carrying.RATE, most.per_second / 2), told


def _read(mix: Mix) -> Request:
    draw = time.perf_counter_ns() % 10
    return mix.of(DASHBOARD if draw < 6 else LOAN if draw < 8 else LIST)


def _cost(alone: Tally, together: Tally) -> Row:
    ratio = together.cpu / alone.cpu
    return Row(
        "CPU of the processes that answer and work, per request, enhanced",
        f"{together.cpu * 1e3:.2f} ms = {ratio:.2f} x",
        f"monorepo, same requests: {alone.cpu * 1e3:.2f} ms",
        "<= 1.5 x",
        ratio <= 1.5,
    )


def _two(one: Tally, two: Tally) -> Row:
    cores = len(os.sched_getaffinity(0))
    ratio = two.per_second / one.per_second
    return Row(
        "two processes that answer against one, reads, saturated",
        f"{ratio:.2f} x ({two.per_second:,.0f}/s)",
        f"one: {one.per_second:,.0f}/s; {cores} cores, shared with the generator, nginx and the engines",
        ">= 1.6 x where cores allow" if cores >= 4 else "",
        ratio >= 1.6 or cores < 4,
    )


def _database(running: Several) -> Row:
    buckets: dict[str, dict[float, float]] = {"reads": {}, "commits": {}}
    for name in running.each:
        if not name.startswith(("api", "worker")):
            continue
        for bound, kind, count in _buckets(running.one(name)):
            buckets[kind][bound] = buckets[kind].get(bound, 0.0) + count
    reads, commits = (_percentile(buckets[kind], 0.95) for kind in ("reads", "commits"))
    most = limit(0.005)
    return Row(
        "database time of a read in that mix, p95",
        f"<= {reads * 1e3:.3g} ms; of a commit <= {commits * 1e3:.3g} ms",
        ", ".join(f"{max(found.values(), default=0):,.0f} {kind}" for kind, found in buckets.items()),
        most.told,
        most.met(reads),
    )


def _buckets(server: Server) -> Iterator[tuple[float, str, float]]:
    text = ask(server, "GET", "/metrics", {})[2].decode()
    pattern = r'realinsights_documents_seconds_bucket\{collection="[^"]*",command="(\w+)",le="([^"]+)"\} (\S+)'
    for command, bound, count in re.findall(pattern, text):
        if command in {"find", "aggregate", "getMore"}:
            yield float(bound), "reads", float(count)
        elif command == "commitTransaction":
            yield float(bound), "commits", float(count)


def _percentile(buckets: dict[float, float], part: float) -> float:
    most = max(buckets.values(), default=0.0)
    return next((bound for bound, count in sorted(buckets.items()) if count >= most * part), math.inf)


class _Kept:
    """One connection that is kept, to one process."""

    def __init__(self, server: Server, token: str) -> None:
        host, port = host_of(server).split(":")
        self._connection = http.client.HTTPConnection(host, int(port), timeout=60)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[dict[str, str], bytes]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request(method, path, body, {**self._headers, **named})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path} was answered {answer.status}: {content[:300]!r}")
        return {name.lower(): value for name, value in answer.getheaders()}, content


def _between(
    running: Several, on: Engines, template: Template, signed: Sequence[str], sustained: float
) -> Iterator[Row]:
    """Measure what one process sees of what another has committed."""
    writing, reading = (_Kept(running.one(name), signed[0]) for name in ("api-1", "api-2"))
    path = f"/api/v1/loans/{template.loan_id(0, 0)}"
    stale, times, edits = 0, [], 0

    def written() -> tuple[str, str]:
        nonlocal edits
        edits += 1
        balance = f"{2_000_000 + edits}.{edits % 100:02}"
        told, _ = writing.ask("GET", path)
        told, _ = writing.ask("PUT", path, template.draft(0, 0, balance), If_Match=told["etag"])
        return balance, told["realinsights-sequence"]

    for _ in range(PAIRS):
        balance, sequence = written()
        _, content = reading.ask("GET", path, Realinsights_After=sequence)
        stale += json.loads(content)["currentBalance"] != balance
    yield Row(
        f"{PAIRS:,} write-then-read pairs of one client through different processes",
        f"{stale} stale",
        "each read names the sequence that its write answered",
        "0 stale",
        stale == 0,
    )
    for _ in range(VIEWS):
        balance, _ = written()
        began = time.perf_counter()
        while json.loads(reading.ask("GET", path)[1])["currentBalance"] != balance:
            pass
        times.append(time.perf_counter() - began)
    p99, most = _nth(times, 0.99), limit(0.05)
    yield Row(
        "another client's view after a commit elsewhere, p99",
        f"{p99 * 1e3:.1f} ms",
        f"median {statistics.median(times) * 1e3:.1f} ms of {len(times)}",
        most.told,
        most.met(p99),
    )
    yield _lag(running, on, template, signed, sustained)


def _lag(running: Several, on: Engines, template: Template, signed: Sequence[str], sustained: float) -> Row:
    """Write at a steady rate at one process, each to an organization of its own, and ask the dashboard of the other."""
    rate = 200.0 if on.real else max(5.0, sustained / 2)
    lags: list[float] = []

    async def run() -> None:
        started = time.perf_counter()
        async with asyncio.TaskGroup() as writes:
            for number in range(int(rate * 8)):
                await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
                writes.create_task(asyncio.to_thread(one, number % len(signed)))

    def one(number: int) -> None:
        token = signed[number]
        writing, reading = (_Kept(running.one(name), token) for name in ("api-1", "api-2"))
        path = f"/api/v1/loans/{template.loan_id(number, 1)}"
        told, _ = writing.ask("GET", path)
        balance = f"{3_000_000 + len(lags)}.00"
        told, _ = writing.ask("PUT", path, template.draft(number, 1, balance), If_Match=told["etag"])
        began = time.perf_counter()
        reading.ask("GET", "/api/v1/dashboard/loans?limit=1", Realinsights_After=told["realinsights-sequence"])
        lags.append(time.perf_counter() - began)

    asyncio.run(run())
    p99, most = _nth(lags, 0.99), limit(0.1)
    return Row(
        f"commit to the dashboard of another process, p99 at {rate:.0f} writes/s",
        f"{p99 * 1e3:.1f} ms; median {statistics.median(lags) * 1e3:.1f} ms",
        "a MongoDB that was given" if on.real else f"half of what the stand-in alone sustains, {sustained:.0f}/s",
        most.told,
        most.met(p99),
    )


def _nth(values: Sequence[float], part: float) -> float:
    return sorted(values)[max(0, math.ceil(len(values) * part) - 1)]
