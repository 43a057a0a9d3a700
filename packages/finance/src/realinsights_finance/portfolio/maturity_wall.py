"""The maturity wall: what matures when, once as today's balances and once as the balloons that will be due."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from itertools import pairwise

from realinsights_finance.balloon import balloon_principal, unpaid_balance
from realinsights_finance.credit.figures import InvalidFigure, known_day, not_negative
from realinsights_finance.due_dates import add_months
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.money import from_cents, in_cents
from realinsights_finance.portfolio.share import WHOLE, at_share
from realinsights_finance.terms import LoanTerms

MOST_BARS = 600
_DAY = datetime.timedelta(days=1)


class WallStep(Enum):
    """The calendar period that a bar of the wall is; the value is its months."""

    MONTH = 1
    QUARTER = 3
    YEAR = 12

    def begin(self, on: datetime.date) -> datetime.date:
        """Return the first day of the period that a date lies in."""
        return datetime.date(on.year, (on.month - 1) // self.value * self.value + 1, 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Maturity:
    """A loan on the wall, whole: its maturity, today's balance, the balloon then (None: not known), the owner's share.

    A loan with an anticipated repayment date matures on it.
    """

    maturity: datetime.date
    balance: Decimal
    balloon: Decimal | None
    share: Decimal = WHOLE

    @classmethod
    def of(cls, terms: LoanTerms, *, on: datetime.date, share: Decimal = WHOLE) -> Maturity:
        """Return a loan that is paid by its terms, as it stands at the end of a day."""
        return cls(
            maturity=terms.maturity,
            balance=unpaid_balance(terms, on),
            balloon=balloon_principal(terms),
            share=share,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """What matures from one day to another, both included, in dollars and cents at the owner's share.

    `balance` is today's, `balloon` the principal of the last payments; the loans whose balloon is not known are
    counted, with their balance, and are in no balloon. `first` is None before the wall, `last` after it.
    """

    first: datetime.date | None
    last: datetime.date | None
    loans: int = 0
    balance: Decimal = Decimal("0.00")
    balloon: Decimal = Decimal("0.00")
    unknown_balloons: int = 0
    unknown_balloon_balance: Decimal = Decimal("0.00")


@dataclass(frozen=True, kw_only=True, slots=True)
class MaturityWall:
    """The wall: bars of equal calendar periods, the loans past their maturity before it, and what matures after it."""

    past: Bar
    bars: tuple[Bar, ...]
    later: Bar
    total: Bar


def maturity_wall(
    maturities: Iterable[Maturity],
    *,
    on: datetime.date,
    step: WallStep = WallStep.YEAR,
    bars: int = 10,
    trace: Trace | None = None,
) -> MaturityWall:
    """Return the wall from the calendar period of a business date on.

    A loan that matures on the date itself is in the first bar, one that matured before it is past. Each amount is taken
    at share, half up to the cent; all bars, `past` and `later` add up to `total`. Raises InvalidFigure.
    """
    if not isinstance(bars, int) or isinstance(bars, bool) or not 1 <= bars <= MOST_BARS:
        raise InvalidFigure("bars", f"must be 1 to {MOST_BARS}")
    begin = step.begin(known_day("on", on))
    groups: list[list[tuple[int, int | None]]] = [[] for _ in range(bars + 2)]
    for maturity in maturities:
        groups[_place(maturity.maturity, on, begin, step, bars)].append(_cents(maturity))
    starts = [add_months(begin, number * step.value) for number in range(bars + 1)]
    spans = [(max(first, on), after - _DAY) for first, after in pairwise(starts)]
    wall = MaturityWall(
        past=_bar(groups[0], None, on - _DAY),
        bars=tuple(_bar(group, *span) for group, span in zip(groups[1:-1], spans, strict=True)),
        later=_bar(groups[-1], starts[-1], None),
        total=_bar([loan for group in groups for loan in group], None, None),
    )
    if trace:
        trace.says(
            "bar = sum(today's balances), and sum(principal of last payments), of the loans that mature in its period",
            convention="at the owner's share; a loan matures on its anticipated repayment date",
            rounding="each loan's amount half up to the cent",
        )
        trace.input("on", on, Unit.DATE)
        for bar in (wall.past, *wall.bars, wall.later):
            name = f"{bar.first or 'before'} to {bar.last or 'after'}"
            trace.step(f"balances, {name}", bar.balance, Unit.DOLLARS)
            trace.step(f"balloons, {name}", bar.balloon, Unit.DOLLARS)
    return wall


def _place(maturity: datetime.date, on: datetime.date, begin: datetime.date, step: WallStep, bars: int) -> int:
    if maturity < on:
        return 0
    months = (maturity.year - begin.year) * 12 + maturity.month - begin.month
    return min(months // step.value + 1, bars + 1)


def _cents(maturity: Maturity) -> tuple[int, int | None]:
    not_negative("balance", maturity.balance)
    balance = in_cents(at_share(maturity.balance, maturity.share))
    if maturity.balloon is None:
        return balance, None
    not_negative("balloon", maturity.balloon)
    return balance, in_cents(at_share(maturity.balloon, maturity.share))


def _bar(loans: Sequence[tuple[int, int | None]], first: datetime.date | None, last: datetime.date | None) -> Bar:
    unknown = [balance for balance, balloon in loans if balloon is None]
    return Bar(
        first=first,
        last=last,
        loans=len(loans),
        balance=from_cents(sum(balance for balance, _ in loans)),
        balloon=from_cents(sum(balloon for _, balloon in loans if balloon is not None)),
        unknown_balloons=len(unknown),
        unknown_balloon_balance=from_cents(sum(unknown)),
    )
