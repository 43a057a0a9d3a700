"""`realinsights schedule` prints what the finance package computes."""

from __future__ import annotations

import csv
import datetime
import io
import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from realinsights.loans.model.terms import NoteTerms
from realinsights.loans.queries.schedules import ScheduleDraft, loan_of_draft, schedule_of

LOAN = ("schedule", "--principal", "10000000", "--rate", "5.25%", "--term", "120", "--amortization", "360")
STARTS = ("--start", "2025-01-01")


class TestSchedule:
    def test_prints_one_json_document(self, run: Any) -> None:
        answer = run(*LOAN, *STARTS, "--json")
        assert answer.code == 0
        assert answer.error == ""
        assert answer.document["levelPayment"] == "55220.37"
        assert answer.document["totalInterest"] == "4912683.71"
        assert answer.document["dueAtMaturity"] == "8341459.68"
        assert answer.document["installments"][1] == {
            "number": 2,
            "periodStart": "2025-02-01",
            "periodEnd": "2025-03-01",
            "dueDate": "2025-03-01",
            "days": 28,
            "beginningBalance": "9989987.96",
            "interest": "40792.45",
            "principal": "14427.92",
            "payment": "55220.37",
            "endingBalance": "9975560.04",
            "capitalized": "0.00",
            "curtailed": "0.00",
            "drawn": "0.00",
            "unusedFee": "0.00",
        }

    def test_prints_what_the_api_answers_of_the_same_terms(self, run: Any) -> None:
        day = datetime.date.fromisoformat
        draft = ScheduleDraft(
            original_balance=Decimal("10000000.00"),
            origination_date=day("2025-01-01"),
            maturity_date=day("2035-01-01"),
            rate=Decimal("0.0525"),
            terms=NoteTerms(first_payment_date=day("2025-02-01"), amortization_months=360),
        )
        told = msgspec.structs.replace(schedule_of(loan_of_draft(draft)), loan_id=None, number=None)
        told_as_json = json.loads(msgspec.json.Encoder(decimal_format="string").encode(told))
        assert run(*LOAN, *STARTS, "--json").document == told_as_json
        assert told_as_json["weightedAverageLifeYears"]

    def test_says_nothing_of_interest_only_where_there_is_none(self, run: Any) -> None:
        assert "for the first" not in run(*LOAN, *STARTS, "--json").document["howComputed"]["principal"]
        interest_only = run(*LOAN, *STARTS, "--interest-only", "24", "--json").document
        assert interest_only["howComputed"]["principal"].startswith("zero for the first 24 installments, then")

    def test_prints_csv_that_adds_up(self, run: Any) -> None:
        rows = list(csv.DictReader(io.StringIO(run(*LOAN, *STARTS, "--format", "csv").out)))
        assert len(rows) == 120
        assert rows[-1]["principal"] == "8303919.05"
        assert rows[-1]["endingBalance"] == "0.00"

    def test_prints_a_table_for_people(self, run: Any) -> None:
        answer = run(*LOAN, *STARTS, "--day-count", "30_360")
        assert "43,750.00" in answer.out
        assert "8,250,048.40" in answer.out

    def test_counts_interest_only_months_first(self, run: Any) -> None:
        document = run(*LOAN, *STARTS, "--interest-only", "24", "--json").document
        assert [row["principal"] for row in document["installments"][22:25]] == ["0.00", "0.00", "10012.04"]

    def test_starts_a_month_before_the_first_payment(self, run: Any) -> None:
        by_payment = run(*LOAN, "--first-payment", "2025-02-01", "--json").document
        assert by_payment == run(*LOAN, *STARTS, "--json").document

    def test_a_due_day_at_the_end_of_the_month_comes_back_after_february(self, run: Any) -> None:
        rows = run(*LOAN, "--start", "2024-12-31", "--json").document["installments"]
        assert [row["dueDate"] for row in rows[:3]] == ["2025-01-31", "2025-02-28", "2025-03-31"]

    @pytest.mark.parametrize(("rate", "code"), [("0.0525", 0), ("5.25 %", 0), ("525%", 1), ("-1%", 1)])
    def test_a_rate_is_a_fraction_or_says_percent(self, run: Any, rate: str, code: int) -> None:
        answer = run("schedule", "--principal", "1,000,000.00", "--rate", rate, "--term", "12", *STARTS)
        assert answer.code == code
        if code:
            assert "--rate" in answer.error
            assert answer.out == ""

    @pytest.mark.parametrize(
        ("wrong", "complaint"),
        [
            (("--term", "abc"), "--term"),
            (("--term", "0"), "--term"),
            (("--principal", "ten"), "'ten' is not a number"),
            (("--principal", "NaN"), "'NaN' is not a number"),
            (("--start", "2025-02-30"), "is not a date that exists"),
            (("--day-count", "lunar"), "actual_360"),
            (("--no-such-option",), "--no-such-option"),
        ],
    )
    def test_wrong_usage_ends_with_2_and_says_what_is_wrong(
        self, run: Any, wrong: tuple[str, ...], complaint: str
    ) -> None:
        answer = run(*LOAN, *STARTS, *wrong)
        assert answer.code == 2
        assert complaint in answer.error
        assert answer.out == ""

    @pytest.mark.parametrize(
        ("impossible", "option"),
        [
            (("--term", "12000"), "--term"),
            (("--term", "999999999"), "--term"),
            (("--amortization", "0"), "--amortization"),
            (("--interest-only", "-1"), "--interest-only"),
            (("--first-payment", "2024-12-01"), "--start"),
            (("--principal", "0"), "--principal"),
        ],
    )
    def test_terms_that_make_no_loan_are_refused_with_the_option_to_change(
        self, run: Any, impossible: tuple[str, ...], option: str
    ) -> None:
        answer = run(*LOAN, *STARTS, *impossible)
        assert answer.code == 1
        assert option in answer.error
        assert answer.out == ""

    def test_a_start_has_to_be_said(self, run: Any) -> None:
        answer = run(*LOAN)
        assert answer.code == 2
        assert "--start YYYY-MM-DD" in answer.error


