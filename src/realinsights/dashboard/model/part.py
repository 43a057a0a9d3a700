"""Parts: what a stretch of the portfolio adds to every figure, as integers and the first of each ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import add
from typing import Any, Protocol

from realinsights.contracts.loans import PartyKind
from realinsights.dashboard.model.codes import AMORTIZATIONS, RATE_TYPES, STATUSES, STRUCTURES, Codes
from realinsights.dashboard.model.columns import LoanColumn
from realinsights.dashboard.model.figure import FigureName

LISTED_LOANS = 10
"""How many loans the largest and the next to mature are."""

PARTIES = (
    (PartyKind.LENDER, LoanColumn.LENDER),
    (PartyKind.FUND, LoanColumn.FUND),
    (PartyKind.PORTFOLIO, LoanColumn.PORTFOLIO),
)
MEMBERS: tuple[Codes[Any], ...] = (STATUSES, RATE_TYPES, AMORTIZATIONS, STRUCTURES)

Days = tuple[int, int] | None
"""The earliest and the latest day number."""

Dated = tuple[Days, int]
"""The earliest and the latest day of what is dated, and of how many loans it is not."""

Ranked = tuple[int, str, int, int]
"""A loan in a ranking: what ranks it (the first is the smallest), its id, its row, and something about it."""

Shares = tuple[Sequence[int], Sequence[int]]
"""By code, what is owed in cents, and how many loans are outstanding."""

FallingDueIn = tuple[Sequence[int], int, int, int, int]
"""Cents by rate type, cents × rate × 10^8, how many loans; the cents of known balloons, and those owed without one."""

Due = dict[int, FallingDueIn]
"""What falls due by the month that loans are expected to be repaid in; in no order."""


@dataclass(frozen=True, slots=True)
class Omissions:
    """What a figure leaves out, by reason; `named` are the first by what they owe, with the reason's place."""

    counts: list[int]
    balances: list[int]
    named: list[Ranked]


@dataclass(frozen=True, slots=True)
class Covered:
    """Both sums of a ratio, how many loans are behind it, the days of their balances, and what it leaves out.

    `above_days` and `below_days` are those of what is added up; `sources` say on what the latest income stands.
    """

    above: int
    below: int
    loans: int
    days: Days
    omissions: Omissions
    above_days: Dated = (None, 0)
    below_days: Dated = (None, 0)
    sources: Shares | None = None


def add_due(due: Due, month: int, more: FallingDueIn) -> None:
    """Add to what falls due in a month."""
    earlier = due.get(month)
    if earlier is not None:
        by_type, interest, loans, balloons, unscheduled = earlier
        more = (
            list(map(add, by_type, more[0])),
            interest + more[1],
            loans + more[2],
            balloons + more[3],
            unscheduled + more[4],
        )
    due[month] = more


NOTHING_OMITTED = Omissions([], [], [])


class Part(Protocol):
    """The loans of a view on a business date: as arrays (`WidePart`) or, where they are few, as lists (`SmallPart`)."""

    @property
    def loans(self) -> int:
        """How many loans are outstanding."""

    @property
    def owed(self) -> int:
        """What is outstanding, in cents."""

    @property
    def original(self) -> int:
        """What it was at first, in cents."""

    @property
    def interest(self) -> int:
        """Σ balance × rate of the loans whose rate is known, in cents × 10^-8."""

    @property
    def unrated(self) -> Omissions:
        """The outstanding loans whose rate is not known: that of a past month may not be."""

    @property
    def remaining(self) -> int:
        """Σ balance × days to the due day, in cents × days; none are left of a loan that is past it."""

    @property
    def days(self) -> Days:
        """The days of the outstanding balances."""

    @property
    def closed(self) -> Omissions:
        """The loans that are not outstanding any more; those that were largest at first are named."""

    @property
    def maturing(self) -> tuple[int, int]:
        """What matures within a year of the business date, in cents, and how many loans do."""

    @property
    def past(self) -> Covered:
        """What is past its maturity and still owed."""

    @property
    def top(self) -> list[Ranked]:
        """The outstanding loans that owe most, with the day of their balance."""

    @property
    def upcoming(self) -> list[Ranked]:
        """The outstanding loans that mature next, by the days that are left."""

    @property
    def beside(self) -> bool:
        """Whether loans are measured together with others that stand on their properties."""

    def ratio(self, name: FigureName) -> Covered:
        """Return what this part contributes to a ratio of whole loans."""

    def reported(self, name: FigureName) -> Covered:
        """Σ reported DSCR × balance, × 10^8, and Σ balance, of the loans whose servicer reports one, notes too."""

    @property
    def occupancy(self) -> Covered:
        """Σ occupancy × area and Σ area, × 10^10 and × 10^2."""

    @property
    def parties(self) -> list[Shares]:
        """For each of `PARTIES`, what is owed and how many loans there are by code."""

    @property
    def alone(self) -> list[Omissions]:
        """For each of `PARTIES`, the loans that have none."""

    @property
    def members(self) -> list[Shares]:
        """For each of `MEMBERS`, what is owed and how many loans are outstanding by code."""

    @property
    def statuses(self) -> Sequence[int]:
        """How many loans there are by status, closed ones included."""

    @property
    def states(self) -> Shares:
        """By state, what is allocated to properties there, and how many loans have one."""

    @property
    def types(self) -> Shares:
        """By property type, what is allocated to properties of it, and how many loans have one."""

    @property
    def bare(self) -> Omissions:
        """The loans without any property."""

    @property
    def stateless(self) -> Omissions:
        """The loans with a property of which no state is known, or with none."""

    @property
    def due(self) -> Due:
        """What falls due, month by month."""
