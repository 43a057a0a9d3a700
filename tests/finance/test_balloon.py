"""The balloon alone is that of the whole schedule, to the cent."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import DayCount, balloon_principal, schedule


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
