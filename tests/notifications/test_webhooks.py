"""Webhook endpoints: what happened is sent to an organization's programs, signed, over days, and to no other."""

from __future__ import annotations

import asyncio
import datetime
import itertools
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from realinsights.notifications.model.deliveries import (
    PAUSES,
    Delivery,
    DeliveryState,
    delivery,
    next_due,
    retry_after,
)
from realinsights.notifications.queries import happened
from realinsights.notifications.service.delivering import Delivering
from realinsights.notifications.service.endpoints import Webhooks
from realinsights.notifications.store import DELIVERIES, ENDPOINTS
from realinsights.settings import Settings
from realinsights_platform.webhooks.destinations import Destinations
from realinsights_platform.webhooks.posting import Poster

from ..platform.webhooks.receivers import Receiver, hang, receiving, status
from .conftest import LOAN, Caller, World, until, world_in

HERE = Settings(webhooks_to_loopback=True)
LOANS = "loans.loan.recorded.v2"
NOW = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_in(tmp_path, HERE) as opened:
        yield opened


@pytest.fixture
async def ada(world: World) -> Caller:
    return await world.register("Harbor Capital", "ada@harbor.example")


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as one:
        yield one


async def endpoint(caller: Caller, receiver: Receiver, **fields: Any) -> tuple[str, str]:
    """Add an endpoint; return its id and secret."""
    made = await caller.post("/webhooks", {"url": receiver.url(), "types": [LOANS], **fields})
    return made["endpoint"]["id"], made["secret"]


async def came(receiver: Receiver, count: int = 1) -> list[dict[str, Any]]:
    """Wait for messages; return their bodies."""

    async def enough() -> bool:
        return len(receiver.requests) >= count

    await until(enough)
    return [json.loads(request.body) for request in receiver.requests]


async def in_state(caller: Caller, one: str, state: str, count: int = 1) -> list[Any]:
    async def enough() -> Any:
        found = (await caller.get(f"/webhooks/{one}/deliveries", state=state))["items"]
        return found if len(found) >= count else None

    found: list[Any] = await until(enough)
    return found


