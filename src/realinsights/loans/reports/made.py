"""What was made of a report: light, for whoever waits for it."""

from __future__ import annotations

from decimal import Decimal

import msgspec


class MadeFile(msgspec.Struct, frozen=True, array_like=True):
    """A file that was made."""

    format: str
    size: int
    sha256: str


class Made(msgspec.Struct, frozen=True, array_like=True):
    """What a report came to; `balance` is of its outstanding loans."""

    files: tuple[MadeFile, ...]
    cells_hash: str
    loans: int
    balance: Decimal
    notes: tuple[str, ...]


class SheetHeading(msgspec.Struct, frozen=True):
    """The first line of a sheet among the cells of a run."""

    sheet: str
    columns: tuple[str, ...]


CellsRow = tuple[str, tuple[str | None, ...]]
"""A further line: the key of a row and its cells as texts."""
