"""Mismatches between a hedge and the loan under it, each in words."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from realinsights_finance.day_count import DayCount
from realinsights_finance.due_dates import Frequency
from realinsights_finance.money import EXACT
from realinsights_finance.value.rate_periods import InvalidHedge


class HedgeKind(StrEnum):
    """What the borrower has bought: the right to be paid above a strike, that with a floor sold, or a fixed rate."""

    CAP = "cap"
    COLLAR = "collar"
    SWAP = "swap"


class MismatchField(StrEnum):
    """What of a hedge differs from its loan."""

    NOTIONAL = "notional"
    START = "start"
    END = "end"
    INDEX = "index"
    DAY_COUNT = "day_count"
    FREQUENCY = "frequency"
    PAYMENT_DAY = "payment_day"
    DETERMINATION = "determination"
    FLOOR = "floor"
    STRIKE = "strike"


@dataclass(frozen=True, kw_only=True, slots=True)
class ComparedTerms:
    """What a floating loan and its hedge have in common.

    `notionals` are pairs of a day and the dollars outstanding from it on, ascending, the first on the start.
    `determination_days` is how many business days before a period its index is fixed. `floor` is the least the index
    counts as: a loan's index floor, and a floor that a hedge has, or that a collar's holder sold. Raises InvalidHedge.
    """

    notionals: tuple[tuple[datetime.date, Decimal], ...]
    end: datetime.date
    index: str
    day_count: DayCount
    frequency: Frequency
    payment_day: int
    determination_days: int
    floor: Decimal | None = None

    def __post_init__(self) -> None:
        if not self.notionals:
            raise InvalidHedge("notionals: there are none")
        days = [day for day, _ in self.notionals]
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise InvalidHedge("notionals: their days must ascend")
        if self.end <= days[-1]:
            raise InvalidHedge(f"end: {self.end} is not after the last notional's {days[-1]}")
        if any(not amount.is_finite() or amount < 0 for _, amount in self.notionals):
            raise InvalidHedge("notionals: an amount is less than zero, or no number")

    @property
    def start(self) -> datetime.date:
        """Return the first day."""
        return self.notionals[0][0]

    def notional_on(self, day: datetime.date) -> Decimal:
        """Return what is outstanding on a day; zero before the start and from the end on."""
        if not self.start <= day < self.end:
            return Decimal(0)
        return [amount for since, amount in self.notionals if since <= day][-1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hedge:
    """A hedge of a loan: `strike` is a cap's, a collar's cap's, or a swap's fixed rate."""

    kind: HedgeKind
    strike: Decimal
    terms: ComparedTerms


@dataclass(frozen=True, kw_only=True, slots=True)
class Mismatch:
    """One difference: both sides as they are, and what it means in a sentence."""

    field: MismatchField
    loan: str
    hedge: str
    words: str


def hedge_mismatches(
    loan: ComparedTerms, hedge: Hedge, *, highest_strike: Decimal | None = None
) -> tuple[Mismatch, ...]:
    """Return every difference between a loan and its hedge; none where it hedges the loan exactly.

    `highest_strike` is the highest one that the loan agreement allows, a fraction; None where it asks for none.
    """
    return (
        *_notionals(loan, hedge.terms),
        *_dates(loan, hedge.terms),
        *_conventions(loan, hedge.terms),
        *_floor(loan.floor, hedge),
        *_strike(hedge, highest_strike),
    )


def _notionals(loan: ComparedTerms, hedge: ComparedTerms) -> Iterator[Mismatch]:
    """Yield one mismatch for each stretch of days, in the time of both, in which the hedge is too small or large."""
    start, end = max(loan.start, hedge.start), min(loan.end, hedge.end)
    days = sorted({start, *(day for day, _ in (*loan.notionals, *hedge.notionals) if start < day < end)})
    stretch: list[datetime.date] = []
    for day in days if start < end else ():
        difference = _difference(loan, hedge, day)
        if stretch and _sign(_difference(loan, hedge, stretch[-1])) != _sign(difference):
            yield _stretch(loan, hedge, stretch, day)
            stretch = []
        if difference:
            stretch.append(day)
    if stretch:
        yield _stretch(loan, hedge, stretch, end)


def _difference(loan: ComparedTerms, hedge: ComparedTerms, day: datetime.date) -> Decimal:
    return EXACT.subtract(hedge.notional_on(day), loan.notional_on(day))


def _sign(amount: Decimal) -> int:
    return (amount > 0) - (amount < 0)


def _stretch(
    loan: ComparedTerms, hedge: ComparedTerms, days: Sequence[datetime.date], until: datetime.date
) -> Mismatch:
    most = max(days, key=lambda day: abs(_difference(loan, hedge, day)))
    difference = _difference(loan, hedge, most)
    by = f"{'by' if len(days) == 1 else 'by up to'} {abs(difference):,.2f}"
    meaning = "that part of the loan is not hedged" if difference < 0 else "the hedge is larger than what it hedges"
    return Mismatch(
        field=MismatchField.NOTIONAL,
        loan=f"{loan.notional_on(most):,.2f}",
        hedge=f"{hedge.notional_on(most):,.2f}",
        words=f"From {days[0]} to {until} the notional is {'below' if difference < 0 else 'above'} "
        f"the loan's balance {by}: {meaning}.",
    )


def _dates(loan: ComparedTerms, hedge: ComparedTerms) -> Iterator[Mismatch]:
    for field, ours, theirs, verb in (
        (MismatchField.START, loan.start, hedge.start, "starts"),
        (MismatchField.END, loan.end, hedge.end, "ends"),
    ):
        if ours == theirs:
            continue
        days = abs((theirs - ours).days)
        later = theirs > ours
        apart = f"{days:,} day{'s' if days > 1 else ''} {'after' if later else 'before'}"
        unhedged = later if field is MismatchField.START else not later
        meaning = "the loan is not hedged between" if unhedged else "there is no loan to hedge between"
        yield Mismatch(
            field=field,
            loan=ours.isoformat(),
            hedge=theirs.isoformat(),
            words=f"The hedge {verb} on {theirs}, {apart} the loan, on {ours}: {meaning}.",
        )


def _conventions(loan: ComparedTerms, hedge: ComparedTerms) -> Iterator[Mismatch]:
    compared: tuple[tuple[MismatchField, str, str, str], ...] = (
        (MismatchField.INDEX, loan.index.strip(), hedge.index.strip(), "index: the two rates may move apart"),
        (MismatchField.DAY_COUNT, loan.day_count, hedge.day_count, "day count: interest on the same rate differs"),
        (MismatchField.FREQUENCY, loan.frequency, hedge.frequency, "frequency: rates are reset on different days"),
        (
            MismatchField.PAYMENT_DAY,
            str(loan.payment_day),
            str(hedge.payment_day),
            "payment day: periods begin and end on different days",
        ),
        (
            MismatchField.DETERMINATION,
            str(loan.determination_days),
            str(hedge.determination_days),
            "number of business days from fixing to period: the rate of the same period differs",
        ),
    )
    for field, ours, theirs, what in compared:
        if ours.casefold() != theirs.casefold():
            name, meaning = what.split(": ", 1)
            words = f"The loan has {ours} and the hedge {theirs} as {name}: {meaning}."
            yield Mismatch(field=field, loan=ours, hedge=theirs, words=words)


def _floor(floor: Decimal | None, hedge: Hedge) -> Iterator[Mismatch]:
    theirs = hedge.terms.floor
    if hedge.kind is HedgeKind.CAP:
        return  # a cap pays nothing where an index is low enough for a floor
    if hedge.kind is HedgeKind.COLLAR:
        if floor is not None and theirs is not None:
            words = (
                f"Below {_percent(min(floor, theirs))} the borrower pays twice: the loan's index counts as "
                f"{_percent(floor)}, and on the floor sold {_percent(theirs)} less the index is due."
            )
            yield Mismatch(field=MismatchField.FLOOR, loan=_percent(floor), hedge=_percent(theirs), words=words)
        return
    if floor == theirs:
        return
    if theirs is None or (floor is not None and theirs < floor):
        meaning = "the swap pays the borrower less than the loan costs"
    else:
        meaning = "the swap pays the borrower more than the loan costs"
    highest = max(rate for rate in (floor, theirs) if rate is not None)
    yield Mismatch(
        field=MismatchField.FLOOR,
        loan=_percent(floor),
        hedge=_percent(theirs),
        words=f"The loan's index floor is {_percent(floor)}, the swap's {_percent(theirs)}: "
        f"where the index is below {_percent(highest)}, {meaning}.",
    )


def _strike(hedge: Hedge, highest: Decimal | None) -> Iterator[Mismatch]:
    if highest is not None and hedge.strike > highest:
        yield Mismatch(
            field=MismatchField.STRIKE,
            loan=_percent(highest),
            hedge=_percent(hedge.strike),
            words=f"The strike of {_percent(hedge.strike)} is above the {_percent(highest)} that the loan allows: "
            "interest is not capped where the loan asks for it.",
        )


def _percent(rate: Decimal | None) -> str:
    return "none" if rate is None else f"{EXACT.multiply(rate, 100).normalize(EXACT):f} %"
