"""The date in a file's name: what a tape's figures are of where no column says it."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterator
from typing import Final

_YEAR: Final = r"(?P<year>(?:19|20)\d{2})"
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME: Final = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}"
_FORMS: Final = tuple(
    re.compile(rf"(?<![\da-z]){form}(?!\d)", re.IGNORECASE | re.ASCII)
    for form in (
        rf"{_YEAR}(?P<mark>[-_.]?)(?P<month>\d{{2}})(?P=mark)(?P<day>\d{{2}})",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[-_. ]?{_NAME}[-_. ]?{_YEAR}",
        rf"{_NAME}[-_. ]?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[-_., ]+{_YEAR}",
        rf"q(?P<quarter>[1-4])[-_ ]?{_YEAR}",
        rf"{_YEAR}[-_ ]?q(?P<quarter>[1-4])",
        rf"(?P<quarter>[1-4])q[-_ ]?{_YEAR}",
    )
)
_LONG: Final = 4  # digits of a whole year
_DIGITS: Final = re.compile(
    r"(?<![\da-z])(\d{1,2})([-_.])(\d{1,2})\2((?:19|20)\d{2}|\d{2})(?!\d)", re.IGNORECASE | re.ASCII
)


def date_of(file_name: str) -> datetime.date | None:
    """Return the one date in a file's name; None where there is none, or several.

    Of two numbers that may both be the month the first one is, the US way, but for dates with points in them, and years
    of two digits, which have to have one reading only. A quarter is its last day.
    """
    name = re.split(r"[/\\]", file_name)[-1]
    found = set(_dates_in(name)) or set(_short_dates_in(name))
    return found.pop() if len(found) == 1 else None


def _dates_in(name: str) -> Iterator[datetime.date]:
    for form in _FORMS:
        for match in form.finditer(name):
            parts = match.groupdict()
            year = int(parts["year"])
            if "quarter" in parts:
                month = 3 * int(parts["quarter"])
                yield datetime.date(year, month, calendar.monthrange(year, month)[1])
                continue
            month = _MONTHS.index(parts["name"][:3].lower()) + 1 if "name" in parts else int(parts["month"])
            yield from _existing(year, month, int(parts["day"]))
    for match in _DIGITS.finditer(name):
        first, mark, second, year = int(match[1]), match[2], int(match[3]), int(match[4])
        if len(match[4]) == _LONG:
            readings = [*_existing(year, first, second), *_existing(year, second, first)]
            yield from readings if mark == "." else readings[:1]


def _short_dates_in(name: str) -> Iterator[datetime.date]:
    for match in _DIGITS.finditer(name):
        first, second, third = (int(match[place]) for place in (1, 3, 4))
        if len(match[4]) != _LONG:
            yield from _existing(2000 + third, first, second)
            yield from _existing(2000 + third, second, first)
            yield from _existing(2000 + first, second, third)


def _existing(year: int, month: int, day: int) -> Iterator[datetime.date]:
    try:
        yield datetime.date(year, month, day)
    except ValueError:
        return
