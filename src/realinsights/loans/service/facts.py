"""Facts of a loan that other services are told: pure and fast, for one loan or a hundred thousand of a tape."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

import msgspec

from realinsights.contracts.loans import (
    DatedPerformance,
    FallingDue,
    LoanRecorded,
    LoanStatus,
    PeriodFigures,
    RateType,
    Standing,
)
from realinsights.loans.model.collateral import (
    NO_PERFORMANCE,
    allocated_collateral,
    performance_dates,
    performance_of,
)
from realinsights.loans.model.contract import Part, contract_of
from realinsights.loans.model.debt_service import annual_debt_service, year_of_installments
from realinsights.loans.model.falling_due import falling_due
from realinsights.loans.model.loan import GONE, Loan, of_stated_principal
from realinsights.loans.model.note_plan import is_planned
from realinsights.loans.model.payment_schedule import Unscheduled, finance_terms
from realinsights.loans.model.period import month_of
from realinsights.loans.model.plan import LoanPlan
from realinsights.loans.model.principal_changes import balance_at, principal_changes
from realinsights.loans.model.property import Property
from realinsights.loans.model.terms_changes import dated_changes
from realinsights.loans.service.floating_past import FloatingPast
from realinsights_finance.debt_service import DebtService, reported_debt_service
from realinsights_finance.due_dates import add_months
from realinsights_finance.schedule import balances
from realinsights_finance.terms import LoanTerms, interest
from realinsights_platform.attributes import made_from

_MONTHS_AFTER_MATURITY = 120
_NOTHING = Decimal("0.00")
_DAY = datetime.timedelta(days=1)


def loan_facts(loan: Loan, properties: Mapping[str, Property], *, due: FallingDue | None = None) -> LoanRecorded:
    """Return what readers of portfolios need of a loan; `properties` holds at least the loan's, by id.

    What falls due is computed unless it is given.
    """
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
        falling_due=falling_due(loan) if due is None else due,
        standing=standing_of(loan),
    )


def standing_of(loan: Loan) -> Standing:
    """Return the loan's rank, and what its servicer reports besides its DSCR."""
    reported = loan.reported
    if reported is None:
        return Standing(lien_position=loan.lien_position)
    return Standing(
        lien_position=loan.lien_position,
        reported_dscr_net_cash_flow=reported.dscr_net_cash_flow,
        reported_as_of=reported.as_of,
    )


def scheduled_months(
    loan: Loan, properties: Mapping[str, Property], *, until: datetime.date, past: FloatingPast | None = None
) -> tuple[PeriodFigures, ...]:
    """Return the loan by its own terms at the end of each month that had ended by `until`, oldest first.

    They end before the date of its recorded balance, from which on that is what is known, and ten years after maturity.
    Of a loan that pays interest only, the balance is known whatever its rate: one that floats is what the fixings of
    its `past` make, and its months go on to `until` with the recorded balance. Empty where the terms give no balance.
    Each month is by the terms that held at its end. The properties' figures are those of the time.
    """
    figures: list[PeriodFigures] = []
    for part, months in _months_by_terms(loan, until):
        figures += _months_of(part, months, properties, loan, past)
    if past is not None and past.plan.of_stated_principal:
        figures += _since_recorded(loan, properties, past, until)
    return tuple(figures)


def months_of_schedule(loan: Loan, *, until: datetime.date, past: FloatingPast | None = None) -> list[datetime.date]:
    """Return the months that `scheduled_months` gives figures of."""
    months = [month for _, months in _months_by_terms(loan, until) for month in months]
    if past is None or not past.plan.of_stated_principal:
        return months
    return [*months, *_months_since_recorded(loan, until)]


def _months_since_recorded(loan: Loan, until: datetime.date) -> Iterator[datetime.date]:
    """Yield the months that ended from the day of the recorded balance on, before maturity."""
    if loan.status in GONE:
        return
    month = month_of(loan.balance_as_of)
    while month_end(month) <= until and month_end(month) < loan.maturity_date:
        yield month
        month = add_months(month, 1)


def _since_recorded(
    loan: Loan, properties: Mapping[str, Property], past: FloatingPast, until: datetime.date
) -> Iterator[PeriodFigures]:
    """Yield the months from the recorded balance on: balance and status as they were recorded then."""
    performance = performance_at(loan, properties)
    for month in _months_since_recorded(loan, until):
        ends = month_end(month)
        rate, stood = past.rate_on(ends), past.loan_on(ends)
        balance = balance_at(stood.current_balance, past.plan.changes, of=stood.balance_as_of, on=ends)
        agreed = msgspec.structs.replace(loan, rate=loan.rate if rate is None else rate, current_balance=balance)
        if past.plan.changes:
            agreed = msgspec.structs.replace(agreed, balance_as_of=ends)  # what is still to come is after that
        service = annual_debt_service(agreed) if rate is not None else None
        yield PeriodFigures(
            month=month,
            balance=balance,
            rate=rate,
            status=stood.status,
            reported=False,
            annual_debt_service=None if service is None else service.annual,
            performance=performance(ends),
        )


def _months_by_terms(loan: Loan, until: datetime.date) -> Iterator[tuple[Part, list[datetime.date]]]:
    """Yield the parts of a loan's contract, each with the months at whose ends it holds."""
    if is_planned(loan):
        [part] = contract_of(loan).parts
        yield part, _months(loan, part.terms, until, scheduled=part.plan is not None)
        return
    if not dated_changes(loan):
        terms = finance_terms(loan)
        yield Part(since=None, agreed=loan, terms=terms, principal=loan.original_balance), _months(loan, terms, until)
        return
    contract = contract_of(loan)
    for part in contract.parts:
        end = contract.end_of(part)
        yield (
            part,
            [
                month
                for month in _months(part.agreed, part.terms, until)
                if (part.since is None or ends_from(month, part.since)) and (end is None or not ends_from(month, end))
            ],
        )


