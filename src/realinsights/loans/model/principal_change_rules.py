"""Rules of principal that changes on days of its own: each refusal names its field. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from realinsights.contracts.loans import RateType
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.note_plan import loan_plan
from realinsights.loans.model.payment_schedule import contractual_dates, schedule_dates
from realinsights.loans.model.plan import LoanPlan
from realinsights.loans.model.principal_changes import balance_at, principal_changes
from realinsights.loans.model.terms import NoteTerms
from realinsights.loans.model.terms_changes import dated_changes
from realinsights_finance.repayment import Afterwards, InvalidRepayment
from realinsights_platform.errors import Faults

_CURTAILMENTS: Final = "terms.curtailments"
_DRAWS: Final = "terms.draws"
_DAY: Final = datetime.timedelta(days=1)


def check_principal_changes(loan: Loan, faults: Faults) -> None:
    """Add what is wrong with the draws and the curtailments of a loan, as far as its balances are not asked."""
    terms = loan.terms
    _check_fee(terms, faults)
    _check_commitment(loan, faults)
    if terms.draws:
        _check_draws(loan, faults)
    if not terms.curtailments:
        return
    if terms.payments_in_advance:
        faults.add(_CURTAILMENTS, "do not go with paymentsInAdvance: interest is paid before they come")
    repaid = [(each.paid_on, each.amount) for each in terms.curtailments]
    _check_days(loan, repaid, f"{_CURTAILMENTS}[{{}}]", "paidOn", faults)
    for place, each in enumerate(terms.curtailments):
        path = f"{_CURTAILMENTS}[{place}]"
        if each.effect is Afterwards.REAMORTIZE and terms.amortization_months is None:
            faults.add(
                f"{path}.effect", "computes the level payment anew over what is left of amortizationMonths: state it"
            )


def _check_fee(terms: NoteTerms, faults: Faults) -> None:
    if terms.unused_fee_day_count is not None and terms.unused_fee_rate is None:
        faults.add("terms.unusedFeeDayCount", "counts the days of a fee: state unusedFeeRate too")
    if terms.unused_fee_rate is not None and terms.commitment is None:
        faults.add("terms.commitment", "is what the unused fee is of: state it")
    if terms.unused_fee_rate and terms.payments_in_advance:
        faults.add("terms.unusedFeeRate", "does not go with paymentsInAdvance: it is due once its period is over")


def _check_draws(loan: Loan, faults: Faults) -> None:
    terms = loan.terms
    if terms.payments_in_advance:
        faults.add(_DRAWS, "do not go with paymentsInAdvance: interest is paid before they come")
    if terms.capitalization_limit is not None:
        faults.add(_DRAWS, "do not go with capitalizationLimit, which is a multiple of the original balance alone")
    drawn = [(each.drawn_on, each.amount) for each in terms.draws]
    _check_days(loan, drawn, f"{_DRAWS}[{{}}]", "drawnOn", faults)
    if terms.commitment is None:
        faults.add("terms.commitment", "is what the draws are of: state it")


def _check_commitment(loan: Loan, faults: Faults) -> None:
    """Add a fault where a commitment does not cover what was lent at first, or a draw is beyond it."""
    commitment = loan.terms.commitment
    if commitment is None or not commitment.is_finite() or not loan.original_balance.is_finite():
        return
    left = commitment - loan.original_balance
    if left < 0:
        faults.add("terms.commitment", f"must cover the original balance of {loan.original_balance:,}")
        return
    for place, each in enumerate(loan.terms.draws):
        if each.amount.is_finite() and each.amount > left:
            faults.add(f"{_DRAWS}[{place}].amount", f"is beyond the commitment: {left:,} of it is left then")
            return
        left -= each.amount if each.amount.is_finite() else 0


def _check_days(
    loan: Loan, changes: Sequence[tuple[datetime.date, Decimal]], path: str, field: str, faults: Faults
) -> None:
    start, maturity = _bounds(loan)
    before: datetime.date | None = None
    for place, (on, amount) in enumerate(changes):
        if not start <= on < maturity:
            words = f"must be from {start} on, when interest begins, and before {maturity}"
            faults.add(f"{path.format(place)}.{field}", words)
        elif before is not None and on <= before:
            faults.add(f"{path.format(place)}.{field}", "must be after the one before")
        before = on
        if amount.is_finite() and not amount:
            faults.add(f"{path.format(place)}.amount", "must be above zero")


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
