"""Prepayment phases of a loan: each refusal names its field; what they say is told, exported and dated."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights.contracts.terms import PhaseKind, PhaseTerms
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.loan_rules import checked_loan
from realinsights.loans.model.prepayment import loan_dates, note_phases
from realinsights.loans.model.prepayment_asked import CostAsked, PayoffAsked
from realinsights.loans.model.prepayment_words import prepayment_in_words
from realinsights.loans.model.terms import PrepaymentKind
from realinsights.loans.model.terms_told import terms_recorded
from realinsights.loans.queries.exports import line_of
from realinsights.loans.queries.payoff import payoff_of
from realinsights.loans.queries.prepayment import CostState, prepayment_of
from realinsights_platform.errors import Refusal

YIELDS = {"kind": "yield_maintenance", "formula": "remaining_payments"}
LOCKED = {"kind": "lockout", "months": 24}
OPEN = {"kind": "open"}
Build = Callable[..., Any]


@pytest.fixture(scope="session")
def noted(a_loan: Build) -> Build:
    """Return a builder of valid loans with phases."""
    return lambda *phases, **changes: a_loan(**changes, terms={"prepayment": list(phases)})


@pytest.mark.parametrize(
    ("phases", "field"),
    [
        ([{**LOCKED, "until": "2027-01-01"}, OPEN], "terms.prepayment[0].months"),
        (
            [{"kind": "lockout", "until": "2027-01-01", "monthsBeforeMaturity": 3}],
            "terms.prepayment[0].monthsBeforeMaturity",
        ),
        ([{"kind": "lockout"}, OPEN], "terms.prepayment[1].fromDate"),
        ([LOCKED, {"kind": "open", "fromDate": "2027-02-01"}], "terms.prepayment[1].fromDate"),
        (
            [{"kind": "lockout", "until": "2027-01-01"}, {"kind": "open", "fromDate": "2027-01-01"}],
            "terms.prepayment[1].fromDate",
        ),
        ([{**LOCKED, "months": 200}, {**YIELDS, "until": "2030-01-01"}], "terms.prepayment"),
        ([{**OPEN, "formula": "annual_factor"}], "terms.prepayment[0].formula"),
        ([{**YIELDS, "percentages": ["0.05"]}], "terms.prepayment[0].percentages"),
        ([{**YIELDS, "spread": "0.3"}], "terms.prepayment[0].spread"),
        ([{"kind": "spread_maintenance", "spread": "-0.01"}], "terms.prepayment[0].spread"),
        ([{**YIELDS, "minimumInterest": "1.00"}], "terms.prepayment[0].minimumInterest"),
        (
            [{"kind": "minimum_interest", "minimumInterest": "1.00", "minimumInterestMonths": 12}],
            "terms.prepayment[0].minimumInterestMonths",
        ),
        ([{**OPEN, "fees": [{"name": "Exit fee"}]}], "terms.prepayment[0].fees[0].amount"),
        ([{**OPEN, "fees": [{"name": "Exit fee", "amount": "1.005"}]}], "terms.prepayment[0].fees[0].amount"),
        ([{"kind": "step_down", "percentages": ["0.05", "5"]}], "terms.prepayment[0].percentages[1]"),
        ([{"kind": "fixed_penalty", "penalty": "NaN"}], "terms.prepayment[0].penalty"),
        ([{**YIELDS, "spread": "NaN"}], "terms.prepayment[0].spread"),
    ],
)
def test_what_no_note_can_have_is_refused_by_its_field(
    unchecked_loan: Build, phases: list[dict[str, Any]], field: str
) -> None:
    _, faults = checked_loan(unchecked_loan(terms={"prepayment": phases}))
    assert [fault.field for fault in faults] == [field]


def test_months_need_the_first_payment_date(unchecked_loan: Build) -> None:
    _, faults = checked_loan(unchecked_loan(terms={"firstPaymentDate": None, "prepayment": [LOCKED, OPEN]}))
    assert [fault.field for fault in faults] == ["terms.prepayment[0].months"]


def test_phases_follow_each_other_by_days_and_by_months(noted: Build) -> None:
    loan = noted(LOCKED, {**YIELDS, "monthsBeforeMaturity": 4}, OPEN)
    days = [(phase.kind, str(phase.begin), str(phase.end)) for phase in note_phases(loan, loan_dates(loan))]
    assert days == [
        (PrepaymentKind.LOCKOUT, "2025-01-01", "2027-02-01"),
        (PrepaymentKind.YIELD_MAINTENANCE, "2027-02-01", "2034-09-01"),
        (PrepaymentKind.OPEN, "2034-09-01", "2035-01-01"),
    ]


def test_a_tape_s_phases_that_cannot_be_dated_are_unknown_and_break_nothing(noted: Build) -> None:
    lockout, opened = {"kind": "lockout", "until": "2027-01-01"}, {"kind": "open", "fromDate": "2027-01-02"}
    loan = noted(lockout, opened)
    first, second = loan.terms.prepayment
    overlapping = (second, first)
    taped = _with(loan, prepayment=overlapping)
    found = prepayment_of(taped, business_date=datetime.date(2025, 1, 1), asked=CostAsked())
    assert {cost.state for cost in found.costs} == {CostState.UNKNOWN}
    assert "its prepayment terms cannot be" in (found.costs[0].reason or "")
    assert [phase.kind for phase in terms_recorded(taped).prepayment] == [PhaseKind.OPEN, PhaseKind.LOCKOUT]


def test_dates_that_follow_from_months_are_told(noted: Build) -> None:
    told = terms_recorded(noted(LOCKED, {**YIELDS, "monthsBeforeMaturity": 4}, OPEN)).prepayment
    day = datetime.date.fromisoformat
    assert told == (
        PhaseTerms(kind=PhaseKind.LOCKOUT, last=day("2027-01-31")),
        PhaseTerms(kind=PhaseKind.PRICED, first=day("2027-02-01"), last=day("2034-08-31")),
        PhaseTerms(kind=PhaseKind.OPEN, first=day("2034-09-01")),
    )


def test_phases_are_words_in_exports(noted: Build) -> None:
    steps = {"kind": "step_down", "percentages": ["0.05", "0.04"], "monthsBeforeMaturity": 3}
    fee = {"name": "Exit fee", "percentage": "0.0025"}
    loan = noted(LOCKED, {**steps, "fees": [fee]}, OPEN)
    words = (
        "lockout for 24 months",
        "step down until 3 months before maturity: percentages 0.05 0.04, Exit fee 0.0025",
        "open",
    )
    assert prepayment_in_words(loan.terms) == words
    line = line_of(loan, {"lender_id": {}, "fund_id": {}, "portfolio_id": {}}, {})
    assert all(each in line["Prepayment phases"] for each in words)
    assert line["Partial prepayment"] == ""


def _with(loan: Loan, **terms: Any) -> Loan:
    return msgspec.structs.replace(loan, terms=msgspec.structs.replace(loan.terms, **terms))


_FRACTIONS = st.decimals("0", "0.2", places=3).map(str)
_PHASES = st.one_of(
    st.just({"kind": "lockout"}),
    st.just({"kind": "premium"}),
    st.just({"kind": "yield_maintenance"}),
    st.builds(
        lambda formula, floor, spread: {
            "kind": "yield_maintenance",
            "formula": formula,
            "floor": floor,
            "spread": spread,
        },
        st.sampled_from(["remaining_payments", "difference_on_scheduled_balance", "annual_factor"]),
        _FRACTIONS,
        _FRACTIONS,
    ),
    st.just({"kind": "defeasance"}),
    st.builds(lambda steps: {"kind": "step_down", "percentages": steps}, st.lists(_FRACTIONS, max_size=4)),
    st.builds(lambda penalty: {"kind": "fixed_penalty", "penalty": penalty}, st.none() | _FRACTIONS),
    st.just({"kind": "spread_maintenance", "spread": "0.02"}),
    st.builds(lambda months: {"kind": "minimum_interest", "minimumInterestMonths": months}, st.integers(1, 40)),
)


@given(st.lists(st.tuples(_PHASES, st.integers(1, 60)), max_size=4), st.integers(0, 4000), st.booleans(), st.booleans())
def test_on_every_day_a_cost_is_known_or_has_its_reason(
    noted: Build, phases: list[tuple[dict[str, Any], int]], days: int, last_open: bool, lower: bool
) -> None:
    stated = [{**phase, "months": months} for phase, months in phases] + ([OPEN] if last_open or not phases else [])
    recorded = {"currentBalance": "9000000.00", "balanceAsOf": "2025-06-15"} if lower else {}
    loan = noted(*stated, **recorded)
    on = loan.origination_date + datetime.timedelta(days=days)
    market = {"treasury": "0.03", "zero_rates": "0.03"}
    try:
        (cost,) = prepayment_of(loan, business_date=on, asked=CostAsked(on=on, **market)).costs
    except Refusal:
        assert on >= loan.maturity_date
        return
    assert (cost.state is CostState.KNOWN) == (cost.premium is not None) == (cost.reason is None)
    listed = prepayment_of(loan, business_date=on - datetime.timedelta(days=1), asked=CostAsked(**market)).costs
    same = [each for each in listed if each.on == on]
    if same:
        assert (same[0].state, same[0].premium, same[0].fees) == (cost.state, cost.premium, cost.fees)
        assert same[0].reinvested_at == cost.reinvested_at
    if cost.state is CostState.LOCKED_OUT:
        with pytest.raises(Refusal):
            payoff_of(loan, business_date=on, asked=PayoffAsked())
        return
    quote = payoff_of(loan, business_date=on, asked=PayoffAsked(**market))
    assert quote.principal == cost.balance
    known = [line.amount for line in quote.lines if line.amount is not None and line.effect == "owed"]
    assert quote.total_known == sum(known, Decimal(0))
