"""ABS-EE as tables: a CSV of loans' periods, with a CSV of their terms beside it, the columns named as the elements."""

from __future__ import annotations

import csv
import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from realinsights.loans.model.tape import Statement
from realinsights.loans.tapes.ex102 import statement_of
from realinsights.loans.tapes.ex102_reader import RawAsset, RawElements
from realinsights.loans.tapes.problems import Refused, TapeRefused

PERIOD_COLUMNS: Final = ("assetNumber", "reportingPeriodEndDate")
MOST_ROWS: Final = 1_000_000
_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z")
_WHOLE_NUMBER: Final = re.compile(r"(-?\d+)\.0+\Z", re.ASCII)


def periods(lines: Iterable[str], terms: Iterable[str] | None) -> Iterator[tuple[int, Statement | Refused]]:
    """Yield the statement of each row with its number, from 2 on; `terms` are the lines of the loans' table.

    What a period does not say of its loan is taken from the loan's row. Raises TapeRefused for what is no such table.
    """
    loans = {} if terms is None else {row["assetNumber"]: row for _, row in _rows(terms, ("assetNumber",))}
    for number, row in _rows(lines, PERIOD_COLUMNS):
        yield number, _statement({**loans.get(row["assetNumber"], {}), **row}, number)


def loans(lines: Iterable[str], *, on: datetime.date) -> dict[str, Statement | Refused]:
    """Return the terms of each loan of a table of loans, as a statement of a period that ends on a date."""
    ends = {"reportingPeriodEndDate": on.isoformat()}
    return {row["assetNumber"]: _statement({**ends, **row}, number) for number, row in _rows(lines, ("assetNumber",))}


def _rows(lines: Iterable[str], needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(line for line in lines if not line.startswith("#"))
    missing = [name for name in needed if name not in (reader.fieldnames or ())]
    if missing:
        raise TapeRefused(f"The table has no column {' and no column '.join(missing)}.")
    try:
        for number, row in enumerate(reader, start=2):
            if number > MOST_ROWS:
                raise TapeRefused(f"The table has more than {MOST_ROWS:,} rows.")
            yield number, {name: text for name, text in row.items() if name and isinstance(text, str) and text.strip()}
    except csv.Error as error:
        raise TapeRefused(f"The table cannot be read: {error}.") from None


def _statement(row: Mapping[str, str], number: int) -> Statement | Refused:
    values = {name.lower(): _as_element(name, text.strip()) for name, text in row.items()}
    return statement_of(RawAsset(line=number, values=values, row=number, properties=[RawElements(number)]), [])


def _as_element(name: str, text: str) -> str:
    """Return a cell as an element has it: dates the American way, amounts in cents, codes without decimals."""
    iso = _ISO.match(text)
    if iso is not None:
        return f"{iso[2]}-{iso[3]}-{iso[1]}"
    if name.lower().endswith("amount"):
        try:
            return f"{Decimal(text):.2f}"
        except InvalidOperation:
            return text
    whole = _WHOLE_NUMBER.match(text)
    return whole[1] if whole is not None else text
