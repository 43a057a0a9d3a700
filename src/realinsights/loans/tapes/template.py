"""The template of a CSV tape: every column, and a row of examples."""

from __future__ import annotations

import csv
import io

from realinsights.loans.tapes.columns import COLUMNS


def template() -> str:
    """Return the template: a header and one row of examples, CSV as spreadsheets read it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in COLUMNS])
    writer.writerow([column.example for column in COLUMNS])
    return text.getvalue()
