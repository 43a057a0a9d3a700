"""A part of few loans: the figures' sums in Python's integers, since readying arrays would cost more than adding up."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from functools import cached_property
from heapq import nsmallest
from itertools import compress
from operator import mul

from realinsights.contracts.loans import IncomeBasis, LoanStatus
from realinsights.dashboard.model.codes import (
    CLOSED_STATUSES,
    NOBODY,
    PROPERTY_TYPES,
    RATE_TYPES,
    SOURCES,
    STATUSES,
    STRUCTURES,
)
from realinsights.dashboard.model.columns import Backing, LoanColumn
from realinsights.dashboard.model.coverage import CLOSED_REASONS, OCCUPANCY_REASONS, REPORTED_REASONS
from realinsights.dashboard.model.due_days import balloons, due_days
from realinsights.dashboard.model.exact import UNKNOWN
from realinsights.dashboard.model.figure import FigureName
from realinsights.dashboard.model.months import month_numbers, plus_months
from realinsights.dashboard.model.own_ratios import NOTE_NAMES
from realinsights.dashboard.model.part import (
    LISTED_LOANS,
    MEMBERS,
    NOTHING_OMITTED,
    PARTIES,
    Covered,
    Dated,
    Days,
    Due,
    Omissions,
    Ranked,
    Shares,
)
from realinsights.dashboard.model.ratios import RATIOS, combinations_of, days_of
from realinsights.dashboard.model.view import View

SMALL_PART = 128
"""Up to so many loans a `SmallPart` takes less time than a `WidePart`."""

_CLOSED = {STATUSES.code(status): place for place, status in enumerate(CLOSED_STATUSES)}
_SOURCES = len(SOURCES)
_DEFEASED = STATUSES.code(LoanStatus.DEFEASED)
_BARS = [list(NOTE_NAMES).index(member) + 1 if member in NOTE_NAMES else 0 for member in STRUCTURES.members]
_DEFEASED_BAR = len(NOTE_NAMES) + 1


class SmallPart:
    """The loans of a view on a business date; `named` loans at most stand in each ranking of what is left out."""

    def __init__(self, view: View, on: datetime.date, named: int) -> None:
        columns = view.columns
        self._view, self._on, self._named = view, on, named
        self._statuses: list[int] = view.status.tolist()
        rows: list[int] = view.rows.tolist()
        ids, balances = columns.ids.all(), view.balance.tolist()
        # Those outstanding in the order of what they owe, so that whatever is picked of them is ranked already.
        ranked = sorted(
            (-balance, ids[row], row, place)
            for place, (row, balance, status) in enumerate(zip(rows, balances, self._statuses, strict=True))
            if status not in _CLOSED
        )
        self._rows = rows
        self._places = [place for _, _, _, place in ranked]
        self._ids = [loan_id for _, loan_id, _, _ in ranked]
        self._owed = [-balance for balance, _, _, _ in ranked]
        self._fixed: list[list[int]] = columns.loans[:, view.rows if view.stretch is None else view.stretch].tolist()
        self._as_of = self._of(view.as_of.tolist())
        self._rates = self._of(view.rate.tolist())
        self._due_days = due_days(columns, view.fixed, on)
        self._left = [day - on.toordinal() for day in self._of(self._due_days.tolist())]
        self._ratios: dict[FigureName, Covered] = {}
        self._dates: dict[str, list[int] | None] = {}
        self.loans = len(ranked)
        self.owed = sum(self._owed)

    def _of(self, values: Sequence[int]) -> list[int]:
        """Return the values of those outstanding, in their order."""
        return [values[place] for place in self._places]

    def _now(self, column: LoanColumn) -> list[int]:
        return self._of(self._fixed[column])

    @cached_property
    def original(self) -> int:
        return sum(self._of(self._view.fixed(LoanColumn.ORIGINAL).tolist()))

    @cached_property
    def interest(self) -> int:
        rates = self._rates
        if UNKNOWN in rates:
            rates = [0 if rate == UNKNOWN else rate for rate in rates]
        return sum(map(mul, self._owed, rates))

    @cached_property
    def unrated(self) -> Omissions:
        rates = self._rates
        return self._without([place for place, rate in enumerate(rates) if rate == UNKNOWN] if UNKNOWN in rates else ())

    @cached_property
    def remaining(self) -> int:
        return sum(map(mul, self._owed, [max(days, 0) for days in self._left]))

    @cached_property
    def days(self) -> Days:
        return _range(self._as_of)

    @cached_property
    def closed(self) -> Omissions:
        original, ids = self._view.fixed(LoanColumn.ORIGINAL).tolist(), self._view.columns.ids.all()
        counts = [0] * len(CLOSED_REASONS)
        ranked: list[Ranked] = []
        for place, status in enumerate(self._statuses):
            reason = _CLOSED.get(status)
            if reason is not None:
                row = self._rows[place]
                counts[reason] += 1
                ranked.append((-original[place], ids[row], row, reason))
        return Omissions(counts, [0] * len(counts), nsmallest(self._named, ranked))

    @cached_property
    def maturing(self) -> tuple[int, int]:
        year = (plus_months(self._on, 12) - self._on).days
        due = [0 <= days <= year for days in self._left]
        return sum(compress(self._owed, due)), due.count(True)

    @cached_property
    def past(self) -> Covered:
        late = [days < 0 for days in self._left]
        days = _range(list(compress(self._as_of, late)))
        return Covered(sum(compress(self._owed, late)), 0, late.count(True), days, NOTHING_OMITTED)

    @cached_property
    def top(self) -> list[Ranked]:
        return self._ranked(range(min(self.loans, LISTED_LOANS)), self._as_of)

    @cached_property
    def upcoming(self) -> list[Ranked]:
        awaited = [(days, self._ids[place], place) for place, days in enumerate(self._left) if days >= 0]
        rows, places = self._rows, self._places
        return [(days, key, rows[places[place]], 0) for days, key, place in sorted(awaited)[:LISTED_LOANS]]

    @property
    def beside(self) -> bool:
        return self._view.beside is not None

    def ratio(self, name: FigureName) -> Covered:
        """Return what this part contributes to a ratio of whole loans."""
        known = self._ratios.get(name)
        if known is not None:
            return known
        ratio = RATIOS[name]
        codes, values = ratio.reason_codes, self._counted
        reasons = [codes[each] for each in self._combinations]
        above, below = values[ratio.numerator], values[ratio.denominator]
        known = self._ratios[name] = self._covered(
            reasons,
            len(ratio.reasons),
            above,
            below,
            days=(self._days(ratio.numerator), self._days(ratio.denominator)),
            sources=self._sources(ratio.source),
        )
        return known

    def reported(self, name: FigureName) -> Covered:
        """Return what servicers report of this part, weighted by balance."""
        told = self._of(self._view.reported(name).tolist())
        return self._covered(
            [int(value == UNKNOWN) for value in told],
            len(REPORTED_REASONS[name]),
            list(map(mul, told, self._owed)),
            self._owed,
            days=(self._now(LoanColumn.REPORTED_AS_OF), self._as_of),
        )

    @cached_property
    def occupancy(self) -> Covered:
        view = self._view
        occupied, areas = self._of(view.occupancy.tolist()), self._of(view.area.tolist())
        reasons = [
            1 if shared else 2 if occupancy == UNKNOWN else 3 if area <= 0 else 0
            for shared, occupancy, area in zip(self._shared, occupied, areas, strict=True)
        ]
        dated = None if view.dates is None else self._of(view.dates.occupancy.tolist())
        return self._covered(
            reasons, len(OCCUPANCY_REASONS), list(map(mul, occupied, areas)), areas, days=(dated, None)
        )

    @cached_property
    def parties(self) -> list[Shares]:
        sizes = [len(self._view.columns.parties[kind]) for kind, _ in PARTIES]
        return [self._by(self._now(column), size) for (_, column), size in zip(PARTIES, sizes, strict=True)]

    @cached_property
    def alone(self) -> list[Omissions]:
        codes = [self._now(column) for _, column in PARTIES]
        return [
            self._without([place for place, code in enumerate(each) if code == NOBODY] if NOBODY in each else ())
            for each in codes
        ]

    @cached_property
    def members(self) -> list[Shares]:
        fixed = (LoanColumn.RATE_TYPE, LoanColumn.AMORTIZATION, LoanColumn.STRUCTURE)
        codes = [self._of(self._statuses), *map(self._now, fixed)]
        return [self._by(each, len(known)) for each, known in zip(codes, MEMBERS, strict=True)]

    @cached_property
    def statuses(self) -> Sequence[int]:
        counts = [0] * len(STATUSES)
        for status in self._statuses:
            counts[status] += 1
        return counts

    @cached_property
    def states(self) -> Shares:
        return self._by_collateral(Backing.STATE, len(self._view.columns.states), 2)

    @cached_property
    def types(self) -> Shares:
        return self._by_collateral(Backing.TYPE, len(PROPERTY_TYPES), 1)

    @cached_property
    def bare(self) -> Omissions:
        secured = set(self._owners)
        return self._without([place for place in range(self.loans) if place not in secured])

    @cached_property
    def stateless(self) -> Omissions:
        placed, unplaced = set(self._owners), set()
        for owner, state in zip(self._owners, self._backing[Backing.STATE], strict=True):
            if state == NOBODY:
                unplaced.add(owner)
        return self._without([place for place in range(self.loans) if place in unplaced or place not in placed])

    @cached_property
    def due(self) -> Due:
        months: dict[int, tuple[list[int], list[int]]] = {}
        types = self._now(LoanColumn.RATE_TYPE)
        maturity = self._of(month_numbers(self._due_days).tolist())
        cents = self._of(balloons(self._view.columns, self._view.fixed, self._on).tolist())
        for owed, rate, kind, month, balloon in zip(self._owed, self._rates, types, maturity, cents, strict=True):
            if month not in months:
                months[month] = ([0] * len(RATE_TYPES), [0, 0, 0, 0])
            by_type, sums = months[month]
            by_type[kind] += owed
            sums[0] += owed * rate
            sums[1] += 1
            if balloon == UNKNOWN:
                sums[3] += owed
            else:
                sums[2] += balloon
        return {
            month: (by_type, interest, loans, due, unscheduled)
            for month, (by_type, (interest, loans, due, unscheduled)) in months.items()
        }

    @cached_property
    def _values(self) -> dict[str, list[int]]:
        names = ("noi", "ncf", "debt_service", "value")
        values = {name: self._of(self._view.amounts(name).tolist()) for name in names}
        alone = self._view.beside is None
        return values | {"balance": self._owed if alone else self._of(self._view.amounts("balance").tolist())}

    @cached_property
    def _counted(self) -> dict[str, list[int]]:
        """The values that ratios add up: of loans on the same properties those of one."""
        counted = self._view.counted
        if counted is None:
            return self._values
        flags = self._of(counted.tolist())
        return {name: list(map(mul, values, flags)) for name, values in self._values.items()}

    @cached_property
    def _combinations(self) -> list[int]:
        """By loan, what bars it and which of its figures are not known: see `ratios.combinations_of`."""
        if self._view.beside is not None:
            bars = self._of(self._view.bars.tolist())
        else:
            bars = [
                _BARS[structure] or (_DEFEASED_BAR if status == _DEFEASED else 0)
                for structure, status in zip(self._now(LoanColumn.STRUCTURE), self._of(self._statuses), strict=True)
            ]
        return combinations_of(bars, **{name: self._values[name] for name in ("noi", "ncf", "debt_service", "value")})

    @cached_property
    def _pledged(self) -> tuple[list[int], list[list[int]]]:
        """The collateral of those outstanding: by row its owner's place among them, and its columns."""
        pledged = self._view.pledged
        ranks: list[int | None] = [None] * len(self._rows)
        for rank, place in enumerate(self._places):
            ranks[place] = rank
        owners = [ranks[owner] for owner in pledged.owners.tolist()]
        kept = [place for place, owner in enumerate(owners) if owner is not None]
        backing = [[column[place] for place in kept] for column in pledged.backing.tolist()]
        return [owner for owner in owners if owner is not None], backing

    @property
    def _owners(self) -> list[int]:
        return self._pledged[0]

    @property
    def _backing(self) -> list[list[int]]:
        return self._pledged[1]

    @cached_property
    def properties(self) -> int:
        """How many properties the outstanding loans have between them."""
        return len(set(self._backing[Backing.PROPERTY]))

    @cached_property
    def _shared(self) -> list[bool]:
        if self._view.beside is None:
            return [False] * self.loans
        return [flag != 0 for flag in self._of(self._view.shared.tolist())]

    def _by(self, codes: Sequence[int], size: int) -> Shares:
        return _shares(codes, self._owed, size)

    def _by_collateral(self, column: Backing, size: int, first: int) -> Shares:
        sums, counts, backing = [0] * size, [0] * size, self._backing
        for code, balance, kind in zip(backing[column], backing[Backing.BALANCE], backing[Backing.KIND], strict=True):
            sums[code] += balance
            if kind & first:
                counts[code] += 1
        return sums, counts

    def _days(self, name: str) -> list[int] | None:
        """Return of what day a field is, by loan; None where nobody asks."""
        if name not in self._dates:
            days = days_of(self._view, name)
            if days is not None:
                self._dates[name] = self._as_of if days is self._view.as_of else self._of(days.tolist())
            else:
                self._dates[name] = None
        return self._dates[name]

    def _sources(self, name: str | None) -> list[int] | None:
        """Return on what the latest income of each loan stands; None where nobody asks."""
        view = self._view
        if name is None or view.dates is None or view.basis is not IncomeBasis.LATEST:
            return None
        if name not in self._dates:
            self._dates[name] = self._of(getattr(view.dates, name).tolist())
        return self._dates[name]

    def _covered(
        self,
        reasons: Sequence[int],
        count: int,
        above: Sequence[int],
        below: Sequence[int],
        *,
        days: tuple[Sequence[int] | None, Sequence[int] | None],
        sources: Sequence[int] | None = None,
    ) -> Covered:
        """Return both sums over the loans without a reason (0) to be left out, and the others by theirs."""
        inside = [not reason for reason in reasons]
        return Covered(
            above=sum(compress(above, inside)),
            below=sum(compress(below, inside)),
            loans=inside.count(True),
            days=_range(list(compress(self._as_of, inside))),
            omissions=self._omitted([place for place, reason in enumerate(reasons) if reason], reasons, count),
            above_days=_dated(days[0], inside),
            below_days=_dated(days[1], inside),
            sources=None
            if sources is None
            else _shares(compress(sources, inside), compress(self._owed, inside), _SOURCES),
        )

    def _without(self, places: Sequence[int]) -> Omissions:
        return self._omitted(places, [1] * self.loans, 1)

    def _omitted(self, places: Sequence[int], reasons: Sequence[int], count: int) -> Omissions:
        if not places:
            return Omissions([0] * count, [0] * count, [])
        counts, balances = [0] * count, [0] * count
        for place in places:
            counts[reasons[place] - 1] += 1
            balances[reasons[place] - 1] += self._owed[place]
        return Omissions(counts, balances, self._ranked(places[: self._named], [reason - 1 for reason in reasons]))

    def _ranked(self, places: Sequence[int], about: Sequence[int]) -> list[Ranked]:
        ids, rows, outstanding, owed = self._ids, self._rows, self._places, self._owed
        return [(-owed[place], ids[place], rows[outstanding[place]], about[place]) for place in places]


def _shares(codes: Iterable[int], owed: Iterable[int], size: int) -> Shares:
    sums, counts = [0] * size, [0] * size
    for code, amount in zip(codes, owed, strict=True):
        sums[code] += amount
        counts[code] += 1
    return sums, counts


def _dated(days: Sequence[int] | None, inside: Sequence[bool]) -> Dated:
    if days is None:
        return None, 0
    found = list(compress(days, inside))
    undated = found.count(0)
    return _range([day for day in found if day] if undated else found), undated


def _range(days: Sequence[int]) -> Days:
    return (min(days), max(days)) if days else None
