"""Values of indexed fields as text and integers that an engine sorts the way the business does."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Callable
from decimal import Context, Decimal, Inexact, InvalidOperation
from types import NoneType
from typing import Any

from realinsights_platform.errors import Invalid

Ordered = str | int

ABSENT = -(2**63)
"""Stands for None: an integer sorts before every text, and this one before every integer."""

_LARGEST = 2**63 - 1
FINE_BOUND = 10**18
"""In units of 10^-8: up to here a decimal has 8 places, and above it 2, so that 64 bits hold it."""

COARSE_FROM = FINE_BOUND - FINE_BOUND // 10**6
_DECIMAL_BOUND = 10**13
_EXACT = Context(prec=40, traps=[Inexact, InvalidOperation])


def ordered(field: str, value: Any) -> Ordered:
    """Return what stands for a value in an index: equal for equal values, in the same order.

    Decimals become integers, of 10^-8 below 10^10 and of 10^-2 above it, dates and times (in UTC) ISO text,
    enumerations their value. Raises `Invalid` naming `field` for a value outside what an index holds.
    """
    encode = _ENCODERS.get(type(value))
    if encode is None:
        if not isinstance(value, enum.Enum):
            raise TypeError(f"{field}: {type(value).__name__} cannot be indexed")
        value = value.value
        encode = _ENCODERS[type(value)]
    return encode(field, value)


def decimal_of(number: int) -> Decimal:
    """Return the decimal that an integer of an index stands for."""
    if -FINE_BOUND < number < FINE_BOUND:
        return summed(number, 0)
    return summed(0, number - COARSE_FROM if number > 0 else number + COARSE_FROM)


def summed(fine: int, coarse: int) -> Decimal:
    """Return the decimal of a sum of integers of an index: of those below `FINE_BOUND`, and of the others' cents.

    The cents of such another one are what it is away from zero beyond `COARSE_FROM`.
    """
    return Decimal(fine + coarse * 10**6).scaleb(-8, _EXACT)


def _text(field: str, value: str) -> Ordered:
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        raise Invalid.field(field, "is not valid Unicode text")
    return value


def _integer(field: str, value: int) -> Ordered:
    if not ABSENT < value <= _LARGEST:
        raise Invalid.field(field, "is too large a number")
    return int(value)


def _decimal(field: str, value: Decimal) -> Ordered:
    try:
        scaled = value.scaleb(8, _EXACT)
        exact = int(scaled)
    except (Inexact, InvalidOperation, OverflowError, ValueError):
        raise Invalid.field(field, "must be a number with at most 8 decimals") from None
    if exact != scaled:
        raise Invalid.field(field, "has more than 8 decimals")
    if -FINE_BOUND < exact < FINE_BOUND:
        return exact
    if not -_DECIMAL_BOUND < value < _DECIMAL_BOUND:
        raise Invalid.field(field, "must be below 10,000,000,000,000")
    coarse, finer = divmod(abs(exact), 10**6)
    if finer:
        raise Invalid.field(field, "has more than 2 decimals, too many for so large a number")
    above = COARSE_FROM + coarse
    return above if exact > 0 else -above


def _date(field: str, value: datetime.date) -> Ordered:
    return value.isoformat()


def _datetime(field: str, value: datetime.datetime) -> Ordered:
    if value.tzinfo is None:
        raise Invalid.field(field, "needs a time zone")
    return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")


def _absent(field: str, value: None) -> Ordered:
    return ABSENT


_ENCODERS: dict[type, Callable[[str, Any], Ordered]] = {
    str: _text,
    int: _integer,
    bool: _integer,
    Decimal: _decimal,
    datetime.date: _date,
    datetime.datetime: _datetime,
    NoneType: _absent,
}


def after_prefix(text: str) -> str | None:
    """Return the least text that sorts after every text starting with this one; None where there is none."""
    for length in range(len(text), 0, -1):
        code = ord(text[length - 1])
        if code < 0x10FFFF:
            # The code points between U+D7FF and U+E000 are no text.
            return text[: length - 1] + chr(0xE000 if code == 0xD7FF else code + 1)
    return None
