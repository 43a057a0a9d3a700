"""Facts of a loan that other services are told: pure and fast, for one loan or a hundred thousand of a tape."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Callable, Mapping
from decimal import Decimal

from realinsights.contracts.loans import DatedPerformance, LoanRecorded, LoanStatus, PeriodFigures, RateType
from realinsights.loans.model.collateral import (
    NO_PERFORMANCE,
    allocated_collateral,
    performance_dates,
    performance_of,
)
from realinsights.loans.model.debt_service import annual_debt_service
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.payment_schedule import Unscheduled, finance_terms
from realinsights.loans.model.period import month_of
from realinsights.loans.model.property import Property
from realinsights_finance.due_dates import add_months
from realinsights_finance.schedule import balances
from realinsights_finance.terms import LoanTerms
from realinsights_platform.attributes import made_from

_MONTHS_AFTER_MATURITY = 120
_DAY = datetime.timedelta(days=1)


def loan_facts(loan: Loan, properties: Mapping[str, Property]) -> LoanRecorded:
    """Return what readers of portfolios need of a loan; `properties` holds at least the loan's, by id."""
    debt_service = annual_debt_service(loan)
    return made_from(
        loan,
        LoanRecorded,
        loan_id=loan.id,
        as_of=loan.balance_as_of,
        annual_debt_service=debt_service.annual if debt_service is not None else None,
        reported_dscr=loan.reported.dscr if loan.reported is not None else None,
        collateral=allocated_collateral(loan, properties),
        performance=performance_of(loan, properties),
    )


def scheduled_months(
    loan: Loan, properties: Mapping[str, Property], *, until: datetime.date
) -> tuple[PeriodFigures, ...]:
    """Return the loan by its own terms at the end of each month that had ended by `until`, oldest first.

    They end before the date of its recorded balance, from which on that is what is known, and ten years after maturity.
    Of a loan that pays interest only, the balance is known whatever its rate: one that floats or is stepped is None.
    Empty where the terms give no balance. The properties' figures are those of the time.
    """
    terms = finance_terms(loan)
    months = _months(loan, terms, until)
    if not months:
        return ()
    debt_service = None
    rate: Decimal | None
    if isinstance(terms, LoanTerms):
        rate = terms.rate
        coming = balances(terms)  # no further than asked for: a young loan has paid few of its many
        debt_service = annual_debt_service(loan)
    else:
        coming = iter(())
        rate = loan.rate if loan.rate_type is RateType.FIXED else None
    following = next(coming, None)
    scheduled, maturity = loan.original_balance, _maturity(loan, terms)
    performance = performance_at(loan, properties)
    figures = []
    for month in months:
        ends = month_end(month)
        while following is not None and following[0] <= ends:
            scheduled = following[1]
            following = next(coming, None)
        over = ends >= maturity
        balance = loan.current_balance if over else scheduled
        figures.append(
            PeriodFigures(
                month=month,
                balance=balance,
                rate=rate,
                status=loan.status if over else LoanStatus.CURRENT,
                reported=False,
                annual_debt_service=_of_balance(debt_service.annual if debt_service is not None else None, balance),
                performance=performance(ends),
            )
        )
    return tuple(figures)


def performance_at(loan: Loan, properties: Mapping[str, Property]) -> Callable[[datetime.date], DatedPerformance]:
    """Return what gives the properties' figures as they stood on a date; asked in order, it seldom computes."""
    dates = performance_dates(loan, properties)
    known: tuple[int, DatedPerformance] = (-1, NO_PERFORMANCE)  # how many of the dates the figures are of

    def at(date: datetime.date) -> DatedPerformance:
        nonlocal known
        count = bisect_right(dates, date)
        if count != known[0]:
            known = (count, performance_of(loan, properties, on=date))
        return known[1]

    return at


def month_end(month: datetime.date) -> datetime.date:
    """Return the last day of the month that begins on a day."""
    return add_months(month, 1) - _DAY


def months_of_schedule(loan: Loan, *, until: datetime.date) -> list[datetime.date]:
    """Return the months that `scheduled_months` gives figures of."""
    return _months(loan, finance_terms(loan), until)


def behind_months(loan: Loan, *, until: datetime.date) -> tuple[object, ...]:
    """Return all that `scheduled_months` rests on besides the properties: loans alike in it have the same months."""
    debt_service = annual_debt_service(loan)
    over = until >= loan.maturity_date or (loan.original is not None and until >= _maturity(loan, finance_terms(loan)))
    return (
        loan.terms,
        loan.original,
        loan.original_balance,
        loan.rate,
        loan.rate_type,
        loan.origination_date,
        loan.maturity_date,
        loan.balance_as_of,
        loan.property_ids,
        loan.statement_basis,
        loan.roll_up,
        debt_service.annual if debt_service is not None else None,
        (loan.current_balance, loan.status) if over else None,
    )


def _months(loan: Loan, terms: LoanTerms | Unscheduled, until: datetime.date) -> list[datetime.date]:
    if not isinstance(terms, LoanTerms) and not _pays_interest_only(loan):
        return []
    until = min(until, loan.balance_as_of - _DAY, add_months(_maturity(loan, terms), _MONTHS_AFTER_MATURITY))
    month, months = month_of(loan.origination_date), []
    while (following := add_months(month, 1)) - _DAY <= until:
        months.append(month)
        month = following
    return months


def _maturity(loan: Loan, terms: LoanTerms | Unscheduled) -> datetime.date:
    return terms.maturity if isinstance(terms, LoanTerms) else loan.maturity_date


def _pays_interest_only(loan: Loan) -> bool:
    terms = loan.terms
    return terms.amortization_months is None and terms.level_payment is None and not terms.scheduled_principal


def _of_balance(annual: Decimal | None, balance: Decimal) -> Decimal | None:
    return annual if annual is None or balance else Decimal("0.00")
