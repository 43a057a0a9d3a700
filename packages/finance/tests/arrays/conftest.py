"""Random loans of any rate."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import strategies as st

from realinsights_finance.repayment import (
    FixedPrincipal,
    Loan,
)
from realinsights_finance.rounding import USUAL, InterestRounding
from realinsights_finance.time import AccrualPeriod, Interval

from .floating_loans import path, repayment


@pytest.fixture(scope="session")
def any_loan(loan_terms):
    """Return a strategy of loans of every path and repayment that the arrays hold, on the dates of plain terms."""

    @st.composite
    def build(draw):
        terms = draw(loan_terms)
        rule = draw(repayment(terms))
        rounding = replace(terms.rounding, daily_rate_decimals=None)
        if isinstance(rule, FixedPrincipal) and rounding.interest is InterestRounding.CARRIED:
            rounding = USUAL
        periods = tuple(
            AccrualPeriod(
                number=number, start=terms.period_start(number), end=terms.period_end(number),
                payment_date=terms.due_date(number), regular=terms.is_regular(number),
            )
            for number in range(1, terms.periods + 1)
        )  # fmt: skip
        return Loan(
            principal=terms.principal,
            periods=periods,
            interval=Interval(terms.frequency.value),
            rate=draw(path(periods[0].start, periods[-1].end)),
            day_count=terms.day_count,
            repayment=rule,
            rounding=rounding,
        )

    return build()
