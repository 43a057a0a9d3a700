"""Search: loans by words, or parts of words, of what they are called."""

from __future__ import annotations

import numpy as np

from realinsights.contracts.loans import PartyKind
from realinsights.dashboard.model.columns import BLOCK, Columns, LoanColumn
from realinsights.dashboard.model.exact import Flags
from realinsights_platform.documents.words import folded

SHORTEST_MISTYPED = 5
"""In a shorter word, one letter makes another word."""


def found(columns: Columns, sought: str) -> Flags:
    """Return which loans have every one of the words in number, name, borrower or lender's name, in whatever case.

    A word that no loan has is taken for one that is mistyped by one letter, where it is long enough to tell.
    """
    flags = np.ones(columns.count, np.bool_)
    words = set(folded(sought).split())
    if not words:
        return flags
    texts = _texts(columns)
    lenders = [folded(name or "") for name in columns.parties[PartyKind.LENDER].names.all()]
    # The longest first, which is the rarest as a rule; the others are looked for in what is left.
    for word in sorted(words, key=len, reverse=True):
        rows = np.flatnonzero(flags)
        left = texts if rows.size == columns.count else [texts[row] for row in rows.tolist()]
        within = np.array([word in text for text in left], np.bool_)
        lent = np.array([word in name for name in lenders], np.bool_)
        matching = within | lent[columns.column(LoanColumn.LENDER)[rows]]
        if len(word) >= SHORTEST_MISTYPED and not matching.any() and not any(word in text for text in texts):
            within = np.array([nearly_in(word, text) for text in left], np.bool_)
            lent = np.array([nearly_in(word, name) for name in lenders], np.bool_)
            matching = within | lent[columns.column(LoanColumn.LENDER)[rows]]
        flags[rows] = matching
    return flags


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


def _texts(columns: Columns) -> list[str]:
    texts: list[str] = []
    for number, start in enumerate(range(0, columns.count, BLOCK)):
        stamp, stop = columns.changes(number), min(start + BLOCK, columns.count)
        kept = columns.searched.get(number)
        if kept is None or kept[0] != stamp:
            kept = columns.searched[number] = (stamp, [_text(columns, row) for row in range(start, stop)])
        texts += kept[1]
    return texts


def _text(columns: Columns, row: int) -> str:
    return folded(f"{columns.numbers[row]}\n{columns.titles[row]}\n{columns.borrowers[row] or ''}")
