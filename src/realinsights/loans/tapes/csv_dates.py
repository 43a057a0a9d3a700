"""Dates of a CSV tape: in every ordinary notation, day and month in the one order that their column has."""

from __future__ import annotations

import calendar
import datetime
import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from realinsights.loans.model.tape import DateOrder
from realinsights.loans.tapes.problems import BadValue

EXCEL_EPOCH: Final = datetime.date(1899, 12, 30)
# 1954-10-03 to 2119-01-08: five digits that as a serial are a date a loan may have.
FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000
FIRST_YEAR, LAST_YEAR = 1950, 2099  # that two digits may stand for
LONGEST_TERM: Final = 50  # years
_MIDNIGHT: Final = re.compile(
    r"(?:T| )(?:0?0:00(?::00(?:\.0+)?)?|12:00(?::00)? ?AM)(?:Z| ?[+-]\d\d:?\d\d)?\Z", re.IGNORECASE | re.ASCII
)
_TIME: Final = re.compile(r"(?:[T ]\d{1,2}:\d\d(?::\d\d)?|(?<=\d{5})(?=\.)).{0,20}\Z", re.IGNORECASE | re.ASCII)
_SHORT_YEAR: Final = re.compile(r"\D\d\d\Z|y\d\d[- ]?q\d\Z", re.IGNORECASE | re.ASCII)
_ISO: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})\Z", re.ASCII)
_COMPACT: Final = re.compile(r"((?:19|20|21)\d\d)(\d\d)(\d\d)\Z", re.ASCII)
_DIGITS: Final = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})\Z", re.ASCII)
_DAY_MONTH: Final = re.compile(r"(\d{1,2})[- .]?([A-Za-z]{3,9})\.?[- ,]*(\d{4}|\d{2})\Z", re.ASCII)
_MONTH_DAY: Final = re.compile(r"([A-Za-z]{3,9})\.?[- ](\d{1,2})(?:,? |, ?|-)(\d{4}|\d{2})\Z", re.ASCII)
_QUARTERS: Final = tuple(
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        r"y?(?P<year>\d{4}|(?<=y)\d{2})[- ]?q(?P<quarter>[1-4])\Z",
        r"q(?P<quarter>[1-4])[- ]?(?P<year>\d{4})\Z",
        r"(?P<quarter>[1-4])q[- ]?(?P<year>\d{4}|\d{2})\Z",
    )
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "sept", "october", "november", "december"),
)


class ShortYear(NamedTuple):
    """A date whose year has two digits: the loan's other dates decide the century."""

    year: int
    month: int
    day: int

    def dates(self) -> Iterator[datetime.date]:
        """Yield the dates that it may be."""
        for century in (1900, 2000):
            if FIRST_YEAR <= century + self.year <= LAST_YEAR:
                try:
                    yield datetime.date(century + self.year, self.month, self.day)
                except ValueError:
                    continue


def date(
    text: str, order: DateOrder | None = DateOrder.MONTH_FIRST, *, unclear: str | None = None
) -> datetime.date | ShortYear:
    """Return a date; in digits alone, day and month are in the column's order.

    With `unclear` a date that either order could read is refused for that reason; so is, without an order, each that
    depends on it.
    """
    body = _MIDNIGHT.sub("", " ".join(text.split()))
    digits = _DIGITS.match(body)
    if digits is not None:
        first, second = int(digits[1]), int(digits[3])
        if _may_begin_with_year(digits):
            raise BadValue("may begin with its year or its day: write the year in four digits")
        if first != second and (order is None or (unclear is not None and first <= 12 and second <= 12)):
            raise BadValue(unclear or "may have the month or the day first: say which in the mapping (dates)")
        day, month = (first, second) if order is DateOrder.DAY_FIRST else (second, first)
        if month > 12 >= day:
            here = "days" if order is DateOrder.DAY_FIRST else "months"
            raise BadValue(f"has no {here[:-1]} first: in this column {here} come first")
        return _existing(digits[4], month, day)
    parts = _iso(body) or _named(body) or _quarter(body)
    if parts is not None:
        return _existing(*parts)
    serial = body.removesuffix(".0")
    if len(serial) == 5 and serial.isascii() and serial.isdigit() and FIRST_SERIAL <= int(serial) <= LAST_SERIAL:
        return EXCEL_EPOCH + datetime.timedelta(days=int(serial))
    if _TIME.search(body) is not None and _is_date(_TIME.sub("", body), order):
        raise BadValue("has a time of day that is not midnight: write the date alone")
    raise BadValue("must be a date such as 2025-12-31 or 12/31/2025")


