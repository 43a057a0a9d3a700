"""Column mapping of a stranger's file: suggested from its header, decided by a person, remembered."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from realinsights.loans.model.tape import ColumnChoice, RateUnit
from realinsights.loans.tapes import own_export
from realinsights.loans.tapes.column import Reading
from realinsights.loans.tapes.columns import BY_NAME, COLUMNS, REQUIRED
from realinsights.loans.tapes.problems import TapeRefused, quoted
from realinsights_platform.errors import FieldError, Invalid

MAX_COLUMNS: Final = 500


def fingerprint(header: Sequence[str]) -> str:
    """Return what tells one layout from another: the header's names, whatever their order, capitals and spaces."""
    return hashlib.sha256("\x1f".join(sorted(_plain(name) for name in header)).encode()).hexdigest()


def suggest(header: Sequence[str]) -> tuple[ColumnChoice, ...]:
    """Return what the header's names most likely mean; a column of ours is taken once, by the best name for it."""
    chosen: dict[str, tuple[int, str]] = {}
    own = own_export.columns(header) if own_export.is_own(header) else {}
    for name in header:
        if name in own:
            if (column := own[name]) is not None:
                chosen[column] = (-1, name)
            continue
        for rank, names in enumerate(_NAMES):
            column = names.get(_plain(name))
            if column is not None:
                if column not in chosen or rank < chosen[column][0]:
                    chosen[column] = (rank, name)
                break
    order = {name: index for index, name in enumerate(header)}
    choices = [
        ColumnChoice(header=name, column=column, unit=_unit(name, column)) for column, (_, name) in chosen.items()
    ]
    return tuple(sorted(choices, key=lambda choice: order[choice.header]))


def checked(header: Sequence[str], mapping: Sequence[ColumnChoice]) -> tuple[ColumnChoice, ...]:
    """Return the mapping if it fits the header; raises `Invalid` naming what does not."""
    problems: list[FieldError] = []
    columns: set[str] = set()
    if len(header) > MAX_COLUMNS:
        raise TapeRefused(f"the file has {len(header):,} columns; at most {MAX_COLUMNS} are read", line=1)
    for index, choice in enumerate(mapping):
        if choice.header not in header:
            problems.append(FieldError(f"mapping[{index}].header", f"the file has no column {quoted(choice.header)!r}"))
        elif list(header).count(choice.header) > 1:
            problems.append(FieldError(f"mapping[{index}].header", f"two columns are called {quoted(choice.header)!r}"))
        if choice.column not in BY_NAME:
            problems.append(FieldError(f"mapping[{index}].column", f"must be one of {', '.join(BY_NAME)}"))
        elif choice.column in columns:
            problems.append(FieldError(f"mapping[{index}].column", f"{choice.column} is mapped twice"))
        elif choice.unit is not None and BY_NAME[choice.column].reading is not Reading.RATE:
            problems.append(FieldError(f"mapping[{index}].unit", f"{choice.column} is not a rate"))
        columns.add(choice.column)
    if problems:
        raise Invalid("the column mapping does not fit the file", tuple(problems))
    absent = missing(mapping)
    if absent:
        known = ", ".join(quoted(name) for name in header[:30])
        raise TapeRefused(
            f"no column was recognized for {', '.join(absent)}; the file has {known}. "
            "Rename them as in the template, or say in the mapping which column is which",
            line=1,
        )
    return tuple(mapping)


def missing(mapping: Sequence[ColumnChoice]) -> tuple[str, ...]:
    """Return the columns a tape must have that the mapping does not find."""
    columns = {choice.column for choice in mapping}
    return tuple(name for name in REQUIRED if name not in columns)


def _plain(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return re.sub(r"[^a-z0-9%#]+", " ", spaced.lower()).strip()


def _unit(header: str, column: str) -> RateUnit | None:
    percent = re.search(r"%|\bpct\b", header.lower()) is not None
    return RateUnit.PERCENT if percent and BY_NAME[column].reading is Reading.RATE else None


def _names() -> tuple[Mapping[str, str], ...]:
    own = {_plain(column.name): column.name for column in COLUMNS}
    elements = {_plain(column.element): column.name for column in COLUMNS if column.element is not None}
    synonyms: dict[str, str] = {}
    for column in COLUMNS:
        for synonym in column.synonyms:
            synonyms.setdefault(_plain(synonym), column.name)
    return (MappingProxyType(own), MappingProxyType(elements), MappingProxyType(synonyms))


_NAMES: Final = _names()
