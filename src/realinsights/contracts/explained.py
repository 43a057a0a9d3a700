"""Explanations as they are answered: how a figure came about, from what `realinsights_finance` traced."""

from __future__ import annotations

from typing import Literal

import msgspec

from realinsights_finance.explain import Part, Trace
from realinsights_platform.attributes import made_from

ExplainedUnit = Literal["dollars", "fraction", "times", "years", "months", "days", "periods", "date", "number", "name"]
"""What a figure counts: the units of `realinsights_finance.explain`."""


class ExplainedPart(msgspec.Struct, frozen=True, rename="camel"):
    """A named figure in its unit; a value of null is not known."""

    name: str
    value: str | None
    unit: ExplainedUnit


class Explanation(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An account of how a figure came about: `steps` are the values in between, in the order in which they did."""

    formula: str
    convention: str
    rounding: str
    inputs: tuple[ExplainedPart, ...]
    steps: tuple[ExplainedPart, ...]


def explanation_of(trace: Trace) -> Explanation:
    """Return what a measure has said while it computed."""
    return Explanation(
        formula=trace.formula,
        convention=trace.convention,
        rounding=trace.rounding,
        inputs=_parts(trace.inputs),
        steps=_parts(trace.steps),
    )


def _parts(parts: list[Part]) -> tuple[ExplainedPart, ...]:
    return tuple(made_from(part, ExplainedPart, unit=part.unit.value) for part in parts)
