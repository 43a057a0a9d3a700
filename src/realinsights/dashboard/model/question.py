"""What is asked about, as the sum of its parts: one part for a selection, kept parts for a whole portfolio."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np

from realinsights.dashboard.model.columns import BLOCK, RATE_TYPES, Columns
from realinsights.dashboard.model.coverage import CLOSED_REASONS
from realinsights.dashboard.model.exact import MONEY_PLACES, Flags, Table, text
from realinsights.dashboard.model.figure import AsOf, FigureName, LeftOut, LeftOutLoan, LeftOutReason
from realinsights.dashboard.model.part import LISTED_LOANS, Covered, Days, Due, Omissions, Part, Ranked
from realinsights.dashboard.model.view import View, block, present

NAMED_LOANS = 25
"""How many left-out loans a figure names, the largest first; the others are counted."""

NOTHING_LEFT_OUT = LeftOut(count=0, balance="0.00", reasons=(), loans=())


@dataclass(frozen=True, eq=False)
class Question:
    """The loans asked about and the business date; every answer is that of its parts put together.

    `view` is of all the loans asked about; None where those are all that there are.
    """

    columns: Columns
    parts: Sequence[Part]
    on: datetime.date
    view: View | None

    @cached_property
    def properties(self) -> int:
        """How many properties the outstanding loans have between them."""
        return int(np.count_nonzero(self.columns.pledges if self.view is None else self.view.pledged.often))

    @cached_property
    def loans(self) -> int:
        """How many loans are outstanding."""
        return sum(part.loans for part in self.parts)

    @cached_property
    def owed(self) -> int:
        """What is outstanding, in cents."""
        return sum(part.owed for part in self.parts)

    @cached_property
    def as_of(self) -> AsOf | None:
        """The dates of the outstanding balances."""
        return as_of(part.days for part in self.parts)

    @cached_property
    def closed(self) -> LeftOut:
        """The loans that are not outstanding any more."""
        return self.left_out([part.closed for part in self.parts], CLOSED_REASONS, owed=False)

    @cached_property
    def top(self) -> list[Ranked]:
        """The outstanding loans that owe most."""
        return sorted(chain.from_iterable(part.top for part in self.parts))[:LISTED_LOANS]

    @cached_property
    def upcoming(self) -> list[Ranked]:
        """The outstanding loans that mature next."""
        return sorted(chain.from_iterable(part.upcoming for part in self.parts))[:LISTED_LOANS]

    @cached_property
    def due(self) -> Due:
        """What falls due, month by month."""
        dues = [part.due for part in self.parts if part.due.loans.size]
        if len(dues) == 1:
            return dues[0]
        first = min((due.first for due in dues), default=0)
        size = max((due.first + due.loans.size for due in dues), default=0) - first
        kind = np.int64 if self.columns.count <= 2**17 else object
        merged = Due(first, np.zeros((size, len(RATE_TYPES)), kind), np.zeros(size, object), np.zeros(size, np.int64))
        for due in dues:
            months = slice(due.first - first, due.first - first + due.loans.size)
            merged.by_type[months] += due.by_type
            merged.interest[months] += due.interest
            merged.loans[months] += due.loans
        return merged

    def ratio(self, name: FigureName) -> Covered:
        """Return the sums of a ratio over all parts; its `omissions` is empty: see `left_out`."""
        return _added([part.ratio(name) for part in self.parts])

    @cached_property
    def occupancy(self) -> Covered:
        """Σ occupancy × area and Σ area."""
        return _added([part.occupancy for part in self.parts])

    @cached_property
    def past(self) -> Covered:
        """What is past its maturity and still owed."""
        return _added([part.past for part in self.parts])

    def table(self, size: int, of: Callable[[Part], Table]) -> list[int]:
        """Return tables of the parts added up; codes that came after a part was made have nothing in it."""
        kind = np.int64 if self.columns.count <= 2**17 else object
        sums = np.zeros(size, kind)
        for part in self.parts:
            table = of(part)
            sums[: table.size] += table
        return list(sums.tolist())

    def left_out(self, omissions: Sequence[Omissions], reasons: Sequence[str], *, owed: bool = True) -> LeftOut:
        """Return what the parts leave out, and name the largest; a loan that is not `owed` has no balance."""
        counts = [sum(amounts) for amounts in zip(*(some.counts for some in omissions), strict=True)]
        if not any(counts):
            return NOTHING_LEFT_OUT
        balances = [sum(amounts) for amounts in zip(*(some.balances for some in omissions), strict=True)]
        named = sorted(chain.from_iterable(some.named for some in omissions))[:NAMED_LOANS]
        columns = self.columns
        return LeftOut(
            count=sum(counts),
            balance=text(sum(balances), MONEY_PLACES),
            reasons=tuple(
                LeftOutReason(reason=reason, count=count, balance=text(balance, MONEY_PLACES))
                for reason, count, balance in zip(reasons, counts, balances, strict=True)
                if count
            ),
            loans=tuple(
                LeftOutLoan(
                    loan_id=loan_id,
                    number=columns.numbers[row],
                    name=columns.titles[row],
                    balance=text(-rank, MONEY_PLACES) if owed else "0.00",
                    reason=reasons[reason],
                )
                for rank, loan_id, row, reason in named
            ),
        )


def about(view: View, on: datetime.date, *, named: int = NAMED_LOANS) -> Question:
    """Return the question about the loans of a view."""
    return Question(view.columns, [Part(view, on, named)], on, view)


def asked(columns: Columns, flags: Flags | None, on: datetime.date) -> Question:
    """Return the question about the present loans: some, or all, of which only changed blocks are added up anew."""
    if flags is not None or columns.count <= BLOCK:
        return about(present(columns, flags), on)
    shared = present(columns).shared if (columns.pledges > 1).any() else np.zeros(columns.count, np.bool_)
    parts = []
    for number, start in enumerate(range(0, columns.count, BLOCK)):
        sharing = shared[start : start + BLOCK]
        stamp = (columns.changes(number), on, sharing.tobytes() if sharing.any() else sharing.size)
        kept = columns.kept.get(number)
        if kept is None or kept[0] != stamp:
            kept = columns.kept[number] = (stamp, Part(block(columns, start, sharing), on, NAMED_LOANS))
        parts.append(kept[1])
    return Question(columns, parts, on, None)


def as_of(days: Iterable[Days]) -> AsOf | None:
    """Return the earliest and the latest of some days."""
    known = [some for some in days if some is not None]
    if not known:
        return None
    return AsOf(
        earliest=datetime.date.fromordinal(min(first for first, _ in known)),
        latest=datetime.date.fromordinal(max(last for _, last in known)),
    )


def _added(parts: Sequence[Covered]) -> Covered:
    known = [part.days for part in parts if part.days is not None]
    return Covered(
        above=sum(part.above for part in parts),
        below=sum(part.below for part in parts),
        loans=sum(part.loans for part in parts),
        days=(min(first for first, _ in known), max(last for _, last in known)) if known else None,
        omissions=Omissions([], [], []),
    )
