"""What is left to pay of a loan after a day, to its maturity or to an earlier end."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from realinsights_finance.day_count import DayCount
from realinsights_finance.money import EXACT
from realinsights_finance.prepayment.errors import NotOutstanding
from realinsights_finance.schedule import Installment, Schedule, total
from realinsights_finance.terms import LoanTerms

_ZERO = Decimal("0.00")


@dataclass(frozen=True, kw_only=True, slots=True)
class RemainingPayment:
    """A payment still to be made. `days`, of 30/360, are its time since the payment before, or since the prepayment.

    `interest` is without what had accrued on the day of the prepayment, which is paid that day.
    """

    due_date: datetime.date
    days: int
    balance: Decimal
    interest: Decimal
    principal: Decimal

    @property
    def amount(self) -> Decimal:
        """Return interest and principal."""
        return EXACT.add(self.interest, self.principal)


@dataclass(frozen=True, kw_only=True, slots=True)
class Remaining:
    """What is owed on a day, the installments due by then paid, and how the schedule would have repaid it.

    A month is 30 days of 30/360, and a regular period whole months. `accrued` is the interest since the last due date.
    """

    on: datetime.date
    balance: Decimal
    accrued: Decimal
    payments: tuple[RemainingPayment, ...]

    @property
    def months(self) -> Fraction:
        """Return the months to the last payment."""
        return Fraction(sum(payment.days for payment in self.payments), 30)

    def average_life_in_months(self) -> Fraction:
        """Return the months until the average dollar of principal is repaid."""
        weighted = sum((Fraction(payment.balance) * payment.days for payment in self.payments), Fraction(0))
        return weighted / (30 * Fraction(self.balance))


def remaining(schedule: Schedule, on: datetime.date, *, until: datetime.date | None = None) -> Remaining:
    """Return what is left of a schedule after a day; with `until`, a balance left on that day is repaid on it.

    Raises NotOutstanding before the loan starts and once it is repaid. No payments are left where `until` has come.
    """
    terms = schedule.terms
    if on < terms.start:
        raise NotOutstanding(on, f"the loan starts on {terms.start}, after {on}")
    rows = schedule.installments[terms.installments_due(on) :]
    if not rows or not rows[0].beginning_balance:  # less than half a cent may be carried on
        raise NotOutstanding(on, f"the loan is repaid by {schedule.installments[-1].due_date}")
    accrued = schedule.accrued_interest(on)
    payments = tuple(_less_accrued(_payments(terms, rows, on, until), accrued))
    return Remaining(on=on, balance=rows[0].beginning_balance, accrued=accrued, payments=payments)


def _payments(
    terms: LoanTerms, rows: tuple[Installment, ...], on: datetime.date, until: datetime.date | None
) -> Iterator[RemainingPayment]:
    for row in rows:
        if until is not None and until <= max(on, row.period_start):
            return
        ends = until is not None and until < row.period_end
        due = until if until is not None and ends else row.due_date
        interest = (
            terms.interest(row.beginning_balance, terms.period(row.number, due).fraction) if ends else row.interest
        )
        repaid = ends or until == row.period_end
        yield RemainingPayment(
            due_date=due,
            days=_days(terms, row, on, until if ends else None),
            balance=row.beginning_balance,
            interest=interest,
            principal=row.beginning_balance if repaid else row.principal,
        )


def _days(terms: LoanTerms, row: Installment, on: datetime.date, until: datetime.date | None) -> int:
    """Return the days of 30/360 of the part of a period between two days."""
    begin, end = max(on, row.period_start), until or row.period_end
    whole = 30 * terms.frequency.months if terms.is_regular(row.number) else None
    if whole is not None and begin == row.period_start and until is None:
        return whole
    days = max(DayCount.THIRTY_360.days(begin, end), 0)
    return days if whole is None else min(days, whole)


def _less_accrued(payments: Iterator[RemainingPayment], accrued: Decimal) -> Iterator[RemainingPayment]:
    for payment in payments:
        paid = min(accrued, payment.interest)
        if paid:
            accrued = EXACT.subtract(accrued, paid)
            payment = RemainingPayment(  # noqa: PLW2901
                due_date=payment.due_date,
                days=payment.days,
                balance=payment.balance,
                interest=EXACT.subtract(payment.interest, paid),
                principal=payment.principal,
            )
        yield payment


def interest_to(schedule: Schedule, on: datetime.date) -> Decimal:
    """Return the interest of a schedule to a day: of the installments due by then, and what accrued since."""
    with localcontext(EXACT):
        paid = total(row.interest for row in schedule.installments[: schedule.terms.installments_due(on)])
        return paid + (schedule.accrued_interest(on) if on > schedule.terms.start else _ZERO)
