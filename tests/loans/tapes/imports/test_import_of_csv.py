"""Importing a CSV: numbers as given, mappings remembered, bad rows told and exported."""

from __future__ import annotations

import datetime
from decimal import Decimal

import msgspec

from realinsights.contracts.loans import (
    LOANS_EVENTS,
    ImportEnded,
    ImportOutcome,
    LoanRecorded,
    PeriodsRecorded,
)
from realinsights.loans.model.falling_due import falling_due
from realinsights.loans.model.imports import MOST_SHOWN, Import, ImportState
from realinsights.loans.model.parties import Portfolio
from realinsights.loans.model.tape import ColumnChoice, ColumnUnit
from realinsights.loans.model.terms import FloatingTerms
from realinsights.loans.queries.reconciliation import error_table
from realinsights.loans.service.imports.resources import now
from realinsights.loans.service.rates import load_sample
from realinsights.loans.store import LENDERS, LOANS, MAPPINGS, PORTFOLIOS, PROPERTIES
from realinsights.loans.subscribers import retell
from realinsights_platform.events import Message

HEADER = (
    "loanNumber,loanName,lender,originalBalance,currentBalance,rate,originationDate,firstPaymentDate,maturityDate,"
    "amortizationMonths,asOf,propertyName,state,value,netOperatingIncome"
)

TODAY = datetime.date(2025, 12, 31)

TERMS = ("name", "lender", "original", "current", "rate", "origination", "first", "maturity", "amortization", "as_of")


def a_row(number: str = "L-1", **changes: str) -> str:
    cells = {
        "number": number,
        "name": "Plaza",
        "lender": "First Bank",
        "original": '"$1,000,000.00"',
        "current": "999004.49",
        "rate": "6.00%",
        "origination": "2025-11-01",
        "first": "2025-12-01",
        "maturity": "2035-11-01",
        "amortization": "360",
        "as_of": "2025-12-31",
        "property": "Plaza",
        "state": "TX",
        "value": "1600000",
        "income": "120000",
    }
    return ",".join({**cells, **changes}.values())


def a_csv(*rows: str, header: str = HEADER) -> str:
    return "\r\n".join([header, *rows]) + "\r\n"


