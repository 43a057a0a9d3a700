"""Column mapping of a stranger's file: suggested from its header, decided by a person, remembered."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from realinsights.loans.model.tape import UNUSED, ColumnChoice, ColumnUnit
from realinsights.loans.tapes import own_export
from realinsights.loans.tapes.column import Column, Reading
from realinsights.loans.tapes.columns import BY_NAME, COLUMNS, REQUIRED
from realinsights.loans.tapes.problems import BadValue, TapeRefused, quoted
from realinsights_platform.errors import Faults, FieldError, Invalid
from realinsights_platform.texts import checked_line

MAX_COLUMNS: Final = 500
_BEGINNING: Final = frozenset({"originalBalance", "originationDate"})
_UPDATED: Final = frozenset({"currentBalance", "propertyName"})
"""What a tape must have one of, beside the loans' numbers and its date, to update them."""
_LONGEST_NAME: Final = 200
_UPDATES: Final = "If it updates loans that are in the books, give it a column of its date (asOf)"
_ADVICE: Final = "Rename them as in the template, or say in the mapping which column is which"


def fingerprint(header: Sequence[str]) -> str:
    """Return what tells one layout from another: the header's names, whatever their order, capitals and spaces."""
    return hashlib.sha256("\x1f".join(sorted(plain(name) for name in header)).encode()).hexdigest()


def suggest(header: Sequence[str], given: Sequence[ColumnChoice] = ()) -> tuple[ColumnChoice, ...]:
    """Return what the header's names most likely mean, but for what a `given` mapping says.

    A column of ours is taken once, by the best name for it.
    """
    chosen: dict[str, tuple[int, ColumnChoice]] = {choice.column: (-2, choice) for choice in given}
    said = {choice.header for choice in given}
    own = own_export.columns(header) if own_export.is_own(header) else {}
    for name in header:
        if name in said:
            continue
        rank, column = (-1, own[name]) if name in own else column_of(name)
        if column is not None and (column not in chosen or rank < chosen[column][0]):
            chosen[column] = (rank, ColumnChoice(header=name, column=column))
    order = {name: index for index, name in enumerate(header)}
    choices = [choice for column, (_, choice) in chosen.items() if column != UNUSED]
    return tuple(sorted(choices, key=lambda choice: order[choice.header]))


def column_of(name: str) -> tuple[int, str | None]:
    """Return the column that a name most likely means, and how much better others are for it: 0 is its own name.

    Words that say a unit do not count, if there is no such name with them.
    """
    return _column_of(name) if len(name) <= _LONGEST_NAME else (0, None)


@lru_cache(maxsize=2048)
def _column_of(name: str) -> tuple[int, str | None]:
    words = plain(name).split()
    units: set[ColumnUnit] = set()
    while words:
        known = _NAMES.get(" ".join(words))
        if known is not None:
            return known if units.issubset(BY_NAME[known[1]].units) else (0, None)
        if words[-1] in _UNIT_WORDS:
            word = words.pop()
        elif words[0] in _UNIT_WORDS:
            word = words.pop(0)
        else:
            break
        if word in _UNITS:
            units.add(_UNITS[word])
    return 0, None


def unit_of(name: str, units: Collection[ColumnUnit]) -> ColumnUnit | None:
    """Return the one of some units that a header's name says."""
    if plain(name) in _NAMED_IN_MONTHS and ColumnUnit.MONTHS in units:
        return ColumnUnit.MONTHS
    said = [_UNITS[word] for word in plain(name).split() if word in _UNITS]
    return next((unit for unit in said if unit in units), None)


def says_m(name: str) -> bool:
    """Tell whether a header says M, which may be thousands or millions."""
    return "m" in plain(name).split()


def is_code_list(name: str, column: str) -> bool:
    """Tell whether a header is the EX-102's own name for a column, whose codes are then the EX-102's."""
    element = BY_NAME[column].element
    return element is not None and plain(name) == plain(element)


def is_unsure(name: str, column: str) -> bool:
    """Tell whether a header's name may mean something else than the column."""
    return column_of(name)[1] == column and _without_units(name) in BY_NAME[column].unsure


def _without_units(name: str) -> str:
    return " ".join(word for word in plain(name).split() if word not in _UNIT_WORDS)


def tidy(name: str) -> str:
    """Return a header's name on one line."""
    return " ".join(name.split())


def checked(header: Sequence[str], mapping: Sequence[ColumnChoice]) -> tuple[ColumnChoice, ...]:
    """Return the mapping, without what it says is unused, if it fits the header; raises `Invalid` naming what not."""
    problems: list[FieldError] = []
    columns: set[str] = set()
    if len(header) > MAX_COLUMNS:
        raise TapeRefused(f"the file has {len(header):,} columns; at most {MAX_COLUMNS} are read", line=1)
    for index, choice in enumerate(mapping):
        if choice.header not in header:
            problems.append(FieldError(f"mapping[{index}].header", f"the file has no column {quoted(choice.header)!r}"))
        elif choice.column != UNUSED and list(header).count(choice.header) > 1:
            problems.append(FieldError(f"mapping[{index}].header", f"two columns are called {quoted(choice.header)!r}"))
        problems += _deceptive(choice.codes or {}, f"mapping[{index}].codes")
        if choice.column == UNUSED:
            continue
        known = BY_NAME.get(choice.column)
        if known is None:
            problems.append(FieldError(f"mapping[{index}].column", f"must be {UNUSED}, or one of {', '.join(BY_NAME)}"))
        elif choice.column in columns:
            problems.append(FieldError(f"mapping[{index}].column", f"{choice.column} is mapped twice"))
        else:
            problems += [FieldError(f"mapping[{index}].{name}", reason) for name, reason in _unfit(choice, known)]
        columns.add(choice.column)
    if problems:
        raise Invalid("the column mapping does not fit the file", tuple(problems))
    return tuple(choice for choice in mapping if choice.column != UNUSED)


