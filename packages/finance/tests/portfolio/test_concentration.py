"""HHI by name, and the average life of leases."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import ratios, shown_ratio
from realinsights_finance.credit import InvalidFigure
from realinsights_finance.explain import explain
from realinsights_finance.portfolio import Lease, concentration, weighted_lease_term

ON = datetime.date(2025, 12, 31)
LEASES = [
    Lease(area=Decimal(10_000), rent_per_area=Decimal(30), ends=datetime.date(2027, 12, 31)),
    Lease(area=Decimal(25_000), rent_per_area=Decimal(26), ends=datetime.date(2030, 6, 30)),
    Lease(area=Decimal(5_000), rent_per_area=Decimal(40), ends=datetime.date(2026, 9, 30)),
]


def test_the_golden_case_of_concentration(golden):
    found = concentration([("A", Decimal(165_000_000)), ("B", Decimal(80_000_000)), ("C", Decimal(30_500_000))])
    assert str(shown_ratio(found.index)) == golden["G13_portfolio"]["HHI_lender"]
    assert [name for name, _, _ in found.shares] == ["A", "B", "C"]
    assert found.total == 275_500_000


def test_amounts_of_one_name_are_one():
    found = concentration([("A", Decimal(1)), ("B", Decimal(2)), ("A", Decimal(1))])
    assert (found.index, found.shares) == (
        Decimal("0.5"),
        (("A", Decimal(2), Decimal("0.5")), ("B", Decimal(2), Decimal("0.5"))),
    )


def test_nothing_has_no_concentration():
    assert (concentration([]).index, concentration([("A", Decimal(0))]).shares) == (None, ())
    with pytest.raises(InvalidFigure, match="amount"):
        concentration([("A", Decimal(-1))])


@given(amounts=st.lists(st.tuples(st.sampled_from("ABCD"), st.decimals("0.01", "1000000", places=2)), min_size=1))
def test_the_index_is_that_of_the_sums_by_name(amounts):
    sums = {}
    for name, amount in amounts:
        sums[name] = sums.get(name, Decimal(0)) + amount
    found = concentration(amounts)
    assert found.index == ratios.herfindahl_index(sums.values())
    assert sum(amount for _, amount, _ in found.shares) == found.total == sum(sums.values())


def test_the_golden_case_of_lease_terms(portfolio_cases):
    case = portfolio_cases["G23_walt"]
    found = weighted_lease_term(LEASES, on=datetime.date.fromisoformat(case["asof"]))
    assert (str(shown_ratio(found.by_area)), str(shown_ratio(found.by_rent))) == (case["by_area"], case["by_rent"])


def test_a_lease_that_has_ended_is_no_lease():
    ended = Lease(area=Decimal(99_000), rent_per_area=Decimal(1), ends=ON)
    assert weighted_lease_term([*LEASES, ended], on=ON) == weighted_lease_term(LEASES, on=ON)
    empty = weighted_lease_term([ended], on=ON)
    assert (empty.by_area, empty.by_rent) == (None, None)


def test_leases_without_rent_have_no_term_by_rent():
    free = Lease(area=Decimal(1), rent_per_area=Decimal(0), ends=datetime.date(2026, 12, 31))
    found = weighted_lease_term([free], on=ON)
    assert (found.by_area, found.by_rent) == (1, None)
    with pytest.raises(InvalidFigure, match="area"):
        weighted_lease_term([Lease(area=Decimal(-1), rent_per_area=Decimal(0), ends=ON)], on=ON)


def test_both_say_how_they_came_about():
    assert explain(concentration, [("A", Decimal(1))]).inputs[0].name == "A"
    terms = explain(weighted_lease_term, LEASES, on=ON)
    assert ("area", "40000") in [(step.name, step.value) for step in terms.steps]