class TestLoansOfABook:
    async def test_keep_their_own_numbers_and_belong_to_no_deal(self, office):
        work = await office.bring(a_csv(a_row("L-1")), "book.csv")
        assert (work.state, work.created, work.deal) == (ImportState.DONE, 1, None), work.error
        stored = await office.loan("L-1")
        assert (stored.deal, stored.current_balance) == (None, Decimal("999004.49"))
        (fact,) = [event for event in await office.events() if isinstance(event, LoanRecorded)]
        assert fact.performance.latest.net_operating_income == Decimal("120000.00")

    async def test_have_further_properties_whose_rows_do_not_say_the_loan_again(self, office):
        further = a_row("L-1", **dict.fromkeys(TERMS, ""), property="Annex", value="400000", income="30000")
        work = await office.bring(a_csv(a_row("L-1"), further), "book.csv")
        assert (work.created, work.refused, work.properties) == (1, 0, 2), work.rejected
        assert {asset.name for asset in await office.all(PROPERTIES)} == {"Plaza", "Annex"}

    async def test_are_asked_for_the_date_of_an_update(self, office):
        work = await office.bring("loanNumber,currentBalance\nL-1,999004.49\n", "update-2025-12-31.csv")
        assert work.error.startswith("line 1: no column was recognized for originalBalance"), work.error
        assert "If it updates loans that are in the books, give it a column of its date (asOf)" in work.error

    async def test_are_refused_in_plain_words_where_more_is_allocated_than_was_lent(self, office):
        rows = [a_row("L-1", property=f"{name},600000") for name in ("Plaza", "Annex")]
        header = HEADER.replace("propertyName", "propertyName,allocatedAmount")
        work = await office.bring(a_csv(*rows, header=header), "book.csv")
        (problem,) = work.rejected
        assert problem.reason == "the allocated amounts sum to 1,200,000.00, more than the loan of 1,000,000.00"
        assert problem.value is None

    async def test_are_the_same_whatever_space_stands_in_their_numbers(self, office):
        await office.bring(a_csv(a_row("L 1")), "december.csv")
        assert (await office.bring(a_csv(a_row(" L  1\u00a0")), "again.csv")).unchanged == 1
        january = a_csv(a_row("L  1", current="998170.50", as_of="2026-01-31"))
        assert (await office.bring(january, "january.csv")).updated == 1

    async def test_have_no_text_that_deceives(self, office):
        work = await office.bring(
            a_csv(a_row("L-1", lender="\u202eknaB"), a_row("L-2\u200b"), a_row("L-3", property="A\x07")), "book.csv"
        )
        assert (work.created, work.refused) == (0, 3)
        assert {problem.field for problem in work.rejected} == {"lender", "loanNumber", "propertyName"}

    async def test_of_a_named_deal_have_properties_of_their_own(self, office):
        work = await office.bring(a_csv(a_row("L-1"), a_row("L-2")), "book.csv", deal="Book")
        assert (work.state, work.created, work.error) == (ImportState.DONE, 2, None)
        first, second = await office.loan("L-1"), await office.loan("L-2")
        assert not {*first.property_ids} & {*second.property_ids}

    async def test_are_unchanged_by_the_same_file_and_updated_by_the_next(self, office):
        await office.bring(a_csv(a_row()), "december.csv")
        assert (await office.bring(a_csv(a_row()), "again.csv")).unchanged == 1
        january = a_csv(a_row(current="998170.50", as_of="2026-01-31"))
        work = await office.bring(january, "january.csv")
        assert (work.updated, len(await office.all(PROPERTIES))) == (1, 1)
        assert (await office.loan("L-1")).balance_as_of == datetime.date(2026, 1, 31)

    async def test_are_reconciled_by_their_balance(self, office):
        work = await office.bring(a_csv(a_row("L-1"), a_row("L-2", current="999004.50")), "book.csv")
        assert (work.reconciliation.matched, work.reconciliation.differs) == (1, 1)
        assert work.differences[0].number == "L-2"

    async def test_have_no_property_name_any_more_once_a_correction_leaves_it_out(self, office):
        await office.bring(a_csv(a_row()), "december.csv")
        work = await office.bring(a_csv(a_row(property="")), "corrected.csv")
        assert (work.state, work.updated) == (ImportState.DONE, 1), work.error
        (asset,) = await office.all(PROPERTIES)
        assert asset.name == "L-1 property 1"

    async def test_may_come_with_their_history_in_one_file(self, office):
        rows = [a_row(as_of="2025-11-30", current="1000000"), a_row(), a_row(as_of="2026-01-31", current="998170.50")]
        work = await office.bring(a_csv(*rows), "history.csv")
        assert (work.created, work.updated, work.refused) == (1, 2, 0)
        assert (await office.loan("L-1")).current_balance == Decimal("998170.50")
        assert len(await office.history()) == 3

    async def test_that_a_person_had_entered_are_updated_with_their_property(self, office, a_loan, a_property):
        asset = await office.edit(PROPERTIES, a_property(name="Plaza Apartments", state="TX"))
        dated = {"originationDate": "2025-11-01", "balanceAsOf": "2025-11-01", "maturityDate": "2035-11-01"}
        owed = {"originalBalance": "1000000.00", "currentBalance": "1000000.00"}
        terms = {"firstPaymentDate": "2025-12-01"}
        entered = a_loan(number="L-1", properties=[{"propertyId": asset.id}], terms=terms, **dated, **owed)
        await office.edit(LOANS, msgspec.structs.replace(entered, version=0))
        work = await office.bring(a_csv(a_row()), "book.csv")
        assert (work.updated, work.created) == (1, 0), work.rejected
        (only,) = await office.all(PROPERTIES)
        assert (only.name, only.id) == ("Plaza", asset.id)
        undone = await office.undo(work)
        assert undone.undo is not None
        assert (await office.loan("L-1")).name == "Harbor Point"

    async def test_have_the_anticipated_repayment_dates_that_a_column_names(self, office):
        header = HEADER + ",anticipatedRepaymentDate"
        book = a_csv(a_row("L-1") + ",2030-11-01", a_row("L-2") + ",", a_row("L-3") + ",1999-01-01", header=header)
        work = await office.bring(book, "book.csv")
        assert (work.created, work.refused) == (2, 1)
        assert (await office.loan("L-1")).anticipated_repayment_date == datetime.date(2030, 11, 1)
        assert (await office.loan("L-2")).anticipated_repayment_date is None
        assert work.rejected[0].field == "anticipatedRepaymentDate"

    async def test_name_a_portfolio_that_exists_or_are_refused(self, office):
        await office.edit(PORTFOLIOS, Portfolio(id="portfolio-1", org="org-1", name="Core"))
        header = HEADER + ",portfolio"
        work = await office.bring(a_csv(a_row("L-1") + ",Core", a_row("L-2") + ",Core+", header=header), "book.csv")
        assert (work.created, work.refused) == (1, 1)
        assert (await office.loan("L-1")).portfolio_id == "portfolio-1"
        assert (work.rejected[0].field, work.rejected[0].value) == ("portfolio", "Core+")


