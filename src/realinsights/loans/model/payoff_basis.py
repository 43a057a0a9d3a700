"""Basis of a payoff or a prepayment: what is left of a loan's schedule on a day, or why no schedule tells it. Pure.

What is owed by the record goes on by the schedule: where the two agree, it is the note's own; where they do not, one of
the recorded balance from the period of its day on. What was owed before that day is the schedule's.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

import msgspec

from realinsights.contracts.loans import RateType
from realinsights.loans.model.advance_payoff import owed_in_advance
from realinsights.loans.model.contract import Contract, Part, contract_of
from realinsights.loans.model.floating_payoff import KnownRates, Rates, owed_at_known_rates, stated_rates
from realinsights.loans.model.loan import Loan, repays_nothing
from realinsights.loans.model.payment_schedule import Unscheduled, finance_terms
from realinsights.loans.model.prepayment import LoanDates, loan_dates, prepayable_until
from realinsights.loans.model.rolling_forward import ROLLED, remaining_schedule
from realinsights_finance.due_dates import add_months
from realinsights_finance.prepayment import ACCRUED, Accrued, InterestTo, PayoffItem, fraction_of_a_day
from realinsights_finance.schedule import Schedule, schedule
from realinsights_finance.terms import InvalidTerms, LoanTerms
from realinsights_finance.time import Interval

_CHANGED: Final = "the loan's terms changed within this period"


@dataclass(frozen=True, slots=True)
class Basis:
    """What is left of a loan on a day, as a schedule; `dates` are those that its phases of prepayment count from.

    `note` is the whole schedule of the note, None where it has none. `accrued` is what the schedule cannot tell of the
    running period. `rate_unknown` says why future interest is not known, else it is None. `of_one_day` says that nor is
    the balance after the day. `assumed` are in words.
    """

    schedule: Schedule
    dates: LoanDates
    note: Schedule | None = None
    assumed: tuple[str, ...] = ()
    accrued: Accrued | None = None
    rate_unknown: str | None = None
    of_one_day: bool = False


def basis_of(loan: Loan, *, on: datetime.date, rates: Rates = None) -> Basis | Unscheduled:
    """Return what a payoff of a loan on a day is computed from, or why it is not known.

    `rates` are those of a loan that floats, or did, or why no rate of it can be computed.
    """
    try:
        contract = contract_of(loan)
        part = contract.part_on(on)
        if part.schedule is None:
            return _of_unknown_rate(loan, part, on, rates if part.plan is None else stated_rates(part.plan))
        found = _of_schedule(loan, contract, part, part.schedule, on)
        if isinstance(found, Unscheduled) or not _floated_before(contract, part, part.schedule, on):
            return found
        former = _of_former_rate(part.schedule.terms, on, rates)
        return replace(found, accrued=_unpaid(loan) or former or found.accrued)
    except InvalidTerms:
        return Unscheduled("its terms give no schedule")


def _of_schedule(
    loan: Loan, contract: Contract, part: Part, computed: Schedule, on: datetime.date
) -> Basis | Unscheduled:
    terms = computed.terms
    if _extended(loan, terms, on):
        return _extension(loan, terms)
    whole = contract.parts[0].terms
    dates = loan_dates(loan)
    if isinstance(whole, LoanTerms):
        dates = _dates(loan, whole, terms.maturity)
    terms, taken = _to_anticipated(loan, terms, on)
    if taken:
        computed = schedule(terms)
    changed = part.since is not None and part.since > terms.start and not terms.installments_due(on)
    accrued = _unpaid(loan) or (_of_change(loan, part, terms, on) if changed else None)
    # Of terms that have changed, the interest since the closing is in no one schedule.
    note = computed if part.since is None else None
    before = on < loan.balance_as_of
    if before:
        taken += (f"What is owed on {on} is the schedule's: the recorded balance is of {loan.balance_as_of}.",)
    paid = terms.installments_due(on) - terms.installments_due(loan.balance_as_of)
    if loan.status not in ROLLED and terms.amortizes and paid and not before:
        return Unscheduled(f"it is reported as {_status(loan)}: whether its payments were made is not known")
    recorded = loan.current_balance
    if before or contract.part_on(loan.balance_as_of).balance_on(loan.balance_as_of) == recorded:
        return Basis(computed, dates, note, taken, accrued)
    if loan.balance_as_of >= terms.maturity:
        return _recorded_after_maturity(loan, Basis(computed, dates, note, taken, accrued))
    left = remaining_schedule(loan)
    if isinstance(left, Unscheduled):
        return left
    words = (
        f"The balance of {recorded:,}, recorded as of {loan.balance_as_of}, goes on by what is left of the schedule."
    )
    goes_on = schedule(_to_anticipated(loan, left.terms(recorded), on)[0] if left is not None else _level(terms, loan))
    if changed:
        accrued = not_known(f"{_CHANGED}, and its recorded balance is not the schedule's")
    return Basis(goes_on, dates, note, (words, *taken), accrued)


def _recorded_after_maturity(loan: Loan, basis: Basis) -> Basis:
    """Return what is left of a loan whose balance was recorded after maturity: its interest may be paid to any day."""
    terms, last = basis.schedule.terms, basis.schedule.installments[-1]
    if loan.current_balance == last.beginning_balance:
        return basis
    recorded = f"the balance of {loan.current_balance:,} was recorded as of {loan.balance_as_of}"
    reason = f"{recorded}, after maturity on {terms.maturity}: to which day its interest is paid is not known"
    return replace(basis, schedule=schedule(_level(terms, loan)), accrued=basis.accrued or not_known(reason))


def _dates(loan: Loan, terms: LoanTerms, maturity: datetime.date) -> LoanDates:
    """Return the days that phases count from: they begin with the closing, where interest starts later too."""
    start = min(loan.origination_date, terms.start)
    return LoanDates(start, terms.first_payment, terms.due_day, prepayable_until(loan, maturity))


def _to_anticipated(loan: Loan, terms: LoanTerms, on: datetime.date) -> tuple[LoanTerms, tuple[str, ...]]:
    """Return the terms to an anticipated repayment date that is not over on a day, and in words that this is taken."""
    until = prepayable_until(loan, terms.maturity)
    if until == terms.maturity or on > until:
        return terms, ()
    return replace(terms, maturity=until), (f"The anticipated repayment date {until} is taken as the maturity.",)


def _of_change(loan: Loan, part: Part, terms: LoanTerms, on: datetime.date) -> Accrued:
    """Return the interest of a period in which terms change: at each rate for its own days."""
    if loan.terms.payoff_interest_to is InterestTo.END_OF_PERIOD:
        return not_known(_CHANGED)
    item = PayoffItem(name=ACCRUED, amount=part.accrued_on(on))
    day = terms.interest(terms.principal, fraction_of_a_day(terms.day_count, on))
    return Accrued(item=item, days=terms.period(1, on).days, per_diem=day)


def _extended(loan: Loan, terms: LoanTerms, on: datetime.date) -> bool:
    """Tell whether a day is within a loan's extension."""
    return on >= terms.maturity and loan.extended_maturity_date > terms.maturity


