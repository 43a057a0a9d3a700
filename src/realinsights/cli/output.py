"""Output of a command: tables for people, or one JSON document and nothing else."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")


def print_document(document: Any) -> None:
    """Print one JSON document on stdout: decimals as strings, indented for people's eyes too."""
    encoded = msgspec.json.Encoder(decimal_format="string").encode(document)
    click.echo(msgspec.json.format(encoded, indent=2).decode())


def to_stdout() -> Console:
    """Return the console for results; piped, it is as wide as they need, since nobody's window limits it."""
    return Console() if sys.stdout.isatty() else Console(width=200)


def to_stderr() -> Console:
    """Return the console for progress and remarks."""
    return Console(stderr=True)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Iterable[str] = ()) -> Table:
    """Return a table; the columns named in `numbers` are aligned to the right."""
    right = set(numbers)
    made = Table(title=title or None, title_justify="left", header_style="bold", show_edge=False, pad_edge=False)
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", no_wrap=column in right)
    for row in rows:
        made.add_row(*row)
    return made


def money(value: str | Decimal | None) -> str:
    """Return dollars with thousands separated: 1,250,000.00; nothing where unknown."""
    return "" if value is None else f"{Decimal(value):,.2f}"


def percent(value: str | Decimal | None, decimals: int = 2) -> str:
    """Return a fraction as a percentage; nothing where unknown."""
    return "" if value is None else f"{Decimal(value) * 100:.{decimals}f} %"


def multiple(value: str | Decimal | None) -> str:
    """Return a coverage ratio: 1.26x; nothing where unknown."""
    return "" if value is None else f"{Decimal(value):.2f}x"
