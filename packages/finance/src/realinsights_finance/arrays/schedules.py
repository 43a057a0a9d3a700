"""The schedules of many loans at once."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.arrays.accruals import Accruals
from realinsights_finance.arrays.calendar import clipped_day, month_index
from realinsights_finance.arrays.carried import fill_carried
from realinsights_finance.arrays.columns import INTEREST_ROUNDINGS, TermsColumns
from realinsights_finance.arrays.payments import level_payments
from realinsights_finance.rounding import InterestRounding

_CARRIED = INTEREST_ROUNDINGS.index(InterestRounding.CARRIED)
_BLOCK = 8192  # loans whose working arrays stay in the processor's cache together


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class InstallmentArrays:
    """Installments of many loans, in cents: row k of an array holds installment k of every loan side by side.

    `balances` has one row more than `interest`: row 0 is the principal, row k the balance after installment k. A loan
    that is repaid has zeros from there on.
    """

    columns: TermsColumns
    balances: NDArray[np.int64]
    interest: NDArray[np.int64]

    @property
    def principal(self) -> NDArray[np.int64]:
        """Return the principal of every installment."""
        return self.balances[:-1] - self.balances[1:]

    @property
    def payments(self) -> NDArray[np.int64]:
        """Return interest and principal of every installment."""
        return self.interest + self.principal

    @property
    def installments(self) -> NDArray[np.int64]:
        """Return the number of each loan's installments until it is repaid."""
        return np.asarray((self.balances[:-1] > 0).sum(axis=0))

    def due_dates(self) -> NDArray[np.datetime64]:
        """Return the due date of every installment; the maturity in rows after it."""
        rows = np.arange(len(self.interest))[:, np.newaxis]
        months = month_index(self.columns.first_payment) + rows * self.columns.months
        dates = clipped_day(months, self.columns.payment_day)
        return np.minimum(dates, self.columns.maturity.astype(np.int64)).astype("datetime64[D]")

    def installments_due(self, on: datetime.date) -> NDArray[np.int64]:
        """Return how many of each loan's installments fell due up to and including a date."""
        return _installments_due(self.columns, on)

    def balances_on(self, on: datetime.date) -> NDArray[np.int64]:
        """Return each loan's balance at the end of a day, every installment due by then paid."""
        return np.asarray(self.balances[self.installments_due(on), np.arange(len(self.columns))])


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ScheduleArrays(InstallmentArrays):
    """Schedules of loans at one rate each. `level_payment` is 0 where the loan states no amortization."""

    level_payment: NDArray[np.int64]


def schedules(columns: TermsColumns) -> ScheduleArrays:
    """Return the schedule of every loan, each cell equal to what `schedule` gives for the loan alone.

    It holds for every loan that LoanTerms accepts: the balance of a loan never grows, so no figure leaves the whole
    numbers that a float holds exactly, and interest near a tie is settled in integers. Raises InvalidTerms for others.
    """
    columns.check()
    loans = len(columns)
    periods = columns.periods()
    level = level_payments(columns)
    rows = int(periods.max(initial=0))
    balances = np.empty((rows + 1, loans), dtype=np.int64)
    interest = np.empty((rows, loans), dtype=np.int64)
    balances[0] = columns.principal
    for begin in range(0, loans, _BLOCK):
        block = slice(begin, begin + _BLOCK)
        _fill(columns.take(block), level[block], balances[:, block], interest[:, block])
    return ScheduleArrays(columns=columns, level_payment=level, balances=balances, interest=interest)


