"""The service on MongoDB: what it asks of its documents is answered there as in SQLite."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from realinsights.settings import Settings

from ..platform.webhooks.receivers import receiving
from .conftest import LOAN, until, world_in


async def test_it_tells_sends_notes_and_prefers_alike(tmp_path: Path, mongodb_url: str) -> None:
    database = f"{mongodb_url}notifications_{tmp_path.name}"
    settings = Settings(webhooks_to_loopback=True)
    async with receiving() as receiver, world_in(tmp_path, settings, database) as world:
        ada = await world.register("Harbor Capital", "ada@harbor.example")
        mia = await world.joined(ada, "mia@harbor.example", "member", first_name="Mia")
        await ada.post("/webhooks", {"url": receiver.url(), "types": ["loans.loan.recorded.v2"]})
        loan = await ada.post("/loans", LOAN)
        await ada.put(f"/loans/{loan['id']}", {**LOAN, "status": "60_days"}, version=loan["version"])

        async def told() -> Any:
            items = (await mia.get("/inbox"))["items"]
            return next((item for item in items if "60 days" in item["title"]), None)

        async def sent() -> bool:
            kept = [mail["subject"] for mail in (await ada.get("/mails", state="kept"))["items"]]
            return len(receiver.requests) == 2 and sum("60 days" in subject for subject in kept) == 2

        item = await until(told)
        await until(sent)
        later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)
        await mia.post(f"/inbox/{item['id']}/snooze", {"until": later.isoformat()}, status=200)
        assert (await mia.get("/inbox"))["items"] == []
        assert [one["id"] for one in (await mia.get("/inbox", state="snoozed"))["items"]] == [item["id"]]
        await ada.post("/inbox/read-all", status=200)
        assert (await ada.get("/inbox"))["unread"] == 0
        on = {"thingKind": "loan", "thingId": loan["id"]}
        await mia.post("/notes", {**on, "text": "Between us", "private": True})
        await mia.post("/notes", {**on, "text": "Please look", "mentions": [await ada.user], "tags": ["late"]})
        assert [note["text"] for note in (await ada.get("/notes", **on))["items"]] == ["Please look"]
        assert [note["text"] for note in (await mia.get("/notes", search="us"))["items"]] == ["Between us"]
        assert len((await ada.get("/notes", tag="late"))["items"]) == 1
        assert (await ada.get("/inbox"))["unread"] == 1
        chosen = await mia.put("/preferences", {"channels": {"mentioned": []}, "digest": "weekly"}, version=0)
        assert (chosen["version"], chosen["digest"]) == (1, "weekly")
