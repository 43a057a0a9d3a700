"""Importing a tape: what it creates, changes, leaves alone and refuses."""

from __future__ import annotations

import datetime
from decimal import ROUND_HALF_UP, Decimal

import msgspec
import pytest

from realinsights.contracts.loans import LoanRecorded, LoanStatus, PartyKind, PartyRecorded, PeriodsRecorded
from realinsights.loans.model.imports import ImportState, RowOutcome, Tolerance
from realinsights.loans.model.loan import GONE
from realinsights.loans.model.reconciliation import Outcome, ReconciledFigure
from realinsights.loans.store import LENDERS, LOANS, PERIODS, PROPERTIES, STATEMENTS
from realinsights_platform.errors import Conflict, Invalid

NOVEMBER = {
    "reportingPeriodBeginningDate": "10-12-2025",
    "reportingPeriodEndDate": "11-12-2025",
    "scheduledInterestAmount": "0.00",
    "scheduledPrincipalAmount": "0.00",
    "reportPeriodEndScheduledLoanBalanceAmount": "1000000.00",
}
JANUARY = {
    "reportingPeriodBeginningDate": "12-12-2025",
    "reportingPeriodEndDate": "01-12-2026",
    "reportPeriodBeginningScheduleLoanBalanceAmount": "999004.49",
    "scheduledInterestAmount": "5161.52",
    "scheduledPrincipalAmount": "833.99",
    "reportPeriodEndScheduledLoanBalanceAmount": "998170.50",
    "paymentStatusLoanCode": "1",
}


