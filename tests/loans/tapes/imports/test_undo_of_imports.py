"""Taking an import back."""

from __future__ import annotations

import datetime
import itertools
from decimal import Decimal

import msgspec
import pytest

from realinsights.contracts.loans import AmortizationType, ImportRequested, LoanDeleted, PartyDeleted, PeriodsWithdrawn
from realinsights.loans.model.imports import ImportState
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.parties import Lender
from realinsights.loans.queries.sources import loan_sources
from realinsights.loans.store import IMPORTS, LENDERS, LOANS, PERIODS, PROPERTIES, STATEMENTS
from realinsights_platform.errors import NotFound

JANUARY = {
    "reportingPeriodBeginningDate": "12-12-2025",
    "reportingPeriodEndDate": "01-12-2026",
    "reportPeriodEndScheduledLoanBalanceAmount": "998170.50",
    "originatorName": "Second Bank",
}
FEBRUARY = {
    "reportingPeriodBeginningDate": "01-13-2026",
    "reportingPeriodEndDate": "02-11-2026",
    "reportPeriodEndScheduledLoanBalanceAmount": "997332.34",
    "originatorName": "Second Bank",
}
PLAZA = {"propertyName": "Main Street Plaza", "propertyState": "TX", "propertyTypeCode": "RT"}


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
        assert await nothing_is_left(office)
        assert await office.history() == {}

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
        async with office.documents.unit(org=work.org, actor="ann", business_date=work.business_date) as unit:
            unit.put(IMPORTS, msgspec.structs.replace(half, state=ImportState.UNDOING, undone_chunks=1))
            unit.emit(ImportRequested(import_id=work.id))
        await office.idle()
        assert (await office.read(work.id)).state is ImportState.UNDONE
        assert await nothing_is_left(office)


class TestWhatNothingSpeaksOfAnyMore:
    @pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
    async def test_goes_in_whatever_order_three_months_are_taken_back(self, office, ex102, loan, order):
        months = [
            await office.bring(ex102(loan("1"), loan("2"))),
            await office.bring(ex102(loan("1", **JANUARY), loan("2", **JANUARY), loan("3", **JANUARY))),
            await office.bring(ex102(loan("1", **FEBRUARY), loan("3", **FEBRUARY))),
        ]
        for place in order:
            undone = await office.undo(months[place])
            assert undone.undo is not None
            assert undone.undo.refused == 0
        assert await nothing_is_left(office)

    async def test_stays_where_a_person_has_edited_it_since(self, office, ex102, loan):
        first = await office.bring(ex102(loan("1"), loan("2")))
        second = await office.bring(ex102(loan("1", **JANUARY), loan("2", **JANUARY)))
        edited, _ = await office.all(PROPERTIES)
        await office.edit(PROPERTIES, msgspec.structs.replace(edited, name="Our Plaza"))
        await office.undo(first)
        await office.undo(second)
        assert [asset.name for asset in await office.all(PROPERTIES)] == ["Our Plaza"]
        assert await office.all(LOANS) == []

    async def test_stays_where_a_person_had_made_it(self, office, ex102, loan):
        await office.edit(LENDERS, Lender(id="ours", org="org-1", name="Second Bank"))
        first = await office.bring(ex102(loan("1")))
        second = await office.bring(ex102(loan("1", **JANUARY)))
        await office.undo(first)
        await office.undo(second)
        assert [lender.id for lender in await office.all(LENDERS)] == ["ours"]
        assert await office.all(PROPERTIES) == []

    async def test_is_a_property_that_two_loans_of_a_chunk_had(self, office, ex102, asset):
        notes = ex102(
            asset("1"), asset("1A", terms={}, properties=[PLAZA]), asset("2"), asset("2A", terms={}, properties=[PLAZA])
        )
        await office.undo(await office.bring(notes))
        assert await nothing_is_left(office)

    async def test_is_a_loan_entered_by_a_person_as_it_was_before(self, office, ex102, loan):
        entered = Loan(
            id="ours",
            org="org-1",
            number="deal/1",
            name="Our Plaza",
            original_balance=Decimal("1000000.00"),
            current_balance=Decimal("1000000.00"),
            balance_as_of=datetime.date(2025, 10, 31),
            origination_date=datetime.date(2025, 10, 31),
            maturity_date=datetime.date(2030, 11, 1),
            rate=Decimal("0.06"),
            amortization_type=AmortizationType.INTEREST_ONLY,
        )
        before = msgspec.structs.replace(await office.edit(LOANS, entered), version=0)
        first = await office.bring(ex102(loan("1")))
        second = await office.bring(ex102(loan("1", **JANUARY)))
        await office.undo(first)
        await office.undo(second)
        assert msgspec.structs.replace(await office.loan("deal/1"), version=0) == before


