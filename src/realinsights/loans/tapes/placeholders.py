"""Placeholders of a CSV tape: texts that stand where there is nothing, or where nothing is known."""

from __future__ import annotations

from typing import Final

_NOTHING: Final = frozenset(
    {"-", "--", "–", "—", "n/a", "n.a.", "n.a", "nap", "n/ap", "none", "null", "nil", "not applicable"}
)
_UNKNOWN: Final = frozenset(
    {"#n/a", "nav", "n/av", "not available", "unknown", "tbd", "?", "nan", "#ref!", "#value!", "#div/0!", "#name?"}
    | {"#null!", "#num!"}
)
_EITHER: Final = _NOTHING | _UNKNOWN
_LONGEST: Final = max(map(len, _EITHER))


def says_nothing(text: str) -> bool:
    """Tell whether a cell says that there is nothing, or that it is not known."""
    return len(text) <= _LONGEST and text.lower() in _EITHER


def is_unknown(text: str) -> bool:
    """Tell whether a cell says that what would stand there is not known."""
    return len(text) <= _LONGEST and text.lower() in _UNKNOWN
