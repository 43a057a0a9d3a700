"""XIRR and IRR: the golden case, other libraries on thousands of random flows, several roots, and refusals."""

from __future__ import annotations

import datetime
import math
import random
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import numpy_financial
import pytest
import pyxirr
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance.explain import explain
from realinsights_finance.value import (
    HIGHEST_RATE,
    LOWEST_RATE,
    RATE_TOLERANCE,
    InvalidFlow,
    NoFlows,
    NoSolution,
    SameSign,
    SeveralSolutions,
    Unresolved,
    irr,
    irr_solutions,
    xirr,
    xirr_solutions,
    xnpv,
)

START = datetime.date(2025, 1, 15)


def in_days(*flows: tuple[int, object]) -> list[tuple[datetime.date, Decimal]]:
    return [(START + datetime.timedelta(days=day), Decimal(str(amount))) for day, amount in flows]


def with_roots(*rates: object) -> list[Decimal]:
    """Return amounts one period apart that are worth nothing at these rates and at no other above -1, exactly."""
    amounts = [Decimal(-1)]
    with localcontext(prec=60):
        for rate in rates:
            growth = 1 + Decimal(str(rate))
            amounts = [
                before - growth * after
                for before, after in zip([*amounts, Decimal(0)], [Decimal(0), *amounts], strict=True)
            ]
    return amounts


def mixed(source: random.Random, count: int) -> list[tuple[datetime.date, Decimal]]:
    """Return flows whose sign changes anywhere, on days of twenty years, in any order."""
    return [
        (START + datetime.timedelta(days=source.randint(0, 7300)), Decimal(source.randint(-(10**8), 10**8)) / 100)
        for _ in range(count)
    ]


class TestGolden:
    def test_a_loan_with_a_fee_yields_what_xirr_says(self, value_cases):
        case = value_cases["G14_xirr"]
        flows = [(datetime.date.fromisoformat(day), Decimal(str(amount))) for day, amount in case["flows"]]
        rate = xirr(flows)
        assert f"{rate:.10f}" == case["xirr"]
        assert f"{abs(xnpv(rate, flows)):.6f}" == case["npv_residual"]

    def test_equal_periods_give_the_periodic_rate(self, value_cases):
        rate = irr([Decimal(amount) for amount in (-1000, 300, 420, 680)])
        assert f"{rate:.10f}" == value_cases["G14_xirr"]["npf_irr_periodic"]


