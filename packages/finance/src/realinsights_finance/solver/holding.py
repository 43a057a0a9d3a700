"""Candidates held against a statement, all at once and row by row, and projected where they are left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.solver.figures import FIELDS, UNKNOWN, Candidates, Repays, Reported, interest_cents
from realinsights_finance.solver.grid import Grid

_BEGINNING, _INTEREST, _PRINCIPAL, _ENDING = range(len(FIELDS))


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """The result for each candidate: `rows` before its first difference, in whose `field` it says `computed`.

    `field` is `UNKNOWN` where there is no difference; `balance` is what it has after the last row.
    """

    rows: NDArray[np.int64]
    field: NDArray[np.int64]
    computed: NDArray[np.int64]
    balance: NDArray[np.int64]


def hold(candidates: Candidates, said: Reported, grid: Grid, *, last: int | None, opening: int) -> Held:
    """Hold candidates against a statement's rows.

    `last` is the place of the row on which the loan matures, None where it is none of them; `opening` the balance
    before the first row in cents, `UNKNOWN` where only the statement can tell.
    """
    count = len(candidates)
    rolled = np.full(count, opening, dtype=np.int64)
    rows = np.full(count, len(said.interest), dtype=np.int64)
    field = np.full(count, UNKNOWN, dtype=np.int64)
    computed = np.zeros(count, dtype=np.int64)
    alive = np.ones(count, dtype=bool)
    for place in range(len(said.interest)):
        beginning = np.where(said.balance[place] >= 0, said.balance[place], rolled)
        known = beginning >= 0
        interest, principal = _installment(candidates, np.maximum(beginning, 0), grid, place, last=last)
        tells = candidates.repays != Repays.UNKNOWN
        ending = np.where(known & tells, beginning - principal, UNKNOWN)
        values = (
            np.where(rolled >= 0, rolled, UNKNOWN),
            np.where(known, interest, UNKNOWN),
            np.where(known & tells, principal, UNKNOWN),
            ending,
        )
        for which, value in enumerate(values):
            reported = said.of(which)[place]
            if reported < 0:
                continue
            off = alive & (value >= 0) & (np.abs(value - reported) > said.tolerance[place])
            rows[off], field[off], computed[off] = place, which, value[off]
            alive &= ~off
        if not alive.any():
            break
        after = said.ending[place]
        rolled = np.full(count, after, dtype=np.int64) if after >= 0 else ending
    return Held(rows, field, computed, rolled)


def figures_of(
    candidate: Candidates, said: Reported, grid: Grid, *, last: int | None, opening: int
) -> list[tuple[int, int, int, int]]:
    """Return what one candidate makes of each row, as `hold` compares it: cents, `UNKNOWN` where it cannot be told."""
    figures = []
    rolled = opening
    for place in range(len(said.interest)):
        beginning = int(said.balance[place]) if said.balance[place] >= 0 else rolled
        if beginning < 0:
            figures.append((UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN))
            rolled = int(said.ending[place])
            continue
        balance = np.array([beginning], dtype=np.int64)
        interest, principal = (int(each[0]) for each in _installment(candidate, balance, grid, place, last=last))
        ending = beginning - principal
        if candidate.repays[0] == Repays.UNKNOWN:
            principal = ending = UNKNOWN
        figures.append((rolled, interest, principal, ending))
        rolled = int(said.ending[place]) if said.ending[place] >= 0 else ending
    return figures


def project(
    candidates: Candidates, balance: NDArray[np.int64], grid: Grid, *, begin: int, last: int | None
) -> NDArray[np.int64]:
    """Return interest and principal, in cents, of the periods from one of a grid on: two columns for each period.

    Where a balance is not known, both are `UNKNOWN`.
    """
    found = []
    balance = balance.copy()
    for place in range(begin, grid.parts.shape[1]):
        known = balance >= 0
        interest, principal = _installment(candidates, np.maximum(balance, 0), grid, place, last=last)
        found += [np.where(known, interest, UNKNOWN), np.where(known, principal, UNKNOWN)]
        balance = np.where(known, balance - principal, UNKNOWN)
    return np.array(found, dtype=np.int64).T if found else np.empty((len(candidates), 0), dtype=np.int64)


def _installment(
    of: Candidates, balance: NDArray[np.int64], grid: Grid, place: int, *, last: int | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    interest = interest_cents(balance, grid.parts[of.accrual, place], grid.years[of.accrual], of)
    if place == last:
        return interest, balance
    level = np.minimum(np.maximum(of.amount - interest, 0), balance)
    fixed = np.minimum(of.amount, balance)
    principal = np.where(of.repays == Repays.LEVEL, level, np.where(of.repays == Repays.FIXED, fixed, 0))
    return interest, np.where(place < of.interest_only, 0, principal)
