"""Proceeds: the least of what the tests allow, satisfied there and violated a dollar above."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import numpy_financial
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import DayCount, shown_rate
from realinsights_finance.credit import (
    Collateral,
    InvalidFigure,
    LendingTests,
    Limit,
    MissingFigure,
    Quote,
    SizingTest,
    loan_constant,
    size,
)
from realinsights_finance.explain import explain

LTV, DSCR, DEBT_YIELD, LTC, ICR = SizingTest
NAMES = {"LTV": LTV, "DSCR": DSCR, "DY": DEBT_YIELD, "LTC": LTC}
USUAL = LendingTests(maximum_ltv=Decimal("0.65"), minimum_dscr=Decimal("1.25"), minimum_debt_yield=Decimal("0.10"))
CENT = Decimal("0.01")
QUOTE = Quote(rate=Decimal("0.0625"), amortization_months=360)


def asking(**changes):
    stated = {name: getattr(USUAL, name) for name in ("maximum_ltv", "minimum_dscr", "minimum_debt_yield")}
    return LendingTests(**(stated | {name: Decimal(value) for name, value in changes.items()}))


def collateral(income, value, cost=None):
    return Collateral(income=Decimal(income), value=Decimal(value), cost=None if cost is None else Decimal(cost))


def test_the_cases_kept_here_are_those_of_the_sample_data(credit_cases, shared_data):
    source = json.loads((shared_data / "golden" / "cases.json").read_text(encoding="utf-8"))
    published = json.loads((shared_data / "golden" / "published_examples.json").read_text(encoding="utf-8"))
    kept = {name: case for name, case in credit_cases.items() if name != "_source"}
    assert kept == {name: (source | published)[name] for name in kept}


class TestGoldenCases:
    def test_of_a_loan_that_its_value_limits(self, credit_cases):
        case = credit_cases["G10_sizing"]
        asset, tests = collateral(1_250_000, 18_000_000), asking(minimum_dscr="1.30")
        sized = size(asset, tests, QUOTE)
        assert str(shown_rate(sized.constant)) == case["const"]
        assert str(sized.proceeds) == case["proceeds"]
        assert sized.binding is NAMES[case["binding"]]
        assert str(sized.limit(LTV).maximum) == case["by_LTV65"]
        assert str(sized.limit(DSCR).maximum) == case["by_DSCR130"] == case["check_pv"]
        assert str(sized.limit(DEBT_YIELD).maximum) == case["by_DY10"]
        only = LendingTests(minimum_dscr=Decimal("1.30"))
        interest_only = size(asset, only, Quote(rate=QUOTE.rate, amortization_months=None))
        assert str(interest_only.limit(DSCR).maximum) == case["by_DSCR_IO"]
        stressed = size(asset, LendingTests(minimum_dscr=Decimal("1.30"), rate_floor=Decimal("0.0725")), QUOTE)
        assert str(stressed.limit(DSCR).maximum) == case["stressed_725"]
        assert stressed.rate == Decimal("0.0725")
        thousands = size(asset, tests, QUOTE, multiple_of=Decimal(1000))
        assert thousands.proceeds == case["rounded_down_1000"]

    @pytest.mark.parametrize(
        ("name", "asset", "tests", "quote"),
        [
            (
                "G10b_sizing_all",
                collateral(900_000, 12_000_000, 11_500_000),
                asking(maximum_ltc="0.75"),
                QUOTE,
            ),
            ("G10c_DY_binds", collateral(900_000, 14_000_000), USUAL, QUOTE),
            (
                "G10d_DSCR_binds",
                collateral(900_000, 14_000_000),
                asking(minimum_dscr="1.30"),
                Quote(rate=Decimal("0.08"), amortization_months=360),
            ),
            (
                "G10e_DSCR_binds_25yr",
                collateral(1_000_000, 16_000_000),
                asking(maximum_ltv="0.70", minimum_dscr="1.35", minimum_debt_yield="0.085"),
                Quote(rate=Decimal("0.07"), amortization_months=300),
            ),
        ],
    )
    def test_of_every_test_that_binds(self, credit_cases, name, asset, tests, quote):
        case, sized = credit_cases[name], size(asset, tests, quote)
        assert {label: str(sized.limit(test).maximum) for label, test in NAMES.items() if label in case} == {
            label: case[label] for label in NAMES if label in case
        }
        assert (sized.binding, str(sized.proceeds)) == (NAMES[case["binding"]], case["proceeds"])
        if "const" in case:
            assert str(shown_rate(sized.constant)) == case["const"]
        assert sized.limit(sized.binding).slack == 0

    def test_of_a_published_example(self, credit_cases):
        case = credit_cases["loan_sizing_dscr_ltv_dy"]
        sized = size(
            collateral(case["noi"], case["value"]),
            asking(maximum_ltv="0.6", minimum_dscr="1.25", minimum_debt_yield="0.09"),
            Quote(rate=Decimal("0.065"), amortization_months=case["amort_months"]),
        )
        assert round(sized.proceeds) == case["max_loan"]
        assert sized.binding is NAMES[case["binding"]]
        assert round(float(522_000 / sized.proceeds), 4) == case["debt_yield_at_max"]
        assert round(float(sized.proceeds / 10_440_000), 2) == case["ltv_at_max"]


class TestProceeds:
    @given(
        figures=st.tuples(*[st.decimals("10000", "900000000", places=2)] * 3),
        ratios=st.tuples(
            st.decimals("0.3", "1", places=4),
            st.decimals("1", "2.5", places=4),
            st.decimals("0.04", "0.2", places=4),
            st.decimals("0.3", "1", places=4),
        ),
        rate=st.decimals("0", "0.2", places=6),
        months=st.one_of(st.none(), st.integers(12, 480)),
        floor=st.one_of(st.none(), st.decimals("0.01", "0.2", places=4)),
    )
    def test_pass_every_test_and_a_dollar_more_fails_one(self, figures, ratios, rate, months, floor):
        income, value, cost = figures
        ltv, dscr, debt_yield, ltc = ratios
        tests = LendingTests(
            maximum_ltv=ltv,
            minimum_dscr=dscr,
            minimum_debt_yield=debt_yield,
            maximum_ltc=ltc,
            rate_floor=floor,
        )
        quote = Quote(rate=rate, amortization_months=months, day_count=DayCount.ACTUAL_360)
        asset = Collateral(income=income, value=value, cost=cost)
        sized, quoted = size(asset, tests, quote, multiple_of=CENT), size(asset, tests, quote)
        tested_at = rate if floor is None else max(rate, floor)
        constant = loan_constant(tested_at, months, day_count=DayCount.ACTUAL_360)

        def passed(balance):
            owed = Fraction(balance)
            return {
                LTV: owed <= Fraction(ltv) * Fraction(value),
                DSCR: Fraction(income) >= Fraction(dscr) * constant * owed,
                DEBT_YIELD: Fraction(income) >= Fraction(debt_yield) * owed,
                LTC: owed <= Fraction(ltc) * Fraction(cost),
            }

        assert all(passed(sized.proceeds).values())
        assert not passed(sized.proceeds + CENT)[sized.binding]
        assert not passed(sized.proceeds + 1)[sized.binding]
        for limit in sized.limits:
            if limit.maximum is not None:
                assert passed(limit.maximum)[limit.test]
                assert not passed(limit.maximum + CENT)[limit.test]
                assert limit.slack == limit.maximum - sized.proceeds >= 0
        # What is quoted is the nearest cent: half a cent less passes.
        assert quoted.proceeds - sized.proceeds in {0, CENT}
        assert all(passed(max(quoted.proceeds - CENT / 2, Decimal(0))).values())
        assert not passed(quoted.proceeds + 1)[quoted.binding]
        assert quoted.limit(quoted.binding).slack == 0

    @given(rate=st.decimals("0.0001", "0.3", places=4), months=st.integers(1, 600))
    def test_rest_on_the_constant_that_spreadsheets_compute(self, rate, months):
        payment = -numpy_financial.pmt(float(rate) / 12, months, 1)
        assert float(loan_constant(rate, months)) == pytest.approx(12 * payment, rel=1e-9)

    def test_are_nothing_where_the_property_loses_money(self):
        sized = size(collateral(-5, 1_000_000), USUAL, QUOTE)
        assert (sized.proceeds, sized.binding) == (0, DSCR)

    def test_are_bound_by_the_first_of_tests_that_allow_the_same(self):
        sized = size(
            collateral(65_000, 1_000_000),
            LendingTests(maximum_ltv=Decimal("0.65"), minimum_debt_yield=Decimal("0.10")),
            QUOTE,
        )
        assert (sized.proceeds, sized.binding) == (650_000, LTV)
        assert [limit.slack for limit in sized.limits] == [0, 0]

    @given(
        st.decimals("0.01", 10**9, places=2),
        st.decimals("0.5", 5, places=2),
        st.builds(
            Quote,
            rate=st.decimals("0.0001", "0.2", places=6),
            amortization_months=st.sampled_from([None, 360]),
            day_count=st.sampled_from(DayCount),
        ),
        st.none() | st.decimals("0.0001", "0.2", places=6),
    )
    def test_pass_the_interest_test_and_a_dollar_more_fails_it(self, income, minimum, quote, floor):
        tests = LendingTests(minimum_icr=minimum, rate_floor=floor)
        sized = size(Collateral(income=income), tests, quote, multiple_of=CENT)
        interest = Fraction(max(quote.rate, floor or quote.rate)) * quote.day_count.typical_year
        assert sized.binding is ICR
        assert Fraction(income) >= Fraction(minimum) * interest * Fraction(sized.proceeds)
        assert Fraction(income) < Fraction(minimum) * interest * (Fraction(sized.proceeds) + 1)

    def test_of_an_interest_only_loan_are_the_same_by_coverage_of_debt_service_and_of_interest(self):
        asset, quote = collateral(900_000, 1), Quote(rate=Decimal("0.06"), amortization_months=None)
        by_icr = size(asset, LendingTests(minimum_icr=Decimal(2), minimum_dscr=Decimal(2)), quote)
        assert by_icr.limit(ICR) == Limit(test=ICR, maximum=Decimal("7500000.00"), slack=Decimal("0.00"))
        assert by_icr.binding is DSCR

    def test_are_not_limited_by_coverage_without_debt_service(self):
        free = Quote(rate=Decimal(0), amortization_months=None)
        sized = size(collateral(900_000, 14_000_000), USUAL, free)
        assert (sized.limit(DSCR).maximum, sized.limit(DSCR).slack) == (None, None)
        assert sized.binding is DEBT_YIELD
        with pytest.raises(InvalidFigure, match="no test limits"):
            size(collateral(900_000, 14_000_000), LendingTests(minimum_dscr=Decimal("1.25")), free)

    def test_at_a_zero_rate_are_repaid_in_equal_parts(self):
        assert loan_constant(Decimal(0), 120) == Fraction(1, 10)

    def test_say_how_they_came_about(self):
        explained = explain(size, collateral(1_250_000, 18_000_000), USUAL, QUOTE)
        assert explained.value == size(collateral(1_250_000, 18_000_000), USUAL, QUOTE)
        assert "loan constant" in explained.formula
        assert ("rate", "0.0625") in [(part.name, part.value) for part in explained.inputs]
        assert ("allowed by ltv", "11700000.00") in [(part.name, part.value) for part in explained.steps]


@pytest.mark.parametrize(
    ("asset", "tests", "quote", "field"),
    [
        (Collateral(income=Decimal(1)), asking(), QUOTE, "value"),
        (Collateral(value=Decimal(1)), asking(), QUOTE, "income"),
        (collateral(1, 1), asking(maximum_ltc="0.7"), QUOTE, "cost"),
    ],
)
def test_a_test_whose_figure_is_missing_names_it(asset, tests, quote, field):
    with pytest.raises(MissingFigure) as refused:
        size(asset, tests, quote)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("asset", "tests", "quote", "field"),
    [
        (collateral(1, 1), LendingTests(), QUOTE, "tests"),
        (collateral(1, 1), asking(minimum_dscr=0), QUOTE, "minimum_dscr"),
        (collateral(1, 1), asking(minimum_debt_yield=-1), QUOTE, "minimum_debt_yield"),
        (collateral(1, -1), asking(), QUOTE, "value"),
        (collateral("NaN", 1), asking(), QUOTE, "income"),
        (collateral("Infinity", 1), asking(), QUOTE, "income"),
        (collateral("1e16", 1), asking(), QUOTE, "income"),
        (collateral("1e-999999", 1), asking(), QUOTE, "income"),
        (collateral(1, 1), asking(rate_floor="5.25"), QUOTE, "rate_floor"),
        (collateral(1, 1), asking(), Quote(rate=Decimal("6.25"), amortization_months=360), "rate"),
        (collateral(1, 1), asking(), Quote(rate=Decimal("0.06"), amortization_months=0), "amortization_months"),
        (Collateral(income=1.5, value=Decimal(1)), asking(), QUOTE, "income"),
    ],
)
def test_impossible_figures_are_refused_by_name(asset, tests, quote, field):
    with pytest.raises(InvalidFigure) as refused:
        size(asset, tests, quote)
    assert refused.value.field == field


def test_proceeds_are_a_multiple_of_something():
    with pytest.raises(InvalidFigure, match="multiple_of"):
        size(collateral(1, 1), USUAL, QUOTE, multiple_of=Decimal(0))
