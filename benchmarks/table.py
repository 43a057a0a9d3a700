"""The table that `make bench` prints."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One measured thing: what it was, the reference beside it, the target, and whether the figure meets it."""

    what: str
    measured: str
    reference: str
    target: str
    met: bool


def show(rows: list[Row]) -> None:
    """Print the rows side by side."""
    table = Table("what", "measured", "reference, same run", "target", "met")
    for row in rows:
        table.add_row(row.what, row.measured, row.reference, row.target, "yes" if row.met else "NO")
    Console(width=160).print(table)
