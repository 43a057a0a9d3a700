"""Values of a CSV tape: texts of spreadsheets, read only where they can mean one thing."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final, TypeVar

from realinsights.loans.model.tape import RateUnit
from realinsights.loans.tapes.problems import BadValue

T = TypeVar("T")


CENT: Final = Decimal("0.01")
EXCEL_EPOCH: Final = datetime.date(1899, 12, 30)
# 1954-10-03 to 2119-01-08: five digits that as a serial are a date a loan may have.
FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000
_NUMBER: Final = re.compile(r"(\d{1,3}(,\d{3})+|\d{1,15})?(\.\d{1,12})?\Z", re.ASCII)
_PLAIN: Final = re.compile(r"\d{1,15}(\.\d{1,12})?\Z", re.ASCII)
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?\Z", re.ASCII)
_US: Final = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})(?: 0?0:00(?::00)?)?\Z", re.ASCII)
_SHORT_YEAR: Final = re.compile(r"\d{1,2}[/-]\d{1,2}[/-]\d{2}\Z", re.ASCII)
_DAY_MONTH: Final = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3,9})[- ,]+(\d{4})\Z", re.ASCII)
_MONTH_DAY: Final = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})\Z", re.ASCII)
_WRAPPED: Final = re.compile(r'="(.*)"\Z')
_SHORTENED: Final = re.compile(r"\d(\.\d+)?[Ee][+-]\d{2,3}\Z", re.ASCII)
_DIGITS_LOST: Final = re.compile(r"[1-9]\d{14}0+(\.0+)?\Z", re.ASCII)
_WITH_DECIMALS: Final = re.compile(r"(\d+)\.0+\Z", re.ASCII)
_MADE_A_DATE: Final = re.compile(
    r"(\d{1,2}-(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d\d)\Z"
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "sept", "october", "november", "december"),
)


def number(text: str) -> Decimal:
    """Return a number; thousands commas, a dollar sign and accounting parentheses are understood."""
    if _PLAIN.match(text) is not None:
        return Decimal(text)
    body = text.replace("\u00a0", " ").strip()
    negative = False
    if body.startswith("(") and body.endswith(")"):
        negative, body = True, body[1:-1].strip()
    if body.startswith(("-", "−", "+")):
        if negative:
            raise BadValue("has both parentheses and a sign")
        negative, body = body[0] != "+", body[1:].strip()
    body = body.removeprefix("$").strip()
    if body.startswith("-") and not negative:
        negative, body = True, body[1:].strip()
    if not body or _NUMBER.match(body) is None:
        raise BadValue("must be a number such as 1250000.00, 1,250,000.00 or (1,250.00)")
    value = Decimal(body.replace(",", ""))
    return -value if negative else value


def money(text: str) -> Decimal:
    """Return an amount in dollars and cents."""
    value = number(text)
    if value.same_quantum(CENT):
        return value
    cents = value.quantize(CENT)
    if cents != value:
        raise BadValue("must be dollars with at most 2 decimals")
    return cents


def whole(text: str) -> int:
    """Return a whole number."""
    value = number(text)
    if value != value.to_integral_value() or value < 0:
        raise BadValue("must be a whole number, not negative")
    return int(value)


def fraction(text: str, unit: RateUnit | None = None) -> Decimal:
    """Return a rate or share as a fraction: 5.25% and 0.0525 are the same; a bare 5.25 needs the column's `unit`."""
    body = text.strip()
    if body.endswith("%"):
        return number(body[:-1]) / 100
    value = number(body)
    if unit is RateUnit.PERCENT:
        return value / 100
    if abs(value) > 1 and unit is None:
        raise BadValue(f"is neither a percentage ({body}%) nor a fraction (0.0525): say in the mapping which it is")
    return value


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


def date(text: str) -> datetime.date:
    """Return a date written ISO (2025-12-31), US (12/31/2025), with the month's name, or as an Excel serial number."""
    body = " ".join(text.split())
    parts = _iso(body) or _us(body) or _named(body)
    if parts is not None:
        year, month, day = parts
        try:
            return datetime.date(year, month, day)
        except ValueError:
            raise BadValue("is a date that does not exist") from None
    serial = body.removesuffix(".0")
    if len(serial) == 5 and serial.isascii() and serial.isdigit() and FIRST_SERIAL <= int(serial) <= LAST_SERIAL:
        return EXCEL_EPOCH + datetime.timedelta(days=int(serial))
    if _SHORT_YEAR.match(body):
        raise BadValue("has a year of two digits: write 2025-12-31 or 12/31/2025")
    raise BadValue("must be a date such as 2025-12-31 or 12/31/2025")


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


def _iso(body: str) -> tuple[int, int, int] | None:
    match = _ISO.match(body)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def _us(body: str) -> tuple[int, int, int] | None:
    match = _US.match(body)
    if match is None:
        return None
    month, day = int(match[1]), int(match[3])
    if month > 12 >= day:
        raise BadValue("has no month first: dates are 2025-12-31 or, the US way, 12/31/2025")
    return int(match[4]), month, day


def _named(body: str) -> tuple[int, int, int] | None:
    match = _DAY_MONTH.match(body)
    name, day, year = (match[2], match[1], match[3]) if match else ("", "", "")
    if match is None:
        match = _MONTH_DAY.match(body)
        if match is None:
            return None
        name, day, year = match[1], match[2], match[3]
    name = name.lower()
    if name[:3] not in _MONTHS or (len(name) > 3 and name not in _FULL_MONTHS):
        return None
    return int(year), _MONTHS.index(name[:3]) + 1, int(day)
