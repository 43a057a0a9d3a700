"""Due dates: the payment day and what a short month does to it."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from realinsights_finance import DayCount, Frequency, add_months, regular_start, schedule
from realinsights_finance.due_dates import possible_payment_days


def due_dates(terms, count=6):
    return [row.due_date.isoformat() for row in schedule(terms).installments[:count]]


class TestPaymentDay:
    @pytest.mark.parametrize(("day", "february"), [(29, 28), (30, 28), (31, 28)])
    def test_comes_back_after_february(self, a_loan, day, february):
        first = datetime.date(2025, 1, day)
        terms = a_loan(start=regular_start(first), first_payment=first, maturity=datetime.date(2026, 1, day))
        assert due_dates(terms, 3) == [f"2025-01-{day}", f"2025-02-{february}", f"2025-03-{day}"]

    def test_is_known_even_when_the_first_payment_falls_in_february(self, a_loan):
        first = datetime.date(2025, 2, 28)
        terms = a_loan(
            start=regular_start(first, payment_day=31),
            first_payment=first,
            payment_day=31,
            maturity=datetime.date(2026, 1, 31),
        )
        assert terms.start == datetime.date(2025, 1, 31)
        assert due_dates(terms, 3) == ["2025-02-28", "2025-03-31", "2025-04-30"]

    def test_is_the_first_payments_own_unless_stated(self, a_loan):
        first = datetime.date(2025, 2, 28)
        terms = a_loan(start=regular_start(first), first_payment=first, maturity=datetime.date(2026, 1, 28))
        assert due_dates(terms, 3) == ["2025-02-28", "2025-03-28", "2025-04-28"]

    @pytest.mark.parametrize("day_count", [DayCount.THIRTY_360, DayCount.THIRTY_360_US, DayCount.THIRTY_E_360])
    def test_of_31_still_accrues_a_twelfth_of_the_rate_in_february(self, a_loan, day_count):
        first = datetime.date(2025, 1, 31)
        terms = a_loan(
            start=datetime.date(2024, 12, 31),
            first_payment=first,
            maturity=datetime.date(2026, 1, 31),
            day_count=day_count,
            amortization_months=None,
        )
        assert {row.days for row in schedule(terms).installments} == {30}
        assert {row.interest for row in schedule(terms).installments} == {Decimal("43750.00")}

    def test_of_a_leap_february_is_the_29th(self):
        assert add_months(datetime.date(2024, 1, 31), 1) == datetime.date(2024, 2, 29)
        assert add_months(datetime.date(2024, 3, 31), -1) == datetime.date(2024, 2, 29)


@pytest.mark.parametrize(
    ("frequency", "start", "dates", "periods"),
    [
        (Frequency.MONTHLY, "2024-12-15", ["2025-01-15", "2025-02-15", "2025-03-15"], 61),
        (Frequency.QUARTERLY, "2024-10-15", ["2025-01-15", "2025-04-15", "2025-07-15"], 21),
        (Frequency.SEMI_ANNUAL, "2024-07-15", ["2025-01-15", "2025-07-15", "2026-01-15"], 11),
        (Frequency.ANNUAL, "2024-01-15", ["2025-01-15", "2026-01-15", "2027-01-15"], 6),
    ],
)
def test_installments_follow_the_frequency(a_loan, frequency, start, dates, periods):
    first = datetime.date(2025, 1, 15)
    terms = a_loan(
        frequency=frequency,
        start=regular_start(first, frequency),
        first_payment=first,
        maturity=datetime.date(2030, 1, 15),
        day_count=DayCount.THIRTY_360,
    )
    assert terms.start == datetime.date.fromisoformat(start)
    assert due_dates(terms, 3) == dates
    rows = schedule(terms).installments
    assert len(rows) == terms.periods == periods
    assert rows[0].interest == Decimal(525_000) * frequency.months / 12


class TestOddPeriods:
    def test_a_short_first_period_accrues_from_the_start(self, a_loan):
        terms = a_loan(start=datetime.date(2025, 1, 18))
        assert schedule(terms).installments[0].interest == Decimal("20416.67")

    def test_a_long_first_period_pays_its_interest_and_no_less(self, a_loan):
        terms = a_loan(start=datetime.date(2024, 11, 1))
        first = schedule(terms).installments[0]
        assert (first.days, first.interest, first.principal) == (92, Decimal("134166.67"), Decimal("0.00"))

    def test_a_maturity_between_due_dates_ends_with_a_short_period(self, a_loan):
        terms = a_loan(maturity=datetime.date(2034, 12, 20))
        last = schedule(terms).installments[-1]
        assert (last.number, last.period_start, last.due_date) == (
            120,
            datetime.date(2034, 12, 1),
            datetime.date(2034, 12, 20),
        )
        assert last.days == 19
        assert last.ending_balance == 0

    def test_a_loan_may_have_a_single_installment(self, a_loan):
        terms = a_loan(maturity=datetime.date(2025, 2, 1))
        computed = schedule(terms)
        assert computed.due_at_maturity == Decimal("10045208.33")
        assert len(computed.installments) == 1


class TestPossiblePaymentDays:
    @pytest.mark.parametrize(
        ("closing", "first", "maturity", "frequency", "days"),
        [
            ("2025-03-31", "2025-04-30", "2030-03-31", Frequency.MONTHLY, (31,)),
            ("2025-03-30", "2025-04-30", "2030-03-30", Frequency.MONTHLY, (30,)),
            ("2025-03-15", "2025-04-30", "2030-04-30", Frequency.MONTHLY, (30, 31)),
            ("2025-01-15", "2025-02-28", "2027-02-28", Frequency.MONTHLY, (28, 29, 30, 31)),
            ("2025-01-15", "2025-04-15", "2030-04-15", Frequency.MONTHLY, (15,)),
            ("2025-02-28", "2026-02-28", "2035-02-28", Frequency.ANNUAL, (28, 29)),
            ("2024-02-29", "2025-02-28", "2034-02-28", Frequency.ANNUAL, (29,)),
            ("2023-02-28", "2024-02-28", "2034-02-28", Frequency.ANNUAL, (28,)),
        ],
    )
    def test_are_those_that_the_other_dates_allow(self, closing, first, maturity, frequency, days):
        dates = [datetime.date.fromisoformat(text) for text in (first, maturity, closing)]
        assert possible_payment_days(dates[0], dates[1], closing=dates[2], frequency=frequency) == days
