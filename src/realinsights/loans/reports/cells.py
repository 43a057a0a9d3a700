"""Cells: the columns and rows that a report is made of, whatever file they are written to."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class ColumnKind(StrEnum):
    """The kind of a column: how its cells are written."""

    TEXT = "text"
    MONEY = "money"  # dollars and cents
    RATE = "rate"  # a fraction, shown in percent
    RATIO = "ratio"  # a plain number
    COUNT = "count"
    DATE = "date"
    MIXED = "mixed"  # each cell says its own kind


Value = str | Decimal | int | datetime.date | None


class Mixed(NamedTuple):
    """A cell of a mixed column."""

    kind: ColumnKind
    value: Value


Cell = Value | Mixed
"""What a cell holds; None is unknown and stays empty."""


BALANCE = "Balance"
"""The title of the column that averages are weighted by."""


class Total(StrEnum):
    """The total under a column."""

    SUM = "sum"
    WEIGHTED = "weighted"  # the average by the column `BALANCE`; rows without a value count in neither sum


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `printed` says whether a page, which is narrower than a sheet, has it too."""

    title: str
    kind: ColumnKind
    total: Total | None = None
    printed: bool = True


class Row(NamedTuple):
    """One row; `key` says what it is about, in every run alike."""

    key: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a report; `rows` are made as they are read, `note` stands above them."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    note: str = ""


class Totals:
    """The totals under a sheet's columns, added up exactly as its rows go by."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._weight = next((place for place, column in enumerate(columns) if column.title == BALANCE), None)
        self._sums: list[Decimal] = [Decimal(0)] * len(columns)
        self._weights: list[Decimal] = [Decimal(0)] * len(columns)
        self.rows = 0

    @property
    def weight(self) -> int | None:
        """The place of the column that averages are weighted by."""
        return self._weight

    @property
    def any(self) -> bool:
        """Tell whether anything stands under the columns."""
        return any(column.total is not None for column in self._columns)

    def add(self, row: Row) -> None:
        """Count a row."""
        self.rows += 1
        weight = row.cells[self._weight] if self._weight is not None else None
        for place, column in enumerate(self._columns):
            value = row.cells[place]
            if column.total is Total.SUM and isinstance(value, Decimal | int):
                self._sums[place] += value
            elif column.total is Total.WEIGHTED and isinstance(value, Decimal) and isinstance(weight, Decimal):
                self._sums[place] += value * weight
                self._weights[place] += weight

    def of(self, place: int) -> Decimal | None:
        """Return what stands under a column; None where nothing does."""
        total = self._columns[place].total
        if total is Total.SUM:
            return self._sums[place]
        if total is Total.WEIGHTED and self._weights[place]:
            return self._sums[place] / self._weights[place]
        return None