class TestOtherLibraries:
    def test_pyxirr_finds_the_same_rate_of_three_thousand_loans(self, seeded):
        source = seeded(20250115)
        for _ in range(3000):
            days = sorted(source.sample(range(1, 3650), source.randint(1, 60)))
            lent = source.randint(10**6, 10**9)
            paid = [source.randint(1, 3 * lent // len(days)) for _ in days]
            flows = in_days(
                (0, Decimal(-lent) / 100), *zip(days, (Decimal(amount) / 100 for amount in paid), strict=True)
            )
            theirs = pyxirr.xirr([day for day, _ in flows], [float(amount) for _, amount in flows])
            assert math.isclose(float(xirr(flows)), theirs, rel_tol=1e-9, abs_tol=1e-9), flows

    def test_pyxirr_finds_one_of_the_rates_where_there_are_several(self, seeded):
        source = seeded(7)
        several = given_up = 0
        for _ in range(2000):
            flows = mixed(source, source.randint(3, 30))
            if len({amount > 0 for _, amount in flows}) < 2:
                continue
            rates = xirr_solutions(flows)
            theirs = pyxirr.xirr([day for day, _ in flows], [float(amount) for _, amount in flows])
            several += len(rates) > 1
            if theirs is None:  # pyxirr gives up now and then; what is found here is one, by the signs on both sides
                given_up += bool(rates)
                assert all(brackets(flows, rate) for rate in rates)
            elif LOWEST_RATE < theirs < HIGHEST_RATE:
                assert any(math.isclose(float(rate), theirs, rel_tol=1e-7, abs_tol=1e-7) for rate in rates), rates
        assert several > 100
        assert given_up > 10

    def test_numpy_financial_finds_one_of_the_periodic_rates(self, seeded):
        source = seeded(11)
        for _ in range(2000):
            amounts = [Decimal(source.randint(-(10**6), 10**6)) / 100 for _ in range(source.randint(2, 25))]
            if len({amount > 0 for amount in amounts}) < 2:
                continue
            theirs = float(numpy_financial.irr([float(amount) for amount in amounts]))
            if math.isnan(theirs) or not LOWEST_RATE < theirs < HIGHEST_RATE:
                continue
            rates = irr_solutions(amounts)
            assert any(math.isclose(float(rate), theirs, rel_tol=1e-8, abs_tol=1e-8) for rate in rates), (rates, theirs)

    def test_no_rate_is_missed_that_is_a_root_of_the_polynomial(self, seeded):
        source = seeded(13)
        counts = set()
        for _ in range(3000):
            amounts = [source.choice([-1, 1]) * source.randint(1, 1000) for _ in range(source.randint(3, 9))]
            if len({amount > 0 for amount in amounts}) < 2:
                continue
            factors = [root.real for root in np.roots(amounts[::-1]) if abs(root.imag) < 1e-9 and root.real > 0]
            expected = sorted(1 / factor - 1 for factor in factors)
            ours = irr_solutions([Decimal(amount) for amount in amounts])
            assert len(ours) == len(expected), amounts
            assert np.allclose([float(rate) for rate in ours], expected, rtol=1e-8, atol=1e-8), amounts
            counts.add(len(ours))
        assert counts >= {0, 1, 2, 3}


class TestSeveralRates:
    @pytest.mark.parametrize(
        "rates",
        [
            ("0.1", "0.2"),
            ("-0.5", "0.1", "0.2", "0.3", "0.4", "2"),
            ("-0.9", "0", "5"),
            ("0.1", "0.1000001"),
            ("0.05", "0.0500000001", "3"),
            ("0.1", "0.1001", "0.1002", "0.1003"),
            ("-0.3", "-0.29999", "0.1", "0.10001", "0.10002"),
        ],
    )
    def test_all_are_found(self, rates):
        with pytest.raises(SeveralSolutions) as raised:
            irr(with_roots(*rates))
        assert len(raised.value.rates) == len(rates)
        for found, rate in zip(raised.value.rates, rates, strict=True):
            assert abs(found - Decimal(rate)) < Decimal("2e-12")
        assert str(raised.value).startswith(f"flows: {len(rates)} rates make their value zero: ")

    @pytest.mark.parametrize("times", [2, 3, 4, 6])
    @pytest.mark.parametrize("rate", ["0.1", "0", "-0.3"])
    def test_one_that_the_value_only_touches_is_found_once(self, rate, times):
        found = irr_solutions(with_roots(*[rate] * times))
        assert len(found) == 1
        assert abs(found[0] - Decimal(rate)) < Decimal("2e-12")

    def test_a_value_that_nearly_touches_zero_has_none(self):
        assert irr_solutions([Decimal(-1), Decimal("2.2"), Decimal("-1.2100000000001")]) == ()
        with pytest.raises(NoSolution, match=r"no rate from -0\.999999 to 999999"):
            irr([Decimal(-1), Decimal("2.2"), Decimal("-1.2100000000001")])

    def test_a_development_loan_has_two(self):
        flows = in_days((0, -1000), (365, 2300), (730, -1320))
        assert [shown(rate) for rate in xirr_solutions(flows)] == ["0.10000000", "0.20000000"]

    def test_a_thousand_flows_of_random_sign_end_soon(self, seeded):
        flows = mixed(seeded(3), 1000)
        for rate in xirr_solutions(flows):
            assert brackets(flows, rate)


class TestSearch:
    @pytest.mark.parametrize("days", [1, 30, 365, 3650, 36500])
    @pytest.mark.parametrize("rate", ["-0.4", "-0.02", "0", "0.0525", "0.7"])
    def test_finds_the_rate_of_one_payment(self, days, rate):
        growth = (1 + Decimal(rate)) ** (Decimal(days) / 365)
        assert abs(xirr(in_days((0, -1000), (days, 1000 * growth))) - Decimal(rate)) < Decimal("1e-11")

    def test_a_loan_repaid_without_interest_yields_nothing(self):
        assert xirr(in_days((0, -1000), (100, 400), (200, 600))) == 0

    def test_a_rate_beyond_the_range_is_no_solution(self):
        with pytest.raises(NoSolution):
            xirr(in_days((0, -1), (1, 2)))

    def test_amounts_may_be_as_small_or_as_far_apart_as_they_like(self):
        assert abs(xirr(in_days((0, "-1e-400"), (365, "1.1e-400"))) - Decimal("0.1")) < Decimal("1e-12")
        flows = [(datetime.date(1, 1, 1), Decimal(-1)), (datetime.date(9999, 12, 31), Decimal("1e30"))]
        assert brackets(flows, xirr(flows))

    def test_trailing_and_leading_zeros_change_nothing(self):
        plain = in_days((0, -1000), (100, 400), (400, 700))
        assert xirr([*in_days((-50, 0)), *plain, *in_days((900, 0))]) == xirr(plain)

    def test_flows_of_one_day_are_one_flow_in_any_order(self):
        flows = in_days((0, -1500), (400, 700), (0, 500), (100, 400))
        assert xirr(flows) == xirr(in_days((0, -1000), (100, 400), (400, 700)))


@st.composite
def loans(draw: st.DrawFn) -> list[tuple[datetime.date, Decimal]]:
    days = sorted(draw(st.sets(st.integers(1, 14_600), min_size=1, max_size=40)))
    lent = draw(st.integers(100, 10**12))
    paid = [draw(st.integers(0, 2 * lent)) for _ in days]
    paid[-1] = max(paid[-1], 1)
    return in_days((0, Decimal(-lent) / 100), *zip(days, (Decimal(amount) / 100 for amount in paid), strict=True))


class TestProperties:
    @given(loans())
    def test_the_value_changes_sign_at_the_rate(self, flows):
        rates = xirr_solutions(flows)
        assert len(rates) <= 1  # money is lent once: one change of sign
        assert all(brackets(flows, rate) for rate in rates)

    @given(loans(), st.integers(1, 1000), st.integers(-400, 400))
    def test_neither_scale_nor_sign_nor_time_changes_the_rate(self, flows, scale, shift):
        moved = [(day + datetime.timedelta(days=shift), -scale * amount) for day, amount in flows]
        for before, after in zip(xirr_solutions(flows), xirr_solutions(moved), strict=True):
            assert abs(before - after) <= 2 * RATE_TOLERANCE * (1 + before)

    @given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=12))
    def test_every_rate_found_is_one_and_their_number_is_odd_where_the_ends_differ(self, whole):
        amounts = [Decimal(amount) for amount in whole]
        try:
            rates = irr_solutions(amounts)
        except (SameSign, NoFlows):
            return
        for rate in rates:
            size = sum(abs(amount) / (1 + rate) ** number for number, amount in enumerate(amounts))
            slope = Decimal(20_000) * size  # the value cannot be farther from zero than a tolerance's step
            assert (
                abs(sum(amount / (1 + rate) ** number for number, amount in enumerate(amounts)))
                < slope * RATE_TOLERANCE
            )


