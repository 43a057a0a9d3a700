"""Prepayable loans: phases, schedule and market of a payoff or a prepayment, as far as they are known."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from decimal import Decimal

from realinsights.loans.model.floating_payoff import Rates
from realinsights.loans.model.loan import GONE, Loan
from realinsights.loans.model.payment_schedule import Unscheduled
from realinsights.loans.model.payoff_basis import Basis, basis_of
from realinsights.loans.model.prepayment import NOT_STATED, NotePhase, loan_dates, note_phases, phases_after, terms_from
from realinsights.loans.model.prepayment_asked import PrepaymentAsked
from realinsights.loans.model.prepayment_market import Market, market_of
from realinsights_finance.due_dates import add_months
from realinsights_finance.prepayment import (
    Defeasance,
    InvalidPrepaymentTerms,
    Lockout,
    MinimumInterest,
    Phase,
    PrepaymentTerms,
    Regime,
    Unknown,
    YieldMaintenance,
    interest_to,
)
from realinsights_platform.errors import Conflict


@dataclass(frozen=True, slots=True)
class Prepayable:
    """A loan's phases, as far as the market and its schedule let their costs be known, and what is left of it."""

    loan: Loan
    basis: Basis | Unscheduled
    phases: tuple[NotePhase, ...]
    market: Market
    interest_received: Decimal | None

    def terms_of(self, basis: Basis) -> PrepaymentTerms:
        """Return the phases from where the schedule goes on; where none are stated, one of which nothing is known."""
        nothing = PrepaymentTerms((Phase(regime=Unknown(reason=NOT_STATED)),))
        return terms_from(self.phases, basis.schedule.terms.start) or nothing

    def phase_on(self, on: datetime.date) -> NotePhase | None:
        """Return the phase that a day is in, None where there is none."""
        return next((phase for phase in self.phases if phase.begin <= on < phase.end), None)

    def allowed_from(self, on: datetime.date) -> datetime.date | None:
        """Return the first day from a day on that no lockout holds, None where there is none before maturity."""
        free = (phase for phase in self.phases if on < phase.end and not isinstance(phase.regime, Lockout))
        return next((max(on, phase.begin) for phase in free), None)


def outside_in_words(loan: Loan, basis: Basis, on: datetime.date) -> str:
    """Return why nothing can be prepaid on a day on which a loan is not outstanding by its schedule."""
    terms, last = basis.schedule.terms, basis.schedule.installments[-1]
    if on < loan.origination_date:
        return f"the loan closes on {loan.origination_date}, after {on}"
    if on < terms.start:
        return (
            f"interest starts on {terms.start}: what is owed from the closing on {loan.origination_date} until then "
            "is settled at closing, and is not known"
        )
    if last.number == terms.periods:
        return f"the loan matures on {last.due_date}: from then on it is not prepaid, ask for its payoff"
    return f"the loan is repaid by {last.due_date} by its schedule"


def refuse_repaid(loan: Loan) -> None:
    """Raise `Conflict` where nothing is owed."""
    if loan.status in GONE:
        raise Conflict(f"Loan {loan.number} is {loan.status.value.replace('_', ' ')}: nothing is owed.")
    if not loan.current_balance:
        raise Conflict(f"Loan {loan.number} owes nothing: its balance of {loan.balance_as_of} is zero.")


def prepayable(
    loan: Loan,
    *,
    on: datetime.date,
    asked: PrepaymentAsked,
    basis: Basis | None = None,
    rates: Rates = None,
) -> Prepayable:
    """Return what a prepayment of a loan on a day, or after it, is computed from; `rates` are of a floating loan."""
    market = market_of(asked.treasury, asked.zero_rates, on=on)
    found = basis or basis_of(loan, on=on, rates=rates)
    dates = loan_dates(loan) if isinstance(found, Unscheduled) else found.dates
    try:
        phases = note_phases(loan, dates, chosen=asked.chosen)
        if phases and dates.maturity == loan.anticipated_repayment_date and on > dates.maturity:
            phases += phases_after(loan, dates, chosen=asked.chosen)
    except InvalidPrepaymentTerms as invalid:
        unknown = Unknown(reason=f"its prepayment terms cannot be: {invalid}")
        phases = (NotePhase(None, None, dates.start, dates.maturity, unknown),)
    received = asked.interest_received
    if not isinstance(found, Unscheduled):
        phases = tuple(replace(phase, regime=_known(phase.regime, found, market, received)) for phase in phases)
    return Prepayable(loan, found, phases, market, received)


def _known(regime: Regime, basis: Basis, market: Market, received: Decimal | None) -> Regime:
    """Return the regime, or that it is not known what it asks, and why."""
    of_interest = isinstance(regime, YieldMaintenance | Defeasance)
    if of_interest and basis.rate_unknown is not None:
        return Unknown(reason=basis.rate_unknown)
    if isinstance(regime, YieldMaintenance) and market.treasury is None:
        return Unknown(reason="yield maintenance needs a Treasury yield, or a curve of them: state treasury")
    if isinstance(regime, Defeasance) and market.discount is None:
        return Unknown(reason="a defeasance needs zero rates: state zeroRates")
    if isinstance(regime, MinimumInterest) and basis.schedule is not basis.note:
        return _minimum(regime, basis, received)
    return regime


def _minimum(regime: MinimumInterest, basis: Basis, received: Decimal | None) -> Regime:
    """Return the minimum of the note's own schedule as an amount, to be held against what was received."""
    amount = regime.amount
    if amount is None:
        if basis.note is None:
            return Unknown(reason=basis.rate_unknown or "the note's own interest is not known")
        amount = interest_to(basis.note, add_months(basis.note.terms.start, regime.months or 0))
    if received is None:
        return Unknown(reason="what interest the lender received is not known: state interestReceived, of one day")
    return MinimumInterest(amount=amount)
