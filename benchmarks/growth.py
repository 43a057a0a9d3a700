"""Growth: the same reads of the same organization while a thousand others grow from a thousand loans to a million."""

from __future__ import annotations

import asyncio
import datetime
import shutil
import statistics
from pathlib import Path

import httpx
import msgspec

from benchmarks.load import Client
from benchmarks.servers import administrator, product
from benchmarks.table import Row
from realinsights.adapters import open_adapters
from realinsights.app import build
from realinsights.loans.model.loan import LoanDraft
from realinsights.loans.service.loans import create_loan
from realinsights.topology import read_topology

ORGANIZATIONS = 1000
TOTALS = (1_000, 100_000, 1_000_000)
MEASURED = 100  # loans of the organization whose reads are timed, in each of the three folders
BURSTS = 15
BUSINESS_DATE = datetime.date(2026, 1, 1)
READS = {
    "loan read": "/api/v1/loans/{loan_id}/balance?on={date}",
    "list page of 50": "/api/v1/loans?limit=50&order=maturityDate&maturityFrom={date}",
    "dashboard": "/api/v1/dashboard?businessDate={date}",
}


def a_draft(number: int) -> LoanDraft:
    """Return a ten-year loan."""
    amount = 1_000_000 + 1000 * number
    return msgspec.convert(
        {
            "number": f"G-{number:07}", "name": f"Growing {number}", "originalBalance": f"{amount}.00",
            "currentBalance": f"{amount}.00", "balanceAsOf": "2026-01-01", "originationDate": "2026-01-01",
            "maturityDate": "2036-01-01", "rate": "0.0525",
            "terms": {"dayCount": "actual_360", "firstPaymentDate": "2026-02-01", "amortizationMonths": 360},
        },
        LoanDraft,
    )  # fmt: skip


async def _fill(data: Path, total: int) -> None:
    """Give each organization its share of the loans, in units of at most 500, several at a time."""
    topology = read_topology(environment={"REALINSIGHTS_DATA": str(data)})
    (process,) = topology.processes.values()
    each = total // ORGANIZATIONS
    async with open_adapters(topology, process) as adapters, build(process, adapters) as product:
        documents = product.documents["loans"]
        at_once = asyncio.Semaphore(8)

        async def grow(org: str, loans: int) -> None:
            for begin in range(0, loans, 500):
                async with at_once, documents.unit(org=org, actor="system:bench", business_date=BUSINESS_DATE) as unit:
                    for number in range(begin, min(begin + 500, loans)):
                        await create_loan(unit=unit, draft=a_draft(number))

        async with asyncio.TaskGroup() as growing:
            for number in range(ORGANIZATIONS):
                growing.create_task(grow(f"org-{number:04}", each))


def measure(folder: Path) -> list[Row]:
    """Fill a folder for each total, then time the reads in turns; every read is one that no cache has answered."""
    seconds: dict[int, dict[str, float]] = {}
    for total in TOTALS:
        data = folder / f"{total}"
        asyncio.run(_fill(data, total))
        headers = administrator(data, "measured")
        with product(data, "--no-demonstration") as server:
            ids = _measured_loans(server.url, headers)
            seconds[total] = {}
            for what, template in READS.items():
                dates = [str(BUSINESS_DATE + datetime.timedelta(days=day)) for day in range(2, 3000)]
                paths = [template.format(loan_id=ids[n % len(ids)], date=date) for n, date in enumerate(dates)]
                client = Client(server.url, headers=headers, connections=1, server=server.pid, paths=paths)
                client.burst(0.3)
                bursts = [client.burst(0.2) for _ in range(BURSTS)]
                client.close()
                seconds[total][what] = statistics.median(burst.seconds / burst.requests for burst in bursts)
        shutil.rmtree(data)
    rows = []
    for what in READS:
        small, *others = (seconds[total][what] for total in TOTALS)
        ratio = others[-1] / small
        measured = ", ".join(f"{total:,}: {seconds[total][what] * 1e3:.2f} ms" for total in TOTALS)
        rows.append(
            Row(f"{what} in {ORGANIZATIONS:,} organizations", measured, f"{ratio:.2f} x", "<= 1.5 x", ratio <= 1.5)
        )
    return rows


def _measured_loans(url: str, headers: dict[str, str]) -> list[str]:
    with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
        for number in range(MEASURED):
            client.post("/api/v1/loans", json=msgspec.to_builtins(a_draft(number))).raise_for_status()
        return [loan["id"] for loan in client.get("/api/v1/loans", params={"limit": 100}).json()["items"]]
