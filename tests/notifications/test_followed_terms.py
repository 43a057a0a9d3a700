"""Terms that change: dates move, go and come back, and what was said of them stays where they did not move."""

from __future__ import annotations

import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights.contracts.terms import ExtensionTerms, PaymentTerms, ResetTerms, TermsRecorded
from realinsights.notifications.model.dates import (
    CriticalDate,
    DateKind,
    DateState,
    advanced,
    over_at,
    reopened,
    settled,
)
from realinsights.notifications.model.following import followed_terms, horizon, rolled_at, without_loan

TODAY = datetime.date(2026, 1, 15)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def noon(text: str) -> datetime.datetime:
    return datetime.datetime.combine(day(text), datetime.time(12), datetime.UTC)


class Timeline:
    """The dates of a loan as they are stored."""

    def __init__(self) -> None:
        self.dates: dict[str, CriticalDate] = {}

    def told(self, terms: TermsRecorded, today: datetime.date = TODAY) -> list[CriticalDate]:
        changed = list(followed_terms(terms, list(self.dates.values()), org="acme", today=today))
        assert len({date.id for date in changed}) == len(changed)
        self.dates |= {date.id: date for date in changed}
        return changed

    def say(self, date: CriticalDate) -> None:
        self.dates[date.id] = date

    def one(self, kind: DateKind, occurrence: int = 1) -> CriticalDate:
        (found,) = [date for date in self.dates.values() if date.kind is kind and date.occurrence == occurrence]
        return found

    @property
    def shown(self) -> list[tuple[DateKind, datetime.date]]:
        return sorted((date.kind, date.on) for date in self.dates.values() if not date.gone)


@pytest.fixture
def timeline() -> Timeline:
    return Timeline()


class TestTellingAgain:
    def test_changes_nothing(self, timeline: Timeline, a_loan: Any) -> None:
        assert timeline.told(a_loan())
        assert not timeline.told(a_loan())

    def test_under_another_name_says_so(self, timeline: Timeline, a_loan: Any) -> None:
        timeline.told(a_loan())
        timeline.told(a_loan(name="Pier Nine"))
        assert {date.loan_name for date in timeline.dates.values()} == {"Pier Nine"}


class TestChanges:
    def test_move_a_date_which_is_open_again_and_stays_with_its_assignee(self, timeline: Timeline, a_loan: Any) -> None:
        timeline.told(a_loan())
        before = timeline.one(DateKind.MATURITY)
        done = settled(before, DateState.DONE, by="ann", evidence="Refinanced.")
        timeline.say(msgspec.structs.replace(done, assignee="bo"))
        timeline.told(a_loan(maturity_date=day("2029-01-01")))
        after = timeline.one(DateKind.MATURITY)
        assert (after.id, after.on, after.state) == (before.id, day("2029-01-01"), DateState.OPEN)
        assert (after.assignee, after.evidence, after.settled_by) == ("bo", None, None)

    def test_elsewhere_leave_what_was_said(self, timeline: Timeline, a_loan: Any) -> None:
        timeline.told(a_loan())
        timeline.say(settled(timeline.one(DateKind.MATURITY), DateState.WAIVED, by="ann", evidence="Sold."))
        timeline.told(a_loan(payments=PaymentTerms(first=day("2025-02-05"), day=5)))
        assert timeline.one(DateKind.MATURITY).state is DateState.WAIVED
        assert timeline.one(DateKind.PAYMENT, 13).on == day("2026-02-05")

    def test_let_dates_go_and_come_back_as_they_were(self, timeline: Timeline, a_loan: Any) -> None:
        option = ExtensionTerms(months=12, notice_days_at_least=30)
        timeline.told(a_loan(extensions=(option,)))
        timeline.say(settled(timeline.one(DateKind.EXTENSION_NOTICE), DateState.DONE, by="ann", evidence="Sent."))
        timeline.told(a_loan())
        gone = timeline.one(DateKind.EXTENSION_NOTICE)
        assert gone.gone
        assert gone.due_at is None
        timeline.told(a_loan(extensions=(option,)))
        back = timeline.one(DateKind.EXTENSION_NOTICE)
        assert (back.gone, back.state, back.evidence) == (False, DateState.DONE, "Sent.")

    def test_leave_what_is_past(self, timeline: Timeline, a_loan: Any) -> None:
        timeline.told(a_loan())
        timeline.say(advanced(timeline.one(DateKind.PAYMENT, 13), now=noon("2027-01-01")))
        timeline.told(a_loan(payments=None), today=day("2026-03-15"))
        past = timeline.one(DateKind.PAYMENT, 13)
        assert (past.gone, past.state) == (False, DateState.MISSED)
        assert timeline.one(DateKind.PAYMENT, 15).gone

    def test_of_a_loan_that_is_no_more_let_all_go(self, timeline: Timeline, a_loan: Any) -> None:
        timeline.told(a_loan())
        assert all(date.gone for date in without_loan(timeline.dates.values()))


