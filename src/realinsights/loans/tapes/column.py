"""A column of a CSV tape: what it is called, means and may hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from realinsights.loans.model.tape import ColumnUnit
from realinsights.loans.tapes.ex102_elements import LOAN_FIELDS, PROPERTY_FIELDS
from realinsights_platform.texts import snake_case


class Reading(StrEnum):
    """The way a column's texts are read."""

    TEXT = "text"
    MONEY = "money"
    RATE = "rate"
    NUMBER = "number"
    WHOLE = "whole number"
    DATE = "date"
    CHOICE = "choice"

    @property
    def is_number(self) -> bool:
        """Whether it has decimals and thousands."""
        return self in {Reading.MONEY, Reading.RATE, Reading.NUMBER, Reading.WHOLE}


_UNITS: Final = {
    Reading.RATE: (ColumnUnit.FRACTION, ColumnUnit.PERCENT, ColumnUnit.BASIS_POINTS),
    Reading.MONEY: (ColumnUnit.DOLLARS, ColumnUnit.THOUSANDS, ColumnUnit.MILLIONS),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `field_name` and `element_name` are given where `field` and `element` are not what its name tells.

    Where nothing owed depends on it (`left_out`), a cell that cannot be read or lies outside its bounds is left out
    with a warning. The date of figures (`dates`, by their fields) has to be readable, and is left out together with
    them where it lies outside. Where a column's absence means something (`assumed`), a cell that says it is not known
    refuses the loan. The `unsure` of its synonyms may mean another thing: the row's other cells have to agree.
    """

    name: str
    reading: Reading
    about: str
    example: str
    field_name: str | None = None
    required: bool = False
    of_property: bool = False
    element_name: str | None = None
    synonyms: tuple[str, ...] = ()
    choice: Callable[[str], Any] | None = None
    length: int = 200
    more_units: tuple[ColumnUnit, ...] = ()
    left_out: bool = False
    dates: tuple[str, ...] = ()
    assumed: bool = False
    unsure: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """Return the field that it is read into: the statement's, or with `of_property` the building's."""
        return self.field_name or snake_case(self.name)

    @property
    def units(self) -> tuple[ColumnUnit, ...]:
        """Return the units that its bare numbers may have."""
        return (*_UNITS.get(self.reading, ()), *self.more_units)

    @property
    def element(self) -> str | None:
        """Return what the EX-102 calls it, None where it has nothing of the kind."""
        known = (PROPERTY_FIELDS if self.of_property else LOAN_FIELDS).get(self.field)
        return self.element_name or (None if known is None else known[0])
