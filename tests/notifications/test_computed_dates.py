"""Dates follow from terms: each kind, business days, windows, and what holds for any terms."""

from __future__ import annotations

import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights.contracts.terms import (
    ExtensionTerms,
    HedgeTerms,
    PaymentTerms,
    PhaseKind,
    PhaseTerms,
    ResetTerms,
    TermsRecorded,
)
from realinsights.notifications.model.computing import dates_of, maturity_of
from realinsights.notifications.model.dates import ComputedDate, DateKind
from realinsights_finance.business_days import BusinessDayRule, HolidayCalendar, business_days_before, is_business_day
from realinsights_finance.time import Interval

TODAY = datetime.date(2026, 1, 15)
AGAIN = {DateKind.PAYMENT, DateKind.RATE_RESET, DateKind.DETERMINATION}
AHEAD = datetime.date(2027, 2, 15)
FEDERAL = HolidayCalendar.FEDERAL_RESERVE
BONDS = HolidayCalendar.US_GOVERNMENT_BOND


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def of(terms: TermsRecorded, kind: DateKind, *, since: datetime.date = TODAY) -> list[ComputedDate]:
    return [date for date in dates_of(terms, since=since, until=AHEAD) if date.kind is kind]


def days(terms: TermsRecorded, kind: DateKind, *, since: datetime.date = TODAY) -> list[str]:
    return [date.on.isoformat() for date in of(terms, kind, since=since)]


class TestPayments:
    def test_are_known_for_the_time_ahead_and_counted_from_the_first(self, a_loan: Any) -> None:
        found = of(a_loan(), DateKind.PAYMENT)
        assert [date.on.isoformat() for date in found][:2] == ["2026-02-01", "2026-03-01"]
        assert found[-1].on == day("2027-02-01")
        assert [date.occurrence for date in found] == list(range(13, 26))

    def test_end_before_the_maturity(self, a_loan: Any) -> None:
        assert days(a_loan(maturity_date=day("2026-04-01")), DateKind.PAYMENT) == ["2026-02-01", "2026-03-01"]

    def test_come_back_to_their_day_after_february(self, a_loan: Any) -> None:
        terms = a_loan(payments=PaymentTerms(first=day("2025-01-31"), day=31))
        assert days(terms, DateKind.PAYMENT)[:3] == ["2026-01-31", "2026-02-28", "2026-03-31"]

    @pytest.mark.parametrize(
        ("rule", "august"),
        [
            (BusinessDayRule.UNADJUSTED, "2026-08-01"),
            (BusinessDayRule.FOLLOWING, "2026-08-03"),
            (BusinessDayRule.MODIFIED_FOLLOWING, "2026-08-03"),
            (BusinessDayRule.PRECEDING, "2026-07-31"),
        ],
    )
    def test_move_by_the_note_s_rule(self, a_loan: Any, rule: BusinessDayRule, august: str) -> None:
        terms = a_loan(payments=PaymentTerms(first=day("2025-02-01"), day=1, rule=rule))
        (moved,) = [date for date in of(terms, DateKind.PAYMENT) if date.occurrence == 19]
        assert moved.on == day(august)

    def test_are_in_time_until_their_grace_ends(self, a_loan: Any) -> None:
        terms = a_loan(payments=PaymentTerms(first=day("2025-02-01"), day=1, grace_days=10))
        first = of(terms, DateKind.PAYMENT, since=day("2026-02-11"))[0]
        assert (first.on, first.window_from, first.window_to) == (
            day("2026-02-01"),
            day("2026-02-01"),
            day("2026-02-11"),
        )
        assert of(terms, DateKind.PAYMENT, since=day("2026-02-12"))[0].on == day("2026-03-01")

    def test_of_a_quarter_come_each_quarter(self, a_loan: Any) -> None:
        terms = a_loan(payments=PaymentTerms(first=day("2025-03-31"), day=31, frequency=Interval.QUARTERLY))
        assert days(terms, DateKind.PAYMENT) == ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"]

    def test_of_two_weeks_come_every_two_weeks(self, a_loan: Any) -> None:
        terms = a_loan(payments=PaymentTerms(first=day("2025-01-08"), day=8, frequency=Interval.BI_WEEKLY))
        found = of(terms, DateKind.PAYMENT)
        assert [(date.on.isoformat(), date.occurrence) for date in found[:2]] == [
            ("2026-01-21", 28),
            ("2026-02-04", 29),
        ]
        assert found[-1].on == day("2027-02-03")

    def test_of_half_months_come_on_the_15th_and_the_last(self, a_loan: Any) -> None:
        terms = a_loan(payments=PaymentTerms(first=day("2025-01-31"), day=31, frequency=Interval.SEMI_MONTHLY))
        assert days(terms, DateKind.PAYMENT)[:4] == ["2026-01-15", "2026-01-31", "2026-02-15", "2026-02-28"]

    def test_of_weeks_end_their_interest_alone_with_the_last_of_its_payments(self, a_loan: Any) -> None:
        payments = PaymentTerms(first=day("2026-01-07"), day=7, frequency=Interval.WEEKLY, interest_only_months=6)
        # Half a year is 26 payments, the last of them 25 weeks after the first.
        assert days(a_loan(payments=payments), DateKind.INTEREST_ONLY_END) == ["2026-07-01"]


