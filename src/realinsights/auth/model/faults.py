"""Collects every bad field of one input, so that all can be told at once."""

from __future__ import annotations

import unicodedata

from realinsights_platform.errors import FieldError, Invalid

LINE_LENGTH = 200


class Faults:
    """The bad fields of one input, in the order they were found."""

    def __init__(self) -> None:
        self._found: list[FieldError] = []
        self._prefix = ""

    def under(self, field: str) -> Faults:
        """Return the same faults for the parts of a field."""
        parts = Faults()
        parts._found = self._found
        parts._prefix = f"{self._prefix}{field}."
        return parts

    def add(self, field: str, message: str) -> None:
        """Remember that a field is bad and what to do about it."""
        self._found.append(FieldError(self._prefix + field, message))

    def line(self, field: str, value: str, *, required: bool = False, at_most: int = LINE_LENGTH) -> str:
        """Return one line of text without outer blanks; a control character, too much or nothing is a fault."""
        text = unicodedata.normalize("NFC", value).strip()
        if required and not text:
            self.add(field, "is required")
        if len(text) > at_most:
            self.add(field, f"has more than {at_most} characters")
        if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
            self.add(field, "holds a line break or another control character")
        return text

    def optional_line(self, field: str, value: str | None, *, at_most: int = LINE_LENGTH) -> str | None:
        """Return one line of text, or None for an absent or blank one."""
        return (self.line(field, value, at_most=at_most) or None) if value is not None else None

    def refuse(self) -> None:
        """Raise `Invalid` if anything was bad."""
        if self._found:
            raise Invalid(
                "; ".join(f"{fault.field} {fault.message}" for fault in self._found),
                tuple(self._found),
            )
