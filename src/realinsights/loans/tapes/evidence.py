"""Evidence of how a column is read: what each of its cells can and cannot be, counted over the whole file."""

from __future__ import annotations

import contextlib
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from realinsights.loans.model.tape import ColumnUnit, DateOrder
from realinsights.loans.tapes import csv_dates, csv_values
from realinsights.loans.tapes.column import Column, Reading
from realinsights.loans.tapes.placeholders import says_nothing
from realinsights.loans.tapes.problems import BadValue

EXAMPLES: Final = 3
_REMEMBERED: Final = 2048  # cells of a column, of which most come again row after row
_MARKED: Final = re.compile(r"\d+\.\d{1,2}\Z", re.ASCII)
_WITHOUT_MARKS: Final = re.compile(r"\d+\Z", re.ASCII)
_DECIMALS: Final = re.compile(r"[-+(]?\d*[.,]\d+", re.ASCII)
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_THREE_DECIMALS: Final = re.compile(r"[.,]\d{3}(?![\d.,])", re.ASCII)
_M: Final = re.compile(r"\d ?(mm?)\.?\Z", re.IGNORECASE | re.ASCII)
_CODE: Final = re.compile(r"(?!(?:30|60|90)\Z)\d{1,3}(?:\.0)?\Z", re.ASCII)  # late by 30 days is no code

# From the least to the most that a rate or share is, as a fraction.
_RATE: Final = (0.002, 0.30)
_PLAUSIBLE: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {"spread": (0.0005, 0.20), "indexFloor": (0.0005, 0.20), "rateCeiling": (0.01, 0.50), "occupancy": (0.05, 1.0)}
)
_DECIDED: Final = (ColumnUnit.PERCENT, ColumnUnit.FRACTION)
_IN_ONE: Final = {ColumnUnit.FRACTION: 1, ColumnUnit.PERCENT: 100, ColumnUnit.BASIS_POINTS: 10_000}
_LEAST_MONTHS: Final = 60  # of an amortization
_LEAST_INTEREST_ONLY_MONTHS: Final = 12  # below, they may be years
_LEAST_YEARS: Final = 5


class Shown(Counter[str]):
    """The number of a column's cells that show each thing, and the first cell that does."""

    def __init__(self, column: Column, probe: Callable[[str], Any], *, unsure: bool) -> None:
        super().__init__()
        self.first: dict[str, str] = {}
        self.examples: list[str] = []
        self.readable = not unsure
        """Whether a cell can be what the column's name says; looked for only where that is unsure."""
        classify = _classifier(column)
        self._plain = _PLAIN.get(column.reading, ()) if classify in {_amount, _date} else ()
        self._classify: Callable[[str], tuple[str, ...]] | None = None
        if classify is not _nothing:
            self._classify = lru_cache(maxsize=_REMEMBERED)(lambda text: tuple(classify(text)))
        self._probe = probe

    @property
    def wants_more(self) -> bool:
        """Return whether further cells may tell anything."""
        return self._classify is not None or not self.readable or len(self.examples) < EXAMPLES

    def see(self, cells: Sequence[str]) -> None:
        """Look at some cells."""
        if len(self.examples) < EXAMPLES:
            self._take_examples(cells)
        for kind, thing in self._plain:
            odd = list(itertools.filterfalse(kind, cells))
            count = len(cells) - len(odd)
            if count:
                self.readable = True
                if thing is not None:
                    self[thing] += count
                    self.first.setdefault(thing, next(filter(kind, cells)))
            cells = odd
        for text, count in Counter(cells).items():
            clean = text.strip()
            if not clean or says_nothing(clean):
                continue
            for thing in self._classify(clean) if self._classify is not None else ():
                self[thing] += count
                self.first.setdefault(thing, clean)
                self.readable = True
            if not self.readable:
                with contextlib.suppress(BadValue):
                    self._probe(clean)
                    self.readable = True

    def _take_examples(self, cells: Sequence[str]) -> None:
        for text in dict.fromkeys(cells):
            clean = text.strip()
            if clean and clean not in self.examples and not says_nothing(clean):
                self.examples.append(clean)
                if len(self.examples) == EXAMPLES:
                    return


