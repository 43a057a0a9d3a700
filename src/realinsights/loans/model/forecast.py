"""Forecasts of debt service: interest, principal and balloons of loans month by month, and who is left out. Pure."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import reduce
from typing import Annotated, Final, NamedTuple

import msgspec

from realinsights.contracts.loans import RateType
from realinsights.loans.model.coming_flows import Window
from realinsights.loans.model.curves import FLAT, BasisPoints, ScenarioName
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.rolling_forward import ROLLED
from realinsights_finance.money import EXACT
from realinsights_finance.portfolio import CalendarMonth, CashFlow, cash_flow_calendar
from realinsights_platform.errors import Invalid

MOST_MONTHS: Final = 60

NAMED_LOANS: Final = 10
"""How many loans are named for each reason."""

NAMED_REASONS: Final = 20
"""How many reasons are told apart."""

OTHER_REASONS: Final = "other reasons, which their own lines say"

_NOTHING: Final = Decimal("0.00")


class Horizon(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The reach of a forecast, and the way in which rates go on that are not known yet.

    The first of the `months` is that of the business date. `scenario` and `shift`, in basis points, are those of a
    loan's schedule: `flat` (the last fixing stands), `forward` (the newest curve of each index) or the id of a curve.
    """

    months: Annotated[int, msgspec.Meta(ge=1, le=MOST_MONTHS)] = 24
    scenario: ScenarioName = FLAT
    shift: BasisPoints = 0


