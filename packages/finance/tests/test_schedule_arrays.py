"""The array engine: every cell is what the plain schedule says."""

from __future__ import annotations

import datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realinsights_finance import DayCount, Frequency, InvalidTerms, PaymentBasis, in_cents, schedule
from realinsights_finance.arrays import TermsColumns, schedules

HUGE = Decimal("100000000000.00")


def assert_equal(terms, chosen=slice(None)):
    computed = schedules(TermsColumns.of(terms))
    due_dates, principal, payments, counts = (
        computed.due_dates(),
        computed.principal,
        computed.payments,
        computed.installments,
    )
    for loan in range(len(terms))[chosen]:
        plain = schedule(terms[loan])
        rows = plain.installments
        level = plain.terms.level_payment()
        assert computed.level_payment[loan] == (0 if level is None else in_cents(level))
        assert counts[loan] == len(rows)
        assert computed.balances[0, loan] == in_cents(plain.terms.principal)
        assert due_dates[: len(rows), loan].tolist() == [row.due_date for row in rows]
        assert computed.interest[: len(rows), loan].tolist() == [in_cents(row.interest) for row in rows]
        assert principal[: len(rows), loan].tolist() == [in_cents(row.principal) for row in rows]
        assert payments[: len(rows), loan].tolist() == [in_cents(row.payment) for row in rows]
        assert computed.balances[1 : len(rows) + 1, loan].tolist() == [in_cents(row.ending_balance) for row in rows]
        assert not computed.interest[len(rows) :, loan].any()
        assert not computed.balances[len(rows) + 1 :, loan].any()


