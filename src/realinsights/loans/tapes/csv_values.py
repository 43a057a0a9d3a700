"""Values of a CSV tape: texts of spreadsheets, read only where they can mean one thing in their column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final, NamedTuple, TypeVar

from realinsights.loans.model.tape import ColumnUnit, DecimalMark
from realinsights.loans.tapes.problems import BadValue

T = TypeVar("T")


CENT: Final = Decimal("0.01")
MOST_YEARS: Final = 50  # of an amortization; so few months are none
CENTS: Final = re.compile(r"\d{1,15}\.\d\d\Z", re.ASCII)  # an amount as most are
_PLAIN: Final = re.compile(r"\d{1,15}(\.\d{1,12})?\Z", re.ASCII)
_NUMBERS: Final = {
    DecimalMark.POINT: re.compile(
        r"([1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,2}(?:[ ']\d{3})+|\d{1,15})?(\.\d{1,12})?\Z", re.ASCII
    ),
    DecimalMark.COMMA: re.compile(
        r"([1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d{0,2}(?:[ ']\d{3})+|\d{1,15})?(,\d{1,12})?\Z", re.ASCII
    ),
}
_CURRENCY: Final = re.compile(r"(?:US ?\$|USD|\$) *| *(?:USD|US ?\$|\$)\Z", re.IGNORECASE)
_SCALED: Final = re.compile(
    r"([\d.,' ]*\d) ?(k|m|mm|mn|mil|b|bn|thousand|million|billion)\.?\Z", re.IGNORECASE | re.ASCII
)
_SCALES: Final = {"k": 3, "t": 3, "m": 6, "b": 9}  # by the first letter: powers of ten
_SPACES: Final = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'", "\u2212": "-", "\u2013": "-"}
)
_VULGAR: Final = re.compile(r"(\d+)[ -](\d{1,2})/(\d{1,2})\Z", re.ASCII)
_QUARTERS: Final = {
    "\u00bc": " 1/4",
    "\u00bd": " 1/2",
    "\u00be": " 3/4",
    "\u215b": " 1/8",
    "\u215c": " 3/8",
    "\u215d": " 5/8",
    "\u215e": " 7/8",
}
_PERCENT: Final = re.compile(r"\s*(?:%|percent|pct\.?)\Z", re.IGNORECASE)
_BASIS_POINTS: Final = re.compile(r"\s*(?:bps?|basis points?)\.?\Z", re.IGNORECASE)
_THREE_DECIMALS: Final = re.compile(r",\d{3}(?!\d)", re.ASCII)  # no amount has them
_TIMES: Final = re.compile(r"(?<=\d) ?(?:x|sf|sq\.? ?ft\.?)\Z", re.IGNORECASE)
_TERM: Final = re.compile(r"([\d.,]+) ?-?(years?|yrs?\.?|y|months?|mos?\.?|mths?\.?|m)\Z", re.IGNORECASE | re.ASCII)
_WRAPPED: Final = re.compile(r'="(.*)"\Z')
_SHORTENED: Final = re.compile(r"\d(\.\d+)?[Ee][+-]\d{2,3}\Z", re.ASCII)
_DIGITS_LOST: Final = re.compile(r"[1-9]\d{14}0+(\.0+)?\Z", re.ASCII)
_WITH_DECIMALS: Final = re.compile(r"(\d+)\.0+\Z", re.ASCII)
_MADE_A_DATE: Final = re.compile(
    r"(\d{1,2}/\d{1,2}/(\d{2}|\d{4})"
    r"|\d{1,2}-(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(-\d\d|-\d{4})?|(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d\d)\Z"
)


class Marks(NamedTuple):
    """What a number's marks show: whether it can be read with a point, with a comma before its decimals."""

    point: bool
    comma: bool


def marks_of(text: str) -> Marks | None:
    """Return how a number can be read, None where both ways give the same or neither does."""
    body = _bare(text).body
    point, comma = (_NUMBERS[mark].match(body) is not None and body != "" for mark in DecimalMark)
    if point == comma and not (point and ("." in body or "," in body)):
        return None
    return Marks(point, comma)


def number(text: str, decimal: DecimalMark | None = DecimalMark.POINT, *, unclear: str | None = None) -> Decimal:
    """Return a number without a unit; thousands, accounting parentheses and trailing signs are understood.

    With `unclear` a number that reads differently with the other decimal mark is refused for that reason; so is,
    without a decimal mark, each that has any.
    """
    value, scaled = _number(text, decimal, unclear)
    if scaled or (not text[:1].isdigit() and _CURRENCY.search(text) is not None):
        raise BadValue("must be a number alone: a currency or a scale such as k or m has no place here")
    return value


