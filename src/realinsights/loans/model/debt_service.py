"""Annual debt service of a loan, on the basis its DSCR is reported on."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from realinsights.contracts.loans import AmortizationType, LoanStructure, RateType
from realinsights.loans.model.contract import contract_of
from realinsights.loans.model.loan import Loan, capitalizes, changes_principal, of_stated_principal
from realinsights.loans.model.note_plan import is_planned, present_plan
from realinsights.loans.model.payment_schedule import loan_terms
from realinsights.loans.model.plan import LoanPlan
from realinsights.loans.model.principal_changes import coming_changes
from realinsights.loans.model.terms_changes import dated_changes
from realinsights_finance.credit.figures import nearest_cents
from realinsights_finance.debt_service import DebtService, DebtServiceBasis, reported_debt_service
from realinsights_finance.level_payment import level_payment, level_payment_in_advance
from realinsights_finance.repayment import HyperAmortization, InvalidRepayment, LifeRow
from realinsights_finance.rounding import PaymentRounding
from realinsights_finance.terms import InvalidTerms, LoanTerms, PaymentBasis, interest

_DAY: Final = datetime.timedelta(days=1)
_NOTHING: Final = Decimal("0.00")


def annual_debt_service(loan: Loan) -> DebtService | None:
    """Return the note's own debt service of a year, at its present rate whether that is fixed or not.

    Twelve times the amortizing payment for a loan that ever amortizes; balance × rate × 365 days for one that is
    interest-only to maturity; zero where nothing is owed. Of a loan that repays otherwise than by level payments at one
    rate, the installments of the year after its recorded balance, without the balloon; where its schedule is not known,
    what the servicer reports of a whole loan, and None where that is not known either.
    """
    if not loan.current_balance:
        return DebtService(annual=Decimal("0.00"), basis=DebtServiceBasis.INTEREST_ONLY)
    terms = loan.terms
    if _by_plan(loan):
        return _planned(loan) or _reported(loan)
    usual = loan.rate_type is RateType.FIXED and loan.original is None and not loan.terms_changes
    if usual and terms.level_payment is None:
        # The commonest loans, whose terms were checked when they were stored: no dates are needed.
        if terms.amortization_months is None:
            annual = interest(loan.current_balance, loan.rate, terms.day_count.typical_year)
            return DebtService(annual=annual, basis=DebtServiceBasis.INTEREST_ONLY)
        if not terms.interest_only_months and terms.payment_basis is PaymentBasis.NOTE_RATE:
            return _amortizing(loan, terms.amortization_months)
    own_days = terms.frequency.months is None or terms.payments_in_advance
    return _of_days(loan) if own_days else _by_terms(loan)


def year_of_installments(plan: LoanPlan, rows: Sequence[LifeRow], *, before: LifeRow | None = None) -> Decimal:
    """Return the installments of a year from the first of some rows on: of each, but the balloon of the last.

    It is what is paid in cash: interest that is added to what is owed is none of it, nor is a fee. What cash repays
    after an anticipated repayment date is none either: it is what there is, not what is due. Where fewer are left than
    a year has, as much a year as those: what is due in a quarter is a fourth. `before` is the row before them.
    """
    a_year = plan.loan.terms.frequency.periods_per_year
    some, due = [row for row in rows if not row.at_maturity][:a_year], Decimal(0)
    if not some:  # the balloon alone is left of payments in advance
        return _NOTHING if before is None else before.payment * a_year
    for row in some:
        beyond = row is rows[-1] or isinstance(plan.repayment, HyperAmortization)
        balloon = plan.balloon(row, before) if beyond else _NOTHING
        due += row.payment - row.unused_fee - balloon
        before = row
    return nearest_cents(Fraction(due) * a_year / len(some))


def _by_plan(loan: Loan) -> bool:
    """Tell whether what a loan repays in a year follows from its plan alone."""
    terms = loan.terms
    if terms.scheduled_principal or (terms.fixed_principal, terms.cash_after_anticipated_repayment) != (None, None):
        return True
    if capitalizes(terms) or changes_principal(terms):
        return True
    return is_planned(loan) and bool(terms.rate_steps)


def _planned(loan: Loan) -> DebtService | None:
    try:
        plan = None if dated_changes(loan) or loan.modified else present_plan(loan)
    except InvalidRepayment:
        plan = None
    known = plan if isinstance(plan, LoanPlan) else None
    if of_stated_principal(loan) and not coming_changes(loan):
        return _of_steps(loan, known)
    if known is None:
        return None
    paid = min(known.paid_by(loan.balance_as_of), known.most_paid)
    rows = known.stated_life_from(loan.current_balance, after=paid, of=loan.balance_as_of)
    before = known.stated_life[paid - 1] if paid == len(known.periods) <= len(known.stated_life) else None
    return DebtService(
        annual=year_of_installments(known, rows, before=before), basis=DebtServiceBasis.NEXT_TWELVE_MONTHS
    )


def _of_steps(loan: Loan, plan: LoanPlan | None) -> DebtService:
    """Return a year of interest at the rate of the recorded balance's day, by its steps where they say it."""
    day = loan.balance_as_of
    stated = None if plan is None else plan.stated_rate_on(min(day, plan.periods[-1].end - _DAY))
    rate = loan.rate if stated is None else stated
    annual = interest(loan.current_balance, rate, loan.terms.day_count.typical_year)
    return DebtService(annual=annual, basis=DebtServiceBasis.INTEREST_ONLY)


