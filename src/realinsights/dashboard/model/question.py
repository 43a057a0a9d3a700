"""Question: the loans asked about as a sum of parts, kept parts for a whole portfolio."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import chain

import numpy as np

from realinsights.contracts.filters import Filters, RatioSource
from realinsights.contracts.loans import OLD_AFTER_MONTHS, IncomeBasis
from realinsights.dashboard.model.allocation import allocation_of
from realinsights.dashboard.model.columns import BLOCK, Columns
from realinsights.dashboard.model.coverage import CLOSED_REASONS
from realinsights.dashboard.model.exact import MONEY_PLACES, Flags, text
from realinsights.dashboard.model.figure import AsOf, FigureName, LeftOut, LeftOutReason
from realinsights.dashboard.model.months import plus_months
from realinsights.dashboard.model.part import (
    LISTED_LOANS,
    NOTHING_OMITTED,
    Covered,
    Dated,
    Days,
    Due,
    Omissions,
    Part,
    Ranked,
    Shares,
    add_due,
)
from realinsights.dashboard.model.small_part import SMALL_PART, SmallPart
from realinsights.dashboard.model.view import View, block, present
from realinsights.dashboard.model.wide_part import WidePart

NAMED_LOANS = 25
"""How many left-out loans a figure names, the largest first; the others are counted."""

CLOSED = "closed"
"""Under this name the loans are left out that are not outstanding any more."""


@dataclass(frozen=True, eq=False)
class Question:
    """The loans asked about and the business date; every answer is that of its parts put together.

    `view` is of all the loans asked about; None where those are all that there are. `omitted` is what the figures made
    so far leave out, by name, and `named` the row of each loan that they name.
    """

    columns: Columns
    parts: Sequence[Part]
    on: datetime.date
    view: View | None
    basis: IncomeBasis
    source: RatioSource
    omitted: dict[str, LeftOut] = field(default_factory=dict)
    named: dict[str, int] = field(default_factory=dict)

    @cached_property
    def properties(self) -> int:
        """How many properties the outstanding loans have between them."""
        if self.view is None:
            return int(np.count_nonzero(self.columns.pledges))
        [part] = self.parts
        return part.properties if isinstance(part, SmallPart) else int(np.count_nonzero(self.view.pledged.often))

    @cached_property
    def allocated(self) -> bool:
        """Whether only parts of the loans are measured: those allocated to the properties asked for."""
        return self.view is not None and self.view.allocation is not None

    @cached_property
    def old_before(self) -> int:
        """The day number from which on nothing is marked as old."""
        return plus_months(self.on, -OLD_AFTER_MONTHS).toordinal()

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
    def closed(self) -> str | None:
        """The name of the loans that are not outstanding any more among `omitted`."""
        return self.leave_out(CLOSED, [part.closed for part in self.parts], CLOSED_REASONS)

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
        if len(self.parts) == 1:
            return self.parts[0].due
        merged: Due = {}
        for part in self.parts:
            for month, amounts in part.due.items():
                add_due(merged, month, amounts)
        return merged

    def ratio(self, name: FigureName) -> Covered:
        """Return the sums of a ratio over all parts; its `omissions` is empty: see `left_out`."""
        return _added([part.ratio(name) for part in self.parts])

    def reported(self, name: FigureName) -> Covered:
        """Return the sums of what servicers report over all parts; its `omissions` is empty: see `left_out`."""
        return _added([part.reported(name) for part in self.parts])

    @cached_property
    def occupancy(self) -> Covered:
        """Σ occupancy × area and Σ area."""
        return _added([part.occupancy for part in self.parts])

    @cached_property
    def past(self) -> Covered:
        """What is past its maturity and still owed."""
        return _added([part.past for part in self.parts])

    def shares(self, size: int, of: Callable[[Part], Shares]) -> tuple[list[int], list[int]]:
        """Return both tables of the parts added up; codes that came after a part was made have nothing in it."""
        if len(self.parts) == 1:
            table = of(self.parts[0])
            return list(table[0]), list(table[1])
        sums, counts = [0] * size, [0] * size
        for part in self.parts:
            for code, (owed, loans) in enumerate(zip(*of(part), strict=True)):
                sums[code] += owed
                counts[code] += loans
        return sums, counts

    def leave_out(self, name: str, omissions: Sequence[Omissions], reasons: Sequence[str]) -> str | None:
        """Note in `omitted` what the parts leave out, and return its name; None where they leave out nothing."""
        counts = [sum(amounts) for amounts in zip(*(some.counts for some in omissions), strict=True)]
        if not any(counts):
            return None
        balances = [sum(amounts) for amounts in zip(*(some.balances for some in omissions), strict=True)]
        loans: list[list[str]] = [[] for _ in reasons]
        for _, loan_id, row, reason in sorted(chain.from_iterable(some.named for some in omissions))[:NAMED_LOANS]:
            loans[reason].append(loan_id)
            self.named[loan_id] = row
        self.omitted[name] = LeftOut(
            count=sum(counts),
            balance=text(sum(balances), MONEY_PLACES),
            reasons=tuple(
                LeftOutReason(reason=reason, count=count, balance=text(balance, MONEY_PLACES), loans=tuple(named))
                for reason, count, balance, named in zip(reasons, counts, balances, loans, strict=True)
                if count
            ),
        )
        return name


def about(
    view: View, on: datetime.date, *, named: int = NAMED_LOANS, source: RatioSource = RatioSource.COMPUTED
) -> Question:
    """Return the question about the loans of a view."""
    part = SmallPart if view.rows.size <= SMALL_PART else WidePart
    return Question(view.columns, [part(view, on, named)], on, view, view.basis, source)


def asked(columns: Columns, flags: Flags | None, on: datetime.date, filters: Filters) -> Question:
    """Return the question about the present loans: those that match and are flagged.

    Of all that there are (None), only changed blocks are added up anew.
    """
    basis = filters.statement_basis
    if flags is not None or columns.count <= BLOCK:
        return about(present(columns, flags, basis, allocation_of(columns, filters)), on, source=filters.source)
    beside = present(columns, None, basis).beside
    parts = []
    for number, start in enumerate(range(0, columns.count, BLOCK)):
        stop = min(start + BLOCK, columns.count)
        some = None if beside is None else beside.between(start, stop)
        stamp = (columns.changes(number), on, stop, None if some is None else some.stamp)
        kept = columns.kept.get((number, basis))
        if kept is None or kept[0] != stamp:
            part = WidePart(block(columns, start, stop, some, basis), on, NAMED_LOANS)
            kept = columns.kept[number, basis] = (stamp, part)
        parts.append(kept[1])
    return Question(columns, parts, on, None, basis, filters.source)


def as_of(days: Iterable[Days]) -> AsOf | None:
    """Return the earliest and the latest of some days."""
    span = _span(days)
    return None if span is None else from_to(*span)


@lru_cache(maxsize=4096)
def from_to(first: int, last: int) -> AsOf:
    """Return two days by their numbers."""
    return AsOf(earliest=datetime.date.fromordinal(first), latest=datetime.date.fromordinal(last))


def _added(parts: Sequence[Covered]) -> Covered:
    if len(parts) == 1:
        return replace(parts[0], omissions=NOTHING_OMITTED)
    return Covered(
        above=sum(part.above for part in parts),
        below=sum(part.below for part in parts),
        loans=sum(part.loans for part in parts),
        days=_span(part.days for part in parts),
        omissions=NOTHING_OMITTED,
        above_days=_dated([part.above_days for part in parts]),
        below_days=_dated([part.below_days for part in parts]),
        sources=_shares([part.sources for part in parts if part.sources is not None]),
    )


def _span(days: Iterable[Days]) -> Days:
    known = [some for some in days if some is not None]
    return (min(first for first, _ in known), max(last for _, last in known)) if known else None


def _dated(days: Sequence[Dated]) -> Dated:
    return _span(some for some, _ in days), sum(undated for _, undated in days)


def _shares(shares: Sequence[Shares]) -> Shares | None:
    if not shares:
        return None
    owed, loans = zip(*shares, strict=True)
    return [sum(amounts) for amounts in zip(*owed, strict=True)], [sum(counts) for counts in zip(*loans, strict=True)]
