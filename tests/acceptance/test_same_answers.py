"""The same answers everywhere: a recorded workload answers alike, and leaves the same journals, in every topology."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from realinsights.notifications.store import FOLLOWED
from realinsights_platform.documents.journal_port import JournalEntry, Storage

from .recording import Names, Recorded, comparable_answers, journal_hash, journals_of, record
from .topologies import product_in

pytestmark = [pytest.mark.slow, pytest.mark.topology]


@dataclass(frozen=True, slots=True)
class Recording:
    answers: list[Recorded]
    journals: dict[str, list[JournalEntry]]

    def compared(self) -> tuple[list[Recorded], dict[str, str]]:
        """Return the answers, and the journals' hashes, as they can be compared."""
        names = Names()
        answers = comparable_answers(self.answers, names)
        return answers, {service: journal_hash(entries, names) for service, entries in self.journals.items()}


async def recorded(folder: Path, topology: str) -> Recording:
    async with product_in(folder, topology) as product, product.client() as client:
        answers = await record(client)
        await dates_follow(product.documents)
        return Recording(answers, await journals_of(product.documents))


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


@pytest.mark.parametrize("topology", ["twice", "enhanced"])
async def test_are_given_in_every_topology(
    alone: Recording, topology: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expected, hashes = alone.compared()
    answers, others = (await recorded(tmp_path, topology)).compared()
    assert len(expected) > 100
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
        assert Recording(changed, alone.journals).compared()[0] != alone.compared()[0]

    async def test_finds_another_status_header_or_missing_answer(self, alone: Recording) -> None:
        first, *rest = alone.answers
        for changed in (
            [msgspec.structs.replace(first, status=200), *rest],
            [msgspec.structs.replace(first, headers={**first.headers, "etag": '"7"'}), *rest],
            rest,
        ):
            assert Recording(changed, alone.journals).compared()[0] != alone.compared()[0]

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
        changed = Recording(alone.answers, {**alone.journals, "loans": entries})
        assert changed.compared()[1] != alone.compared()[1]
