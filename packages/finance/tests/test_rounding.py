"""Rounding as a convention of the loan."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realinsights_finance import (
    DayCount,
    InvalidTerms,
    balloon_principal,
    in_cents,
    level_payment,
    schedule,
    unpaid_balance,
)
from realinsights_finance.arrays import TermsColumns, schedules
from realinsights_finance.rounding import InterestRounding, PaymentRounding, Rounding


def first_interest(a_loan, principal, rounding, **changes):
    terms = a_loan(principal=Decimal(principal), day_count=DayCount.THIRTY_360, rounding=rounding, **changes)
    return schedule(terms).installments[0].interest


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        # 5.25 % / 12 of 1,600 cents is 7 cents exactly; of 800, 3.5; of 2,400, 10.5; of 1,000, 4.375.
        (InterestRounding.HALF_UP, ["0.07", "0.04", "0.11", "0.04"]),
        (InterestRounding.HALF_EVEN, ["0.07", "0.04", "0.10", "0.04"]),
        (InterestRounding.DOWN, ["0.07", "0.03", "0.10", "0.04"]),
        (InterestRounding.UP, ["0.07", "0.04", "0.11", "0.05"]),
        (InterestRounding.CARRIED, ["0.07", "0.04", "0.11", "0.04"]),
    ],
)
def test_interest_becomes_cents_by_the_loans_convention(a_loan, rounding, expected):
    said = Rounding(interest=rounding)
    principals = ["16.00", "8.00", "24.00", "10.00"]
    found = [first_interest(a_loan, principal, said, amortization_months=None) for principal in principals]
    assert found == [Decimal(amount) for amount in expected]


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        (PaymentRounding.CENT, "55220.37"),
        (PaymentRounding.CENT_UP, "55220.38"),  # exactly 55,220.3702141898
        (PaymentRounding.DOLLAR, "55220.00"),
        (PaymentRounding.DOLLAR_UP, "55221.00"),
    ],
)
def test_the_level_payment_is_rounded_by_the_loans_convention(a_loan, rounding, expected):
    terms = a_loan(
        principal=Decimal(10_000_000),
        rate=Decimal("0.0525"),
        amortization_months=360,
        rounding=Rounding(payment=rounding),
    )
    assert terms.level_payment() == Decimal(expected)


@pytest.mark.parametrize("rounding", PaymentRounding)
def test_a_payment_of_whole_units_stays_as_it_is(rounding):
    assert level_payment(Decimal(1_200_000), Fraction(0), 120, rounding) == Decimal("10000.00")
    assert level_payment(Decimal(100), Fraction(1, 100), 1, rounding) == Decimal("101.00")


def test_a_daily_rate_is_rounded_before_it_is_multiplied_by_days(a_loan):
    # 5.25 % / 360 is 0.000145833...: 0.00014583 of 10,000,000 for 31 days is 45,207.30, unrounded 45,208.33.
    terms = a_loan(
        principal=Decimal(10_000_000), rate=Decimal("0.0525"), day_count=DayCount.ACTUAL_360,
        rounding=Rounding(daily_rate_decimals=8),
    )  # fmt: skip
    assert terms.accrual_rate == Decimal("0.0524988")
    assert schedule(terms).installments[0].interest == Decimal("45207.30")


def test_balances_that_are_carried_leave_those_that_are_rounded_by_cents(a_loan):
    rounded = a_loan(principal=Decimal(1_000_000), rate=Decimal("0.06"), day_count=DayCount.THIRTY_360)
    carried = a_loan(
        principal=Decimal(1_000_000), rate=Decimal("0.06"), day_count=DayCount.THIRTY_360,
        rounding=Rounding(interest=InterestRounding.CARRIED),
    )  # fmt: skip
    rows, others = schedule(carried).installments, schedule(rounded).installments
    # The exact balance after k payments of 5,995.51 is 1,000,000 x 1.005^k - 5,995.51 x (1.005^k - 1) / 0.005.
    for row in rows[:-1]:
        grown = Fraction("1.005") ** row.number
        exact = 1_000_000 * grown - Fraction("5995.51") * (grown - 1) / Fraction("0.005")
        assert row.ending_balance == Decimal(int(exact * 100 + Fraction(1, 2))) / 100
        assert row.payment == Decimal("5995.51")
    differing = [
        row.number for row, other in zip(rows, others, strict=True) if row.ending_balance != other.ending_balance
    ]
    assert differing
    assert sum(row.principal for row in rows) == 1_000_000


def test_a_carried_balance_that_shows_as_nothing_is_repaid(a_loan):
    # 0.01 bears 0.00004 in a month: a payment of 0.01 leaves as much, which shows as 0.00 and is billed by nobody.
    terms = a_loan(
        principal=Decimal("0.01"), rate=Decimal("0.0525"), day_count=DayCount.THIRTY_360, payment=Decimal("0.01"),
        amortization_months=None, rounding=Rounding(interest=InterestRounding.CARRIED),
    )  # fmt: skip
    (row,) = schedule(terms).installments
    assert (row.principal, row.interest, row.ending_balance) == (Decimal("0.01"), 0, 0)
    assert schedules(TermsColumns.of([terms])).installments.tolist() == [1]
    assert balloon_principal(terms) == 0


@given(data=st.data())
@settings(max_examples=40)
def test_the_balance_without_the_schedule_is_that_of_the_schedule(loan_terms, data):
    terms = data.draw(loan_terms)
    computed = schedule(terms)
    assert balloon_principal(terms) == computed.balloon_principal
    on = data.draw(st.dates(terms.start, terms.maturity))
    if (balance := computed.balance_on(on)) > 0:
        assert unpaid_balance(terms, on) == balance


def test_rounding_a_daily_rate_needs_years_of_as_many_days(a_loan):
    with pytest.raises(InvalidTerms, match=r"rounding\.daily_rate_decimals: needs a day count whose years"):
        a_loan(day_count=DayCount.ACTUAL_ACTUAL_ISDA, rounding=Rounding(daily_rate_decimals=8))
    with pytest.raises(InvalidTerms, match=r"rounding\.daily_rate_decimals: must be 6 to 12"):
        a_loan(rounding=Rounding(daily_rate_decimals=3))


@pytest.mark.parametrize("rounding", InterestRounding)
def test_the_arrays_round_many_real_loans_alike(a_loan, rounding):
    terms = [
        a_loan(
            principal=Decimal(1_000_000 + 12_345 * number),
            rate=Decimal(30_000 + 37 * number) / 1_000_000,
            day_count=tuple(DayCount)[number % 6],
            rounding=Rounding(
                interest=rounding,
                payment=tuple(PaymentRounding)[number % 4],
                daily_rate_decimals=None if number % 6 == 5 or number % 5 else 9,
            ),
        )
        for number in range(300)
    ]
    computed = schedules(TermsColumns.of(terms))
    for loan, each in enumerate(terms):
        rows = schedule(each).installments
        assert computed.interest[: len(rows), loan].tolist() == [in_cents(row.interest) for row in rows]
        assert computed.balances[1 : len(rows) + 1, loan].tolist() == [in_cents(row.ending_balance) for row in rows]
