"""Notes as plans: which loans a plan computes, and what their periods, rates and repayment are. Pure."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Final, cast

import msgspec

from realinsights.contracts.loans import RateType
from realinsights.loans.model.capitalizing import capitalizing
from realinsights.loans.model.loan import Loan, capitalizes, changes_principal, pays_interest_only, repays_nothing
from realinsights.loans.model.payment_schedule import (
    NO_FIRST_PAYMENT,
    Dates,
    Unscheduled,
    contractual_dates,
    payment_calendar,
    schedule_dates,
)
from realinsights.loans.model.plan import Leg, LoanPlan
from realinsights.loans.model.terms import NoteTerms
from realinsights.loans.model.terms_changes import agreements, dated_changes
from realinsights_finance.business_days import BusinessDayRule, HolidayCalendar, adjusted
from realinsights_finance.level_payment import level_payment, level_payment_in_advance
from realinsights_finance.repayment import (
    FixedPrincipal,
    HyperAmortization,
    InterestOnly,
    LevelPayment,
    PrincipalSchedule,
    Repayment,
)
from realinsights_finance.rounding import InterestRounding
from realinsights_finance.terms import MAXIMUM_MONTHS, PaymentBasis
from realinsights_finance.time import AccrualPeriod, EmptyPeriod, PeriodRule, accrual_periods

_NOTHING: Final = Decimal("0.00")


def is_planned(loan: Loan) -> bool:
    """Tell whether the rates of a loan are all stated, and a plan computes it, not the plain schedule.

    Where the terms of such a loan have changed, nothing does.
    """
    terms = loan.terms
    own = (terms.fixed_principal, terms.cash_after_anticipated_repayment)
    own_days = terms.frequency.months is None or terms.payments_in_advance
    other = own_days or loan.rate_type is RateType.STEPPED or own != (None, None) or bool(terms.scheduled_principal)
    other = other or capitalizes(terms) or changes_principal(terms) or bool(terms.unused_fee_rate)
    return other and loan.rate_type is not RateType.FLOATING and not dated_changes(loan)


def loan_plan(loan: Loan) -> LoanPlan | Unscheduled:
    """Return what the note of a loan says whose rates are all stated, or why no schedule can be computed of it."""
    first_payment, maturity = contractual_dates(loan)
    if first_payment is None:
        return NO_FIRST_PAYMENT
    if loan.terms.daily_rate_decimals is not None:
        return Unscheduled("the rate of a day is rounded, which is computed of level payments at one rate alone")
    dates = schedule_dates(loan, first_payment, maturity)
    periods = note_periods(loan.terms, dates, first_payment, maturity)
    if isinstance(periods, Unscheduled):
        return periods
    repayment = note_repayment(loan, periods)
    legs = stated_legs(loan, periods[0].start)
    if isinstance(repayment, Unscheduled) or isinstance(legs, Unscheduled):
        return repayment if isinstance(repayment, Unscheduled) else cast("Unscheduled", legs)
    why_not = _not_in_advance(loan, repayment) if loan.terms.payments_in_advance else None
    if why_not is not None:
        return why_not
    return LoanPlan(
        loan=loan,
        start=dates.start,
        first_due=_first_due(loan.terms, first_payment),
        periods=periods,
        legs=tuple(legs),
        repayment=repayment,
        assumed=(*dates.assumed, *repayment_assumed(loan, repayment)),
    )


def _first_due(terms: NoteTerms, first_payment: datetime.date) -> datetime.date | None:
    """Return the day of the first payment of a loan that is paid in advance, None of any other."""
    if not terms.payments_in_advance:
        return None
    return _moved(terms, first_payment, payment_calendar(terms, first_payment))


def _moved(terms: NoteTerms, on: datetime.date, calendar: object) -> datetime.date:
    return adjusted(on, terms.business_day_rule, calendar) if isinstance(calendar, HolidayCalendar) else on


def _not_in_advance(loan: Loan, repayment: Repayment) -> Unscheduled | None:
    """Return why a loan is not computed as one that is paid in advance."""
    if isinstance(repayment, HyperAmortization):
        return Unscheduled(
            "cash repays it after its anticipated repayment: that is computed of payments in arrears alone"
        )
    if isinstance(repayment, LevelPayment) and repayment.reamortizes:
        return Unscheduled("its payment changes with its rate, which is computed of payments in arrears alone")
    if loan.terms.interest_rounding is InterestRounding.CARRIED:
        return Unscheduled("balances are carried unrounded, which is computed of payments in arrears alone")
    return None


def present_plan(loan: Loan) -> LoanPlan | Unscheduled:
    """Return the plan of a loan at its stated rates; of one that floats as if its present rate stayed."""
    if loan.rate_type is not RateType.FLOATING:
        return loan_plan(loan)
    terms = msgspec.structs.replace(loan.terms, floating=None)
    return loan_plan(msgspec.structs.replace(loan, rate_type=RateType.FIXED, terms=terms, original=None))


def stated_legs(agreed: Loan, start: datetime.date) -> list[Leg] | Unscheduled:
    """Return the rates from a day on of a loan that does not float, or why they are not known."""
    original = agreed.original
    if agreed.rate_type is RateType.FIXED:
        return [Leg(start, agreed.rate if original is None else original.rate)]
    steps = agreed.terms.rate_steps
    if not steps:
        return Unscheduled("the rate is stepped, and its steps are not known")
    held = [step for step in steps if step.from_date <= start][-1:]
    later = [Leg(step.from_date, step.rate) for step in steps if step.from_date > start]
    if held:
        return [Leg(start, held[0].rate), *later]
    present = [step for step in steps if step.from_date <= agreed.balance_as_of][-1:]
    if original is None and present and present[0].rate == agreed.rate:
        return Unscheduled(
            f"the rate is stepped, and what it was before {steps[0].from_date} is not stated: state a step from {start}"
        )
    return [Leg(start, agreed.rate if original is None else original.rate), *later]


def note_repayment(loan: Loan, periods: tuple[AccrualPeriod, ...]) -> Repayment | Unscheduled:
    """Return how a note repays its principal in some periods, or why that is not computed."""
    if dated_changes(loan) and not all(repays_nothing(agreed) for _, agreed in agreements(loan)):
        return Unscheduled("its terms have changed while principal is repaid: that is not computed yet")
    terms = loan.terms
    if repays_nothing(loan):
        return InterestOnly()
    if capitalizes(terms):
        return capitalizing(terms)
    if terms.scheduled_principal:
        return _scheduled(terms, periods)
    interest_only = terms.frequency.periods_of(terms.interest_only_months)
    if terms.fixed_principal is not None:
        return FixedPrincipal(amount=terms.fixed_principal, interest_only=interest_only)
    return _with_cash(loan, interest_only)


def _with_cash(loan: Loan, interest_only: int) -> Repayment | Unscheduled:
    terms = loan.terms
    regular = InterestOnly() if pays_interest_only(terms) else _level_payment(loan, interest_only)
    cash, anticipated = terms.cash_after_anticipated_repayment, loan.anticipated_repayment_date
    if cash is None or isinstance(regular, Unscheduled):
        return regular
    if isinstance(regular, LevelPayment) and regular.reamortizes:
        return Unscheduled("its payment changes with its rate, which is not computed together with cash that repays it")
    if anticipated is None:
        return Unscheduled("cash repays it after its anticipated repayment date, which is not known")
    return HyperAmortization(before=regular, anticipated_on=anticipated, cash=(cash,))


def _level_payment(loan: Loan, interest_only: int) -> LevelPayment | Unscheduled:
    terms = loan.terms
    if terms.payment_basis is not PaymentBasis.NOTE_RATE:
        return Unscheduled("its payment is computed on another rate than the note's, which only a plain schedule knows")
    periods = max(terms.frequency.periods_of(_amortized(terms)), 1)
    if terms.level_payment is not None and not (terms.payments_in_advance and terms.amortization_months):
        # Nothing but the maturity ends it: the periods only say when the last payment in advance is all that is left,
        # and over how many a payment is computed anew.
        periods = MAXIMUM_MONTHS * 5 if terms.payments_in_advance else periods
        return LevelPayment(periods=periods, interest_only=interest_only, payment=terms.level_payment)
    if loan.rate_type is not RateType.FIXED:
        return LevelPayment(periods=periods, interest_only=interest_only, reamortizes=True)
    rate = Fraction(loan.rate if loan.original is None else loan.original.rate)
    computed = level_payment_in_advance if terms.payments_in_advance else level_payment
    payment = terms.level_payment or computed(
        loan.original_balance, rate / terms.frequency.periods_per_year, periods, terms.payment_rounding
    )
    return LevelPayment(periods=periods, interest_only=interest_only, payment=payment)


def _amortized(terms: NoteTerms) -> int:
    """Return the months over which level payments repay a loan."""
    months = terms.amortization_months or 0
    return months - (terms.interest_only_months if terms.amortization_from_closing else 0)


def repayment_assumed(loan: Loan, repayment: Repayment) -> tuple[str, ...]:
    """Return in words what is assumed of how principal is repaid."""
    terms = loan.terms
    if isinstance(repayment, HyperAmortization):
        repayment = repayment.before
    if isinstance(repayment, LevelPayment) and repayment.reamortizes:
        return ("The payment is computed anew over what is left of the amortization whenever the rate changes.",)
    own = {PrincipalSchedule: "as the note lists it", FixedPrincipal: "by the same amount each period"}
    how = own.get(type(repayment))
    if how is not None and (terms.amortization_months or terms.level_payment is not None):
        stated = "amortization" if terms.level_payment is None else "level payment"
        return (f"Principal is repaid {how}, not by the {stated} that is stated too.",)
    return ()


def note_periods(
    terms: NoteTerms, dates: Dates, first_payment: datetime.date, maturity: datetime.date
) -> tuple[AccrualPeriod, ...] | Unscheduled:
    """Return the periods of a note, or why they are not known."""
    rule = _period_rule(terms, dates, first_payment)
    if isinstance(rule, Unscheduled):
        return rule
    try:
        periods = accrual_periods(dates.start, maturity, rule)
    except EmptyPeriod as empty:
        return Unscheduled(str(empty))
    except ValueError:
        return Unscheduled(f"its first payment, on {first_payment}, is not on day {dates.payment_day} of the month")
    first_end = rule.moved(first_payment) if rule.accrual_adjusted else first_payment
    early = sum(1 for period in periods if period.end < first_end)
    if not early:
        return periods
    # Interest starts more than a period before the first payment: all of it is paid with that.
    whole = replace(periods[early], start=dates.start, regular=False)
    return tuple(
        replace(period, number=number) for number, period in enumerate((whole, *periods[early + 1 :]), start=1)
    )


def _period_rule(terms: NoteTerms, dates: Dates, first_payment: datetime.date) -> PeriodRule | Unscheduled:
    calendar = payment_calendar(terms, first_payment)
    if isinstance(calendar, Unscheduled):
        return calendar
    return PeriodRule(
        interval=terms.frequency,
        anchor=first_payment,
        day=dates.payment_day,
        business_day_rule=terms.business_day_rule if calendar is not None else BusinessDayRule.UNADJUSTED,
        calendar=calendar,
        accrual_adjusted=terms.accrual_adjusted and calendar is not None,
    )


def _scheduled(terms: NoteTerms, periods: tuple[AccrualPeriod, ...]) -> PrincipalSchedule | Unscheduled:
    """Return the principal of each period by the note's list. What it lists after the last period is due with that."""
    calendar = payment_calendar(terms, periods[0].payment_date)
    places = {period.payment_date: place for place, period in enumerate(periods)}
    places |= {period.end: place for place, period in enumerate(periods)}
    if terms.payments_in_advance:
        # Each is due as its period begins; what is listed for the maturity is in what is left then.
        places = {_moved(terms, period.start, calendar): place for place, period in enumerate(periods)}
        places |= {period.start: place for place, period in enumerate(periods)}
    amounts = [_NOTHING] * len(periods)
    for item in terms.scheduled_principal:
        place = places.get(item.due_date)
        if place is None and isinstance(calendar, HolidayCalendar):
            place = places.get(adjusted(item.due_date, terms.business_day_rule, calendar))
        if place is not None:
            amounts[place] += item.amount
        elif item.due_date < periods[-1].end:
            return Unscheduled(
                f"its principal of {item.due_date} is due on no payment date: the periods around it end on "
                f"{_around(item.due_date, periods)}"
            )
    return PrincipalSchedule(tuple(amounts))


def _around(day: datetime.date, periods: tuple[AccrualPeriod, ...]) -> str:
    before = [period.end for period in periods if period.end < day][-1:]
    after = [period.end for period in periods if period.end > day][:1]
    return " and ".join(map(str, [*before, *after]))
