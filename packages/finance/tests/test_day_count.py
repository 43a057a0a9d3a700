"""Day counts, against QuantLib's and against their own rules."""

from __future__ import annotations

import datetime
from fractions import Fraction

import pytest
import QuantLib as ql  # noqa: N813 -- its own documentation's name
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import DayCount
from realinsights_finance.money import quotient

QUANTLIB = {
    DayCount.THIRTY_360: ql.Thirty360(ql.Thirty360.BondBasis),
    DayCount.THIRTY_360_US: ql.Thirty360(ql.Thirty360.USA),
    DayCount.THIRTY_E_360: ql.Thirty360(ql.Thirty360.European),
    DayCount.ACTUAL_360: ql.Actual360(),
    DayCount.ACTUAL_365_FIXED: ql.Actual365Fixed(),
    DayCount.ACTUAL_ACTUAL_ISDA: ql.ActualActual(ql.ActualActual.ISDA),
}
DATES = st.dates(datetime.date(1950, 1, 1), datetime.date(2150, 12, 31))
ENDS_OF_MONTHS = st.builds(
    lambda day, back: day.replace(day=1) - datetime.timedelta(days=back), DATES, st.integers(-2, 3)
)


@pytest.mark.parametrize("day_count", DayCount)
class TestEveryDayCount:
    @given(ends=st.tuples(DATES | ENDS_OF_MONTHS, DATES | ENDS_OF_MONTHS))
    def test_counts_as_quantlib_does(self, day_count, ends):
        start, end = sorted(ends)
        peer = QUANTLIB[day_count]
        dates = [ql.Date(day.day, day.month, day.year) for day in (start, end)]
        assert day_count.days(start, end) == peer.dayCount(*dates)
        assert float(day_count.fraction(start, end)) == pytest.approx(peer.yearFraction(*dates), abs=1e-12)

    def test_has_a_rule_with_market_names_and_a_source(self, day_count):
        assert "Source:" in day_count.convention.__doc__
        assert "also" in day_count.convention.__doc__

    def test_has_the_same_typical_year_as_2025(self, day_count):
        assert day_count.fraction(datetime.date(2025, 1, 1), datetime.date(2026, 1, 1)) == day_count.typical_year


@given(day=st.dates(datetime.date(1950, 1, 1), datetime.date(2150, 1, 1)).filter(lambda day: day.day <= 28))
def test_a_month_of_30_360_is_exactly_a_twelfth(day):
    following = (day.replace(day=1) + datetime.timedelta(days=32)).replace(day=day.day)
    for name in (DayCount.THIRTY_360, DayCount.THIRTY_E_360):
        assert name.fraction(day, following) == Fraction(1, 12)


def test_actual_actual_is_cut_at_the_turn_of_the_year():
    fraction = DayCount.ACTUAL_ACTUAL_ISDA.fraction(datetime.date(2024, 12, 15), datetime.date(2025, 1, 15))
    assert fraction == Fraction(17, 366) + Fraction(14, 365)
    assert f"{quotient(fraction):.10f}" == "0.0848042518"


class TestThirtyDaysAMonth:
    """Days by hand: 360 for each year, 30 for each month, one for each day, once 31sts and ends of February moved."""

    @pytest.mark.parametrize(
        ("start", "end", "bond_basis", "united_states", "european"),
        [
            # Neither the end of February nor a 31st.
            ("2023-01-28", "2023-02-15", 17, 17, 17),
            ("2023-04-28", "2023-05-15", 17, 17, 17),
            # A 31st at the end moves only after a 30th or 31st at the start, save in Europe.
            ("2023-01-15", "2023-03-31", 76, 76, 75),
            ("2023-01-29", "2023-03-31", 62, 62, 61),
            ("2023-01-30", "2023-03-31", 60, 60, 60),
            ("2023-01-31", "2023-03-31", 60, 60, 60),
            ("2023-01-31", "2023-03-30", 60, 60, 60),
            # From the end of February: a 30th in the United States, and with it the end of another February.
            ("2023-02-28", "2023-03-31", 33, 30, 32),
            ("2024-02-28", "2024-03-31", 33, 33, 32),
            ("2023-02-28", "2024-02-29", 361, 360, 361),
            ("2024-02-29", "2025-02-28", 359, 360, 359),
            ("2023-02-28", "2024-02-28", 360, 358, 360),
            ("2024-02-29", "2024-03-15", 16, 15, 16),
            # To the end of February alone: it stays what it is.
            ("2023-01-30", "2023-02-28", 28, 28, 28),
            ("2023-08-31", "2024-02-29", 179, 179, 179),
        ],
    )
    def test_counts(self, start, end, bond_basis, united_states, european):
        dates = datetime.date.fromisoformat(start), datetime.date.fromisoformat(end)
        names = (DayCount.THIRTY_360, DayCount.THIRTY_360_US, DayCount.THIRTY_E_360)
        assert [name.days(*dates) for name in names] == [bond_basis, united_states, european]
        peers = [ql.Date(date.day, date.month, date.year) for date in dates]
        assert [QUANTLIB[name].dayCount(*peers) for name in names] == [bond_basis, united_states, european]
        assert [name.fraction(*dates) * 360 for name in names] == [bond_basis, united_states, european]


@pytest.mark.parametrize(
    ("day_count", "days"),
    [
        (DayCount.THIRTY_360, 360),
        (DayCount.THIRTY_360_US, 360),
        (DayCount.THIRTY_E_360, 360),
        (DayCount.ACTUAL_360, 360),
        (DayCount.ACTUAL_365_FIXED, 365),
        (DayCount.ACTUAL_ACTUAL_ISDA, None),
    ],
)
def test_a_year_has_as_many_days_as_the_convention_divides_by(day_count, days):
    assert day_count.days_of_year == days
    assert day_count.thirty_360 is day_count.value.startswith("30")