def _months_of(
    part: Part,
    months: Sequence[datetime.date],
    properties: Mapping[str, Property],
    loan: Loan,
    past: FloatingPast | None,
) -> Iterator[PeriodFigures]:
    """Yield the loan at the ends of months by the part of its contract that held then."""
    agreed, terms, scheduled = part.agreed, part.terms, part.principal
    if not months or scheduled is None:
        return
    if part.plan is not None:
        yield from _months_of_plan(part.plan, months, properties, loan)
        return
    debt_service = None
    rate: Decimal | None
    if isinstance(terms, LoanTerms):
        rate = terms.rate
        coming = balances(terms)  # no further than asked for: a young loan has paid few of its many
        debt_service = _debt_service(part, terms, loan)
    else:
        coming = iter(())
        rate = agreed.rate if agreed.rate_type is RateType.FIXED else None
    following = next(coming, None)
    changes = () if isinstance(terms, LoanTerms) else principal_changes(agreed.terms)
    maturity = _maturity(agreed, terms)
    performance = performance_at(loan, properties)
    for month in months:
        ends = month_end(month)
        while following is not None and following[0] <= ends:
            scheduled = following[1]
            following = next(coming, None)
        over = ends >= maturity
        if changes:
            scheduled = balance_at(agreed.original_balance, changes, of=datetime.date.min, on=ends)
        balance = loan.current_balance if over else scheduled
        yield PeriodFigures(
            month=month,
            balance=balance,
            rate=past.rate_on(ends) if past is not None else rate,
            status=loan.status if over else LoanStatus.CURRENT,
            reported=False,
            annual_debt_service=_of_balance(debt_service.annual if debt_service is not None else None, balance),
            performance=performance(ends),
        )


def _months_of_plan(
    plan: LoanPlan, months: Sequence[datetime.date], properties: Mapping[str, Property], loan: Loan
) -> Iterator[PeriodFigures]:
    """Yield the loan at the ends of months by a plan that states all its rates."""
    rows = plan.stated_life
    performance = performance_at(loan, properties)
    for month in months:
        ends = month_end(month)
        paid = sum(1 for row in rows if row.due_date <= ends)
        over = ends >= plan.periods[-1].end
        scheduled = rows[paid - 1].ending_balance if paid else loan.original_balance
        if plan.changes:
            scheduled = plan.owed_on(rows, ends)
        balance = loan.current_balance if over else scheduled
        rate = plan.stated_rate_on(min(ends, plan.periods[-1].end - _DAY))
        annual: Decimal | None = _NOTHING
        if balance and plan.repays_nothing:
            annual = None if rate is None else interest(balance, rate, loan.terms.day_count.typical_year)
        elif balance:
            left = rows[min(paid, len(rows) - 1) :]
            annual = year_of_installments(plan, left, before=rows[paid - 1] if 0 < paid < len(rows) else None)
        yield PeriodFigures(
            month=month,
            balance=balance,
            rate=rate,
            status=loan.status if over else LoanStatus.CURRENT,
            reported=False,
            annual_debt_service=annual,
            performance=performance(ends),
        )


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


def _debt_service(part: Part, terms: LoanTerms, loan: Loan) -> DebtService | None:
    if part.agreed is loan or (part.since is not None and part.since == dated_changes(loan)[-1][0]):
        return annual_debt_service(loan)  # by the terms that hold now
    if part.since is None:
        return annual_debt_service(msgspec.structs.replace(part.agreed, current_balance=terms.principal))
    return reported_debt_service(terms, balance=terms.principal)


def ends_from(month: datetime.date, since: datetime.date) -> bool:
    """Tell whether a month, given by its first day, ends on a day or after it."""
    return month_end(month) >= since


def behind_months(loan: Loan, *, until: datetime.date) -> tuple[object, ...]:
    """Return all that `scheduled_months` rests on besides the properties: loans alike in it have the same months."""
    debt_service = annual_debt_service(loan)
    over = until >= loan.maturity_date or (loan.original is not None and until >= _maturity(loan, finance_terms(loan)))
    return (
        loan.terms,
        loan.terms_changes,
        loan.original,
        loan.original_balance,
        loan.rate,
        loan.rate_type,
        loan.origination_date,
        loan.maturity_date,
        loan.anticipated_repayment_date,
        loan.balance_as_of,
        loan.property_ids,
        loan.statement_basis,
        loan.roll_up,
        debt_service.annual if debt_service is not None else None,
        (loan.current_balance, loan.status) if over else None,
    )


def _months(
    loan: Loan, terms: LoanTerms | Unscheduled, until: datetime.date, *, scheduled: bool = False
) -> list[datetime.date]:
    if not (isinstance(terms, LoanTerms) or scheduled or of_stated_principal(loan)):
        return []
    until = min(until, loan.balance_as_of - _DAY, add_months(_maturity(loan, terms), _MONTHS_AFTER_MATURITY))
    month, months = month_of(loan.origination_date), []
    while (following := add_months(month, 1)) - _DAY <= until:
        months.append(month)
        month = following
    return months


def _maturity(loan: Loan, terms: LoanTerms | Unscheduled) -> datetime.date:
    return terms.maturity if isinstance(terms, LoanTerms) else loan.maturity_date


def _of_balance(annual: Decimal | None, balance: Decimal) -> Decimal | None:
    return annual if annual is None or balance else Decimal("0.00")
