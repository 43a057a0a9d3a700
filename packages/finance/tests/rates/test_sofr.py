"""SOFR's averages and index, made of the daily rates: every value that was published."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from realinsights_finance.business_days import HolidayCalendar, is_business_day
from realinsights_finance.explain import explain
from realinsights_finance.rates import (
    Fixings,
    Index,
    MissingFixing,
    rate_between,
    sofr_average,
    sofr_index,
    sofr_indices,
)


def day(text):
    return datetime.date.fromisoformat(text)


@pytest.fixture(scope="session")
def excerpt(facts, published):
    """Return the published averages (in percent) and index values from August 2019 to April 2020."""
    return published(facts / "sofr-30-day-average.csv"), published(facts / "sofr-index.csv")


class TestPublishedValues:
    def test_of_2019_and_2020_are_all_reproduced(self, sofr, excerpt):
        averages, indices = excerpt
        assert (len(averages), len(indices)) == (166, 166)
        assert {on: sofr_average(sofr, on) * 100 for on in averages} == averages
        levels = sofr_indices(sofr, day("2020-04-30"))
        assert {on: levels[on] for on in indices} == indices

    def test_of_five_years_are_all_reproduced(self, shared_data, published):
        folder = shared_data / "rates"
        rates = Fixings.of(Index.SOFR, {on: value / 100 for on, value in published(folder / "SOFR.csv").items()})
        averages = published(folder / "SOFR30DAYAVG_2019-08_2024-08.csv")
        indices = published(folder / "SOFRINDEX_2019-08_2024-08.csv")
        assert (len(averages), len(indices)) == (1250, 1250)
        wrong = [on for on, value in averages.items() if sofr_average(rates, on) * 100 != value]
        levels = sofr_indices(rates, max(indices))
        assert (wrong, [on for on, value in indices.items() if levels[on] != value]) == ([], [])

    def test_are_of_the_days_of_the_calendar(self, shared_data, published):
        values = published(shared_data / "rates" / "SOFR.csv")
        first, last = min(values), max(values)
        days = [first + datetime.timedelta(days=count) for count in range((last - first).days + 1)]
        assert [on for on in days if is_business_day(on, HolidayCalendar.SOFR)] == sorted(values)

    def test_kept_here_are_those_of_the_sample_data(self, shared_data, published, facts):
        for kept, source in (
            ("sofr.csv", "SOFR.csv"),
            ("sofr-30-day-average.csv", "SOFR30DAYAVG_2019-08_2024-08.csv"),
            ("sofr-index.csv", "SOFRINDEX_2019-08_2024-08.csv"),
        ):
            values = published(facts / kept)
            everything = published(shared_data / "rates" / source)
            assert values == {on: value for on, value in everything.items() if on <= day("2020-04-30")}


class TestIndex:
    def test_of_a_day_is_that_of_the_series(self, sofr):
        levels = sofr_indices(sofr, day("2020-04-30"))
        assert levels[day("2018-04-02")] == 1
        assert levels[day("2018-04-03")] == Decimal("1.00005000")  # 1.80 % for a day
        for on in (day("2018-04-02"), day("2018-04-03"), day("2019-08-30"), day("2020-04-30")):
            assert sofr_index(sofr, on) == levels[on]

    @pytest.mark.parametrize("on", ["2018-03-29", "2020-04-10", "2020-04-25"])
    def test_of_a_day_without_one_is_an_error(self, sofr, on):
        with pytest.raises(MissingFixing, match=f"no fixing of sofr_index for {on}") as missing:
            sofr_index(sofr, day(on))
        assert (missing.value.index, missing.value.on) == (Index.SOFR_INDEX, day(on))

    def test_makes_the_average_between_two_of_its_values(self, sofr):
        levels = sofr_indices(sofr, day("2020-04-30"))
        first, last = levels[day("2020-03-31")], levels[day("2020-04-30")]
        assert round(rate_between(first, last, 30), 7) == sofr_average(sofr, day("2020-04-30"))
        assert rate_between(Decimal(1), Decimal("1.00005"), 1) == Decimal("0.018")
        with pytest.raises(ValueError, match="days"):
            rate_between(first, last, 0)

    @pytest.mark.parametrize("days", [0, -30])
    def test_makes_no_rate_of_no_time(self, days):
        with pytest.raises(ValueError, match=f"days: must be more than zero, not {days}"):
            rate_between(Decimal("1.01"), Decimal("1.02"), days)


class TestMissingDay:
    def test_in_the_middle_is_named(self, sofr):
        hole = Fixings(fixing for fixing in sofr if fixing.on != day("2019-09-17"))
        for compute in (sofr_average, sofr_index):
            with pytest.raises(MissingFixing, match="no fixing of sofr for 2019-09-17") as missing:
                compute(hole, day("2019-10-01"))
            assert (missing.value.index, missing.value.on) == ("sofr", day("2019-09-17"))

    def test_is_one_that_was_not_yet_published(self, sofr):
        on = day("2020-03-31")
        assert sofr_average(sofr.known_on(on), on) == sofr_average(sofr, on)
        with pytest.raises(MissingFixing, match="no fixing of sofr for 2020-03-30 as known on 2020-03-30"):
            sofr_average(sofr.known_on(day("2020-03-30")), on)


class TestExplained:
    def test_average_says_every_rate_and_its_days(self, sofr):
        explained = explain(sofr_average, sofr, day("2020-04-30"))
        assert explained.value == sofr_average(sofr, day("2020-04-30"))
        assert explained.formula == "(product of (1 + daily rate x days / 360) - 1) x 360 / days"
        assert explained.rounding == "half up to 5 decimals of a percent"
        assert [step.name for step in explained.steps][:2] == [
            "rate of 2020-03-31 for 1 days",
            "rate of 2020-04-01 for 1 days",
        ]
        assert ("days", "30") in [(step.name, step.value) for step in explained.steps]

    def test_index_says_what_it_was_before_rounding(self, sofr):
        explained = explain(sofr_index, sofr, day("2018-04-04"))
        assert explained.value == Decimal("1.00010084")
        assert explained.steps[0].value.startswith("1.00010083587")
