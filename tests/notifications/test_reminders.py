"""Reminders of dates that come near: each lead once, the whole of what comes at once together."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights.notifications.model.dates import (
    LEADS,
    CriticalDate,
    DateKind,
    DateState,
    advanced,
    due_reminder,
    next_reminder,
    passed_lead,
)
from realinsights.notifications.service.dates import advance_dates
from realinsights.notifications.store import DATES

from .conftest import LOAN, Caller, World, until, world_in

UTC = datetime.UTC
DAY = datetime.timedelta(days=1)


def a_date(**said: Any) -> CriticalDate:
    return CriticalDate(
        **{
            "id": "d1",
            "org": "o1",
            "loan_id": "l1",
            "loan_number": "1001",
            "loan_name": "Harbor Point",
            "kind": DateKind.MATURITY,
            "occurrence": 1,
            "on": datetime.date(2028, 1, 1),
            "computed_from": "maturityDate",
            **said,
        }
    )


class TestNextReminder:
    def test_is_the_longest_lead_that_is_not_past(self) -> None:
        assert next_reminder(a_date(reminded=183)) == (91, datetime.datetime(2027, 10, 2, 12, tzinfo=UTC))

    @pytest.mark.parametrize("said", [{"state": DateState.SNOOZED}, {"state": DateState.DONE}, {"gone": True}])
    def test_of_what_nobody_waits_for_is_none(self, said: dict[str, Any]) -> None:
        assert next_reminder(a_date(**said)) is None

    @given(
        kind=st.sampled_from(sorted(LEADS)), start=st.integers(0, 800), steps=st.lists(st.integers(1, 90), max_size=40)
    )
    def test_comes_once_for_each_lead_that_lay_ahead_at_most(
        self, kind: DateKind, start: int, steps: list[int]
    ) -> None:
        on = datetime.date(2028, 1, 1)
        date = a_date(kind=kind, on=on, reminded=passed_lead(kind, start))
        now = datetime.datetime.combine(on - start * DAY, datetime.time(), UTC)
        told = []
        for step in steps:
            now += step * DAY
            date = advanced(date, now=now)
            lead = due_reminder(date, now=now)
            if lead is not None:
                told.append(lead)
                date = msgspec.structs.replace(date, reminded=lead)
                assert due_reminder(date, now=now) is None
        assert told == sorted(set(told), reverse=True)
        assert all(lead < start for lead in told)


async def reminded(world: World, ada: Caller, *, now: datetime.datetime) -> list[dict[str, Any]]:
    """Do what the scheduler does with all dates at a time; return what the inbox has of them."""
    documents, org = world.product.documents["notifications"], await ada.org
    dates = (await documents.find(DATES, org, limit=1_000)).items
    due = [date.id for date in dates if date.due_at is not None and date.due_at <= now]
    async with documents.unit(org=org, actor="system:scheduler", business_date=now.date()) as unit:
        await advance_dates(unit, due, documents=documents, now=lambda: now)
    return [item for item in (await ada.get("/inbox"))["items"] if item["topic"] == "critical_date"]


async def test_a_maturity_that_is_moved_is_told_of_anew_and_each_lead_once(tmp_path: Path) -> None:
    async with world_in(tmp_path) as world:
        ada = await world.register("Acme", "ada@example.com")
        loan = await ada.post("/loans", {**LOAN, "maturityDate": "2030-01-15", "terms": {}})

        async def matures(on: str) -> Any:
            found = (await ada.get("/dates", kind="maturity"))["items"]
            return [date for date in found if date["on"] == on]

        await until(lambda: matures("2030-01-15"))
        near = datetime.datetime(2029, 10, 20, 12, tzinfo=UTC)
        for _ in range(2):
            (told,) = await reminded(world, ada, now=near)
        assert told["title"] == "Harbor Point (1001): maturity on 2030-01-15"
        assert told["thing"] == {"kind": "loan", "id": loan["id"]}
        body = {**LOAN, "maturityDate": "2031-01-15", "terms": {}}
        await ada.put(f"/loans/{loan['id']}?correction=true", body, version=loan["version"])
        await until(lambda: matures("2031-01-15"))
        assert len(await reminded(world, ada, now=near)) == 1
        again = await reminded(world, ada, now=near.replace(year=2030))
        assert [item["title"][-10:] for item in again] == ["2031-01-15", "2030-01-15"]


async def test_a_date_of_somebody_who_is_no_member_any_more_is_told_to_all_who_may_change_loans(
    tmp_path: Path,
) -> None:
    async with world_in(tmp_path) as world:
        ada = await world.register("Acme", "ada@example.com")
        await ada.post("/loans", {**LOAN, "maturityDate": "2030-01-15", "terms": {}})

        async def dates() -> Any:
            return (await ada.get("/dates", kind="maturity"))["items"]

        (date,) = await until(dates)
        await ada.ask("POST", f"/dates/{date['id']}/assign", json={"assignee": "gone"}, headers={"If-Match": '"1"'})
        (told,) = await reminded(world, ada, now=datetime.datetime(2029, 10, 20, 12, tzinfo=UTC))
        assert told["title"] == "Harbor Point (1001): maturity on 2030-01-15"


async def test_many_that_come_near_at_once_are_told_of_together(tmp_path: Path) -> None:
    async with world_in(tmp_path) as world:
        ada = await world.register("Acme", "ada@example.com")
        for number in range(7):
            body = {**LOAN, "number": str(number), "maturityDate": "2030-01-15", "terms": {}}
            await ada.post("/loans", body)

        async def all_of_them() -> bool:
            return len((await ada.get("/dates", kind="maturity"))["items"]) == 7

        await until(all_of_them)
        (told,) = await reminded(world, ada, now=datetime.datetime(2029, 10, 20, 12, tzinfo=UTC))
        assert told["title"] == "7 loans: maturity by 2030-01-15"
