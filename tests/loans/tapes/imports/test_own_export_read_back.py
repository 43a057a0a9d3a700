"""Our own export, read back: unchanged, and as often as one likes."""

from __future__ import annotations

import csv
import datetime
import io
from decimal import Decimal

import msgspec
import pytest

from realinsights.loans.queries.exports import LOANS_HEADER, loan_rows
from realinsights.loans.queries.lists import LoanFilter
from realinsights.loans.queries.schedules import schedule_of
from realinsights.loans.store import LOANS, PERIODS, PROPERTIES
from realinsights.loans.tapes import headers, own_export
from realinsights_platform.http.answers.csv_tables import lines, streamed
from realinsights_platform.ids import new_id

TODAY = datetime.date(2025, 12, 31)
HEADER = (
    "loanNumber,loanName,lender,originalBalance,beginningBalance,interest,principal,currentBalance,rate,originationDate,"
    "firstPaymentDate,maturityDate,amortizationMonths,asOf,propertyName,state,value,netOperatingIncome"
)
TERMS = "1000000,1000000,5000.00,995.51,999004.49,6%,2025-11-01,2025-12-01,2035-11-01,360,2025-12-31"
ROWS = (
    f"'-77,Seventy-seven,First Bank,{TERMS},Plaza,TX,1600000,120000",
    f"L-1,'+1 Main St,First Bank,{TERMS},North,TX,900000,70000",
    f"L-1,'+1 Main St,First Bank,{TERMS},South,TX,700000,50000",
)
BOOK = "\n".join([HEADER, *ROWS]) + "\n"


async def export(office) -> str:
    pages = loan_rows(office.documents, org="org-1", scope=None, filters=LoanFilter(), on=TODAY, order="number")
    return b"".join([chunk async for chunk in streamed(LOANS_HEADER, pages)]).decode()


def edited(table: str, number: str, **changes: str) -> str:
    rows = list(csv.DictReader(io.StringIO(table)))
    for row in rows:
        if row["Loan number"].lstrip("'") == number:
            row.update(changes)
    return lines([LOANS_HEADER]).decode() + "".join(
        ",".join(f'"{value}"' for value in row.values()) + "\r\n" for row in rows
    )


async def books(office):
    return [sorted(await office.all(kind), key=lambda document: document.id) for kind in (LOANS, PROPERTIES, PERIODS)]


