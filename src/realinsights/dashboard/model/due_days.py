"""Due days: when each loan is expected to be repaid on a business date, and what principal its schedule leaves to then.

That is the anticipated repayment date until it is past, else the maturity, later by the options exercised by then.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence

import numpy as np

from realinsights.contracts.loans import AmortizationType, ExtendedMaturity
from realinsights.dashboard.model.codes import AMORTIZATIONS, Dictionary
from realinsights.dashboard.model.columns import Columns, LoanColumn
from realinsights.dashboard.model.exact import UNKNOWN, Integers

_INTEREST_ONLY = AMORTIZATIONS.code(AmortizationType.INTEREST_ONLY)


def key_of(extensions: Sequence[ExtendedMaturity]) -> str | None:
    """Return exercised options as one text: of each, the day number of the exercise and that of the maturity."""
    steps = [f"{step.exercised_on.toordinal()}:{step.maturity_date.toordinal()}" for step in extensions]
    return " ".join(steps) or None


def extended_day(key: str | None, on: datetime.date) -> int:
    """Return the day number of the extended maturity, 0 where no option was exercised by then."""
    extended, day = 0, on.toordinal()
    for step in (key or "").split():
        exercised, maturity = map(int, step.split(":"))
        if exercised <= day:
            extended = maturity
    return extended


def due_days(columns: Columns, fixed: Callable[[LoanColumn], Integers], on: datetime.date) -> Integers:
    """Return the day number on which each loan is expected to be repaid; `fixed` gives a column of those asked for."""
    days, anticipated = fixed(LoanColumn.MATURITY), fixed(LoanColumn.ANTICIPATED)
    extended = extended_days(columns.extensions, fixed, on)
    if extended is not None:
        days = np.where(extended > 0, extended, days)
    awaited = anticipated >= on.toordinal()
    return np.where(awaited, anticipated, days) if awaited.any() else days


def balloons(columns: Columns, fixed: Callable[[LoanColumn], Integers], on: datetime.date) -> Integers:
    """Return the cents of principal that fall due on `due_days`, `UNKNOWN` where no schedule says it.

    A schedule ends with the maturity it was computed to: beyond it only an interest-only loan owes what it did.
    """
    cents = fixed(LoanColumn.BALLOON)
    extended = extended_days(columns.extensions, fixed, on)
    if extended is not None:
        beyond = (extended > 0) & (fixed(LoanColumn.AMORTIZATION) != _INTEREST_ONLY)
        cents = np.where(beyond, UNKNOWN, cents)
    awaited = fixed(LoanColumn.ANTICIPATED) >= on.toordinal()
    return np.where(awaited, fixed(LoanColumn.ANTICIPATED_BALLOON), cents) if awaited.any() else cents


def extended_days(plans: Dictionary, fixed: Callable[[LoanColumn], Integers], on: datetime.date) -> Integers | None:
    """Return the day number of each extended maturity, 0 of a loan without; None where there is none at all."""
    if len(plans) == 1:
        return None
    days = np.array([extended_day(key, on) for key in plans.keys.all()], np.int64)
    found: Integers = days[fixed(LoanColumn.EXTENSIONS)]
    return found
