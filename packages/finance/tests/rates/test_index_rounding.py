"""Rounding of an index."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance.rates import IndexRounding


def test_golden_case_is_rounded_up(golden_rates):
    case = golden_rates["G6_index_rounding"]
    raw = Decimal(case["raw"])
    assert IndexRounding.UP_THOUSANDTH.rounded(raw) == Decimal(case["up_1_1000pct"])
    assert IndexRounding.UP_EIGHTH.rounded(raw) == Decimal(case["up_1_8pct"])


@pytest.mark.parametrize(
    ("rounding", "index", "rounded"),
    [
        (IndexRounding.NONE, "0.0433217", "0.0433217"),
        (IndexRounding.NEAREST_THOUSANDTH, "0.0433217", "0.04332"),
        (IndexRounding.NEAREST_THOUSANDTH, "0.043325", "0.04333"),
        (IndexRounding.UP_THOUSANDTH, "0.04333", "0.04333"),
        (IndexRounding.UP_THOUSANDTH, "-0.004321", "-0.00432"),
        (IndexRounding.NEAREST_THOUSANDTH, "-0.004325", "-0.00432"),
        (IndexRounding.NEAREST_EIGHTH, "0.0433217", "0.04375"),
        (IndexRounding.NEAREST_EIGHTH, "0.0431", "0.0425"),
        (IndexRounding.UP_SIXTEENTH, "0.0433217", "0.04375"),
        (IndexRounding.NEAREST_SIXTEENTH, "0.0433217", "0.043125"),
        (IndexRounding.UP_HUNDREDTH, "0.0433217", "0.0434"),
        (IndexRounding.NEAREST_HUNDREDTH, "0.0433217", "0.0433"),
        (IndexRounding.NEAREST_HUNDRED_THOUSANDTH, "0.04332175", "0.0433218"),
    ],
)
def test_each_rounds_to_its_part_of_a_percent(rounding, index, rounded):
    assert rounding.rounded(Decimal(index)) == Decimal(rounded)


@given(rounding=st.sampled_from(IndexRounding), index=st.decimals("-0.05", "0.5", places=9))
def test_a_rounded_index_is_whole_units_and_less_than_one_away(rounding, index):
    rounded = rounding.rounded(index)
    assert rounding.rounded(rounded) == rounded
    if rounding.unit is None:
        return
    assert (Fraction(rounded) / rounding.unit).denominator == 1
    away = Fraction(rounded) - Fraction(index)
    half = rounding.unit / 2
    assert 0 <= away < rounding.unit if rounding.up else -half < away <= half
