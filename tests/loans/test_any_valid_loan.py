"""Whatever loan passes the rules, every figure of it can be computed: nothing that is accepted breaks a read later."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from realinsights.loans.model.loan import LoanDraft, loan_of
from realinsights.loans.model.loan_rules import checked_loan
from realinsights.loans.model.payment_schedule import finance_terms
from realinsights.loans.model.property import PropertyDraft, checked_property, property_of
from realinsights.loans.model.ratios import RatioBasis, ratios_of
from realinsights.loans.queries.schedules import balance_of, schedule_of
from realinsights.loans.service.facts import loan_facts, scheduled_months
from realinsights_finance.debt_service import reported_debt_service
from realinsights_finance.terms import LoanTerms

# Mostly plausible, sometimes at the edges of what may be.
DAYS = st.one_of(
    st.dates(datetime.date(2015, 1, 1), datetime.date(2035, 12, 31)),
    st.sampled_from([datetime.date(1900, 1, 1), datetime.date(2024, 2, 29), datetime.date(2199, 12, 31)]),
).map(str)
MONEY = st.one_of(
    st.decimals("0", "9999999999999.99", places=2), st.sampled_from([Decimal("0.01"), Decimal("9999999999.99")])
).map(str)
RATES = st.one_of(
    st.decimals("0.01", "0.12", places=6), st.sampled_from([Decimal(0), Decimal("0.99999999"), Decimal("0.00000001")])
).map(str)
MONTHS = st.sampled_from([0, 12, 24, 60, 120])


@st.composite
def terms(draw: st.DrawFn, closing: datetime.date) -> dict[str, Any]:
    first = closing + datetime.timedelta(days=draw(st.integers(1, 120)))
    found: dict[str, Any] = {
        "dayCount": draw(
            st.sampled_from(["30_360", "30_360_us", "30e_360", "actual_360", "actual_365_fixed", "actual_actual_isda"])
        ),
        "frequency": draw(
            st.sampled_from(["monthly", "monthly", "quarterly", "semi_annual", "annual", "weekly", "semi_monthly"])
        ),
        "firstPaymentDate": draw(st.sampled_from([str(first)] * 5 + [None])),
        "paymentsInAdvance": draw(st.sampled_from([False] * 4 + [True])),
        "paymentBasis": draw(st.sampled_from(["note_rate", "effective_rate"])),
    }
    match draw(st.integers(0, 4)):
        case 0:
            found["interestOnlyMonths"] = draw(st.sampled_from([0, 1200]))
        case 1:
            found |= {"amortizationMonths": 360, "interestOnlyMonths": draw(MONTHS), "amortizationFromClosing": True}
        case 2:
            found["levelPayment"] = draw(MONEY)
        case _:
            found |= {
                "amortizationMonths": draw(st.sampled_from([12, 60, 300, 360, 1200])),
                "interestOnlyMonths": draw(MONTHS),
            }
    if draw(st.integers(0, 9)) == 0:
        found["scheduledPrincipal"] = [{"dueDate": draw(DAYS), "amount": draw(MONEY)}]
    if draw(st.integers(0, 9)) == 0:
        effect = draw(st.sampled_from(["shorten", "reamortize"]))
        found["curtailments"] = [{"paidOn": draw(DAYS), "amount": draw(MONEY), "effect": effect}]
    if draw(st.integers(0, 9)) == 0:
        found["commitment"] = "90000000000.00"
        found["draws"] = [{"drawnOn": draw(DAYS), "amount": draw(MONEY)}]
        found["unusedFeeRate"] = draw(st.sampled_from([None, "0.0025"]))
    if draw(st.integers(0, 9)) == 0:
        found["interestStartDate"] = str(closing)
    if draw(st.integers(0, 9)) == 0:
        found["paymentDay"] = first.day if draw(st.booleans()) else 31
    return found


@st.composite
def loan_bodies(draw: st.DrawFn) -> dict[str, Any]:
    closing = draw(st.dates(datetime.date(1990, 1, 1), datetime.date(2030, 12, 31)))
    years = draw(st.sampled_from([1, 3, 5, 10, 10, 30, 99]))
    maturity = closing + datetime.timedelta(days=365 * years + draw(st.integers(0, 400)))
    floating = draw(st.integers(0, 9)) == 0
    body: dict[str, Any] = {
        "number": "1",
        "name": "Any",
        "originalBalance": draw(MONEY),
        "currentBalance": draw(MONEY),
        "balanceAsOf": draw(DAYS),
        "originationDate": str(closing),
        "maturityDate": str(maturity),
        "rate": draw(RATES),
        "rateType": "floating" if floating else "fixed",
        "terms": draw(terms(closing)),
        "structure": draw(st.sampled_from(["whole_loan", "pari_passu", "a_note"])),
        "status": draw(st.sampled_from(["current", "90_days", "paid_off", "liquidated"])),
        "properties": draw(st.sampled_from([[], [{"propertyId": "a"}], [{"propertyId": "a"}, {"propertyId": "b"}]])),
    }
    if floating:
        body["terms"]["floating"] = {"index": "SOFR30A", "spread": "0.025"}
    if draw(st.booleans()):
        body["reported"] = {"dscr": "1.5", "annualDebtService": "100.00"}
    return body


FIGURES = st.none() | st.decimals("-9999999", "9999999", places=2).map(str)
PROPERTIES = st.fixed_dictionaries(
    {
        "name": st.just("Any"),
        "propertyType": st.just("office"),
        "leasableSquareFeet": st.none() | st.sampled_from(["0", "1000.5"]),
        "units": st.none() | st.integers(0, 100),
        "valuations": st.lists(st.fixed_dictionaries({"amount": MONEY, "asOf": st.none() | DAYS}), max_size=3),
        "operatingStatements": st.lists(
            st.fixed_dictionaries(
                {
                    "basis": st.sampled_from(["underwritten", "annual", "budget"]),
                    "periodEnd": st.none() | DAYS,
                    "netOperatingIncome": FIGURES,
                    "netCashFlow": FIGURES,
                    "occupancy": st.none() | st.decimals(0, 1, places=2).map(str),
                }
            ),
            max_size=3,
        ),
    }
)


@pytest.mark.slow
@settings(max_examples=100)
@given(
    body=loan_bodies(),
    first=PROPERTIES,
    second=PROPERTIES,
    on=st.dates(datetime.date(1990, 1, 1), datetime.date(2060, 1, 1)),
)
def test_has_all_its_figures(body: dict[str, Any], first: Any, second: Any, on: datetime.date) -> None:
    loan, faults = checked_loan(loan_of(msgspec.convert(body, LoanDraft), loan_id="loan", org="org"))
    properties = {}
    for key, asset_body in (("a", first), ("b", second)):
        asset, _ = checked_property(property_of(msgspec.convert(asset_body, PropertyDraft), property_id=key, org="org"))
        properties[key] = asset
    event("refused" if faults else "accepted")
    if faults:
        return
    facts = loan_facts(loan, properties)
    computable = finance_terms(loan)
    if isinstance(computable, LoanTerms) and loan.current_balance:
        expected = reported_debt_service(computable, balance=loan.current_balance)
        assert facts.annual_debt_service == expected.annual
    if loan.properties:
        assert sum(part.balance for part in facts.collateral) == loan.current_balance
    if facts.performance.occupancy is not None:
        assert 0 <= facts.performance.occupancy.amount <= 1
    for basis in RatioBasis:
        ratios_of(loan, properties, basis=basis, business_date=on)
    schedule = schedule_of(loan)
    if schedule.unscheduled is None:
        changed = sum(row.drawn - row.curtailed + row.capitalized for row in schedule.installments)
        assert schedule.total_principal == loan.original_balance + changed
    if on >= loan.origination_date:
        balance_of(loan, on=on)
    months = scheduled_months(loan, properties, until=min(on, datetime.date(2020, 1, 1)))
    assert [figures.month for figures in months] == sorted({figures.month for figures in months})
