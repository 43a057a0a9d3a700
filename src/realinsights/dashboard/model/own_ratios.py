"""Own ratios: the loans with a DSCR, an LTV and a debt yield of their own, and why others have none."""

from __future__ import annotations

import numpy as np

from realinsights.contracts.loans import LoanStatus, LoanStructure
from realinsights.dashboard.model.codes import STATUSES, STRUCTURES
from realinsights.dashboard.model.columns import Columns, LoanColumn
from realinsights.dashboard.model.exact import Flags
from realinsights.dashboard.model.positions import MEASURED, present_through

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

POSITION_REASONS = (
    "other loans stand on its properties, and which ranks first is not stated: state the lien position of each",
    "what ranks before or with it stands on other properties too: how much of it is on these is not known",
)
"""Why a loan that is not alone on its properties is not measured through its position: `UNRANKED`, `ELSEWHERE`."""


def gaps_of(structure: LoanStructure, status: LoanStatus, position: int) -> tuple[str, ...]:
    """Return why the loan has no ratios of its own; empty where it has.

    `position` is `MEASURED` of a loan that is alone on its properties, or measured through its position, else why not.
    """
    gaps = []
    if structure in NOTE_NAMES:
        gaps.append(f"{NOTE_NAMES[structure]}: DSCR, LTV and debt yield cannot be computed from the note alone")
    if status == LoanStatus.DEFEASED:
        gaps.append(DEFEASED)
    if position != MEASURED:
        gaps.append(POSITION_REASONS[position - 1])
    return tuple(gaps)


def has_own_ratios(columns: Columns) -> Flags:
    """Return which loans have nothing in `gaps_of`."""
    bars = _NOTES[columns.column(LoanColumn.STRUCTURE)]
    bars |= np.equal(columns.column(LoanColumn.STATUS), STATUSES.code(LoanStatus.DEFEASED))
    through = present_through(columns)
    if through is not None:
        bars[through.rows[through.reasons != MEASURED]] = True
    return np.logical_not(bars)
