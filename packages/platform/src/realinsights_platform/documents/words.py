"""Words as a search sees them: without case and accents, in any script."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")

SHORTEST_MISTYPED = 5
"""In a shorter word, one letter makes another word."""


def folded(text: str) -> str:
    """Return a text without case, accents or other marks."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(character for character in decomposed if not unicodedata.category(character).startswith("M"))
    return text.casefold()


def folded_words(text: str) -> frozenset[str]:
    """Return the distinct words of a text, without case, accents or other marks."""
    return frozenset(_WORD.findall(folded(text)))


def nearly_in(word: str, text: str) -> bool:
    """Return whether a word of the text begins with this one, but for one letter wrong, missing, added or swapped."""
    # One mistake leaves one of the halves as it is: what has neither is passed over at once.
    middle = len(word) // 2
    if word[:middle] not in text and word[middle:] not in text and word[: middle - 1] not in text:
        return False
    return any(_begins_nearly(token, word) for token in text.split())


def _begins_nearly(token: str, word: str) -> bool:
    place = 0
    while place < len(word) and place < len(token) and word[place] == token[place]:
        place += 1
    typed, meant = word[place:], token[place:]
    return (
        meant.startswith(typed[1:])  # a letter too many
        or meant[1:].startswith(typed)  # one missing
        or meant[1:].startswith(typed[1:])  # another one
        or (len(typed) > 1 and meant.startswith(typed[1] + typed[0] + typed[2:]))  # two swapped
    )