class TestRates:
    # domain: reset less two days on the calendar that the note names.
    @pytest.mark.parametrize(
        ("reset", "calendar", "determined"),
        [
            ("2026-07-06", BONDS, "2026-07-01"),
            ("2026-07-06", FEDERAL, "2026-07-02"),
            ("2026-04-06", FEDERAL, "2026-04-02"),
            ("2025-11-12", FEDERAL, "2025-11-07"),
            ("2025-11-12", BONDS, "2025-11-07"),
            ("2025-01-15", BONDS, "2025-01-13"),
            ("2025-04-15", BONDS, "2025-04-11"),
        ],
    )
    def test_are_determined_business_days_before(self, reset: str, calendar: HolidayCalendar, determined: str) -> None:
        assert business_days_before(day(reset), 2, calendar) == day(determined)

    def test_are_reset_each_period(self, a_loan: Any) -> None:
        resets = ResetTerms(first=day("2025-04-06"), months=3, lookback_business_days=2, calendar=BONDS)
        terms = a_loan(resets=resets)
        assert days(terms, DateKind.RATE_RESET) == ["2026-04-06", "2026-07-06", "2026-10-06", "2027-01-06"]
        assert days(terms, DateKind.DETERMINATION)[1] == "2026-07-01"

    def test_step_on_their_days(self, a_loan: Any) -> None:
        terms = a_loan(rate_steps=(day("2025-06-01"), day("2026-06-01")))
        (step,) = of(terms, DateKind.RATE_STEP)
        assert (step.occurrence, step.on, step.computed_from) == (2, day("2026-06-01"), "terms.rateSteps[1].fromDate")


class TestPrincipal:
    def test_is_drawn_and_prepaid_on_its_days(self, a_loan: Any) -> None:
        terms = a_loan(
            draws=(day("2025-06-01"), day("2026-06-01")), curtailments=(day("2025-07-01"), day("2026-07-15"))
        )
        (draw,) = of(terms, DateKind.DRAW)
        assert (draw.occurrence, draw.on, draw.computed_from) == (2, day("2026-06-01"), "terms.draws[1].drawnOn")
        (curtailment,) = of(terms, DateKind.CURTAILMENT)
        assert (curtailment.on, curtailment.computed_from) == (day("2026-07-15"), "terms.curtailments[1].paidOn")


class TestPhases:
    def test_of_interest_only_end_with_their_last_payment(self, a_loan: Any) -> None:
        terms = a_loan(payments=PaymentTerms(first=day("2025-02-01"), day=1, interest_only_months=24))
        assert days(terms, DateKind.INTEREST_ONLY_END) == ["2027-01-01"]

    def test_of_prepayment_tell_when_the_lockout_ends_and_when_it_is_open(self, a_loan: Any) -> None:
        terms = a_loan(
            prepayment=(
                PhaseTerms(kind=PhaseKind.LOCKOUT, last=day("2026-06-30")),
                PhaseTerms(kind=PhaseKind.PRICED, last=day("2027-09-30")),
                PhaseTerms(kind=PhaseKind.OPEN),
            )
        )
        assert days(terms, DateKind.LOCKOUT_END) == ["2026-06-30"]
        assert days(terms, DateKind.OPEN_PERIOD) == ["2027-10-01"]

    def test_of_lockout_end_where_the_next_begins(self, a_loan: Any) -> None:
        phases = (PhaseTerms(kind=PhaseKind.LOCKOUT), PhaseTerms(kind=PhaseKind.OPEN, first=day("2026-07-01")))
        terms = a_loan(prepayment=phases)
        assert days(terms, DateKind.LOCKOUT_END) == ["2026-06-30"]
        assert days(terms, DateKind.OPEN_PERIOD) == ["2026-07-01"]


