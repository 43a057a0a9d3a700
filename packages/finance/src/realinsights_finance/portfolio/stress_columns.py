"""The loans of a joint stress, one numpy array for each field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Self

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.credit.figures import InvalidFigure
from realinsights_finance.day_count import DayCount
from realinsights_finance.money import EXACT, in_cents
from realinsights_finance.portfolio.share import SHARE_DECIMALS
from realinsights_finance.portfolio.stress import LARGEST_STRESSED, StressedLoan, StressedRate
from realinsights_finance.terms import MAXIMUM_MONTHS, RATE_DECIMALS

RATE_SCALE = 10**RATE_DECIMALS
SHARE_SCALE = 10**SHARE_DECIMALS
UNKNOWN = -1
"""Stands for an amount that is not known, but for income, which may be negative and has its own column."""
NO_FLOOR_STRIKE = -2 * RATE_SCALE
"""Stands for a hedge without a floor strike: no index falls as low."""

_LARGEST = in_cents(LARGEST_STRESSED)
_NOT_FLOATING = StressedRate(index=Decimal(0), spread=Decimal(0))
_AMOUNTS = ("balance", "value", "debt_service", "cap_notional", "balloon")
_RATES = ("index", "spread", "index_floor", "rate_floor", "ceiling", "cap_strike")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class StressColumns:
    """Loans to be stressed, by column; index i of every array is the same loan. The fields are StressedLoan's.

    Amounts are cents (`UNKNOWN` where not known; income counts only where `income_known`), rates are scaled by 10^12,
    `share` by 10^6. A floor that the note lacks is -10^12, a ceiling 10^12, a
    floor strike that the hedge lacks `NO_FLOOR_STRIKE`, `amortization_months` 0 is interest-only.
    `actual_360` tells whether a year of the loan's day count bears 365 / 360 of the rate. Integers are int64. Raises
    TypeError for other arrays, InvalidFigure where a value is none that StressedLoan takes, with the loan's position.
    """

    balance: NDArray[np.int64]
    income: NDArray[np.int64]
    income_known: NDArray[np.bool_]
    value: NDArray[np.int64]
    debt_service: NDArray[np.int64]
    floating: NDArray[np.bool_]
    index: NDArray[np.int64]
    spread: NDArray[np.int64]
    index_floor: NDArray[np.int64]
    rate_floor: NDArray[np.int64]
    ceiling: NDArray[np.int64]
    amortization_months: NDArray[np.int64]
    actual_360: NDArray[np.bool_]
    cap_notional: NDArray[np.int64]
    cap_strike: NDArray[np.int64]
    floor_strike: NDArray[np.int64]
    balloon: NDArray[np.int64]
    share: NDArray[np.int64]

    def __post_init__(self) -> None:
        loans = len(self.balance)
        for field in fields(self):
            column = getattr(self, field.name)
            wanted = np.dtype(np.bool_ if field.name in _FLAGS else np.int64)
            if column.dtype != wanted or column.shape != (loans,):
                raise TypeError(f"{field.name} must be {loans} values of {wanted}")
        for name in _AMOUNTS:
            lowest = UNKNOWN if name in {"value", "debt_service"} else 0
            self._check(name, lowest, _LARGEST)
        self._check("income", -_LARGEST, _LARGEST)
        for name in _RATES:
            self._check(name, 0 if name == "cap_strike" else -RATE_SCALE, RATE_SCALE)
        self._check("floor_strike", NO_FLOOR_STRIKE, RATE_SCALE)
        self._check("amortization_months", 0, MAXIMUM_MONTHS)
        self._check("share", 0, SHARE_SCALE)

    @classmethod
    def of(cls, loans: Sequence[StressedLoan]) -> Self:
        """Return the columns of a sequence of loans."""
        notes = [loan.floating or _NOT_FLOATING for loan in loans]
        return cls(
            balance=_whole(in_cents(loan.balance) for loan in loans),
            income=_whole(in_cents(loan.income or Decimal(0)) for loan in loans),
            income_known=np.array([loan.income is not None for loan in loans], dtype=bool),
            value=_whole(_cents(loan.value) for loan in loans),
            debt_service=_whole(_cents(loan.debt_service) for loan in loans),
            floating=np.array([loan.floating is not None for loan in loans], dtype=bool),
            index=_whole(_rate(note.index) for note in notes),
            spread=_whole(_rate(note.spread) for note in notes),
            index_floor=_whole(_rate(note.index_floor, -RATE_SCALE) for note in notes),
            rate_floor=_whole(_rate(note.rate_floor, -RATE_SCALE) for note in notes),
            ceiling=_whole(_rate(note.ceiling, RATE_SCALE) for note in notes),
            amortization_months=_whole(loan.amortization_months or 0 for loan in loans),
            actual_360=np.array([loan.day_count is DayCount.ACTUAL_360 for loan in loans], dtype=bool),
            cap_notional=_whole(in_cents(loan.cap_notional) for loan in loans),
            cap_strike=_whole(_rate(loan.cap_strike) for loan in loans),
            floor_strike=_whole(_rate(loan.floor_strike, NO_FLOOR_STRIKE) for loan in loans),
            balloon=_whole(in_cents(loan.balance if loan.balloon is None else loan.balloon) for loan in loans),
            share=_whole(int(EXACT.scaleb(loan.share, SHARE_DECIMALS)) for loan in loans),
        )

    def __len__(self) -> int:
        return len(self.balance)

    def take(self, loans: NDArray[np.intp] | slice) -> StressColumns:
        """Return the columns of some of the loans, in the order given."""
        return StressColumns(**{field.name: getattr(self, field.name)[loans] for field in fields(self)})

    def _check(self, name: str, lowest: int, highest: int) -> None:
        column = getattr(self, name)
        bad = np.flatnonzero((column < lowest) | (column > highest))
        if bad.size:
            raise InvalidFigure(f"loans[{bad[0]}].{name}", f"must be {lowest} to {highest}, and is {column[bad[0]]}")


_FLAGS = frozenset({"income_known", "floating", "actual_360"})


def _whole(values: Iterable[int]) -> NDArray[np.int64]:
    return np.array(list(values), dtype=np.int64)


def _cents(amount: Decimal | None) -> int:
    return UNKNOWN if amount is None else in_cents(amount)


def _rate(rate: Decimal | None, absent: int = 0) -> int:
    return absent if rate is None else int(EXACT.scaleb(rate, RATE_DECIMALS))
