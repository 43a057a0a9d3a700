"""A column of a CSV tape: what it is called, means and may hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Reading(StrEnum):
    """How a column's texts are read."""

    TEXT = "text"
    MONEY = "money"
    RATE = "rate"
    NUMBER = "number"
    WHOLE = "whole number"
    DATE = "date"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `field` is the statement's, or with `of_property` the building's, `element` its EX-102 name."""

    name: str
    field: str
    reading: Reading
    about: str
    example: str
    required: bool = False
    of_property: bool = False
    element: str | None = None
    synonyms: tuple[str, ...] = ()
    choice: Callable[[str], Any] | None = None
    length: int = 200