class TestTheRecord:
    def test_settles_payments_that_it_tells_of(self, timeline: Timeline, a_loan: Any) -> None:
        timeline.told(a_loan())
        timeline.told(a_loan(as_of=day("2026-03-15"), current=True), today=day("2026-03-20"))
        first, third = timeline.one(DateKind.PAYMENT, 13), timeline.one(DateKind.PAYMENT, 15)
        assert (first.state, first.evidence, first.settled_by) == (
            DateState.DONE,
            "The loan was current on 2026-03-15.",
            None,
        )
        assert third.state is DateState.OPEN

    def test_says_that_a_payment_is_late(self, timeline: Timeline, a_loan: Any) -> None:
        timeline.told(a_loan())
        timeline.told(a_loan(as_of=day("2026-02-15")), today=day("2026-02-20"))
        assert timeline.one(DateKind.PAYMENT, 13).state is DateState.MISSED
        timeline.told(a_loan(as_of=day("2026-02-25"), current=True), today=day("2026-02-26"))
        assert timeline.one(DateKind.PAYMENT, 13).state is DateState.DONE

    def test_says_that_an_option_is_exercised(self, timeline: Timeline, a_loan: Any) -> None:
        option = ExtensionTerms(months=12, notice_days_at_least=30)
        timeline.told(a_loan(extensions=(option,)))
        timeline.told(a_loan(extensions=(msgspec.structs.replace(option, exercised_on=day("2026-01-10")),)))
        notice = timeline.one(DateKind.EXTENSION_NOTICE)
        assert (notice.state, notice.gone) == (DateState.DONE, False)
        assert timeline.one(DateKind.MATURITY).on == day("2029-01-01")

    def test_of_a_loan_that_is_repaid_settles_its_maturity(self, timeline: Timeline, a_loan: Any) -> None:
        timeline.told(a_loan(maturity_date=day("2026-02-01")))
        timeline.told(a_loan(maturity_date=day("2026-02-01"), over=True, as_of=day("2026-02-10")), day("2026-02-11"))
        assert timeline.one(DateKind.MATURITY).state is DateState.DONE


class TestTime:
    def test_makes_a_task_missed_once_its_day_is_over_everywhere(self, timeline: Timeline, a_loan: Any) -> None:
        timeline.told(a_loan())
        maturity = timeline.one(DateKind.MATURITY)
        assert maturity.changes_at == noon("2028-01-02")
        assert advanced(maturity, now=noon("2028-01-02") - datetime.timedelta(seconds=1)) is maturity
        assert advanced(maturity, now=noon("2028-01-02")).state is DateState.MISSED

    def test_lets_pass_what_happens_by_itself(self, timeline: Timeline, a_loan: Any) -> None:
        timeline.told(a_loan(resets=ResetTerms(first=day("2026-02-01"))))
        assert advanced(timeline.one(DateKind.RATE_RESET), now=noon("2026-02-02")).state is DateState.DONE

    def test_waits_for_the_record_of_a_payment(self, timeline: Timeline, a_loan: Any) -> None:
        timeline.told(a_loan())
        payment = timeline.one(DateKind.PAYMENT, 13)
        assert payment.changes_at == noon("2026-02-01") + datetime.timedelta(days=46)

    def test_ends_a_rest(self, timeline: Timeline, a_loan: Any) -> None:
        timeline.told(a_loan())
        resting = msgspec.structs.replace(
            timeline.one(DateKind.MATURITY), state=DateState.SNOOZED, snoozed_until=day("2027-06-01")
        )
        begins = datetime.datetime(2027, 6, 1, tzinfo=datetime.UTC)
        assert resting.due_at == begins
        awake = advanced(resting, now=begins)
        assert (awake.state, awake.snoozed_until) == (DateState.OPEN, None)
        assert advanced(resting, now=over_at(resting)).state is DateState.MISSED

    def test_makes_missed_what_is_reopened_too_late(self, timeline: Timeline, a_loan: Any) -> None:
        timeline.told(a_loan())
        done = settled(timeline.one(DateKind.MATURITY), DateState.DONE, by="ann", evidence=None)
        assert reopened(done, now=noon("2027-01-01")).state is DateState.OPEN
        assert reopened(done, now=noon("2029-01-01")).state is DateState.MISSED


class TestRolling:
    def test_goes_on_while_payments_come(self, timeline: Timeline, a_loan: Any) -> None:
        today, seen = TODAY, set()
        terms = a_loan(maturity_date=day("2030-01-01"))
        at = None
        for _ in range(100):
            timeline.told(terms, today=today)
            seen |= {date.occurrence for date in timeline.dates.values() if date.kind is DateKind.PAYMENT}
            at = rolled_at(terms, today=today)
            if at is None:
                break
            assert datetime.timedelta(14) <= at.date() - today <= datetime.timedelta(28)
            today = at.date()
        assert at is None
        assert seen == set(range(13, 60))

    def test_is_spread(self, a_loan: Any) -> None:
        moments = {
            rolled_at(a_loan(loan_id=f"{number}", maturity_date=day("2040-01-01")), today=TODAY)
            for number in range(2000)
        }
        assert len(moments) > 1950
        assert len({moment.date() for moment in moments if moment}) == 14

    def test_ends_with_the_last_payment(self, a_loan: Any) -> None:
        assert rolled_at(a_loan(maturity_date=horizon(TODAY)), today=TODAY) is None
        assert rolled_at(a_loan(maturity_date=day("2040-01-01"), over=True), today=TODAY) is None


class TestAnySequence:
    @given(
        st.lists(
            st.tuples(
                st.dates(day("2026-02-01"), day("2031-01-01")),
                st.integers(1, 31),
                st.booleans(),
                st.integers(0, 20),
            ),
            min_size=1,
            max_size=6,
        )
    )
    def test_shows_what_the_last_terms_give_and_nothing_twice(
        self, a_loan: Any, steps: list[tuple[datetime.date, int, bool, int]]
    ) -> None:
        timeline, fresh = Timeline(), Timeline()
        terms = a_loan()
        for maturity, payment_day, floats, _ in steps:
            terms = a_loan(
                maturity_date=maturity,
                payments=PaymentTerms(first=day("2025-02-01"), day=payment_day),
                resets=ResetTerms(first=day("2025-03-15")) if floats else None,
            )
            timeline.told(terms)
        fresh.told(terms)
        assert timeline.shown == fresh.shown
        assert not timeline.told(terms)
