"""DSCR on its bases, side by side, and the trailing debt service."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import (
    DayCount,
    DebtServiceBasis,
    interest_only_debt_service,
    ratios,
    reported_debt_service,
    shown_ratio,
)
from realinsights_finance.credit import (
    IncomeMeasure,
    InvalidFigure,
    coverage,
    coverages,
    stressed_debt_service,
    trailing_twelve_months,
)
from realinsights_finance.explain import explain

INCOMES = {IncomeMeasure.NOI: Decimal(1_250_000), IncomeMeasure.NCF: Decimal(1_150_000)}


def test_the_golden_case_on_each_basis(golden, a_loan):
    case = golden["G9_ratios"]
    services = [
        reported_debt_service(a_loan()),
        interest_only_debt_service(a_loan(day_count=DayCount.THIRTY_360)),
        interest_only_debt_service(a_loan()),
    ]
    computed = [str(shown_ratio(one.value)) for one in coverages(INCOMES, services)]
    assert [computed[0], computed[1], computed[2], computed[4]] == [
        case[name] for name in ("DSCR_NOI", "DSCR_NCF", "DSCR_IO_30360", "DSCR_IO_ACT360_365")
    ]


def test_a_stressed_debt_service_is_balance_times_constant():
    service = stressed_debt_service(Decimal(10_000_000), rate=Decimal("0.0525"), amortization_months=360)
    assert (service.annual, service.basis) == (Decimal("662644.44"), DebtServiceBasis.STRESSED)
    flat = stressed_debt_service(
        Decimal(10_000_000), rate=Decimal("0.0525"), amortization_months=None, day_count=DayCount.ACTUAL_360
    )
    assert flat.annual == Decimal("532291.67")
    with pytest.raises(InvalidFigure, match="balance"):
        stressed_debt_service(Decimal(-1), rate=Decimal("0.05"), amortization_months=360)


def test_the_actual_debt_service_counts_a_year_back_from_the_day():
    paid = [
        (datetime.date(2024, 12, 31), Decimal(1)),  # a year before: no longer
        (datetime.date(2025, 1, 1), Decimal(10)),
        (datetime.date(2025, 12, 31), Decimal(100)),
        (datetime.date(2026, 1, 1), Decimal(1000)),
    ]
    service = trailing_twelve_months(paid, on=datetime.date(2025, 12, 31))
    assert (service.annual, service.basis) == (110, DebtServiceBasis.TRAILING_TWELVE_MONTHS)


def test_a_coverage_without_debt_service_is_not_known():
    nothing = trailing_twelve_months([], on=datetime.date(2025, 12, 31))
    assert coverage(Decimal(1), nothing).value is None


def test_a_coverage_says_which_income_and_which_debt_service():
    service = stressed_debt_service(Decimal(10_000_000), rate=Decimal("0.0525"), amortization_months=360)
    explained = explain(coverage, Decimal(1_150_000), service, measure=IncomeMeasure.NCF)
    named = {part.name: part.value for part in explained.inputs}
    assert named["income measure"] == "ncf"
    assert named["debt service basis"] == "stressed"
    assert named["annual debt service"] == "662644.44"


@pytest.mark.parametrize(
    ("measure", "arguments"),
    [
        (ratios.loan_to_value, (Decimal(6), Decimal(10))),
        (ratios.loan_to_cost, (Decimal(6), Decimal(10))),
        (ratios.debt_yield, (Decimal(1), Decimal(10))),
        (ratios.interest_coverage, (Decimal(2), Decimal(1))),
        (ratios.mortgage_constant, (Decimal(1), Decimal(10))),
        (ratios.breakeven_occupancy, (Decimal(4), Decimal(3), Decimal(10))),
        (ratios.implied_cap_rate, (Decimal(1), Decimal(16))),
        (ratios.income_decline_to, (Decimal("1.25"), Decimal(2), Decimal(1))),
        (ratios.value_decline_to, (Decimal("0.65"), Decimal(1), Decimal(2))),
    ],
)
def test_every_ratio_says_its_formula_and_inputs(measure, arguments):
    explained = explain(measure, *arguments)
    assert explained.value == measure(*arguments)
    assert "=" in explained.formula
    assert sorted(part.value for part in explained.inputs) == sorted(map(str, arguments))


def test_loan_to_cost_needs_a_cost():
    assert ratios.loan_to_cost(Decimal(75), Decimal(100)) == Decimal("0.75")
    assert ratios.loan_to_cost(Decimal(75), Decimal(0)) is None


@given(
    balance=st.decimals("1000", "100000000", places=2),
    rates=st.tuples(st.decimals("0", "0.2", places=4), st.decimals("0", "0.2", places=4)),
    months=st.integers(12, 480),
)
def test_stress_never_lowers_debt_service(balance, rates, months):
    low, high = sorted(rates)
    services = [stressed_debt_service(balance, rate=rate, amortization_months=months).annual for rate in (low, high)]
    assert services[0] <= services[1]
