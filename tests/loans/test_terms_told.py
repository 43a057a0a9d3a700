"""Terms as other services are told them: with the loan, when they change, and once more for who asks."""

from __future__ import annotations

import datetime
from typing import Any

import msgspec
import pytest

from realinsights.contracts.loans import LoanStatus
from realinsights.contracts.terms import (
    ExtensionTerms,
    HedgeTerms,
    PaymentTerms,
    PhaseKind,
    PhaseTerms,
    ResetTerms,
    TermsRecorded,
)
from realinsights.loans.model.loan import Loan, LoanDraft, loan_of
from realinsights.loans.model.terms_told import terms_recorded
from realinsights_finance.business_days import BusinessDayRule, HolidayCalendar


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def a_loan(**changes: Any) -> Loan:
    body: dict[str, Any] = {
        "number": "1001",
        "name": "Harbor Point",
        "originalBalance": "10000000.00",
        "currentBalance": "10000000.00",
        "balanceAsOf": "2025-06-30",
        "originationDate": "2025-01-01",
        "maturityDate": "2035-01-01",
        "rate": "0.0525",
    }
    draft = msgspec.convert({**body, **changes}, LoanDraft, strict=False)
    return loan_of(draft, loan_id="loan-1", org="acme")


def test_of_a_plain_loan_are_its_days() -> None:
    assert terms_recorded(a_loan()) == TermsRecorded(
        loan_id="loan-1",
        number="1001",
        name="Harbor Point",
        as_of=day("2025-06-30"),
        maturity_date=day("2035-01-01"),
        current=True,
    )


def test_hold_payments_with_their_rule_and_grace() -> None:
    terms = {
        "firstPaymentDate": "2025-02-28",
        "paymentDay": 31,
        "frequency": "quarterly",
        "businessDayRule": "following",
        "businessDayCalendar": "us_government_bond",
        "graceDays": 10,
        "interestOnlyMonths": 24,
        "amortizationMonths": 360,
    }
    told = terms_recorded(a_loan(terms=terms))
    assert told.calendar is HolidayCalendar.US_GOVERNMENT_BOND
    assert told.payments == PaymentTerms(
        first=day("2025-02-28"),
        day=31,
        frequency=told.payments.frequency if told.payments else None,
        rule=BusinessDayRule.FOLLOWING,
        interest_only_months=24,
        grace_days=10,
    )
    assert told.payments.frequency.months == 3


def test_have_no_end_of_interest_only_where_nothing_is_repaid_before_maturity() -> None:
    told = terms_recorded(a_loan(terms={"firstPaymentDate": "2025-02-01", "interestOnlyMonths": 120}))
    assert told.payments is not None
    assert told.payments.interest_only_months == 0


@pytest.mark.parametrize(
    ("floating", "note", "calendar"),
    [
        ({"index": "30-day SOFR"}, None, HolidayCalendar.SOFR),
        ({"index": "PRIME"}, None, HolidayCalendar.FEDERAL_RESERVE),
        ({"index": "SOFR"}, "federal_reserve", HolidayCalendar.FEDERAL_RESERVE),
        ({"index": "SOFR", "calendar": "us_government_bond"}, "federal_reserve", HolidayCalendar.US_GOVERNMENT_BOND),
    ],
)
def test_know_the_calendar_of_a_floating_rate(
    floating: dict[str, Any], note: str | None, calendar: HolidayCalendar
) -> None:
    terms = {
        "firstPaymentDate": "2025-02-01",
        "businessDayCalendar": note,
        "floating": {"spread": "0.025", "lookbackBusinessDays": 2, **floating},
    }
    told = terms_recorded(a_loan(rateType="floating", terms=terms))
    assert told.resets == ResetTerms(first=day("2025-02-01"), lookback_business_days=2, calendar=calendar)


def test_hold_phases_options_and_hedges_in_their_order() -> None:
    terms = {
        "prepayment": [
            {"kind": "lockout", "until": "2027-01-01"},
            {"kind": "yield_maintenance"},
            {"kind": "open", "fromDate": "2034-10-01"},
        ],
        "extensionOptions": [
            {"months": 12, "noticeDaysAtLeast": 20, "noticeDaysAtMost": 120, "minimumDebtYield": "0.09"},
            {"months": 6, "exercisedOn": "2025-05-01"},
        ],
        "hedges": [
            {"kind": "cap", "notional": "1", "strike": "0.035", "endDate": "2027-01-15"},
            {"kind": "swap", "notional": "1", "strike": "0.035"},
        ],
    }
    told = terms_recorded(a_loan(terms=terms))
    assert told.prepayment == (
        PhaseTerms(kind=PhaseKind.LOCKOUT, last=day("2027-01-01")),
        PhaseTerms(kind=PhaseKind.PRICED),
        PhaseTerms(kind=PhaseKind.OPEN, first=day("2034-10-01")),
    )
    assert told.extensions == (
        ExtensionTerms(months=12, notice_days_at_least=20, notice_days_at_most=120, tested=True),
        ExtensionTerms(months=6, exercised_on=day("2025-05-01")),
    )
    assert told.hedges == (HedgeTerms(ends=day("2027-01-15")), HedgeTerms(swap=True))


@pytest.mark.parametrize("status", LoanStatus)
def test_say_whether_anything_is_owed_and_whether_it_is_late(status: LoanStatus) -> None:
    told = terms_recorded(a_loan(status=status.value))
    assert told.current is (status is LoanStatus.CURRENT)
    assert told.over is (status in {"paid_off", "refinanced", "defeased", "liquidated"})
