"""Expressions over named measures, as covenants state them: `noi / debt_service >= 1.25x and ltv <= 65%`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from realinsights_finance.credit.expressions.errors import CircularDefinition, WrongKind
from realinsights_finance.credit.expressions.nodes import (
    Calculation,
    Call,
    Comparison,
    Junction,
    Measure,
    Negative,
    Node,
    Not,
    Scope,
)
from realinsights_finance.credit.expressions.parser import parse
from realinsights_finance.credit.figures import InvalidFigure, exact
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.money import quotient

Measures = Mapping[str, Decimal | Fraction | None]
"""The value of each measure by its name; None where it is not known."""

MOST_DEFINITIONS = 50


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read: its text, and the names of the measures that it needs, sorted."""

    text: str
    names: tuple[str, ...]
    is_condition: bool
    _tree: Node = field(repr=False, compare=False)

    @classmethod
    def of(cls, text: str, measures: Collection[str] | None = None) -> Expression:
        """Return an expression; with `measures`, only those may be named.

        Numbers are written 1.25, 1.25x or 65%; there are + - * /, < <= > >= = !=, and, or, not, brackets, min, max,
        round(number, decimals) half up, and truncate(number, decimals). Everything is exact. At most 500 characters and
        20 brackets inside each other. Raises an ExpressionError, which says at which character.
        """
        tree = parse(text, measures)
        return cls(text, tuple(sorted(_names(tree))), tree.condition, tree)

    @classmethod
    def condition(cls, text: str, measures: Collection[str] | None = None) -> Expression:
        """Return an expression that holds or does not; raise WrongKind for one that is a number."""
        return cls._of_kind(text, measures, condition=True)

    @classmethod
    def number(cls, text: str, measures: Collection[str] | None = None) -> Expression:
        """Return an expression that is a number; raise WrongKind for a condition."""
        return cls._of_kind(text, measures, condition=False)

    @classmethod
    def _of_kind(cls, text: str, measures: Collection[str] | None, *, condition: bool) -> Expression:
        read = cls.of(text, measures)
        if read.is_condition is not condition:
            needed = "a condition: something compared" if condition else "a number, not a condition"
            raise WrongKind(f"it must be {needed}", text=text, position=1)
        return read

    def holds(self, measures: Measures, *, trace: Trace | None = None) -> bool | None:
        """Tell whether a condition holds, on unrounded values; None where a measure that decides is not known.

        Raises UnknownMeasure for a name that `measures` lacks, DivisionByZero, ResultTooLarge.
        """
        if not self.is_condition:
            raise WrongKind("it is a number, not a condition", text=self.text, position=1)
        value = self._value(measures, trace)
        return None if value is None else bool(value)

    def value(self, measures: Measures, *, trace: Trace | None = None) -> Decimal | None:
        """Return a number to 28 digits, None where a measure that it needs is not known. Raises as `holds` does."""
        exact_value = self.exact(measures, trace=trace)
        return None if exact_value is None else quotient(exact_value)

    def exact(self, measures: Measures, *, trace: Trace | None = None) -> Fraction | None:
        """Return a number as a fraction."""
        if self.is_condition:
            raise WrongKind("it is a condition, not a number", text=self.text, position=1)
        value = self._value(measures, trace)
        return None if value is None else Fraction(value)

    def _value(self, measures: Measures, trace: Trace | None) -> Fraction | bool | None:
        known = {name: _exact(name, measures[name]) for name in self.names if name in measures}
        if trace is None:
            return self._tree.value(Scope(self.text, known))
        trace.says(self.text, convention="exact; an unknown measure makes unknown what it decides")
        for name in self.names:
            trace.input(name, known.get(name), Unit.NUMBER)

        def compared(
            left: str, right: str, first: Fraction | None, second: Fraction | None, holds: bool | None
        ) -> None:
            trace.step(left, first, Unit.NUMBER)
            trace.step(right, second, Unit.NUMBER)
            trace.step(f"{left} against {right}", _WORDS[holds], Unit.NAME)

        return self._tree.value(Scope(self.text, known, compared))


@dataclass(frozen=True, slots=True)
class Definitions:
    """Measures that a document defines by others, such as its own NOI; in the order in which they can be computed."""

    formulas: tuple[tuple[str, Expression], ...] = ()

    @classmethod
    def of(cls, formulas: Mapping[str, str]) -> Definitions:
        """Return definitions by name. Raises an ExpressionError, and CircularDefinition where they go round."""
        if len(formulas) > MOST_DEFINITIONS:
            raise InvalidFigure("definitions", f"must be at most {MOST_DEFINITIONS}")
        read = {name: Expression.number(text) for name, text in formulas.items()}
        ordered: dict[str, Expression] = {}
        for name in read:
            _order(name, read, ordered, ())
        return cls(tuple(ordered.items()))

    def complete(self, measures: Measures) -> dict[str, Fraction | None]:
        """Return measures with the defined ones added, exact; a definition stands before a measure of its name."""
        known = {name: _exact(name, value) for name, value in measures.items()}
        for name, formula in self.formulas:
            known[name] = formula.exact(known)
        return known


def _order(name: str, read: Mapping[str, Expression], ordered: dict[str, Expression], path: tuple[str, ...]) -> None:
    if name in ordered:
        return
    if name in path:
        raise CircularDefinition((*path[path.index(name) :], name))
    for needed in read[name].names:
        if needed in read:
            _order(needed, read, ordered, (*path, name))
    ordered[name] = read[name]


def _exact(name: str, value: Decimal | Fraction | None) -> Fraction | None:
    if value is None or isinstance(value, Fraction):
        return value
    return exact(name, value)


def _names(node: Node) -> set[str]:
    if isinstance(node, Measure):
        return {node.name}
    return set().union(*map(_names, _parts(node)))


def _parts(node: Node) -> tuple[Node, ...]:
    match node:
        case Calculation(first=first, rest=rest):
            return (first, *(operand for _, _, operand in rest))
        case Negative(operand=part) | Not(part=part):
            return (part,)
        case Call(arguments=parts) | Junction(parts=parts):
            return parts
        case Comparison(left=left, right=right):
            return (left, right)
    return ()


_WORDS = {True: "holds", False: "does not hold", None: "not known"}
