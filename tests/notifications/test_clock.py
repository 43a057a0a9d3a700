"""The clock of the service: what its routes show and store is of the clock that the service was given."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from realinsights.notifications import assembly

from .conftest import LOAN, world_in

THEN = datetime.datetime(2030, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)


async def test_calendars_are_made_and_read_by_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assembly, "utc_now", lambda: THEN)
    async with world_in(tmp_path) as world:
        ada = await world.register("Harbor Capital", "ada@harbor.example")
        await ada.post("/loans", LOAN)
        feed = await ada.post("/calendar-feeds", {"name": "Mine"})
        assert datetime.datetime.fromisoformat(feed["createdAt"]) == THEN
        calendar = await world.client.get(feed["path"].removeprefix("/api/v1"))
        assert "DTSTAMP:20300102T030405Z" in calendar.text


async def test_a_date_is_taken_back_by_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = THEN
    monkeypatch.setattr(assembly, "utc_now", lambda: now)
    async with world_in(tmp_path) as world:
        ada = await world.register("Harbor Capital", "ada@harbor.example")
        await ada.post("/loans", LOAN)
        (date,) = (await ada.get("/dates", kind="maturity"))["items"]
        tag = {"If-Match": "*"}
        await ada.ask("POST", f"/dates/{date['id']}/done", json={}, headers=tag)
        now = datetime.datetime(2040, 1, 1, tzinfo=datetime.UTC)
        reopened = await ada.ask("POST", f"/dates/{date['id']}/reopen", headers=tag)
        assert reopened["state"] == "missed"
