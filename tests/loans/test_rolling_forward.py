"""Rolling forward: what a loan owes after the date of its recorded balance."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights.loans.model.payment_schedule import Unscheduled, finance_terms
from realinsights.loans.model.rolling_forward import rolled_forward
from realinsights_finance.schedule import schedule
from realinsights_finance.terms import LoanTerms

Build = Callable[..., Any]
DAYS = st.dates(datetime.date(2025, 1, 1), datetime.date(2040, 1, 1))


class TestALoanOnItsSchedule:
    @given(as_of=st.dates(datetime.date(2025, 1, 1), datetime.date(2034, 12, 31)), on=DAYS, data=st.data())
    def test_rolls_to_what_the_schedule_says_and_never_to_nothing(
        self, a_loan: Build, as_of: datetime.date, on: datetime.date, data: st.DataObject
    ) -> None:
        terms = data.draw(
            st.fixed_dictionaries(
                {
                    "dayCount": st.sampled_from(["actual_360", "30_360", "actual_actual_isda"]),
                    "interestOnlyMonths": st.sampled_from([0, 24, 120]),
                    "businessDayRule": st.sampled_from(["unadjusted", "following"]),
                }
            )
        )
        agreed = finance_terms(a_loan(terms=terms))
        assert isinstance(agreed, LoanTerms)
        computed = schedule(agreed)
        recorded = {"balance_as_of": as_of, "current_balance": computed.balance_on(as_of)}
        loan = a_loan(kept=recorded, terms=terms)
        expected = computed.balance_on(max(as_of, on)) or computed.installments[-1].beginning_balance
        assert rolled_forward(loan, on=max(as_of, on)) == expected > 0

    def test_pays_the_same_level_payment_on_a_balance_that_was_prepaid(self, a_loan: Build) -> None:
        loan = a_loan(currentBalance="9000000.00", balanceAsOf="2025-01-01", terms={"dayCount": "30_360"})
        # 55,220.37 less a month's 5.25 % on 9,000,000.00.
        assert rolled_forward(loan, on=datetime.date(2025, 2, 1)) == Decimal("8984154.63")


class TestALoanWithoutASchedule:
    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            (
                {"rateType": "floating", "terms": {"floating": {"index": "SOFR", "spread": "0.03"}}},
                "the rate floats: its future interest is not known",
            ),
            ({"terms": {"firstPaymentDate": None}}, "the first payment date is not known"),
            ({"status": "60_days"}, "it is reported as 60 days"),
            ({"status": "default"}, "it is reported as default"),
        ],
    )
    def test_stands_as_it_was_recorded_and_says_why(self, a_loan: Build, changes: dict[str, Any], reason: str) -> None:
        assert rolled_forward(a_loan(**changes), on=datetime.date(2026, 1, 1)) == Unscheduled(reason)
