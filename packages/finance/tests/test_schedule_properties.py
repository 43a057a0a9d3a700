"""What holds for every schedule, whatever the terms."""

from __future__ import annotations

import dataclasses
import datetime
import math
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from realinsights_finance import DayCount, balances, cents, expected_installment, interest, level_payment, schedule
from realinsights_finance.rounding import InterestRounding

CENT = Decimal("0.01")


def half_up(amount):
    return math.floor(amount + Fraction(1, 2))


ROUNDED = {
    InterestRounding.HALF_UP: half_up,
    InterestRounding.HALF_EVEN: round,
    InterestRounding.DOWN: math.floor,
    InterestRounding.UP: math.ceil,
}


def carried(terms):
    return terms.rounding.interest is InterestRounding.CARRIED


class TestEverySchedule:
    @given(data=st.data())
    def test_repays_exactly_what_was_lent(self, loan_terms, data):
        terms = data.draw(loan_terms)
        computed = schedule(terms)
        paid = Decimal(0)
        for row in computed.installments:
            paid += row.principal
            assert row.ending_balance == terms.principal - paid
        assert computed.total_principal == terms.principal
        assert computed.installments[-1].ending_balance == 0

    @given(data=st.data())
    def test_never_owes_less_than_nothing_nor_grows(self, loan_terms, data):
        for row in schedule(data.draw(loan_terms)).installments:
            assert row.interest >= 0
            assert 0 <= row.principal <= row.beginning_balance
            assert 0 <= row.ending_balance <= row.beginning_balance

    @given(data=st.data())
    def test_joins_row_to_row(self, loan_terms, data):
        terms = data.draw(loan_terms)
        rows = schedule(terms).installments
        assert (rows[0].period_start, rows[0].beginning_balance) == (terms.start, terms.principal)
        for number, row in enumerate(rows, start=1):
            assert row.number == number
            assert row.period_start < row.due_date <= terms.maturity
            assert row.payment == row.interest + row.principal
        for before, after in pairwise(rows):
            assert (after.period_start, after.beginning_balance) == (before.due_date, before.ending_balance)

    @given(data=st.data())
    def test_adds_up_to_its_totals_in_whole_cents(self, loan_terms, data):
        computed = schedule(data.draw(loan_terms))
        rows = computed.installments
        assert computed.total_interest == sum(row.interest for row in rows)
        assert computed.total_payments == computed.total_interest + computed.total_principal
        for row in rows:
            for amount in (row.interest, row.principal, row.payment, row.ending_balance):
                assert amount == cents(amount)

    @given(data=st.data())
    def test_charges_the_rounded_product_of_balance_rate_and_time(self, loan_terms, data):
        terms = data.draw(loan_terms.filter(lambda terms: not carried(terms)))
        for row in schedule(terms).installments:
            fraction = terms.period(row.number).fraction
            exact = Fraction(row.beginning_balance) * Fraction(terms.accrual_rate) * fraction * 100
            assert row.interest * 100 == ROUNDED[terms.rounding.interest](exact)

    @given(data=st.data())
    def test_carries_what_it_does_not_round(self, loan_terms, data):
        drawn = data.draw(loan_terms)
        terms = dataclasses.replace(
            drawn, rounding=dataclasses.replace(drawn.rounding, interest=InterestRounding.CARRIED)
        )
        exact, level = Fraction(terms.principal), Fraction(terms.level_payment() or 0)
        for row in schedule(terms).installments:
            due = exact * Fraction(terms.accrual_rate) * terms.period(row.number).fraction
            assert abs(Fraction(row.interest) - due) <= Fraction(CENT)
            assert row.beginning_balance == Decimal(half_up(exact * 100)) / 100
            pays = row.number > terms.interest_only_periods
            exact -= min(max(level - due, 0), exact) if pays and row.number < terms.periods else 0
            exact = Fraction(0) if row.number == terms.periods or half_up(exact * 100) == 0 else exact
            assert row.ending_balance == Decimal(half_up(exact * 100)) / 100

    @given(data=st.data())
    def test_falls_due_on_the_payment_day_or_the_last_of_a_shorter_month(self, loan_terms, data):
        terms = data.draw(loan_terms)
        for row in schedule(terms).installments:
            due = row.due_date
            next_day = due + datetime.timedelta(days=1)
            assert due == terms.maturity or due.day == terms.due_day or (due.day < terms.due_day and next_day.day == 1)

    @given(data=st.data())
    def test_is_the_same_when_computed_again_under_any_decimal_context_and_time_zone(
        self, loan_terms, data, other_time_zone
    ):
        terms = data.draw(loan_terms)
        computed = schedule(terms)
        with localcontext() as context, other_time_zone():
            context.prec = 5
            again = schedule(dataclasses.replace(terms))
            assert again == computed
            assert again.total_payments == computed.total_payments
            assert again.weighted_average_life() == computed.weighted_average_life()

    @given(data=st.data())
    def test_agrees_with_each_row_computed_alone(self, loan_terms, data):
        terms = data.draw(loan_terms.filter(lambda terms: not carried(terms)))
        row = data.draw(st.sampled_from(schedule(terms).installments))
        assert expected_installment(terms, number=row.number, beginning_balance=row.beginning_balance) == row

    @given(data=st.data())
    def test_repays_on_average_within_its_life(self, loan_terms, data):
        terms = data.draw(loan_terms)
        life = schedule(terms).weighted_average_life()
        assert 0 <= life <= Decimal((terms.maturity - terms.start).days + 10) / 360


