"""Explanations as they are answered."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

import msgspec

from realinsights.loans.model.explained import ExplainedUnit, explanation_of
from realinsights_finance.explain import Trace, Unit


def test_have_every_unit_of_the_library() -> None:
    assert set(get_args(ExplainedUnit)) == {unit.value for unit in Unit}


def test_hold_what_a_measure_said_and_what_is_not_known() -> None:
    trace = Trace()
    trace.says("a x b", convention="by the year", rounding="half up")
    trace.input("a", Decimal("0.0525"), Unit.FRACTION)
    trace.step("b", None, Unit.DOLLARS)
    assert msgspec.to_builtins(explanation_of(trace)) == {
        "formula": "a x b",
        "convention": "by the year",
        "rounding": "half up",
        "inputs": ({"name": "a", "value": "0.0525", "unit": "fraction"},),
        "steps": ({"name": "b", "value": None, "unit": "dollars"},),
    }
