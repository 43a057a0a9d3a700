"""Workbooks: a report as XLSX, numbers as numbers, totals as formulas, row by row in little memory."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import xlsxwriter  # type: ignore[import-untyped]  # it has no types
from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]  # it has no types

from realinsights.loans.reports.cells import Cell, ColumnKind, Mixed, Row, Sheet, Total, Totals

_FORMATS: Final = MappingProxyType(
    {
        ColumnKind.TEXT: {},
        ColumnKind.MIXED: {"align": "left"},
        ColumnKind.MONEY: {"num_format": "#,##0.00"},
        ColumnKind.RATE: {"num_format": "0.000%"},
        ColumnKind.RATIO: {"num_format": "0.000000"},
        ColumnKind.COUNT: {"num_format": "#,##0"},
        ColumnKind.DATE: {"num_format": "mmm d, yyyy", "align": "left"},
    }
)
_WIDTHS: Final = MappingProxyType(
    {
        ColumnKind.TEXT: 24,
        ColumnKind.MIXED: 40,
        ColumnKind.MONEY: 18,
        ColumnKind.RATE: 11,
        ColumnKind.RATIO: 11,
        ColumnKind.COUNT: 9,
        ColumnKind.DATE: 14,
    }
)
_LONGEST_TEXT: Final = 32_767
"""Characters that a cell holds, which the format says."""


class Workbook:
    """A report's workbook as it is written; a text is never taken for a formula or a link."""

    def __init__(self, path: Path, *, title: str, cover: Iterable[tuple[str, str]]) -> None:
        self._book = xlsxwriter.Workbook(
            path,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._book.set_properties({"title": title, "company": "Real Insights"})
        self._formats = {kind: self._book.add_format(dict(form)) for kind, form in _FORMATS.items()}
        bold = {"bold": True, "top": 1}
        self._totals = {kind: self._book.add_format({**form, **bold}) for kind, form in _FORMATS.items()}
        self._heading = self._book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._title = self._book.add_format({"bold": True, "font_size": 16})
        self._sheet: Any = None
        self._row = 0
        self._first = 0
        front = self._book.add_worksheet("Cover")
        front.set_column(0, 0, 28)
        front.set_column(1, 1, 90)
        front.write_string(0, 0, title, self._title)
        for place, (name, text) in enumerate(cover, 2):
            front.write_string(place, 0, name, self._heading)
            front.write_string(place, 1, text)

    def begin(self, sheet: Sheet) -> None:
        """Begin a sheet, with its heading."""
        self._sheet = self._book.add_worksheet(sheet.name)
        self._columns = sheet.columns
        for place, column in enumerate(sheet.columns):
            self._sheet.set_column(place, place, _WIDTHS[column.kind])
        self._row = 0
        if sheet.note:
            self._sheet.write_string(0, 0, sheet.note)
            self._row = 1
        for place, column in enumerate(sheet.columns):
            self._sheet.write_string(self._row, place, column.title, self._heading)
        self._row += 1
        self._first = self._row
        self._sheet.freeze_panes(self._row, 1)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(self._row - 1)

    def add(self, row: Row) -> None:
        """Write a row."""
        for place, cell in enumerate(row.cells):
            if cell is not None:
                self._write(place, self._columns[place].kind, cell)
        self._row += 1

    def end(self, totals: Totals) -> None:
        """Write the totals of the sheet: formulas over its rows, with what they come to."""
        if not totals.any or not totals.rows:
            return
        self._sheet.write_string(self._row, 0, "Total", self._totals[ColumnKind.TEXT])
        for place, column in enumerate(self._columns):
            value = totals.of(place)
            if value is not None:
                formula = self._formula(place, column.total, totals.weight)
                self._sheet.write_formula(self._row, place, formula, self._totals[column.kind], _number(value))
        self._row += 1

    def close(self) -> None:
        """Finish the file."""
        self._book.close()

    def _write(self, place: int, kind: ColumnKind, cell: Cell) -> None:
        if isinstance(cell, Mixed):
            self._write(place, cell.kind, cell.value)
        elif isinstance(cell, str):
            self._sheet.write_string(self._row, place, cell[:_LONGEST_TEXT], self._formats[kind])
        elif isinstance(cell, datetime.date):
            self._sheet.write_datetime(self._row, place, cell, self._formats[kind])
        elif cell is not None:
            self._sheet.write_number(self._row, place, cell, self._formats[kind])

    def _formula(self, place: int, total: Total | None, weight: int | None) -> str:
        values = self._range(place)
        if total is Total.SUM or weight is None:
            return f"=SUM({values})"
        weights = self._range(weight)
        return f'=SUMPRODUCT({weights},{values})/SUMIF({values},"<>",{weights})'

    def _range(self, place: int) -> str:
        name = xl_col_to_name(place)
        return f"{name}{self._first + 1}:{name}{self._row}"


def _number(value: Decimal) -> int | float:
    # The format has binary numbers alone: fifteen digits of one are those of the decimal.
    return float(value)
