"""The date in a file's name: what a tape's figures are of where no column says it."""

from __future__ import annotations

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
        rf"(?P<month>\d{{1,2}})(?P<mark>[-_.])(?P<day>\d{{1,2}})(?P=mark){_YEAR}",
        rf"(?P<day>\d{{1,2}})[-_. ]?{_NAME}[-_. ]?{_YEAR}",
        rf"{_NAME}[-_. ]?(?P<day>\d{{1,2}})[-_., ]+{_YEAR}",
    )
)


def date_of(file_name: str) -> datetime.date | None:
    """Return the one date in a file's name; None where there is none, or several. Months come first, the US way."""
    name = re.split(r"[/\\]", file_name)[-1]
    found = set(_dates_in(name))
    return found.pop() if len(found) == 1 else None


def _dates_in(name: str) -> Iterator[datetime.date]:
    for form in _FORMS:
        for match in form.finditer(name):
            parts = match.groupdict()
            month = _MONTHS.index(parts["name"][:3].lower()) + 1 if "name" in parts else int(parts["month"])
            try:
                yield datetime.date(int(parts["year"]), month, int(parts["day"]))
            except ValueError:
                continue
