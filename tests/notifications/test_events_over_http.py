"""What happened, over HTTP: every event once and in order, for who may read it."""

from __future__ import annotations

import asyncio
import datetime
from collections import Counter
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from realinsights.contracts.catalog import PUBLISHED
from realinsights.contracts.loans import ImportRequested, LoanDeleted, PartyDeleted, PartyKind
from realinsights.notifications.model.positions import position_text, read_position
from realinsights.notifications.queries.happened import happened
from realinsights.notifications.subscribers import SERVICES
from realinsights_platform.documents.journal_port import Outgoing
from realinsights_platform.events import tag_of

from .conftest import LOAN, World

AT = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)


class Feed:
    """A journal's feed over entries that a test lists."""

    def __init__(self, service: str, entries: list[list[Any]]) -> None:
        self.service = service
        self.entries = [
            Outgoing("acme", number, "", AT, AT.date(), msgspec.json.encode(tuple(events)))
            for number, events in enumerate(entries, 1)
        ]

    async def sequence(self, org: str) -> int:
        return len(self.entries)

    async def outbox(self, org: str, *, after: int, limit: int = 100) -> tuple[Outgoing, ...]:
        return tuple(self.entries[after : after + min(limit, 3)])


EVENTS = st.sampled_from(
    [LoanDeleted(loan_id="l1"), PartyDeleted(kind=PartyKind.LENDER, party_id="p1"), ImportRequested(import_id="i1")]
)
JOURNAL = st.lists(st.lists(EVENTS, max_size=5), max_size=12)


class TestPages:
    @given(loans=JOURNAL, more=JOURNAL, limit=st.integers(1, 7), only=st.booleans())
    def test_tell_each_event_once_and_in_order_whatever_their_size(
        self, loans: list[list[Any]], more: list[list[Any]], limit: int, *, only: bool
    ) -> None:
        async def read() -> list[str]:
            feed = Feed("loans", loans)
            types = {"loans.loan.deleted.v1"} if only else set()
            told: list[str] = []
            position: str | None = None
            for pages in (0, 1):
                if pages:  # what is committed later comes after what was told
                    feed.entries = Feed("loans", loans + more).entries
                going_on = True
                while going_on:
                    items, places, going_on = await happened(
                        {"loans": feed}, org="acme", after=read_position(position), types=types, limit=limit
                    )
                    assert len(items) <= limit
                    told += [item.id for item in items]
                    position = position_text(places)
            return told

        wanted = (LoanDeleted,) if only else (LoanDeleted, PartyDeleted)
        expected = [
            f"loans.{sequence}.{number}"
            for sequence, events in enumerate(loans + more, 1)
            for number, event in enumerate(events)
            if isinstance(event, wanted)
        ]
        assert asyncio.run(read()) == expected


class TestEvents:
    async def test_are_told_once_in_order_per_service_and_a_position_goes_on(self, world: World) -> None:
        ada = await world.register("Harbor Capital", "ada@harbor.example")
        for number in range(3):
            await ada.post("/loans", {**LOAN, "number": str(number), "name": f"Loan {number}"})
        first = await ada.get("/events", limit=2)
        assert [item["type"] for item in first["items"]] == [
            "auth.organization.recorded.v1",
            "auth.member.recorded.v1",
        ]
        assert first["more"]
        items, after = [*first["items"]], first["next"]
        more = True
        while more:
            page = await ada.get("/events", limit=2, after=after)
            items, after, more = items + page["items"], page["next"], page["more"]
        assert max(Counter(item["id"] for item in items).values()) == 1
        told = [item for item in items if item["type"] == "loans.loan.recorded.v2"]
        assert [item["data"]["number"] for item in told] == ["0", "1", "2"]
        assert [item["sequence"] for item in told] == sorted(item["sequence"] for item in told)
        await ada.post("/loans", {**LOAN, "number": "later"})
        later = await ada.get("/events", after=after, types="loans.loan.recorded.v2")
        assert [item["data"]["number"] for item in later["items"]] == ["later"]
        assert not later["more"]

    async def test_can_be_chosen_by_type(self, world: World) -> None:
        ada = await world.register("Harbor Capital", "ada@harbor.example")
        await ada.post("/loans", LOAN)
        page = await ada.get("/events", types=["loans.loan.recorded.v2", "auth.member.joined.v1"])
        assert [item["type"] for item in page["items"]] == ["auth.member.joined.v1", "loans.loan.recorded.v2"]
        refused = await ada.get("/events", types="loans.import.requested.v1", status=422)
        assert refused["errors"][0]["field"] == "types"

    async def test_a_position_that_was_not_given_out_is_refused(self, world: World) -> None:
        ada = await world.register("Harbor Capital", "ada@harbor.example")
        for position in ("x", "loans=1", "loans=1.0,loans=2.0", "dashboard=1.0", "loans=-1.0"):
            assert (await ada.get("/events", after=position, status=422))["errors"][0]["field"] == "after"
        far = await ada.get("/events", after="auth=9999.0,loans=9999.3")
        assert (far["items"], far["more"]) == ([], False)

    async def test_messages_between_services_and_other_organizations_events_are_not_told(self, world: World) -> None:
        ada = await world.register("Harbor Capital", "ada@harbor.example")
        eve = await world.register("Other House", "eve@other.example")
        await ada.post("/loans", LOAN)
        tape = "loanNumber,asOf,currentBalance\n9,2025-12-31,5\n"
        await ada.ask("POST", "/imports", status=202, params={"fileName": "tape.csv"}, content=tape.encode())
        published = {tag_of(event) for events in PUBLISHED.values() for event in events}
        told = (await ada.get("/events"))["items"]
        assert {item["type"] for item in told} <= published
        assert "Harbor" not in str(await eve.get("/events"))

    async def test_are_those_of_every_service_that_says_that_it_tells_programs(self, world: World) -> None:
        assert set(SERVICES) == PUBLISHED.keys()
        ada = await world.register("Harbor Capital", "ada@harbor.example")
        await ada.ask("POST", "/documents", status=201, params={"fileName": "note.txt"}, content=b"5.25 percent")
        (told,) = (await ada.get("/events", types="files.document.recorded.v1"))["items"]
        assert told["service"] == "files"

    async def test_their_types_are_listed_for_who_may_read_them(self, world: World) -> None:
        ada = await world.register("Harbor Capital", "ada@harbor.example")
        listed = (await ada.get("/events/types"))["items"]
        assert [one["type"] for one in listed] == [tag_of(event) for events in PUBLISHED.values() for event in events]
        deleted = next(one for one in listed if one["type"] == "loans.loan.deleted.v1")
        assert deleted["service"] == "loans"
        assert deleted["description"]
        viewer = await world.joined(ada, "vic@harbor.example", "viewer")
        await viewer.get("/events/types", status=403)

    async def test_who_may_not_read_events_reads_none(self, world: World) -> None:
        ada = await world.register("Harbor Capital", "ada@harbor.example")
        member = await world.joined(ada, "mia@harbor.example", "member")
        manager = await world.joined(ada, "max@harbor.example", "manager")
        await member.get("/events", status=403)
        assert (await manager.get("/events"))["items"]
