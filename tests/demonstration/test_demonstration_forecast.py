"""The forecast of the demonstration: of the loans that the dashboard selects, with the balloons of its wall."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from realinsights.cli.client import Client, connected
from realinsights.cli.place import Place

from .putting_in import put_in

ON = "2026-01-15"
CLOSED = {"paid_off", "refinanced", "liquidated"}


@pytest.fixture(scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    """Return a client of the demonstration, with the fixing that its floating loans need."""
    folder = tmp_path_factory.mktemp("demonstration")
    async with connected(Place(data=folder), org="demonstration", create=True) as opened:
        await put_in(opened, on=ON)
        await opened.post(
            "/rates/imports",
            content=b"DATE,SOFR30DAYAVG\n2025-12-30,4.05\n2026-01-13,4.02\n",
            params={"fileName": "fixings.csv", "businessDate": ON},
        )
        yield opened


async def every(client: Client, path: str, **parameters: Any) -> list[Any]:
    return [item async for item in client.pages(path, businessDate=ON, **parameters)]


def filters_of(lines: list[Any]) -> list[dict[str, Any]]:
    """Return filters of every kind, with values of some of the loans."""
    one, other = lines[3], lines[17]
    return [
        {},
        {"q": one["name"].split()[0]},
        {"q": f"{one['name'].split()[0][:3]} {one['number'][-2:]}"},
        {"q": other["name"].split()[0][:-1] + "x"},  # mistyped, where the word is long enough
        {"q": (other["lender"] or {"name": "bank"})["name"].upper()},
        {"loanId": [one["loanId"], other["loanId"], "nobodys"]},
        {"lenderId": [one["lender"]["id"], "none"]},
        {"fundId": "none"},
        {"portfolioId": "none"},
        {"state": one["states"][0]},
        {"state": [one["states"][0], "none"], "measure": "whole"},
        {"state": "none"},
        {"propertyType": other["propertyTypes"][0], "state": other["states"]},
        {"propertyId": "none"},
        {"status": ["current", "paid_off"]},
        {"status": "paid_off"},
        {"structure": "whole_loan", "rateType": "floating"},
        {"amortizationType": ["interest_only", "partial_interest_only"]},
        {"maturityFrom": "2027-01-01", "maturityTo": "2028-12-31"},
        {"rateType": "fixed", "amortizationType": "amortizing", "maturityTo": "2030-06-30"},
    ]


async def test_is_of_the_loans_that_the_dashboard_selects(client: Client) -> None:
    lines = await every(client, "/dashboard/loans")
    sizes = set()
    for filters in filters_of(lines):
        owed = {
            line["loanId"]: line["balance" if "measure" in filters else "matchedBalance"]
            for line in await every(client, "/dashboard/loans", **filters)
            if line["status"] not in CLOSED and line["balance"] != "0.00"
        }
        found = {line["loanId"]: line["balance"] for line in await every(client, "/forecast/loans", **filters)}
        assert found == owed, filters
        told = await client.get("/forecast", businessDate=ON, **filters)
        assert told["loans"] == len(owed)
        assert Decimal(told["balance"]) == sum(map(Decimal, owed.values()))
        sizes.add(len(owed))
    assert len(sizes) > 8


async def test_has_the_balloons_of_the_wall_month_by_month(client: Client) -> None:
    told = await client.get("/forecast", businessDate=ON, months=60)
    assert (told["loans"], told["computed"], told["leftOut"]) == (60, 60, [])
    wall = await client.get("/dashboard/maturities", businessDate=ON, by="month")
    due = {bucket["first"]: Decimal(bucket["dueBySchedule"]) for bucket in wall["buckets"]}
    balloons = {month["month"]: Decimal(month["balloon"]) for month in told["months"]}
    ahead = {first: due.get(first, Decimal(0)) for first in balloons}
    assert balloons == ahead
    assert sum(balloons.values()) > 10**9


async def test_adds_up_what_the_loans_schedules_say(client: Client) -> None:
    shift = {"shift": 50}
    told = await client.get("/forecast", businessDate=ON, **shift)
    by_month: dict[str, Decimal] = defaultdict(Decimal)
    for line in await every(client, "/dashboard/loans"):
        if line["status"] in CLOSED or line["rateType"] == "floating":
            continue
        schedule = await client.get(f"/loans/{line['loanId']}/schedule")
        for row in schedule["installments"]:
            if row["dueDate"] >= ON:
                by_month[row["dueDate"][:7] + "-01"] += Decimal(row["payment"])
    floating = await client.get("/forecast", businessDate=ON, rateType="floating", **shift)
    for month, of_floating in zip(told["months"], floating["months"], strict=True):
        assert Decimal(month["total"]) - Decimal(of_floating["total"]) == by_month[month["month"]]
        assert month["projectedInterest"] == of_floating["projectedInterest"]
    assert Decimal(floating["total"]["projectedInterest"]) > 0
    assert datetime.date.fromisoformat(told["last"]) == datetime.date(2027, 12, 31)
