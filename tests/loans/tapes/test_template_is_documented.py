"""The page about tapes says what the code reads."""

from __future__ import annotations

from pathlib import Path

from realinsights.loans.tapes.columns import COLUMNS
from realinsights.loans.tapes.ex102_codes import LIQUIDATIONS, PAYMENT_STATUSES, STRUCTURES

PAGE = Path(__file__).parents[3] / "docs" / "tapes.md"


def test_every_column_of_the_template_is_in_the_page_as_it_is_read():
    lines = {
        line.split("|")[1].strip().split("`")[1]: line
        for line in PAGE.read_text().splitlines()
        if line.startswith("| `")
    }
    for column in COLUMNS:
        line = lines[column.name]
        assert ("**required**" in line) is column.required, column.name
        assert f"| {column.reading.value} |" in line, column.name
        assert column.about in line, column.name


def test_every_code_that_decides_a_status_is_in_the_page():
    text = PAGE.read_text()
    assert all(code in text for code in (*PAYMENT_STATUSES, *LIQUIDATIONS, *STRUCTURES))
