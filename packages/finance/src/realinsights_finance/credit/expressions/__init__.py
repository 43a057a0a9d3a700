"""Small safe expressions over named measures: the language of covenants and watchlist rules."""

from realinsights_finance.credit.expressions.errors import (
    CircularDefinition,
    DivisionByZero,
    ExpressionError,
    ExpressionTooDeep,
    ExpressionTooLong,
    ResultTooLarge,
    UnexpectedText,
    UnknownFunction,
    UnknownMeasure,
    WrongKind,
)
from realinsights_finance.credit.expressions.expression import Definitions, Expression, Measures

__all__ = [
    "CircularDefinition",
    "Definitions",
    "DivisionByZero",
    "Expression",
    "ExpressionError",
    "ExpressionTooDeep",
    "ExpressionTooLong",
    "Measures",
    "ResultTooLarge",
    "UnexpectedText",
    "UnknownFunction",
    "UnknownMeasure",
    "WrongKind",
]
