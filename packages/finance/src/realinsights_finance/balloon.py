"""The balloon alone, and the balance on a day: what a schedule leaves to pay, without its installments."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from itertools import islice, pairwise

from realinsights_finance.day_count import DayCount
from realinsights_finance.due_dates import on_day
from realinsights_finance.money import from_cents, in_cents
from realinsights_finance.schedule import balances
from realinsights_finance.terms import EARLIEST_YEAR, LATEST_YEAR, LoanTerms

_DAY = datetime.timedelta(days=1)
_YEARS = {DayCount.ACTUAL_360: 360, DayCount.ACTUAL_365_FIXED: 365}
_MONTHS_PER_YEAR = 12


def balloon_principal(terms: LoanTerms, on: datetime.date | None = None) -> Decimal:
    """Return the principal of the last payment: `schedule(terms).balloon_principal`, a hundred times as fast.

    With a day `on` before maturity, what a loan that is repaid then owes: the balance after the installments due before
    that day. Zero where the loan is repaid before.
    """
    paid = terms.periods - 1
    if on is not None and on < terms.maturity:
        paid = min(paid, terms.installments_due(on - _DAY))
    first = terms.interest_only_periods + 1
    level = terms.level_payment() if paid >= first else None
    if level is None:
        return terms.principal
    if not terms.rounding.usual:
        return _balance_after(terms, paid, unpaid=False)
    return from_cents(_left(terms, first, paid, in_cents(level)))


def unpaid_balance(terms: LoanTerms, on: datetime.date) -> Decimal:
    """Return what is owed at the end of a day where every installment due by then was paid but the one that repays it.

    Before the schedule repays the loan that is `schedule(terms).balance_on(on)`; from then on it is the last balance.
    """
    first = terms.interest_only_periods + 1
    paid = min(terms.installments_due(on), terms.periods - 1)
    level = terms.level_payment() if paid >= first else None
    if level is None:
        return terms.principal
    if not terms.rounding.usual:
        return _balance_after(terms, paid, unpaid=True)
    return from_cents(_left(terms, first, paid, in_cents(level), unpaid=True))


def _balance_after(terms: LoanTerms, paid: int, *, unpaid: bool) -> Decimal:
    """Return the balance after a number of installments by the schedule; `unpaid`: never nothing."""
    balance = terms.principal
    for _, after in islice(balances(terms), paid):
        if unpaid and not after:
            return balance
        balance = after
    return balance


def _left(terms: LoanTerms, first: int, last: int, payment: int, *, unpaid: bool = False) -> int:
    """Return the cents owed after the installments from one number to another; `unpaid`: never nothing."""
    days, year = _accruals(terms, first, last)
    balance = in_cents(terms.principal)
    numerator, denominator = terms.rate.as_integer_ratio()
    # Half up: twice the interest and one whole, over twice the whole. Nothing is negative here.
    whole = denominator * year
    rate, half = 2 * numerator, 2 * whole
    for count in days:
        principal = payment - (balance * rate * count + whole) // half
        if principal > 0:
            if principal >= balance:
                return balance if unpaid else 0
            balance -= principal
    return balance


def _accruals(terms: LoanTerms, first: int, last: int) -> tuple[Iterable[int], int]:
    """Return the periods from one number to another as parts of a year, and how many parts a year has."""
    year = _YEARS.get(terms.day_count)
    if terms.accrual_adjusted or (year is None and not terms.day_count.thirty_360):
        fractions = [terms.period(number).fraction for number in range(first, last + 1)]
        year = math.lcm(*(fraction.denominator for fraction in fractions))
        return [fraction.numerator * (year // fraction.denominator) for fraction in fractions], year
    rest = max(first, 2)
    opening = [terms.period(1).days] if first == 1 else []
    if year is None:
        return opening + [30 * terms.frequency.months] * (last + 1 - rest), 360
    if last < rest:
        return opening, year
    # The installments before the last are due on one day of the month, whatever business days do to their payment.
    step, payment = terms.frequency.months, terms.first_payment
    month = (payment.year - EARLIEST_YEAR) * _MONTHS_PER_YEAR + payment.month - 1
    regular = _days_between(terms.due_day, month + (rest - 2) * step, month + (last - 1) * step + 1, step)
    return (*opening, *regular), year


@lru_cache(maxsize=1024)  # many loans of a tape are paid in the same months
def _days_between(day: int, begin: int, end: int, step: int) -> tuple[int, ...]:
    """Return the days from one due date to the next, of due dates in each of some months."""
    return tuple([end - start for start, end in pairwise(_days_of_months(day)[begin:end:step])])


@lru_cache(maxsize=31)
def _days_of_months(day: int) -> tuple[int, ...]:
    """Return the number of a day, or of the last one of a shorter month, in each month that loans are paid in."""
    return tuple(
        on_day(year, month, day).toordinal()
        for year in range(EARLIEST_YEAR, LATEST_YEAR + 1)
        for month in range(1, _MONTHS_PER_YEAR + 1)
    )
