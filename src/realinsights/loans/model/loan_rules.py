"""Rules of a loan: each refusal names its field."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from realinsights.contracts.loans import LoanStructure, RateType
from realinsights.loans.model.capitalizing import check_capitalizing
from realinsights.loans.model.contract import terms_problems
from realinsights.loans.model.fixings import is_level
from realinsights.loans.model.index_names import index_code
from realinsights.loans.model.loan import GONE, Loan
from realinsights.loans.model.payment_schedule import CALENDARS
from realinsights.loans.model.prepayment import check_prepayment
from realinsights.loans.model.principal_change_rules import check_owed, check_principal_changes
from realinsights.loans.model.quantities import checked
from realinsights.loans.model.terms import LONGEST_TERM_YEARS, FloatingTerms, NoteTerms, RateSetting
from realinsights.loans.model.texts import check_custom_fields
from realinsights.loans.model.timing_rules import check_timing
from realinsights_finance.business_days import BusinessDayRule
from realinsights_platform.errors import Faults, FieldError

# Where the business date is still today, it may be tomorrow already where somebody writes a balance down.
_ELSEWHERE: Final = datetime.timedelta(days=1)


def checked_loan(loan: Loan) -> tuple[Loan, Sequence[FieldError]]:
    """Return the loan with money to the cent, and every bad field; a bulk import reports these by row."""
    faults = Faults()
    loan = checked(loan, faults)
    _dates(loan, faults)
    _balances(loan, faults)
    if loan.deal is None:
        _owed(loan, faults)
    _properties(loan, faults)
    _rate(loan, faults)
    _terms(loan.terms, faults)
    _principal(loan, faults)
    _cash(loan, faults)
    check_timing(loan, faults)
    check_capitalizing(loan, faults)
    check_principal_changes(loan, faults)
    check_prepayment(loan, faults)
    check_custom_fields(loan.custom_fields, faults)
    if not faults.fields:
        faults.fields.extend(terms_problems(loan))
    if not faults.fields:
        check_owed(loan, faults)
    return loan, faults.fields


def valid_loan(loan: Loan, *, business_date: datetime.date, before: Loan | None = None) -> Loan:
    """Return a loan as a person states it, with money to the cent; raises `Invalid` naming every bad field.

    What is owed by a tape is taken at its word; who changes that of the loan as it was `before` answers for it.
    """
    loan, fields = checked_loan(loan)
    faults = Faults(fields)
    if before is None or _state_of(loan) != _state_of(before):
        if loan.deal is not None:
            _owed(loan, faults)
        # What a loan that is still to close will begin with is known before.
        if loan.balance_as_of - business_date > _ELSEWHERE and loan.balance_as_of != loan.origination_date:
            faults.add(
                "balanceAsOf",
                f"must not come after the business date {business_date}: state a day that has been",
            )
    faults.refuse("loan")
    return loan


def _state_of(loan: Loan) -> tuple[object, ...]:
    return loan.status, loan.current_balance, loan.balance_as_of, loan.origination_date


def _dates(loan: Loan, faults: Faults) -> None:
    first_payment = loan.terms.first_payment_date
    if loan.maturity_date <= loan.origination_date:
        faults.add("maturityDate", f"must be after the origination date {loan.origination_date}")
    elif loan.maturity_date.year - loan.origination_date.year > LONGEST_TERM_YEARS:
        faults.add("maturityDate", f"is more than {LONGEST_TERM_YEARS} years after the origination date")
    if first_payment is not None:
        if loan.maturity_date < first_payment:
            faults.add("maturityDate", f"must not precede the first payment date {first_payment}")
        if first_payment < loan.origination_date:
            faults.add("terms.firstPaymentDate", f"must not precede the origination date {loan.origination_date}")
    anticipated = loan.anticipated_repayment_date
    if anticipated is not None and anticipated <= loan.origination_date:
        faults.add("anticipatedRepaymentDate", f"must be after the origination date {loan.origination_date}")
    elif anticipated is not None and anticipated >= loan.maturity_date:
        faults.add("anticipatedRepaymentDate", f"must be before the maturity date {loan.maturity_date}")
    start = loan.terms.interest_start_date
    in_advance = loan.terms.payments_in_advance
    if start is not None and first_payment is not None and start >= first_payment and not in_advance:
        faults.add("terms.interestStartDate", f"must precede the first payment date {first_payment}")


def _balances(loan: Loan, faults: Faults) -> None:
    if loan.original_balance.is_finite() and loan.original_balance == 0:
        faults.add("originalBalance", "must be above zero")
    if loan.share is not None and loan.structure is LoanStructure.WHOLE_LOAN and loan.share != 1:
        faults.add("share", "a whole loan is all of its debt; choose another structure or leave the share out")


def _owed(loan: Loan, faults: Faults) -> None:
    if loan.status in GONE and loan.current_balance.is_finite() and loan.current_balance > 0:
        status = loan.status.value.replace("_", " ")
        faults.add("currentBalance", f"a loan that is {status} owes nothing: state 0.00, or another status")
    if loan.balance_as_of < loan.origination_date:
        faults.add(
            "balanceAsOf", f"must not precede the origination date {loan.origination_date}: nothing was owed before"
        )


def _properties(loan: Loan, faults: Faults) -> None:
    seen: set[str] = set()
    for index, share in enumerate(loan.properties):
        if share.property_id in seen:
            faults.add(f"properties[{index}].propertyId", "is listed twice")
        seen.add(share.property_id)
    allocated = [share.allocated_amount for share in loan.properties if share.allocated_amount is not None]
    if allocated and all(amount.is_finite() for amount in allocated):
        total = sum(allocated, Decimal(0))
        lent = max(loan.original_balance, loan.current_balance)
        if loan.original_balance.is_finite() and total > lent:
            faults.add("properties", f"the allocated amounts sum to {total:,}, more than the loan of {lent:,}")


def _rate(loan: Loan, faults: Faults) -> None:
    terms = loan.terms
    if loan.rate_type is RateType.FLOATING and terms.floating is None and loan.deal is None:
        faults.add("terms.floating", "a floating rate needs its index and spread")
    if loan.rate_type is not RateType.FLOATING and terms.floating is not None:
        faults.add("terms.floating", f"belongs to a floating rate; this one is {loan.rate_type.value}")
    if loan.rate_type is RateType.STEPPED and not terms.rate_steps and loan.deal is None:
        faults.add("terms.rateSteps", "a stepped rate needs its steps")
    if loan.rate_type is not RateType.STEPPED and terms.rate_steps:
        faults.add("terms.rateSteps", f"belong to a stepped rate; this one is {loan.rate_type.value}")
    if terms.floating is not None:
        _floating(loan, terms.floating, faults)


def _floating(loan: Loan, floating: FloatingTerms, faults: Faults) -> None:
    floor, ceiling = floating.rate_floor, floating.rate_ceiling
    _floating_words(loan, floating, faults)
    if floor is not None and ceiling is not None and floor > ceiling:
        faults.add("terms.floating.rateCeiling", "must not be below the rate floor")
    elif floating.fixed_rate is not None and loan.rate == floating.fixed_rate:
        pass  # floor and ceiling are those of the floating rate that follows
    elif ceiling is not None and loan.rate > ceiling:
        faults.add("rate", f"{loan.rate} is above the note's ceiling of {ceiling}: one of the two is wrong")
    elif floor is not None and loan.rate < floor:
        faults.add("rate", f"{loan.rate} is below the note's floor of {floor}: one of the two is wrong")
    _calendar(floating.calendar, "terms.floating.calendar", faults)


def _floating_words(loan: Loan, floating: FloatingTerms, faults: Faults) -> None:
    if is_level(index_code(floating.index)):
        faults.add("terms.floating.index", "is a level, not a rate: name sofr, and its setting in arrears")
    in_arrears = floating.setting in {RateSetting.SIMPLE_IN_ARREARS, RateSetting.COMPOUNDED_IN_ARREARS}
    for field, said in (
        ("observationShift", floating.observation_shift),
        ("lockoutBusinessDays", floating.lockout_business_days),
        ("dailyFloor", floating.daily_floor is not None),
    ):
        if said and not in_arrears:
            faults.add(f"terms.floating.{field}", f"belongs to a rate in arrears; this one is {floating.setting.value}")
    if in_arrears and floating.observation_shift and not floating.lookback_business_days:
        faults.add("terms.floating.observationShift", "needs a lookback: the business days to shift by")
    if (floating.fixed_rate is None) != (floating.fixed_until is None):
        missing = "fixedUntil" if floating.fixed_until is None else "fixedRate"
        faults.add(f"terms.floating.{missing}", "a rate that is fixed first has both: state the other too")
    elif floating.fixed_until is not None and not loan.origination_date < floating.fixed_until < loan.maturity_date:
        faults.add("terms.floating.fixedUntil", "must be after the origination and before the maturity")


def _calendar(name: str | None, path: str, faults: Faults) -> None:
    if name is not None and name not in CALENDARS:
        faults.add(path, f"{name} is no calendar that is known: choose {' or '.join(CALENDARS)}")


def _terms(terms: NoteTerms, faults: Faults) -> None:
    _calendar(terms.business_day_calendar, "terms.businessDayCalendar", faults)
    if terms.accrual_adjusted and terms.business_day_rule is BusinessDayRule.UNADJUSTED:
        faults.add("terms.accrualAdjusted", "needs a business-day rule that moves payments")
    _ascending([step.from_date for step in terms.rate_steps], "terms.rateSteps", "fromDate", faults)
    _ascending([item.due_date for item in terms.scheduled_principal], "terms.scheduledPrincipal", "dueDate", faults)
    _fixed_principal(terms, faults)
    for index, option in enumerate(terms.extension_options):
        least, most = option.notice_days_at_least, option.notice_days_at_most
        if least is not None and most is not None and most < least:
            faults.add(f"terms.extensionOptions[{index}].noticeDaysAtMost", "must not be below the least notice")
    for index, hedge in enumerate(terms.hedges):
        if hedge.floor_strike is not None and hedge.floor_strike > hedge.strike:
            faults.add(f"terms.hedges[{index}].floorStrike", "must not be above the strike")
        if hedge.start_date is not None and hedge.end_date is not None and hedge.end_date <= hedge.start_date:
            faults.add(f"terms.hedges[{index}].endDate", "must be after its start")


def _fixed_principal(terms: NoteTerms, faults: Faults) -> None:
    if terms.fixed_principal is None:
        return
    if terms.scheduled_principal:
        faults.add("terms.scheduledPrincipal", "says otherwise what principal is due than fixedPrincipal: state one")
    if not terms.fixed_principal:
        faults.add("terms.fixedPrincipal", "must be above zero; without it the loan is interest-only")


def _principal(loan: Loan, faults: Faults) -> None:
    listed = loan.terms.scheduled_principal
    lent = sum((draw.amount for draw in loan.terms.draws), loan.original_balance)
    amounts = [item.amount for item in listed if item.amount.is_finite()]
    if lent.is_finite() and sum(amounts) > lent:
        faults.add("terms.scheduledPrincipal", f"the amounts sum to {sum(amounts):,}, more than the loan of {lent:,}")
    for index, item in enumerate(listed):
        if item.due_date > loan.maturity_date:
            faults.add(
                f"terms.scheduledPrincipal[{index}].dueDate",
                f"must not come after the maturity date {loan.maturity_date}",
            )


def _cash(loan: Loan, faults: Faults) -> None:
    terms, path = loan.terms, "terms.cashAfterAnticipatedRepayment"
    if terms.cash_after_anticipated_repayment is None:
        return
    if loan.anticipated_repayment_date is None:
        faults.add(path, "repays the loan after its anticipated repayment date: state anticipatedRepaymentDate too")
    if terms.scheduled_principal or terms.fixed_principal is not None:
        faults.add(path, "goes with level payments or interest alone, not with principal that the note states")


def _ascending(values: Sequence[datetime.date], path: str, field: str, faults: Faults) -> None:
    for index in range(1, len(values)):
        if not values[index - 1] < values[index]:
            faults.add(f"{path}[{index}].{field}", "must be after the one before")
