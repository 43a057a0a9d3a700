"""The same answers everywhere: a recorded workload answers alike, and leaves the same journals, in every topology."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from realinsights.notifications.service.reacting import REACTIONS
from realinsights.notifications.store import FOLLOWED, NOTIFICATIONS, PLACES
from realinsights_platform.documents.journal_port import JournalEntry, Storage
from realinsights_platform.documents.walking import every
from realinsights_platform.events import tag_of

from .recording import Names, Recorded, comparable_answers, journal_hash, journals_of
from .topologies import REAL, product_in
from .workload import record

pytestmark = [pytest.mark.slow, pytest.mark.topology(every=True)]


@dataclass(frozen=True, slots=True)
class Recording:
    """`told` is what people were told, without ids, in the order of its words.

    The notifications hear of two services at once: the order of their own entries is chance, and is not compared.
    """

    answers: list[Recorded]
    journals: dict[str, list[JournalEntry]]
    told: list[tuple[str, str, str]]

    def compared(self) -> tuple[list[Recorded], dict[str, str]]:
        """Return the answers, and the journals' hashes, as they can be compared."""
        names = Names()
        answers = comparable_answers(self.answers, names)
        return answers, {service: journal_hash(entries, names) for service, entries in self.journals.items()}


async def recorded(folder: Path, topology: str) -> Recording:
    async with product_in(folder, topology) as product, product.client() as client:
        answers = await record(client)
        documents = product.documents
        await dates_follow(documents)
        journals = await journals_of(documents)
        told = await told_of(documents["notifications"], journals)
        del journals["notifications"]
        return Recording(answers, journals, told)


async def told_of(documents: Storage, journals: dict[str, list[JournalEntry]]) -> list[tuple[str, str, str]]:
    """Return what people were told, once everything that leads to something was heard."""
    for service in ("auth", "loans"):
        for org in {entry.org for entry in journals[service]}:
            leading = [entry.sequence for entry in journals[service] if entry.org == org and leads(entry)]
            async with asyncio.timeout(60):
                while leading:
                    place = await documents.get(PLACES, org, service)
                    if place is not None and place.applied >= leading[-1]:
                        break
                    await asyncio.sleep(0.02)
    return sorted(
        [
            (item.topic.value, item.title, item.body)
            for org in {entry.org for entry in journals["auth"]}
            for item in await every(documents, NOTIFICATIONS, org)
        ]
    )


def leads(entry: JournalEntry) -> bool:
    """Tell whether an entry's events lead to something in the notifications."""
    return any(f'"type":"{tag_of(event)}"'.encode() in bytes(entry.events) for event in REACTIONS)


async def dates_follow(documents: Mapping[str, Storage]) -> None:
    """Wait until the last entry of the loans journal that tells of dates was heard."""
    org = next(iter({entry.org for entry in (await journals_of(documents))["loans"]}))
    told = [
        entry.sequence
        for entry in (await journals_of(documents))["loans"]
        if b"loans.terms.recorded" in bytes(entry.events) or b"loans.loan.deleted" in bytes(entry.events)
    ]
    async with asyncio.timeout(60):
        while True:
            followed = await documents["notifications"].get(FOLLOWED, org, org)
            if followed is not None and followed.sequence >= told[-1]:
                return
            await asyncio.sleep(0.02)


@pytest.fixture(scope="module")
async def alone(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return await recorded(tmp_path_factory.mktemp("monorepo"), "monorepo")


@pytest.mark.parametrize("topology", ["twice", *REAL])
async def test_are_given_in_every_topology(
    alone: Recording, topology: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expected, hashes = alone.compared()
    there = await recorded(tmp_path, topology)
    answers, others = there.compared()
    assert len(expected) > 100
    assert len(alone.told) > 2
    assert there.told == alone.told
    for one, other in zip(expected, answers, strict=True):
        assert other == one
    assert others == hashes
    with capsys.disabled():
        print(f"\n{len(answers)} answers are alike in monorepo and {topology}. Hashes of the journals, equal too:")
        for service, entries in alone.journals.items():
            print(f"  {service:<13} {len(entries):>3} entries  {hashes[service]}")


class TestComparison:
    """The comparison finds what must not differ."""

    async def test_finds_one_changed_cent(self, alone: Recording) -> None:
        balance = re.compile(r'("currentBalance":"\d+\.1)7')
        place, answer = next((place, one) for place, one in enumerate(alone.answers) if balance.search(one.body))
        changed = [*alone.answers]
        changed[place] = msgspec.structs.replace(answer, body=balance.sub(r"\g<1>8", answer.body, count=1))
        assert Recording(changed, alone.journals, alone.told).compared()[0] != alone.compared()[0]

    async def test_finds_another_status_header_or_missing_answer(self, alone: Recording) -> None:
        first, *rest = alone.answers
        for changed in (
            [msgspec.structs.replace(first, status=200), *rest],
            [msgspec.structs.replace(first, headers={**first.headers, "etag": '"7"'}), *rest],
            rest,
        ):
            assert Recording(changed, alone.journals, alone.told).compared()[0] != alone.compared()[0]

    async def test_finds_a_dropped_write(self, alone: Recording) -> None:
        entries = alone.journals["loans"]
        place = next(place for place, entry in enumerate(entries) if len(entry.writes) > 1)
        dropped = [*entries]
        dropped[place] = msgspec.structs.replace(entries[place], writes=entries[place].writes[1:])
        self.differs(alone, dropped)

    async def test_finds_swapped_entries(self, alone: Recording) -> None:
        first, second, *rest = alone.journals["loans"]
        self.differs(alone, [second, first, *rest])

    async def test_finds_an_id_that_stands_for_another_thing(self, alone: Recording) -> None:
        entries = alone.journals["loans"]
        *before, last = entries
        known = {write.id for entry in before for write in entry.writes} - {last.writes[0].id}
        other = msgspec.structs.replace(last.writes[0], id=min(known))
        self.differs(alone, [*before, msgspec.structs.replace(last, writes=(other, *last.writes[1:]))])

    def differs(self, alone: Recording, entries: list[JournalEntry]) -> None:
        changed = Recording(alone.answers, {**alone.journals, "loans": entries}, alone.told)
        assert changed.compared()[1] != alone.compared()[1]
