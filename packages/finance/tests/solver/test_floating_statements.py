"""Statements of floating loans: each convention is found again under the rates of the months."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest

from realinsights_finance import DayCount
from realinsights_finance.rates.paths import stepped_rate
from realinsights_finance.repayment import LevelPayment, Loan, life
from realinsights_finance.repayment.rules import INTEREST_ONLY
from realinsights_finance.rounding import InterestRounding, Rounding
from realinsights_finance.solver import AccrualDates, KnownTerms, PaymentRule, StatementRow, Status, solve, statement
from realinsights_finance.time import Interval, PeriodRule, accrual_periods

DATE = datetime.date
PRINCIPAL = Decimal("12345678.90")
PERIODS = accrual_periods(
    DATE(2023, 1, 15), DATE(2026, 1, 15), PeriodRule(interval=Interval.MONTHLY, anchor=DATE(2023, 2, 15))
)
# No two months alike, as Term SOFR of one month and a spread of 2.65 %.
RATES = tuple(Decimal("0.0265") + Decimal("0.0430000") + Decimal(number * 137 % 901) / 10**7 for number in range(36))


def printed(rows=None, *, repayment=INTEREST_ONLY, **changes):
    """Return the statement that the library prints of a floating loan, and what a tape says of it."""
    loan = Loan(
        principal=PRINCIPAL, periods=PERIODS, interval=Interval.MONTHLY,
        rate=stepped_rate(zip((period.start for period in PERIODS), RATES, strict=True)),
        repayment=repayment, **changes,
    )  # fmt: skip
    told = [
        StatementRow(
            due_date=row.due_date, beginning_balance=row.beginning_balance, interest=row.interest,
            principal=row.principal, ending_balance=row.ending_balance,
        )
        for row in life(loan)[:rows]
    ]  # fmt: skip
    rates = tuple((row.due_date, rate) for row, rate in zip(told, RATES, strict=False))
    known = KnownTerms(principal=PRINCIPAL, first_payment=DATE(2023, 2, 15), maturity=DATE(2026, 1, 15), rates=rates)
    return statement(told), known


@pytest.mark.parametrize("day_count", DayCount)
@pytest.mark.parametrize("rounding", [each for each in InterestRounding if each is not InterestRounding.CARRIED])
def test_each_day_count_and_rounding_is_found_again(day_count, rounding):
    said, known = printed(day_count=day_count, rounding=Rounding(interest=rounding))
    solution = solve(said, known, rows=True)
    assert solution.status in {Status.MATCHED, Status.TIED}
    assert (day_count, rounding, AccrualDates.DUE_TO_DUE) in {
        (found.day_count, found.interest_rounding, found.accrual_dates) for found in solution.conventions
    }
    assert {found.payment_rule for found in solution.conventions} == {PaymentRule.INTEREST_ONLY}
    assert {found.rate for found in solution.conventions} == {None}
    assert [row.interest for row in solution.computed] == [row.interest for row in said.rows]


def test_another_day_count_than_all_that_fit_is_not_among_them():
    said, known = printed(day_count=DayCount.ACTUAL_365_FIXED)
    assert {found.day_count for found in solve(said, known).conventions} == {DayCount.ACTUAL_365_FIXED}


def test_one_cent_off_is_the_first_difference():
    said, known = printed(24)
    rows = list(said.rows)
    rows[7] = replace(rows[7], interest=rows[7].interest + Decimal("0.01"))
    solution = solve(replace(said, rows=tuple(rows)), known)
    assert (solution.status, solution.matched_rows) == (Status.DIFFERS, 7)
    assert solution.first_difference.reported - solution.first_difference.computed == Decimal("0.01")


def test_a_stated_payment_is_found_with_the_interest_of_each_rate():
    payment = Decimal("90000.00")
    said, known = printed(30, repayment=LevelPayment(periods=1, payment=payment))
    solution = solve(said, known)
    assert solution.status is Status.MATCHED
    assert {(found.payment_rule, found.payment) for found in solution.conventions} == {
        (PaymentRule.LEVEL_STATED, payment)
    }


def test_principal_that_is_computed_anew_at_each_reset_is_taken_as_reported():
    said, known = printed(30, repayment=LevelPayment(periods=360, reamortizes=True), day_count=DayCount.THIRTY_360)
    solution = solve(said, known)
    assert solution.status is Status.MATCHED
    assert {found.payment_rule for found in solution.conventions} == {PaymentRule.AS_REPORTED}
    assert DayCount.THIRTY_360 in {found.day_count for found in solution.conventions}
    assert DayCount.ACTUAL_360 not in {found.day_count for found in solution.conventions}


def test_the_interest_of_a_month_without_a_rate_is_held_against_nothing():
    said, known = printed(12)
    rates = tuple(rate for place, rate in enumerate(known.rates) if place != 4)
    rows = list(said.rows)
    rows[4] = replace(rows[4], interest=Decimal("1.00"))
    solution = solve(replace(said, rows=tuple(rows)), replace(known, rates=rates), rows=True)
    assert solution.status in {Status.MATCHED, Status.TIED}
    assert solution.computed[4].interest is None
    assert solution.computed[5].interest == rows[5].interest


def test_a_rate_of_all_8_decimals_may_have_been_rounded_there():
    said, known = printed(12)
    # Half of the eighth decimal on 12,345,678.90 is half a cent a month.
    near = tuple((due, rate + Decimal("0.000000004")) for due, rate in known.rates)
    rounded = tuple((due, rate.quantize(Decimal("1e-8")) + Decimal("1e-8")) for due, rate in known.rates)
    assert solve(said, replace(known, rates=rounded)).status is not Status.DIFFERS
    assert solve(said, replace(known, rates=near)).status is not Status.DIFFERS
    far = tuple((due, rate + Decimal("1e-6")) for due, rate in known.rates)
    assert solve(said, replace(known, rates=far)).status is Status.DIFFERS
