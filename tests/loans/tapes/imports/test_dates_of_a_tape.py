"""Dates of a tape: inferred from all evidence, its own figures included, or asked for."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from realinsights.loans.tapes.file_dates import date_of

HEADER = (
    "loanNumber,originalBalance,beginningBalance,interest,principal,currentBalance,rate,dayCount,originationDate,"
    "firstPaymentDate,maturityDate,amortizationMonths,paymentFrequency,periodBegin,asOf"
)


def a_tape(row: str, header: str = HEADER) -> str:
    return f"{header}\n{row}\n"


def refusal(work):
    [problem] = work.rejected
    return problem


class TestTheStartOfInterest:
    """$1,200,000 at 6 % Actual/360, interest only, closed on 27 January, first payment on 1 February."""

    ROW = "L-1,1200000,1200000,{interest},0.00,1200000,6%,Actual/360,2021-01-27,2021-02-01,2026-01-01,,monthly,{period}"
    FEBRUARY = "2021-02-01,2021-02-28"

    @pytest.mark.parametrize(("interest", "start"), [("1000.00", None), ("6200.00", datetime.date(2021, 1, 1))])
    async def test_is_what_the_reported_interest_shows(self, office, interest, start):
        work = await office.bring(a_tape(self.ROW.format(interest=interest, period=self.FEBRUARY)), "tape.csv")
        assert (work.created, work.reconciliation.matched) == (1, 1)
        assert (await office.loan("L-1")).terms.interest_start_date == start

    async def test_is_asked_for_where_the_figures_do_not_show_it(self, office):
        row = self.ROW.format(interest="5600.00", period="2021-03-01,2021-03-31")
        problem = refusal(await office.bring(a_tape(row), "tape.csv"))
        assert problem.field == "interestStartDate"
        assert "whether its interest runs from the closing or from 2021-01-01" in problem.reason

    async def test_is_the_one_that_is_stated(self, office):
        row = self.ROW.format(interest="5600.00", period="2021-03-01,2021-03-31") + ",2021-01-01"
        work = await office.bring(a_tape(row, header=HEADER + ",interestStartDate"), "tape.csv")
        assert work.created == 1
        assert (await office.loan("L-1")).terms.interest_start_date == datetime.date(2021, 1, 1)

    async def test_is_not_asked_for_again(self, office):
        await office.bring(a_tape(self.ROW.format(interest="6200.00", period=self.FEBRUARY)), "february.csv")
        march = self.ROW.format(interest="5600.00", period="2021-03-01,2021-03-31")
        work = await office.bring(a_tape(march), "march.csv")
        assert (work.updated, work.reconciliation.matched) == (1, 1)
        assert (await office.loan("L-1")).terms.interest_start_date == datetime.date(2021, 1, 1)

    async def test_is_the_closing_where_the_first_payment_bears_a_long_period(self, office):
        # 45 days from the closing on 18 March to 2 May, 30 from 2 April: 9,000.00 and not 6,000.00.
        row = (
            "L-1,1200000,1200000,9000.00,0.00,1200000,6%,Actual/360,2021-03-18,2021-05-02,2026-04-02,,monthly,"
            "2021-05-01,2021-05-31"
        )
        work = await office.bring(a_tape(row), "tape.csv")
        assert work.reconciliation.matched == 1
        assert (await office.loan("L-1")).terms.interest_start_date == datetime.date(2021, 3, 18)

    async def test_of_a_deal_is_a_whole_period_before_the_first_payment(self, office, ex102, loan):
        said = {
            "originalLoanAmount": "1200000.00",
            "originationDate": "01-27-2021",
            "firstLoanPaymentDueDate": "02-01-2021",
            "maturityDate": "01-01-2026",
        }
        assert (await office.bring(ex102(loan("1", **said)), "deal.xml")).created == 1
        assert (await office.loan("deal/1")).terms.interest_start_date is None


class TestThePaymentDay:
    async def test_is_the_months_last_where_all_dates_are(self, office):
        row = (
            "L-1,1000000,999004.49,5161.52,833.99,998170.50,6%,Actual/360,2025-03-31,2025-04-30,2030-03-31,360,"
            "monthly,2025-05-01,2025-05-31"
        )
        assert (await office.bring(a_tape(row), "tape.csv")).reconciliation.matched == 1

    # 30 April to 30 May are 30 days, to 31 May 31; closed on the 15th, both first periods are of a month.
    @pytest.mark.parametrize(
        ("interest", "principal", "balance", "day"),
        [("5000.00", "0.00", "1000000", 30), ("5166.67", "0.00", "1000000", 31)],
    )
    async def test_is_what_the_reported_interest_shows(self, office, interest, principal, balance, day):
        row = (
            f"L-1,1000000,1000000,{interest},{principal},{balance},6%,Actual/360,2025-03-15,2025-04-30,2030-04-30,,"
            "monthly,2025-05-02,2025-05-31"
        )
        work = await office.bring(a_tape(row), "tape.csv")
        assert work.reconciliation.matched == 1, work.rejected
        assert ((await office.loan("L-1")).terms.payment_day or 30) == day

    async def test_is_asked_for_where_nothing_shows_it(self, office):
        row = "L-1,1000000,,,,1000000,6%,Actual/360,2025-03-15,2025-04-30,2030-04-30,,monthly,,2025-05-31"
        problem = refusal(await office.bring(a_tape(row), "tape.csv"))
        assert problem.field == "paymentDay"
        assert "state 30 or 31 in a column paymentDay" in problem.reason

    @pytest.mark.parametrize(
        # 28 February 2027 to 28 or 29 February 2028: 365 or 366 days.
        ("interest", "day"),
        [("60833.33", 28), ("61000.00", 29)],
    )
    async def test_of_annual_payments_in_february_is_what_a_leap_year_shows(self, office, interest, day):
        row = (
            f"L-1,1000000,1000000,{interest},0.00,1000000,6%,Actual/360,2025-02-28,2026-02-28,2035-02-28,,annual,"
            "2028-02-01,2028-02-29"
        )
        work = await office.bring(a_tape(row), "tape.csv")
        assert work.reconciliation.matched == 1, work.rejected
        assert ((await office.loan("L-1")).terms.payment_day or 28) == day


class TestTheDateOfTheBalances:
    ROW = "L-1,1000000,,,,999004.49,6%,Actual/360,2025-11-01,2025-12-01,2035-11-01,360,monthly,"

    async def test_is_the_one_in_the_files_name_and_is_said(self, office):
        header = HEADER.removesuffix(",asOf")
        work = await office.bring(a_tape(self.ROW, header), "book-2025-12-31.csv")
        assert str((await office.loan("L-1")).balance_as_of) == "2025-12-31"
        assert "taken as of 2025-12-31, the date in the file's name" in work.layout.note

    async def test_is_the_columns_where_there_is_one(self, office):
        work = await office.bring(a_tape(self.ROW + ",2025-12-15"), "book-2025-12-31.csv")
        assert str((await office.loan("L-1")).balance_as_of) == "2025-12-15"
        assert work.layout.note is None

    @pytest.mark.parametrize("name", ["book.csv", "book-2025-12-01-to-2025-12-31.csv", "book-2199-12-31.csv"])
    async def test_is_asked_for_where_nothing_says_it(self, office, name):
        problem = refusal(await office.bring(a_tape(self.ROW, HEADER.removesuffix(",asOf")), name))
        assert problem.field == "asOf"
        assert problem.reason.startswith("no date says of when the balances are")

    async def test_is_the_one_given_with_the_import(self, office):
        tape = a_tape(self.ROW, HEADER.removesuffix(",asOf"))
        await office.bring(tape, "book-2025-11-30.csv", as_of=datetime.date(2025, 12, 31))
        assert str((await office.loan("L-1")).balance_as_of) == "2025-12-31"
        assert (await office.loan("L-1")).current_balance == Decimal("999004.49")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("tape-2025-12-31.csv", "2025-12-31"),
        ("loans_20251231.csv", "2025-12-31"),
        ("12-31-2025 tape.csv", "2025-12-31"),
        ("Loan tape 31Dec2025.csv", "2025-12-31"),
        ("Portfolio December 31, 2025.csv", "2025-12-31"),
        ("folder/2024_02_29.csv", "2024-02-29"),
        ("tape-2025-02-29.csv", None),
        ("tape-2025-12.csv", None),
        ("tape 12.31.25.csv", "2025-12-31"),
        ("tape 31.12.2025.csv", "2025-12-31"),
        ("tape 31-12-2025.csv", "2025-12-31"),
        ("tape 04-05-2025.csv", "2025-04-05"),
        ("tape 04.05.2025.csv", None),
        ("tape 04-05-25.csv", None),
        ("tape 25-12-31.csv", None),
        ("tape December 31st 2025.csv", "2025-12-31"),
        ("Q4 2025 tape.csv", "2025-12-31"),
        ("2025Q3.csv", "2025-09-30"),
        ("4Q2025 and 12.31.25.csv", "2025-12-31"),
        ("Q1 2025 to Q2 2025.csv", None),
        ("account 120251231.csv", None),
        ("2025-11-30 and 2025-12-31.csv", None),
        ("tape.csv", None),
    ],
)
def test_a_date_is_read_in_a_files_name(name, found):
    assert str(date_of(name)) == str(found)
