"""Texts that people write: which characters they may hold, in every text field of every service.

A line is without line breaks, control characters and marks that turn the direction of writing, which would show it as
another text. Otherwise it is stored as it was said, without outer blanks and with one space where there are several.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from realinsights_platform.errors import Faults

LONGEST_LINE: Final = 200

# Marks that turn the direction of whatever follows; letters written from right to left need none of them.
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKING: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})


def tidy_line(text: str) -> str:
    """Return a text without the space around it, and one space where there are several: what looks alike is alike."""
    return " ".join(text.split())


def normalized_password(password: str) -> str:
    """Return a password as it is judged and hashed: the same whichever keyboard composed its accents."""
    return unicodedata.normalize("NFKC", password)


def breaks_line(text: str) -> bool:
    """Return whether a text holds control characters, or marks that turn the direction of writing."""
    return not text.isprintable() and any(map(_breaks, text))


def checked_line(value: str, path: str, faults: Faults) -> str:
    """Return a tidy text of one line; noted is what would break it, or turn its direction."""
    if breaks_line(value.strip()):
        faults.add(path, "must be one line without control characters and marks that turn the direction of writing")
    tidy = tidy_line(value)
    return value if tidy == value else tidy


def required_line(value: str, path: str, faults: Faults, *, at_most: int = LONGEST_LINE) -> str:
    """Return a tidy text of one line; noted is also one that is blank or longer than `at_most`."""
    line = _bounded_line(value, path, faults, at_most)
    if not line:
        faults.add(path, "is required")
    return line


def optional_line(value: str | None, path: str, faults: Faults, *, at_most: int = LONGEST_LINE) -> str | None:
    """Return a tidy text of one line, None for an absent or blank one; noted is also one longer than `at_most`."""
    return None if value is None else _bounded_line(value, path, faults, at_most) or None


def checked_text(value: str, path: str, faults: Faults) -> str:
    """Return a text of several lines as it is; noted are other control characters, and marks that turn it."""
    if not value.isprintable() and any(_breaks(character) for character in value if character not in "\t\n\r"):
        faults.add(path, "must not hold control characters or marks that turn the direction of writing")
    return value


def _bounded_line(value: str, path: str, faults: Faults, at_most: int) -> str:
    line = checked_line(value, path, faults)
    if len(line) > at_most:
        faults.add(path, f"has more than {at_most} characters")
    return line


def _breaks(character: str) -> bool:
    return character in _TURNING or unicodedata.category(character) in _BREAKING


def snake_case(name: str) -> str:
    """Return a name in camelCase as `snake_case`."""
    return "".join(f"_{character.lower()}" if character.isupper() else character for character in name)