def _extension(loan: Loan, terms: LoanTerms) -> Unscheduled:
    return Unscheduled(
        f"the loan is extended to {loan.extended_maturity_date}: its terms after {terms.maturity} are not known"
    )


def _floated_before(contract: Contract, part: Part, computed: Schedule, on: datetime.date) -> bool:
    """Tell whether a day is in the first period of fixed terms, and the rate floated before them."""
    place = contract.parts.index(part)
    return place > 0 and contract.parts[place - 1].schedule is None and not computed.terms.installments_due(on)


def _of_former_rate(terms: LoanTerms, on: datetime.date, rates: Rates) -> Accrued | None:
    """Return the interest of a period within which a floating rate became a fixed one; None of a period after it."""
    if isinstance(rates, KnownRates):
        owed = owed_at_known_rates(rates, on=on)
        return not_known(owed.reason) if isinstance(owed, Unscheduled) else owed.accrued
    return None if terms.is_regular(1) else not_known(_CHANGED)


def _of_unknown_rate(loan: Loan, part: Part, on: datetime.date, rates: Rates) -> Basis | Unscheduled:
    """Return what is left of a loan that the plain schedule does not hold, as far as its balance is known."""
    agreed = part.agreed
    if not isinstance(part.terms, Unscheduled):
        return Unscheduled("its terms give no schedule")
    why = rates if isinstance(rates, Unscheduled) else part.terms
    known = isinstance(rates, KnownRates)
    if (agreed.rate_type is RateType.FIXED and part.plan is None) or not (known or repays_nothing(agreed)):
        return why
    # Dates and balance are those of a loan of any rate that repays nothing; what depends on it is not computed from it,
    # nor from the days between payments of weeks.
    frequency = agreed.terms.frequency
    by_months = frequency.months is not None
    still = msgspec.structs.replace(
        agreed.terms,
        floating=None,
        rate_steps=(),
        amortization_months=None,
        level_payment=None,
        fixed_principal=None,
        cash_after_anticipated_repayment=None,
        pay_rate=None,
        capitalizing_payment=None,
        capitalization_limit=None,
        curtailments=(),
        draws=(),
        unused_fee_rate=None,
        payments_in_advance=False,
        frequency=frequency if by_months else Interval.MONTHLY,
        payment_day=agreed.terms.payment_day if by_months else None,
        scheduled_principal=(),
        interest_only_months=0,
        amortization_from_closing=False,
    )
    terms = finance_terms(msgspec.structs.replace(agreed, rate_type=RateType.FIXED, terms=still))
    if isinstance(terms, Unscheduled) or _extended(loan, terms, on):
        return _extension(loan, terms) if isinstance(terms, LoanTerms) else terms
    reason = part.terms.reason
    dates = _dates(loan, terms, terms.maturity)
    terms, taken = _to_anticipated(loan, terms, on)
    if isinstance(rates, KnownRates) and on >= terms.start:
        in_advance = rates.plan.in_advance
        owed = (
            owed_in_advance(rates.plan, on=on)
            if in_advance
            else owed_at_known_rates(rates.until(terms.maturity), on=on)
        )
        if isinstance(owed, Unscheduled):
            return owed
        computed = schedule(replace(terms, principal=owed.principal))
        accrued = _unpaid(loan) or owed.accrued
        return Basis(computed, dates, None, (*owed.assumed, *taken), accrued, reason, not repays_nothing(agreed))
    if on >= loan.balance_as_of:
        terms = replace(terms, principal=loan.current_balance)
    paid = terms.installments_due(on)
    begun = paid >= terms.periods or on > terms.period_start(paid + 1)
    accrued = _unpaid(loan) or (not_known(why.reason) if begun else _NOTHING_YET)
    return Basis(schedule(terms), dates, None, taken, accrued, reason)


