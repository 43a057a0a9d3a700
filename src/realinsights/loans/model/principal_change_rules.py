"""Rules of principal that changes on days of its own: each refusal names its field. Pure."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Final

from realinsights.contracts.loans import RateType
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.note_plan import loan_plan
from realinsights.loans.model.payment_schedule import contractual_dates, schedule_dates
from realinsights.loans.model.plan import LoanPlan
from realinsights.loans.model.principal_changes import balance_at, principal_changes
from realinsights.loans.model.terms_changes import dated_changes
from realinsights_finance.repayment import Afterwards, InvalidRepayment
from realinsights_platform.errors import Faults

_CURTAILMENTS: Final = "terms.curtailments"
_DAY: Final = datetime.timedelta(days=1)


def check_principal_changes(loan: Loan, faults: Faults) -> None:
    """Add what is wrong with the curtailments of a loan, as far as its balances are not asked."""
    terms = loan.terms
    if not terms.curtailments:
        return
    if terms.payments_in_advance:
        faults.add(_CURTAILMENTS, "do not go with paymentsInAdvance: interest is paid before they come")
    start, maturity = _bounds(loan)
    before: datetime.date | None = None
    for place, each in enumerate(terms.curtailments):
        path = f"{_CURTAILMENTS}[{place}]"
        if not start <= each.paid_on < maturity:
            faults.add(f"{path}.paidOn", f"must be from {start} on, when interest begins, and before {maturity}")
        elif before is not None and each.paid_on <= before:
            faults.add(f"{path}.paidOn", "must be after the one before")
        before = each.paid_on
        if each.amount.is_finite() and not each.amount:
            faults.add(f"{path}.amount", "must be above zero")
        if each.effect is Afterwards.REAMORTIZE and terms.amortization_months is None:
            faults.add(
                f"{path}.effect", "computes the level payment anew over what is left of amortizationMonths: state it"
            )


def check_owed(loan: Loan, faults: Faults) -> None:
    """Add a fault for the first curtailment that is not below what is owed, as far as that is known.

    The loan is right in everything else. Of a rate that floats while principal is repaid the most that can be owed is.
    """
    if not loan.terms.curtailments:
        return
    plan = None
    if loan.rate_type is not RateType.FLOATING and not dated_changes(loan):
        found = loan_plan(loan)
        plan = found if isinstance(found, LoanPlan) else None
    for place, each in enumerate(loan.terms.curtailments):
        try:
            owed = _owed_before(loan, plan, each.paid_on)
        except InvalidRepayment as invalid:
            faults.add("terms", str(invalid))
            return
        if each.amount >= owed:
            words = f"must be below the {owed:,} owed then: what repays the loan is no curtailment"
            faults.add(f"{_CURTAILMENTS}[{place}].amount", words if owed else "the loan is repaid by then")
            return


def _owed_before(loan: Loan, plan: LoanPlan | None, on: datetime.date) -> Decimal:
    """Return what is owed on a day before it is curtailed then."""
    if plan is not None:
        return plan.owed_on(plan.stated_life, on, unchanged=True)
    changes = principal_changes(loan.terms)
    return balance_at(loan.original_balance, changes, of=datetime.date.min, on=on - _DAY)


def _bounds(loan: Loan) -> tuple[datetime.date, datetime.date]:
    """Return the day on which interest begins, or the closing where it is not known, and the maturity."""
    first_payment, maturity = contractual_dates(loan)
    if first_payment is None or maturity <= first_payment:
        return loan.origination_date, maturity
    return schedule_dates(loan, first_payment, maturity).start, maturity
