"""The specification of what is due, and of the fence of a unit of work, for every adapter."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator

import msgspec
import pytest

from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.journal_port import DueDocument, Mark, Storage
from realinsights_platform.documents.opening import open_documents
from realinsights_platform.documents.port import Document, Kind
from realinsights_platform.errors import Stale
from realinsights_platform.ids import new_id

TODAY = datetime.date(2026, 1, 31)
NOON = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


class Reminder(Document, frozen=True, kw_only=True):
    remind_at: datetime.datetime | None = None
    text: str = ""


class Note(Document, frozen=True, kw_only=True):
    begun_at: datetime.datetime

    @property
    def forgotten_at(self) -> datetime.datetime:
        return self.begun_at + HOUR


REMINDER = Kind("notes", "reminder", Reminder, indexes=("text",), due="remind_at")
NOTE = Kind("notes", "note", Note, due="forgotten_at")
PLAIN = Kind("notes", "plain", Reminder)


@pytest.fixture
async def documents(address: str) -> AsyncIterator[Storage]:
    opened = await open_documents(address, "notes", [REMINDER, NOTE, PLAIN])
    yield opened
    await opened.close()


async def put(documents: Storage, *reminders: Reminder) -> tuple[Reminder, ...]:
    async with documents.unit(org=reminders[0].org, actor="ann", business_date=TODAY) as unit:
        return tuple(unit.put(REMINDER, reminder) for reminder in reminders)


def a_reminder(document_id: str, hours: float | None, *, org: str = "acme") -> Reminder:
    return Reminder(id=document_id, org=org, remind_at=None if hours is None else NOON + hours * HOUR)


async def due(documents: Storage, hours: float = 0) -> list[tuple[str, str]]:
    return [(one.org, one.id) for one in await documents.due(REMINDER, until=NOON + hours * HOUR)]


class TestDue:
    async def test_comes_of_all_organizations_the_longest_due_first(self, documents: Storage) -> None:
        await put(documents, a_reminder("1", -1), a_reminder("2", -3), a_reminder("3", 1), a_reminder("4", None))
        await put(documents, a_reminder("1", -2, org="bay"), a_reminder("2", 0, org="bay"))
        assert await due(documents) == [("acme", "2"), ("bay", "1"), ("acme", "1"), ("bay", "2")]
        assert await documents.due(REMINDER, until=NOON, limit=1) == (DueDocument(NOON - 3 * HOUR, "acme", "2"),)

    async def test_is_what_the_last_version_says(self, documents: Storage) -> None:
        early, late, gone = await put(documents, a_reminder("1", -1), a_reminder("2", 5), a_reminder("3", -1))
        await put(
            documents,
            msgspec.structs.replace(early, remind_at=None),
            msgspec.structs.replace(late, remind_at=NOON - 2 * HOUR),
        )
        async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            unit.delete(REMINDER, gone)
        assert await due(documents) == [("acme", "2")]

    async def test_may_follow_from_other_fields(self, documents: Storage) -> None:
        async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            unit.put(NOTE, Note(id="1", org="acme", begun_at=NOON))
        assert await documents.due(NOTE, until=NOON + HOUR - datetime.timedelta(microseconds=1)) == ()
        assert await documents.due(NOTE, until=NOON + HOUR) == (DueDocument(NOON + HOUR, "acme", "1"),)

    async def test_of_any_zone_is_in_order(self, documents: Storage) -> None:
        zone = datetime.timezone(datetime.timedelta(hours=-5))
        await put(
            documents,
            Reminder(id="1", org="acme", remind_at=(NOON - HOUR).astimezone(zone)),
            a_reminder("2", -2),
            Reminder(id="3", org="acme", remind_at=(NOON + HOUR).astimezone(zone)),
        )
        assert await due(documents) == [("acme", "2"), ("acme", "1")]

    @pytest.mark.parametrize("ids", [("1", "2", "3", "4", "5"), tuple(new_id() for _ in range(5))])
    async def test_is_read_page_by_page_and_nothing_twice(self, documents: Storage, ids: tuple[str, ...]) -> None:
        for org in ("acme", "bay", "cove"):
            await put(documents, *(a_reminder(one, -(place // 2), org=org) for place, one in enumerate(ids)))
        seen: list[DueDocument] = []
        after = None
        while page := await documents.due(REMINDER, until=NOON, after=after, limit=2):
            seen += page
            after = page[-1]
        assert len({(one.org, one.id) for one in seen}) == len(seen) == 15
        assert [one.at for one in seen] == sorted(one.at for one in seen)
        assert seen == [*await documents.due(REMINDER, until=NOON)]

    async def test_is_refused_for_a_kind_that_never_is(self, documents: Storage) -> None:
        with pytest.raises(ValueError, match="never due"):
            await documents.due(PLAIN, until=NOON)

    async def test_is_known_of_documents_that_were_stored_before_the_kind_said_so(self, address: str) -> None:
        before = Kind("notes", "reminder", Reminder, indexes=("text",))
        opened = await open_documents(address, "notes", [before])
        async with opened.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            unit.put(before, a_reminder("1", -1))
        await opened.close()
        opened = await open_documents(address, "notes", [REMINDER])
        assert await due(opened) == [("acme", "1")]
        await put(opened, a_reminder("2", -2))
        assert await due(opened) == [("acme", "2"), ("acme", "1")]
        assert (await verify(opened, "acme")).sound
        await opened.close()


class TestFence:
    async def test_lets_pass_who_leads(self, documents: Storage) -> None:
        assert await documents.move("due.reminder", Mark("", 7))
        for key in ("1", "2"):
            async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
                unit.fence("due.reminder", 7)
                unit.put(REMINDER, a_reminder(key, None))
        assert await documents.count(REMINDER, "acme") == 2

    async def test_refuses_all_of_who_led_before(self, documents: Storage) -> None:
        assert await documents.move("due.reminder", Mark("", 7))
        unit = documents.unit(org="acme", actor="ann", business_date=TODAY)
        unit.fence("due.reminder", 7)
        unit.put(REMINDER, a_reminder("1", None))
        assert await documents.move("due.reminder", Mark("", 8))
        with pytest.raises(Stale):
            await unit.commit()
        assert await documents.count(REMINDER, "acme") == 0
        assert await documents.sequence("acme") == 0

    async def test_lets_many_pass_at_once_and_refuses_them_all_once_another_leads(self, documents: Storage) -> None:
        async def commit(number: int) -> bool:
            org = f"org-{number}"
            unit = documents.unit(org=org, actor="ann", business_date=TODAY)
            unit.fence("due.reminder", 7)
            known = await unit.get(REMINDER, "1")
            unit.put(REMINDER, known or msgspec.structs.replace(a_reminder("1", None), org=org))
            try:
                await unit.commit()
            except Stale:
                return False
            return True

        assert await documents.move("due.reminder", Mark("", 7))
        assert all(await asyncio.gather(*(commit(number) for number in range(200))))
        assert await documents.move("due.reminder", Mark("", 8))
        assert not any(await asyncio.gather(*(commit(number) for number in range(100))))
        assert not await documents.move("due.reminder", Mark("", 7))

    async def test_refuses_who_never_said_that_they_lead(self, documents: Storage) -> None:
        unit = documents.unit(org="acme", actor="ann", business_date=TODAY)
        unit.fence("due.reminder", 7)
        unit.put(REMINDER, a_reminder("1", None))
        with pytest.raises(Stale):
            await unit.commit()

    async def test_leaves_the_mark_where_it_is(self, documents: Storage) -> None:
        assert await documents.move("due.reminder", Mark("here", 7))
        async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            unit.fence("due.reminder", 9)
            unit.put(REMINDER, a_reminder("1", None))
        assert (await documents.mark("due.reminder")).place == "here"
