"""What an expression is made of, once it has been read, and how its value follows from measures.

A value is None where a measure that it needs is not known. A condition is decided all the same where the rest decides
it: `false and unknown` is false, `true or unknown` is true. `and` and `or` end at the first part that decides, so that
`balance > 0 and noi / balance >= 9%` divides by no zero.
"""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import ClassVar

from realinsights_finance.credit.expressions.errors import DivisionByZero, ResultTooLarge, UnknownMeasure

MOST_BITS = 4096

Value = Fraction | bool | None
Compared = Callable[[str, str, Fraction | None, Fraction | None, bool | None], None]


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression is evaluated with: its text, for messages, the measures, and who is told of comparisons."""

    text: str
    measures: Mapping[str, Fraction | None]
    compared: Compared | None = None

    def bounded(self, value: Fraction, position: int) -> Fraction:
        """Return a value that is not larger than any figure of a loan; raise ResultTooLarge for another."""
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > MOST_BITS:
            raise ResultTooLarge("the value has too many digits", text=self.text, position=position)
        return value


@dataclass(frozen=True, slots=True)
class Node(ABC):
    """A part of an expression; `position` and `end` say where it stands, counted from 1."""

    position: int
    end: int
    condition: ClassVar[bool] = False

    @abstractmethod
    def value(self, scope: Scope) -> Value:
        """Return a fraction or, of a condition, whether it holds; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number as it is written."""

    exact: Fraction

    def value(self, scope: Scope) -> Fraction | None:
        return self.exact


@dataclass(frozen=True, slots=True)
class Measure(Node):
    """A measure by its name."""

    name: str

    def value(self, scope: Scope) -> Fraction | None:
        if self.name not in scope.measures:
            raise UnknownMeasure(f"'{self.name}' is not a measure at hand", text=scope.text, position=self.position)
        return scope.measures[self.name]


@dataclass(frozen=True, slots=True)
class Calculation(Node):
    """Operands joined by + and -, or by * and /, from left to right; each operator with the place it stands at."""

    first: Node
    rest: tuple[tuple[str, int, Node], ...]

    def value(self, scope: Scope) -> Fraction | None:
        result = _number(self.first, scope)
        for sign, position, node in self.rest:
            operand = _number(node, scope)
            if sign == "/" and operand == 0:
                divisor = scope.text[node.position - 1 : node.end - 1]
                raise DivisionByZero(f"'{divisor}' is zero", text=scope.text, position=position)
            known = result is not None and operand is not None
            result = scope.bounded(_ARITHMETIC[sign](result, operand), position) if known else None
        return result


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """A number with its sign turned."""

    operand: Node

    def value(self, scope: Scope) -> Fraction | None:
        operand = _number(self.operand, scope)
        return None if operand is None else -operand


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function of numbers; unknown where one of them is."""

    name: str
    arguments: tuple[Node, ...]

    def value(self, scope: Scope) -> Fraction | None:
        arguments = [_number(node, scope) for node in self.arguments]
        known = [argument for argument in arguments if argument is not None]
        return FUNCTIONS[self.name](known) if len(known) == len(arguments) else None


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """Two numbers compared, unrounded."""

    condition: ClassVar[bool] = True
    left: Node
    sign: str
    right: Node

    def value(self, scope: Scope) -> bool | None:
        left, right = _number(self.left, scope), _number(self.right, scope)
        holds = None if left is None or right is None else bool(_COMPARISONS[self.sign](left, right))
        if scope.compared:
            text = scope.text
            first, second = (text[node.position - 1 : node.end - 1] for node in (self.left, self.right))
            scope.compared(first, second, left, right, holds)
        return holds


@dataclass(frozen=True, slots=True)
class Junction(Node):
    """Conditions joined by `and` (`deciding` is False: one that fails decides) or by `or` (True)."""

    condition: ClassVar[bool] = True
    deciding: bool
    parts: tuple[Node, ...]

    def value(self, scope: Scope) -> bool | None:
        unknown = False
        for part in self.parts:
            holds = part.value(scope)
            if holds is self.deciding:
                return self.deciding
            unknown = unknown or holds is None
        return None if unknown else not self.deciding


@dataclass(frozen=True, slots=True)
class Not(Node):
    """A condition turned round."""

    condition: ClassVar[bool] = True
    part: Node

    def value(self, scope: Scope) -> bool | None:
        holds = self.part.value(scope)
        return None if holds is None else not holds


def _number(node: Node, scope: Scope) -> Fraction | None:
    value = node.value(scope)
    if isinstance(value, bool):  # the parser lets no condition stand where a number is needed
        raise TypeError("a condition is not a number")
    return value


def _rounded(arguments: list[Fraction]) -> Fraction:
    """Return a value half up (a tie away from zero) to a number of decimals."""
    value, unit = arguments[0], 10 ** int(arguments[1])
    scaled = abs(value) * unit
    count = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(count if value >= 0 else -count, unit)


def _truncated(arguments: list[Fraction]) -> Fraction:
    """Return a value with the decimals after a number of them cut off."""
    unit = 10 ** int(arguments[1])
    return Fraction(int(arguments[0] * unit), unit)


FUNCTIONS: Mapping[str, Callable[[list[Fraction]], Fraction]] = MappingProxyType(
    {"min": min, "max": max, "round": _rounded, "truncate": _truncated}
)
_ARITHMETIC: Mapping[str, Callable[..., Fraction]] = MappingProxyType(
    {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
)
_COMPARISONS: Mapping[str, Callable[[Fraction, Fraction], bool]] = MappingProxyType(
    {
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
        "=": operator.eq,
        "==": operator.eq,
        "!=": operator.ne,
    }
)
COMPARISON_SIGNS = frozenset(_COMPARISONS)