class TestSending:
    async def test_what_happened_arrives_once_signed_and_as_it_is_pulled(self, ada: Caller, receiver: Receiver) -> None:
        one, secret = await endpoint(ada, receiver)
        await ada.post("/loans", LOAN)
        await ada.post("/lenders", {"name": "First Bank", "lenderType": "bank"})  # of a type it does not want
        (body,) = await came(receiver)
        (request,) = receiver.requests
        assert Webhook(secret).verify(request.body, request.headers) == body
        (pulled,) = (await ada.get("/events", types=LOANS))["items"]
        assert body == pulled
        assert request.headers["webhook-id"] == pulled["id"]
        (sent,) = await in_state(ada, one, "delivered")
        assert [attempt["status"] for attempt in sent["attempts"]] == [204]
        shown = await ada.get(f"/webhooks/{one}/deliveries/{sent['id']}")
        assert json.loads(shown["payload"]) == body
        await ada.post("/loans", {**LOAN, "number": "2"})
        assert [body["data"]["number"] for body in await came(receiver, 2)] == ["1001", "2"]

    async def test_what_happened_to_documents_arrives_too(self, ada: Caller, receiver: Receiver) -> None:
        await endpoint(ada, receiver, types=["files.version.processed.v1"])
        await ada.ask("POST", "/documents", status=201, params={"fileName": "note.txt"}, content=b"5.25 percent")
        (body,) = await came(receiver)
        assert (body["type"], body["data"]["state"]) == ("files.version.processed.v1", "ready")

    async def test_a_test_message_is_sent_to_it_alone(self, ada: Caller, receiver: Receiver) -> None:
        one, secret = await endpoint(ada, receiver, description="Books")
        told = await ada.post(f"/webhooks/{one}/test", status=202)
        (body,) = await came(receiver)
        assert body["type"] == "notifications.endpoint.tested.v1"
        assert Webhook(secret).verify(receiver.requests[0].body, receiver.requests[0].headers)
        (sent,) = await in_state(ada, one, "delivered")
        assert sent["id"] == told["deliveryId"]

    async def test_old_and_new_keys_sign_while_rotating(self, ada: Caller, receiver: Receiver) -> None:
        one, old = await endpoint(ada, receiver)
        rotated = await ada.post(f"/webhooks/{one}/rotate", status=200)
        assert rotated["secret"] != old
        assert len(rotated["endpoint"]["publicKeys"]) == 2
        await ada.post("/loans", LOAN)
        await came(receiver)
        (request,) = receiver.requests
        for secret in (old, rotated["secret"]):
            assert Webhook(secret).verify(request.body, request.headers)

    async def test_one_that_hangs_holds_up_no_other(self, world: World, ada: Caller, receiver: Receiver) -> None:
        eve = await world.register("Other House", "eve@other.example")
        async with receiving() as stuck:
            stuck.answers = [hang]
            await endpoint(ada, stuck)
            await endpoint(eve, receiver)
            for number in range(6):
                await ada.post("/loans", {**LOAN, "number": str(number)})
            await came(stuck)
            await eve.post("/loans", LOAN)
            began = asyncio.get_running_loop().time()
            await came(receiver)
            assert asyncio.get_running_loop().time() - began < 10  # the one that hangs has 15 seconds
            assert "Harbor" not in str(stuck.requests[0].headers)

    async def test_what_waits_when_a_process_ends_is_sent_by_the_next(self, tmp_path: Path) -> None:
        async with receiving() as receiver:
            receiver.answers = [hang]
            async with world_in(tmp_path / "data", HERE) as world:
                ada = await world.register("Harbor Capital", "ada@harbor.example")
                one, _ = await endpoint(ada, receiver)
                await ada.post("/loans", LOAN)
                await came(receiver)
            receiver.answers = [status(200)]
            async with world_in(tmp_path / "data", HERE) as world:
                ada = await world.sign_in("ada@harbor.example")
                (sent,) = await in_state(ada, one, "delivered")
                assert sent["messageId"] == receiver.requests[0].headers["webhook-id"]
            assert {request.headers["webhook-id"] for request in receiver.requests} == {sent["messageId"]}

    async def test_gone_ends_it_and_says_so(self, ada: Caller, receiver: Receiver) -> None:
        one, _ = await endpoint(ada, receiver, description="Books")
        receiver.answers = [status(410)]
        await ada.post("/loans", LOAN)
        await in_state(ada, one, "failed")
        ended = await ada.get(f"/webhooks/{one}")
        assert (ended["enabled"], ended["disabledBecause"]) == (False, "It answered 410 Gone.")
        titles = [item["title"] for item in (await ada.get("/inbox"))["items"]]
        assert "A webhook endpoint was disabled: Books" in titles
        await ada.post(f"/webhooks/{one}/test", status=409)
        receiver.answers = [status(200)]
        assert (await ada.post(f"/webhooks/{one}/enable", status=200))["enabled"]
        await ada.post("/loans", {**LOAN, "number": "2"})
        await in_state(ada, one, "delivered")

    async def test_disabled_by_hand_it_is_sent_nothing_until_it_is_enabled(
        self, ada: Caller, receiver: Receiver
    ) -> None:
        one, _ = await endpoint(ada, receiver)
        two, _ = await endpoint(ada, receiver)
        off = await ada.post(f"/webhooks/{one}/disable", status=200)
        assert (off["enabled"], off["disabledBecause"]) == (False, "An administrator disabled it.")
        assert await ada.post(f"/webhooks/{one}/disable", status=200) == off
        await ada.post(f"/webhooks/{one}/test", status=409)
        await ada.post("/loans", LOAN)
        await in_state(ada, two, "delivered")
        assert (await ada.get(f"/webhooks/{one}/deliveries"))["items"] == []
        assert (await ada.post(f"/webhooks/{one}/enable", status=200))["disabledBecause"] is None
        await ada.post("/loans", {**LOAN, "number": "2"})
        await in_state(ada, one, "delivered")
        assert len(await in_state(ada, two, "delivered", 2)) == 2

    async def test_a_redirect_is_a_failure_and_not_followed(self, ada: Caller, receiver: Receiver) -> None:
        async with receiving() as inner:
            receiver.answers = [status(302, f"Location: {inner.url()}")]
            one, _ = await endpoint(ada, receiver)
            await ada.post("/loans", LOAN)

            async def tried() -> Any:
                (found,) = (await ada.get(f"/webhooks/{one}/deliveries"))["items"] or [None]
                return found and found["attempts"]

            (attempt, *_) = await until(tried)
            assert (attempt["status"], attempt["error"]) == (302, "it redirects, which is not followed")
            assert inner.requests == []