def _level(terms: LoanTerms, loan: Loan) -> LoanTerms:
    """Return what is left of a loan that repays nothing before its last payment."""
    number = min(terms.installments_due(loan.balance_as_of), terms.periods - 1) + 1
    first = add_months(terms.first_payment, (number - 1) * terms.frequency.months, day=terms.due_day)
    last = number == terms.periods
    return replace(
        terms,
        principal=loan.current_balance,
        start=terms.period_start(number),
        first_payment=terms.maturity if last else first,
        payment_day=None if last else terms.due_day,
        amortization_months=None,
        interest_only_months=0,
        amortization_from_closing=False,
        payment=None,
    )


def not_known(reason: str) -> Accrued:
    """Return accrued interest that is not known."""
    return Accrued(item=PayoffItem(name=ACCRUED, amount=None, reason=reason))


_NOTHING_YET: Final = Accrued(item=PayoffItem(name=ACCRUED, amount=Decimal("0.00")), days=0)
"""Interest on a due date, with what one more day will add not known."""


def _unpaid(loan: Loan) -> Accrued | None:
    """Return interest as not known of a loan that is reported as anything but current."""
    if loan.status in ROLLED:
        return None
    return not_known(f"the loan is reported as {_status(loan)}: how much of its interest is unpaid is not known")


def _status(loan: Loan) -> str:
    words = loan.status.value.replace("_", " ")
    return f"{words} past due" if words.endswith("days") else words
