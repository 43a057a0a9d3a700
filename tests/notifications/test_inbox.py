"""The inbox over HTTP: what happened comes in once, is read, snoozed, assigned and counted."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
from typing import Any

import pytest

from realinsights.contracts.loans import LOANS_EVENTS, LoanDeleted
from realinsights.notifications.model.notifications import Notice
from realinsights.notifications.model.places import Place
from realinsights.notifications.model.topics import Topic
from realinsights.notifications.service import badges
from realinsights.notifications.service.clock import utc_now
from realinsights.notifications.service.hearing import Hearing
from realinsights.notifications.service.telling import tell
from realinsights.notifications.store import PLACES
from realinsights_platform.documents.heads import Heads
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Kind
from realinsights_platform.events import Message

from .conftest import LOAN, Caller, World, until

AT = datetime.datetime(2026, 1, 5, 12, tzinfo=datetime.UTC)
TAPE = """\
loanNumber,asOf,originalBalance,currentBalance,rate,originationDate,maturityDate
T-1,2025-12-31,1000000.00,900000.00,5.25%,2020-01-01,2030-01-01
"""


@pytest.fixture
async def ada(world: World) -> Caller:
    return await world.register("Harbor Capital", "ada@harbor.example")


async def titles(caller: Caller, **params: Any) -> list[str]:
    return [item["title"] for item in (await caller.get("/inbox", **params))["items"]]


async def told(caller: Caller, word: str) -> Any:
    """Return the notification with a word in its title, once it is there."""

    async def look() -> Any:
        items = (await caller.get("/inbox"))["items"]
        return next((item for item in items if word in item["title"]), None)

    return await until(look)


async def told_directly(world: World, caller: Caller, *keys: str) -> None:
    """Tell somebody as another part of the service does."""
    user = await caller.user
    documents = world.product.documents["notifications"]

    async def known() -> bool:
        async with documents.unit(org=await caller.org, actor="system:test", business_date=AT.date()) as unit:
            for key in keys:
                notice = Notice(key=key, topic=Topic.CRITICAL_DATE, title=f"Due: {key}")
                await tell(unit, people=(user, "nobody"), notice=notice, at=AT)
        return (await caller.get("/inbox"))["unread"] >= len(keys)

    await until(known)


class TestWhatComesIn:
    async def test_an_import_that_ended(self, world: World, ada: Caller) -> None:
        for dry_run in ("true", "false"):
            await ada.ask(
                "POST",
                "/imports",
                status=202,
                params={"fileName": "tape.csv", "dryRun": dry_run},
                content=TAPE.encode(),
            )
        item = await told(ada, "tape.csv was imported")
        assert item["body"] == "Loans: 1 created."
        assert (item["thing"]["kind"], item["state"], item["topic"]) == ("import", "unread", "import_ended")
        await ada.ask("POST", "/imports", status=202, params={"fileName": "no.csv"}, content=b"loanNumber\n")
        failed = await told(ada, "no.csv could not be imported")
        assert failed["urgent"]
        assert len([title for title in await titles(ada) if "tape.csv" in title]) == 1

    async def test_a_change_of_delinquency_and_of_a_figure_and_nothing_smaller(self, world: World, ada: Caller) -> None:
        loan = await ada.post("/loans", LOAN)
        late = {**LOAN, "status": "30_days", "currentBalance": "9700000.00"}
        loan = await ada.put(f"/loans/{loan['id']}", late, version=loan["version"])
        item = await told(ada, "current → 30 days")
        assert item["title"] == "Harbor Point (1001): current → 30 days"
        assert item["urgent"]
        assert item["thing"] == {"kind": "loan", "id": loan["id"]}
        less = {**late, "currentBalance": "8000000.00"}
        await ada.put(f"/loans/{loan['id']}", less, version=loan["version"])
        moved = await told(ada, "balance")
        assert moved["title"] == "Harbor Point (1001): balance $9,700,000.00 → $8,000,000.00"
        assert len([title for title in await titles(ada) if "balance" in title]) == 1

    async def test_a_loan_that_was_deleted_and_restored_is_watched_on(self, world: World, ada: Caller) -> None:
        loan = await ada.post("/loans", LOAN)
        await ada.delete(f"/loans/{loan['id']}", version=loan["version"])
        history = (await ada.get(f"/loans/{loan['id']}/history"))["items"]
        path = f"/loans/{loan['id']}/restore"
        version = max(item["version"] for item in history)
        restored = await ada.ask(
            "POST", path, json={"sequence": history[-1]["sequence"]}, headers={"If-Match": f'"{version}"'}
        )
        await ada.put(f"/loans/{loan['id']}", {**LOAN, "status": "90_days"}, version=restored["version"])
        await told(ada, "current → 90 days")

    async def test_invited_joined_and_a_new_device(self, world: World, ada: Caller) -> None:
        mia = await world.joined(ada, "mia@harbor.example", "member")
        assert (await told(ada, "mia@harbor.example was invited"))["body"] == "As member."
        assert (await told(ada, "mia@harbor.example joined"))["thing"]["kind"] == "member"
        await world.sign_in("mia@harbor.example", client="a stranger's browser")
        device = await told(mia, "new device")
        assert "a stranger's browser" in device["body"]
        assert not [title for title in await titles(mia) if "joined" in title or "invited" in title]
        assert not [title for title in await titles(ada) if "device" in title]

    async def test_comes_once_however_often_its_event_does(self, world: World, ada: Caller) -> None:
        loan = await ada.post("/loans", LOAN)
        await ada.put(f"/loans/{loan['id']}", {**LOAN, "status": "60_days"}, version=loan["version"])
        await told(ada, "60 days")
        notifications = world.product.documents["notifications"]
        loans = world.product.documents["loans"]
        org = await ada.org
        before = await notifications.sequence(org)
        feeds = {"auth": world.product.documents["auth"], "loans": loans}
        hears = Hearing(notifications, feeds, now=lambda: AT)
        for entry in await loans.outbox(org, after=0):
            await hears.hear(
                Message(
                    service="loans",
                    org=org,
                    sequence=entry.sequence,
                    at=entry.at,
                    business_date=entry.business_date,
                    events=LOANS_EVENTS.decode(entry.events),
                )
            )
        assert await notifications.sequence(org) == before
        await told_directly(world, ada, "again")
        await told_directly(world, ada, "again")
        assert (await titles(ada)).count("Due: again") == 1


class TestStates:
    async def test_read_unread_acknowledged_and_all_read(self, world: World, ada: Caller) -> None:
        await told_directly(world, ada, "a", "b", "c")
        inbox = await ada.get("/inbox")
        first = inbox["items"][0]["id"]
        assert inbox["unread"] == 3
        assert (await ada.post(f"/inbox/{first}/read", status=200))["state"] == "read"
        assert (await ada.get("/inbox"))["unread"] == 2
        again = await ada.post(f"/inbox/{first}/read", status=200)
        assert again["version"] == 2  # nothing was stored the second time
        await ada.post(f"/inbox/{first}/unread", status=200)
        await ada.post(f"/inbox/{first}/acknowledge", status=200)
        assert len((await ada.get("/inbox", state="acknowledged"))["items"]) == 1
        assert await ada.post("/inbox/read-all", status=200) == {"read": 2, "more": False}
        assert (await ada.get("/inbox"))["unread"] == 0
        assert await ada.post("/inbox/read-all", status=200) == {"read": 0, "more": False}

    async def test_pages_go_on_where_they_stopped(self, world: World, ada: Caller) -> None:
        await told_directly(world, ada, *(str(number) for number in range(7)))
        seen: list[str] = []
        cursor = None
        while True:
            page = await ada.get("/inbox", limit=3, **({"cursor": cursor} if cursor else {}))
            seen += [item["title"] for item in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert sorted(seen) == sorted(f"Due: {number}" for number in range(7))

    async def test_a_snoozed_one_is_out_of_sight_until_its_time(self, world: World, ada: Caller) -> None:
        await told_directly(world, ada, "a")
        (item,) = (await ada.get("/inbox"))["items"]
        soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=1.5)
        await ada.post(f"/inbox/{item['id']}/snooze", {"until": soon.isoformat()}, status=200)
        hidden = await ada.get("/inbox")
        assert (hidden["items"], hidden["unread"]) == ([], 0)
        assert len((await ada.get("/inbox", state="snoozed"))["items"]) == 1

        async def back() -> bool:
            return bool((await ada.get("/inbox"))["unread"] == 1)

        await until(back)
        for bad in ("2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z", "2030-01-01T00:00:00"):
            refused = await ada.post(f"/inbox/{item['id']}/snooze", {"until": bad}, status=422)
            assert refused["errors"][0]["field"] == "until"

    async def test_an_assigned_one_comes_into_the_other_inbox_once(self, world: World, ada: Caller) -> None:
        mia = await world.joined(ada, "mia@harbor.example", "member")
        await told_directly(world, ada, "a")
        (item,) = [item for item in (await ada.get("/inbox"))["items"] if item["title"] == "Due: a"]
        for _ in range(2):
            changed = await ada.post(f"/inbox/{item['id']}/assign", {"userId": await mia.user}, status=200)
            assert changed["assignedTo"] == await mia.user
        assert (await titles(mia)).count("Ada Adams assigned to you: Due: a") == 1
        refused = await ada.post(f"/inbox/{item['id']}/assign", {"userId": "nobody"}, status=422)
        assert refused["errors"][0]["field"] == "userId"

    async def test_nobody_else_s_can_be_touched(self, world: World, ada: Caller) -> None:
        mia = await world.joined(ada, "mia@harbor.example", "administrator")
        await told_directly(world, ada, "a")
        (item,) = [item for item in (await ada.get("/inbox"))["items"] if item["title"] == "Due: a"]
        await mia.post(f"/inbox/{item['id']}/read", status=404)
        assert "Due: a" not in await titles(mia)


async def test_the_badge_is_told_when_it_changes(world: World, ada: Caller) -> None:
    user, org = await ada.user, await ada.org
    of_process = world.product.services["notifications"].given["badges"]
    counts: asyncio.Queue[int] = asyncio.Queue()

    async def watch() -> None:
        async for count in of_process.watch(org=org, user=user):
            counts.put_nowait(count)

    watching = asyncio.create_task(watch())
    try:
        async with asyncio.timeout(20):
            assert await counts.get() == 0
            await told_directly(world, ada, "a")
            assert await counts.get() == 1
            await ada.post("/inbox/read-all", status=200)
            assert await counts.get() == 0
    finally:
        watching.cancel()


class Counted:
    """Documents of which it is counted how often some were counted, and of what kinds some were read."""

    def __init__(self, documents: Storage) -> None:
        self.documents = documents
        self.counts = 0
        self.kinds: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.documents, name)

    async def get(self, kind: Kind[Any], *args: Any) -> Any:
        self.kinds.append(kind.name)
        return await self.documents.get(kind, *args)

    async def count(self, *args: Any) -> int:
        self.counts += 1
        return await self.documents.count(*args)


async def test_where_a_message_belongs_is_read_once_before_its_unit_of_work(world: World, ada: Caller) -> None:
    await told_directly(world, ada, "a")
    loans, org = world.product.documents["loans"], await ada.org
    documents: Any = Counted(world.product.documents["notifications"])
    hears = Hearing(documents, {"auth": world.product.documents["auth"], "loans": loans}, now=lambda: AT)
    message = Message(
        service="loans",
        org=org,
        sequence=await loans.sequence(org) + 1,
        at=AT,
        business_date=AT.date(),
        events=(LoanDeleted(loan_id="nothing"),),
    )
    await hears.hear(message)
    assert documents.kinds.count("place") == 1


async def test_a_badge_is_told_at_once_and_then_counted_once_for_much_that_comes_together(
    world: World, ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(badges, "_SETTLE_SECONDS", 3_600.0)
    user, org = await ada.user, await ada.org
    storage = world.product.documents["notifications"]
    heads = Heads(storage, None)
    documents: Any = Counted(storage.telling(heads.committed))
    one = badges.Badges(documents, heads, now=utc_now)
    async with one.running(), contextlib.aclosing(one.watch(org=org, user=user)) as counts:
        assert await anext(counts) == 0
        following = asyncio.create_task(anext(counts))
        for number in range(20):
            async with documents.unit(org=org, actor="system:test", business_date=AT.date()) as unit:
                unit.put(PLACES, Place(id=f"place-{number}", org=org, applied=1))
            await asyncio.sleep(0)
        assert documents.counts == 1
        following.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await following
