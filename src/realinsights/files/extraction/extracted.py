"""What is got out of a file: pages of text one after the other, and at the end what else is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from realinsights.contracts.files import VersionState
from realinsights.files.model.previews import Preview
from realinsights_platform.documents.text_port import MOST_PAGES

LONGEST_PAGE: Final = 100_000
"""Characters of one page that are kept."""

MOST_TEXT: Final = 64 * 1024 * 1024
"""Characters of one file that are kept."""

_PAGE: Final = 4_000


class Page(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """The text of one page; pages without any are not told."""

    number: int
    text: str


class Outcome(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """What else is known of a file: the last that is told of it. `text_by` is the engine that read pictures."""

    state: VersionState
    pages: int | None = None
    note: str | None = None
    preview: Preview | None = None
    text_by: str | None = None


Told = Page | Outcome


class Refused(Exception):
    """A file that is not read, with the condition that is stated of it and the reason."""

    def __init__(self, state: VersionState, reason: str) -> None:
        super().__init__(reason)
        self.state = state
        self.reason = reason


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """What is asked of the process: to read a file of a media type."""

    media_type: str


def pages_of(text: str, *, first: int = 1) -> Iterator[Page]:
    """Yield a text that has no pages of its own as pages of some 4,000 characters, which end where a line does."""
    number = first
    for part in text.split("\f"):
        start = 0
        while start < len(part):
            end = min(len(part), start + _PAGE)
            if end < len(part):
                line = part.rfind("\n", start + _PAGE // 2, end)
                word = part.rfind(" ", start + _PAGE // 2, end)
                end = (line if line > 0 else word if word > 0 else end - 1) + 1
            if number > MOST_PAGES:
                raise too_many_pages()
            yield Page(number, part[start:end])
            number += 1
            start = end


def too_many_pages() -> Refused:
    """Return the refusal of a file with more pages than are read."""
    return Refused(VersionState.TOO_LARGE, f"it has more than {MOST_PAGES:,} pages")


def too_much_text() -> Refused:
    """Return the refusal of a file with more text than is kept."""
    return Refused(VersionState.TOO_LARGE, f"it holds more than {MOST_TEXT // 1024**2} MB of text")


def unreadable(what: str) -> Refused:
    """Return the refusal of a file that is not what it is taken for."""
    return Refused(VersionState.UNREADABLE, f"it cannot be read as {what}")