def _deceptive(codes: Mapping[str, str], path: str) -> Sequence[FieldError]:
    """Return the codes and words that would show as other texts than they are."""
    faults = Faults()
    for code, word in codes.items():
        checked_line(code, path, faults)
        checked_line(word, f"{path}.{code}", faults)
    return faults.fields


def _unfit(choice: ColumnChoice, column: Column) -> Iterator[tuple[str, str]]:
    units = column.units
    if choice.unit is not None and choice.unit not in units:
        yield "unit", f"of {column.name} must be one of {', '.join(units)}" if units else f"{column.name} has none"
    if choice.decimal is not None and not column.reading.is_number:
        yield "decimal", f"{column.name} holds no numbers"
    if choice.dates is not None and column.reading is not Reading.DATE:
        yield "dates", f"{column.name} holds no dates"
    if choice.codes is not None:
        yield from _unknown_words(choice.codes, column)


def _unknown_words(codes: Mapping[str, str], column: Column) -> Iterator[tuple[str, str]]:
    if column.reading not in {Reading.CHOICE, Reading.TEXT}:
        yield "codes", f"{column.name} holds no codes"
    if column.choice is None:
        return
    for code, word in codes.items():
        try:
            column.choice(word)
        except BadValue as error:
            yield f"codes.{code}", str(error)


def refuse_missing(
    header: Sequence[str], mapping: Sequence[ColumnChoice], *, line: int, fits: str | None = None
) -> None:
    """Raise `TapeRefused` where a column is not found that a tape must have; `line` is the header's.

    Where the header `fits` a named mapping, that is the advice.
    """
    absent = missing(mapping)
    if absent:
        known = ", ".join(quoted(name) for name in header[:30] if name)
        where = f"the header, line {line}, has {known}"
        if not mapping:
            where = f"no line at the file's beginning looks like a header; line {line}, taken for it, has {known}"
        columns = {choice.column for choice in mapping}
        advice = f"The mapping {fits} reads such a header" if fits is not None else _ADVICE
        if fits is None and only_updates({*columns, "asOf"}):
            advice += f". {_UPDATES}"
        raise TapeRefused(f"no column was recognized for {', '.join(absent)}; {where}. {advice}", line=line)


def missing(mapping: Sequence[ColumnChoice]) -> tuple[str, ...]:
    """Return the columns a tape must have that the mapping does not find."""
    columns = {choice.column for choice in mapping}
    return tuple(name for name in REQUIRED if name not in columns) if not only_updates(columns) else ()


def only_updates(columns: Collection[str]) -> bool:
    """Tell whether columns say nothing of how loans began: such a tape updates those that are there, and makes none."""
    begins = not _BEGINNING.isdisjoint(columns)
    return not begins and {"loanNumber", "asOf"}.issubset(columns) and not _UPDATED.isdisjoint(columns)


def plain(name: str) -> str:
    """Return a header's name as names are compared: without capitals, marks and the manner of its spaces."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return re.sub(r"[^a-z0-9%#]+", " ", spaced.lower()).strip()


_UNITS: Final = MappingProxyType(
    {
        **dict.fromkeys(("%", "pct", "percent", "percentage", "percentages"), ColumnUnit.PERCENT),
        **dict.fromkeys(("bp", "bps"), ColumnUnit.BASIS_POINTS),
        **dict.fromkeys(("yr", "yrs", "year", "years"), ColumnUnit.YEARS),
        **dict.fromkeys(("mo", "mos", "mth", "mths", "month", "months"), ColumnUnit.MONTHS),
        **dict.fromkeys(("000", "000s", "k", "thousand", "thousands"), ColumnUnit.THOUSANDS),
        **dict.fromkeys(("mm", "mil", "million", "millions"), ColumnUnit.MILLIONS),
        **dict.fromkeys(("usd", "dollar", "dollars"), ColumnUnit.DOLLARS),
    }
)
_UNIT_WORDS: Final = frozenset({*_UNITS, "in", "us", "s", "m", "x"})
"""Words of a header that say the unit, or stand beside one that does."""


def _names() -> Mapping[str, tuple[int, str]]:
    """Return the column that each plain name means, and its rank among that column's names."""
    names: dict[str, tuple[int, str]] = {}
    for column in COLUMNS:
        own = [column.name, column.element or column.name]
        for rank, name in enumerate([*own, *column.synonyms]):
            words = plain(name)
            if words not in names or rank < names[words][0]:
                names[words] = (rank, column.name)
    return MappingProxyType(names)


_NAMES: Final = _names()
_NAMED_IN_MONTHS: Final = frozenset(
    plain(column.element) for column in COLUMNS if column.element is not None and ColumnUnit.MONTHS in column.units
)
"""The EX-102's names of terms, which are in months whatever the name says."""
