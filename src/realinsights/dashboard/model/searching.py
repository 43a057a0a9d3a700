"""Search: loans by words, or parts of words, of what they are called."""

from __future__ import annotations

import numpy as np

from realinsights.contracts.loans import PartyKind
from realinsights.dashboard.model.columns import BLOCK, Columns, LoanColumn
from realinsights.dashboard.model.exact import Flags
from realinsights_platform.documents.words import SHORTEST_MISTYPED, folded, nearly_in


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
