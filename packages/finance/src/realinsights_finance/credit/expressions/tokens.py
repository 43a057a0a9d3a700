"""Words of an expression: numbers, names and signs, each with the place it stands at."""

from __future__ import annotations

import re
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

from realinsights_finance.credit.expressions.errors import ExpressionTooLong, UnexpectedText

MOST_CHARACTERS = 500
MOST_DIGITS = 30

_WORD = re.compile(
    r"(?P<number>\d+(?:\.\d+)?)(?P<unit>[x%]?)(?![A-Za-z0-9_.])"
    r"|(?P<name>[A-Za-z][A-Za-z0-9_]*)"
    r"|(?P<sign><=|>=|!=|==|[-+*/()<>=,])",
    re.ASCII,
)
_SPACE = re.compile(r"[ \t\r\n]*")


class Sort(Enum):
    """What a word is."""

    NUMBER = "a number"
    NAME = "a name"
    SIGN = "a sign"
    END = "the end"


class Word(NamedTuple):
    """One word; `position` counts characters from 1, `end` is where the next character stands."""

    sort: Sort
    text: str
    position: int
    end: int


def words(text: str) -> list[Word]:
    """Return the words of an expression, the end as the last. Raises UnexpectedText, ExpressionTooLong."""
    if not isinstance(text, str):
        raise TypeError("an expression is text")
    if len(text) > MOST_CHARACTERS:
        raise ExpressionTooLong(
            f"it has {len(text)} characters, more than {MOST_CHARACTERS}",
            text=f"{text[:20]}...",
            position=MOST_CHARACTERS + 1,
        )
    found, at = [], _skip(text, 0)
    while at < len(text):
        match = _WORD.match(text, at)
        if match is None:
            if text[at].isascii() and text[at].isdigit():
                raise UnexpectedText("a number is written 1.25, 1.25x or 65%", text=text, position=at + 1)
            raise UnexpectedText(
                f"'{text[at]}' is not part of the language, which has numbers (1.25, 1.25x, 65%), measures, "
                "+ - * / < <= > >= = != and or not, and functions; it is not Python",
                text=text,
                position=at + 1,
            )
        sort = Sort.NUMBER if match["number"] else Sort.NAME if match["name"] else Sort.SIGN
        if sort is Sort.NUMBER and sum(map(str.isdigit, match["number"])) > MOST_DIGITS:
            raise ExpressionTooLong(f"a number has more than {MOST_DIGITS} digits", text=text, position=at + 1)
        found.append(Word(sort, match[0], at + 1, match.end() + 1))
        at = _skip(text, match.end())
    found.append(Word(Sort.END, "", len(text) + 1, len(text) + 1))
    return found


def number(word: Word) -> Fraction:
    """Return a number's value: 65% is 0.65, 1.25x is 1.25."""
    if word.text.endswith("%"):
        return Fraction(word.text[:-1]) / 100
    return Fraction(word.text.removesuffix("x"))


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
