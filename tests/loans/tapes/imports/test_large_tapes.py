"""A large tape is drafted in a process of its own, to the same end as a small one, whatever becomes of that process."""

from __future__ import annotations

import multiprocessing

import pytest

from realinsights.loans.model.imports import ImportState
from realinsights.loans.service.imports import storing
from realinsights.loans.service.imports.drafting import Chunk, Draft
from realinsights.loans.service.imports.drafting_process import DraftingProcess
from realinsights.loans.store import LOANS
from realinsights_platform.documents.journal import verify

HEADER = (
    "loanNumber,lender,originalBalance,currentBalance,rate,originationDate,maturityDate,asOf,propertyName,state,value"
)


def a_row(number: int, *, as_of: str = "2025-12-31", current: str = "900000", rate: str = "5.25%") -> str:
    return (
        f"L-{number},Bank {number % 3},1000000,{current},{rate},2020-01-01,2030-01-01,{as_of},Plot {number},CA,1500000"
    )


def a_tape() -> str:
    """Return a tape of three units of work: one loan again in the next of them, some rows bad."""
    first = [a_row(number, rate="much" if number % 100 == 7 else "5.25%") for number in range(400)]
    second = [a_row(number, as_of="2026-01-31", current="890000") for number in range(300)]
    return "\r\n".join([HEADER, *first, *second]) + "\r\n"


class Dying(DraftingProcess):
    """A process that is killed when a chunk comes."""

    last = 2
    begun = 0

    async def draft(self, chunk: Chunk) -> Draft | None:
        self.begun += 1
        if self.begun == self.last:
            (process,) = (child for child in multiprocessing.active_children() if child.name != "reading")
            process.kill()
            process.join()
        return await super().draft(chunk)


@pytest.fixture
def every_tape_is_large(monkeypatch):
    monkeypatch.setattr(storing, "LARGE", 1)


@pytest.fixture
async def expected(another_office):
    """Return what a tape that is drafted here makes."""
    office = await another_office("small")
    work = await office.bring(a_tape(), "book.csv")
    assert (work.created, work.updated, work.refused) == (399, 297, 4)
    yield work, await office.present(), await office.history()
    await office.stop()
    await office.documents.close()


class TestALargeTape:
    async def test_makes_what_it_would_make_if_it_were_small(self, expected, office, every_tape_is_large):
        small, present, history = expected
        work = await office.bring(a_tape(), "book.csv")
        assert (work.created, work.updated, work.refused) == (small.created, small.updated, small.refused)
        assert (work.reconciliation, work.differences, work.rejected) == (
            small.reconciliation,
            small.differences,
            small.rejected,
        )
        assert await office.present() == present
        assert await office.history() == history
        assert (await verify(office.documents, "org-1")).sound

    @pytest.mark.parametrize("last", [1, 2, 3])
    async def test_goes_on_when_the_process_is_killed(self, expected, office, every_tape_is_large, monkeypatch, last):
        monkeypatch.setattr(storing, "DraftingProcess", type("Dying", (Dying,), {"last": last}))
        _, present, history = expected
        work = await office.bring(a_tape(), "book.csv")
        assert (work.state, work.chunks) == (ImportState.DONE, 3)
        assert await office.present() == present
        assert await office.history() == history

    async def test_that_is_only_looked_at_tells_row_by_row(self, office, every_tape_is_large):
        work = await office.bring(a_tape(), "book.csv", dry_run=True)
        assert (work.state, work.refused, await office.all(LOANS)) == (ImportState.DONE, 4, [])
        rows = await office.rows(work)
        assert {change.field for change in rows[0].changes} >= {"rate", "properties[Plot 0].state"}
