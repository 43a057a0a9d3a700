"""What is asked about, as the sum of its parts: one part for a selection, kept parts for a whole portfolio."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nsmallest
from itertools import chain

import numpy as np

from realinsights.dashboard.model.columns import BLOCK, Columns
from realinsights.dashboard.model.coverage import CLOSED_REASONS
from realinsights.dashboard.model.exact import MONEY_PLACES, Flags, Table, text
from realinsights.dashboard.model.figure import AsOf, FigureName, LeftOut, LeftOutLoan, LeftOutReason
from realinsights.dashboard.model.part import LISTED_LOANS, Covered, Days, Due, Left, Part, Ranked
from realinsights.dashboard.model.view import View, block, present

NAMED_LOANS = 25
"""How many left-out loans a figure names, the largest first; the others are counted."""

NOTHING_LEFT_OUT = LeftOut(count=0, balance="0.00", reasons=(), loans=())


@dataclass(frozen=True, eq=False)
class Question:
    """The loans asked about and the business date; every answer is that of its parts put together."""

    columns: Columns
    parts: Sequence[Part]
    on: datetime.date
    everything: View

    @cached_property
    def properties(self) -> int:
        """How many properties the outstanding loans have between them."""
        return int(np.count_nonzero(self.everything.pledged.often))

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
        return nsmallest(LISTED_LOANS, chain.from_iterable(part.top for part in self.parts))

    @cached_property
    def upcoming(self) -> list[Ranked]:
        """The outstanding loans that mature next."""
        return nsmallest(LISTED_LOANS, chain.from_iterable(part.upcoming for part in self.parts))

    @cached_property
    def due(self) -> dict[int, Due]:
        """What falls due, by month number."""
        merged: dict[int, Due] = {}
        for part in self.parts:
            merge_due(merged, part.due, width=1)
        return merged

    def ratio(self, name: FigureName) -> Covered:
        """Return the sums of a ratio over all parts; its `left` is empty: see `left_out`."""
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

    def left_out(self, lefts: Sequence[Left], reasons: Sequence[str], *, owed: bool = True) -> LeftOut:
        """Return what the parts leave out, and name the largest; a loan that is not `owed` has no balance."""
        counts = [sum(amounts) for amounts in zip(*(left.counts for left in lefts), strict=True)]
        if not any(counts):
            return NOTHING_LEFT_OUT
        balances = [sum(amounts) for amounts in zip(*(left.balances for left in lefts), strict=True)]
        named = nsmallest(NAMED_LOANS, chain.from_iterable(left.named for left in lefts))
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
    everything = present(columns)
    shared = everything.shared
    parts = []
    for number, start in enumerate(range(0, columns.count, BLOCK)):
        sharing = shared[start : start + BLOCK]
        stamp = (columns.changes(number), on, sharing.tobytes() if sharing.any() else sharing.size)
        kept = columns.kept.get(number)
        if kept is None or kept[0] != stamp:
            kept = columns.kept[number] = (stamp, Part(block(columns, start, sharing), on, NAMED_LOANS))
        parts.append(kept[1])
    return Question(columns, parts, on, everything)


def as_of(days: Iterable[Days]) -> AsOf | None:
    """Return the earliest and the latest of some days."""
    known = [some for some in days if some is not None]
    if not known:
        return None
    return AsOf(
        earliest=datetime.date.fromordinal(min(first for first, _ in known)),
        latest=datetime.date.fromordinal(max(last for _, last in known)),
    )


def merge_due(into: dict[int, Due], due: dict[int, Due], *, width: int) -> None:
    """Add what falls due to what is there, by spans of so many months."""
    for month, more in due.items():
        start = month // width * width
        there = into.get(start)
        if there is None:
            into[start] = Due(more.by_type.copy(), more.interest, more.loans)
            continue
        for code, amount in enumerate(more.by_type):
            there.by_type[code] += amount
        there.interest += more.interest
        there.loans += more.loans


def _added(parts: Sequence[Covered]) -> Covered:
    known = [part.days for part in parts if part.days is not None]
    return Covered(
        above=sum(part.above for part in parts),
        below=sum(part.below for part in parts),
        loans=sum(part.loans for part in parts),
        days=(min(first for first, _ in known), max(last for _, last in known)) if known else None,
        left=Left([], [], []),
    )
