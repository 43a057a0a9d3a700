"""The golden cases a professional checks first, to the cent."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from fractions import Fraction

import pytest

from realinsights_finance import (
    DayCount,
    cents,
    interest_only_debt_service,
    level_payment,
    ratios,
    reported_debt_service,
    schedule,
    shown_rate,
    shown_ratio,
    stub_interest,
    unrounded_balance,
    unrounded_level_payment,
)
from realinsights_finance.money import quotient

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
        exact = unrounded_level_payment(terms.principal, terms.periodic_rate, 360)
        assert f"{exact:.10f}" == case["payment_exact"]
        assert terms.level_payment() == Decimal(case["payment"])
        first = schedule(terms).installments[0]
        assert (first.interest, first.principal) == (Decimal(case["first_interest"]), Decimal(case["first_principal"]))
        service = reported_debt_service(terms).annual
        assert service == Decimal(case["annual_debt_service"])
        assert shown_rate(ratios.mortgage_constant(service, terms.principal)) == Decimal(case["mortgage_constant"])

    @pytest.mark.parametrize("paid", [60, 120])
    def test_leaves_the_textbook_balance_where_nothing_is_rounded(self, golden, a_loan, paid):
        terms = a_loan()
        balance = unrounded_balance(terms.principal, terms.periodic_rate, 360, paid)
        assert cents(balance) == Decimal(golden["G1_level_payment"][f"balance_{paid}"])

    def test_divides_the_principal_where_the_rate_is_zero(self, golden):
        case = golden["G1b_zero_rate"]
        assert level_payment(Decimal(case["principal"]), Fraction(0), case["n"]) == Decimal(case["payment"])
        assert unrounded_balance(Decimal(1_200_000), Fraction(0), 120, 30) == 900_000


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
        leap = computed.due_on(datetime.date.fromisoformat(due))
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


def test_a_stub_is_paid_at_closing(golden, a_loan):
    terms = a_loan(start=datetime.date(2025, 4, 1), first_payment=datetime.date(2025, 5, 1))
    closing = datetime.date(2025, 3, 18)
    assert terms.day_count.days(closing, terms.start) == golden["G5_stub"]["days"]
    assert stub_interest(terms, closing=closing) == Decimal(golden["G5_stub"]["interest"])


@pytest.mark.parametrize("name", NAMES)
def test_day_counts_agree_with_quantlib(golden, name):
    for period, expected in golden["G8_daycount"].items():
        start, end = map(datetime.date.fromisoformat, period.split(".."))
        days, fraction = expected[name]
        assert NAMES[name].days(start, end) == days, period
        assert f"{quotient(NAMES[name].fraction(start, end)):.10f}" == f"{fraction:.10f}", period


def test_ratios_of_one_property(golden, a_loan):
    case = golden["G9_ratios"]
    rent, expenses, reserves, value = (Decimal(amount) for amount in (2_400_000, 982_000, 100_000, 18_000_000))
    effective = rent * Decimal("0.93")
    income = effective - expenses
    cash_flow = income - reserves
    terms, flat = a_loan(), a_loan(day_count=DayCount.THIRTY_360)
    service = reported_debt_service(terms).annual
    interest_actual, interest_flat = interest_only_debt_service(terms).annual, interest_only_debt_service(flat).annual
    balance = terms.principal
    assert {
        "EGI": str(effective),
        "NOI": str(income),
        "NCF": str(cash_flow),
        "ADS": str(service),
        "DSCR_NOI": str(shown_ratio(ratios.debt_service_coverage(income, service))),
        "DSCR_NCF": str(shown_ratio(ratios.debt_service_coverage(cash_flow, service))),
        "DSCR_IO_30360": str(shown_ratio(ratios.debt_service_coverage(income, interest_flat))),
        "DSCR_IO_ACT360_365": str(shown_ratio(ratios.debt_service_coverage(income, interest_actual))),
        "LTV": str(shown_ratio(ratios.loan_to_value(balance, value))),
        "debt_yield_NOI": str(shown_ratio(ratios.debt_yield(income, balance))),
        "debt_yield_NCF": str(shown_ratio(ratios.debt_yield(cash_flow, balance))),
        "breakeven_occupancy": str(shown_ratio(ratios.breakeven_occupancy(expenses, service, rent))),
        "ICR": str(shown_ratio(ratios.interest_coverage(income, interest_flat))),
        "implied_cap": str(shown_ratio(ratios.implied_cap_rate(income, value))),
        "act360_effective_rate": str(shown_rate(quotient(Fraction(terms.rate) * terms.day_count.typical_year))),
        "NOI_decline_to_1_25x": str(shown_ratio(ratios.income_decline_to(Decimal("1.25"), income, service))),
        "value_decline_to_65LTV": str(shown_ratio(ratios.value_decline_to(Decimal("0.65"), balance, value))),
    } == case


def test_ratios_of_a_portfolio_are_sums_over_sums(golden, a_loan):
    case, on = golden["G13_portfolio"], datetime.date(2025, 12, 31)
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
    maturities = (office.maturity, datetime.date(2026, 6, 1), datetime.date(2030, 1, 10))
    balances = (Decimal(165_000_000), Decimal(80_000_000), Decimal(30_500_000))
    rates = (office.rate, retail.rate, multifamily.rate)
    services = tuple(reported_debt_service(terms).annual for terms in (office, retail, multifamily))
    assert services == tuple(Decimal(amount) for amount in case["DS"].values())
    incomes = (Decimal(18_000_000), Decimal(9_500_000), Decimal(3_800_000))
    covers = [ratios.debt_service_coverage(*pair) for pair in zip(incomes, services, strict=True)]
    assert [str(shown_ratio(cover, 4)) for cover in covers] == list(case["DSCR"].values())
    assert str(sum(balances)) == case["total"]
    weighted = ratios.weighted_rate(zip(balances, rates, strict=True))
    assert str(shown_rate(weighted)) == case["WA_rate"]
    assert str(shown_rate(sum(rates) / 3)) == case["simple_avg_rate"] != str(shown_rate(weighted))
    years = ratios.weighted_remaining_years(zip(balances, maturities, strict=True), on)
    assert str(shown_ratio(years)) == case["WAM_years_act365"]
    assert str(shown_ratio(years * 12, 4)) == case["WAM_months"]
    assert str(shown_ratio(ratios.ratio_of_sums(zip(incomes, services, strict=True)))) == case["portfolio_DSCR"]
    assert str(shown_ratio(sum(covers) / 3)) == case["avg_of_DSCR"]
    assert str(shown_ratio(ratios.ratio_of_sums(zip(incomes, balances, strict=True)))) == case["portfolio_DY"]
    within = ratios.maturing_share(zip(balances, maturities, strict=True), on, months=12)
    assert str(shown_ratio(within)) == case["maturing_12m"]
    assert str(shown_ratio(ratios.herfindahl_index(balances))) == case["HHI_lender"]
