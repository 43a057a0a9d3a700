"""Schedules of loans whose balances are carried unrounded, many at once."""

from __future__ import annotations

from typing import NamedTuple

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
    carrying = Carrying(columns, Accruals(columns))
    amortizes, payment = columns.interest_only_periods() + 1, level.astype(np.float64)
    for number in range(1, rows + 1):
        carrying.pay(number, payment, number >= amortizes, interest[number - 1])
        balances[number] = carrying.shown
    interest[rows:] = 0
    balances[rows + 1 :] = 0
    for loan in np.flatnonzero(carrying.near):
        paid = schedule(columns.terms(int(loan))).installments[:rows]
        interest[:, loan], balances[1:, loan] = 0, 0
        interest[: len(paid), loan] = [in_cents(row.interest) for row in paid]
        balances[1 : len(paid) + 1, loan] = [in_cents(row.ending_balance) for row in paid]


class Carrying:
    """The balances of loans from installment to installment; `shown` are whole cents.

    `near` tells of which loans a figure came too near to where its rounding turns.
    """

    def __init__(self, columns: TermsColumns, accruals: Accruals) -> None:
        self._accruals = accruals
        self._periods = columns.periods()
        self._first_end = int(self._periods.min(initial=1))
        self._whole = columns.principal.astype(np.float64)
        self._part = np.zeros(len(columns))
        self._lost = np.zeros(len(columns))
        self.shown = self._whole.copy()
        self.near = np.zeros(len(columns), dtype=bool)

    def pay(
        self, number: int, level: NDArray[np.float64], amortizes: NDArray[np.bool_], interest: NDArray[np.int64]
    ) -> None:
        """Pay the installment of a number, by the level payments of the loans that amortize; write its interest."""
        factors = self._accruals.factors()
        due = self._whole * factors
        due += self._part * factors
        error = self._lost * factors
        error += due * _LOST
        np.abs(error, out=error)  # below zero where a rate is
        lost = self._lost + error
        principal = level - due
        # Most loans pay a part of what they owe, and no figure is near to where that turns.
        clear = principal > error
        clear &= principal < self._whole * (1 - 4 * _LOST) - lost
        clear &= amortizes
        if number >= self._first_end:
            clear &= number < self._periods
        before = _Balances(self._whole, self._part, self._lost, self.shown)
        self._pay_clear(clear, due, level, lost)
        np.copyto(interest, level - (before.shown - self.shown), casting="unsafe")
        others = np.flatnonzero(~clear)
        if others.size:
            figures = _Figures(level, amortizes, due, error)
            self._pay_others(number, others, before.of(others), figures.of(others), interest)

    def _pay_clear(
        self,
        clear: NDArray[np.bool_],
        due: NDArray[np.float64],
        level: NDArray[np.float64],
        lost: NDArray[np.float64],
    ) -> None:
        """Pay as clear loans do, that repay a part of what they owe; what the others have then counts for nothing."""
        # Whole cents and parts of them are added apart: neither sum loses anything.
        cents = np.floor(due)
        rest = due - cents
        rest += self._part
        carry = np.floor(rest)
        rest -= carry
        cents += carry
        cents += self._whole
        cents -= level
        self._whole, self._part, self._lost = cents, rest, lost
        self.shown = cents + (rest >= 0.5)
        turns = np.abs(rest - 0.5) <= lost
        turns &= clear
        self.near |= turns
        self._end_what_shows_as_nothing(slice(None))

    def _end_what_shows_as_nothing(self, loans: NDArray[np.intp] | slice) -> None:
        nothing = self.shown[loans] == 0
        if nothing.any():
            ended = np.arange(len(self.shown))[loans][nothing]
            self._whole[ended], self._part[ended], self._lost[ended] = 0, 0, 0

    def _pay_others(
        self, number: int, loans: NDArray[np.intp], before: _Balances, of: _Figures, interest: NDArray[np.int64]
    ) -> None:
        """Pay for loans that may end, or may repay nothing, in place of what was paid for them."""
        level, amortizes, due, error = of.level, of.amortizes, of.due, of.error
        owes = before.shown > 0
        principal = np.where(amortizes, level - due, 0.0)
        balance = before.whole + before.part
        lost = before.lost + error
        near = (np.abs(principal) <= error) & amortizes & owes
        near |= (np.abs(principal - balance) <= lost + balance * _LOST) & owes
        ends = (number >= self._periods[loans]) | (amortizes & (principal >= balance)) | ~owes
        stays = (principal <= 0) & ~ends
        pays = ~ends & ~stays
        self._whole[loans] = np.where(ends, 0.0, np.where(stays, before.whole, self._whole[loans]))
        self._part[loans] = np.where(ends, 0.0, np.where(stays, before.part, self._part[loans]))
        self._lost[loans] = np.where(ends, 0.0, np.where(stays, before.lost, self._lost[loans]))
        near |= pays & (np.abs(self._part[loans] - 0.5) <= self._lost[loans])
        self.shown[loans] = self._whole[loans] + (self._part[loans] >= 0.5)
        self._end_what_shows_as_nothing(loans)
        rounded = np.floor(due + 0.5)
        turns = np.abs(due - np.floor(due) - 0.5) <= error + 1e-9
        exact = turns & ~pays & (before.lost == 0) & (before.part == 0)
        if exact.any():
            some = np.flatnonzero(exact)
            rounded[some] = self._accruals.settled(loans[some], before.whole[some], rounded[some])
        self.near[loans] |= near | (turns & ~pays & ~exact)
        interest[loans] = np.where(pays, level - (before.shown - self.shown[loans]), rounded)


class _Balances(NamedTuple):
    """What loans owe: whole cents and a part of one, what of that part may be lost, and what shows."""

    whole: NDArray[np.float64]
    part: NDArray[np.float64]
    lost: NDArray[np.float64]
    shown: NDArray[np.float64]

    def of(self, loans: NDArray[np.intp]) -> _Balances:
        """Return those of some loans."""
        return _Balances(*(each[loans] for each in self))


class _Figures(NamedTuple):
    """What loans pay in a period: level payment, whether they amortize, interest, and what of it may be lost."""

    level: NDArray[np.float64]
    amortizes: NDArray[np.bool_]
    due: NDArray[np.float64]
    error: NDArray[np.float64]

    def of(self, loans: NDArray[np.intp]) -> _Figures:
        """Return those of some loans."""
        return _Figures(self.level[loans], self.amortizes[loans], self.due[loans], self.error[loans])
