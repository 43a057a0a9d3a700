"""The cash-flow calendar: interest, principal and balloons that fall due, month by month, at the owner's share."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from realinsights_finance.credit.figures import InvalidFigure, known_day
from realinsights_finance.due_dates import add_months
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.money import EXACT, from_cents, in_cents
from realinsights_finance.portfolio.share import WHOLE, at_share
from realinsights_finance.schedule import Installment, Schedule, installments
from realinsights_finance.terms import LoanTerms

MOST_MONTHS = 1200
_ZERO = Decimal("0.00")


@dataclass(frozen=True, kw_only=True, slots=True)
class CashFlow:
    """What falls due on a day, in dollars and cents. The principal of a loan's last payment is its balloon.

    `projected` says that the interest rests on a rate that is not known yet.
    """

    on: datetime.date
    interest: Decimal = _ZERO
    principal: Decimal = _ZERO
    balloon: Decimal = _ZERO
    projected: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarMonth:
    """What falls due in a month, in dollars and cents; `first` is the month's first day.

    `projected` is the part of the interest that rests on rates that are not known yet.
    """

    first: datetime.date
    interest: Decimal
    principal: Decimal
    balloon: Decimal
    projected: Decimal = _ZERO

    @property
    def debt_service(self) -> Decimal:
        """Return interest and principal, the balloons apart: those are refinanced."""
        return EXACT.add(self.interest, self.principal)

    @property
    def total(self) -> Decimal:
        """Return all that falls due."""
        return EXACT.add(self.debt_service, self.balloon)


def cash_flows(schedule: Schedule, *, share: Decimal = WHOLE) -> Iterator[CashFlow]:
    """Yield what falls due by a schedule, each amount at share, half up to the cent."""
    for row in schedule.installments:
        yield _cash_flow(row, schedule.terms, share)


def cash_flows_until(terms: LoanTerms, until: datetime.date, *, share: Decimal = WHOLE) -> Iterator[CashFlow]:
    """Yield what falls due by the schedule of a loan up to a day; installments after it are not computed."""
    for row in installments(terms, until=until):
        yield _cash_flow(row, terms, share)


def _cash_flow(row: Installment, terms: LoanTerms, share: Decimal) -> CashFlow:
    interest, principal = row.interest, row.principal
    if share != WHOLE:
        interest, principal = at_share(interest, share), at_share(principal, share)
    last = row.number == terms.periods
    return CashFlow(
        on=row.due_date,
        interest=interest,
        principal=_ZERO if last else principal,
        balloon=principal if last else _ZERO,
    )


def cash_flow_calendar(
    flows: Iterable[CashFlow], *, start: datetime.date, months: int, trace: Trace | None = None
) -> tuple[CalendarMonth, ...]:
    """Return what falls due in each of some months, the first that of `start`, counted from that day on.

    Flows before `start` or after the last month are left out. Calendars of any partition of the flows add up to that of
    all. Raises InvalidFigure for months outside 1 to 1,200.
    """
    if not isinstance(months, int) or isinstance(months, bool) or not 1 <= months <= MOST_MONTHS:
        raise InvalidFigure("months", f"must be 1 to {MOST_MONTHS}")
    begin = known_day("start", start).replace(day=1)
    sums = [[0, 0, 0, 0] for _ in range(months)]
    for flow in flows:
        number = (flow.on.year - begin.year) * 12 + flow.on.month - begin.month
        if flow.on < start or number >= months:
            continue
        projected = flow.interest if flow.projected else _ZERO
        for column, amount in enumerate((flow.interest, flow.principal, flow.balloon, projected)):
            sums[number][column] += in_cents(amount)
    rows = tuple(
        CalendarMonth(
            first=add_months(begin, number),
            interest=from_cents(interest),
            principal=from_cents(principal),
            balloon=from_cents(balloon),
            projected=from_cents(projected),
        )
        for number, (interest, principal, balloon, projected) in enumerate(sums)
    )
    if trace:
        trace.says(
            "month = sum of what falls due in it: interest, principal, and the principal of last payments apart",
            convention="at the owner's share; what falls due before the start is left out",
        )
        trace.input("start", start, Unit.DATE)
        for row in rows:
            trace.step(f"debt service, {row.first:%Y-%m}", row.debt_service, Unit.DOLLARS)
            trace.step(f"balloons, {row.first:%Y-%m}", row.balloon, Unit.DOLLARS)
    return rows
