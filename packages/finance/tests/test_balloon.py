"""The balloon alone is that of the whole schedule, to the cent."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import DayCount, Frequency, add_months, balloon_principal, schedule, unpaid_balance
from realinsights_finance.arrays import TermsColumns, unpaid_balances
from realinsights_finance.business_days import BusinessDayRule, HolidayCalendar
from realinsights_finance.rounding import InterestRounding, Rounding


class TestTheBalloon:
    @pytest.mark.parametrize(
        ("day_count", "balloon"), [(DayCount.THIRTY_360, "8214111.66"), (DayCount.ACTUAL_360, "8303919.05")]
    )
    def test_is_that_of_the_golden_loan(self, a_loan, day_count, balloon):
        assert str(balloon_principal(a_loan(day_count=day_count))) == balloon

    @pytest.mark.parametrize("year", [1900, 2199])
    def test_is_known_in_the_first_and_the_last_years_there_are(self, a_loan, year):
        dates = {"start": datetime.date(year, 1, 31), "first_payment": datetime.date(year, 2, 28), "payment_day": 31}
        terms = a_loan(maturity=datetime.date(year + 1, 12, 31), **dates)
        assert balloon_principal(terms) == schedule(terms).balloon_principal

    @pytest.mark.parametrize("day_count", DayCount)
    def test_is_exact_for_the_largest_loan(self, a_loan, day_count):
        terms = a_loan(
            principal=Decimal("9999999999999.99"),
            rate=Decimal("0.052512345678"),
            day_count=day_count,
            amortization_months=1200,
            maturity=datetime.date(2120, 1, 1),
        )
        assert str(balloon_principal(terms)) == str(schedule(terms).balloon_principal)

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


class TestEveryKind:
    """Loans of each day count and frequency, on each day around their due dates: nothing is drawn by chance."""

    @pytest.mark.parametrize("frequency", Frequency)
    @pytest.mark.parametrize("day_count", DayCount)
    def test_owes_what_its_schedule_leaves(self, a_loan, day_count, frequency):
        start = datetime.date(2025, 8, 31)
        first = add_months(start, frequency.months)
        amortizing = {"start": start, "first_payment": first, "frequency": frequency, "payment_day": 31}
        moved = {
            "business_day_rule": BusinessDayRule.FOLLOWING,
            "business_day_calendar": HolidayCalendar.FEDERAL_RESERVE,
        }
        step, last = frequency.months, add_months(first, 17 * frequency.months, day=31)
        for changes in (
            {},
            {"maturity": last + datetime.timedelta(days=20)},
            {"start": start - datetime.timedelta(days=19), "interest_only_months": step},
            {"interest_only_months": 4 * step, "rounding": Rounding(interest=InterestRounding.DOWN)},
            {"interest_only_months": 17 * step},
            {"interest_only_months": 18 * step},
            {"amortization_months": 12 * step},  # repaid before it matures
            {"amortization_months": 12 * step, "rounding": Rounding(interest=InterestRounding.UP)},
            {"amortization_months": 600, "rate": Decimal("0.15")},  # some payments are all interest
            moved,
            {"accrual_adjusted": True, **moved},
        ):
            terms = a_loan(**({"maturity": last, **amortizing, "day_count": day_count} | changes))
            computed = schedule(terms)
            assert balloon_principal(terms) == computed.balloon_principal
            due = [terms.due_date(number) for number in (1, 2, 5, 11, 12, 13, terms.periods - 1, terms.periods)]
            for on in (day + datetime.timedelta(days=days) for day in (start, *due) for days in (-1, 0, 1)):
                owed = computed.balance_on(on) or computed.installments[-1].beginning_balance
                assert unpaid_balance(terms, on) == owed, (changes, on)
                if terms.start < on < terms.maturity:
                    before = on - datetime.timedelta(days=1)
                    assert balloon_principal(terms, on) == computed.balance_on(before), (changes, on)


class TestAnUnpaidBalance:
    def test_of_the_golden_loan_falls_by_its_schedule_and_stands_at_its_balloon(self, a_loan):
        terms = a_loan(day_count=DayCount.ACTUAL_360)
        days = ("2025-03-01", "2034-12-31", "2035-01-01", "2040-01-01")
        balances = [unpaid_balance(terms, datetime.date.fromisoformat(day)) for day in days]
        assert [str(balance) for balance in balances] == ["9975560.04", *["8303919.05"] * 3]

    def test_is_the_last_payment_where_equal_ones_repay_all(self, a_loan):
        # Twelve times 100.00 without interest, in a loan of twice the time.
        terms = a_loan(principal=Decimal("1200.00"), rate=Decimal(0), amortization_months=12)
        found = [
            unpaid_balance(terms, datetime.date.fromisoformat(day))
            for day in ("2025-12-31", "2026-01-01", "2030-01-01")
        ]
        assert found == [Decimal("100.00")] * 3
        assert balloon_principal(terms, datetime.date(2026, 1, 1)) == Decimal("100.00")
        assert balloon_principal(terms, datetime.date(2026, 1, 2)) == 0

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
