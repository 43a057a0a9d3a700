"""Printed reports: a report as PDF, the columns that a page has room for."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import fontpkg_noto_sans  # type: ignore[import-untyped]  # it has no types
from reportlab.lib import colors
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import landscape, letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import LongTable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from realinsights.loans.reports.cells import Cell, ColumnKind, Mixed, Row, Sheet, Totals

MOST_ROWS: Final = 5_000
"""The rows that a printed report holds; a longer one is a workbook alone."""

_FONT: Final = "Noto Sans"
_LONGEST_TEXT: Final = 60
_NUMBERS: Final[Mapping[ColumnKind, Callable[[Decimal], str]]] = MappingProxyType(
    {
        ColumnKind.MONEY: "{:,.2f}".format,
        ColumnKind.RATE: "{:,.3%}".format,
        ColumnKind.RATIO: "{:,.2f}".format,
        ColumnKind.COUNT: "{:,}".format,
    }
)
_GRAY: Final = colors.HexColor("#5b6470")
_LINE: Final = colors.HexColor("#c9ced6")


class Printed:
    """A report's pages as they are collected; one that is `too_long` is not saved."""

    def __init__(self, *, title: str, cover: Iterable[tuple[str, str]]) -> None:
        self._title = title
        self._rows = 0
        self._sheets: list[tuple[Sheet, list[list[str]], bool]] = []
        self._cover = list(cover)

    @property
    def too_long(self) -> bool:
        """Tell whether it has more rows than it may."""
        return self._rows > MOST_ROWS

    def begin(self, sheet: Sheet) -> None:
        """Begin a sheet."""
        self._sheets.append((sheet, [], False))

    def add(self, row: Row) -> None:
        """Take in a row."""
        self._rows += 1
        sheet, rows, _ = self._sheets[-1]
        if self.too_long:
            rows.clear()
        else:
            rows.append(
                [
                    _shown(cell, column.kind)
                    for cell, column in zip(row.cells, sheet.columns, strict=True)
                    if column.printed
                ]
            )

    def end(self, totals: Totals) -> None:
        """Take in the totals of the sheet."""
        sheet, rows, _ = self._sheets[-1]
        if self.too_long or not totals.any or not totals.rows:
            return
        shown = [_shown(totals.of(place), column.kind) for place, column in enumerate(sheet.columns) if column.printed]
        rows.append(["Total", *shown[1:]])
        self._sheets[-1] = (sheet, rows, True)

    def save(self, path: Path) -> None:
        """Write the file."""
        pdfmetrics.registerFont(TTFont(_FONT, fontpkg_noto_sans.ROOT / "files" / "NotoSans[wdth,wght].ttf"))
        document = SimpleDocTemplate(
            str(path),
            pagesize=landscape(letter),
            leftMargin=0.5 * inch,
            rightMargin=0.5 * inch,
            topMargin=0.5 * inch,
            bottomMargin=0.6 * inch,
            title=self._title,
            author="Real Insights",
        )
        parts: list[Any] = [Paragraph(_escaped(self._title), _style(18)), Spacer(0, 0.2 * inch), self._front()]
        for sheet, rows, totaled in self._sheets:
            parts += [PageBreak(), Paragraph(_escaped(sheet.name), _style(13)), Spacer(0, 0.1 * inch)]
            parts.append(_table(sheet, rows, totaled, document.width) if rows else Paragraph("Nothing.", _style(9)))
        document.build(parts, onFirstPage=self._foot, onLaterPages=self._foot)

    def _front(self) -> Table:
        rows = [
            [Paragraph(_escaped(name), _style(9)), Paragraph(_escaped(text), _style(9))] for name, text in self._cover
        ]
        table = Table(rows, colWidths=[2 * inch, 7.5 * inch])
        table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.25, _LINE)]))
        return table

    def _foot(self, canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setFont(_FONT, 7)
        canvas.setFillColor(_GRAY)
        canvas.drawString(document.leftMargin, 0.35 * inch, self._title[:120])
        canvas.drawRightString(document.leftMargin + document.width, 0.35 * inch, f"Page {canvas.getPageNumber()}")
        canvas.restoreState()


def _table(sheet: Sheet, rows: list[list[str]], totaled: bool, width: float) -> LongTable:
    columns = [column for column in sheet.columns if column.printed]
    heading = [Paragraph(_escaped(column.title), _style(7, right=column.kind in _NUMBERS)) for column in columns]
    weights = [
        max(len(column.title) * 0.6, *(min(len(row[place]), 28) for row in rows[:200]), 6)
        for place, column in enumerate(columns)
    ]
    widths = [width * weight / sum(weights) for weight in weights]
    body = [
        [
            text if columns[place].kind in _NUMBERS else Paragraph(_escaped(text), _style(7))
            for place, text in enumerate(row)
        ]
        for row in rows
    ]
    table = LongTable([heading, *body], colWidths=widths, repeatRows=1)
    styles: list[Any] = [
        ("FONT", (0, 0), (-1, -1), _FONT, 7),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.75, colors.black),
        ("LINEBELOW", (0, 1), (-1, -1), 0.25, _LINE),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
    styles += [
        ("ALIGN", (place, 0), (place, -1), "RIGHT") for place, column in enumerate(columns) if column.kind in _NUMBERS
    ]
    if totaled:
        styles.append(("LINEABOVE", (0, -1), (-1, -1), 0.75, colors.black))
    table.setStyle(TableStyle(styles))
    return table


def _shown(cell: Cell, kind: ColumnKind) -> str:
    if isinstance(cell, Mixed):
        return _shown(cell.value, cell.kind)
    if isinstance(cell, str):
        return cell if len(cell) <= _LONGEST_TEXT or kind is ColumnKind.MIXED else cell[: _LONGEST_TEXT - 1] + "…"
    if isinstance(cell, datetime.date):
        return f"{cell:%b} {cell.day}, {cell.year}"
    return "" if cell is None else _NUMBERS[kind](Decimal(cell))


def _style(size: int, *, right: bool = False) -> ParagraphStyle:
    return ParagraphStyle(
        f"size {size}", fontName=_FONT, fontSize=size, leading=size * 1.25, alignment=TA_RIGHT if right else TA_LEFT
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