def unpaid_balances(columns: TermsColumns, days: Sequence[datetime.date]) -> NDArray[np.int64]:
    """Return by day and loan the cents owed at its end where all installments due by then were paid but the last one.

    Each cell equals `unpaid_balance` of the loan alone: the installment that repays it is never taken as paid. The
    loans are such that LoanTerms accepts them; that is not checked again.
    """
    found = np.empty((len(days), len(columns)), dtype=np.int64)
    for begin in range(0, len(columns), _BLOCK):
        block = slice(begin, begin + _BLOCK)
        some = columns.take(block)
        last = some.periods() - 1
        due = np.empty((len(days), len(some)), dtype=np.int64)
        for place, day in enumerate(days):
            due[place] = np.minimum(_installments_due(some, day), last)
        rows = int(due.max(initial=0))
        balances = np.empty((rows + 1, len(some)), dtype=np.int64)
        balances[0] = some.principal
        _fill(some, level_payments(some), balances, np.empty((rows, len(some)), dtype=np.int64), rows=rows)
        for number in range(1, rows + 1):
            repaid = balances[number] == 0
            balances[number, repaid] = balances[number - 1, repaid]
        found[:, block] = balances[due, np.arange(len(some))]
    return found


def _installments_due(columns: TermsColumns, on: datetime.date) -> NDArray[np.int64]:
    first = month_index(columns.first_payment)
    day = np.datetime64(on, "D")
    whole = (month_index(np.array([day])) - first) // columns.months
    due = clipped_day(first + np.maximum(whole, 0) * columns.months, columns.payment_day)
    count = whole + (due <= day.astype(np.int64))
    count = np.where(day < columns.first_payment, 0, count)
    return np.where(day >= columns.maturity, columns.periods(), count)


def _fill(
    columns: TermsColumns,
    level: NDArray[np.int64],
    balances: NDArray[np.int64],
    interest: NDArray[np.int64],
    *,
    rows: int | None = None,
) -> None:
    """Write the installments of some loans, or the first `rows` of them."""
    periods = columns.periods()
    rows = int(periods.max()) if rows is None else rows
    carried = columns.interest_rounding == _CARRIED
    if carried.all():
        fill_carried(columns, level, balances, interest, rows=rows)
        return
    if carried.any():
        _fill_apart(columns, level, balances, interest, rows=rows, carried=carried)
        return
    matures = loans_by_number(periods)
    amortizes = loans_by_number(columns.interest_only_periods() + 1)
    accruals = Accruals(columns)
    payment = np.zeros(len(columns))
    balance = columns.principal.astype(np.float64)
    due, principal = np.empty_like(balance), np.empty_like(balance)
    for number in range(1, rows + 1):
        accruals.interest(balance, due)
        if number in amortizes:
            payment[amortizes[number]] = level[amortizes[number]]
        np.subtract(payment, due, out=principal)
        np.maximum(principal, 0, out=principal)
        np.minimum(principal, balance, out=principal)
        if number in matures:
            principal[matures[number]] = balance[matures[number]]
        balance -= principal
        interest[number - 1] = due
        balances[number] = balance
    interest[rows:] = 0
    balances[rows + 1 :] = 0


def _fill_apart(
    columns: TermsColumns,
    level: NDArray[np.int64],
    balances: NDArray[np.int64],
    interest: NDArray[np.int64],
    *,
    rows: int,
    carried: NDArray[np.bool_],
) -> None:
    """Write the installments of loans of which some carry their balances unrounded."""
    for loans, fill in ((np.flatnonzero(carried), fill_carried), (np.flatnonzero(~carried), _fill)):
        if loans.size:
            part = np.zeros((len(balances), loans.size), dtype=np.int64)
            due = np.zeros((len(interest), loans.size), dtype=np.int64)
            part[0] = balances[0, loans]
            fill(columns.take(loans), level[loans], part, due, rows=rows)
            balances[:, loans], interest[:, loans] = part, due


def loans_by_number(numbers: NDArray[np.int64]) -> dict[int, NDArray[np.intp]]:
    """Return the positions of loans by the number that each has."""
    order = np.argsort(numbers, kind="stable")
    values, starts = np.unique(numbers[order], return_index=True)
    return dict(zip(values.tolist(), np.split(order, starts[1:]), strict=True))