def _number(text: str, decimal: DecimalMark | None, unclear: str | None) -> tuple[Decimal, bool]:
    """Return the number, and whether it says its own scale."""
    if _PLAIN.match(text) is not None and decimal is DecimalMark.POINT and unclear is None:
        return Decimal(text), False
    bare = _bare(text)
    marks = marks_of(text) if decimal is None or unclear is not None else None
    if marks is not None and (decimal is None or marks == (True, True)):
        raise BadValue(unclear or "may have a decimal point or a decimal comma: say which in the mapping (decimal)")
    if bare.body == "-" and bare.currency:
        return Decimal(0), True  # how accountants write zero
    mark = decimal or DecimalMark.POINT
    if not bare.body or _NUMBERS[mark].match(bare.body) is None:
        raise BadValue(_no_number(bare.body, mark))
    body = bare.body.translate({ord(" "): None, ord("'"): None})
    if mark is DecimalMark.COMMA:
        body = body.replace(".", "").replace(",", ".")
    value = Decimal(body.replace(",", "")).scaleb(bare.power)
    return -value if bare.negative else value, bare.power != 0


class _Bare(NamedTuple):
    body: str
    negative: bool
    currency: bool
    power: int


def _bare(text: str) -> _Bare:
    """Return a number's digits and marks, and what else its text says."""
    body = text.translate(_SPACES).strip()
    negative = currency = False
    for _ in range(3):
        without = _CURRENCY.sub("", body, count=1) if body[:1] in "$Uu" or body[-1:] in "$Dd" else body
        currency, body = currency or without != body, without.strip()
        if body.startswith("(") and body.endswith(")") and not negative:
            negative, body = True, body[1:-1].strip()
        elif body[:1] in {"-", "+"} and len(body) > 1 and not negative:
            negative, body = body[0] == "-", body[1:].strip()
            if body[:1] == "(":
                break
        elif body.endswith("-") and len(body) > 1 and not negative:
            negative, body = True, body[:-1].strip()
    scaled = _SCALED.match(body)
    if scaled is not None:
        return _Bare(scaled[1].strip(), negative, currency, _SCALES[scaled[2][0].lower()])
    return _Bare(body, negative, currency, 0)


def _no_number(body: str, mark: DecimalMark) -> str:
    if _SHORTENED.match(body) is not None:
        return "is a number that a spreadsheet has shortened (scientific notation): its digits are lost"
    other = DecimalMark.COMMA if mark is DecimalMark.POINT else DecimalMark.POINT
    if body and _NUMBERS[other].match(body) is not None:
        return f"has {MARK_NAMES[other]}, and the column's numbers have {MARK_NAMES[mark]}"
    return "must be a number such as 1250000.00, 1,250,000.00 or (1,250.00)"


MARK_NAMES: Final = {DecimalMark.POINT: "a decimal point", DecimalMark.COMMA: "a decimal comma"}


def money(
    text: str,
    decimal: DecimalMark | None = DecimalMark.POINT,
    unit: ColumnUnit | None = None,
    *,
    unclear: str | None = None,
) -> Decimal:
    """Return an amount in dollars and cents; the `unit` is of numbers that say no scale of their own."""
    if CENTS.match(text) is not None and decimal is DecimalMark.POINT and unit is unclear is None:
        return Decimal(text)
    value, scaled = _number(text, decimal, unclear)
    if not scaled and unit in {ColumnUnit.THOUSANDS, ColumnUnit.MILLIONS}:
        value = value.scaleb(3 if unit is ColumnUnit.THOUSANDS else 6)
    if value.same_quantum(CENT):
        return value
    cents = value.quantize(CENT)
    if cents != value or (decimal is DecimalMark.COMMA and _THREE_DECIMALS.search(text) is not None):
        raise BadValue("must be dollars with at most 2 decimals")
    return cents


def plain_number(text: str, decimal: DecimalMark | None = DecimalMark.POINT, *, unclear: str | None = None) -> Decimal:
    """Return a number that may be followed by what it counts: 1.35x, 84,000 SF."""
    return number(_TIMES.sub("", text), decimal, unclear=unclear)


def whole(text: str, decimal: DecimalMark | None = DecimalMark.POINT, *, unclear: str | None = None) -> int:
    """Return a whole number."""
    value = number(text, decimal, unclear=unclear)
    if value != value.to_integral_value() or value < 0:
        raise BadValue("must be a whole number, not negative")
    return int(value)


