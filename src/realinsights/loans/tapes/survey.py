"""Survey of a table: looks at every cell once and says how each column is read, and which columns are not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from realinsights.loans.model.tape import ColumnChoice, ColumnReading, ColumnUnit
from realinsights.loans.tapes import column_readings, headers, own_export
from realinsights.loans.tapes.columns import BY_NAME
from realinsights.loans.tapes.evidence import Shown
from realinsights.loans.tapes.problems import quoted
from realinsights.loans.tapes.readers import reader_of

_AT_ONCE: Final = 512  # records


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The columns of a table: what each is read from and how, which are not read, and what a person should know."""

    mapping: tuple[ColumnChoice, ...]
    columns: tuple[ColumnReading, ...]
    unused: tuple[str, ...]
    notes: tuple[str, ...]


class Survey:
    """What the cells of a table show, as far as they have been looked at."""

    def __init__(self, header: Sequence[str], mapping: Sequence[ColumnChoice]) -> None:
        self._header = header
        self._mapping = tuple(mapping)
        self._own = own_export.is_own(header)
        self._shown = [(_shown(choice), header.index(choice.header)) for choice in mapping]
        read = {choice.header for choice in mapping}
        self._blank = {index for index, name in enumerate(header) if not name and name not in read}
        self._filled: set[int] = set()
        self._records: list[Sequence[str]] = []

    def look(self, record: Sequence[str]) -> None:
        """Look at a record, by and by."""
        self._records.append(record)
        if len(self._records) == _AT_ONCE:
            self._look()

    def _look(self) -> None:
        columns = list(zip(*self._records, strict=False)) if not self._own else []
        self._records.clear()
        for seen, index in self._shown:
            if index < len(columns) and seen.wants_more:
                seen.see(columns[index])
        for index in self._blank:
            if index < len(columns) and any(map(str.strip, columns[index])):
                self._filled.add(index)
        self._blank -= self._filled

    def result(self, *, said: Iterable[str], european: bool, scale: ColumnUnit | None = None) -> Surveyed:
        """Return how the columns are read, those that a mapping has `said` in any case.

        A column that nothing owed depends on, or whose name is unsure, is not read where none of its cells can be what
        the name says. Amounts are of the `scale` that the file says they all have, where their column says none.
        """
        self._look()
        said = frozenset(said)
        shown = [seen for seen, _ in self._shown]
        if self._own:
            columns = tuple(map(column_readings.fixed, self._mapping))
        else:
            columns = column_readings.decided(self._mapping, shown, european=european, scale=scale)
            columns = tuple(one if one.header in said else column_readings.asked_by_name(one) for one in columns)
        stay = {
            choice.header
            for choice, seen in zip(self._mapping, shown, strict=True)
            if seen.readable or not seen.examples or choice.header in said
        }
        notes = [
            f"“{quoted(choice.header)}” is not read as {choice.column}: none of its cells can be"
            for choice in self._mapping
            if choice.header not in stay
        ]
        unused = tuple(
            name or f"column {index + 1} (without a name)"
            for index, name in enumerate(self._header)
            if name not in stay and (name or index in self._filled)
        )
        mapping = tuple(choice for choice in self._mapping if choice.header in stay)
        return Surveyed(mapping, tuple(one for one in columns if one.header in stay), unused, tuple(notes))


def _shown(choice: ColumnChoice) -> Shown:
    column = BY_NAME[choice.column]
    unsure = column.left_out or headers.is_unsure(choice.header, choice.column)
    return Shown(column, reader_of(column, column_readings.fixed(choice)), unsure=unsure)
