"""Rules of when a loan is paid: each refusal names its field."""

from __future__ import annotations

from typing import Final

from realinsights.loans.model.loan import Loan
from realinsights.loans.model.terms import NoteTerms
from realinsights_finance.time import Interval
from realinsights_platform.errors import Faults

_MONTHS_OF_WHOLE_PERIODS: Final = {Interval.WEEKLY: 3, Interval.BI_WEEKLY: 6}


def check_timing(loan: Loan, faults: Faults) -> None:
    """Add what is wrong with when a loan is paid."""
    _check_days(loan.terms, faults)
    if loan.terms.payments_in_advance:
        _check_in_advance(loan, faults)


def _check_in_advance(loan: Loan, faults: Faults) -> None:
    start, first = loan.terms.interest_start_date, loan.terms.first_payment_date
    if start is not None and start != first:
        faults.add(
            "terms.interestStartDate", "is the first payment date where payments are made in advance: leave it out"
        )
    if first is not None and first >= loan.maturity_date:
        faults.add("maturityDate", f"must be after the first payment in advance, on {first}")


def _check_days(terms: NoteTerms, faults: Faults) -> None:
    """Add what is wrong with the payment days of a note, and with months that are no whole number of its payments.

    Those of payments whole months apart are checked with the terms of the plain schedule.
    """
    frequency, first, day = terms.frequency, terms.first_payment_date, terms.payment_day
    if day is not None and frequency.days is not None:
        faults.add("terms.paymentDay", "belongs to payments on days of the month: weeks have none")
    elif frequency is Interval.SEMI_MONTHLY and first is not None and frequency.date(first, 0, day=day) != first:
        faults.add("terms.paymentDay", f"is of other days of the month than the first payment, on {first}")
    if frequency.days is None:
        return
    for name, months in (
        ("amortizationMonths", terms.amortization_months),
        ("interestOnlyMonths", terms.interest_only_months),
    ):
        if months is not None and not frequency.divides(months):
            words = frequency.value.replace("_", "-")
            faults.add(
                f"terms.{name}",
                f"must be whole {words} payments: a multiple of {_MONTHS_OF_WHOLE_PERIODS[frequency]} months",
            )
