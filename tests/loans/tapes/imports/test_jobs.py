"""Imports run where a worker is: one at a time per organization, and another goes on where one ended."""

from __future__ import annotations

import asyncio

import pytest

from realinsights.contracts.loans import LOANS_EVENTS, ImportEnded, ImportOutcome, ImportRequested
from realinsights.loans.model.imports import Import, ImportState
from realinsights.loans.service.imports.jobs import GROUP
from realinsights.loans.service.imports.storing import CHUNK
from realinsights.loans.service.progress import Progress
from realinsights.loans.store import IMPORTS, LOANS
from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.unit import BufferedUnit
from realinsights_platform.errors import DiskFull
from realinsights_platform.events import Message
from realinsights_platform.stream.memory import MemoryStream

MANY = 4 * CHUNK
SOON = 60.0  # seconds


@pytest.fixture
async def office(office):
    """An office whose workers have not come yet."""
    await office.stop()
    yield office
    await office.stop()


@pytest.fixture
def tape(ex102, loan) -> bytes:
    return ex102(*(loan(str(number)) for number in range(MANY)))


class Watched(MemoryCache):
    """Says when somebody could not have a lease."""

    def __init__(self) -> None:
        super().__init__()
        self.denied = asyncio.Event()

    async def acquire(self, key: str, *, seconds: float) -> int | None:
        token = await super().acquire(key, seconds=seconds)
        if token is None:
            self.denied.set()
        return token


def requested(work: Import, sequence: int) -> Message:
    """Return the message of an import's request."""
    return Message(
        service="loans",
        org=work.org,
        sequence=sequence,
        at=work.requested_at,
        business_date=work.business_date,
        events=(ImportRequested(import_id=work.id),),
    )


async def finished(office, work: Import) -> Import:
    async with asyncio.timeout(SOON):
        await office.idle(work.org)
    return await office.read(work.id, org=work.org)


class TestARequest:
    async def test_is_an_event_in_the_unit_that_stores_the_import(self, office, ex102, loan):
        work = await office.ask(ex102(loan("1")))
        upload, entry = await office.documents.entries(work.org, after=0, limit=10)
        assert [write.kind for write in upload.writes] == ["upload"]
        assert {(write.kind, write.id) for write in entry.writes if write.document} == {("import", work.id)}
        assert LOANS_EVENTS.decode(bytes(entry.events)) == (ImportRequested(import_id=work.id),)

    async def test_says_how_it_ended_once_in_the_unit_that_brings_it_to_rest(self, office, ex102, loan):
        await office.start(office.worker())
        done = await finished(office, await office.ask(ex102(loan("1"), loan("2"))))
        broken = await finished(office, await office.ask(b"<assets><asset"))
        entries = await office.documents.entries(done.org, after=0, limit=1000)
        ended = [event for entry in entries for event in LOANS_EVENTS.decode(bytes(entry.events))]
        first, second = [event for event in ended if isinstance(event, ImportEnded)]
        assert (first.import_id, first.outcome, first.loans, first.created) == (done.id, ImportOutcome.DONE, 2, 2)
        assert (first.requested_by, first.dry_run, first.error) == (done.requested_by, False, None)
        assert (second.import_id, second.outcome, second.error) == (broken.id, ImportOutcome.FAILED, broken.error)

    async def test_goes_on_once_there_is_room_on_the_disk_again(self, office, tape, monkeypatch):
        commit, full = BufferedUnit.commit, [2, 3]

        async def sometimes_full(unit: BufferedUnit) -> int | None:
            if unit.actor == "ann" and full and full.pop():
                raise DiskFull("There is no room left on the disk.")
            return await commit(unit)

        jobs = office.worker()
        jobs._lease_seconds = 0.3
        work = await office.ask(tape)
        monkeypatch.setattr(BufferedUnit, "commit", sometimes_full)
        await office.start(jobs)
        done = await finished(office, work)
        assert (done.state, done.created, full) == (ImportState.DONE, MANY, [])

    async def test_made_at_one_process_runs_in_another_and_is_watched_at_the_first(self, office, tape):
        here = Progress(IMPORTS, documents=office.documents, cache=office.cache)
        work = await office.ask(tape)
        seen: list[Import] = []

        async def watch() -> None:
            seen.extend([state async for state in here.watch(org=work.org, job_id=work.id)])

        async with asyncio.timeout(SOON), asyncio.TaskGroup() as group:
            group.create_task(watch())
            await office.start(office.worker())
        assert (seen[0].state, seen[-1].state, seen[-1].created) == (ImportState.QUEUED, ImportState.DONE, MANY)
        assert [state.done for state in seen] == sorted(state.done for state in seen)
        await here.aclose()

    async def test_delivered_twice_does_nothing_more(self, office, ex102, loan):
        work = await office.ask(ex102(loan("1")))
        stream, jobs = MemoryStream(), office.worker()
        async with jobs.running(jobs.subscribe(stream)), asyncio.timeout(SOON):
            await (await stream.publish([requested(work, 1)]))
            sequence = await office.documents.sequence(work.org)
            await (await stream.publish([requested(work, 1)]))
        assert (await office.read(work.id)).state is ImportState.DONE
        assert await office.documents.sequence(work.org) == sequence

    async def test_is_acknowledged_only_once_its_import_is_at_rest(self, office, tape):
        work = await office.ask(tape)
        stream, jobs = MemoryStream(), office.worker()
        async with jobs.running(jobs.subscribe(stream)), asyncio.timeout(SOON):
            await (await stream.publish([requested(work, 1)]))
            assert (await office.read(work.id)).state is ImportState.DONE

    async def test_of_an_import_that_is_not_there_is_acknowledged(self, office, ex102, loan):
        work = await office.ask(ex102(loan("1")))
        stream, jobs = MemoryStream(), office.worker()
        gone = Message(**{**{name: getattr(requested(work, 1), name) for name in Message.__struct_fields__},
                          "events": (ImportRequested(import_id="gone"),)})  # fmt: skip
        async with jobs.running(jobs.subscribe(stream)), asyncio.timeout(SOON):
            await (await stream.publish([gone]))


