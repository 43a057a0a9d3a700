"""The template of a CSV tape, and how the texts of its columns are read."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final

from realinsights.loans.model.tape import RateUnit
from realinsights.loans.tapes import csv_values as values
from realinsights.loans.tapes.column import Column, Reading
from realinsights.loans.tapes.columns import COLUMNS
from realinsights.loans.tapes.problems import BadValue
from realinsights_platform.texts import breaks_line, tidy_line


def template() -> str:
    """Return the template: a header and one row of examples, CSV as spreadsheets read it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in COLUMNS])
    writer.writerow([column.example for column in COLUMNS])
    return text.getvalue()


def reader_of(column: Column, unit: RateUnit | None, *, own_export: bool = False) -> Callable[[str], Any]:
    """Return the function that reads the column's texts; it raises `BadValue`.

    In our own export no loan's number is damaged.
    """
    if column.reading is Reading.RATE:
        return lambda text: values.fraction(text, unit)
    if column.reading is Reading.TEXT:
        mends = column.name == "loanNumber" and not own_export
        return _text_up_to(column.length, values.loan_number if mends else tidy_line)
    if column.reading is Reading.CHOICE and column.choice is not None:
        return column.choice
    return _READERS[column.reading]


def _text_up_to(length: int, read_text: Callable[[str], str] = tidy_line) -> Callable[[str], str]:
    def read(text: str) -> str:
        clean = tidy_line(read_text(text))
        if breaks_line(clean):
            raise BadValue("holds control characters, or marks that turn the direction of writing")
        if len(clean) > length:
            raise BadValue(f"is longer than {length} characters")
        return clean

    return read


_READERS: Final[MappingProxyType[Reading, Callable[[str], Any]]] = MappingProxyType(
    {Reading.MONEY: values.money, Reading.NUMBER: values.number, Reading.WHOLE: values.whole, Reading.DATE: values.date}
)