class TestEveryCellEqualsThePlainSchedule:
    @given(data=st.data())
    @settings(max_examples=40)
    def test_of_loans_of_every_kind_side_by_side(self, loan_terms, data):
        assert_equal(data.draw(st.lists(loan_terms, min_size=1, max_size=4)))

    @pytest.mark.slow
    @given(data=st.data())
    @settings(max_examples=120)
    def test_of_many_loans_of_every_kind_side_by_side(self, loan_terms, data):
        assert_equal(data.draw(st.lists(loan_terms, min_size=4, max_size=12)))

    @given(data=st.data())
    @settings(max_examples=40)
    def test_of_balances_on_any_day(self, loan_terms, data):
        terms = data.draw(st.lists(loan_terms, min_size=1, max_size=3))
        on = data.draw(st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 1, 1)))
        balances = schedules(TermsColumns.of(terms)).balances_on(on)
        assert balances.tolist() == [in_cents(schedule(each).balance_on(on)) for each in terms]

    @pytest.mark.parametrize("day_count", DayCount)
    def test_of_the_largest_loan_at_the_highest_rate_over_the_longest_periods(self, a_loan, day_count):
        longest = a_loan(
            principal=HUGE,
            rate=Decimal("0.999999999999"),
            day_count=day_count,
            frequency=Frequency.ANNUAL,
            start=datetime.date(2096, 2, 29),
            first_payment=datetime.date(2101, 1, 31),
            maturity=datetime.date(2200, 12, 31),
            amortization_months=1200,
        )
        assert_equal([longest, a_loan(principal=HUGE - Decimal("0.01"), rate=Decimal(1), day_count=day_count)])

    def test_of_interest_that_ends_in_exactly_half_a_cent(self, a_loan):
        # 5.25 % / 12 is 7/1600: every 800th cent of balance makes a tie.
        ties = [
            a_loan(principal=Decimal(cents) / 100, day_count=DayCount.THIRTY_360)
            for cents in range(800, 800 * 4000, 1600)
        ]
        first = schedules(TermsColumns.of(ties)).interest[0]
        assert first.tolist() == [(cents * 7 + 800) // 1600 for cents in range(800, 800 * 4000, 1600)]
        assert_equal(ties[::100])

    def test_of_a_level_payment_that_ends_in_exactly_half_a_cent(self, a_loan):
        whole = a_loan(principal=Decimal("1.20"), rate=Decimal("0.05"), amortization_months=1)
        assert whole.level_payment() == Decimal("1.21")
        assert_equal([whole, a_loan(principal=Decimal("0.03"), rate=Decimal(0), amortization_months=2)])

    def test_of_more_loans_than_fit_a_block(self, a_loan):
        terms = [
            a_loan(
                principal=Decimal(1_000_000 + 17 * number),
                rate=Decimal(300 + number % 500) / 10000,
                day_count=tuple(DayCount)[number % 6],
                maturity=datetime.date(2025 + number % 3, 2 + number % 7, 1),
            )
            for number in range(8300)
        ]
        assert_equal(terms, slice(8170, 8220))


class TestColumns:
    @given(data=st.data())
    @settings(max_examples=40)
    def test_give_back_the_terms_they_were_made_of(self, loan_terms, data):
        terms = data.draw(st.lists(loan_terms, min_size=1, max_size=3))
        columns = TermsColumns.of(terms)
        for index, each in enumerate(terms):
            back = columns.terms(index)
            assert schedule(back).installments == schedule(each).installments
            assert columns.periods()[index] == each.periods
            assert columns.interest_only_periods()[index] == each.interest_only_periods

    @given(data=st.data())
    @settings(max_examples=40)
    def test_sum_to_the_same_portfolio_however_they_are_parted(self, loan_terms, data):
        columns = TermsColumns.of(data.draw(st.lists(loan_terms, min_size=2, max_size=4)))
        part = np.array(data.draw(st.lists(st.booleans(), min_size=len(columns), max_size=len(columns))))
        on = data.draw(st.dates(datetime.date(1996, 1, 1), datetime.date(2045, 1, 1)))
        total = schedules(columns).balances_on(on).sum()
        parts = [schedules(columns.take(np.flatnonzero(chosen))) for chosen in (part, ~part)]
        assert sum(each.balances_on(on).sum() for each in parts) == total

    def test_of_no_loans_make_no_schedule(self):
        nothing = schedules(TermsColumns.of([]))
        assert nothing.balances.shape == (1, 0)
        assert nothing.balances_on(datetime.date(2025, 1, 1)).sum() == 0

    def test_refuse_what_the_terms_refuse_and_name_every_loan_and_field(self, a_loan):
        columns = TermsColumns.of([a_loan(), a_loan(), a_loan(payment_basis=PaymentBasis.EFFECTIVE_RATE)])
        columns.rate[0] = -1
        columns.maturity[2] = np.datetime64("2025-01-31")
        columns.amortization_months[2] = 0
        columns.interest_only_months[2] = 1300
        with pytest.raises(InvalidTerms) as refusal:
            schedules(columns)
        assert [problem.field for problem in refusal.value.problems] == [
            "loans[0].rate",
            "loans[2].maturity",
            "loans[2].interest_only_months",
        ]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("principal", 0),
            ("principal", in_cents(HUGE) + 1),
            ("rate", 10**12 + 1),
            ("start", np.datetime64("2025-02-01")),
            ("start", np.datetime64("2019-01-01")),
            ("start", np.datetime64("NaT")),
            ("maturity", np.datetime64("3025-01-01")),
            ("maturity", np.datetime64("2125-03-01")),
            ("first_payment", np.datetime64("1025-02-01")),
            ("day_count", 6),
            ("months", 2),
            ("payment_day", 0),
            ("payment_day", 2),
            ("amortization_months", -1),
            ("amortization_months", 1201),
            ("payment", 4_375_000),
            ("payment", -1),
        ],
    )
    def test_refuse_a_value_that_no_loan_has(self, a_loan, field, value):
        columns = TermsColumns.of([a_loan(), a_loan()])
        getattr(columns, field)[1] = value
        with pytest.raises(InvalidTerms) as refusal:
            schedules(columns)
        assert all(problem.field.startswith("loans[1].") for problem in refusal.value.problems)

    def test_refuse_columns_of_another_length_or_type(self, a_loan):
        columns = TermsColumns.of([a_loan()])
        fields = {name: getattr(columns, name) for name in TermsColumns.__slots__}
        with pytest.raises(TypeError, match="rate must be 1 values of int64"):
            TermsColumns(**(fields | {"rate": np.array([0.05])}))
        with pytest.raises(TypeError, match="maturity must be 1 values of datetime64"):
            TermsColumns(**(fields | {"maturity": np.array([], dtype="datetime64[D]")}))
