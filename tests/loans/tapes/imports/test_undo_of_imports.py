"""Taking an import back."""

from __future__ import annotations

import datetime
from decimal import Decimal

import msgspec
import pytest

from realinsights.contracts.loans import LoanDeleted, PartyDeleted, PeriodsWithdrawn
from realinsights.loans.model.imports import ImportState
from realinsights.loans.store import IMPORTS, LENDERS, LOANS, PERIODS, PROPERTIES, STATEMENTS
from realinsights_platform.errors import NotFound

JANUARY = {
    "reportingPeriodBeginningDate": "12-12-2025",
    "reportingPeriodEndDate": "01-12-2026",
    "reportPeriodEndScheduledLoanBalanceAmount": "998170.50",
    "originatorName": "Second Bank",
}


async def nothing_is_left(office) -> bool:
    kinds = (LOANS, PROPERTIES, LENDERS, PERIODS, STATEMENTS)
    return [kind.name for kind in kinds if await office.all(kind)] == []


class TestUndo:
    async def test_of_the_first_tape_leaves_nothing(self, office, ex102, loan):
        undone = await office.undo(await office.bring(ex102(loan("1"), loan("2"))))
        assert undone.state is ImportState.UNDONE
        assert undone.undo is not None
        assert (undone.undo.withdrawn, undone.undo.deleted, undone.undo.refused) == (2, 2, 0)
        assert await nothing_is_left(office)
        told = await office.events()
        assert sum(isinstance(event, LoanDeleted) for event in told) == 2
        assert sum(isinstance(event, PartyDeleted) for event in told) == 3
        assert await office.history() == {}

    async def test_of_a_later_tape_brings_the_earlier_present_back(self, office, ex102, loan):
        await office.bring(ex102(loan("1")))
        before = await office.present()
        undone = await office.undo(await office.bring(ex102(loan("1", **JANUARY))))
        assert await office.present() == before
        assert undone.undo is not None
        assert undone.undo.deleted == 0
        (withdrawn,) = [event for event in await office.events() if isinstance(event, PeriodsWithdrawn)]
        assert withdrawn.months == (datetime.date(2026, 1, 1),)

    async def test_of_an_earlier_tape_leaves_the_present_alone(self, office, ex102, loan):
        first = await office.bring(ex102(loan("1")))
        await office.bring(ex102(loan("1", **JANUARY)))
        await office.undo(first)
        assert (await office.loan("deal/1")).current_balance == Decimal("998170.50")
        assert [period.period_end for period in await office.all(PERIODS)] == [datetime.date(2026, 1, 12)]

    async def test_of_both_in_any_order_leaves_nothing(self, office, ex102, loan):
        first = await office.bring(ex102(loan("1")))
        second = await office.bring(ex102(loan("1", **JANUARY)))
        await office.undo(first)
        await office.undo(second)
        assert [loan.number for loan in await office.all(LOANS)] == []
        assert await office.all(PERIODS) == []

    async def test_of_a_correction_brings_back_what_it_corrected(self, office, ex102, loan):
        await office.bring(ex102(loan("1")))
        before = await office.present()
        correction = await office.bring(ex102(loan("1", reportPeriodEndScheduledLoanBalanceAmount="999000.00")))
        assert (await office.loan("deal/1")).current_balance == Decimal("999000.00")
        await office.undo(correction)
        assert await office.present() == before

    async def test_of_what_was_imported_again_since_is_refused_with_the_reason(self, office, ex102, loan):
        first = await office.bring(ex102(loan("1"), loan("2")))
        await office.bring(ex102(loan("1", reportPeriodEndScheduledLoanBalanceAmount="999000.00")))
        undone = await office.undo(first)
        assert undone.undo is not None
        assert (undone.undo.withdrawn, undone.undo.refused) == (1, 1)
        assert undone.undo.kept[0].number == "deal/1"
        assert "imported again since" in undone.undo.kept[0].reason

    async def test_of_a_loan_edited_since_is_refused_with_the_field(self, office, ex102, loan):
        work = await office.bring(ex102(loan("1")))
        await office.edit(LOANS, msgspec.structs.replace(await office.loan("deal/1"), name="Our Plaza"))
        undone = await office.undo(work)
        assert undone.undo is not None
        assert "edited since (name)" in undone.undo.kept[0].reason
        assert (await office.loan("deal/1")).name == "Our Plaza"

    async def test_keeps_the_fields_a_person_has_edited_since(self, office, ex102, loan):
        await office.bring(ex102(loan("1")))
        later = await office.bring(ex102(loan("1", **JANUARY)))
        stored = await office.loan("deal/1")
        await office.edit(LOANS, msgspec.structs.replace(stored, current_balance=Decimal("1.00")))
        undone = await office.undo(later)
        after = await office.loan("deal/1")
        assert after.current_balance == Decimal("1.00")
        assert after.balance_as_of == datetime.date(2025, 12, 11)
        assert undone.undo is not None
        assert "current_balance" in undone.undo.kept[0].reason

    async def test_keeps_a_lender_that_another_loan_has(self, office, ex102, loan):
        first = await office.bring(ex102(loan("1")))
        await office.bring(ex102(loan("2")), "other.xml")
        await office.undo(first)
        assert [lender.name for lender in await office.all(LENDERS)] == ["First Bank"]

    async def test_twice_is_once(self, office, ex102, loan):
        work = await office.undo(await office.bring(ex102(loan("1"))))
        sequence = await office.documents.sequence("org-1")
        again = await office.undo(work)
        assert again == work
        assert await office.documents.sequence("org-1") == sequence

    async def test_and_then_the_same_tape_again_creates_it_anew(self, office, ex102, loan):
        tape = ex102(loan("1"))
        await office.undo(await office.bring(tape))
        assert (await office.bring(tape)).created == 1

    async def test_of_an_unknown_import_is_not_found(self, office, ex102, loan):
        work = await office.bring(ex102(loan("1")))
        with pytest.raises(NotFound):
            await office.undo(msgspec.structs.replace(work, id="nope"))

    async def test_that_was_interrupted_goes_on_where_it_stopped(self, office, ex102, loan):
        work = await office.bring(ex102(*(loan(str(number)) for number in range(300))))
        assert work.chunks == 2
        # What a kill after the first unit of work of the undo would leave.
        half = await office.undo(work)
        assert half.undone_chunks == 2
        stopped = await office.edit(IMPORTS, msgspec.structs.replace(half, state=ImportState.UNDOING, undone_chunks=1))
        office.jobs.enqueue(org=work.org, import_id=stopped.id)
        await office.jobs.idle()
        assert (await office.read(work.id)).state is ImportState.UNDONE
        assert await nothing_is_left(office)
