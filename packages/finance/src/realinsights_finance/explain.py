"""Explanations of figures, as data: formula, inputs, convention, rounding, and the values in between.

A measure that can explain itself takes `trace`, None by default, and says to it what it does; without one it does
nothing for it. `explain` calls a measure with a trace:

    explained = explain(level_payment_of, terms)
    explained.value, explained.formula, explained.inputs
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Generic, TypeVar

from realinsights_finance.money import quotient

T = TypeVar("T")
Figure = Decimal | Fraction | int | str | datetime.date | None


class Unit(StrEnum):
    """What a figure counts."""

    DOLLARS = "dollars"
    FRACTION = "fraction"  # of one: a rate, a ratio below one, a share
    TIMES = "times"  # a coverage
    YEARS = "years"
    MONTHS = "months"
    DAYS = "days"
    PERIODS = "periods"
    DATE = "date"
    NUMBER = "number"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Part:
    """A named figure in its unit, as text without separators; None where it is not known."""

    name: str
    value: str | None
    unit: Unit


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained(Generic[T]):
    """A value together with how it was computed. `steps` are the values in between, in the order they came about."""

    value: T
    formula: str
    inputs: tuple[Part, ...]
    steps: tuple[Part, ...]
    convention: str
    rounding: str


@dataclass(slots=True)
class Trace:
    """What a measure says while it computes; the first that names formula, convention or rounding is the outermost."""

    formula: str = ""
    convention: str = ""
    rounding: str = ""
    inputs: list[Part] = field(default_factory=list)
    steps: list[Part] = field(default_factory=list)

    def says(self, formula: str, *, convention: str = "", rounding: str = "") -> None:
        """Take the formula of a measure; those of the measures that it rests on become steps."""
        if self.formula:
            self.steps.append(Part("formula", formula, Unit.NAME))
            return
        self.formula, self.convention, self.rounding = formula, convention, rounding

    def input(self, name: str, value: Figure, unit: Unit) -> None:
        """Take an input; one that was taken already is not taken twice."""
        part = Part(name, _text(value), unit)
        if part not in self.inputs:
            self.inputs.append(part)

    def step(self, name: str, value: Figure, unit: Unit) -> None:
        """Take a value in between."""
        self.steps.append(Part(name, _text(value), unit))


def explain(measure: Callable[..., T], /, *arguments: Any, **named: Any) -> Explained[T]:
    """Return what a measure returns, with how it came about. Raises what the measure raises."""
    trace = Trace()
    value = measure(*arguments, trace=trace, **named)
    return Explained(
        value=value,
        formula=trace.formula,
        inputs=tuple(trace.inputs),
        steps=tuple(trace.steps),
        convention=trace.convention,
        rounding=trace.rounding or "none: rounded only to be shown",
    )


def _text(value: Figure) -> str | None:
    if value is None:
        return None
    if isinstance(value, Fraction):
        return format(quotient(value), "f")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)
