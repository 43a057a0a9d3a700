"""NPV and XNPV beside pyxirr and numpy-financial, and what they refuse."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal

import numpy_financial
import pytest
import pyxirr

from realinsights_finance.explain import explain
from realinsights_finance.value import InvalidFlow, InvalidRate, NoFlows, npv, xnpv

START = datetime.date(2024, 2, 29)


def test_numpy_financial_finds_the_same_value_of_two_thousand_rows(seeded):
    source = seeded(1)
    for _ in range(2000):
        rate = Decimal(source.randint(-5000, 50_000)) / 100_000
        amounts = [Decimal(source.randint(-(10**9), 10**9)) / 100 for _ in range(source.randint(1, 120))]
        theirs = float(numpy_financial.npv(float(rate), [float(amount) for amount in amounts]))
        size = math.fsum(abs(float(amount)) * (1 + float(rate)) ** -number for number, amount in enumerate(amounts))
        assert math.isclose(float(npv(rate, amounts)), theirs, abs_tol=1e-12 * size)


def test_pyxirr_finds_the_same_value_of_two_thousand_dated_rows(seeded):
    source = seeded(2)
    for _ in range(2000):
        rate = Decimal(source.randint(-5000, 50_000)) / 100_000
        flows = [
            (START + datetime.timedelta(days=source.randint(0, 5000)), Decimal(source.randint(-(10**9), 10**9)) / 100)
            for _ in range(source.randint(1, 60))
        ]
        # pyxirr values on the first flow given, whatever its day; ours on the earliest.
        flows.sort()
        theirs = pyxirr.xnpv(float(rate), [day for day, _ in flows], [float(amount) for _, amount in flows])
        size = math.fsum(abs(float(amount)) for _, amount in flows) * 3
        assert math.isclose(float(xnpv(rate, flows)), theirs, abs_tol=1e-12 * size)


def test_money_of_a_year_is_discounted_by_a_year():
    flows = [(datetime.date(2025, 1, 1), Decimal(-100)), (datetime.date(2026, 1, 1), Decimal(110))]
    assert abs(xnpv(Decimal("0.1"), flows)) < Decimal("1e-25")
    assert npv(Decimal("0.1"), [Decimal(-100), Decimal(110)]) == 0


def test_a_value_may_be_asked_for_another_day():
    flows = [(datetime.date(2025, 1, 1), Decimal(100))]
    assert abs(xnpv(Decimal("0.1"), flows, on=datetime.date(2026, 1, 1)) - 110) < Decimal("1e-25")
    assert abs(xnpv(Decimal("0.1"), flows, on=datetime.date(2024, 1, 2)) - Decimal(100) / Decimal("1.1")) < Decimal(
        "1e-25"
    )


@pytest.mark.parametrize("rate", ["-1", "-2", "NaN", "Infinity"])
def test_a_rate_that_leaves_nothing_is_refused(rate):
    with pytest.raises(InvalidRate, match=r"^rate: "):
        npv(Decimal(rate), [Decimal(1)])
    with pytest.raises(InvalidRate, match=r"^rate: "):
        xnpv(Decimal(rate), [(START, Decimal(1))])


def test_nothing_and_no_amounts_are_refused():
    with pytest.raises(NoFlows):
        npv(Decimal(0), [])
    with pytest.raises(NoFlows):
        xnpv(Decimal(0), [])
    with pytest.raises(InvalidFlow):
        npv(Decimal(0), [Decimal("NaN")])


def test_the_value_says_how_it_came_about():
    explained = explain(npv, Decimal("0.1"), [Decimal(-100), Decimal(121)])
    assert explained.value == 10
    assert explained.inputs[0].value == "0.1"
    explained = explain(xnpv, Decimal("0.1"), [(START, Decimal(7))])
    assert explained.inputs[1].value == START.isoformat()
