"""Stored terms: each is computed from, assumed in words, named as ignored, or refused."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from realinsights.loans.model.computed_periods import Schedules
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.loan_rules import checked_loan
from realinsights.loans.model.tape import Statement
from realinsights.loans.queries.schedules import schedule_of

Build = Callable[..., Loan]
FLOATING = {"index": "SOFR30A", "spread": "0.025"}


def of_2021(**changes: Any) -> dict[str, Any]:
    """Return $1,200,000 at 6 %, interest only, closed five days before its first payment."""
    terms = {"firstPaymentDate": "2021-02-01", "amortizationMonths": None}
    return {
        "originalBalance": "1200000.00",
        "currentBalance": "1200000.00",
        "balanceAsOf": "2021-01-27",
        "originationDate": "2021-01-27",
        "maturityDate": "2026-01-01",
        "rate": "0.06",
        **changes,
        "terms": {**terms, **changes.get("terms", {})},
    }


def dated(closing: str, first_payment: str, maturity: str, **terms: Any) -> dict[str, Any]:
    return {
        "balanceAsOf": closing,
        "originationDate": closing,
        "maturityDate": maturity,
        "terms": {"firstPaymentDate": first_payment, **terms},
    }


class TestABusinessDayRule:
    def test_moves_the_first_payment_from_a_saturday(self, a_loan: Build) -> None:
        loan = a_loan(terms={"firstPaymentDate": "2025-03-01", "businessDayRule": "following", "accrualAdjusted": True})
        schedule = schedule_of(loan)
        first = schedule.installments[0]
        assert (str(first.due_date), str(first.period_end)) == ("2025-03-03", "2025-03-03")
        assert schedule.how_computed is not None
        assert schedule.how_computed.business_days.startswith("following business day")
        assert "Business days are the Federal Reserve's: the note names no calendar." in schedule.how_computed.assumed

    @pytest.mark.parametrize(
        ("calendar", "due"), [("federal_reserve", "2026-07-03"), ("us_government_bond", "2026-07-06")]
    )
    def test_follows_the_calendar_that_the_note_names(self, a_loan: Build, calendar: str, due: str) -> None:
        terms = {"firstPaymentDate": "2025-02-03", "businessDayRule": "following", "businessDayCalendar": calendar}
        [found] = [row for row in schedule_of(a_loan(terms=terms)).installments if str(row.period_end) == "2026-07-03"]
        assert str(found.due_date) == due

    @pytest.mark.parametrize("adjusted", [True, False])
    def test_is_followed_by_a_reconciliation(self, a_loan: Build, adjusted: bool) -> None:
        terms = {"firstPaymentDate": "2025-03-01", "businessDayRule": "following", "accrualAdjusted": adjusted}
        loan = a_loan(originationDate="2025-02-01", balanceAsOf="2025-02-01", terms=terms)
        statement = Statement(
            number="1", row=1, line=1, period_begin=datetime.date(2025, 3, 2), period_end=datetime.date(2025, 3, 31)
        )
        found = Schedules.of([loan]).period(0, statement)
        assert found.due_date == datetime.date(2025, 3, 3)
        assert found.interest == Decimal("43750.00" if adjusted else "40833.33")

    def test_of_a_calendar_that_was_stored_before_and_is_not_known_leaves_no_schedule(self, a_loan: Build) -> None:
        loan = a_loan(terms={"businessDayRule": "following"})
        stored = msgspec.structs.replace(loan, terms=msgspec.structs.replace(loan.terms, business_day_calendar="NYB"))
        assert schedule_of(stored).unscheduled == "the holidays of its calendar NYB are not known"


class TestWhatIsNotComputedFrom:
    def test_is_named_with_its_value(self, a_loan: Build) -> None:
        terms = {
            "graceDays": 10,
            "businessDayCalendar": "federal_reserve",
            "extensionOptions": [{"months": 12, "exercisedOn": "2025-06-01"}],
            "reserves": [{"name": "Taxes"}, {"name": "Insurance"}],
        }
        how = schedule_of(a_loan(terms=terms)).how_computed
        assert how is not None
        assert {term.name: term.value for term in how.ignored} == {
            "terms.graceDays": "10",
            "terms.businessDayCalendar": "federal_reserve",
            "terms.extensionOptions": "1 stated",
            "terms.reserves": "2 stated",
        }

    def test_is_named_of_a_loan_without_a_schedule(self, a_loan: Build) -> None:
        floating = {**FLOATING, "rateFloor": "0.03", "rateCeiling": "0.085", "indexFloor": "0.01"}
        hedge = {"kind": "cap", "notional": "10000000.00", "strike": "0.035"}
        loan = a_loan(rateType="floating", terms={"floating": floating, "hedges": [hedge]})
        how = schedule_of(loan).how_computed
        assert how is not None
        assert {term.name for term in how.ignored} == {
            "terms.hedges",
            *(f"terms.floating.{name}" for name in ("index", "spread", "indexFloor", "rateFloor", "rateCeiling")),
        }
        assert how.interest == "not computed: the rate floats: its future interest is not known"

    def test_is_nothing_of_a_plain_loan(self, a_loan: Build) -> None:
        how = schedule_of(a_loan()).how_computed
        assert how is not None
        assert (how.assumed, how.ignored) == ((), ())


class TestWhatContradictsItself:
    @pytest.mark.parametrize(
        ("changes", "field", "message"),
        [
            ({"rateType": "floating", "terms": {"floating": {**FLOATING, "rateCeiling": "0.05"}}}, "rate", "ceiling"),
            ({"rateType": "floating", "terms": {"floating": {**FLOATING, "rateFloor": "0.06"}}}, "rate", "floor"),
            (
                {"rateType": "floating", "terms": {"floating": {**FLOATING, "calendar": "London"}}},
                "terms.floating.calendar",
                "London is no calendar that is known: choose federal_reserve or us_government_bond",
            ),
            ({"terms": {"businessDayCalendar": "NYB"}}, "terms.businessDayCalendar", "NYB is no calendar"),
            ({"terms": {"accrualAdjusted": True}}, "terms.accrualAdjusted", "needs a business-day rule"),
            (
                {"terms": {"hedges": [{"kind": "collar", "notional": "1", "strike": "0.03", "floorStrike": "0.04"}]}},
                "terms.hedges[0].floorStrike",
                "must not be above the strike",
            ),
        ],
    )
    def test_is_refused(self, unchecked_loan: Build, changes: dict[str, Any], field: str, message: str) -> None:
        _, faults = checked_loan(unchecked_loan(**changes))
        assert [fault.field for fault in faults] == [field]
        assert message in faults[0].message


class TestTheFirstPeriod:
    def test_bears_interest_from_the_closing_and_says_so(self, a_loan: Build) -> None:
        schedule = schedule_of(a_loan(**of_2021()))
        first = schedule.installments[0]
        assert (first.days, str(first.interest)) == (5, "1000.00")
        assert schedule.how_computed is not None
        [assumed] = schedule.how_computed.assumed
        assert assumed.startswith("Interest runs from the closing on 2021-01-27")

    def test_bears_it_from_where_the_note_says(self, a_loan: Build) -> None:
        schedule = schedule_of(a_loan(**of_2021(terms={"interestStartDate": "2021-01-01"})))
        assert (schedule.installments[0].days, str(schedule.installments[0].interest)) == (31, "6200.00")
        assert schedule.how_computed is not None
        assert schedule.how_computed.assumed == ()

    def test_is_a_whole_one_in_a_deal(self, a_loan: Build) -> None:
        schedule = schedule_of(a_loan(kept={"deal": "ubs-2017-c1"}, **of_2021()))
        assert str(schedule.installments[0].interest) == "6200.00"
        assert schedule.how_computed is not None
        assert "before the closing on 2021-01-27" in schedule.how_computed.assumed[0]

    def test_leaves_what_is_paid_at_closing_out_and_says_so(self, a_loan: Build) -> None:
        schedule = schedule_of(a_loan(**dated("2025-03-18", "2025-05-01", "2035-04-01")))
        assert (schedule.installments[0].days, str(schedule.installments[0].period_start)) == (30, "2025-04-01")
        assert schedule.how_computed is not None
        assert "from the closing on 2025-03-18 until then is paid at closing" in schedule.how_computed.assumed[0]


class TestThePaymentDay:
    @pytest.mark.parametrize(
        ("changes", "second", "count"),
        [
            (dated("2025-03-31", "2025-04-30", "2030-03-31"), "2025-05-31", 60),
            (dated("2025-03-30", "2025-04-30", "2030-03-30"), "2025-05-30", 60),
            (dated("2025-01-31", "2025-02-28", "2030-01-31"), "2025-03-31", 60),
            (dated("2025-01-30", "2025-02-28", "2030-01-30"), "2025-03-30", 60),
            (dated("2024-02-29", "2024-03-29", "2029-02-28"), "2024-04-29", 60),
            (dated("2024-02-29", "2025-02-28", "2034-02-28", frequency="annual"), "2026-02-28", 10),
            (dated("2025-03-31", "2025-06-30", "2030-03-31", frequency="quarterly"), "2025-09-30", 20),
        ],
    )
    def test_is_what_all_dates_say(self, a_loan: Build, changes: dict[str, Any], second: str, count: int) -> None:
        installments = schedule_of(a_loan(**changes)).installments
        assert (str(installments[1].due_date), len(installments)) == (second, count)
        assert str(installments[0].period_start) == changes["originationDate"]

    @pytest.mark.parametrize(
        ("closing", "in_a_leap_year"), [("2024-02-29", "2028-02-29"), ("2023-02-28", "2028-02-28")]
    )
    def test_of_annual_payments_in_february_is_the_closings(
        self, a_loan: Build, closing: str, in_a_leap_year: str
    ) -> None:
        first = "2025-02-28" if closing == "2024-02-29" else "2024-02-28"
        loan = a_loan(**dated(closing, first, "2034-02-28", frequency="annual"))
        assert in_a_leap_year in [str(row.due_date) for row in schedule_of(loan).installments]

    def test_is_the_first_payments_where_the_dates_allow_another_and_says_so(self, a_loan: Build) -> None:
        schedule = schedule_of(a_loan(**dated("2025-03-15", "2025-04-30", "2030-04-30")))
        assert str(schedule.installments[1].due_date) == "2025-05-30"
        assert schedule.how_computed is not None
        assert schedule.how_computed.assumed[0] == (
            "Payments fall on day 30 of the month, as the first one does: by the note's dates it may be day 31 too."
        )
