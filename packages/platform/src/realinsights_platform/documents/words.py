"""Words as a search sees them: without case and accents, in any script."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """Return a text without case, accents or other marks."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(character for character in decomposed if not unicodedata.category(character).startswith("M"))
    return text.casefold()


def folded_words(text: str) -> frozenset[str]:
    """Return the distinct words of a text, without case, accents or other marks."""
    return frozenset(_WORD.findall(folded(text)))
