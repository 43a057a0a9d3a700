"""The figures of a statement as columns of cents, and the candidates that are held against them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.arrays.accruals import settled_quotient
from realinsights_finance.arrays.columns import INTEREST_ROUNDINGS, RATE_SCALE
from realinsights_finance.money import in_cents
from realinsights_finance.rounding import InterestRounding
from realinsights_finance.solver.solution import StatementField
from realinsights_finance.solver.statement import LenderStatement

UNKNOWN = -1
FIELDS = (
    StatementField.BEGINNING_BALANCE,
    StatementField.INTEREST,
    StatementField.PRINCIPAL,
    StatementField.ENDING_BALANCE,
)
CARRIED = INTEREST_ROUNDINGS.index(InterestRounding.CARRIED)
DOWN = INTEREST_ROUNDINGS.index(InterestRounding.DOWN)
UP = INTEREST_ROUNDINGS.index(InterestRounding.UP)


class Repays(IntEnum):
    """What a candidate's installment repays: nothing, the rest of a level payment, the same each time, or unknown."""

    NOTHING = 0
    LEVEL = 1
    FIXED = 2
    UNKNOWN = 3


@dataclass(frozen=True, slots=True, eq=False)
class Reported:
    """A statement's figures by row, in cents, `UNKNOWN` where one is not reported; `tolerance` is what each may be off.

    `balance` is what the interest of a row is of, where the statement alone says it.
    """

    beginning: NDArray[np.int64]
    interest: NDArray[np.int64]
    principal: NDArray[np.int64]
    ending: NDArray[np.int64]
    balance: NDArray[np.int64]
    tolerance: NDArray[np.int64]

    def of(self, field: int) -> NDArray[np.int64]:
        """Return the column of a field, by its place in `FIELDS`."""
        return (self.beginning, self.interest, self.principal, self.ending)[field]

    @property
    def repaid(self) -> NDArray[np.int64]:
        """Return the principal of each row as it is reported or follows from its balances."""
        known = (self.beginning >= 0) & (self.ending >= 0) & (self.principal < 0)
        return np.where(known, self.beginning - self.ending, self.principal)


def reported(said: LenderStatement) -> Reported:
    """Return a statement's columns."""

    def column(name: str) -> NDArray[np.int64]:
        amounts = [getattr(row, name) for row in said.rows]
        return np.array([UNKNOWN if amount is None else _cents(amount) for amount in amounts], dtype=np.int64)

    beginning, interest, principal, ending = map(
        column, ("beginning_balance", "interest", "principal", "ending_balance")
    )
    balance = beginning.copy()
    before = UNKNOWN
    for place in range(len(balance)):
        if balance[place] < 0:
            balance[place] = before
        if balance[place] < 0 and ending[place] >= 0 and principal[place] >= 0:
            balance[place] = ending[place] + principal[place]
        before = ending[place]
        if before < 0 and balance[place] >= 0 and principal[place] >= 0:
            before = balance[place] - principal[place]
    largest = [Decimal(max(0, int(cents))) / 100 for cents in np.maximum(balance, ending)]
    tolerance = np.array([_cents(said.precision.tolerance(each)) for each in largest], dtype=np.int64)
    return Reported(beginning, interest, principal, ending, balance, tolerance)


def _cents(amount: Decimal) -> int:
    """Return dollars as cents; what 32-bit floats made of an amount has more decimals."""
    return in_cents(amount.quantize(Decimal("0.01")))


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Ways to compute a statement, one in each place of every array.

    `accrual` is a row of the grid, `rate` the annual rate that interest accrues at, scaled by 10^12, `rounding` a place
    in `INTEREST_ROUNDINGS`, `repays` one of `Repays`, `amount` its cents, `interest_only` the rows that repay nothing
    first, `rule` the place of the payment rule that it came from.
    """

    accrual: NDArray[np.int64]
    rate: NDArray[np.int64]
    note_rate: NDArray[np.int64]
    daily_decimals: NDArray[np.int64]
    rounding: NDArray[np.int64]
    repays: NDArray[np.int64]
    amount: NDArray[np.int64]
    interest_only: NDArray[np.int64]
    rule: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.accrual)

    def take(self, places: NDArray[np.intp]) -> Candidates:
        """Return some of the candidates, in the order given."""
        return Candidates(*(getattr(self, field.name)[places] for field in fields(self)))

    def only(self, place: int) -> Candidates:
        """Return one of them alone."""
        return self.take(np.array([place], dtype=np.intp))

    def figures(self, place: int) -> tuple[int, ...]:
        """Return all that the amounts of one depend on, its rounding and its accrual apart."""
        columns = (self.rate, self.repays, self.amount, self.interest_only)
        return tuple(int(column[place]) for column in columns)


def interest_cents(
    balance: NDArray[np.int64], parts: NDArray[np.int64], years: NDArray[np.int64], of: Candidates
) -> NDArray[np.int64]:
    """Return the interest of each candidate on its balance for its parts of a year, in whole cents by its rounding."""
    numerator, denominator = of.rate * parts, years * RATE_SCALE
    near = np.rint(balance * (of.rate / denominator) * parts).astype(np.int64)
    rounding = np.where(of.rounding == CARRIED, 0, of.rounding)
    return settled_quotient(balance, numerator, denominator, rounding, near=near)
