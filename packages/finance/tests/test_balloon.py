"""The balloon alone is that of the whole schedule, to the cent."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import DayCount, balloon_principal, schedule, unpaid_balance
from realinsights_finance.arrays import TermsColumns, unpaid_balances


class TestTheBalloon:
    @pytest.mark.parametrize(
        ("day_count", "balloon"), [(DayCount.THIRTY_360, "8214111.66"), (DayCount.ACTUAL_360, "8303919.05")]
    )
    def test_is_that_of_the_golden_loan(self, a_loan, day_count, balloon):
        assert str(balloon_principal(a_loan(day_count=day_count))) == balloon

    def test_is_the_whole_loan_where_none_of_it_is_repaid_before(self, a_loan):
        assert balloon_principal(a_loan(amortization_months=None)) == Decimal("10000000.00")

    @given(data=st.data())
    def test_is_that_of_the_schedule(self, loan_terms, data):
        terms = data.draw(loan_terms)
        assert balloon_principal(terms) == schedule(terms).balloon_principal

    @given(data=st.data())
    def test_is_on_an_earlier_day_what_the_installments_before_it_leave(self, loan_terms, data):
        terms = data.draw(loan_terms)
        on = data.draw(st.dates(terms.start, terms.maturity - datetime.timedelta(days=1)))
        left = schedule(terms).balance_on(on - datetime.timedelta(days=1)) if on > terms.start else terms.principal
        assert balloon_principal(terms, on) == left


class TestAnUnpaidBalance:
    def test_of_the_golden_loan_falls_by_its_schedule_and_stands_at_its_balloon(self, a_loan):
        terms = a_loan(day_count=DayCount.ACTUAL_360)
        days = ("2025-03-01", "2034-12-31", "2035-01-01", "2040-01-01")
        balances = [unpaid_balance(terms, datetime.date.fromisoformat(day)) for day in days]
        assert [str(balance) for balance in balances] == ["9975560.04", *["8303919.05"] * 3]

    @given(data=st.data())
    def test_is_that_of_the_schedule_and_never_zero(self, loan_terms, data):
        terms = data.draw(loan_terms)
        on = data.draw(st.dates(terms.start, terms.maturity + datetime.timedelta(days=400)))
        rows = schedule(terms).installments
        expected = schedule(terms).balance_on(on) or rows[-1].beginning_balance
        assert unpaid_balance(terms, on) == expected > 0

    @given(data=st.data())
    def test_of_many_loans_at_once_is_that_of_each(self, loan_terms, data):
        terms = [each for each in data.draw(st.lists(loan_terms, max_size=3)) if TermsColumns.hold(each)]
        latest = max((each.maturity for each in terms), default=datetime.date(2030, 1, 1))
        days = data.draw(st.lists(st.dates(datetime.date(1990, 1, 1), latest), max_size=3))
        found = unpaid_balances(TermsColumns.of(terms), days)
        assert found.tolist() == [[int(unpaid_balance(each, day) * 100) for each in terms] for day in days]
