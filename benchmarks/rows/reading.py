"""Reads over HTTP beside bare ASGI apps under the same uvicorn: cached, missing the cache, and the dashboard's."""

from __future__ import annotations

import json
import sqlite3
import statistics
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec

from benchmarks.load import Client, side_by_side
from benchmarks.machine import limit
from benchmarks.servers import Server, bare
from benchmarks.table import Row
from realinsights.loans.model.loan import LoanDraft

CONNECTIONS = 16
CHANGES = 9


def cached(server: Server, headers: dict[str, str], path: str, what: str, folder: Path) -> Row:
    """Measure a read that the edge cache answers beside an app that returns the same bytes."""
    ours = Client(server.url + path, headers=headers, connections=CONNECTIONS, server=server.pid)
    body = ours.ask().split(b"\r\n\r\n", 1)[1]
    file = folder / "body.json"
    file.write_bytes(body)
    with bare("bytes", str(file)) as reference:
        theirs = Client(reference.url + path, headers=headers, connections=CONNECTIONS, server=reference.pid)
        mine, plain, ratio = side_by_side(ours, theirs)
        theirs.close()
    ours.close()
    return Row(
        f"cached {what} ({len(body):,} bytes)",
        f"{mine:,.0f}/s = {ratio:.2f} x",
        f"bare ASGI, same bytes: {plain:,.0f}/s",
        ">= 1.0 x",
        ratio >= 1.0,
    )


def missed(server: Server, headers: dict[str, str], data: Path) -> Row:
    """Measure loan reads of which none was asked before beside an app that does the same SQLite read and no more."""
    file = data / "loans.sqlite"
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as reading:
        (org,) = reading.execute("SELECT org FROM loans_loan GROUP BY org ORDER BY count(*) DESC LIMIT 1").fetchone()
        ids = [row[0] for row in reading.execute("SELECT id FROM loans_loan WHERE org = ? ORDER BY version", (org,))]
    reading.close()
    paths = [f"/api/v1/loans/{uuid.UUID(bytes=key)}" for key in ids]
    ours = Client(server.url, headers=headers, connections=CONNECTIONS, server=server.pid, paths=paths)
    read = "SELECT (SELECT body FROM loans_journal_write WHERE number = write) FROM loans_loan WHERE org = ? AND id = ?"
    with bare("read", str(file), read, str(org)) as reference:
        theirs = Client(reference.url, headers=headers, connections=CONNECTIONS, server=reference.pid, paths=paths)
        mine, plain, ratio = side_by_side(ours, theirs)
        theirs.close()
    asked = ours.asked
    ours.close()
    assert asked <= len(ids), "the paths came round: some reads did not miss the cache"
    return Row(
        "loan read that misses the cache, logs and metrics on",
        f"{mine:,.0f}/s = {ratio:.2f} x",
        f"bare ASGI, same SQLite read: {plain:,.0f}/s",
        ">= 0.5 x",
        ratio >= 0.5,
    )


@dataclass(frozen=True, slots=True)
class Large:
    """The dashboard of a large organization: seconds when cold, and after each of some changes of one loan."""

    loans: int
    cold: float
    changed: float


def dashboard(server: Server, headers: dict[str, str]) -> Large:
    """Measure the dashboard of a large organization: cold, and after one of its loans changed."""
    once = Client(f"{server.url}/api/v1/dashboard", headers=headers, connections=1, server=server.pid)
    started = time.perf_counter()
    answer = json.loads(once.ask().split(b"\r\n\r\n", 1)[1])
    cold = time.perf_counter() - started
    loans = int(answer["figures"]["loanCount"]["value"])
    changed = []
    for number in range(CHANGES):
        sequence = _change_a_loan(server, headers, number)
        after = {**headers, "Realinsights-After": sequence}
        asking = Client(f"{server.url}/api/v1/dashboard", headers=after, connections=1, server=server.pid)
        started = time.perf_counter()
        asking.ask()
        changed.append(time.perf_counter() - started)
        asking.close()
    once.close()
    return Large(loans, cold, statistics.median(changed))


def dashboards(now: Large, before: Large | None) -> list[Row]:
    """Return the rows of a large organization's dashboard, beside those of another source tree where there is one."""
    half = None if before is None else now.cold / before.cold
    cold, changed = limit(0.3), limit(0.02)
    return [
        Row(
            f"dashboard of {now.loans:,} loans, cold",
            f"{now.cold * 1000:.0f} ms",
            "" if half is None else f"{half:.2f} x of before",
            cold.told if half is None else "<= 0.5 x of before",
            cold.met(now.cold) if half is None else half <= 0.5,
            "" if before is None else f"{before.cold * 1000:.0f} ms",
        ),
        Row(
            f"dashboard of {now.loans:,} loans, one loan changed",
            f"{now.changed * 1000:.1f} ms (median of {CHANGES})",
            f"cold, same run: {now.cold / now.changed:.1f} x that",
            changed.told,
            changed.met(now.changed),
            "" if before is None else f"{before.changed * 1000:.1f} ms",
        ),
    ]


def _change_a_loan(server: Server, headers: dict[str, str], number: int) -> str:
    """Rename one loan and return the sequence that made."""
    loan_id = a_loan(server, headers)
    with httpx.Client(base_url=server.url, headers=headers, timeout=60) as client:
        read = client.get(f"/api/v1/loans/{loan_id}")
        said = {field.encode_name for field in msgspec.structs.fields(LoanDraft)}
        draft = {name: value for name, value in read.json().items() if name in said} | {"name": f"Renamed {number}"}
        changed = client.put(f"/api/v1/loans/{loan_id}", json=draft, headers={"If-Match": read.headers["etag"]})
        changed.raise_for_status()
        return changed.headers["realinsights-sequence"]


def a_loan(server: Server, headers: dict[str, str]) -> str:
    """Return the id of one of the organization's loans."""
    with httpx.Client(base_url=server.url, headers=headers, timeout=60) as client:
        return str(client.get("/api/v1/loans", params={"limit": 1}).json()["items"][0]["id"])