class TestExtensions:
    # A real clause: notice not later than 20 and not earlier than 120 days before.
    OPTION = ExtensionTerms(months=12, notice_days_at_least=20, notice_days_at_most=120, tested=True)

    def test_have_a_window_for_the_notice_in_business_days(self, a_loan: Any) -> None:
        terms = a_loan(extensions=(self.OPTION,))
        (notice,) = of(terms, DateKind.EXTENSION_NOTICE)
        # 12 December 2027 is a Sunday, 3 September 2027 a Friday.
        assert (notice.window_from, notice.window_to) == (day("2027-09-03"), day("2027-12-10"))
        assert notice.on == notice.window_to
        assert days(terms, DateKind.EXTENSION_NOTICE_OPENS) == ["2027-09-03"]
        assert days(terms, DateKind.EXTENSION_TEST) == ["2028-01-01"]

    def test_follow_each_other_and_move_when_one_is_exercised(self, a_loan: Any) -> None:
        two = a_loan(extensions=(self.OPTION, self.OPTION))
        assert [date.on.year for date in of(two, DateKind.EXTENSION_NOTICE)] == [2027, 2028]
        exercised = msgspec.structs.replace(self.OPTION, exercised_on=day("2027-11-01"), months=6)
        terms = a_loan(extensions=(exercised, self.OPTION))
        (notice,) = of(terms, DateKind.EXTENSION_NOTICE)
        assert (notice.occurrence, notice.on) == (2, day("2028-06-09"))
        assert days(terms, DateKind.MATURITY) == ["2028-07-01"]
        assert of(terms, DateKind.MATURITY)[0].computed_from == "terms.extensionOptions[0].exercisedOn"


class TestHedges:
    def test_that_end_before_the_maturity_are_to_be_replaced(self, a_loan: Any) -> None:
        terms = a_loan(hedges=(HedgeTerms(ends=day("2026-08-15")), HedgeTerms(swap=True, ends=day("2027-01-01"))))
        assert days(terms, DateKind.CAP_EXPIRY) == ["2026-08-15"]
        assert days(terms, DateKind.REPLACEMENT_CAP) == ["2026-08-14"]
        assert days(terms, DateKind.SWAP_EXPIRY) == ["2027-01-01"]

    def test_that_last_until_the_maturity_are_not(self, a_loan: Any) -> None:
        assert not of(a_loan(hedges=(HedgeTerms(ends=day("2028-01-01")),)), DateKind.REPLACEMENT_CAP)


class TestRepayment:
    def test_is_anticipated_before_the_maturity(self, a_loan: Any) -> None:
        terms = a_loan(anticipated_repayment_date=day("2027-01-01"))
        assert days(terms, DateKind.ANTICIPATED_REPAYMENT) == ["2027-01-01"]
        assert days(terms, DateKind.MATURITY) == ["2028-01-01"]

    def test_leaves_no_dates(self, a_loan: Any) -> None:
        assert not list(dates_of(a_loan(over=True), since=TODAY, until=AHEAD))


