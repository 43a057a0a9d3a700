"""A journal as a file: whoever has it computes each hash again and follows the chain, without the store."""

from __future__ import annotations

import csv
import datetime
import io

import msgspec
import pytest

from realinsights_platform.documents.journal import GENESIS, verify
from realinsights_platform.documents.journal_export import HEADER, Period, checked
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.http.answers.csv_tables import lines as csv_lines

from .test_journal_reading import ACCOUNTS, DISCREET, OPEN, ORG, VAULTS, documents, write

__all__ = ["documents"]

EVER = Period()


async def exported(store: Storage, period: Period = EVER) -> list[bytes]:
    parts = [part async for part in OPEN.exported_lines(store, org=ORG, period=period)]
    return b"".join(parts).splitlines(keepends=True)


@pytest.fixture
async def told(documents: Storage) -> list[bytes]:
    for number in range(120):
        await write(documents, "ann", f"{number:03}", f"é=1+1 {number}")
    first = await documents.get(ACCOUNTS, ORG, "000")
    assert first is not None
    async with documents.unit(org=ORG, actor="ann", business_date=datetime.date(2025, 1, 1)) as unit:
        unit.delete(ACCOUNTS, first)
    return await exported(documents)


class TestLines:
    async def test_are_all_entries_and_prove_themselves(self, documents: Storage, told: list[bytes]) -> None:
        found = checked(told)
        known = await verify(documents, ORG)
        assert (found.sound, found.entries, found.first, found.last) == (True, 121, 1, 121)
        assert (found.last_hash, found.withheld) == (known.last_hash, 0)
        assert (found.service, found.org) == ("bank", ORG)

    async def test_may_begin_at_any_entry(self, told: list[bytes]) -> None:
        found = checked(told[40:60])
        assert (found.sound, found.entries, found.first, found.last) == (True, 20, 41, 60)

    async def test_of_nothing_are_none(self, documents: Storage) -> None:
        assert await exported(documents) == []
        found = checked([])
        assert (found.sound, found.entries, found.last_hash) == (True, 0, GENESIS)

    @pytest.mark.parametrize(
        ("was", "now"),
        [(b'"the 041"', b'"the 042"'), (b'"actor":"ann"', b'"actor":"bob"'), (b'"version":1', b'"version":2')],
    )
    async def test_that_were_changed_are_found(self, told: list[bytes], was: bytes, now: bytes) -> None:
        assert was in told[41]
        told[41] = told[41].replace(was, now)
        found = checked(told)
        assert (found.sound, found.entries, found.first_bad_sequence) == (False, 41, 42)
        assert found.reason == "the entry was changed after it was written"

    async def test_that_are_missing_or_swapped_are_found(self, told: list[bytes]) -> None:
        assert checked([*told[:41], *told[42:]]).reason == "the entry does not follow entry 41"
        assert checked([*told[:41], told[42], told[41]]).first_bad_sequence == 43

    async def test_of_another_organization_are_found(self, told: list[bytes]) -> None:
        told[41] = told[41].replace(b'"org":"acme"', b'"org":"apex"')
        assert checked(told).reason == "the entry belongs to another journal"

    @pytest.mark.parametrize("text", [b"{}\n", b"\xff\n", b"[1]\n", b'{"sequence": "one"}\n'])
    def test_that_are_no_entries_are_named(self, text: bytes) -> None:
        found = checked([b"\n", text])
        assert not found.sound
        assert found.reason is not None
        assert found.reason.startswith("line 2 is no entry of a journal")


class TestAPeriod:
    async def test_is_what_was_written_in_it(self, documents: Storage, told: list[bytes]) -> None:
        times = [msgspec.json.decode(line)["at"] for line in told]
        since, until = (datetime.datetime.fromisoformat(times[place]) for place in (10, 70))
        found = checked(await exported(documents, Period(since, until)))
        assert found.sound
        assert (found.first, found.last) == (times.index(times[10]) + 1, 121 - times[::-1].index(times[70]))

    async def test_before_everything_has_nothing(self, documents: Storage, told: list[bytes]) -> None:
        assert await exported(documents, Period(until=datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC))) == []


class TestWhatIsNeverShown:
    async def test_is_withheld_and_said_to_be(self, documents: Storage) -> None:
        await write(documents, "ann", "open")
        await write(documents, "ann", "closed", kind=VAULTS)
        parts = [part async for part in DISCREET.exported_lines(documents, org=ORG, period=EVER)]
        text = b"".join(parts)
        assert b"secret" not in text
        found = checked(text.splitlines())
        assert (found.sound, found.entries, found.withheld) == (True, 2, 2)
        first = msgspec.json.decode(text.splitlines()[0])
        assert (first["withheld"], first["writes"][0]["document"]) == (["account open"], None)


class TestATable:
    async def test_says_who_did_what_with_its_hashes(self, documents: Storage) -> None:
        await write(documents, "ann", "one", "two")
        one = await documents.get(ACCOUNTS, ORG, "one")
        assert one is not None
        async with documents.unit(org=ORG, actor="system:x", business_date=datetime.date(2025, 1, 1)) as unit:
            unit.put(ACCOUNTS, msgspec.structs.replace(one, name="another"))
        rows = [row async for page in DISCREET.exported_rows(documents, org=ORG, period=EVER) for row in page]
        read = list(csv.DictReader(io.StringIO(csv_lines([HEADER, *rows]).decode())))
        assert [(row["Sequence"], row["Actor"], row["Actor name"]) for row in read] == [
            ("1", "ann", "Ann"),
            ("2", "system:x", ""),
        ]
        assert [row["Documents"] for row in read] == ["2 x account created", "account changed"]
        assert read[0]["Events"] == "2 x bank.account.opened.v1"
        assert read[1]["Previous hash"] == read[0]["Hash"]
