"""A column of a CSV tape: what it is called, means and may hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `field_name` and `element_name` are given where `field` and `element` are not what its name tells."""

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

    @property
    def field(self) -> str:
        """Return the field that it is read into: the statement's, or with `of_property` the building's."""
        return self.field_name or snake_case(self.name)

    @property
    def element(self) -> str | None:
        """Return what the EX-102 calls it, None where it has nothing of the kind."""
        known = (PROPERTY_FIELDS if self.of_property else LOAN_FIELDS).get(self.field)
        return self.element_name or (None if known is None else known[0])
