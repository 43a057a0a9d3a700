"""Forecasts of debt service: what falls due of loans month by month, and what is left out. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Final, NamedTuple, Self

import msgspec

from realinsights.contracts.loans import RateType
from realinsights.loans.model.coming_flows import Window
from realinsights.loans.model.curves import FLAT, BasisPoints, ScenarioName
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.rolling_forward import ROLLED
from realinsights_finance.due_dates import add_months
from realinsights_finance.money import from_cents, in_cents
from realinsights_finance.portfolio import CalendarMonth, CashFlow, cash_flow_calendar

MOST_MONTHS: Final = 60

NAMED_LOANS: Final = 10
"""How many loans are named for each reason."""

NAMED_REASONS: Final = 20
"""How many reasons are told apart."""

OTHER_REASONS: Final = "other reasons, which their own lines say"

_NOTHING: Final = Decimal("0.00")


class Horizon(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How far a forecast looks, and how rates go on that are not known yet.

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
    """A loan of a forecast: what falls due by month, or why that is not known."""

    loan: Loan
    balance: Decimal
    expected: datetime.date
    months: tuple[CalendarMonth, ...]
    unknown: str | None

    @property
    def late(self) -> bool:
        """Tell whether the loan is reported as late or in default."""
        return self.loan.status not in ROLLED

    def told(self, months: slice) -> LoanForecast:
        """Return the line with some of its months, and their sum."""
        some = self.months[months]
        return LoanForecast(
            loan_id=self.loan.id,
            number=self.loan.number,
            name=self.loan.name,
            rate_type=self.loan.rate_type,
            balance=self.balance,
            late=self.late,
            expected_maturity_date=self.expected,
            months=tuple(MonthDue(month=month.first, **_due(month)) for month in some),
            total=None if self.unknown is not None else _Sums.of(some).due(),
            unknown=self.unknown,
        )


def calendar(flows: Sequence[CashFlow], window: Window) -> tuple[CalendarMonth, ...]:
    """Return flows by the months of a window."""
    return cash_flow_calendar(flows, start=window.start, months=window.months)


class _Sums:
    """Sums of months, in cents."""

    __slots__ = ("balloon", "balloons", "interest", "loans", "principal", "projected")

    def __init__(self) -> None:
        self.interest = self.projected = self.principal = self.balloon = 0
        self.loans = self.balloons = 0

    @classmethod
    def of(cls, months: Sequence[CalendarMonth]) -> Self:
        """Return the sum of months."""
        sums = cls()
        for month in months:
            sums.add(month)
        return sums

    def add(self, month: CalendarMonth) -> None:
        """Add a month of a loan."""
        self.interest += in_cents(month.interest)
        self.projected += in_cents(month.projected)
        self.principal += in_cents(month.principal)
        self.balloon += in_cents(month.balloon)
        self.loans += pays(month)
        self.balloons += bool(month.balloon)

    def due(self) -> Due:
        """Return the sums as they are told."""
        return Due(**_due(self.month(datetime.date.min)))

    def month(self, first: datetime.date) -> CalendarMonth:
        """Return the sums as those of a month."""
        return CalendarMonth(
            first=first,
            interest=from_cents(self.interest),
            principal=from_cents(self.principal),
            balloon=from_cents(self.balloon),
            projected=from_cents(self.projected),
        )


def pays(month: CalendarMonth) -> bool:
    """Tell whether anything falls due in a month."""
    return bool(month.interest or month.principal or month.balloon)


class ForecastSums:
    """A forecast on its way: it takes one line after the other, and keeps their sums alone."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._months = [_Sums() for _ in range(window.months)]
        self._loans = self._computed = self._late = 0
        self._balance = self._computed_balance = 0
        self._left_out: dict[str, _LeftOut] = {}

    def add(self, line: Line) -> None:
        """Take a line."""
        owed = in_cents(line.balance)
        self._loans += 1
        self._balance += owed
        if line.unknown is not None:
            self._leave_out(line, line.unknown, owed)
            return
        self._computed += 1
        self._computed_balance += owed
        self._late += line.late
        for sums, month in zip(self._months, line.months, strict=True):
            sums.add(month)

    def _leave_out(self, line: Line, reason: str, owed: int) -> None:
        if reason not in self._left_out and len(self._left_out) >= NAMED_REASONS:
            reason = OTHER_REASONS
        left_out = self._left_out.setdefault(reason, _LeftOut())
        left_out.count += 1
        left_out.owed += owed
        if len(left_out.named) < NAMED_LOANS:
            loan = line.loan
            left_out.named.append(
                LeftOutLoan(loan_id=loan.id, number=loan.number, name=loan.name, balance=line.balance)
            )

    def told(self, horizon: Horizon, *, projects: str) -> Forecast:
        """Return the forecast; `projects` says in words how rates that are not known go on."""
        first = self._window.start.replace(day=1)
        months = [(add_months(first, number), sums) for number, sums in enumerate(self._months)]
        return Forecast(
            business_date=self._window.start,
            last=self._window.last,
            scenario=horizon.scenario,
            shift=horizon.shift,
            loans=self._loans,
            balance=from_cents(self._balance),
            computed=self._computed,
            computed_balance=from_cents(self._computed_balance),
            late=self._late,
            months=tuple(
                MonthOfLoans(month=month, loans=sums.loans, balloons=sums.balloons, **_due(sums.month(month)))
                for month, sums in months
            ),
            total=_Sums.of([sums.month(month) for month, sums in months]).due(),
            left_out=tuple(
                LeftOutFor(
                    reason=reason,
                    count=left_out.count,
                    balance=from_cents(left_out.owed),
                    loans=tuple(left_out.named),
                )
                for reason, left_out in sorted(self._left_out.items(), key=lambda one: (-one[1].owed, one[0]))
            ),
            how_computed=(
                "Each loan pays by its own schedule from its recorded balance on, until the day it is expected to be "
                f"repaid; what that leaves is its balloon. Rates that are not known yet are projected: {projects}. "
                f"What falls due before {self._window.start} is left out."
            ),
        )


class _LeftOut:
    __slots__ = ("count", "named", "owed")

    def __init__(self) -> None:
        self.count = self.owed = 0
        self.named: list[LeftOutLoan] = []


def _due(month: CalendarMonth) -> dict[str, Decimal]:
    return {
        "interest": month.interest,
        "projected_interest": month.projected,
        "principal": month.principal,
        "balloon": month.balloon,
        "debt_service": month.debt_service,
        "total": month.total,
    }