class TestAPlannedLoan:
    # $1,200,000 at 6 % on 30/360: a month's interest on it is 6,000.00.
    YEAR = ("schedule", "--principal", "1200000", "--rate", "6%", "--term", "12", *STARTS, "--day-count", "30_360")

    def test_has_the_same_principal_each_period(self, run: Any) -> None:
        told = run(*self.YEAR, "--fixed-principal", "50,000", "--interest-only", "3", "--json").document
        assert [row["principal"] for row in told["installments"][2:4]] == ["0.00", "50000.00"]
        assert (told["totalInterest"], told["balloonPrincipal"]) == ("63000.00", "800000.00")
        assert "none: principal and interest are each due" in run(*self.YEAR, "--fixed-principal", "50000").out

    def test_has_the_principal_that_is_listed(self, run: Any) -> None:
        listed = ("--principal-due", "2025-03-01=100000", "--principal-due", "2025-06-01=250,000.00")
        told = run(*self.YEAR, *listed, "--json").document
        assert {row["dueDate"]: row["principal"] for row in told["installments"] if row["principal"] != "0.00"} == {
            "2025-03-01": "100000.00",
            "2025-06-01": "250000.00",
            "2026-01-01": "850000.00",
        }

    def test_has_the_steps_of_its_rate(self, run: Any) -> None:
        rows = list(csv.DictReader(io.StringIO(run(*self.YEAR, "--rate-from", "2025-06-15=7%", "--format", "csv").out)))
        assert [row["interest"] for row in rows[4:7]] == ["6000.00", "6533.33", "7000.00"]

    def test_is_paid_each_week(self, run: Any) -> None:
        weekly = ("--frequency", "weekly", "--amortization", "360", "--interest-only", "6")
        document = run(*self.YEAR, "--day-count", "actual_360", *weekly, "--json").document
        rows = document["installments"]
        # 1,200,000 x 6 % x 7 / 360, and 26 weeks of interest alone.
        assert (len(rows), rows[0]["dueDate"], rows[0]["interest"]) == (52, "2025-01-08", "1400.00")
        assert [row["principal"] for row in rows[24:27]] == ["0.00", "0.00", "259.16"]
        assert document["levelPayment"] == "1659.16"

    def test_is_paid_in_advance(self, run: Any) -> None:
        document = run(*self.YEAR, "--fixed-principal", "50000", "--in-advance", "--json").document
        rows = document["installments"]
        assert [(row["dueDate"], row["payment"]) for row in (rows[0], *rows[-2:])] == [
            ("2025-01-01", "55750.00"),
            ("2025-12-01", "53000.00"),
            ("2026-01-01", "600000.00"),
        ]
        level = run(*self.YEAR, "--amortization", "360", "--in-advance", "--json").document
        assert level["levelPayment"] == "7181.79"

    def test_is_paid_twice_a_month(self, run: Any) -> None:
        twice = ("--frequency", "semi_monthly", "--start", "2024-12-31")
        rows = run(*self.YEAR, *twice, "--json").document["installments"]
        assert [row["dueDate"] for row in rows[:4]] == ["2025-01-15", "2025-01-31", "2025-02-15", "2025-02-28"]
        assert rows[-1]["dueDate"] == "2025-12-31"

    def test_in_kind_shows_what_is_added_to_what_is_owed(self, run: Any) -> None:
        told = run(*self.YEAR, "--pay-rate", "0", "--format", "csv").out.splitlines()
        assert told[0].endswith(",interest,principal,payment,endingBalance,capitalized")
        assert told[2].endswith(",1206000.00,6030.00,0.00,0.00,1212030.00,6030.00")
        assert "Capitalized" in run(*self.YEAR, "--capitalizing-payment", "5000").out

    def test_shows_what_is_prepaid_in_part(self, run: Any) -> None:
        curtailed = ("--amortization", "360", "--curtail", "2025-03-16=200000:reamortize")
        told = run(*self.YEAR, *curtailed, "--format", "csv").out.splitlines()
        assert told[0].endswith(",payment,endingBalance,curtailed")
        assert told[3].endswith(",200000.00")
        assert "Curtailed" in run(*self.YEAR, "--curtail", "2025-03-16=200000").out

    def test_shows_what_is_drawn_and_the_fee_on_the_rest(self, run: Any) -> None:
        funded = ("--commitment", "2000000", "--draw", "2025-02-11=300000", "--unused-fee", "0.5%")
        told = run(*self.YEAR, *funded, "--format", "csv").out.splitlines()
        assert told[0].endswith(",payment,endingBalance,drawn,unusedFee")
        assert told[2].endswith(",7000.00,0.00,7250.00,1500000.00,300000.00,250.00")
        assert "Unused fee" in run(*self.YEAR, *funded, "--unused-fee-day-count", "actual_360").out

    def test_is_repaid_by_cash_after_its_anticipated_repayment(self, run: Any) -> None:
        hyper = ("--amortization", "360", "--anticipated-repayment", "2025-07-01", "--cash-after", "50000")
        told = run(*self.YEAR, *hyper, "--json").document
        assert [row["payment"] for row in told["installments"][5:7]] == ["7194.61", "50000.00"]

    @pytest.mark.parametrize(
        ("wrong", "code", "complaint"),
        [
            (("--principal-due", "2025-03-01"), 2, "is no date and number"),
            (("--draw", "2025-03-16=1"), 1, "--commitment"),
            (("--commitment", "1200001", "--draw", "2025-03-16=1.01"), 1, "--draw"),
            (("--curtail", "2025-03-16=1:later"), 2, "neither shorten nor reamortize"),
            (("--curtail", "2025-03-16=1:reamortize"), 1, "--curtail"),
            (("--principal-due", "2025-03-15=1"), 1, "2025-03-15 is due on no payment date"),
            (("--principal-due", "2025-03-01=1", "--fixed-principal", "5"), 1, "--principal-due"),
            (("--principal-due", "2027-03-01=1"), 1, "--principal-due"),
            (("--cash-after", "1000"), 1, "--cash-after"),
            (("--pay-rate", "6%"), 1, "--pay-rate"),
        ],
    )
    def test_says_what_is_wrong(self, run: Any, wrong: tuple[str, ...], code: int, complaint: str) -> None:
        answer = run(*self.YEAR, *wrong)
        assert (answer.code, answer.out) == (code, "")
        assert complaint in answer.error
