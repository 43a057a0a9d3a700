"""The table that `make bench` prints."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One measured thing: what it was, the reference beside it, the target, and whether the figure meets it.

    `before` is the same figure of another source tree in the same run; without a target it is shown and not judged.
    """

    what: str
    measured: str
    reference: str
    target: str = ""
    met: bool = True
    before: str = ""


def show(rows: list[Row]) -> None:
    """Print the rows side by side."""
    beside = any(row.before for row in rows)
    table = Table("what", "measured", *["before"] * beside, "reference, same run", "target", "met", show_lines=True)
    for row in rows:
        met = "" if not row.target else "yes" if row.met else "NO"
        table.add_row(row.what, row.measured, *[row.before] * beside, row.reference, row.target, met)
    Console(width=180).print(table)
