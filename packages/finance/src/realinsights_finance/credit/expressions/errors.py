"""What can be wrong with an expression of a covenant: each says what, and at which character."""

from __future__ import annotations


class ExpressionError(ValueError):
    """An expression that cannot be read or evaluated; `position` counts characters from 1."""

    def __init__(self, message: str, *, text: str, position: int) -> None:
        super().__init__(f"at character {position} of '{text}': {message}")
        self.text = text
        self.position = position


class UnexpectedText(ExpressionError):
    """Text that the language does not have, or not there."""


class ExpressionTooLong(ExpressionError):
    """More text, or a number of more digits, than an expression may have."""


class ExpressionTooDeep(ExpressionError):
    """More brackets inside brackets than an expression may have."""


class UnknownFunction(ExpressionError):
    """A name before a bracket that is none of the language's functions."""


class UnknownMeasure(ExpressionError):
    """A name that is none of the measures at hand."""


class WrongKind(ExpressionError):
    """A condition where a number is needed, or a number where a condition is."""


class DivisionByZero(ExpressionError):
    """A division whose divisor is zero for the measures at hand."""


class ResultTooLarge(ExpressionError):
    """A value with more digits than any figure of a loan has."""


class CircularDefinition(ValueError):
    """Measures that are defined by each other; `names` is the circle, its first name again at the end."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(f"definitions: {' -> '.join(names)} is a circle")
        self.names = names
