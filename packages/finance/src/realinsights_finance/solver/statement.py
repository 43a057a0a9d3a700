"""A lender's statement: what was due when, as somebody reports it, and how exactly that is known."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from math import gcd

from realinsights_finance.due_dates import Frequency, add_months, months_between
from realinsights_finance.money import cents

MOST_ROWS = 1200
_LEAST_FLOAT32 = Decimal("0.02")
_FLOAT32_SHARE = Decimal("0.00000012")
_FREQUENCIES = {frequency.months: frequency for frequency in Frequency}


class InvalidStatement(ValueError):
    """A statement of which nothing can be found; the message says which row and why."""


class Precision(StrEnum):
    """The precision that a statement's money is known with."""

    CENTS = "cents"  # to the cent
    FLOAT32 = "float32"  # it was stored as 32-bit floats: within $0.02 or 0.000012 % of the balance, whichever is more

    def tolerance(self, balance: Decimal) -> Decimal:
        """Return how far a figure of a loan of this balance may be off, in dollars."""
        if self is Precision.CENTS:
            return Decimal(0)
        return max(_LEAST_FLOAT32, cents(balance * _FLOAT32_SHARE))


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementRow:
    """One installment as it is reported, in dollars and cents; None is not reported."""

    due_date: datetime.date
    beginning_balance: Decimal | None = None
    interest: Decimal | None = None
    principal: Decimal | None = None
    ending_balance: Decimal | None = None

    @property
    def reports_payment(self) -> bool:
        """Tell whether any interest or principal is reported as due."""
        return bool(self.interest) or bool(self.principal)


@dataclass(frozen=True, kw_only=True, slots=True)
class LenderStatement:
    """The rows of one loan, oldest first, one for each due date: those that are not reported are there, and empty."""

    rows: tuple[StatementRow, ...]
    frequency: Frequency
    payment_day: int
    precision: Precision = Precision.CENTS

    def due_date(self, place: int) -> datetime.date:
        """Return the due date of a row, counted from 0; also of rows before and after the statement."""
        return add_months(self.rows[0].due_date, place * self.frequency.months, day=self.payment_day)


def statement(
    rows: Iterable[StatementRow], *, precision: Precision = Precision.CENTS, frequency: Frequency | None = None
) -> LenderStatement:
    """Return the statement that rows make, in any order. Raises InvalidStatement.

    The frequency is that of the due dates unless it is stated; of one row alone it is monthly.
    """
    found = sorted(rows, key=lambda row: row.due_date)
    _check(found)
    months = [months_between(found[0].due_date, row.due_date) for row in found]
    step = frequency.months if frequency is not None else gcd(*months) or 1
    if step not in _FREQUENCIES:
        step = 1 if frequency is None else step
    day = max(row.due_date.day for row in found)
    by_date = {row.due_date: row for row in found}
    dates = [add_months(found[0].due_date, place * step, day=day) for place in range(months[-1] // step + 1)]
    strays = sorted(by_date.keys() - set(dates))
    if strays:
        raise InvalidStatement(f"due date {strays[0]}: is not on the payment day {day} that the other rows have")
    return LenderStatement(
        rows=tuple(by_date.get(day) or StatementRow(due_date=day) for day in dates),
        frequency=_FREQUENCIES[step],
        payment_day=day,
        precision=precision,
    )


def _check(rows: list[StatementRow]) -> None:
    if not rows:
        raise InvalidStatement("there are no rows")
    if len(rows) > MOST_ROWS:
        raise InvalidStatement(f"there are {len(rows)} rows, {MOST_ROWS} at most can be solved")
    for before, row in pairwise(rows):
        if before.due_date == row.due_date:
            raise InvalidStatement(f"due date {row.due_date}: is there twice")
    for row in rows:
        for name in ("beginning_balance", "interest", "principal", "ending_balance"):
            amount = getattr(row, name)
            if amount is None:
                continue
            if not isinstance(amount, Decimal) or not amount.is_finite():
                raise InvalidStatement(f"due date {row.due_date}, {name}: must be a finite decimal number of dollars")
            if abs(amount) > _MOST:
                raise InvalidStatement(f"due date {row.due_date}, {name}: must not exceed {_MOST:,}")
            if amount < 0:
                raise InvalidStatement(f"due date {row.due_date}, {name}: must not be negative")


_MOST = Decimal("100000000000.00")
