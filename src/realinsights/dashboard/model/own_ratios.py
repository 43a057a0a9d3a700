"""Own ratios: the loans with a DSCR, an LTV and a debt yield of their own, and why others have none."""

from __future__ import annotations

import numpy as np

from realinsights.contracts.loans import LoanStatus, LoanStructure
from realinsights.dashboard.model.codes import STATUSES, STRUCTURES
from realinsights.dashboard.model.columns import Backing, Columns, LoanColumn
from realinsights.dashboard.model.exact import Flags

NOTE_NAMES = {
    LoanStructure.PARI_PASSU: "pari passu note",
    LoanStructure.A_NOTE: "A note",
    LoanStructure.B_NOTE: "B note",
    LoanStructure.C_NOTE: "C note",
    LoanStructure.MEZZANINE: "mezzanine loan",
}
"""Structures that are a share of a larger debt on the whole property."""

_NOTES = np.array([member in NOTE_NAMES for member in STRUCTURES.members], np.bool_)

DEFEASED = "defeased: secured by government securities, no longer by its property"


COUNTED_TWICE = "a property of it secures another loan too: held against it alone, either would look too safe"


def gaps_of(structure: LoanStructure, status: LoanStatus, *, shared: bool) -> tuple[str, ...]:
    """Return why the loan has no ratios of its own; empty where it has.

    `shared` says that a property of it secures another outstanding loan too.
    """
    gaps = []
    if structure in NOTE_NAMES:
        gaps.append(f"{NOTE_NAMES[structure]}: DSCR, LTV and debt yield cannot be computed from the note alone")
    if status == LoanStatus.DEFEASED:
        gaps.append(DEFEASED)
    if shared:
        gaps.append(COUNTED_TWICE)
    return tuple(gaps)


def has_own_ratios(columns: Columns) -> Flags:
    """Return which loans have nothing in `gaps_of`."""
    bars = _NOTES[columns.column(LoanColumn.STRUCTURE)]
    bars |= np.equal(columns.column(LoanColumn.STATUS), STATUSES.code(LoanStatus.DEFEASED))
    if (columns.pledges > 1).any():
        backing = columns.collateral.everything()
        bars[backing[Backing.OWNER, columns.pledges[backing[Backing.PROPERTY]] > 1]] = True
    return np.logical_not(bars)