class TestReplay:
    async def test_sends_a_stretch_again_with_the_same_ids(self, ada: Caller, receiver: Receiver) -> None:
        one, _ = await endpoint(ada, receiver)
        for number in range(3):
            await ada.post("/loans", {**LOAN, "number": str(number)})
        await came(receiver, 3)
        first, second, third = (await ada.get("/events", types=LOANS))["items"]
        stretch = {"since": second["timestamp"], "until": third["timestamp"]}
        assert await ada.post(f"/webhooks/{one}/replay", stretch, status=202) == {"messages": 1, "next": None}
        bodies = await came(receiver, 4)
        *before, again = [body["id"] for body in bodies]
        assert sorted(before) == sorted(event["id"] for event in (first, second, third))  # several go at once
        assert again == second["id"]
        whole = {"since": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"}
        assert await ada.post(f"/webhooks/{one}/replay", whole, status=202) == {"messages": 3, "next": None}

    async def test_looks_at_a_part_of_what_happened_at_a_time(
        self, ada: Caller, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one, _ = await endpoint(ada, receiver)
        for number in range(5):
            await ada.post("/loans", {**LOAN, "number": str(number)})
        ids = [body["id"] for body in await came(receiver, 5)]
        monkeypatch.setattr(happened, "MOST_ENTRIES", 2)
        stretch = {"since": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z", "after": None}
        parts = [await ada.post(f"/webhooks/{one}/replay", stretch, status=202)]
        while parts[-1]["next"] is not None:
            parts.append(await ada.post(f"/webhooks/{one}/replay", {**stretch, "after": parts[-1]["next"]}, status=202))
        assert len(parts) > 2
        assert all(part["messages"] <= 2 for part in parts)
        again = [body["id"] for body in await came(receiver, 10)][5:]
        assert sorted(again) == sorted(ids)
        refused = await ada.post(f"/webhooks/{one}/replay", {**stretch, "after": "nowhere"}, status=422)
        assert refused["errors"][0]["field"] == "after"

    async def test_of_no_stretch_is_refused(self, ada: Caller, receiver: Receiver) -> None:
        one, _ = await endpoint(ada, receiver)
        for since, until_ in (
            ("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"),
            ("2026-01-01T00:00:00", "2026-01-02T00:00:00"),
        ):
            refused = await ada.post(f"/webhooks/{one}/replay", {"since": since, "until": until_}, status=422)
            assert refused["errors"][0]["field"] == "until"


class TestEndpoints:
    async def test_are_listed_changed_and_deleted_without_their_secrets(self, ada: Caller, receiver: Receiver) -> None:
        one, secret = await endpoint(ada, receiver)
        shown = await ada.get(f"/webhooks/{one}")
        assert secret not in str(shown)
        assert secret.removeprefix("whsec_") not in str(await ada.get("/journals/notifications/1"))
        draft = {"url": receiver.url("/other"), "types": [], "perMinute": 30}
        changed = await ada.put(f"/webhooks/{one}", draft, version=shown["version"])
        assert (changed["types"], changed["perMinute"]) == ([], 30)
        await ada.put(f"/webhooks/{one}", draft, version=shown["version"], status=412)
        assert [item["id"] for item in (await ada.get("/webhooks"))["items"]] == [one]
        await ada.delete(f"/webhooks/{one}", version=changed["version"])
        await ada.get(f"/webhooks/{one}", status=404)

    async def test_only_administrators_have_any(self, world: World, ada: Caller) -> None:
        manager = await world.joined(ada, "max@harbor.example", "manager")
        await manager.get("/webhooks", status=403)

    async def test_of_no_event_or_no_address_are_refused(self, ada: Caller, receiver: Receiver) -> None:
        refused = await ada.post("/webhooks", {"url": receiver.url(), "types": ["loans.nothing.v1"]}, status=422)
        assert refused["errors"][0]["field"] == "types[0]"
        for url in ("https://10.0.0.1/hook", "https://169.254.169.254/latest/meta-data", "ftp://example.com/"):
            refused = await ada.post("/webhooks", {"url": url}, status=422)
            assert refused["errors"][0]["field"] == "url"
        for fields in ({"perMinute": 0}, {"perMinute": 100_000}, {"description": "x" * 201}):
            await ada.post("/webhooks", {"url": receiver.url(), **fields}, status=422)

    async def test_on_this_machine_are_refused_unless_it_is_for_development(self, tmp_path: Path) -> None:
        async with world_in(tmp_path / "strict") as world, receiving() as receiver:
            ada = await world.register("Harbor Capital", "ada@harbor.example")
            for url in (receiver.url(), receiver.url(scheme="https"), receiver.url(host="localhost", scheme="https")):
                refused = await ada.post("/webhooks", {"url": url}, status=422)
                assert refused["errors"][0]["field"] == "url"

    async def test_of_a_name_that_no_host_can_have_are_refused(self, ada: Caller) -> None:
        for host in ("a..example.com", f"{'a' * 64}.example.com"):
            refused = await ada.post("/webhooks", {"url": f"https://{host}/in"}, status=422)
            assert refused["errors"][0]["field"] == "url"

    async def test_whose_addresses_may_hold_a_secret_are_not_in_the_journal(
        self, world: World, ada: Caller, receiver: Receiver
    ) -> None:
        one, _ = await endpoint(ada, receiver)
        manager = await world.joined(ada, "max@harbor.example", "manager")
        told = await manager.get("/journals/notifications", limit=200)
        assert one in str(told)
        for entry in told["items"]:
            shown = await manager.get(f"/journals/notifications/{entry['sequence']}")
            assert receiver.url() not in str(shown)

    async def test_there_are_not_too_many(self, ada: Caller, receiver: Receiver) -> None:
        for _ in range(20):
            await endpoint(ada, receiver)
        await ada.post("/webhooks", {"url": receiver.url()}, status=409)


class Days:
    """Messages sent by hand over days that pass as a test says."""

    def __init__(self, world: World, org: str, receiver: Receiver) -> None:
        self.documents = world.product.documents["notifications"]
        self.org = org
        self.receiver = receiver
        self.now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
        destinations = Destinations(loopback=True)
        webhooks = Webhooks(
            documents=self.documents, feeds={}, destinations=destinations, key=b"k" * 32, now=lambda: self.now
        )
        self.poster = Poster(destinations)
        self.delivering = Delivering(documents=self.documents, webhooks=webhooks, poster=self.poster, release="1")
        self.numbers = itertools.count()

    async def happen(self, one: str) -> str:
        """Put a message on its way that is due now; return its id."""
        made = delivery(
            org=self.org,
            endpoint=one,
            message_id=f"loans.{next(self.numbers)}.0",
            event_type=LOANS,
            payload=b"{}",
            at=self.now,
        )
        async with self.documents.unit(org=self.org, actor="system:test", business_date=self.now.date()) as unit:
            unit.put(DELIVERIES, made)
        return made.id

    async def send(self) -> int:
        """Send what is due; return how many there were."""
        due = await self.documents.due(DELIVERIES, until=self.now)
        for found in due:
            await self.delivering.send(
                lambda org: self.documents.unit(org=org, actor="system:test", business_date=self.now.date()), found
            )
        return len(due)

    async def find(self, one: str) -> Delivery:
        found = await self.documents.get(DELIVERIES, self.org, one)
        assert found is not None
        return found

    async def endpoint(self, one: str) -> Any:
        return await self.documents.get(ENDPOINTS, self.org, one)


@pytest.fixture
async def days(world: World, ada: Caller, receiver: Receiver) -> AsyncIterator[Days]:
    one = Days(world, await ada.org, receiver)
    yield one
    await one.poster.aclose()


class TestDays:
    async def test_ten_attempts_in_three_days_and_then_it_is_disabled(
        self, ada: Caller, receiver: Receiver, days: Days
    ) -> None:
        receiver.answers = [status(500, body=b"sorry")]
        one, _ = await endpoint(ada, receiver)
        began = days.now
        message = await days.happen(one)
        while (found := await days.find(message)).state is DeliveryState.WAITING:
            days.now = found.due_at
            assert await days.send() == 1
        assert len(found.attempts) == len(receiver.requests) == len(PAUSES) + 1
        assert (found.state, found.attempts[0].answer) == (DeliveryState.FAILED, "sorry")
        assert datetime.timedelta(days=2) < days.now - began < datetime.timedelta(days=4)
        ended = await days.endpoint(one)
        assert not ended.enabled
        assert "took no message since" in ended.disabled_because
        assert "A webhook endpoint was disabled" in str(await ada.get("/inbox"))
        later = await days.happen(one)
        await days.send()
        assert (await days.find(later)).state is DeliveryState.DROPPED
        days.now += datetime.timedelta(days=31)
        await days.send()
        assert await days.documents.get(DELIVERIES, days.org, message) is None  # forgotten

    async def test_one_success_begins_the_count_anew(self, ada: Caller, receiver: Receiver, days: Days) -> None:
        receiver.answers = [status(503), status(200)]
        one, _ = await endpoint(ada, receiver)
        message = await days.happen(one)
        await days.send()
        assert (await days.endpoint(one)).failing_since == days.now
        days.now = (await days.find(message)).due_at
        await days.send()
        assert (await days.find(message)).state is DeliveryState.DELIVERED
        assert (await days.endpoint(one)).failing_since is None

    async def test_a_wish_to_wait_is_heeded(self, ada: Caller, receiver: Receiver, days: Days) -> None:
        receiver.answers = [status(429, "Retry-After: 3600"), status(200)]
        one, _ = await endpoint(ada, receiver)
        message = await days.happen(one)
        await days.send()
        waiting = await days.find(message)
        assert waiting.due_at == days.now + datetime.timedelta(hours=1)


class TestPauses:
    def test_are_those_of_standard_webhooks_give_or_take_a_fifth(self) -> None:
        for attempts, pause in enumerate(PAUSES, 1):
            for chance, part in ((0.0, 0.8), (0.5, 1.0), (1.0, 1.2)):
                due = next_due(attempts, now=NOW, wish=None, chance=chance)
                assert due == NOW + pause * part
        assert next_due(len(PAUSES) + 1, now=NOW, wish=None, chance=0) is None

    @pytest.mark.parametrize(
        ("said", "seconds"),
        [
            ("120", 120),
            (" 7 ", 7),
            ("Mon, 02 Mar 2026 12:01:00 GMT", 60),
            ("Mon, 02 Mar 2020 12:01:00 GMT", 0),
            ("999999999", 86_400),
            ("99999999999999999999", None),
            ("soon", None),
            ("-5", None),
            ("", None),
            (None, None),
        ],
    )
    def test_a_wish_is_seconds_or_a_date_and_a_day_at_most(self, said: str | None, seconds: int | None) -> None:
        wish = retry_after(said, NOW)
        assert wish == (None if seconds is None else datetime.timedelta(seconds=seconds))
