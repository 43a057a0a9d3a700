"""The golden cases a professional checks first, to the cent."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from fractions import Fraction

import pytest

from realinsights_finance.day_count import DayCount
from realinsights_finance.debt_service import reported_debt_service
from realinsights_finance.level_payment import level_payment
from realinsights_finance.money import quotient, ratio, shown_rate, shown_ratio
from realinsights_finance.schedule import schedule

ACCRUALS = [("30/360", DayCount.THIRTY_360), ("ACT/360", DayCount.ACTUAL_360)]
NAMES = {
    "30/360 BondBasis": DayCount.THIRTY_360,
    "30/360 USA(EOM Feb)": DayCount.THIRTY_360_US,
    "30E/360": DayCount.THIRTY_E_360,
    "ACT/360": DayCount.ACTUAL_360,
    "ACT/365F": DayCount.ACTUAL_365_FIXED,
    "ACT/ACT ISDA": DayCount.ACTUAL_ACTUAL_ISDA,
}


def test_the_cases_kept_here_are_those_of_the_sample_data(golden, shared_data):
    source = json.loads((shared_data / "golden" / "cases.json").read_text(encoding="utf-8"))
    assert golden == {name: source[name] for name in golden}


class TestLevelPayment:
    def test_repays_ten_million_in_thirty_years(self, golden, a_loan):
        case, terms = golden["G1_level_payment"], a_loan(day_count=DayCount.THIRTY_360)
        assert terms.level_payment() == Decimal(case["payment"])
        first = schedule(terms).installments[0]
        assert (first.interest, first.principal) == (Decimal(case["first_interest"]), Decimal(case["first_principal"]))
        service = reported_debt_service(terms).annual
        assert service == Decimal(case["annual_debt_service"])
        assert shown_rate(ratio(service, terms.principal)) == Decimal(case["mortgage_constant"])

    def test_divides_the_principal_where_the_rate_is_zero(self, golden):
        case = golden["G1b_zero_rate"]
        assert level_payment(Decimal(case["principal"]), Fraction(0), case["n"]) == Decimal(case["payment"])


def test_the_last_payment_trues_up_a_self_amortizing_loan(golden, a_loan):
    case = golden["G2_true_up"]
    computed = schedule(
        a_loan(
            principal=Decimal(1_000_000),
            rate=Decimal("0.06"),
            day_count=DayCount.THIRTY_360,
            maturity=datetime.date(2055, 1, 1),
        )
    )
    rows = computed.installments
    assert len(rows) == 360
    assert {
        "payment": str(computed.level_payment),
        "last_payment": str(rows[-1].payment),
        "last_interest": str(rows[-1].interest),
        "last_principal": str(rows[-1].principal),
        "total_interest": str(computed.total_interest),
        "total_principal": str(computed.total_principal),
        "balance_after_1": str(rows[0].ending_balance),
        "balance_after_12": str(rows[11].ending_balance),
        "balance_after_359": str(rows[358].ending_balance),
    } == case
    assert computed.balance_after_last_regular_payment == 0


class TestAccrualBasis:
    @pytest.mark.parametrize(("name", "day_count"), ACCRUALS)
    def test_decides_interest_and_balloon(self, golden, a_loan, name, day_count):
        case = golden["G3_act360"][name]
        computed = schedule(a_loan(day_count=day_count))
        rows = computed.installments
        assert str(computed.level_payment) == case["payment"]
        for row, (due, days, begin, interest, principal, end) in zip(rows, case["rows"], strict=False):
            assert row.due_date == datetime.date.fromisoformat(due)
            assert row.days == days
            assert [row.beginning_balance, row.interest, row.principal, row.ending_balance] == [
                Decimal(amount) for amount in (begin, interest, principal, end)
            ]
        assert str(sum(row.interest for row in rows[:12])) == case["year1_interest"]
        assert str(computed.total_interest) == case["total_interest"]
        assert str(computed.balloon_principal) == case["balloon_principal"]
        assert str(computed.balance_after_last_regular_payment) == case["balance_if_120th_regular_paid"]
        assert str(computed.due_at_maturity) == case["final_payment"]
        [(due, days, interest)] = case["feb2028"]
        [leap] = [row for row in rows if row.due_date == datetime.date.fromisoformat(due)]
        assert str(leap.interest) == interest
        assert leap.days == (29 if day_count is DayCount.ACTUAL_360 else days)

    def test_costs_this_much_more_principal_at_maturity(self, golden, a_loan):
        actual, thirty = (schedule(a_loan(day_count=day_count)) for _, day_count in reversed(ACCRUALS))
        assert str(actual.balloon_principal - thirty.balloon_principal) == golden["G3_delta_balloon"]

    @pytest.mark.parametrize(("name", "day_count"), ACCRUALS)
    def test_decides_interest_only_payments(self, golden, a_loan, name, day_count):
        case = golden[f"G4_io24_{name}"]
        computed = schedule(a_loan(day_count=day_count, interest_only_months=24))
        rows, turn = computed.installments, computed.installments[24]
        assert {
            "io_payment_1": str(rows[0].payment),
            "io_payment_feb": str(rows[1].payment),
            "amort_payment": str(computed.level_payment),
            "first_amort_row": [
                turn.due_date.isoformat(),
                str(turn.interest),
                str(turn.principal),
                str(turn.ending_balance),
            ],
            "balloon_principal": str(computed.balloon_principal),
            "final_payment": str(computed.due_at_maturity),
            "total_interest": str(computed.total_interest),
            "WAL_years": str(shown_ratio(computed.weighted_average_life())),
        } == case


@pytest.mark.parametrize("name", NAMES)
def test_day_counts_agree_with_quantlib(golden, name):
    for period, expected in golden["G8_daycount"].items():
        start, end = map(datetime.date.fromisoformat, period.split(".."))
        days, fraction = expected[name]
        assert NAMES[name].days(start, end) == days, period
        assert f"{quotient(NAMES[name].fraction(start, end)):.10f}" == f"{fraction:.10f}", period


def test_ratios_of_one_property(golden, a_loan):
    case = golden["G9_ratios"]
    income, cash_flow, value = Decimal(case["NOI"]), Decimal(case["NCF"]), Decimal(18_000_000)
    terms, flat = a_loan(), a_loan(day_count=DayCount.THIRTY_360)
    service = reported_debt_service(terms).annual
    interest_actual, interest_flat = (
        reported_debt_service(a_loan(day_count=each.day_count, amortization_months=None)).annual
        for each in (terms, flat)
    )
    balance = terms.principal
    shown = {
        "DSCR_NOI": ratio(income, service),
        "DSCR_NCF": ratio(cash_flow, service),
        "DSCR_IO_30360": ratio(income, interest_flat),
        "DSCR_IO_ACT360_365": ratio(income, interest_actual),
        "LTV": ratio(balance, value),
        "debt_yield_NOI": ratio(income, balance),
        "debt_yield_NCF": ratio(cash_flow, balance),
        "ICR": ratio(income, interest_flat),
        "implied_cap": ratio(income, value),
    }
    assert str(service) == case["ADS"]
    assert {name: str(shown_ratio(value)) for name, value in shown.items()} == {name: case[name] for name in shown}
    effective = quotient(Fraction(terms.rate) * terms.day_count.typical_year)
    assert str(shown_rate(effective)) == case["act360_effective_rate"]


def test_debt_service_and_coverage_of_a_portfolio(golden, a_loan):
    case = golden["G13_portfolio"]
    office = a_loan(
        principal=Decimal(165_000_000),
        rate=Decimal("0.045"),
        day_count=DayCount.THIRTY_360,
        amortization_months=None,
        start=datetime.date(2025, 2, 15),
        first_payment=datetime.date(2025, 3, 15),
        maturity=datetime.date(2027, 3, 15),
    )
    retail = a_loan(principal=Decimal(85_000_000), rate=Decimal("0.055"), amortization_months=300)
    multifamily = a_loan(principal=Decimal(32_000_000), rate=Decimal("0.042"), amortization_months=360)
    services = tuple(reported_debt_service(terms).annual for terms in (office, retail, multifamily))
    assert services == tuple(Decimal(amount) for amount in case["DS"].values())
    incomes = (Decimal(18_000_000), Decimal(9_500_000), Decimal(3_800_000))
    covers = [ratio(*pair) for pair in zip(incomes, services, strict=True)]
    assert [str(shown_ratio(cover, 4)) for cover in covers] == list(case["DSCR"].values())