class Due(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What falls due, in dollars and cents.

    `debt_service` is interest and principal; `balloon` is the principal of last payments, which is refinanced. `total`
    is all of it. `projected_interest` is the part of the interest that rests on rates that are not known yet.
    """

    interest: Decimal
    projected_interest: Decimal
    principal: Decimal
    balloon: Decimal
    debt_service: Decimal
    total: Decimal


class MonthDue(Due, frozen=True):
    """What falls due of a loan in a month, which its first day names."""

    month: datetime.date


class MonthOfLoans(MonthDue, frozen=True):
    """What falls due of many loans in a month: how many pay, and how many of them are repaid."""

    loans: int
    balloons: int


class LeftOutLoan(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A loan that is not in a forecast."""

    loan_id: str
    number: str
    name: str
    balance: Decimal


class LeftOutFor(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The loans that are not in a forecast for one reason; the first of them by number are named."""

    reason: str
    count: int
    balance: Decimal
    loans: tuple[LeftOutLoan, ...]


class Forecast(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What falls due of the owed loans that match, month by month, the first that of the business date, from it on.

    Sums are those of the `computed` loans' own lines. `left_out` are the others, by reason: in no sum, not with zero.
    `late` of those computed are reported as late or in default: what their schedules ask is counted, not what is
    overdue. Balances are recorded ones, of the part of each loan that matches.
    """

    business_date: datetime.date
    last: datetime.date
    scenario: str
    shift: int
    loans: int
    balance: Decimal
    computed: int
    computed_balance: Decimal
    late: int
    months: tuple[MonthOfLoans, ...]
    total: Due
    left_out: tuple[LeftOutFor, ...]
    how_computed: str


class LoanForecast(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What falls due of a loan, month by month; where that is not known, `unknown` says why and there are no months.

    `balance` is the recorded one, of the part of the loan that matches.
    """

    loan_id: str
    number: str
    name: str
    rate_type: RateType
    balance: Decimal
    late: bool
    expected_maturity_date: datetime.date
    months: tuple[MonthDue, ...] = ()
    total: Due | None = None
    unknown: str | None = None


class Line(NamedTuple):
    """A loan of a forecast: what falls due of it, or why that is not known."""

    loan: Loan
    balance: Decimal
    expected: datetime.date
    flows: tuple[CashFlow, ...]
    unknown: str | None

    @property
    def late(self) -> bool:
        """Tell whether the loan is reported as late or in default."""
        return self.loan.status not in ROLLED

    def pays(self, month: datetime.date | None, *, balloons: bool) -> bool:
        """Tell whether anything, or a balloon, falls due in a month, or in any."""
        return any(
            flow.balloon if balloons else _amount(flow)
            for flow in self.flows
            if month is None or _same_month(flow.on, month)
        )

    def told(self, window: Window, month: datetime.date | None) -> LoanForecast:
        """Return the line with what falls due by month, or in one month alone, and its sum."""
        months: tuple[CalendarMonth, ...] = ()
        if self.unknown is None:
            whole = _calendar(self.flows, window)
            months = tuple(one for one in whole if month is None or _same_month(one.first, month))
        return LoanForecast(
            loan_id=self.loan.id,
            number=self.loan.number,
            name=self.loan.name,
            rate_type=self.loan.rate_type,
            balance=self.balance,
            late=self.late,
            expected_maturity_date=self.expected,
            months=tuple(MonthDue(month=one.first, **_due(one)) for one in months),
            total=None if self.unknown is not None else _sum(months),
            unknown=self.unknown,
        )


def check_month(window: Window, first: datetime.date) -> None:
    """Raise `Invalid` where a month, by its first day, is not one of a window's."""
    if not window.start.replace(day=1) <= first <= window.last:
        raise Invalid.field("month", f"must be from {window.start:%Y-%m} to {window.last:%Y-%m}")


class ForecastSums:
    """A forecast on its way: it takes some lines after the others, and keeps their sums alone."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._months = _calendar((), window)
        self._pay = Counter[datetime.date]()
        self._repaid = Counter[datetime.date]()
        self._loans = self._computed = self._late = 0
        self._balance = self._computed_balance = _NOTHING
        self._left_out: dict[str, _LeftOut] = {}

    def add(self, lines: Sequence[Line]) -> None:
        """Take some lines."""
        for line in lines:
            self._loans += 1
            self._balance = EXACT.add(self._balance, line.balance)
            if line.unknown is not None:
                self._leave_out(line, line.unknown)
                continue
            self._computed += 1
            self._computed_balance = EXACT.add(self._computed_balance, line.balance)
            self._late += line.late
            self._pay.update({flow.on.replace(day=1) for flow in line.flows if _amount(flow)})
            self._repaid.update({flow.on.replace(day=1) for flow in line.flows if flow.balloon})
        more = _calendar((flow for line in lines for flow in line.flows), self._window)
        self._months = tuple(map(_added, self._months, more))

    def told(self, horizon: Horizon, *, projects: str) -> Forecast:
        """Return the forecast; `projects` says in words how rates that are not known go on."""
        return Forecast(
            business_date=self._window.start,
            last=self._window.last,
            scenario=horizon.scenario,
            shift=horizon.shift,
            loans=self._loans,
            balance=self._balance,
            computed=self._computed,
            computed_balance=self._computed_balance,
            late=self._late,
            months=tuple(
                MonthOfLoans(
                    month=month.first, loans=self._pay[month.first], balloons=self._repaid[month.first], **_due(month)
                )
                for month in self._months
            ),
            total=_sum(self._months),
            left_out=tuple(
                LeftOutFor(reason=reason, count=some.count, balance=some.balance, loans=tuple(some.named))
                for reason, some in sorted(self._left_out.items(), key=lambda one: (-one[1].balance, one[0]))
            ),
            how_computed=(
                "Each loan pays by its own schedule from its recorded balance on, until the day it is expected to be "
                f"repaid; what that leaves is its balloon. Rates that are not known yet are projected: {projects}. "
                f"What falls due before {self._window.start} is left out."
            ),
        )

    def _leave_out(self, line: Line, reason: str) -> None:
        if reason not in self._left_out and len(self._left_out) >= NAMED_REASONS:
            reason = OTHER_REASONS
        some = self._left_out.setdefault(reason, _LeftOut())
        some.count += 1
        some.balance = EXACT.add(some.balance, line.balance)
        if len(some.named) < NAMED_LOANS:
            loan = line.loan
            some.named.append(LeftOutLoan(loan_id=loan.id, number=loan.number, name=loan.name, balance=line.balance))


class _LeftOut:
    __slots__ = ("balance", "count", "named")

    def __init__(self) -> None:
        self.count, self.balance = 0, _NOTHING
        self.named: list[LeftOutLoan] = []


def _calendar(flows: Iterable[CashFlow], window: Window) -> tuple[CalendarMonth, ...]:
    return cash_flow_calendar(flows, start=window.start, months=window.months)


def _amount(flow: CashFlow) -> bool:
    return bool(flow.interest or flow.principal or flow.balloon)


def _same_month(day: datetime.date, other: datetime.date) -> bool:
    return (day.year, day.month) == (other.year, other.month)


def _added(one: CalendarMonth, other: CalendarMonth) -> CalendarMonth:
    return CalendarMonth(
        first=one.first,
        interest=EXACT.add(one.interest, other.interest),
        principal=EXACT.add(one.principal, other.principal),
        balloon=EXACT.add(one.balloon, other.balloon),
        projected=EXACT.add(one.projected, other.projected),
    )


def _sum(months: Sequence[CalendarMonth]) -> Due:
    nothing = CalendarMonth(first=datetime.date.min, interest=_NOTHING, principal=_NOTHING, balloon=_NOTHING)
    return Due(**_due(reduce(_added, months, nothing)))


def _due(month: CalendarMonth) -> dict[str, Decimal]:
    return {
        "interest": month.interest,
        "projected_interest": month.projected,
        "principal": month.principal,
        "balloon": month.balloon,
        "debt_service": month.debt_service,
        "total": month.total,
    }