def _by_terms(loan: Loan) -> DebtService | None:
    try:
        return reported_debt_service(_present_terms(loan), balance=loan.current_balance)
    except InvalidTerms:
        return _reported(loan)


def _of_days(loan: Loan) -> DebtService | None:
    """Return the same of payments that are not whole months apart, or made in advance."""
    terms = loan.terms
    if loan.amortization_type is AmortizationType.INTEREST_ONLY:
        annual = interest(loan.current_balance, loan.rate, terms.day_count.typical_year)
        return DebtService(annual=annual, basis=DebtServiceBasis.INTEREST_ONLY)
    if terms.level_payment is not None:
        annual = terms.level_payment * terms.frequency.periods_per_year
        return DebtService(annual=annual, basis=DebtServiceBasis.AMORTIZING_PAYMENT)
    if terms.amortization_months is None or terms.payment_basis is not PaymentBasis.NOTE_RATE or dated_changes(loan):
        return _reported(loan)
    before = terms.interest_only_months if terms.amortization_from_closing else 0
    return _amortizing(loan, terms.amortization_months - before)


def _amortizing(loan: Loan, months: int) -> DebtService:
    frequency = loan.terms.frequency
    computed = level_payment_in_advance if loan.terms.payments_in_advance else level_payment
    periods = max(frequency.periods_of(months), 1)
    periodic = Fraction(loan.rate) / frequency.periods_per_year
    payment = _payment(computed, loan.original_balance, periodic, periods, loan.terms.payment_rounding)
    return DebtService(annual=payment * frequency.periods_per_year, basis=DebtServiceBasis.AMORTIZING_PAYMENT)


@lru_cache(maxsize=4096)  # one change of a loan asks for it several times
def _payment(
    computed: Callable[[Decimal, Fraction, int, PaymentRounding], Decimal],
    principal: Decimal,
    periodic: Fraction,
    periods: int,
    rounding: PaymentRounding,
) -> Decimal:
    return computed(principal, periodic, periods, rounding)


def _reported(loan: Loan) -> DebtService | None:
    reported = loan.reported.annual_debt_service if loan.reported is not None else None
    if reported is None or loan.structure is not LoanStructure.WHOLE_LOAN:
        return None
    return DebtService(annual=reported, basis=DebtServiceBasis.AMORTIZING_PAYMENT)


def _present_terms(loan: Loan) -> LoanTerms:
    if dated_changes(loan):
        present = contract_of(loan).parts[-1]
        if isinstance(present.terms, LoanTerms):
            return present.terms  # of what was left when they began to hold
    terms = loan.terms
    first_payment = terms.first_payment_date
    if first_payment is None:
        # The dates decide only whether the loan amortizes before maturity: the usual first payment will do.
        first_payment = min(terms.frequency.date(loan.origination_date, 1), loan.maturity_date)
    start = terms.frequency.date(first_payment, -1, day=terms.payment_day)
    return loan_terms(
        loan,
        rate=loan.rate,
        start=start,
        first_payment=first_payment,
        maturity=loan.maturity_date,
        payment_day=terms.payment_day,
    )