class TestBadInput:
    @pytest.mark.parametrize("sign", [1, -1])
    def test_flows_of_one_sign_are_refused(self, sign):
        with pytest.raises(SameSign, match="all are received" if sign > 0 else "all are paid"):
            xirr(in_days((0, sign), (10, 0), (20, 2 * sign)))
        with pytest.raises(SameSign):
            irr([Decimal(sign), Decimal(0), Decimal(sign)])

    @pytest.mark.parametrize("flows", [[], in_days((0, 0)), in_days((0, 5), (0, -5))])
    def test_nothing_is_refused(self, flows):
        with pytest.raises(NoFlows):
            xirr(flows)

    @pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity"), Decimal("1e31"), 1.5])
    def test_what_is_no_amount_is_refused_with_its_place(self, amount):
        with pytest.raises(InvalidFlow, match="flow 1:"):
            xirr([(START, Decimal(-1)), (START + datetime.timedelta(days=1), amount)])
        with pytest.raises(InvalidFlow, match="flow 1:"):
            irr([Decimal(-1), amount])

    def test_what_cannot_be_told_apart_is_refused_and_does_not_hang(self):
        with pytest.raises(Unresolved, match="cannot be told apart"):
            irr_solutions(with_roots(*["0.1"] * 20))
        lent_twice = np.array([-900, *[1] * 3000])
        # The square of flows touches zero where they cross it.
        with pytest.raises(Unresolved, match=r"60\d\d of them keep their value so near to zero"):
            irr_solutions([Decimal(int(amount)) for amount in np.convolve(lent_twice, lent_twice)])

    def test_a_refusal_is_a_value_error(self):
        assert all(
            issubclass(kind, ValueError) for kind in (SameSign, NoFlows, InvalidFlow, NoSolution, SeveralSolutions)
        )


def test_the_rate_says_how_it_came_about():
    explained = explain(xirr, in_days((0, -1000), (365, 1100)))
    assert explained.value == Decimal("0.1")
    assert explained.formula == "0 = sum of amount / (1 + rate)^(days / 365)"
    assert {part.name: part.value for part in explained.inputs} == {
        "first flow on": "2025-01-15",
        "last flow on": "2026-01-15",
        "flows": "2",
        "received": "1100",
        "paid": "1000",
    }
    assert explain(irr, [Decimal(-10), Decimal(11)]).steps[0].name == "value at the rate"


def shown(rate: Decimal) -> str:
    return f"{rate:.8f}"


def brackets(flows: list[tuple[datetime.date, Decimal]], rate: Decimal) -> bool:
    """Tell whether the value has opposite signs a tolerance below and above a rate."""
    reach = RATE_TOLERANCE * (1 + rate)
    low, high = exact_value(flows, rate - reach), exact_value(flows, rate + reach)
    return (low < 0) != (high < 0)


def exact_value(flows: list[tuple[datetime.date, Decimal]], rate: Decimal) -> Decimal:
    first = min(day for day, _ in flows)
    with localcontext(prec=50):
        daily = ((1 + rate).ln() / 365).exp()
        return sum((amount / daily ** Fraction((day - first).days).numerator for day, amount in flows), Decimal(0))