class TestWhatAnotherImportSaysToo:
    async def test_stays_and_is_that_imports_from_then_on(self, office, ex102, loan):
        first = await office.bring(ex102(loan("1")), "deal.xml")
        second = await office.bring(ex102(loan("2"), loan("1")), "deal-2026-01-31.xml")
        assert (second.unchanged, second.created) == (1, 1)
        before = await office.present()
        undone = await office.undo(first)
        assert undone.undo is not None
        assert (undone.undo.withdrawn, undone.undo.deleted, undone.undo.refused) == (1, 0, 0)
        assert undone.undo.kept[0].reason == "deal-2026-01-31.xml says the same: it stays"
        assert await office.present() == before
        stored = await office.loan("deal/1")
        told = await loan_sources(office.documents, org="org-1", loan_id=stored.id)
        assert {(source.file_name, source.row) for source in told.sources} == {("deal-2026-01-31.xml", 2)}
        await office.undo(second)
        assert await nothing_is_left(office)

    async def test_is_nobodys_once_both_are_taken_back_the_later_one_first(self, office, ex102, loan):
        first = await office.bring(ex102(loan("1")))
        second = await office.bring(ex102(loan("1")))
        untouched = await office.undo(second)
        assert untouched.undo is not None
        assert (untouched.undo.withdrawn, untouched.undo.refused) == (0, 0)
        assert len(await office.all(LOANS)) == 1
        undone = await office.undo(first)
        assert undone.undo is not None
        assert (undone.undo.deleted, undone.undo.kept) == (1, ())
        assert await nothing_is_left(office)

    async def test_is_kept_by_the_latest_of_several_that_stand(self, office, ex102, loan):
        tape = ex102(loan("1"))
        works = [await office.bring(tape) for _ in range(4)]
        await office.undo(works[3])
        await office.undo(works[0])
        (said,) = await office.all(STATEMENTS)
        assert said.import_id == works[2].id
        await office.undo(works[2])
        (said,) = await office.all(STATEMENTS)
        assert said.import_id == works[1].id
        await office.undo(works[1])
        assert await nothing_is_left(office)

    async def test_of_a_correction_is_not_what_it_corrected(self, office, ex102, loan):
        first = await office.bring(ex102(loan("1")))
        again = await office.bring(ex102(loan("1")))
        before = await office.present()
        corrected = ex102(loan("1", reportPeriodEndScheduledLoanBalanceAmount="999000.00"))
        correction, repeated = await office.bring(corrected), await office.bring(corrected)
        await office.undo(correction)
        (said,) = await office.all(STATEMENTS)
        assert said.import_id == repeated.id
        assert (await office.loan("deal/1")).current_balance == Decimal("999000.00")
        await office.undo(repeated)
        assert await office.present() == before
        await office.undo(first)
        assert await office.present() == before
        await office.undo(again)
        assert await nothing_is_left(office)

    async def test_is_not_what_a_dry_run_says(self, office, ex102, loan):
        tape = ex102(loan("1"))
        work = await office.bring(tape)
        await office.ask(tape, dry_run=True)
        await office.idle()
        await office.undo(work)
        assert await nothing_is_left(office)

    async def test_is_not_what_an_import_says_whose_undo_was_asked_for_too(self, office, ex102, loan):
        first, second = await office.bring(ex102(loan("1"))), await office.bring(ex102(loan("1")))
        for work in (first, second):
            await office.ask_undo(work)
        await office.idle()
        assert await nothing_is_left(office)


class TestACorrectionTakenBack:
    async def test_lets_what_it_corrected_be_taken_back_too(self, office, ex102, loan):
        first = await office.bring(ex102(loan("1")))
        correction = await office.bring(ex102(loan("1", reportPeriodEndScheduledLoanBalanceAmount="999000.00")))
        await office.undo(correction)
        undone = await office.undo(first)
        assert undone.undo is not None
        assert undone.undo.refused == 0
        assert await nothing_is_left(office)

    async def test_does_not_bring_back_what_was_taken_back_meanwhile(self, office, ex102, loan):
        first = await office.bring(ex102(loan("1")))
        correction = await office.bring(ex102(loan("1", reportPeriodEndScheduledLoanBalanceAmount="999000.00")))
        assert (await office.undo(first)).undo.refused == 1
        await office.undo(correction)
        assert await nothing_is_left(office)

    async def test_brings_back_what_an_undo_had_left_since_it_was_edited(self, office, ex102, loan):
        first = await office.bring(ex102(loan("1")))
        await office.edit(LOANS, msgspec.structs.replace(await office.loan("deal/1"), borrower="Our Borrower"))
        assert (await office.undo(first)).undo.refused == 1
        correction = await office.bring(ex102(loan("1", reportPeriodEndScheduledLoanBalanceAmount="999000.00")))
        assert (await office.undo(correction)).undo.refused == 0
        stored = await office.loan("deal/1")
        assert (stored.current_balance, stored.borrower) == (Decimal("999004.49"), "Our Borrower")

    async def test_within_one_file_goes_with_what_it_corrected(self, office, ex102, loan):
        corrected = loan("1", reportPeriodEndScheduledLoanBalanceAmount="999000.00")
        work = await office.bring(ex102(loan("1"), loan("2"), corrected))
        undone = await office.undo(work)
        assert undone.undo is not None
        assert undone.undo.refused == 0
        assert await nothing_is_left(office)
