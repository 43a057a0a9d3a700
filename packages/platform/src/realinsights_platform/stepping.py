"""Stepping: a service does the steps that it is asked for, each in units of work of its own, and answers."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Final

import msgspec
import structlog

from realinsights_platform.documents.closing import Kept, close_journal, closure, erase
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Kind, Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.errors import Closed, Stale
from realinsights_platform.events import Message
from realinsights_platform.scheduling.checks import Check
from realinsights_platform.steps import Facts, LastStep, StepAnswered, StepOutcome, StepRequested
from realinsights_platform.stream.handling import handling
from realinsights_platform.stream.port import Stream, Subscription

ACTOR: Final = "system:steps"

log = structlog.get_logger(__name__)


class Objected(Exception):
    """A step that is not to be done, with a sentence for each reason."""

    def __init__(self, *objections: str) -> None:
        super().__init__(*objections)
        self.objections = objections


Task = Callable[[Message, StepRequested], Awaitable[StepAnswered]]
"""Does a step and returns its answer; doing it again does what is left. Raises `Objected`."""


def asked(stream: Stream, service: str) -> Subscription:
    """Join the group in which a service hears of its steps."""
    return stream.subscribe(f"{service}.steps", ("auth",), (StepRequested,))


@asynccontextmanager
async def stepping(storage: Storage, subscription: Subscription, tasks: Mapping[str, Task]) -> AsyncIterator[None]:
    """Do what a service is asked for until the context is left; what fails comes again."""

    async def work(message: Message) -> None:
        for event in message.events:
            if isinstance(event, StepRequested) and event.service == storage.service:
                await answer(storage, message, await _done(tasks, message, event))

    async with handling(subscription, work):
        yield


async def _done(tasks: Mapping[str, Task], message: Message, event: StepRequested) -> StepAnswered:
    task = tasks.get(event.task)
    log.info("step.asked", org=message.org, service=event.service, task=event.task, attempt=event.attempt)
    if task is None:
        return answered(event, StepOutcome.NOT_UNDERSTOOD)
    try:
        return await task(message, event)
    except Objected as objected:
        return answered(event, StepOutcome.REFUSED, objections=objected.objections)


def answered(
    event: StepRequested,
    outcome: StepOutcome = StepOutcome.DONE,
    *,
    objections: tuple[str, ...] = (),
    counts: Mapping[str, int] | None = None,
    facts: Facts = msgspec.UNSET,
) -> StepAnswered:
    """Return the answer to a step."""
    return StepAnswered(
        undertaking_id=event.undertaking_id,
        task=event.task,
        outcome=outcome,
        objections=objections,
        counts={what: count for what, count in sorted((counts or {}).items()) if count},
        facts=facts,
    )


async def answer(storage: Storage, message: Message, said: StepAnswered) -> None:
    """Tell what came of a step, also where the journal is closed by now."""

    async def work(unit: Unit) -> None:
        unit.emit(said)
        if await storage.closed(message.org) is not None:
            unit.close_journal(after=await storage.sequence(message.org))

    await committed(lambda: _unit(storage, message.org, message.business_date), work, crossed=(Stale,))
    log.info("step.answered", org=message.org, task=said.task, outcome=said.outcome.value)


def deleting(
    kept: Kept,
    *,
    refuse: Callable[[Unit], Awaitable[None]] | None = None,
    afterwards: Callable[[str], Awaitable[None]] | None = None,
) -> Task:
    """Return the task that deletes all a service keeps of an organization.

    `refuse` may raise `Objected` before anything is deleted; `afterwards(org)` lets go of what is kept in memory.
    """

    async def delete(message: Message, event: StepRequested) -> StepAnswered:
        org = message.org
        await close_journal(
            kept,
            org=org,
            reason=event.undertaking_id,
            actor=ACTOR,
            business_date=message.business_date,
            refuse=refuse,
        )
        if afterwards is not None:
            await afterwards(org)
        await erase(kept, org)
        ended = await closure(kept.storage, org)
        return StepAnswered(
            undertaking_id=event.undertaking_id, task=event.task, outcome=StepOutcome.DONE, closure=ended
        )

    return delete


def in_parts(storage: Storage, part: Callable[[Unit, str], Awaitable[Mapping[str, int]]]) -> Task:
    """Return the task that does a step part by part, each in a unit of its own, until a part finds nothing left.

    `part(unit, subject)` does some of it and returns how much, by what it was done to. What a process did before it
    died is done, and not counted again.
    """

    async def do(message: Message, event: StepRequested) -> StepAnswered:
        counts: Counter[str] = Counter()

        async def work(unit: Unit) -> Mapping[str, int]:
            return await part(unit, event.subject)

        with suppress(Closed):  # its organization was deleted meanwhile, and all of this with it
            while await storage.closed(message.org) is None:
                done, _ = await committed(lambda: _unit(storage, message.org, message.business_date), work)
                if not any(done.values()):
                    break
                counts.update(done)
        return answered(event, counts=counts)

    return do


async def superseded(unit: Unit, kind: Kind[LastStep], thing: str, message: Message) -> bool:
    """Whether a later step of a thing was done; where none was, remember this one as the last, in the same unit."""
    last = await unit.get(kind, thing)
    if last is None or last.sequence < message.sequence:
        version = 0 if last is None else last.version
        unit.put(kind, LastStep(id=thing, org=unit.org, version=version, sequence=message.sequence))
    return last is not None and last.sequence > message.sequence


def late_leftovers(kept: Kept) -> Check:
    """Return the check that removes what came after an organization was deleted, of a process that stood still."""

    async def find(org: str) -> str | None:
        if await kept.storage.closed(org) is not None:
            await erase(kept, org)
        return None

    return Check(name="deleted organizations", of=kept.storage, find=find)


def _unit(storage: Storage, org: str, business_date: datetime.date) -> Unit:
    return storage.unit(org=org, actor=ACTOR, business_date=business_date)
