"""Words of full text: what of a text is found, and where in it; the same for every adapter.

A word is what `documents.words` calls one: letters and digits of any script, without case, accents or other marks. Of a
longer one the first `LONGEST_WORD` characters count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from realinsights_platform.documents.words import folded, folded_words

LONGEST_WORD: Final = 64
MOST_WORDS: Final = 8
"""How many different words of a question are looked for; the others are passed over."""

SNIPPET: Final = 200  # characters of a snippet, about three lines

_WORD = re.compile(r"\w+")
_BEFORE: Final = 60


class Snippet(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """A part of a page's text; `marks` are where found words begin and end in it, counted in code points."""

    text: str
    marks: tuple[tuple[int, int], ...]


def words_of(text: str) -> frozenset[str]:
    """Return the distinct words of a page."""
    return frozenset(word[:LONGEST_WORD] for word in folded_words(text))


def words_asked(text: str) -> tuple[str, ...]:
    """Return the words of a question in their order, each once, the last one last."""
    found = [word[:LONGEST_WORD] for word in re.findall(r"[^\W_]+", folded(text))]
    kept = list(dict.fromkeys(reversed(found)))
    return tuple(reversed(kept))[-MOST_WORDS:]


def snippet_of(text: str, words: Sequence[str]) -> Snippet:
    """Return the part of a text that holds most of the words, with their places; its beginning where it holds none."""
    found = list(_places(text, words))
    first = _densest(found)
    start = max(0, found[first][0] - _BEFORE) if found else 0
    if start:
        start = next((place + 1 for place in range(start, start + 20) if text[place : place + 1].isspace()), start)
    part = text[start : start + SNIPPET]
    marks = tuple((a - start, b - start) for a, b, _ in found if a >= start and b <= start + SNIPPET)
    shown = "".join(" " if unicodedata.category(one) in {"Cc", "Zl", "Zp"} else one for one in part)
    return Snippet(shown, marks)


def _places(text: str, words: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Yield where the words stand: begin, end, and which of them it is; the last one also where a word begins so."""
    if not words:
        return
    if text.isascii():
        # Folded it is as long, so that all words are looked for at once.
        either = "|".join([*map(re.escape, words[:-1]), f"{re.escape(words[-1])}[^\\W_]*"])
        for match in re.finditer(rf"(?<![^\W_])({either})(?![^\W_])", text.lower()):
            yield match.start(), match.end(), _rank(words, match[1])
        return
    for match in _WORD.finditer(text):
        for word in folded_words(match[0]):
            rank = _rank(words, word[:LONGEST_WORD])
            if rank >= 0:
                yield match.start(), match.end(), rank
                break


def _rank(words: Sequence[str], word: str) -> int:
    if word in words:
        return words.index(word)
    return len(words) - 1 if word.startswith(words[-1]) else -1


def _densest(found: Sequence[tuple[int, int, int]]) -> int:
    """Return which place begins the part that holds most different words."""
    best, most = 0, 0
    for index, (start, _, _) in enumerate(found[:1_000]):
        held: set[int] = set()
        for _, end, rank in found[index:]:
            if end > start - _BEFORE + SNIPPET:
                break
            held.add(rank)
        if len(held) > most:
            best, most = index, len(held)
    return best
