"""Terms as other services are told them: what the dates of a loan follow from."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from realinsights.contracts.loans import LoanStatus
from realinsights.contracts.terms import (
    ExtensionTerms,
    HedgeTerms,
    PaymentTerms,
    PhaseKind,
    PhaseTerms,
    ResetTerms,
    TermsRecorded,
)
from realinsights.loans.model.floating_terms import index_calendar
from realinsights.loans.model.loan import Loan, of_stated_principal
from realinsights.loans.model.payment_schedule import CALENDARS
from realinsights.loans.model.prepayment import NotePhase, ends_by_months, loan_dates, note_phases
from realinsights.loans.model.terms import FloatingTerms, HedgeKind, NoteTerms, PrepaymentKind
from realinsights_finance.business_days import HolidayCalendar
from realinsights_finance.prepayment import InvalidPrepaymentTerms

_OVER: Final = frozenset({LoanStatus.PAID_OFF, LoanStatus.REFINANCED, LoanStatus.DEFEASED, LoanStatus.LIQUIDATED})
_PHASES: Final = MappingProxyType({PrepaymentKind.LOCKOUT: PhaseKind.LOCKOUT, PrepaymentKind.OPEN: PhaseKind.OPEN})
_DAY: Final = datetime.timedelta(days=1)


def terms_recorded(loan: Loan) -> TermsRecorded:
    """Return what a loan's dates follow from."""
    terms = loan.terms
    return TermsRecorded(
        loan_id=loan.id,
        number=loan.number,
        name=loan.name,
        as_of=loan.balance_as_of,
        maturity_date=loan.maturity_date,
        over=loan.status in _OVER,
        current=loan.status is LoanStatus.CURRENT,
        anticipated_repayment_date=loan.anticipated_repayment_date,
        calendar=_calendar(terms),
        payments=_payments(loan),
        resets=_resets(terms, terms.floating) if terms.floating is not None else None,
        rate_steps=tuple(step.from_date for step in terms.rate_steps),
        draws=tuple(draw.drawn_on for draw in terms.draws),
        curtailments=tuple(curtailment.paid_on for curtailment in terms.curtailments),
        prepayment=tuple(_phases(loan)),
        extensions=tuple(
            ExtensionTerms(
                months=option.months,
                notice_days_at_least=option.notice_days_at_least,
                notice_days_at_most=option.notice_days_at_most,
                tested=option.minimum_debt_yield is not None or bool(option.conditions),
                exercised_on=option.exercised_on,
            )
            for option in terms.extension_options
        ),
        hedges=tuple(HedgeTerms(swap=hedge.kind is HedgeKind.SWAP, ends=hedge.end_date) for hedge in terms.hedges),
    )


def _phases(loan: Loan) -> Iterator[PhaseTerms]:
    """Yield the phases with the days that are stated, or that follow from the months that are."""
    stated = loan.terms.prepayment
    dated: dict[int | None, NotePhase] = {}
    if any(ends_by_months(phase) for phase in stated):
        with contextlib.suppress(InvalidPrepaymentTerms):  # a tape's, which nobody has checked: only its days are told
            dated = {phase.place: phase for phase in note_phases(loan, loan_dates(loan))}
    for place, phase in enumerate(stated):
        first, last = phase.from_date, phase.until
        found = dated.get(place)
        if found is not None and place and ends_by_months(stated[place - 1]):
            first = found.begin
        if found is not None and ends_by_months(phase):
            last = found.end - _DAY
        yield PhaseTerms(kind=_PHASES.get(phase.kind, PhaseKind.PRICED), first=first, last=last)


def _payments(loan: Loan) -> PaymentTerms | None:
    terms = loan.terms
    first = terms.first_payment_date
    if first is None:
        return None
    return PaymentTerms(
        first=first,
        day=terms.payment_day or first.day,
        frequency=terms.frequency,
        rule=terms.business_day_rule,
        interest_only_months=0 if of_stated_principal(loan) else terms.interest_only_months,
        grace_days=terms.grace_days or 0,
    )


def _resets(terms: NoteTerms, floating: FloatingTerms) -> ResetTerms | None:
    # The rate of a period is set where it begins: on the day of a payment, unless the note says otherwise.
    first = floating.first_reset_date or terms.first_payment_date
    if first is None:
        return None
    return ResetTerms(
        first=first,
        months=floating.reset_months,
        lookback_business_days=floating.lookback_business_days,
        calendar=index_calendar(terms, floating),
    )


def _calendar(terms: NoteTerms) -> HolidayCalendar:
    return CALENDARS.get(terms.business_day_calendar or "", HolidayCalendar.FEDERAL_RESERVE)
