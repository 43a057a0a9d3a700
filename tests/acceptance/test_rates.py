"""Fixings reach the dashboard: a floating loan's past and present rates, without a jump where no rate moved."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

ON = {"businessDate": "2025-12-10"}
RESETS = (
    *("2025-01-13", "2025-02-13", "2025-03-13", "2025-04-11", "2025-05-13", "2025-06-12", "2025-07-11", "2025-08-13"),
    *("2025-09-11", "2025-10-10", "2025-11-13"),
)
MOVED = "2025-10-10"
"""The determination day of the period from 15 October on, from which the index is lower."""


def loan(number: str, **changes: Any) -> dict[str, Any]:
    terms = {"firstPaymentDate": "2025-02-15", **changes.pop("terms", {})}
    return {
        "number": number,
        "name": number,
        "originalBalance": "10000000.00",
        "currentBalance": "10000000.00",
        "balanceAsOf": "2025-12-01",
        "originationDate": "2025-01-15",
        "maturityDate": "2028-01-15",
        "rate": "0.05",
        **changes,
        "terms": terms,
    }


async def weighted_rates(client: httpx.AsyncClient, headers: dict[str, str]) -> dict[str, str | None]:
    answer = await client.get("/api/v1/dashboard/history", params={"figure": "weightedRate", **ON}, headers=headers)
    assert answer.status_code == 200, answer.text
    return {point["month"]: point["value"] for point in answer.json()["series"][0]["points"]}


async def test_a_floating_loan_s_rates_are_in_the_history_as_fixings_make_them(platform: Any) -> None:
    headers = await platform.register("Harbor Capital", "ada@harbor.example")
    client: httpx.AsyncClient = platform.client
    floating = {"index": "Term SOFR 1M", "spread": "0.025", "calendar": "us_government_bond", "lookbackBusinessDays": 2}
    for body in (loan("FIXED"), loan("FLOATS", rate="0.0683", rateType="floating", terms={"floating": floating})):
        answer = await client.post("/api/v1/loans", json=body, params=ON, headers=headers)
        assert answer.status_code == 201, answer.text
    before = await weighted_rates(client, headers)
    # Of the past the floating loan's rate is not known, and the line breaks; what it is now was stated.
    assert (before["2025-11"], before["2025-12"]) == (None, "0.05915000")

    values = {on: "4.00" if on >= MOVED else "4.33" for on in RESETS}
    file = "DATE,1M Term SOFR\n" + "".join(f"{on},{value}\n" for on, value in values.items())
    answer = await client.post(
        "/api/v1/rates/imports", content=file, params={"fileName": "term-sofr.csv", **ON}, headers=headers
    )
    assert (answer.status_code, answer.json()["indices"][0]["taken"]) == (200, len(RESETS)), answer.text
    async with asyncio.timeout(30):
        after = before
        while after.get("2025-11") is None:
            await asyncio.sleep(0.02)
            after = await weighted_rates(client, headers)
    # 6.83 % until the reset of 15 October, 6.50 % from it on, beside 5.00 % of as much; the stated rate is another.
    assert after == {
        **{f"2025-{month:02}": "0.05915000" for month in range(1, 10)},
        **{f"2025-{month:02}": "0.05750000" for month in range(10, 13)},
    }
    figures = (await client.get("/api/v1/dashboard", params=ON, headers=headers)).json()
    assert figures["figures"]["weightedRate"]["value"] == "0.05750000"
