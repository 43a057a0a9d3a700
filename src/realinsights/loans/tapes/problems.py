"""Problems of a tape: with the whole file, or with a value of one row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from realinsights.loans.model.tape import Problem
from realinsights_platform.errors import FieldError, Invalid

LONGEST_QUOTE: Final = 60


class TapeRefused(Invalid):
    """The file as a whole cannot be a tape; the message says where and why."""

    def __init__(self, message: str, *, line: int | None = None) -> None:
        where = f"line {line}: " if line is not None else ""
        super().__init__(f"{where}{message}", (FieldError("file", f"{where}{message}"),))
        self.line = line


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be imported, with every reason."""

    row: int
    line: int
    loan: str | None
    problems: tuple[Problem, ...]


class BadValue(ValueError):
    """A text that cannot be what its field needs; the message says what to write instead."""


class OutOfBounds(BadValue):
    """A text that can be read, and says what its field cannot hold."""


def quoted(text: str) -> str:
    """Return a value shortened for a message: tapes are strangers' files."""
    clean = text
    if not text.isprintable():
        clean = "".join(character if character.isprintable() else "�" for character in text)
    return clean if len(clean) <= LONGEST_QUOTE else clean[: LONGEST_QUOTE - 1] + "…"