class TestLargeFiles:
    async def test_a_loan_that_comes_again_in_the_next_unit_of_work_is_the_same_loan(self, office):
        first = [a_row(f"L-{i}", as_of="2025-11-30", current="1000000", lender=f"Bank {i % 7}") for i in range(400)]
        second = [a_row(f"L-{i}", lender=f"Bank {i % 7}") for i in range(400)]
        work = await office.bring(a_csv(*first, *second), "book.csv")
        assert (work.state, work.created, work.updated) == (ImportState.DONE, 400, 400), work.error
        assert work.chunks == 4
        assert len(await office.all(LOANS)) == 400
        assert len(await office.all(LENDERS)) == 7
        assert len(await office.history()) == 800


class TestBadRows:
    async def test_are_told_by_row_column_value_and_reason_and_the_others_come_in(self, office):
        bad = a_row("L-2", maturity="2020-01-01")
        work = await office.bring(a_csv(a_row("L-1"), bad, a_row("L-3", rate="-1%")), "book.csv")
        assert (work.created, work.refused) == (1, 2)
        assert {(problem.line, problem.field) for problem in work.rejected} >= {(3, "maturityDate"), (4, "rate")}

    async def test_ten_thousand_of_them_are_counted_bounded_and_all_in_the_export(self, office):
        work = await office.bring(a_csv(*(a_row(f"L-{i}", original="much") for i in range(10_000))), "bad.csv")
        assert (work.state, work.refused, work.created) == (ImportState.DONE, 10_000, 0)
        assert len(work.rejected) == MOST_SHOWN
        rows = [row async for page in error_table(office.documents, org="org-1", import_id=work.id) for row in page]
        assert len(rows) == 10_000
        assert rows[-1][1:5] == (10_001, "L-9999", "originalBalance", "much")

    async def test_wrong_columns_say_what_is_missing(self, office):
        work = await office.bring("color,shape\nred,round\n", "shapes.csv")
        assert work.state is ImportState.FAILED
        assert "maturityDate" in (work.error or "")


class TestMappings:
    STRANGE = a_csv(a_row(), header=HEADER.replace("loanNumber", "Ref").replace("rate", "Zins", 1))

    async def test_are_remembered_by_the_header_once_they_were_given(self, office):
        known = {"Ref": "loanNumber", "Zins": "rate"}
        mapping = tuple(
            ColumnChoice(header=name, column=known.get(name, name), unit=ColumnUnit.PERCENT if name == "Zins" else None)
            for name in self.STRANGE.split("\r\n", maxsplit=1)[0].split(",")
        )
        assert (await office.bring(self.STRANGE, "a.csv")).state is ImportState.FAILED
        assert (await office.bring(self.STRANGE, "a.csv", mapping=mapping)).created == 1
        assert (await office.bring(self.STRANGE, "b.csv")).unchanged == 1
        assert len(await office.all(MAPPINGS)) == 1


class TestWhatFallsDue:
    """Balloons of a tape's new loans come from schedules that are computed many at once."""

    async def test_is_told_as_for_each_loan_alone(self, office):
        header = (
            "loanNumber,originalBalance,currentBalance,rate,rateType,originationDate,firstPaymentDate,maturityDate,"
            "anticipatedRepaymentDate,asOf,dayCount,amortizationMonths,interestOnlyMonths,businessDayRule,structure"
        )
        rows = [
            "L-1,10000000,9900000,5.25%,fixed,2025-01-01,2025-02-01,2035-01-01,,2025-12-31,actual_360,360,0,,whole_loan",
            "L-2,10000000,9900000,5.25%,fixed,2020-01-01,2020-02-01,2030-01-01,,2025-12-31,30_360,360,24,,whole_loan",
            "L-3,10000000,9900000,5.25%,fixed,2020-01-01,2020-02-01,2030-01-01,,2025-12-31,,,,,whole_loan",
            "L-4,10000000,9900000,5.25%,fixed,2020-01-01,,2030-01-01,,2025-12-31,,360,,,whole_loan",
            "L-5,10000000,0,5.25%,fixed,2020-01-01,2020-02-01,2030-01-01,,2025-12-31,,360,,,whole_loan",
            "L-6,10000000,10000,5.25%,fixed,2020-01-01,2020-02-01,2030-01-01,,2025-12-31,,360,,,whole_loan",
            "L-7,10000000,9900000,5.25%,fixed,2020-01-01,2020-02-01,2030-01-01,,2025-12-31,,360,,following,whole_loan",
            "L-8,10000000,9900000,5.25%,fixed,2020-01-01,2020-02-01,2030-01-01,2028-01-01,2025-12-31,,360,,,whole_loan",
            "L-9,10000000,9900000,5.25%,fixed,2020-01-01,2020-02-01,2030-01-01,,2025-12-31,actual_actual,360,,,a_note",
            "L-0,10000000,9876908.66,5.25%,fixed,2025-01-01,2025-02-01,2035-01-01,,2025-12-31,actual_360,360,,,whole_loan",
        ]
        work = await office.bring("\r\n".join([header, *rows]) + "\r\n", "book.csv")
        loans = {loan.id: loan for loan in await office.all(LOANS)}
        assert (work.created, len(loans)) == (10, 10)
        told = [event for event in await office.events() if isinstance(event, LoanRecorded)]
        assert {event.loan_id: event.falling_due for event in told} == {
            key: falling_due(loan) for key, loan in loans.items()
        }
        balloons = {event.number: event.falling_due.balloon for event in told}
        # The golden case's of the balance that its schedule has; and of a higher one, paid on by hand.
        assert (balloons["L-0"], balloons["L-1"]) == (Decimal("8303919.05"), Decimal("8341172.68"))
        assert balloons["L-3"] == Decimal("9900000.00")
        assert (balloons["L-4"], balloons["L-5"], balloons["L-6"]) == (None, 0, 0)