def term_of(text: str) -> tuple[str, ColumnUnit | None]:
    """Return the number of a term, and the unit where its text says it: 30 years, 360 mos."""
    match = _TERM.match(text.strip())
    if match is None:
        return text, None
    return match[1], ColumnUnit.YEARS if match[2][0].lower() == "y" else ColumnUnit.MONTHS


def months(
    text: str,
    decimal: DecimalMark | None = DecimalMark.POINT,
    unit: ColumnUnit | None = None,
    *,
    unclear: str | None = None,
) -> int:
    """Return a term in months; the column's `unit` is of numbers that say none."""
    body, told = term_of(text)
    value = number(body, decimal, unclear=unclear)
    years = (told or unit) is ColumnUnit.YEARS
    if years and value > MOST_YEARS:
        raise BadValue(f"is more than {MOST_YEARS} years, in which this column is: are these months?")
    value *= 12 if years else 1
    if value != value.to_integral_value() or value < 0:
        raise BadValue("must be a whole number of months, not negative")
    return int(value)


def fraction(
    text: str,
    unit: ColumnUnit | None = None,
    decimal: DecimalMark | None = DecimalMark.POINT,
    *,
    unclear: str | None = None,
) -> Decimal:
    """Return a rate or share as a fraction: 5.25%, 5 1/4 %, 525 bps and 0.0525 are the same.

    A bare 5.25 needs the column's `unit`.
    """
    body, told = rate_of(text)
    vulgar = _VULGAR.match(body)
    if vulgar is not None and int(vulgar[3]) != 0:
        value = Decimal(vulgar[1]) + Decimal(vulgar[2]) / Decimal(vulgar[3])
    else:
        value = number(body, decimal, unclear=unclear)
    unit = told or unit
    if unit is ColumnUnit.PERCENT:
        return value / 100
    if unit is ColumnUnit.BASIS_POINTS:
        return value / 10_000
    if abs(value) > 1 and unit is None:
        raise BadValue(f"is neither a percentage ({body}%) nor a fraction (0.0525): say in the mapping which it is")
    return value


def rate_of(text: str) -> tuple[str, ColumnUnit | None]:
    """Return the number of a rate, and the unit where its text says it."""
    body = text.strip()
    if not body.isascii():
        for sign, words in _QUARTERS.items():
            body = body.replace(sign, words)
    for pattern, unit in ((_PERCENT, ColumnUnit.PERCENT), (_BASIS_POINTS, ColumnUnit.BASIS_POINTS)):
        without = pattern.sub("", body)
        if without != body:
            return without, unit
    return body, None


def loan_number(text: str) -> str:
    """Return a loan's number, undoing what a spreadsheet wraps around one; raises `BadValue` where digits are lost."""
    wrapped = _WRAPPED.match(text)
    body = (wrapped[1] if wrapped is not None else text).strip()
    if len(body) > 1 and body[0] == "'" and body[1] in "0123456789=+-@":
        body = body[1:]
    if _SHORTENED.match(body) is not None:
        raise BadValue("is a number that a spreadsheet has shortened (scientific notation): its digits are lost")
    if _DIGITS_LOST.match(body) is not None:
        raise BadValue("is longer than the 15 digits that a spreadsheet keeps, and ends in zeros: its digits are lost")
    if _MADE_A_DATE.match(body) is not None:
        raise BadValue("is a date that a spreadsheet has made of a number")
    if body.startswith("#") and body.strip("#/!?_ABCDEFGHIJKLMNOPQRSTUVWXYZ0") == "":
        raise BadValue("is an error of a spreadsheet, not a number")
    whole_number = _WITH_DECIMALS.match(body)
    return whole_number[1] if whole_number is not None else body


def choice(choices: Mapping[str, T]) -> Callable[[str], T]:
    """Return a reader of one of several words or codes; capitals, spaces and dashes do not count."""
    known = {_plain(word): value for word, value in choices.items()}
    allowed = ", ".join(dict.fromkeys(str(value) for value in choices.values()))

    def read(text: str) -> T:
        plain = _plain(text)
        if plain not in known:
            plain = plain.removesuffix(".0")
        try:
            return known[plain]
        except KeyError:
            raise BadValue(f"must be one of {allowed}") from None

    return read


def _plain(word: str) -> str:
    return re.sub(r"[\s_\-/]+", " ", word).strip().lower()