class TestAFirstTape:
    async def test_creates_loans_properties_and_lenders(self, office, ex102, loan):
        work = await office.bring(ex102(loan("1"), loan("2")))
        assert work.state is ImportState.DONE, work.error
        assert (work.deal, work.period) == ("deal", datetime.date(2025, 12, 11))
        assert (work.loans, work.properties, work.created) == (2, 2, 2)
        stored = await office.loan("deal/1")
        assert stored.current_balance == Decimal("999004.49")
        assert stored.balance_as_of == datetime.date(2025, 12, 11)
        assert (stored.deal, stored.asset_number) == ("deal", "1")
        assert [lender.name for lender in await office.all(LENDERS)] == ["First Bank"]
        assert len(await office.all(PROPERTIES)) == 2

    async def test_has_anticipated_repayment_dates_and_tells_their_balloons(self, office, ex102, loan):
        tape = ex102(loan("1", maturityDate="11-01-2045", hyperAmortizingDate="11-01-2035"))
        work = await office.bring(tape)
        assert work.state is ImportState.DONE, work.error
        assert (await office.loan("deal/1")).anticipated_repayment_date == datetime.date(2035, 11, 1)
        (fact,) = [event for event in await office.events() if isinstance(event, LoanRecorded)]
        due = fact.falling_due
        # 119 payments of $5,995.51 on $1,000,000 at 6 %, actual/360, counted by itself below.
        balance, day = Decimal("1000000.00"), datetime.date(2025, 11, 1)
        for month in range(119):
            following = datetime.date(2025 + (11 + month) // 12, (11 + month) % 12 + 1, 1)
            interest = (balance * (following - day).days * 6 / 36000).quantize(Decimal("0.01"), ROUND_HALF_UP)
            balance, day = balance - (Decimal("5995.51") - interest), following
        assert due.anticipated_repayment_date == datetime.date(2035, 11, 1)
        assert due.anticipated_balloon == balance
        assert due.balloon is not None
        assert due.balloon < balance

    async def test_tells_readers_of_loans_months_and_names(self, office, ex102, loan):
        await office.bring(ex102(loan("1")))
        told = await office.events()
        (fact,) = [event for event in told if isinstance(event, LoanRecorded)]
        assert fact.performance.latest.value == Decimal("1600000.00")
        assert fact.annual_debt_service == 12 * Decimal("5995.51")
        (months,) = [event for event in told if isinstance(event, PeriodsRecorded)]
        assert [(month.month, month.balance, month.reported) for month in months.periods] == [
            (datetime.date(2025, 12, 1), Decimal("999004.49"), True)
        ]
        assert {event.kind for event in told if isinstance(event, PartyRecorded)} == {
            PartyKind.LENDER,
            PartyKind.PROPERTY,
        }

    async def test_a_refused_row_leaves_the_others_alone_and_nothing_of_itself(self, office, ex102, loan):
        work = await office.bring(ex102(loan("1"), loan("2", maturityDate="01-01-2020", originatorName="Gone Bank")))
        assert (work.created, work.refused, work.loans) == (1, 1, 1)
        assert work.rejected[0].field == "maturityDate"
        assert work.rejected[0].row == 2
        assert [lender.name for lender in await office.all(LENDERS)] == ["First Bank"]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"originalInterestRatePercentage": "-0.05", "reportPeriodInterestRatePercentage": "-0.05"}, "rate"),
            ({"maturityDate": "11-01-3025"}, "maturityDate"),
            ({"maturityDate": "11-15-2025"}, "maturityDate"),
            ({"originalLoanAmount": None}, "originalLoanAmount"),
        ],
    )
    async def test_an_impossible_loan_is_refused_by_field(self, office, ex102, loan, changes, field):
        work = await office.bring(ex102(loan("1", **changes)))
        assert work.refused == 1
        assert any(field.lower() in (problem.field or "").lower() for problem in work.rejected), work.rejected

    async def test_a_file_that_cannot_be_read_fails_with_the_reason(self, office):
        work = await office.bring(b"<rss/>")
        assert work.state is ImportState.FAILED
        assert "<rss>" in (work.error or "")
        assert await office.all(LOANS) == []

    async def test_a_file_truncated_in_the_middle_imports_nothing(self, office, ex102, loan):
        tape = ex102(*(loan(str(number)) for number in range(600)))
        work = await office.bring(tape[: len(tape) // 2])
        assert "truncated" in (work.error or "")
        assert await office.all(LOANS) == []

    async def test_an_empty_file_is_refused_at_once(self, office):
        with pytest.raises(Invalid, match="empty"):
            await office.ask(b"")


class TestTheSameTapeAgain:
    async def test_changes_nothing(self, office, ex102, loan):
        tape = ex102(loan("1"), loan("2"))
        await office.bring(tape)
        before = {kind.name: await office.all(kind) for kind in (LOANS, PROPERTIES, PERIODS, STATEMENTS, LENDERS)}
        told = len(await office.events())
        work = await office.bring(tape)
        assert (work.created, work.updated, work.unchanged) == (0, 0, 2)
        assert before == {
            kind.name: await office.all(kind) for kind in (LOANS, PROPERTIES, PERIODS, STATEMENTS, LENDERS)
        }
        assert len(await office.events()) == told

    async def test_under_another_files_name_of_the_deal_changes_nothing(self, office, ex102, loan):
        await office.bring(ex102(loan("1")), "deal-2025-12-11.xml")
        assert (await office.bring(ex102(loan("1")), "copy.xml", deal="deal")).unchanged == 1

    async def test_leaves_what_a_person_has_edited(self, office, ex102, loan):
        await office.bring(ex102(loan("1")))
        stored = await office.loan("deal/1")
        await office.edit(LOANS, msgspec.structs.replace(stored, name="Our Plaza"))
        await office.bring(ex102(loan("1")))
        assert (await office.loan("deal/1")).name == "Our Plaza"


class TestALaterTape:
    async def test_updates_balance_and_status_and_keeps_history(self, office, ex102, loan):
        await office.bring(ex102(loan("1")))
        work = await office.bring(ex102(loan("1", **JANUARY)))
        assert (work.updated, work.created) == (1, 0)
        stored = await office.loan("deal/1")
        assert (stored.current_balance, stored.status) == (Decimal("998170.50"), LoanStatus.DAYS_30)
        assert len(await office.all(PERIODS)) == 2

    async def test_says_field_by_field_what_changed(self, office, ex102, loan):
        await office.bring(ex102(loan("1")))
        work = await office.bring(ex102(loan("1", **JANUARY)))
        (row,) = await office.rows(work)
        changes = {change.field: (change.before, change.after) for change in row.changes}
        assert changes["currentBalance"] == ("999004.49", "998170.50")
        assert changes["status"] == ("current", "30_days")

    async def test_changes_what_the_tape_says_anew_and_leaves_other_edits(self, office, ex102, loan):
        await office.bring(ex102(loan("1")))
        stored = await office.loan("deal/1")
        await office.edit(LOANS, msgspec.structs.replace(stored, name="Our Plaza", current_balance=Decimal("1.00")))
        await office.bring(ex102(loan("1", **JANUARY)))
        after = await office.loan("deal/1")
        assert (after.name, after.current_balance) == ("Our Plaza", Decimal("998170.50"))

    async def test_finds_a_loan_that_was_given_another_number(self, office, ex102, loan):
        await office.bring(ex102(loan("1")))
        stored = await office.loan("deal/1")
        await office.edit(LOANS, msgspec.structs.replace(stored, number="Ours-7"))
        assert (await office.bring(ex102(loan("1", **JANUARY)))).updated == 1
        assert (await office.loan("Ours-7")).current_balance == Decimal("998170.50")

    async def test_flags_a_loan_it_leaves_out_and_does_not_guess(self, office, ex102, loan):
        await office.bring(ex102(loan("1"), loan("2")))
        work = await office.bring(ex102(loan("1", **JANUARY)))
        assert work.missing == ("deal/2",)
        assert (await office.loan("deal/2")).status is LoanStatus.CURRENT

    async def test_a_loan_paid_off_stays_so_when_the_next_tape_repeats_it_at_zero(self, office, ex102, loan):
        gone = {"reportPeriodEndScheduledLoanBalanceAmount": "0.00"}
        await office.bring(ex102(loan("1", **{**JANUARY, **gone}, liquidationPrepaymentCode="9")))
        february = {**gone, "reportingPeriodEndDate": "02-12-2026", "paymentStatusLoanCode": "0"}
        await office.bring(ex102(loan("1", **{**JANUARY, **february})))
        assert (await office.loan("deal/1")).status is LoanStatus.PAID_OFF


class TestAnEarlierTape:
    async def test_fills_in_history_and_leaves_the_present_alone(self, office, ex102, loan):
        await office.bring(ex102(loan("1", **JANUARY)))
        before = await office.loan("deal/1")
        work = await office.bring(ex102(loan("1")))
        after = await office.loan("deal/1")
        assert work.updated == 1
        assert (await office.rows(work))[0].history_only
        assert (after.current_balance, after.status) == (before.current_balance, before.status)
        assert [month for _, month in await office.history()] == [
            datetime.date(2026, 1, 1),
            datetime.date(2025, 12, 1),
        ]

    async def test_any_order_gives_the_same_books_and_the_same_months(self, office, another_office, ex102, loan, asset):
        first = ex102(loan("1", originatorName="Old Bank"), loan("2"), asset("4", properties=[{"propertyName": "P"}]))
        second = ex102(
            loan("1", **NOVEMBER),
            asset("4", properties=[{"propertyName": "Portfolio"}], **NOVEMBER),
            asset("4.01", terms={}, properties=[{"propertyName": "A", "valuationSecuritizationAmount": "5.00"}]),
        )
        third = ex102(loan("1", **JANUARY), loan("2", **JANUARY), loan("3", **JANUARY))
        for tape in (first, second, third):
            assert (await office.bring(tape)).refused == 0
        orders = {
            "backwards": (third, second, first),
            "mixed": (second, third, first),
            "turned": (third, first, second),
        }
        for name, order in orders.items():
            other = await another_office(name)
            for tape in order:
                await other.bring(tape)
            assert await other.present() == await office.present()
            assert await other.history() == await office.history()
            await other.documents.close()


class TestADryRun:
    async def test_says_what_would_be_created_changed_and_refused_and_stores_nothing(self, office, ex102, loan):
        await office.bring(ex102(loan("1"), loan("2")))
        before = await office.present()
        tape = ex102(loan("1", **JANUARY), loan("2"), loan("3"), loan("4", originalLoanAmount="x"))
        work = await office.bring(tape, dry_run=True)
        assert (work.created, work.updated, work.unchanged, work.refused) == (1, 1, 1, 1)
        rows = {row.number: row for row in await office.rows(work)}
        assert rows["deal/1"].outcome is RowOutcome.UPDATED
        assert any(change.field == "currentBalance" for change in rows["deal/1"].changes)
        created = {change.field: change.after for change in rows["deal/3"].changes}
        assert created["originalBalance"] == "1000000.00"
        assert created["properties[3].name"] == "Main Street Plaza"
        assert rows["4"].problems[0].field == "originalLoanAmount"
        assert await office.present() == before

    async def test_has_nothing_to_undo(self, office, ex102, loan):
        work = await office.bring(ex102(loan("1")), dry_run=True)
        with pytest.raises(Conflict, match="dry run"):
            await office.undo(work)


class TestReconciliation:
    async def test_a_period_by_the_schedule_is_matched_to_the_cent(self, office, ex102, loan):
        work = await office.bring(ex102(loan("1")))
        assert (work.reconciliation.matched, work.reconciliation.differs) == (1, 0)
        assert work.tolerance is not None
        assert work.tolerance.startswith("to the cent")

    async def test_a_period_before_the_first_payment_is_not_due(self, office, ex102, loan):
        assert (await office.bring(ex102(loan("1", **NOVEMBER)))).reconciliation.not_due == 1

    async def test_a_difference_is_named_with_figure_amount_and_since_when(self, office, ex102, loan):
        wrong = {"scheduledInterestAmount": "5000.01", "reportPeriodEndScheduledLoanBalanceAmount": "999004.49"}
        work = await office.bring(ex102(loan("1", **wrong)))
        (difference,) = work.differences
        assert (difference.figure, difference.difference) == (ReconciledFigure.INTEREST, Decimal("0.01"))
        assert difference.since == datetime.date(2025, 12, 11)

    async def test_a_difference_that_is_carried_on_is_told_from_a_new_one(self, office, ex102, loan):
        paid_down = {"unscheduledPrincipalCollectedAmount": "100000.00",
                     "reportPeriodEndScheduledLoanBalanceAmount": "899004.49"}  # fmt: skip
        await office.bring(ex102(loan("1", **paid_down)))
        after = {
            "reportPeriodBeginningScheduleLoanBalanceAmount": "899004.49",
            "scheduledInterestAmount": "4644.86",
            "scheduledPrincipalAmount": "1350.65",
            "reportPeriodEndScheduledLoanBalanceAmount": "897653.84",
        }
        work = await office.bring(ex102(loan("1", **{**JANUARY, **after})))
        (row,) = await office.rows(work)
        assert row.reconciliation.outcome is Outcome.DIFFERS
        assert row.reconciliation.since == datetime.date(2025, 12, 11)
        assert row.reconciliation.carried
        assert "unscheduled principal of 100,000.00" in row.reconciliation.notes

    async def test_a_tolerance_is_asked_for_and_stated(self, office, ex102, loan):
        off = {"reportPeriodEndScheduledLoanBalanceAmount": "999004.60"}
        work = await office.bring(ex102(loan("1", **off)), tolerance=Tolerance.FLOAT32)
        assert work.reconciliation.matched == 1
        assert "as asked for" in (work.tolerance or "")

    @pytest.mark.parametrize("dry_run", [True, False])
    async def test_control_totals_are_of_what_is_taken(self, office, ex102, loan, dry_run):
        tape = ex102(loan("1"), loan("2", **JANUARY), loan("3", originationDate="soon"))
        work = await office.bring(tape, dry_run=dry_run)
        assert (work.loans, work.refused) == (2, 1)
        assert work.totals is not None
        assert work.totals.balance == Decimal("999004.49") + Decimal("998170.50")

    @pytest.mark.parametrize("dry_run", [True, False])
    async def test_what_is_outstanding_changes_by_what_is_written(self, office, ex102, loan, dry_run):
        first = ex102(loan("1"), loan("2", originationDate="soon"))
        tried = await office.bring(first, dry_run=True)
        brought = await office.bring(first)
        for work in (tried, brought):
            assert (work.balance_change, work.loans_change) == (Decimal("999004.49"), 1)
        work = await office.bring(ex102(loan("1", **JANUARY)), dry_run=dry_run)
        assert (work.balance_change, work.loans_change) == (Decimal("998170.50") - Decimal("999004.49"), 0)
        again = await office.bring(first, dry_run=dry_run)
        assert (again.balance_change, again.loans_change) == (0, 0), "an earlier month changes no balance"

    async def test_the_portfolio_s_sums_before_and_after_are_those_of_its_loans(self, office, ex102, loan):
        async def sums():
            owing = [each for each in await office.all(LOANS) if each.status not in GONE]
            balance = sum((each.current_balance for each in owing), Decimal(0))
            interest = sum((each.current_balance * each.rate for each in owing), Decimal(0))
            rate = (interest / balance).quantize(Decimal("1e-8"), ROUND_HALF_UP) if balance else None
            return len(owing), len(await office.all(PROPERTIES)), balance, interest, rate

        def said(told):
            return told.loans, told.properties, told.balance, told.interest, told.weighted_rate

        dearer = {"reportPeriodInterestRatePercentage": "0.07250000"}
        gone = {"reportPeriodEndScheduledLoanBalanceAmount": "0.00", "zeroBalanceCode": "1"}
        tapes = (
            ex102(loan("1"), loan("2", **dearer), loan("3"), loan("5")),
            # One as it was, one repaid, one paid off, one new and one refused.
            ex102(loan("1"), loan("2", **JANUARY), loan("3", **{**JANUARY, **gone}), loan("4"),
                  loan("6", originationDate="soon")),
        )  # fmt: skip
        for tape in tapes:
            before = await sums()
            tried = await office.bring(tape, dry_run=True)
            assert said(tried.before) == before == await sums()
            done = await office.bring(tape)
            assert said(done.before) == before
            assert said(done.after) == await sums() != before
            assert said(tried.after) == said(done.after)
        assert (done.created, done.updated, done.unchanged, done.refused) == (1, 2, 1, 1)
        assert await office.read(tried.id) == tried, "a result stays as it was"
        other = await office.ask(tapes[0], org="org-2", dry_run=True)
        await office.idle("org-2")
        assert said((await office.read(other.id, org="org-2")).before) == (0, 0, 0, 0, None)

    async def test_a_day_count_no_schedule_follows_is_not_computed_and_says_so(self, office, ex102, loan):
        work = await office.bring(ex102(loan("1", interestAccrualMethodCode="7")))
        assert work.reconciliation.not_computed == 1
        (row,) = await office.rows(work)
        assert row.reconciliation.reason == "no schedule follows its interest accrual 78s"

    async def test_nothing_owed_any_more_is_closed(self, office, ex102, loan):
        gone = {"reportPeriodBeginningScheduleLoanBalanceAmount": "0.00",
                "reportPeriodEndScheduledLoanBalanceAmount": "0.00"}  # fmt: skip
        assert (await office.bring(ex102(loan("1", **gone)))).reconciliation.closed == 1


class TestRealTapes:
    async def test_the_bank5_tape_matches_where_due(self, office, shared_data):
        tape = (shared_data / "cmbs" / "bank5-2025-5yr19.ex102.xml").read_bytes()
        work = await office.bring(tape, "bank5-2025-5yr19.ex102.xml")
        assert (work.deal, work.loans, work.properties, work.created) == ("bank5-2025-5yr19", 35, 85, 35)
        counts = work.reconciliation
        assert (counts.matched, counts.not_due, counts.differs) == (10, 25, 0)
        assert work.totals is not None
        assert (work.totals.balance, work.totals.weighted_rate) == (Decimal("949066382.67"), Decimal("0.06318105"))
        assert (work.balance_change, work.loans_change) == (Decimal("949066382.67"), 35)
        again = await office.bring(tape, "bank5-2025-5yr19.ex102.xml")
        assert (again.unchanged, again.balance_change, again.loans_change) == (35, 0, 0)

    async def test_the_bank5_portfolio_has_the_tapes_own_figures(self, office, shared_data):
        await office.bring((shared_data / "cmbs" / "bank5-2025-5yr19.ex102.xml").read_bytes())
        facts = [event for event in await office.events() if isinstance(event, LoanRecorded)]
        balance = sum((fact.current_balance for fact in facts), Decimal(0))
        assert balance == Decimal("949066382.67")
        assert sum((fact.original_balance for fact in facts), Decimal(0)) == Decimal("949105600.00")
        weighted = sum((fact.current_balance * fact.rate for fact in facts), Decimal(0)) / balance
        assert round(weighted, 6) == Decimal("0.063181")
        whole = [fact for fact in facts if fact.structure == "whole_loan"]
        value = sum((fact.performance.latest.value or Decimal(0) for fact in whole), Decimal(0))
        income = sum((fact.performance.latest.net_operating_income or Decimal(0) for fact in whole), Decimal(0))
        owed = sum((fact.current_balance for fact in whole), Decimal(0))
        assert len(whole) == 29
        assert round(owed / value, 6) == Decimal("0.620267")
        assert round(income / owed, 6) == Decimal("0.103473")

    @pytest.mark.slow
    async def test_24_months_in_any_order_give_the_same_books(self, office, another_office, shared_data):
        files = sorted((shared_data / "cmbs" / "ubs-2017-c1-sample-monthly").glob("*.xml"))
        for file in files:
            work = await office.bring(file.read_bytes(), file.name)
            assert (work.refused, work.reconciliation.matched, work.reconciliation.differs) == (0, 21, 0)
        other = await another_office("shuffled")
        for index in (7, 23, 0, 12, *(i for i in range(24) if i not in {7, 23, 0, 12})):
            await other.bring(files[index].read_bytes(), files[index].name)
        assert await other.present() == await office.present()
        assert await other.history() == await office.history()
        assert len(await office.history()) == 21 * 24
        await other.documents.close()