def contradicted(column: str, unit: ColumnUnit, value: Decimal) -> ColumnUnit | None:
    """Return the unit that a bare number can only be of, where it is read as another one: `value` is so read."""
    bare = abs(float(value)) * _IN_ONE[unit]
    if _fits(column, unit, bare):
        return None
    return next((other for other in _DECIDED if other is not unit and _fits(column, other, bare)), None)


def is_years(column: str, value: float) -> bool:
    """Tell whether a bare number of a term can only be years: nothing amortizes in so few months."""
    return column == "amortizationMonths" and _LEAST_YEARS <= value <= csv_values.MOST_YEARS


def is_code(text: str) -> bool:
    """Tell whether a text is a code of some list, and no word."""
    return _CODE.match(text) is not None


def _classifier(column: Column) -> Callable[[str], Iterator[str]]:
    if column.reading is Reading.RATE:
        return lambda text: _rate(text, column.name)
    if ColumnUnit.MONTHS in column.units:
        return lambda text: _term(text, column.name)
    if column.name == "dscr":
        return _ungrouped
    if column.reading is Reading.CHOICE:
        return lambda text: _choice(text, column)
    return _CLASSIFIERS.get(column.reading, _nothing)


def _nothing(_: str) -> Iterator[str]:
    return iter(())


def _amount(text: str) -> Iterator[str]:
    scale = _M.search(text)
    if scale is not None:
        yield f"scale {scale[1].lower()}"
    marks = csv_values.marks_of(text)
    if marks == (True, True):
        yield "grouped by commas" if "," in text else "grouped by points"
    elif marks is not None:
        yield "point" if marks.point else "comma"
        if _THREE_DECIMALS.search(text) is not None:
            yield "three decimals"


def _ungrouped(text: str) -> Iterator[str]:
    """Yield what a number shows that is too small to have thousands."""
    if _DECIMALS.match(text) is not None:
        yield "point" if "." in text else "comma"


def _rate(text: str, column: str) -> Iterator[str]:
    body, told = csv_values.rate_of(text)
    yield from _ungrouped(body)
    if told is not None:
        return
    try:
        value = abs(float(body.replace(",", ".")))
    except ValueError:
        return
    if value:
        percent, fraction = (_fits(column, unit, value) for unit in _DECIDED)
        yield "bare"
        if percent != fraction:
            yield "percent" if percent else "fraction"


def _fits(column: str, unit: ColumnUnit, value: float) -> bool:
    least, most = _PLAUSIBLE.get(column, _RATE)
    return least <= value / _IN_ONE[unit] <= most


def _term(text: str, column: str) -> Iterator[str]:
    body, told = csv_values.term_of(text)
    yield from _ungrouped(body)
    try:
        value = float(body.replace(",", "."))
    except ValueError:
        return
    if told is not None or not value:
        return
    yield "bare"
    if column == "interestOnlyMonths":
        if value >= _LEAST_INTEREST_ONLY_MONTHS:
            yield "months"
    elif value >= _LEAST_MONTHS:
        yield "months"
    elif is_years(column, value):
        yield "years"


def _date(text: str) -> Iterator[str]:
    if csv_dates.has_short_year(text):
        yield "short year"
    order = csv_dates.order_of(text)
    if order is None:
        yield "either order"
    elif isinstance(order, DateOrder):
        yield order.value


def _choice(text: str, column: Column) -> Iterator[str]:
    if not is_code(text):
        return
    yield "code"
    try:
        if column.choice is not None:
            column.choice(text)
        if text == "0":
            yield "zero"
    except BadValue:
        yield "code of another list"


_CLASSIFIERS: Final[Mapping[Reading, Callable[[str], Iterator[str]]]] = MappingProxyType(
    {Reading.MONEY: _amount, Reading.NUMBER: _amount, Reading.WHOLE: _amount, Reading.DATE: _date}
)

_PLAIN: Final[Mapping[Reading, tuple[tuple[Callable[[str], object], str | None], ...]]] = MappingProxyType(
    {
        **dict.fromkeys(
            (Reading.MONEY, Reading.NUMBER, Reading.WHOLE), ((_MARKED.match, "point"), (_WITHOUT_MARKS.match, None))
        ),
        Reading.DATE: ((_ISO.match, None),),
    }
)
"""The kinds of cells that most are of, and what each shows: they are looked at all at once."""
