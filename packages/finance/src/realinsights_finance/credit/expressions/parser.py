"""Reading an expression: from words to a tree, by recursive descent of a bounded depth.

condition   = all { "or" all }
all         = negated { "and" negated }
negated     = "not" negated | comparison
comparison  = sum [ ("<" | "<=" | ">" | ">=" | "=" | "==" | "!=") sum ]
sum         = product { ("+" | "-") product }
product     = signed { ("*" | "/") signed }
signed      = "-" signed | number | measure | function "(" condition { "," condition } ")" | "(" condition ")"
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection
from typing import NoReturn

from realinsights_finance.credit.expressions.errors import (
    ExpressionError,
    ExpressionTooDeep,
    UnexpectedText,
    UnknownFunction,
    UnknownMeasure,
    WrongKind,
)
from realinsights_finance.credit.expressions.nodes import (
    COMPARISON_SIGNS,
    FUNCTIONS,
    Calculation,
    Call,
    Comparison,
    Junction,
    Measure,
    Negative,
    Node,
    Not,
    Number,
)
from realinsights_finance.credit.expressions.tokens import Sort, Word, number, words

MOST_DEPTH = 20
MOST_DECIMALS = 12
RESERVED = frozenset({"and", "or", "not"})


def parse(text: str, measures: Collection[str] | None = None) -> Node:
    """Return the tree of an expression; with `measures`, only those may be named. Raises an ExpressionError."""
    return _Parser(text, measures).whole()


class _Parser:
    def __init__(self, text: str, measures: Collection[str] | None) -> None:
        self.text, self.measures = text, measures
        self.words = words(text)
        self.at = 0
        self.depth = 0

    @property
    def word(self) -> Word:
        return self.words[self.at]

    def whole(self) -> Node:
        node = self.either()
        if self.word.sort is not Sort.END:
            self.unexpected("the end, or a sign that joins")
        return node

    def either(self) -> Node:
        return self.junction("or", deciding=True, part=self.every)

    def every(self) -> Node:
        return self.junction("and", deciding=False, part=self.negated)

    def junction(self, joint: str, *, deciding: bool, part: Callable[[], Node]) -> Node:
        parts = [part()]
        while self.takes(joint):
            parts.append(part())
        if len(parts) == 1:
            return parts[0]
        for node in parts:
            self.needs(node, condition=True)
        return Junction(parts[0].position, parts[-1].end, deciding, tuple(parts))

    def negated(self) -> Node:
        start = self.word.position
        if not self.takes("not"):
            return self.comparison()
        self.deeper()
        part = self.needs(self.negated(), condition=True)
        self.depth -= 1
        return Not(start, part.end, part)

    def comparison(self) -> Node:
        left = self.sum()
        sign = self.word
        if sign.sort is not Sort.SIGN or sign.text not in COMPARISON_SIGNS:
            return left
        self.at += 1
        right = self.needs(self.sum(), condition=False)
        return Comparison(left.position, right.end, self.needs(left, condition=False), sign.text, right)

    def sum(self) -> Node:
        return self.calculation(("+", "-"), self.product)

    def product(self) -> Node:
        return self.calculation(("*", "/"), self.signed)

    def calculation(self, signs: tuple[str, str], operand: Callable[[], Node]) -> Node:
        first, rest = operand(), []
        while self.word.text in signs:
            sign = self.word
            self.at += 1
            rest.append((sign.text, sign.position, self.needs(operand(), condition=False)))
        if not rest:
            return first
        return Calculation(first.position, rest[-1][2].end, self.needs(first, condition=False), tuple(rest))

    def signed(self) -> Node:
        word = self.word
        if word.text == "-":
            self.at += 1
            self.deeper()
            operand = self.needs(self.signed(), condition=False)
            self.depth -= 1
            return Negative(word.position, operand.end, operand)
        if word.sort is Sort.NUMBER:
            self.at += 1
            return Number(word.position, word.end, number(word))
        if word.sort is Sort.NAME and word.text not in RESERVED:
            self.at += 1
            return self.call(word) if self.word.text == "(" else self.measure(word)
        if word.text != "(":
            self.unexpected("a number, a measure or a bracket")
        return self.bracketed()

    def bracketed(self) -> Node:
        self.at += 1
        self.deeper()
        node = self.either()
        self.depth -= 1
        if not self.takes(")"):
            self.unexpected("')'")
        return node

    def measure(self, word: Word) -> Node:
        if self.measures is not None and word.text not in self.measures:
            near = difflib.get_close_matches(word.text, sorted(self.measures), n=1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            raise self.error(UnknownMeasure, f"'{word.text}' is not a measure{hint}", word.position)
        return Measure(word.position, word.end, word.text)

    def call(self, word: Word) -> Node:
        if word.text not in FUNCTIONS:
            names = ", ".join(FUNCTIONS)
            raise self.error(UnknownFunction, f"'{word.text}' is not a function; there are {names}", word.position)
        self.at += 1
        self.deeper()
        arguments = [self.needs(self.either(), condition=False)]
        while self.takes(","):
            arguments.append(self.needs(self.either(), condition=False))
        self.depth -= 1
        end = self.word.end
        if not self.takes(")"):
            self.unexpected("',' or ')'")
        if word.text in {"round", "truncate"}:
            self.check_decimals(word, arguments)
        elif len(arguments) < 2:
            raise self.error(UnexpectedText, f"'{word.text}' needs two numbers or more", word.position)
        return Call(word.position, end, word.text, tuple(arguments))

    def check_decimals(self, word: Word, arguments: list[Node]) -> None:
        decimals = arguments[1] if len(arguments) == 2 else None
        fits = isinstance(decimals, Number) and decimals.exact.denominator == 1 and decimals.exact <= MOST_DECIMALS
        if not fits:
            message = f"'{word.text}' needs a number and how many decimals, 0 to {MOST_DECIMALS}"
            raise self.error(UnexpectedText, message, word.position)

    def takes(self, text: str) -> bool:
        if self.word.sort is Sort.END or self.word.text != text:
            return False
        self.at += 1
        return True

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            message = f"more than {MOST_DEPTH} brackets and signs lie inside each other"
            raise self.error(ExpressionTooDeep, message, self.word.position)

    def needs(self, node: Node, *, condition: bool) -> Node:
        if node.condition is not condition:
            needed, found = ("a condition", "a number") if condition else ("a number", "a condition")
            part = self.text[node.position - 1 : node.end - 1]
            raise self.error(WrongKind, f"'{part}' is {found} where {needed} is needed", node.position)
        return node

    def unexpected(self, needed: str) -> NoReturn:
        found = f"'{self.word.text}'" if self.word.text else "the end"
        raise self.error(UnexpectedText, f"{found} where {needed} is needed", self.word.position)

    def error(self, kind: type[ExpressionError], message: str, position: int) -> ExpressionError:
        return kind(message, text=self.text, position=position)
