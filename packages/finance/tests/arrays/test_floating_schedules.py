"""The array engine for loans of any rate: every cell is what the plain life of the loan says."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realinsights_finance import DayCount, in_cents
from realinsights_finance.arrays import (
    FloatingColumns,
    LoanColumns,
    RateChanges,
    TermsColumns,
    floating_schedules,
    schedules,
)
from realinsights_finance.rates import (
    FixedRate,
    Fixings,
    FloatingRate,
    FloatingTerms,
    ForwardCurve,
    Interpolation,
    Market,
    stepped_rate,
)
from realinsights_finance.repayment import (
    InterestOnly,
    LevelPayment,
    life,
)
from realinsights_finance.rounding import USUAL, InterestRounding, PaymentRounding, Rounding
from realinsights_finance.time import AccrualPeriod, Interval, PeriodRule, accrual_periods

from .floating_loans import DATE, MARKET, a_loan, floats, scaled


def assert_equal(loans, market=MARKET):
    columns = LoanColumns.of(loans)
    computed = floating_schedules(columns, market)
    assert computed.balances[0].tolist() == [in_cents(loan.principal) for loan in loans]
    due_dates, principal, payments = computed.due_dates(), computed.principal, computed.payments
    for place, loan in enumerate(loans):
        rows = life(loan)
        count = len(rows)
        assert computed.rates[:count, place].tolist() == [scaled(row.rates[0].rate) for row in rows]
        assert computed.interest[:count, place].tolist() == [in_cents(row.interest) for row in rows]
        assert principal[:count, place].tolist() == [in_cents(row.principal) for row in rows]
        assert payments[:count, place].tolist() == [in_cents(row.payment) for row in rows]
        assert computed.balances[1 : count + 1, place].tolist() == [in_cents(row.ending_balance) for row in rows]
        assert due_dates[:count, place].tolist() == [row.due_date for row in rows]
        assert computed.installments[place] == count
        for cells in (computed.rates[count:], computed.interest[count:], computed.balances[count + 1 :]):
            assert not cells[:, place].any()


class TestEveryCellEqualsThePlainLife:
    @given(data=st.data())
    @settings(max_examples=60)
    def test_of_loans_of_every_kind_side_by_side(self, any_loan, data):
        assert_equal(data.draw(st.lists(any_loan, min_size=1, max_size=4)))

    @pytest.mark.slow
    @given(data=st.data())
    @settings(max_examples=60)
    def test_of_many_loans_of_every_kind_side_by_side(self, any_loan, data):
        assert_equal(data.draw(st.lists(any_loan, min_size=4, max_size=12)))

    @pytest.mark.parametrize("rounding", InterestRounding)
    @pytest.mark.parametrize("rate", [Decimal("0.0525"), Decimal("-0.0525")])
    def test_of_interest_that_ends_in_exactly_half_a_cent(self, rate, rounding):
        # 5.25 % / 12 is 7/1600: every 800th cent of balance makes a tie, at a rate below zero too.
        assert_equal([
            a_loan(principal=Decimal(cents) / 100, rate=floats(spread=rate, ceiling=rate, rate_floor=rate),
                   rounding=Rounding(interest=rounding), end=DATE(2020, 4, 1))
            for cents in range(800, 800 * 60, 1600)
        ])  # fmt: skip

    def test_of_ties_in_a_period_whose_rate_changes(self):
        # 20 days at 4.5 % and 10 at 6.75 % of 360 are 7/1600 once more.
        rate = stepped_rate([(DATE(2020, 1, 1), Decimal("0.045")), (DATE(2020, 1, 21), Decimal("0.0675"))])
        loans = [a_loan(principal=Decimal(cents) / 100, rate=rate) for cents in range(800, 800 * 60, 1600)]
        assert floating_schedules(LoanColumns.of(loans), MARKET).interest[0].tolist() == [
            (cents * 7 + 800) // 1600 for cents in range(800, 800 * 60, 1600)
        ]
        assert_equal(loans)

    @pytest.mark.parametrize("rounding", InterestRounding)
    def test_of_ties_at_a_rate_that_no_decimal_is(self, rounding):
        # On the 11th, a third of the way from 4 % to 5 %: each $18.00 bears 6.5 cents.
        curve = ForwardCurve(
            index="thirds", as_of=DATE(2020, 1, 1), interpolation=Interpolation.LINEAR, until=DATE(2030, 1, 1),
            points=((DATE(2020, 1, 1), Decimal("0.04")), (DATE(2020, 1, 31), Decimal("0.05"))),
        )  # fmt: skip
        market = Market(business_date=DATE(2020, 1, 1), fixings=Fixings(), curves=(curve,))
        rate = FloatingRate(terms=FloatingTerms(index="thirds", spread=Decimal(0)), market=market)
        loans = [
            a_loan(DATE(2020, 1, 11), DATE(2020, 5, 11), principal=Decimal(18 * odd), rate=rate,
                   rounding=Rounding(interest=rounding), repayment=rule)
            for odd in range(1, 60, 2)
            for rule in (InterestOnly(), LevelPayment(periods=4, reamortizes=True))
        ]  # fmt: skip
        assert_equal(loans, market)

    def test_of_a_payment_computed_anew_that_ends_in_exactly_half_a_cent(self):
        rate = stepped_rate([(DATE(2020, 1, 1), Decimal("0.05")), (DATE(2020, 2, 1), Decimal(0))])
        for rounding, second in ((PaymentRounding.CENT, 2), (PaymentRounding.CENT_UP, 1)):
            loan = a_loan(
                principal=Decimal("0.04"), rate=rate, repayment=LevelPayment(periods=3, reamortizes=True),
                rounding=Rounding(payment=rounding),
            )  # fmt: skip
            computed = floating_schedules(LoanColumns.of([loan]), MARKET)
            assert computed.payments[1, 0] == second
            assert_equal([loan])

    @pytest.mark.parametrize(
        ("start", "end", "day"),
        [(DATE(2020, 1, 31), DATE(2021, 7, 31), 31), (DATE(2020, 2, 29), DATE(2022, 2, 28), 30),
         (DATE(2020, 2, 29), DATE(2022, 2, 28), 29), (DATE(2020, 1, 6), DATE(2022, 1, 20), 6)],
    )  # fmt: skip
    def test_of_loans_on_every_payment_day_that_their_periods_show(self, start, end, day):
        periods = accrual_periods(start, end, PeriodRule(interval=Interval.MONTHLY, anchor=start, day=day))
        assert_equal([a_loan(periods=periods, rate=floats(), day_count=each) for each in DayCount])

    @pytest.mark.parametrize("interest", InterestRounding)
    def test_of_negative_interest_that_is_paid_while_loans_amortize_and_not_before(self, interest):
        # A payment of less than half a dollar is rounded to none; what a negative rate owes the borrower repays.
        assert_equal([
            a_loan(principal=principal, rate=FixedRate(Decimal("-0.05")), repayment=rule,
                   rounding=Rounding(interest=interest, payment=payment))
            for principal in (Decimal("3.24"), Decimal("5000.00"))
            for payment in (PaymentRounding.CENT, PaymentRounding.DOLLAR)
            for rule in (InterestOnly(), *(LevelPayment(periods=20, interest_only=months) for months in (0, 5)))
        ])  # fmt: skip

    @pytest.mark.parametrize("day_count", DayCount)
    def test_of_the_largest_loan_at_the_highest_rates_over_the_longest_periods(self, day_count):
        steps = ((DATE(2096, 2, 29), Decimal("0.999999999999")), (DATE(2130, 5, 5), Decimal(1)))
        start, first, interval = DATE(2096, 2, 29), DATE(2101, 1, 31), Interval.ANNUAL
        cut = accrual_periods(first, DATE(2195, 12, 31), PeriodRule(interval=interval, anchor=first))
        periods = [AccrualPeriod(number=1, start=start, end=first, payment_date=first, regular=False)]
        periods += [replace(period, number=period.number + 1) for period in cut]
        assert_equal([
            a_loan(principal=Decimal("100000000000.00"), rate=stepped_rate(steps), day_count=day_count,
                   periods=tuple(periods), interval=interval, repayment=rule)
            for rule in (InterestOnly(), LevelPayment(periods=99, reamortizes=True))
        ])  # fmt: skip

    @pytest.mark.parametrize("interest", [InterestRounding.HALF_UP, InterestRounding.CARRIED])
    def test_of_more_loans_than_fit_a_block(self, interest):
        loans = [
            a_loan(
                principal=Decimal(1_000_000 + 17 * number), end=DATE(2020, 3, 1),
                rate=floats(spread=Decimal(300 + number % 500) / 10000),
                rounding=Rounding(interest=interest if number % 3 else InterestRounding.DOWN),
                repayment=LevelPayment(periods=300, reamortizes=True),
            )
            for number in range(4150)
        ]  # fmt: skip
        computed = floating_schedules(LoanColumns.of(loans), MARKET)
        for place in (0, 1, 4094, 4095, 4096, 4097, 4149):
            rows = life(loans[place])
            assert computed.interest[:, place].tolist() == [in_cents(row.interest) for row in rows]
            assert computed.balances[1:, place].tolist() == [in_cents(row.ending_balance) for row in rows]

    @given(data=st.data())
    @settings(max_examples=30)
    def test_of_fixed_loans_as_the_array_of_fixed_loans_has_it(self, loan_terms, data):
        terms = [replace(each, rounding=USUAL) for each in data.draw(st.lists(loan_terms, min_size=1, max_size=4))]
        # Short last periods of 30/360 are cut to a whole one in schedules of fixed loans alone.
        columns = TermsColumns.of([replace(each, day_count=DayCount.ACTUAL_360) for each in terms])
        columns.effective_rate[:] = False
        loans = np.arange(len(terms), dtype=np.int64)
        fixed = LoanColumns(
            terms=columns,
            changes=RateChanges.stated(loans, columns.start, columns.rate),
            floating=FloatingColumns.of([]),
        )
        computed, expected = floating_schedules(fixed, MARKET), schedules(columns)
        assert (computed.interest == expected.interest).all()
        assert (computed.balances == expected.balances).all()
