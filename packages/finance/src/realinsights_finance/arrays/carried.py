"""Schedules of loans whose balances are carried unrounded, many at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.arrays.accruals import Accruals
from realinsights_finance.arrays.columns import TermsColumns
from realinsights_finance.money import in_cents
from realinsights_finance.schedule import schedule

_LOST = 5e-16
"""Of an interest that is computed in binary floats, at most so large a part is lost."""


def fill_carried(
    columns: TermsColumns,
    level: NDArray[np.int64],
    balances: NDArray[np.int64],
    interest: NDArray[np.int64],
    *,
    rows: int,
) -> None:
    """Write the first `rows` installments of loans whose interest and balances are not rounded, in cents.

    A balance is whole cents and a part of one, each a float, so that only interest loses anything, and how much is
    known. Loans of which a figure comes nearer than that to where its rounding turns are computed in decimals.
    """
    carrying = _Carrying(columns, level)
    for number in range(1, rows + 1):
        carrying.pay(number, interest[number - 1])
        balances[number] = carrying.shown
    interest[rows:] = 0
    balances[rows + 1 :] = 0
    for loan in np.flatnonzero(carrying.near):
        paid = schedule(columns.terms(int(loan))).installments[:rows]
        interest[:, loan], balances[1:, loan] = 0, 0
        interest[: len(paid), loan] = [in_cents(row.interest) for row in paid]
        balances[1 : len(paid) + 1, loan] = [in_cents(row.ending_balance) for row in paid]


class _Carrying:
    """The balances of loans from installment to installment; `shown` are whole cents.

    `near` tells of which loans a figure came too near to where its rounding turns.
    """

    def __init__(self, columns: TermsColumns, level: NDArray[np.int64]) -> None:
        self._accruals = Accruals(columns)
        self._level = level.astype(np.float64)
        self._amortizes = columns.interest_only_periods() + 1
        self._periods = columns.periods()
        self._whole = columns.principal.astype(np.float64)
        self._part = np.zeros(len(columns))
        self._lost = np.zeros(len(columns))
        self.shown = self._whole.copy()
        self.near = np.zeros(len(columns), dtype=bool)

    def pay(self, number: int, interest: NDArray[np.int64]) -> None:
        """Pay the installment of a number, and write its interest."""
        factors = self._accruals.factors()
        whole, part, shown, before = self._whole, self._part, self.shown, self._lost
        due = whole * factors
        due += part * factors
        error = before * factors
        error += due * _LOST
        principal = np.where(number >= self._amortizes, self._level, 0.0) - due
        balance = whole + part
        lost = before + error
        self.near |= (np.abs(principal) <= error) & (principal != -due) & (balance > 0)
        self.near |= (np.abs(principal - balance) <= lost + balance * _LOST) & (balance > 0)
        ends = (number >= self._periods) | (principal >= balance)
        stays = (principal <= 0) & ~ends
        pays = ~ends & ~stays
        # Whole cents and parts of them are added apart: neither sum loses anything.
        cents = np.floor(due)
        rest = part + (due - cents)
        carry = np.floor(rest)
        self._whole = np.where(pays, whole + cents + carry - self._level, np.where(ends, 0.0, whole))
        self._part = np.where(pays, rest - carry, np.where(ends, 0.0, part))
        self._lost = np.where(pays, lost, np.where(ends, 0.0, before))
        self.near |= pays & (np.abs(self._part - 0.5) <= self._lost)
        self.shown = self._whole + (self._part >= 0.5)
        nothing = self.shown == 0  # what shows as nothing is owed no more
        self._part, self._lost = np.where(nothing, 0.0, self._part), np.where(nothing, 0.0, self._lost)
        rounded = np.floor(due + 0.5)
        turns = np.abs(due - cents - 0.5) <= error + 1e-9
        exact = turns & ~pays & (before == 0) & (part == 0)
        if exact.any():
            loans = np.flatnonzero(exact)
            rounded[loans] = self._accruals.settled(loans, whole[loans], rounded[loans])
        self.near |= turns & ~pays & ~exact
        interest[:] = np.where(pays, self._level - (shown - self.shown), rounded)