dates = st.dates(day("1990-01-01"), day("2150-12-31"))
optional = st.none() | st.integers(0, 400)
loans = st.builds(
    TermsRecorded,
    loan_id=st.just("loan-1"),
    number=st.just("1"),
    name=st.just("x"),
    as_of=dates,
    maturity_date=st.dates(day("1990-01-01"), day("9999-12-31")),
    over=st.just(False),
    current=st.booleans(),
    anticipated_repayment_date=st.none() | dates,
    calendar=st.sampled_from(HolidayCalendar),
    payments=st.none()
    | st.builds(
        PaymentTerms,
        first=dates,
        day=st.integers(1, 31),
        frequency=st.sampled_from(Interval),
        rule=st.sampled_from(BusinessDayRule),
        interest_only_months=st.integers(0, 1200),
        grace_days=st.integers(0, 366),
    ),
    resets=st.none()
    | st.builds(
        ResetTerms,
        first=dates,
        months=st.integers(1, 120),
        lookback_business_days=st.none() | st.integers(0, 10),
        calendar=st.sampled_from(HolidayCalendar),
    ),
    rate_steps=st.lists(dates, max_size=3).map(tuple),
    prepayment=st.lists(
        st.builds(PhaseTerms, kind=st.sampled_from(PhaseKind), first=st.none() | dates, last=st.none() | dates),
        max_size=4,
    ).map(tuple),
    extensions=st.lists(
        st.builds(
            ExtensionTerms,
            months=st.integers(1, 240),
            notice_days_at_least=optional,
            notice_days_at_most=optional,
            tested=st.booleans(),
            exercised_on=st.none() | dates,
        ),
        max_size=4,
    ).map(tuple),
    hedges=st.lists(st.builds(HedgeTerms, swap=st.booleans(), ends=st.none() | dates), max_size=3).map(tuple),
)
moments = st.dates(day("1991-01-01"), day("2100-12-31"))


class TestAnyTerms:
    @given(loans, moments)
    def test_give_each_date_once_in_time_and_within_what_is_asked_for(
        self, terms: TermsRecorded, since: datetime.date
    ) -> None:
        until = since + datetime.timedelta(days=400)
        found = list(dates_of(terms, since=since, until=until))
        assert len({(date.kind, date.occurrence) for date in found}) == len(found)
        assert all(date.last_day >= since for date in found)
        assert len(found) < 900

    @given(loans, moments)
    def test_have_windows_that_hold_their_day(self, terms: TermsRecorded, since: datetime.date) -> None:
        for date in dates_of(terms, since=since, until=since + datetime.timedelta(days=400)):
            if date.window_to is not None:
                assert (date.window_from or date.on) <= date.on <= date.window_to

    @given(loans, moments, st.integers(0, 300))
    def test_give_later_what_they_gave_earlier_less_what_is_past(
        self, terms: TermsRecorded, since: datetime.date, later: int
    ) -> None:
        until = since + datetime.timedelta(days=400)
        then = since + datetime.timedelta(days=later)
        earlier = [date for date in dates_of(terms, since=since, until=until) if date.last_day >= then]
        found = list(dates_of(terms, since=then, until=until))
        # What comes next is given however far ahead it is, and may come next only by then.
        assert [date for date in found if date in earlier] == earlier
        assert all(date.kind in AGAIN and date.on > until for date in found if date not in earlier)

    @given(loans, moments)
    def test_give_the_next_payment_however_far_ahead_it_is(self, terms: TermsRecorded, since: datetime.date) -> None:
        def payments(until: datetime.date) -> list[ComputedDate]:
            return [date for date in dates_of(terms, since=since, until=until) if date.kind is DateKind.PAYMENT]

        assert payments(since)[:1] == payments(since + datetime.timedelta(days=800))[:1]

    @given(loans, moments)
    def test_give_payments_that_follow_each_other_before_the_maturity(
        self, terms: TermsRecorded, since: datetime.date
    ) -> None:
        found = list(dates_of(terms, since=since, until=since + datetime.timedelta(days=400)))
        payments = [date for date in found if date.kind is DateKind.PAYMENT]
        assert payments == sorted(payments, key=lambda date: (date.on, date.occurrence))
        assert [date.occurrence for date in payments] == list(
            range(payments[0].occurrence, payments[0].occurrence + len(payments)) if payments else ()
        )
        assert all(date.on <= maturity_of(terms) + datetime.timedelta(days=7) for date in payments)

    @given(loans, moments)
    def test_ask_for_notice_on_business_days(self, terms: TermsRecorded, since: datetime.date) -> None:
        for date in dates_of(terms, since=since, until=since):
            if date.kind is DateKind.EXTENSION_NOTICE and date.window_from is None:
                assert is_business_day(date.on, terms.calendar)
