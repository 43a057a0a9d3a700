"""Steps that a service is asked for: done, refused, not understood, asked for twice, and those of another service."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from realinsights_platform.blobs import open_blobs
from realinsights_platform.documents.closed import JournalClosed
from realinsights_platform.documents.closing import Kept
from realinsights_platform.documents.port import Document, Kind, Unit
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.events import Event, EventCodec, Message
from realinsights_platform.stepping import Objected, Task, asked, deleting, in_parts, late_leftovers, stepping
from realinsights_platform.steps import StepAnswered, StepOutcome, StepRequested
from realinsights_platform.stream.memory import MemoryStream

DAY = datetime.date(2026, 1, 31)
PATIENCE = 20
CODEC: EventCodec[Event] = EventCodec((StepAnswered, JournalClosed))


class Loan(Document, frozen=True, kw_only=True):
    number: str


LOAN = Kind("loans", "loan", Loan)


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    """Return what a service keeps of an organization: one loan and one file."""
    documents = SqliteDocuments(tmp_path / "loans.sqlite", service="loans", kinds=[LOAN])
    blobs = open_blobs(f"file://{tmp_path}/blobs")
    async with documents.unit(org="acme", actor="ann", business_date=DAY) as unit:
        unit.put(LOAN, Loan(id="one", org="acme", number="one"))
    await blobs.put("tapes/acme/one", b"a tape")
    yield Kept(storage=documents, kinds=(LOAN,), blobs=blobs, folders=("tapes",))
    await documents.close()


def a_step(task: str = "organization.deletion", *, service: str = "loans", attempt: int = 1) -> StepRequested:
    return StepRequested(undertaking_id="u", service=service, task=task, subject="acme", attempt=attempt)


async def does(kept: Kept, tasks: Mapping[str, Task], *steps: StepRequested) -> list[StepAnswered]:
    """Ask for steps, one message after the other; return the answers in the service's journal."""
    stream = MemoryStream()
    subscription = asked(stream, "loans")
    at = datetime.datetime(2026, 1, 31, tzinfo=datetime.UTC)
    messages = [
        Message(service="auth", org="acme", sequence=number, at=at, business_date=DAY, events=(step,))
        for number, step in enumerate(steps, 1)
    ]
    settled = await stream.publish(messages)
    async with stepping(kept.storage, subscription, tasks):
        await asyncio.wait_for(asyncio.ensure_future(settled), PATIENCE)
    entries = await kept.storage.outbox("acme", after=0)
    events = [event for entry in entries for event in CODEC.decode(entry.events)]
    return [event for event in events if isinstance(event, StepAnswered)]


async def test_a_task_that_nobody_knows_is_answered_as_such(kept: Kept) -> None:
    (answer,) = await does(kept, {}, a_step("organization.merger"))
    assert (answer.task, answer.outcome) == ("organization.merger", StepOutcome.NOT_UNDERSTOOD)


async def test_the_step_of_another_service_is_left_to_it(kept: Kept) -> None:
    assert await does(kept, {"organization.deletion": deleting(kept)}, a_step(service="files")) == []
    assert await kept.storage.closed("acme") is None


async def test_what_is_objected_is_told_and_nothing_is_deleted(kept: Kept) -> None:
    async def refuse(unit: Unit) -> None:
        raise Objected("Lease is under a legal hold")

    (answer,) = await does(kept, {"organization.deletion": deleting(kept, refuse=refuse)}, a_step())
    assert (answer.outcome, answer.objections) == (StepOutcome.REFUSED, ("Lease is under a legal hold",))
    assert await kept.storage.count(LOAN, "acme") == 1


async def test_a_deletion_that_is_asked_for_twice_is_done_once_and_answered_twice(kept: Kept) -> None:
    forgotten: list[str] = []

    async def forget(org: str) -> None:
        forgotten.append(org)

    first, second = await does(
        kept, {"organization.deletion": deleting(kept, afterwards=forget)}, a_step(), a_step(attempt=2)
    )
    assert first == second
    assert first.closure is not None
    assert (first.outcome, first.closure.told.documents, first.closure.told.files) == (StepOutcome.DONE, {"loan": 1}, 1)
    assert [each async for each in kept.storage.stored("acme")] == []
    assert forgotten == ["acme", "acme"]


async def test_what_comes_after_a_deletion_is_removed_by_the_check(kept: Kept) -> None:
    check = late_leftovers(kept)
    assert await check.find("acme") is None
    assert await kept.blobs.list("tapes/acme") == ("tapes/acme/one",)
    await does(kept, {"organization.deletion": deleting(kept)}, a_step())
    await kept.blobs.put("tapes/acme/late", b"")
    assert await check.find("acme") is None
    assert await kept.blobs.list("tapes/acme") == ()


class Killed(Exception):
    """The end of a process in the middle of a step."""


async def with_loans(kept: Kept, *, more: int) -> None:
    async with kept.storage.unit(org="acme", actor="ann", business_date=DAY) as unit:
        for number in range(more):
            unit.put(LOAN, Loan(id=f"more-{number}", org="acme", number="more"))


async def a_part(unit: Unit, subject: str) -> Mapping[str, int]:
    """Delete two loans."""
    found = await unit.find(LOAN, limit=2)
    for loan in found:
        unit.delete(LOAN, loan)
    return {"loans": len(found), subject: 0}


async def test_what_is_done_in_parts_is_done_to_its_end_and_counted(kept: Kept) -> None:
    await with_loans(kept, more=4)
    tasks = {"member.removal": in_parts(kept.storage, a_part)}
    first, again = await does(kept, tasks, a_step("member.removal"), a_step("member.removal", attempt=2))
    assert (first.outcome, first.counts) == (StepOutcome.DONE, {"loans": 5})
    assert (again.outcome, again.counts) == (StepOutcome.DONE, {})
    assert await kept.storage.count(LOAN, "acme") == 0


async def test_what_was_left_by_a_process_that_died_between_two_parts_is_done_by_the_next(kept: Kept) -> None:
    await with_loans(kept, more=4)
    parts: list[str] = []

    async def dies(unit: Unit, subject: str) -> Mapping[str, int]:
        if parts:
            raise Killed
        parts.append(subject)
        return await a_part(unit, subject)

    message = Message(
        service="auth",
        org="acme",
        sequence=1,
        at=datetime.datetime(2026, 1, 31, tzinfo=datetime.UTC),
        business_date=DAY,
        events=(),
    )
    with pytest.raises(Killed):
        await in_parts(kept.storage, dies)(message, a_step("member.removal"))
    assert (parts, await kept.storage.count(LOAN, "acme")) == (["acme"], 3)
    (answer,) = await does(kept, {"member.removal": in_parts(kept.storage, a_part)}, a_step("member.removal"))
    assert (answer.outcome, answer.counts) == (StepOutcome.DONE, {"loans": 3})
    assert await kept.storage.count(LOAN, "acme") == 0


async def test_what_is_left_in_an_organization_that_was_deleted_is_done(kept: Kept) -> None:
    tasks = {"organization.deletion": deleting(kept), "member.removal": in_parts(kept.storage, a_part)}
    _, answer = await does(kept, tasks, a_step(), a_step("member.removal"))
    assert (answer.outcome, answer.counts) == (StepOutcome.DONE, {})
