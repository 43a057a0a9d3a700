"""Candidates that carry their balances unrounded, held against a statement one by one."""

from __future__ import annotations

from dataclasses import dataclass

from realinsights_finance.arrays.columns import RATE_SCALE
from realinsights_finance.solver.figures import FIELDS, UNKNOWN, Candidates, Repays, Reported
from realinsights_finance.solver.grid import Grid

_CENT = 10**18
_HALF = _CENT // 2
_BEGINNING, _INTEREST, _PRINCIPAL, _ENDING = range(len(FIELDS))


@dataclass(slots=True)
class _Amount:
    """An amount in parts of a cent, `fixed` + `slope` x what the first balance hides behind its cents."""

    fixed: int
    slope: int

    def at(self, hidden: int) -> int:
        return self.fixed + self.slope * hidden // _CENT

    def shown(self, hidden: int) -> int:
        return (self.at(hidden) + _HALF) // _CENT


@dataclass(frozen=True, slots=True)
class HeldCarried:
    """The result for a candidate, as `Held` has it; `projected` are interest and principal of the periods to come."""

    rows: int
    field: int
    computed: int
    projected: tuple[int, ...]


class CarriedCandidate:
    """A candidate's balances from row to row; what the first of them hides is narrowed by every figure it shows."""

    def __init__(self, of: Candidates, place: int, grid: Grid, *, last: int | None) -> None:
        self._parts = grid.parts[of.accrual[place]]
        self._whole = int(grid.years[of.accrual[place]]) * RATE_SCALE
        self._rate, self._repays = int(of.rate[place]), int(of.repays[place])
        self._amount, self._interest_only = int(of.amount[place]) * _CENT, int(of.interest_only[place])
        self._last = last

    def figures(self, said: Reported, *, opening: int, exact: bool) -> list[tuple[int, int, int, int]]:
        """Return what it makes of each row, in cents, the first balance hiding what the statement leaves of it."""
        _, (low, high) = self._held(said, opening=opening, exact=exact)
        hidden = (low + high) // 2
        balance = _Amount(opening * _CENT, _CENT)
        rows = []
        for place in range(len(said.interest)):
            interest, principal, ending = self._installment(balance, place, hidden)
            before, after = balance.shown(hidden), ending.shown(hidden)
            due, repaid = interest.shown(hidden), principal.shown(hidden)
            # They may be what the shown balances leave, too.
            if said.principal[place] == before - after:
                repaid = before - after
            if said.interest[place] == self._amount // _CENT - (before - after):
                due = int(said.interest[place])
            rows.append((before, due, repaid, after))
            balance = ending
        return rows

    def hold(self, said: Reported, *, opening: int, exact: bool) -> HeldCarried:
        """Hold it against a statement; `opening` is the balance before its first row in cents, `exact` if no more."""
        return self._held(said, opening=opening, exact=exact)[0]

    def _held(self, said: Reported, *, opening: int, exact: bool) -> tuple[HeldCarried, tuple[int, int]]:
        """Return the same, and between which parts of a cent what the first balance hides lies then."""
        balance = _Amount(opening * _CENT, _CENT)
        low, high = (0, 0) if exact else (-_HALF, _HALF)
        for place in range(len(said.interest)):
            hidden = (low + high) // 2
            interest, principal, ending = self._installment(balance, place, hidden)
            within = _HALF + int(said.tolerance[place]) * _CENT
            for which, amount in ((_BEGINNING, balance), (_ENDING, ending)):
                reported = int(said.of(which)[place])
                if reported < 0:
                    continue
                below, above = _narrowed(amount, reported * _CENT, within, low, high)
                if below > above:
                    return HeldCarried(place, which, amount.shown(hidden), ()), (low, high)
                low, high = below, above
            shown = int(said.beginning[place]) - int(said.ending[place])
            for which, amount in ((_INTEREST, interest), (_PRINCIPAL, principal)):
                reported = int(said.of(which)[place])
                below, above = _narrowed(amount, reported * _CENT, within, low, high)
                if reported < 0 or below <= above:
                    continue
                # It may be what the shown balances leave, too.
                left = shown if which == _PRINCIPAL else self._amount // _CENT - shown
                if min(int(said.beginning[place]), int(said.ending[place])) < 0 or left != reported:
                    return HeldCarried(place, which, amount.shown(hidden), ()), (low, high)
            balance = ending
        hidden = (low + high) // 2
        projected: list[int] = []
        for place in range(len(said.interest), len(self._parts)):
            interest, principal, balance = self._installment(balance, place, hidden)
            projected += [interest.shown(hidden), principal.shown(hidden)]
        return HeldCarried(len(said.interest), UNKNOWN, 0, tuple(projected)), (low, high)

    def _installment(self, balance: _Amount, place: int, hidden: int) -> tuple[_Amount, _Amount, _Amount]:
        numerator = self._rate * int(self._parts[place])
        interest = _Amount(balance.fixed * numerator // self._whole, balance.slope * numerator // self._whole)
        if place == self._last:
            return interest, balance, _Amount(0, 0)
        if place < self._interest_only or self._repays in {Repays.NOTHING, Repays.UNKNOWN}:
            return interest, _Amount(0, 0), balance
        principal = _Amount(self._amount, 0)
        if self._repays == Repays.LEVEL:
            principal = _Amount(self._amount - interest.fixed, -interest.slope)
        if principal.at(hidden) >= balance.at(hidden):
            return interest, balance, _Amount(0, 0)
        if principal.at(hidden) <= 0:
            return interest, _Amount(0, 0), balance
        return interest, principal, _Amount(balance.fixed - principal.fixed, balance.slope - principal.slope)


def _narrowed(amount: _Amount, reported: int, within: int, low: int, high: int) -> tuple[int, int]:
    """Return what the first balance may hide where an amount is shown so: from a part of a cent to another."""
    if not amount.slope:
        fits = -within <= amount.fixed - reported <= within
        return (low, high) if fits else (1, 0)
    ends = sorted((reported + side - amount.fixed) * _CENT // amount.slope for side in (-within, within))
    return max(low, ends[0] - 1), min(high, ends[1] + 1)