class TestAnExport:
    async def test_changes_nothing_however_often_it_is_read(self, office):
        await office.bring(BOOK, "book.csv")
        before = await books(office)
        for name in ("export.csv", "again.csv"):
            work = await office.bring(await export(office), name)
            assert (work.unchanged, work.updated, work.created, work.refused) == (2, 0, 0, 0), work.rejected
        assert await books(office) == before

    async def test_of_a_deal_changes_nothing(self, office, ex102, loan, asset):
        child = asset("1.01", terms={}, properties=[{"propertyName": "North", "propertyState": "TX"}])
        other = asset("1.02", terms={}, properties=[{"propertyName": "South", "propertyState": "OK"}])
        await office.bring(ex102(loan("1", NumberProperties="2"), child, other, loan("2")), "deal.xml")
        before = await books(office)
        assert (await office.bring(await export(office), "export.csv")).unchanged == 2
        assert await books(office) == before

    async def test_of_what_people_entered_changes_nothing(self, office, a_loan, a_property):
        kept = await office.edit(PROPERTIES, a_property(valuations=[{"amount": "9000000", "asOf": "2025-01-01"}]))
        entered = a_loan(
            number="=2+2",
            properties=[{"propertyId": kept.id}],
            rateType="floating",
            tags=["bridge", "core"],
            terms={"floating": {"index": "SOFR30A", "spread": "0.025", "rateFloor": "0.03"}, "graceDays": 5},
        )
        await office.edit(LOANS, msgspec.structs.replace(entered, version=0))
        before = await books(office)
        assert (await office.bring(await export(office), "export.csv")).unchanged == 1
        assert await books(office) == before

    async def test_tells_names_with_semicolons_in_them_apart(self, office, a_loan, a_property):
        named = [
            await office.edit(PROPERTIES, msgspec.structs.replace(a_property(name=name), id=new_id()))
            for name in ("Oak; Elm", '"Fir" House')
        ]
        entered = a_loan(properties=[{"propertyId": one.id} for one in named])
        await office.edit(LOANS, msgspec.structs.replace(entered, version=0))
        before = await books(office)
        assert (await office.bring(await export(office), "export.csv")).unchanged == 1
        assert await books(office) == before

    async def test_makes_the_same_loans_elsewhere(self, office, another_office, tmp_path):
        await office.bring(BOOK, "book.csv")
        there = await another_office("elsewhere")
        table = await export(office)
        assert (await there.bring(table, "export.csv")).created == 2
        mine, theirs = (list(csv.DictReader(io.StringIO(text))) for text in (table, await export(there)))
        for row in (*mine, *theirs):
            del row["Loan id"]
        assert theirs == mine

    @pytest.mark.parametrize(
        ("change", "field", "value"),
        [
            ({"Rate": "0.065"}, "rate", Decimal("0.065")),
            ({"Maturity date": "2036-11-01"}, "maturity_date", "2036-11-01"),
            ({"Name": "Seventy-eight"}, "name", "Seventy-eight"),
            ({"Tags": "watch; core"}, "tags", ("watch", "core")),
        ],
    )
    async def test_brings_the_cell_that_somebody_changed_and_nothing_else(self, office, change, field, value):
        await office.bring(BOOK, "book.csv")
        before = await office.loan("-77")
        work = await office.bring(edited(await export(office), "-77", **change), "export.csv")
        assert (work.updated, work.unchanged) == (1, 1), work.rejected
        after = await office.loan("-77")
        assert str(getattr(after, field)) == str(value)
        kept = {"version", "sources", "original", field}
        differing = {name for name in before.__struct_fields__ if getattr(before, name) != getattr(after, name)}
        assert differing <= kept
        [period] = [item for item in await office.all(PERIODS) if item.loan_id == after.id]
        assert (period.interest, period.principal) == (Decimal("5000.00"), Decimal("995.51"))

    async def test_does_not_change_what_is_told_of_properties_in_part(self, office):
        await office.bring(BOOK, "book.csv")
        work = await office.bring(edited(await export(office), "-77", Value="1700000.00"), "export.csv")
        assert (work.refused, work.unchanged) == (1, 1)
        assert "change them where they are kept" in work.rejected[0].reason

    @pytest.mark.parametrize(
        ("terms", "rate_type"),
        [
            (
                {
                    "scheduledPrincipal": [
                        {"dueDate": "2026-01-01", "amount": "1000.00"},
                        {"dueDate": "2027-01-01", "amount": "2500000.10"},
                    ]
                },
                "fixed",
            ),
            ({"fixedPrincipal": "25000.00", "interestOnlyMonths": 12}, "fixed"),
            ({"paymentsInAdvance": True, "fixedPrincipal": "25000.00"}, "fixed"),
            (
                {"frequency": "bi_weekly", "firstPaymentDate": "2025-01-15", "amortizationMonths": 360},
                "fixed",
            ),
            ({"payRate": "0"}, "fixed"),
            ({"payRate": "0.02125", "capitalizationLimit": "1.15"}, "fixed"),
            ({"capitalizingPayment": "25000.00", "capitalizationLimit": "1.2"}, "fixed"),
            (
                {
                    "amortizationMonths": 360,
                    "curtailments": [
                        {"paidOn": "2025-03-16", "amount": "100000.00", "effect": "reamortize"},
                        {"paidOn": "2027-03-16", "amount": "50000.10", "effect": "shorten"},
                    ],
                },
                "fixed",
            ),
            (
                {
                    "commitment": "12000000.00",
                    "draws": [
                        {"drawnOn": "2025-03-16", "amount": "100000.00"},
                        {"drawnOn": "2027-03-16", "amount": "50000.10"},
                    ],
                    "unusedFeeRate": "0.0025",
                    "unusedFeeDayCount": "30_360",
                },
                "fixed",
            ),
            ({"amortizationMonths": 360, "cashAfterAnticipatedRepayment": "90000.00"}, "fixed"),
            (
                {
                    "rateSteps": [
                        {"fromDate": "2026-01-01", "rate": "0.055"},
                        {"fromDate": "2028-01-01", "rate": "0.06125"},
                    ]
                },
                "stepped",
            ),
        ],
    )
    async def test_of_a_loan_that_a_plan_computes_makes_it_elsewhere(
        self, office, another_office, a_loan, terms, rate_type
    ):
        expected = "2032-01-01" if "cashAfterAnticipatedRepayment" in terms else None
        entered = a_loan(
            terms={"amortizationMonths": None, **terms}, rateType=rate_type, anticipatedRepaymentDate=expected
        )
        await office.edit(LOANS, msgspec.structs.replace(entered, version=0))
        there = await another_office("elsewhere")
        work = await there.bring(await export(office), "export.csv")
        assert (work.created, work.rejected) == (1, ())
        [brought] = [loan for loan in await there.all(LOANS) if loan.number == entered.number]
        assert (brought.terms, brought.rate_type) == (entered.terms, entered.rate_type)
        assert schedule_of(brought).installments == schedule_of(entered).installments

    def test_has_no_column_that_is_not_known(self):
        known = {choice.header for choice in headers.suggest(LOANS_HEADER)} | {*own_export.NOT_READ}
        assert [name for name in LOANS_HEADER if name not in known] == []


async def test_buildings_that_a_person_entered_stay_where_a_tape_speaks_of_none(office, a_loan, a_property):
    kept = await office.edit(PROPERTIES, a_property())
    entered = a_loan(number="L-1", properties=[{"propertyId": kept.id}])
    await office.edit(LOANS, msgspec.structs.replace(entered, version=0))
    tape = (
        "loanNumber,originalBalance,currentBalance,rate,originationDate,firstPaymentDate,maturityDate,"
        "amortizationMonths,asOf\nL-1,10000000,9876908.66,5.25%,2025-01-01,2025-02-01,2035-01-01,360,2025-12-31\n"
    )
    assert (await office.bring(tape, "tape.csv")).updated == 1
    assert (await office.loan("L-1")).property_ids == (kept.id,)
