"""What the solver found of a statement."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from realinsights_finance.solver.conventions import Convention
from realinsights_finance.solver.statement import StatementRow


class Status(StrEnum):
    """What became of a statement."""

    MATCHED = (
        "matched"  # every figure is reproduced, and all conventions that do so say the same of every month to come
    )
    TIED = "tied"  # every figure is reproduced by conventions that part later: `decided_by` says when
    DIFFERS = "differs"  # no convention reproduces every figure; those that come furthest are named
    NOTHING_DUE = "nothing_due"  # no interest and no principal is reported as due


class StatementField(StrEnum):
    """A figure of a statement's row."""

    BEGINNING_BALANCE = "beginning_balance"
    INTEREST = "interest"
    PRINCIPAL = "principal"
    ENDING_BALANCE = "ending_balance"


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstDifference:
    """The first figure that no convention reproduces, as it is reported and as the one that comes furthest has it."""

    due_date: datetime.date
    field: StatementField
    reported: Decimal
    computed: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """The first installment after the statement whose figure decides a tie: what it is by each group of conventions."""

    due_date: datetime.date
    field: StatementField
    values: tuple[Decimal, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Solution:
    """The result of a search.

    `conventions` are all that reproduce the statement, or all that come furthest, the usual ones first. `groups` has
    for each the number, from 0, of its group: those of one group say the same of all installments to come, to maturity
    or for ten years. `matched_rows` are the rows before the first difference. `computed` is what the first convention
    makes of each row, where that was asked for.
    """

    status: Status
    conventions: tuple[Convention, ...] = ()
    groups: tuple[int, ...] = ()
    matched_rows: int = 0
    first_difference: FirstDifference | None = None
    decided_by: Decision | None = None
    computed: tuple[StatementRow, ...] = ()
