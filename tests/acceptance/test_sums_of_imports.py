"""The portfolio's own sums before and after an import are those that the dashboard shows before and after it."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.topology

LOAN: dict[str, Any] = {
    "number": "1001",
    "name": "Harbor Point",
    "originalBalance": "10000000.00",
    "currentBalance": "9876543.21",
    "balanceAsOf": "2025-01-31",
    "originationDate": "2025-01-01",
    "maturityDate": "2035-01-01",
    "rate": "0.05333333",
    "terms": {"dayCount": "actual_360", "firstPaymentDate": "2025-02-01", "amortizationMonths": 360},
}
HEADER = "loanNumber,asOf,originalBalance,currentBalance,rate,originationDate,maturityDate,propertyName,propertyType\n"
FIRST = (
    "T-1,2025-11-30,1000000.00,900000.01,5.25%,2020-01-01,2030-01-01,One,office",
    "T-2,2025-11-30,2000000.00,1800000.00,6.125%,2020-01-01,2030-01-01,Two,retail",
    "T-3,2025-11-30,3000000.00,2700000.33,4.9%,2020-01-01,2030-01-01,Three,office",
)
# T-1 is told again as it was, T-2 and T-3 a month later, T-4 is new and T-5 is refused.
SECOND = (
    FIRST[0],
    "T-2,2025-12-31,2000000.00,1799000.00,6.375%,2020-01-01,2030-01-01,Two,retail",
    "T-3,2025-12-31,3000000.00,2699999.99,4.9%,2020-01-01,2030-01-01,Three,office",
    "T-4,2025-12-31,4000000.00,4000000.00,7.1%,2025-01-01,2035-01-01,Four,office",
    "T-5,2025-12-31,4000000.00,4000000.00,7.1%,soon,2035-01-01,Five,office",
)


async def test_what_an_import_says_is_what_the_totals_say(platform: Any) -> None:
    headers = await platform.register("Sums", "ada@sums.example")
    answer = await platform.client.post("/api/v1/loans", json=LOAN, headers=headers)
    assert answer.status_code == 201, answer.text
    after = {"Realinsights-After": answer.headers["Realinsights-Sequence"]}

    async def totals() -> tuple[str, str, str]:
        found = await platform.client.get("/api/v1/dashboard/loans/totals", headers={**headers, **after})
        assert found.status_code == 200, found.text
        shown = found.json()
        return tuple(shown[name]["value"] for name in ("loanCount", "outstanding", "weightedRate"))

    async def imported(rows: tuple[str, ...], dry_run: bool) -> dict[str, Any]:
        answer = await platform.client.post(
            "/api/v1/imports",
            params={"fileName": "tape.csv", "dryRun": dry_run},
            content=HEADER + "\n".join(rows) + "\n",
            headers=headers,
        )
        assert answer.status_code == 202, answer.text
        work: dict[str, Any] = answer.json()
        async with platform.client.stream("GET", f"/api/v1/imports/{work['id']}/events", headers=headers) as events:
            async for line in events.aiter_lines():
                if line.startswith("data: "):
                    work = json.loads(line.removeprefix("data: "))
        assert work["state"] == "done", work
        return work

    def said(sums: dict[str, Any]) -> tuple[str, str, str]:
        return str(sums["loans"]), sums["balance"], sums["weightedRate"]

    for properties, rows in ((0, FIRST), (3, SECOND)):
        before = await totals()
        tried = await imported(rows, True)
        assert said(tried["before"]) == before == await totals()
        done = await imported(rows, False)
        assert said(tried["after"]) == said(done["after"]) == await totals() != before
        assert said(done["before"]) == before
        assert [done[name]["properties"] for name in ("before", "after")] == [properties, max(3, properties + 1)]
    assert [done[name] for name in ("created", "updated", "unchanged", "refused")] == [1, 2, 1, 1]
