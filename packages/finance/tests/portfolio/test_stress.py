"""Joint stress: one loan by the rule, and many at once, each cell the same to the cent."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import DayCount, LoanTerms, cents, in_cents, ratios, reported_debt_service, shown_ratio
from realinsights_finance.credit import (
    Collateral,
    InvalidFigure,
    LendingTests,
    Quote,
    SizingTest,
    size,
)
from realinsights_finance.explain import explain
from realinsights_finance.portfolio import (
    Refinancing,
    Scenario,
    StressColumns,
    StressedLoan,
    StressedRate,
    at_share,
    stress,
    stress_many,
    stress_totals,
)

FLOATING = StressedLoan(
    balance=Decimal("25000000.00"),
    income=Decimal("2200000.00"),
    floating=StressedRate(
        index=Decimal("0.0433"), spread=Decimal("0.025"), index_floor=Decimal("0.01"), rate_floor=Decimal("0.035")
    ),
    cap_notional=Decimal("25000000.00"),
    cap_strike=Decimal("0.035"),
)
FIXED = StressedLoan(
    balance=Decimal("10000000.00"),
    income=Decimal("1250000.00"),
    value=Decimal("18000000.00"),
    debt_service=Decimal("662644.44"),
    balloon=Decimal("8194827.97"),
)
REFINANCING = Refinancing(
    tests=LendingTests(maximum_ltv=Decimal("0.65"), minimum_dscr=Decimal("1.25"), minimum_debt_yield=Decimal("0.09")),
    quote=Quote(rate=Decimal("0.0675"), amortization_months=360),
    cost_rate=Decimal("0.01"),
)

AMOUNTS = st.one_of(
    st.integers(1, 2000).map(lambda count: Decimal(count) * 50_000),
    st.decimals("0.01", "900000000", places=2),
    st.decimals("0.01", "9999999999", places=2),
)
RATES = st.one_of(
    st.sampled_from([Decimal("0.05"), Decimal("0.06"), Decimal("0.0525"), Decimal(0)]),
    st.decimals("0", "0.15", places=6),
    st.decimals("-0.01", "0.3", places=12),
)
POSITIVE_RATES = RATES.map(abs)


def optional(strategy):
    return st.one_of(st.none(), strategy)


@st.composite
def loans(draw):
    floating = draw(
        optional(
            st.builds(
                StressedRate,
                index=RATES,
                spread=RATES,
                index_floor=optional(RATES),
                rate_floor=optional(POSITIVE_RATES),
                ceiling=optional(POSITIVE_RATES),
            )
        )
    )
    income = draw(optional(AMOUNTS))
    strike = draw(POSITIVE_RATES)
    return StressedLoan(
        balance=draw(AMOUNTS),
        income=None if income is None else draw(st.sampled_from([1, 1, 1, -1])) * cents(income / 12),
        value=draw(optional(AMOUNTS)),
        debt_service=None if floating else draw(optional(AMOUNTS)),
        floating=floating,
        amortization_months=draw(optional(st.sampled_from([1, 120, 300, 360, 1200]))),
        day_count=draw(st.sampled_from([DayCount.ACTUAL_360, DayCount.THIRTY_360])),
        cap_notional=draw(AMOUNTS),
        cap_strike=strike,
        floor_strike=draw(st.sampled_from([None, strike, min(strike, Decimal("0.02"))])),
        balloon=draw(optional(AMOUNTS)),
        share=draw(st.sampled_from([Decimal(1), Decimal("0.5"), Decimal("0.333333"), Decimal(0)])),
    )


SUMMED = (
    "loans",
    "balance",
    "income",
    "value",
    "debt_service",
    "cap_receipt",
    "net_debt_service",
    "proceeds",
    "equity_needed",
    "unfinanced",
)
SHIFTS = st.one_of(
    st.sampled_from([Decimal(0), Decimal("0.01"), Decimal("-0.01")]),
    st.decimals("-0.1", "0.1", places=4),
    st.decimals("-1", "1", places=12),
)
CHANGES = st.one_of(
    st.sampled_from([Decimal(0), Decimal("-0.1"), Decimal("0.05"), Decimal(-1), Decimal(3)]),
    st.decimals("-0.5", "0.5", places=4),
    st.decimals("-1", "3", places=6),
)
SCENARIOS = st.builds(Scenario, rate_shift=SHIFTS, income_change=CHANGES, cap_rate_shift=SHIFTS, value_change=CHANGES)
REFINANCINGS = st.builds(
    Refinancing,
    tests=st.builds(
        LendingTests,
        maximum_ltv=st.sampled_from([None, Decimal("0.65"), Decimal("0.7777"), Decimal(10)]),
        minimum_dscr=st.sampled_from([Decimal("1.25"), Decimal("1.3"), Decimal("0.1"), Decimal("1.234567")]),
        minimum_debt_yield=st.sampled_from([None, Decimal("0.09"), Decimal("0.001"), Decimal("0.085")]),
        rate_floor=st.sampled_from([None, Decimal("0.06")]),
    ),
    quote=st.builds(
        Quote,
        rate=POSITIVE_RATES,
        amortization_months=st.sampled_from([None, 300, 360]),
        day_count=st.sampled_from([DayCount.ACTUAL_360, DayCount.THIRTY_360]),
    ),
    cost_rate=st.sampled_from([Decimal(0), Decimal("0.01"), Decimal("0.0125")]),
)


class TestOneLoan:
    @pytest.mark.parametrize("shift", [-200, -100, 0, 100, 200])
    def test_in_the_golden_rate_shocks(self, portfolio_cases, shift):
        case = portfolio_cases[f"G22_shock_{shift:+d}"]
        found = stress(FLOATING, Scenario(rate_shift=Decimal(shift) / 10_000))
        assert str(found.debt_service) == case["annual_interest"]
        assert str(found.net_debt_service) == case["with_cap_350"]
        assert str(shown_ratio(found.dscr, 4)) == case["DSCR"]

    @pytest.mark.parametrize(
        ("strike", "floor", "shift", "receipt", "net"),
        [
            # Fully swapped at 4 %: 7 % of 10,000,000 x 365 / 360, whatever the index.
            ("0.04", "0.04", "0", "0.00", "709722.22"),
            ("0.04", "0.04", "0.02", "202777.78", "709722.22"),
            ("0.04", "0.04", "-0.03", "-304166.67", "709722.22"),
            # A collar of 3 % and 5 %: nothing between them, the counterparty's 2 % where the index is 1 %.
            ("0.05", "0.03", "0", "0.00", "709722.22"),
            ("0.05", "0.03", "0.02", "101388.89", "811111.11"),
            ("0.05", "0.03", "-0.03", "-202777.78", "608333.33"),
        ],
    )
    def test_pays_and_is_paid_by_a_swap_and_a_collar(self, strike, floor, shift, receipt, net):
        loan = StressedLoan(
            balance=Decimal("10000000.00"),
            floating=StressedRate(index=Decimal("0.04"), spread=Decimal("0.03")),
            cap_notional=Decimal("10000000.00"),
            cap_strike=Decimal(strike),
            floor_strike=Decimal(floor),
        )
        found = stress(loan, Scenario(rate_shift=Decimal(shift)))
        assert (str(found.cap_receipt), str(found.net_debt_service)) == (receipt, net)

    def test_without_a_change_is_as_it_is(self):
        found = stress(FIXED, Scenario(), refinancing=REFINANCING)
        assert (found.income, found.value, found.debt_service) == (FIXED.income, FIXED.value, FIXED.debt_service)
        sized = size(Collateral(income=FIXED.income, value=FIXED.value), REFINANCING.tests, REFINANCING.quote)
        assert found.proceeds == sized.proceeds
        assert found.gap == FIXED.balloon + cents(sized.proceeds / 100) - sized.proceeds
        assert found.dscr == ratios.debt_service_coverage(FIXED.income, FIXED.debt_service)
        assert found.ltv == ratios.loan_to_value(FIXED.balance, FIXED.value)
        assert found.debt_yield == ratios.debt_yield(FIXED.income, FIXED.balance)

    def test_capitalizes_its_stressed_income(self):
        joint = Scenario(income_change=Decimal("-0.1"), cap_rate_shift=Decimal("0.01"), value_change=Decimal("-0.05"))
        # 1,125,000 / (1.25 / 18 + 0.01) x 0.95
        assert stress(FIXED, joint).value == cents(
            Decimal(1_125_000) / (Decimal("1.25") / 18 + Decimal("0.01")) * Decimal("0.95")
        )

    @pytest.mark.parametrize(("change", "loss"), [("0.1", -90_000), ("-0.1", -110_000), ("1.5", 0)])
    def test_of_a_loss_loses_less_where_income_rises(self, change, loss):
        scenario = Scenario(income_change=Decimal(change))
        assert stress(replace(FIXED, income=Decimal(-100_000)), scenario).income == loss

    def test_has_a_cap_rate_of_at_least_a_basis_point(self):
        low = stress(FIXED, Scenario(cap_rate_shift=Decimal("-0.5")))
        assert low.value == FIXED.income * 10_000

    def test_without_income_to_capitalize_has_only_its_value_changed(self):
        scenario = Scenario(cap_rate_shift=Decimal("0.05"), value_change=Decimal("-0.1"), income_change=Decimal("-0.5"))
        for income in (None, Decimal(-5), Decimal(0)):
            assert stress(replace(FIXED, income=income), scenario).value == Decimal(16_200_000)

    def test_that_floats_and_amortizes_pays_the_level_payment(self):
        loan = StressedLoan(
            balance=Decimal("10000000.00"),
            floating=StressedRate(index=Decimal("0.0275"), spread=Decimal("0.015")),
            amortization_months=360,
        )
        terms = LoanTerms(
            principal=loan.balance,
            rate=Decimal("0.0525"),
            start=datetime.date(2025, 1, 1),
            first_payment=datetime.date(2025, 2, 1),
            maturity=datetime.date(2035, 1, 1),
            amortization_months=360,
        )
        assert stress(loan, Scenario(rate_shift=Decimal("0.01"))).debt_service == reported_debt_service(terms).annual

    def test_whose_figures_are_not_known_has_no_ratios(self):
        found = stress(StressedLoan(balance=Decimal(100)), Scenario(), refinancing=REFINANCING)
        assert (found.dscr, found.ltv, found.debt_yield, found.net_debt_service) == (None,) * 4
        assert (found.proceeds, found.gap) == (None, None)

    def test_says_how_it_came_about(self):
        explained = explain(stress, FLOATING, Scenario(rate_shift=Decimal("0.01")), refinancing=REFINANCING)
        assert ("all-in rate", "0.0783") in [(step.name, step.value) for step in explained.steps]


class TestManyAtOnce:
    @given(
        book=st.lists(loans(), max_size=6),
        scenarios=st.lists(SCENARIOS, min_size=1, max_size=4),
        refinancing=optional(REFINANCINGS),
    )
    def test_each_cell_is_that_of_the_rule(self, book, scenarios, refinancing):
        found = stress_many(StressColumns.of(book), scenarios, refinancing=refinancing)
        for row, scenario in enumerate(scenarios):
            for column, loan in enumerate(book):
                plain = stress(loan, scenario, refinancing=refinancing)
                cell = (row, column)
                for name, known in (
                    ("income", found.income_known),
                    ("value", found.value_known),
                    ("debt_service", found.service_known),
                    ("net_debt_service", found.service_known),
                    ("proceeds", found.proceeds_known),
                    ("gap", found.proceeds_known),
                ):
                    amounts, expected = getattr(found, name), getattr(plain, name)
                    assert bool(known[column]) is (expected is not None), name
                    assert expected is None or int(amounts[cell]) == in_cents(expected), name
                assert int(found.cap_receipt[cell]) == in_cents(plain.cap_receipt)

    @given(
        book=st.lists(loans(), min_size=1, max_size=6),
        scenario=SCENARIOS,
        threshold=st.sampled_from([Decimal("0.65"), Decimal("1.25"), Decimal("0.09"), Decimal(1)]),
    )
    def test_a_test_fails_where_the_unrounded_ratio_does(self, book, scenario, threshold):
        found = stress_many(StressColumns.of(book), [scenario])
        for column, loan in enumerate(book):
            plain = stress(loan, scenario)

            def below(numerator, denominator):
                unknown = numerator is None or denominator is None or denominator <= 0
                return None if unknown else Fraction(numerator) < Fraction(threshold) * Fraction(denominator)

            over = None
            if plain.value:
                over = Fraction(loan.balance) > Fraction(threshold) * Fraction(plain.value)
            for test, fails in (
                (SizingTest.DSCR, below(plain.income, plain.debt_service)),
                (SizingTest.DEBT_YIELD, below(plain.income, loan.balance)),
                (SizingTest.LTV, over),
            ):
                assert bool(found.testable(test)[0, column]) is (fails is not None)
                assert bool(found.failing(test, threshold)[0, column]) is bool(fails)

    @given(book=st.lists(loans(), min_size=1, max_size=8), scenario=SCENARIOS, cut=st.integers(0, 8))
    def test_totals_are_those_of_any_partition_added_up(self, book, scenario, cut):
        def total(part):
            return stress_totals(stress_many(StressColumns.of(part), [scenario], refinancing=REFINANCING))[0]

        whole, first, rest = total(book), total(book[:cut]), total(book[cut:])
        for name in SUMMED:
            assert getattr(whole, name) == getattr(first, name) + getattr(rest, name)

    @given(book=st.lists(loans(), min_size=1, max_size=8), scenario=SCENARIOS)
    def test_ratios_of_the_portfolio_are_sums_over_sums(self, book, scenario):
        total = stress_totals(stress_many(StressColumns.of(book), [scenario]))[0]
        plain = [(loan, stress(loan, scenario)) for loan in book]

        def over(pairs):
            known = [(share, upper, lower) for share, upper, lower in pairs if None not in (upper, lower)]
            return ratios.ratio_of_sums(
                [(at_share(upper, share), at_share(lower, share)) for share, upper, lower in known]
            )

        assert total.dscr == over((loan.share, one.income, one.debt_service) for loan, one in plain)
        assert total.ltv == over((loan.share, one.balance, one.value) for loan, one in plain)
        assert total.debt_yield == over((loan.share, one.income, one.balance) for loan, one in plain)
        assert (total.proceeds, total.equity_needed, total.unfinanced) == (None, None, None)

    def test_sums_exceed_what_64_bits_hold(self):
        rich = StressedLoan(
            balance=Decimal(10**10), income=Decimal(10**10), value=Decimal(10**10), debt_service=Decimal(1)
        )
        scenario = Scenario(cap_rate_shift=Decimal(-1), income_change=Decimal(3), value_change=Decimal(3))
        columns = StressColumns.of([rich] * 100)
        [total] = stress_totals(stress_many(columns, [scenario]))
        assert total.value == 100 * stress(rich, scenario).value > Decimal(2**63) / 100

    def test_ratios_to_be_shown_are_floats(self):
        found = stress_many(StressColumns.of([FIXED, StressedLoan(balance=Decimal(1))]), [Scenario()])
        shown = found.ratios(SizingTest.DSCR)
        assert shown[0, 0] == pytest.approx(1.886381, abs=1e-6)
        assert np.isnan(shown[0, 1])

    def test_an_empty_book_has_empty_totals(self):
        [total] = stress_totals(stress_many(StressColumns.of([]), [Scenario()], refinancing=REFINANCING))
        assert (total.loans, total.balance, total.dscr, total.equity_needed) == (0, 0, None, 0)
        assert stress_totals(stress_many(StressColumns.of([FIXED]), [])) == ()


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"balance": Decimal(-1)}, "balance"),
            ({"balance": Decimal("10000000000.01")}, "balance"),
            ({"income": Decimal("0.001")}, "income"),
            ({"value": Decimal("NaN")}, "value"),
            ({"amortization_months": 0}, "amortization_months"),
            ({"cap_strike": Decimal(2)}, "cap_strike"),
            ({"share": Decimal(2)}, "share"),
            ({"floating": StressedRate(index=Decimal(0), spread=Decimal(0))}, "debt_service"),
            ({"debt_service": None, "floating": StressedRate(index=Decimal(2), spread=Decimal(0))}, "index"),
            (
                {
                    "debt_service": None,
                    "floating": StressedRate(index=Decimal(0), spread=Decimal(0), ceiling=Decimal(5)),
                },
                "ceiling",
            ),
        ],
    )
    def test_of_a_loan_is_named(self, changes, field):
        with pytest.raises(InvalidFigure) as refused:
            replace(FIXED, **changes)
        assert refused.value.field == field

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"rate_shift": Decimal(100)}, "rate_shift"),
            ({"cap_rate_shift": Decimal("1e-13")}, "cap_rate_shift"),
            ({"income_change": Decimal("-1.1")}, "income_change"),
            ({"value_change": Decimal("3.1")}, "value_change"),
            ({"value_change": Decimal("0.0000001")}, "value_change"),
        ],
    )
    def test_of_a_scenario_is_named(self, changes, field):
        with pytest.raises(InvalidFigure) as refused:
            Scenario(**changes)
        assert refused.value.field == field

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"tests": LendingTests()}, "tests"),
            ({"tests": LendingTests(maximum_ltc=Decimal(1))}, "tests.maximum_ltc"),
            ({"tests": LendingTests(minimum_icr=Decimal(2))}, "tests.minimum_icr"),
            ({"tests": LendingTests(minimum_dscr=Decimal(1), rate_floor=Decimal(6))}, "tests.rate_floor"),
            ({"tests": LendingTests(minimum_dscr=Decimal("0.01"))}, "tests.minimum_dscr"),
            ({"tests": LendingTests(maximum_ltv=Decimal("0.6500001"))}, "tests.maximum_ltv"),
            ({"cost_rate": Decimal(1)}, "cost_rate"),
            ({"quote": Quote(rate=Decimal(6), amortization_months=360)}, "rate"),
        ],
    )
    def test_of_a_refinancing_is_named(self, changes, field):
        with pytest.raises(InvalidFigure) as refused:
            replace(REFINANCING, **changes)
        assert refused.value.field == field

    def test_of_columns_is_named_with_the_loans_position(self):
        columns = StressColumns.of([FIXED, FLOATING])
        bad = np.array([0, -2], dtype=np.int64)
        with pytest.raises(InvalidFigure) as refused:
            replace(columns, balloon=bad)
        assert refused.value.field == "loans[1].balloon"
        with pytest.raises(TypeError, match="share"):
            replace(columns, share=np.array([1.0, 1.0]))
        with pytest.raises(TypeError, match="value"):
            replace(columns, value=np.array([1], dtype=np.int64))

    def test_of_a_question_is_named(self):
        found = stress_many(StressColumns.of([FIXED]), [Scenario()])
        with pytest.raises(InvalidFigure, match="threshold"):
            found.failing(SizingTest.DSCR, Decimal(0))
        with pytest.raises(InvalidFigure, match="test"):
            found.failing(SizingTest.LTC, Decimal("0.7"))
        with pytest.raises(InvalidFigure, match="scenarios"):
            stress_many(StressColumns.of([FIXED]), [Scenario()] * 1001)
