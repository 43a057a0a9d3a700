"""A journal as people read it: in lines, entry by entry, without what is never shown."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Collection

import msgspec
import pytest

from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.journal_reading import JournalReader, verification
from realinsights_platform.documents.journal_search import JournalFilter
from realinsights_platform.documents.opening import open_documents
from realinsights_platform.documents.port import Document, Kind
from realinsights_platform.errors import Invalid, NotFound
from realinsights_platform.events import Event

ORG = "acme"


class Account(Document, frozen=True, kw_only=True):
    name: str
    hash: str


class AccountOpened(Event, frozen=True, tag="bank.account.opened.v1"):
    name: str


ACCOUNTS = Kind(service="bank", name="account", type=Account)
VAULTS = Kind(service="bank", name="vault", type=Account)
OPEN = JournalReader(kinds=(ACCOUNTS,))


async def names(documents: Storage, org: str, ids: Collection[str]) -> dict[str, str]:
    assert (documents.service, org) == ("bank", ORG)
    return {user: user.title() for user in ids if not user.startswith("system:")}


DISCREET = JournalReader(kinds=(ACCOUNTS,), hidden={"account": ("hash",)}, event_details=True, names=names)


@pytest.fixture
async def documents(address: str) -> AsyncIterator[Storage]:
    opened = await open_documents(address, "bank", (ACCOUNTS, VAULTS))
    yield opened
    await opened.close()


async def write(documents: Storage, actor: str, *ids: str, kind: Kind[Account] = ACCOUNTS) -> None:
    async with documents.unit(org=ORG, actor=actor, business_date=datetime.date(2025, 1, 1)) as unit:
        for account in ids:
            unit.put(kind, Account(id=account, org=ORG, name=f"the {account}", hash="secret"))
            unit.emit(AccountOpened(name=f"the {account}"))


class TestLines:
    async def test_are_the_latest_first_page_by_page(self, documents: Storage) -> None:
        for number in range(5):
            await write(documents, "ann", str(number))
        first = await OPEN.lines(documents, org=ORG, before=None, limit=3)
        assert ([line.sequence for line in first.items], first.next) == ([5, 4, 3], 3)
        rest = await OPEN.lines(documents, org=ORG, before=first.next, limit=3)
        assert ([line.sequence for line in rest.items], rest.next) == ([2, 1], None)

    async def test_count_writes_and_events_and_hold_the_first_hundred_writes(self, documents: Storage) -> None:
        await write(documents, "ann", *(f"{number:03}" for number in range(130)))
        (line,) = (await OPEN.lines(documents, org=ORG, before=None, limit=3)).items
        assert (len(line.writes), line.writes[0].id, line.write_count) == (100, "000", 130)
        assert (line.events, line.event_details, line.actor_name) == ({"bank.account.opened.v1": 130}, (), None)

    async def test_count_all_of_a_kind_by_what_was_done_to_it(self, documents: Storage) -> None:
        await write(documents, "ann", *(f"{number:03}" for number in range(130)))
        async with documents.unit(org=ORG, actor="ann", business_date=datetime.date(2025, 1, 1)) as unit:
            stored = [await unit.get(ACCOUNTS, f"{number:03}") for number in range(3)]
            for account in stored[:2]:
                unit.put(ACCOUNTS, account)
            unit.delete(ACCOUNTS, stored[2])
            unit.put(VAULTS, Account(id="v", org=ORG, name="the vault", hash="secret"))
        lines = (await OPEN.lines(documents, org=ORG, before=None, limit=3)).items
        assert [[msgspec.to_builtins(count) for count in line.counts] for line in lines] == [
            [
                {"kind": "account", "created": 0, "changed": 2, "deleted": 1},
                {"kind": "vault", "created": 1, "changed": 0, "deleted": 0},
            ],
            [{"kind": "account", "created": 130, "changed": 0, "deleted": 0}],
        ]

    async def test_tell_the_first_documents_by_their_names_where_the_service_does(self, documents: Storage) -> None:
        telling = JournalReader(kinds=(ACCOUNTS,), summaries={"account": ("name",)})
        await write(documents, "ann", "v", kind=VAULTS)
        await write(documents, "ann", "a", "b", "c", "d")
        accounts, vault = (await telling.lines(documents, org=ORG, before=None, limit=3)).items
        assert [write.summary for write in accounts.writes] == [
            {"name": "the a"},
            {"name": "the b"},
            {"name": "the c"},
            {},
        ]
        assert [write.summary for write in vault.writes] == [{}]

    async def test_tell_the_most_telling_kind_first(self, documents: Storage) -> None:
        telling = JournalReader(kinds=(ACCOUNTS,), summaries={"vault": ("name",), "account": ("name",)})
        async with documents.unit(org=ORG, actor="ann", business_date=datetime.date(2025, 1, 1)) as unit:
            for number in range(130):
                unit.put(ACCOUNTS, Account(id=f"{number:03}", org=ORG, name=f"the {number}", hash="secret"))
            unit.put(VAULTS, Account(id="v", org=ORG, name="the vault", hash="secret"))
        (line,) = (await telling.lines(documents, org=ORG, before=None, limit=1)).items
        assert [(write.kind, write.id) for write in line.writes[:3]] == [
            ("vault", "v"),
            ("account", "000"),
            ("account", "001"),
        ]
        assert (len(line.writes), line.writes[0].summary) == (100, {"name": "the vault"})

    async def test_say_events_and_names_where_the_service_does(self, documents: Storage) -> None:
        await write(documents, "ann", "a")
        await write(documents, "system:bank", "b")
        system, ann = (await DISCREET.lines(documents, org=ORG, before=None, limit=3)).items
        assert (ann.actor_name, system.actor_name) == ("Ann", None)
        assert ann.event_details == ({"type": "bank.account.opened.v1", "name": "the a"},)

    async def test_are_refused_for_a_kind_that_is_not_shown(self, documents: Storage) -> None:
        with pytest.raises(Invalid, match="must be one of account"):
            await OPEN.lines(documents, org=ORG, before=None, limit=3, wanted=JournalFilter(kind="vault"))


class TestAnEntry:
    async def test_has_all_it_holds(self, documents: Storage) -> None:
        await write(documents, "ann", "a")
        entry = await OPEN.entry(documents, org=ORG, sequence="1")
        assert entry.writes[0].document == {"id": "a", "org": ORG, "version": 1, "name": "the a", "hash": "secret"}
        assert entry.events == ({"type": "bank.account.opened.v1", "name": "the a"},)

    @pytest.mark.parametrize("absent", ["0", "2", "-1", "x", "9" * 30, "١"])
    async def test_that_is_not_there_is_not_found(self, documents: Storage, absent: str) -> None:
        await write(documents, "ann", "a")
        with pytest.raises(NotFound, match="no entry"):
            await OPEN.entry(documents, org=ORG, sequence=absent)

    async def test_hides_fields_and_every_kind_that_is_not_named(self, documents: Storage) -> None:
        await write(documents, "ann", "a")
        await write(documents, "ann", "v", kind=VAULTS)
        account = await DISCREET.entry(documents, org=ORG, sequence="1")
        assert account.writes[0].document == {"id": "a", "org": ORG, "version": 1, "name": "the a"}
        assert account.actor_name == "Ann"
        vault = await DISCREET.entry(documents, org=ORG, sequence="2")
        assert (vault.writes[0].id, vault.writes[0].deleted, vault.writes[0].document) == ("v", False, None)


async def test_a_journal_is_verified(documents: Storage) -> None:
    await write(documents, "ann", "a")
    found = await verification(documents, org=ORG)
    assert (found.sound, found.entries) == (True, 1)
    empty = await verification(documents, org="other")
    assert (empty.sound, empty.entries) == (True, 0)