def _is_date(text: str, order: DateOrder | None) -> bool:
    try:
        date(text, order)
    except BadValue:
        return False
    return True


def order_of(text: str) -> DateOrder | bool | None:
    """Return the order that a date's digits show, None where they read differently in either, False without any."""
    digits = _DIGITS.match(_MIDNIGHT.sub("", " ".join(text.split())))
    if digits is None or digits[1].zfill(2) == digits[3].zfill(2):
        return False
    first, second = int(digits[1]), int(digits[3])
    if _may_begin_with_year(digits):
        return False
    if first > 12:
        return DateOrder.DAY_FIRST
    return DateOrder.MONTH_FIRST if second > 12 else None


def has_short_year(text: str) -> bool:
    """Tell whether a date's year may have two digits."""
    return _SHORT_YEAR.search(_MIDNIGHT.sub("", " ".join(text.split()))) is not None


def _may_begin_with_year(digits: re.Match[str]) -> bool:
    """Tell whether a date such as 25-12-31 may have its year first, or its day."""
    return digits[2] == "-" and len(digits[4]) == 2 and int(digits[1]) > 12 and int(digits[4]) <= 31


def with_centuries(fields: Mapping[str, Any], *, as_of: datetime.date | None) -> dict[str, datetime.date] | None:
    """Return what a loan's dates with two-digit years are, None where its dates do not decide it.

    A loan closes not after the balance's date, matures after it, and within fifty years.
    """
    named = {"origination_date": None, "period_end": as_of, "maturity_date": None}
    said = {name: fields.get(name) or other for name, other in named.items()}
    ways = [tuple(value.dates()) if isinstance(value, ShortYear) else (value,) for value in said.values()]
    if not all(ways):
        return None
    closing, period_end, maturity = (way[0] for way in ways)
    found: dict[str, datetime.date | None] = {}
    if any(isinstance(value, ShortYear) for value in said.values()):
        fitting = [way for way in itertools.product(*ways) if _fits(*way)]
        if len(fitting) != 1:
            return None
        closing, period_end, maturity = fitting[0]
        found = dict(zip(said, fitting[0], strict=True))
    for name, value in fields.items():
        if not isinstance(value, ShortYear) or name in said:
            continue
        earliest, latest = _window(name, closing, period_end, maturity)
        dates = [day for day in value.dates() if earliest <= day <= latest]
        if len(dates) != 1:
            return None
        found[name] = dates[0]
    return {name: day for name, day in found.items() if day is not None}


def _fits(closing: datetime.date | None, period_end: datetime.date | None, maturity: datetime.date | None) -> bool:
    if closing is None or period_end is None or maturity is None:
        return False
    return closing <= period_end < maturity and maturity.year - closing.year <= LONGEST_TERM


def _window(
    name: str, closing: datetime.date | None, period_end: datetime.date | None, maturity: datetime.date | None
) -> tuple[datetime.date, datetime.date]:
    begin, end = closing or datetime.date.min, period_end or datetime.date.max
    if name in {"first_payment_date", "interest_start_date"}:
        return begin.replace(month=1, day=1), maturity or end
    return end.replace(year=end.year - LONGEST_TERM, day=1), end.replace(year=end.year + 1, day=1)


def _existing(year: str, month: int, day: int) -> datetime.date | ShortYear:
    try:
        if len(year) == 2:
            datetime.date(2000, month, day)
            return ShortYear(int(year), month, day)
        return datetime.date(int(year), month, day)
    except ValueError:
        raise BadValue("is a date that does not exist") from None


def _iso(body: str) -> tuple[str, int, int] | None:
    match = _ISO.match(body)
    if match is not None:
        return match[1], int(match[3]), int(match[4])
    match = _COMPACT.match(body)
    return (match[1], int(match[2]), int(match[3])) if match is not None else None


def _named(body: str) -> tuple[str, int, int] | None:
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
    return year, _MONTHS.index(name[:3]) + 1, int(day)


def _quarter(body: str) -> tuple[str, int, int] | None:
    """Return the last day of a quarter such as 2023Q4 or y23q4."""
    for form in _QUARTERS:
        match = form.match(body)
        if match is not None:
            month = 3 * int(match["quarter"])
            return match["year"], month, calendar.monthrange(2001, month)[1]
    return None
