"""The port of full text search: pages of text under the thing they are of, and the pages that hold some words.

What a word is, `documents.text_words` says. Every adapter finds the same in the same order: pages with more of the
asked words first, then the later time, then the larger key, then the earlier page. `tests/adapters/test_text_index.py`
is the specification.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Final, Protocol

import msgspec

MOST_PAGES: Final = 10_000
"""How many pages a thing may have."""

SHORTEST_BEGINNING: Final = 3
"""How many characters of a word are needed to find it by its beginning."""

EPOCH: Final = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


class TextPage(msgspec.Struct, frozen=True, gc=False):
    """The text of one page; pages count from 1."""

    number: int
    text: str


class Place(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A found page, which holds `matched` of the asked words, by its place in the order of a search.

    `at` is in milliseconds, whatever was put.
    """

    matched: int
    at: datetime.datetime
    key: str
    page: int


class TextIndex(Protocol):
    """The texts of one service; every call names the organization."""

    async def put(self, org: str, key: str, at: datetime.datetime, pages: Sequence[TextPage]) -> None:
        """Replace all pages of a thing, at most `MOST_PAGES`; `at` is a time in this century."""

    async def remove(self, org: str, key: str) -> None:
        """Remove all pages of a thing; none there is no error."""

    async def remove_all(self, org: str) -> None:
        """Remove all pages of the organization."""

    async def text(self, org: str, key: str, page: int) -> str | None:
        """Return the text of one page, None where there is none."""

    async def texts(self, org: str, pages: Sequence[tuple[str, int]]) -> dict[tuple[str, int], str]:
        """Return the texts of those of the pages that there are, by key and page."""

    async def search(
        self, org: str, words: Sequence[str], *, after: Place | None = None, limit: int = 50
    ) -> tuple[Place, ...]:
        """Return pages that hold at least one of the words, at most eight, in the order of the port.

        The last word, where it has `SHORTEST_BEGINNING` characters, stands for every word that begins with it. Whether
        it does is not decided by what the pages hold: not all of them are for everybody who asks.
        """

    async def aclose(self) -> None:
        """Let go of the engine."""


def milliseconds(at: datetime.datetime) -> int:
    """Return a time as milliseconds of this century, as indexes keep it."""
    return (at - EPOCH) // datetime.timedelta(milliseconds=1)


def time_of(stored: int) -> datetime.datetime:
    """Return the time of so many milliseconds of this century."""
    return EPOCH + datetime.timedelta(milliseconds=stored)