class TestAFloatingLoanOfABook:
    HEADER = (
        "loanNumber,loanName,originalBalance,currentBalance,rate,rateType,index,spread,rateFloor,lookbackDays,resetMonths,"
        "firstResetDate,indexRounding,rateSetting,indexCalendar,fixedRate,fixedUntil,originationDate,firstPaymentDate,"
        "maturityDate,asOf\r\n"
    )
    ROW = (
        "F-1,Pier,25000000,25000000,6.83%,floating,SOFR30DAYAVG,2.50%,3.50%,2,3,2025-04-15,up_to_eighth_percent,"
        "in_advance,sofr,5.00%,2025-04-15,2025-01-15,2025-02-15,2028-01-15,2025-12-31\r\n"
    )

    async def test_has_the_terms_that_its_rate_is_made_of(self, office):
        work = await office.bring(self.HEADER + self.ROW, "floating.csv")
        assert work.created == 1, (work.rejected, work.error)
        floating = (await office.loan("F-1")).terms.floating
        assert msgspec.to_builtins(floating, str_keys=True) == {
            **msgspec.to_builtins(FloatingTerms(index="SOFR30DAYAVG", spread=Decimal("0.025"))),
            "rateFloor": "0.035",
            "lookbackBusinessDays": 2,
            "resetMonths": 3,
            "firstResetDate": "2025-04-15",
            "rounding": "up_to_eighth_percent",
            "calendar": "sofr",
            "fixedRate": "0.05",
            "fixedUntil": "2025-04-15",
        }

    async def test_keeps_what_a_person_said_and_a_later_tape_does_not(self, office):
        await office.bring(self.HEADER + self.ROW, "floating.csv")
        later = (
            "loanNumber,originalBalance,currentBalance,rate,rateType,index,spread,originationDate,maturityDate,asOf\r\n"
        )
        row = "F-1,25000000,25000000,6.90%,floating,SOFR30DAYAVG,2.50%,2025-01-15,2028-01-15,2026-01-31\r\n"
        await office.bring(later + row, "later.csv")
        assert (await office.loan("F-1")).terms.floating.fixed_rate == Decimal("0.05")

    async def test_has_its_past_and_its_present_as_soon_as_it_is_imported_or_given_back(self, office):
        async with office.documents.unit(org="org-1", actor="ann", business_date=TODAY) as unit:
            await load_sample(unit=unit)
        years = {"2025-01-15": "2023-01-15", "2025-02-15": "2023-02-15", "2025-04-15": "2023-04-15"}
        tape = self.HEADER + self.ROW
        for later, earlier in years.items():
            tape = tape.replace(later, earlier)
        work = await office.bring(tape, "floating.csv")
        higher = await office.bring(tape.replace("2.50%", "4.50%"), "spread.csv")

        async def july(ended: Import) -> Decimal:
            sequence = await office.documents.sequence("org-1")
            event = ImportEnded(
                **dict.fromkeys(("loans", "created", "updated", "unchanged", "refused", "differs", "missing"), 0),
                import_id=ended.id,
                file_name=ended.file_name,
                requested_by="ann",
                dry_run=False,
                outcome=ImportOutcome.DONE,
                error=None,
            )
            message = Message(
                service="loans", org="org-1", sequence=sequence, at=now(), business_date=TODAY, events=(event,)
            )
            await retell(office.documents, message, on=TODAY)
            entries = await office.documents.entries("org-1", after=sequence)
            events = [event for entry in entries for event in LOANS_EVENTS.decode(bytes(entry.events))]
            months = [one for event in events if isinstance(event, PeriodsRecorded) for one in event.periods]
            (rate,) = [one.rate for one in months if one.month == datetime.date(2024, 7, 1)]
            return rate

        # The average of 2024-07-11, two business days before the reset, is 5.33741 %: 5.375 % in eighths.
        assert await july(higher) == Decimal("0.09875")
        await office.undo(higher)
        assert await july(higher) == Decimal("0.07875")
        assert await july(work) == Decimal("0.07875")