class TestBalanceAndAccrual:
    @given(data=st.data())
    def test_balances_are_those_of_the_schedule(self, loan_terms, data):
        terms = data.draw(loan_terms)
        rows = schedule(terms).installments
        assert [*balances(terms)] == [(row.due_date, row.ending_balance) for row in rows]

    @given(data=st.data())
    def test_the_balance_on_a_date_is_after_the_installments_due_by_then(self, loan_terms, data):
        terms = data.draw(loan_terms)
        computed = schedule(terms)
        on = data.draw(st.dates(terms.start, terms.maturity))
        due = [row for row in computed.installments if row.due_date <= on]
        assert computed.balance_on(on) == (due[-1].ending_balance if due else terms.principal)
        upcoming = [row for row in computed.installments if row.due_date > on]
        assert computed.next_due(on) == (upcoming[0] if upcoming else None)
        assert computed.due_on(on) == next((row for row in due if row.due_date == on), None)

    @given(data=st.data())
    def test_accrual_grows_from_nothing_to_the_installments_interest(self, loan_terms, data):
        terms = data.draw(loan_terms)
        computed = schedule(terms)
        row = data.draw(st.sampled_from(computed.installments))
        assert computed.accrued_interest(row.due_date) == 0
        days = sorted(data.draw(st.lists(st.dates(row.period_start, row.due_date - datetime.timedelta(days=1)))))
        accrued = [computed.accrued_interest(day) for day in days]
        assert accrued == sorted(accrued)
        # From a balance that is shown in cents, though it is carried with more decimals.
        more = CENT if carried(terms) else 0
        assert all(0 <= amount <= row.interest + more for amount in accrued)


class TestComparisons:
    @given(
        start=st.dates(datetime.date(1990, 1, 1), datetime.date(2050, 1, 1)),
        balance=st.decimals("0", "1000000000", places=2),
        rate=st.decimals("0", "0.2", places=6),
    )
    def test_a_full_year_of_30_360_is_never_more_than_of_actual_360(self, start, balance, rate):
        assume((start.month, start.day) != (2, 29))
        end = start.replace(year=start.year + 1)
        flat, actual = DayCount.THIRTY_360.fraction(start, end), DayCount.ACTUAL_360.fraction(start, end)
        assert flat == 1
        assert interest(balance, rate, flat) <= interest(balance, rate, actual)

    @given(
        principal=st.decimals("1", "1000000000", places=2),
        rates=st.tuples(st.decimals("0", "0.3", places=6), st.decimals("0", "0.3", places=6)),
        periods=st.integers(1, 480),
    )
    def test_the_level_payment_rises_with_the_rate_and_the_principal(self, principal, rates, periods):
        low, high = (Fraction(rate) / 12 for rate in sorted(rates))
        assert level_payment(principal, low, periods) <= level_payment(principal, high, periods)
        assert level_payment(principal, low, periods) <= level_payment(principal + CENT, low, periods)

    @given(data=st.data())
    def test_two_halves_of_a_loan_cost_what_the_loan_does_but_for_rounding(self, loan_terms, data):
        whole = data.draw(loan_terms)
        assume(whole.payment is None and whole.principal >= CENT * 2)
        first = cents(whole.principal / 2)
        halves = [dataclasses.replace(whole, principal=part) for part in (first, whole.principal - first) if part]
        parts = sum(schedule(half).total_interest for half in halves)
        # Each installment's payment and interest differ by at most 3 units, and what is not repaid bears interest.
        periods = whole.periods
        longest = max(whole.period(number).fraction for number in range(1, periods + 1))
        rate = float(Fraction(whole.rate) * longest)
        drift = 0.03 * whole.rounding.payment.unit * periods * (1 + rate * periods * (1 + rate) ** min(periods, 400))
        assert abs(schedule(whole).total_interest - parts) <= Decimal(min(drift, 1e60)) + CENT
