"""An import that was interrupted goes on exactly where it stopped."""

from __future__ import annotations

import contextlib

import msgspec

from realinsights.loans.model.imports import Import, ImportState
from realinsights.loans.service.imports.resources import Resources
from realinsights.loans.service.imports.running import run_import
from realinsights.loans.service.imports.storing import CHUNK
from realinsights.loans.store import LOANS
from realinsights_platform.documents.journal import verify

MANY = 4 * CHUNK


class Stopped(Exception):
    """Stands for the death of the process between two units of work."""


def stops_after(times: int):
    seen: list[Import] = []

    def progress(work: Import) -> None:
        seen.append(work)
        if len(seen) == times:
            raise Stopped

    return progress


async def stopped_after(office, tape: bytes, units: int) -> Import:
    await office.stop()
    work = await office.ask(tape)
    resources = Resources(documents=office.documents, blobs=office.blobs, progress=stops_after(units))
    with contextlib.suppress(Stopped):
        await run_import(resources=resources, work=work)
    return await office.read(work.id)


class TestResume:
    async def test_an_import_stopped_between_chunks_imports_every_loan_once(self, office, ex102, loan):
        tape = ex102(*(loan(str(number)) for number in range(MANY)))
        stopped = await stopped_after(office, tape, 2)
        # What was on its way when it stopped is stored or is not, whole chunks of it.
        assert stopped.state is ImportState.RUNNING
        assert CHUNK <= stopped.done < MANY
        assert stopped.done % CHUNK == 0
        assert await office.documents.count(LOANS, stopped.org) == stopped.done
        await office.start()
        await office.idle()
        done = await office.read(stopped.id)
        assert (done.state, done.created, done.loans, done.done) == (ImportState.DONE, MANY, MANY, MANY)
        assert await office.documents.count(LOANS, stopped.org) == MANY
        assert len({row.number for row in await office.rows(done)}) == MANY

    async def test_one_that_had_only_been_asked_for_is_begun(self, office, ex102, loan):
        await office.stop()
        work = await office.ask(ex102(loan("1")))
        await office.start()
        await office.idle()
        assert (await office.read(work.id)).created == 1

    async def test_an_edit_while_a_chunk_is_planned_is_neither_lost_nor_fatal(self, office, ex102, loan):
        await office.bring(ex102(loan("1")))
        edited = []

        async def edit_once() -> None:
            if not edited:
                stored = await office.loan("deal/1")
                edited.append(await office.edit(LOANS, msgspec.structs.replace(stored, name="Our Plaza")))

        original = office.documents.find

        async def find_and_edit(kind, *arguments, **options):
            found = await original(kind, *arguments, **options)
            if kind.name == "statement":
                await edit_once()
            return found

        office.documents.find = find_and_edit
        work = await office.bring(ex102(loan("1", reportPeriodEndScheduledLoanBalanceAmount="999000.00")))
        office.documents.find = original
        after = await office.loan("deal/1")
        assert (work.state, work.updated) == (ImportState.DONE, 1)
        assert (after.name, str(after.current_balance)) == ("Our Plaza", "999000.00")

    async def test_imports_of_an_organization_run_one_after_the_other(self, office, ex102, loan):
        tape = ex102(loan("1"), loan("2"))
        asked = [await office.ask(tape) for _ in range(5)]
        await office.idle()
        done = [await office.read(work.id) for work in asked]
        assert [work.created for work in done] == [2, 0, 0, 0, 0]

    async def test_one_whose_file_is_gone_fails_with_the_reason(self, office, ex102, loan):
        await office.stop()
        work = await office.ask(ex102(loan("1")))
        await office.blobs.delete(work.blob)
        await office.start()
        await office.idle()
        failed = await office.read(work.id)
        assert failed.state is ImportState.FAILED
        assert "not there any more" in (failed.error or "")

    async def test_the_journal_holds_after_all_of_it(self, office, ex102, loan):
        await office.undo(await office.bring(ex102(*(loan(str(number)) for number in range(300)))))
        assert (await verify(office.documents, "org-1")).sound


class TestWatching:
    async def test_gives_the_import_as_it_comes_further_until_it_is_at_rest(self, office, ex102, loan):
        work = await office.ask(ex102(*(loan(str(number)) for number in range(600))))
        seen = [state async for state in office.progress.watch(org=work.org, job_id=work.id)]
        assert seen[-1].state is ImportState.DONE
        assert [item.done for item in seen] == sorted(item.done for item in seen)
        assert len({item.version for item in seen}) == len(seen)

    async def test_of_one_that_is_done_ends_at_once(self, office, ex102, loan):
        work = await office.bring(ex102(loan("1")))
        assert [item.state async for item in office.progress.watch(org=work.org, job_id=work.id)] == [ImportState.DONE]