class TestTwoWorkers:
    async def test_run_the_imports_of_one_organization_one_after_the_other(self, office, ex102, loan):
        asked = [await office.ask(ex102(loan("1"), loan("2"))) for _ in range(5)]
        await office.start(office.worker(), office.worker())
        done = [await finished(office, work) for work in asked]
        assert [work.created for work in done] == [2, 0, 0, 0, 0]

    async def test_run_two_organizations_side_by_side(self, office, ex102, loan):
        held = await office.cache.acquire(f"{GROUP}.org-1", seconds=SOON)
        waits = await office.ask(ex102(loan("1")))
        goes = await office.ask(ex102(loan("1")), org="org-2")
        await office.start(office.worker(), office.worker())
        assert (await finished(office, goes)).created == 1
        assert (await office.read(waits.id)).state is ImportState.QUEUED
        await office.cache.release(f"{GROUP}.org-1", held)
        assert (await finished(office, waits)).created == 1

    async def test_go_on_for_each_other_when_one_ends_in_the_middle(self, office, tape):
        stored = asyncio.Event()

        def ends(work: Import) -> None:
            if work.done and not stored.is_set():
                stored.set()
                run = asyncio.current_task()
                assert run is not None
                run.cancel()

        work = await office.ask(tape)
        await office.start(office.worker(ends))
        async with asyncio.timeout(SOON):
            await stored.wait()
        await office.stop()
        ended = await office.read(work.id)
        assert (ended.state, CHUNK <= ended.done < MANY) == (ImportState.RUNNING, True)
        await office.start(office.worker())
        done = await finished(office, work)
        assert (done.state, done.created, done.done) == (ImportState.DONE, MANY, MANY)
        assert await office.documents.count(LOANS, work.org) == MANY
        assert (await verify(office.documents, work.org)).sound

    async def test_wait_while_another_process_has_the_lease_and_go_on_once_it_has_run_out(self, office, ex102, loan):
        office.cache = Watched()
        await office.cache.acquire(f"{GROUP}.org-1", seconds=SOON)
        work = await office.ask(ex102(loan("1")))
        stream, jobs = MemoryStream(), office.worker()
        async with jobs.running(jobs.subscribe(stream)), asyncio.timeout(SOON):
            acknowledged = await stream.publish([requested(work, 1)])
            await office.cache.denied.wait()
            assert (await office.read(work.id)).state is ImportState.QUEUED
            await office.cache.close()  # as a process's leases are gone some time after its death
            await acknowledged
        assert (await office.read(work.id)).created == 1

    async def test_that_both_take_themselves_for_the_one_make_one_import_that_is_done(self, office, tape):
        work = await office.ask(tape)
        async with asyncio.timeout(SOON), asyncio.TaskGroup() as group:
            for _ in range(2):
                office.cache = MemoryCache()  # each has leases of its own: neither knows of the other
                jobs, stream = office.worker(), MemoryStream()
                group.create_task(answered(jobs, stream, requested(work, 1)))
        done = await office.read(work.id)
        assert (done.state, done.error, done.created, done.done) == (ImportState.DONE, None, MANY, MANY)
        assert await office.documents.count(LOANS, work.org) == MANY
        assert (await verify(office.documents, work.org)).sound


async def answered(jobs, stream: MemoryStream, message: Message) -> None:
    """Wait until a worker has acknowledged a message."""
    async with jobs.running(jobs.subscribe(stream)):
        await (await stream.publish([message]))
