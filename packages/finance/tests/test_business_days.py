"""Business days: holidays against QuantLib's, the rules that move a payment, and schedules that follow them."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
import QuantLib as ql  # noqa: N813 -- its own documentation's name

from realinsights_finance import BusinessDayRule, DayCount, HolidayCalendar, InvalidTerms, schedule
from realinsights_finance.business_days import (
    adjusted,
    business_days_after,
    business_days_before,
    holidays,
    is_business_day,
)

FED, BONDS, SOFR = HolidayCalendar.FEDERAL_RESERVE, HolidayCalendar.US_GOVERNMENT_BOND, HolidayCalendar.SOFR
WEEKENDS = HolidayCalendar.WEEKENDS_ONLY
RULES = {
    BusinessDayRule.FOLLOWING: ql.Following,
    BusinessDayRule.MODIFIED_FOLLOWING: ql.ModifiedFollowing,
    BusinessDayRule.PRECEDING: ql.Preceding,
    BusinessDayRule.MODIFIED_PRECEDING: ql.ModifiedPreceding,
}
FOLLOWING, MODIFIED, PRECEDING, MODIFIED_PRECEDING = RULES


def day(text):
    return datetime.date.fromisoformat(text)


class TestHolidays:
    @pytest.mark.parametrize("calendar", HolidayCalendar)
    def test_are_quantlibs_from_2000_to_2050(self, calendar, quantlib_calendars):
        peer = quantlib_calendars[calendar]
        known = peer.holidayList(ql.Date(1, 1, 2000), ql.Date(31, 12, 2050), False)
        own = sorted(found for year in range(2000, 2051) for found in holidays(year, calendar))
        assert [found.isoformat() for found in own] == [found.ISO() for found in known]

    @pytest.mark.parametrize(
        ("reset", "calendar", "determined"),
        [
            ("2026-07-06", BONDS, "2026-07-01"),
            ("2026-07-06", FED, "2026-07-02"),
            ("2026-04-06", BONDS, "2026-04-02"),
            ("2026-04-06", SOFR, "2026-04-01"),
            ("2025-11-12", WEEKENDS, "2025-11-10"),
            ("2025-11-12", BONDS, "2025-11-07"),
            ("2025-11-12", FED, "2025-11-07"),
        ],
    )
    def test_decide_when_a_rate_is_determined(self, reset, calendar, determined):
        assert business_days_before(day(reset), 2, calendar) == day(determined)

    def test_are_refused_of_a_time_they_are_not_known_of(self):
        with pytest.raises(ValueError, match="begin in 1986"):
            is_business_day(datetime.date(1985, 7, 4), FED)

    @pytest.mark.parametrize("calendar", [FED, BONDS, SOFR])
    def test_say_their_source_and_its_year(self, calendar):
        assert "as published for 20" in calendar.about

    def test_of_bonds_are_the_days_without_a_treasury_yield(self, shared_data):
        lines = (shared_data / "rates" / "DGS10.csv").read_text(encoding="utf-8").splitlines()[1:]
        quoted = [day(on) for on, _, value in (line.partition(",") for line in lines) if value not in {"", "."}]
        first, last = datetime.date(1986, 1, 1), max(quoted)
        days = (first + datetime.timedelta(days=count) for count in range((last - first).days + 1))
        assert [on for on in days if is_business_day(on, BONDS)] == [on for on in quoted if on >= first]

    @pytest.mark.parametrize("on", ["1994-04-27", "2001-09-11", "2001-09-12", "2004-06-11", "2012-10-30", "2018-12-05"])
    def test_of_bonds_were_once_for_a_reason_of_their_own(self, on):
        assert not is_business_day(day(on), BONDS)
        assert is_business_day(day(on), FED)

    def test_of_weekends_alone_are_none_and_known_in_every_year(self):
        assert "no holidays" in WEEKENDS.about
        assert is_business_day(datetime.date(1900, 1, 1), WEEKENDS)
        assert not is_business_day(datetime.date(1900, 1, 6), WEEKENDS)

    @pytest.mark.parametrize("calendar", HolidayCalendar)
    def test_leave_as_many_days_after_as_before(self, calendar):
        for first in (day("2026-04-02"), day("2026-07-02"), day("2025-12-31")):
            assert business_days_before(business_days_after(first, 3, calendar), 3, calendar) == first


class TestAdjusted:
    @pytest.mark.parametrize(
        ("due", "following", "modified", "preceding", "modified_preceding"),
        [
            ("2026-08-01", "2026-08-03", "2026-08-03", "2026-07-31", "2026-08-03"),
            ("2026-05-31", "2026-06-01", "2026-05-29", "2026-05-29", "2026-05-29"),
            ("2026-01-01", "2026-01-02", "2026-01-02", "2025-12-31", "2026-01-02"),
            ("2026-07-03", "2026-07-06", "2026-07-06", "2026-07-02", "2026-07-02"),
            ("2026-07-02", "2026-07-02", "2026-07-02", "2026-07-02", "2026-07-02"),
        ],
    )
    def test_moves_as_each_rule_says(self, due, following, modified, preceding, modified_preceding):
        moved = [adjusted(day(due), rule, BONDS).isoformat() for rule in RULES]
        assert moved == [following, modified, preceding, modified_preceding]

    @pytest.mark.parametrize("calendar", HolidayCalendar)
    @pytest.mark.parametrize("rule", RULES)
    def test_moves_every_day_of_2000_to_2050_as_quantlib_does(self, calendar, rule, quantlib_calendars):
        peer = quantlib_calendars[calendar]
        first = datetime.date(2000, 1, 1)
        for offset in range((datetime.date(2051, 1, 1) - first).days):
            on = first + datetime.timedelta(days=offset)
            moved = peer.adjust(ql.Date(on.day, on.month, on.year), RULES[rule])
            assert adjusted(on, rule, calendar).isoformat() == moved.ISO()


class TestScheduleOnBusinessDays:
    @pytest.fixture
    def rows(self, a_loan):
        def build(**changes):
            terms = {
                "principal": Decimal("1000000.00"),
                "rate": Decimal("0.06"),
                "start": day("2025-02-01"),
                "first_payment": day("2025-03-01"),
                "maturity": day("2030-02-01"),
                "business_day_rule": FOLLOWING,
                "business_day_calendar": FED,
            }
            return schedule(a_loan(**(terms | changes)))

        return build

    def test_moves_the_payment_alone(self, rows):
        first, second = rows().installments[:2]
        assert (first.period_end.isoformat(), first.due_date.isoformat()) == ("2025-03-01", "2025-03-03")
        assert (first.days, first.interest) == (28, Decimal("4666.67"))
        assert (second.period_start.isoformat(), second.due_date.isoformat()) == ("2025-03-01", "2025-04-01")
        assert (second.days, second.interest) == (31, Decimal("5159.80"))

    def test_moves_the_accrual_too_where_the_note_says_so(self, rows):
        first, second = rows(accrual_adjusted=True).installments[:2]
        assert (first.period_end.isoformat(), first.days, first.interest) == ("2025-03-03", 30, Decimal("5000.00"))
        assert (second.period_start.isoformat(), second.days) == ("2025-03-03", 29)
        assert second.interest == Decimal("4828.52")

    def test_counts_thirty_360_between_the_moved_days(self, rows):
        first, second = rows(accrual_adjusted=True, day_count=DayCount.THIRTY_360).installments[:2]
        assert (first.days, first.interest) == (32, Decimal("5333.33"))
        assert (second.days, second.interest) == (28, Decimal("4663.58"))

    def test_moves_the_maturity(self, rows):
        assert rows(maturity=day("2030-06-01")).installments[-1].due_date == day("2030-06-03")
        assert rows(maturity=day("2030-06-01"), business_day_rule=PRECEDING).installments[-1].due_date == day(
            "2030-05-31"
        )

    def test_owes_the_balance_until_the_moved_day(self, rows):
        computed = rows()
        assert computed.balance_on(day("2025-03-02")) == Decimal("1000000.00")
        assert computed.balance_on(day("2025-03-03")) == computed.installments[0].ending_balance == Decimal("998671.16")
        # Two days after the period's end the next period's interest has begun, on what will be owed then.
        assert computed.accrued_interest(day("2025-03-03")) == Decimal("332.89")
        assert computed.accrued_interest(day("2025-03-02")) == Decimal("4666.67") + Decimal("166.45")

    def test_pays_before_the_period_ends_where_the_day_before_is_taken(self, rows):
        computed = rows(business_day_rule=PRECEDING)
        assert computed.installments[0].due_date == day("2025-02-28")
        assert computed.balance_on(day("2025-02-28")) == Decimal("998671.16")
        assert computed.accrued_interest(day("2025-02-28")) == 0

    def test_says_rule_calendar_and_what_interest_runs_to(self, rows):
        said = rows().statement.business_days
        assert said.startswith("following business day, maturity included; interest runs to the days the note names")
        assert "Federal Reserve" in said

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"business_day_calendar": None}, "business_day_calendar"),
            ({"business_day_rule": BusinessDayRule.UNADJUSTED, "accrual_adjusted": True}, "accrual_adjusted"),
            ({"start": day("1984-12-01"), "first_payment": day("1985-01-01")}, "business_day_rule"),
            (
                {"start": day("2025-02-28"), "business_day_rule": PRECEDING, "accrual_adjusted": True},
                "start",
            ),
        ],
    )
    def test_is_refused_where_the_terms_contradict_themselves(self, rows, changes, field):
        with pytest.raises(InvalidTerms) as refusal:
            rows(**changes)
        assert [problem.field for problem in refusal.value.problems] == [field]
