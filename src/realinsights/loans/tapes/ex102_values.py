"""The types of EX-102 values: dates as MM-DD-YYYY, plain decimals, whole numbers, true and false, codes of a list."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Container, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar

from realinsights.loans.model.tape import Problem
from realinsights.loans.tapes.ex102_reader import RawElements
from realinsights.loans.tapes.problems import BadValue, quoted
from realinsights_platform.texts import tidy_line

T = TypeVar("T")

_DATE: Final = re.compile(r"(\d{2})-(\d{2})-(\d{4})\Z")
_DECIMAL: Final = re.compile(r"[+-]?(\d{1,18}(\.\d{0,12})?|\.\d{1,12})\Z", re.ASCII)


def date(text: str) -> datetime.date:
    """Return a date written MM-DD-YYYY."""
    match = _DATE.match(text)
    if match is None:
        raise BadValue("must be a date as MM-DD-YYYY")
    month, day, year = (int(part) for part in match.groups())
    try:
        return datetime.date(year, month, day)
    except ValueError:
        raise BadValue("is a date that does not exist") from None


def decimal(text: str) -> Decimal:
    """Return a plain decimal number."""
    if _DECIMAL.match(text) is None:
        raise BadValue("must be a plain decimal number")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise BadValue("must be a plain decimal number") from None


def money(text: str) -> Decimal:
    """Return an amount in dollars and cents; more decimals are refused unless they are zero."""
    value = decimal(text)
    cents = value.quantize(Decimal("0.01"))
    if cents != value:
        raise BadValue("must be dollars with at most 2 decimals")
    return cents


def whole(text: str) -> int:
    """Return a whole number; a decimal part of zeros is let pass."""
    value = decimal(text)
    if value != value.to_integral_value():
        raise BadValue("must be a whole number")
    return int(value)


def flag(text: str) -> bool:
    """Return true or false."""
    try:
        return {"true": True, "1": True, "false": False, "0": False}[text.lower()]
    except KeyError:
        raise BadValue("must be true or false") from None


def text_of(text: str) -> str:
    """Return a text with its white space made single spaces."""
    return tidy_line(text)


def code(codes: Mapping[str, T], *, without: Container[str] = ()) -> Callable[[str], T | None]:
    """Return a reader of a code list; codes `without` a meaning here are unknown, all others are refused."""
    by_capitals = {key.upper(): value for key, value in codes.items()}

    def read(text: str) -> T | None:
        key = text.upper()
        if key in by_capitals:
            return by_capitals[key]
        if key in without:
            return None
        raise BadValue(f"must be one of the codes {', '.join(codes)}")

    return read


class Elements:
    """The typed values of an asset or a property; every one that cannot be is noted."""

    def __init__(self, raw: RawElements, *, row: int, loan: str | None, problems: list[Problem]) -> None:
        self._raw = raw
        self._row = row
        self._loan = loan
        self._problems = problems

    def get(self, element: str, read: Callable[[str], T]) -> T | None:
        """Return an element's value; None where it is absent or wrong (then it is noted)."""
        text = self._raw.values.get(element.lower())
        if text is None:
            return None
        try:
            return read(text)
        except BadValue as error:
            self.note(element, text, str(error))
            return None

    def fields(self, of: Mapping[str, tuple[str, Callable[[str], Any]]]) -> dict[str, Any]:
        """Return values by field, each of its own element."""
        return {field: self.get(element, read) for field, (element, read) in of.items()}

    def has(self, element: str) -> bool:
        """Tell whether the element is there."""
        return element.lower() in self._raw.values

    def note(self, element: str, value: str | None, reason: str) -> None:
        """Note why the row is refused."""
        self._problems.append(
            Problem(
                row=self._row,
                line=self._raw.line,
                loan=self._loan,
                field=element,
                value=quoted(value) if value is not None else None,
                reason=reason,
            )
        )
