"""Cost of prepaying a loan: on each of its payment dates to maturity, or on one day, of all or a part of it."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from realinsights.loans.model.explained import Explanation, explanation_of
from realinsights.loans.model.floating_payoff import Rates
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.payment_schedule import Unscheduled
from realinsights.loans.model.payoff_basis import Basis
from realinsights.loans.model.prepayment import NOT_STATED, NotePhase
from realinsights.loans.model.prepayment_asked import CostAsked, checked_request
from realinsights.loans.model.terms import PartialPrepayment, PrepaymentKind
from realinsights.loans.queries.prepayable import Prepayable, outside_in_words, prepayable, refuse_repaid
from realinsights_finance.explain import Trace
from realinsights_finance.money import from_cents
from realinsights_finance.prepayment import (
    CurveTooShort,
    InvalidDiscount,
    InvalidPrincipal,
    LockedOut,
    Lockout,
    NotOutstanding,
    Open,
    PrepaymentCost,
    Unknown,
    UnknownCost,
    cost_by_date,
    formula_of,
    prepayment_cost,
    reinvested_at,
)
from realinsights_finance.value import BeforeCurve, CurveEndsEarly
from realinsights_platform.errors import Invalid

_DAY: Final = datetime.timedelta(days=1)
_NOTHING: Final = Decimal("0.00")
_MOST_TERMS: Final = 480
"""Dates whose yields are looked up on a curve one by one; what a longer loan reinvests at is told of one day alone."""


class CostState(StrEnum):
    """The state of a cost: known, or why there is no amount."""

    KNOWN = "known"
    LOCKED_OUT = "locked_out"
    UNKNOWN = "unknown"


class PrepaymentFeeAmount(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A fee of a prepayment in dollars and cents."""

    name: str
    amount: Decimal


class PhaseOfLoan(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A phase with its first and last day, and what it asks.

    `place` is its place among the loan's own, from 1; null of days of which the loan's terms say nothing, as `kind` is.
    `unknown` says what is not known of it, else it is null. `assumed` says what its terms leave open and is taken as
    usual.
    """

    place: int | None
    kind: PrepaymentKind | None
    from_date: datetime.date
    until: datetime.date
    formula: str
    unknown: str | None
    assumed: tuple[str, ...]


class DatedCost(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a prepayment costs on a day besides principal and accrued interest, the installments due by then paid.

    `reason` says why nothing is known, or that no prepayment is allowed; `allowed_from` is then the first day that
    allows one. `calculated` is what the formula gives, negative where the lender gains, and `floor` the least that the
    note asks: both are told of one day, as single `fee_amounts` are. `reinvested_at` is the yearly rate of a yield
    maintenance: the Treasury yield used and the note's spread.
    """

    on: datetime.date
    kind: PrepaymentKind | None
    state: CostState
    formula: str
    reason: str | None = None
    allowed_from: datetime.date | None = None
    balance: Decimal | None = None
    principal: Decimal | None = None
    calculated: Decimal | None = None
    floor: Decimal | None = None
    floor_applied: bool | None = None
    premium: Decimal | None = None
    fees: Decimal | None = None
    total: Decimal | None = None
    reinvested_at: Decimal | None = None
    fee_amounts: tuple[PrepaymentFeeAmount, ...] = ()


class LoanPrepayment(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What prepaying a loan costs: on each payment date after `after`, or on one day.

    `not_computed` says why there is no schedule to compute from, else it is null. `explained` is of
    the first cost that is known, where it is asked for.
    """

    loan_id: str | None
    number: str | None
    after: datetime.date
    partial_prepayment: PartialPrepayment | None
    phases: tuple[PhaseOfLoan, ...]
    costs: tuple[DatedCost, ...]
    assumptions: tuple[str, ...] = ()
    not_computed: str | None = None
    explained: Explanation | None = None


def prepayment_of(
    loan: Loan,
    *,
    business_date: datetime.date,
    asked: CostAsked,
    basis: Basis | None = None,
    rates: Rates = None,
) -> LoanPrepayment:
    """Return what prepaying a loan costs, on a day or on each payment date after the business date.

    `basis` replaces the loan's own, `rates` are those of a floating loan. Raises `Invalid` for what cannot be asked,
    `Conflict` where nothing is owed.
    """
    on = asked.on
    day = business_date if on is None else on
    asked = checked_request(asked, day)
    amount = asked.amount
    refuse_repaid(loan)
    if amount is not None and loan.terms.partial_prepayment is PartialPrepayment.NOT_ALLOWED:
        raise Invalid.field("amount", "the note allows no prepayment of a part: leave it out")
    found = prepayable(loan, on=day, asked=asked, basis=basis, rates=rates)
    if on is None and isinstance(found.basis, Basis) and found.basis.of_one_day:
        found = replace(found, basis=Unscheduled(found.basis.rate_unknown or ""))
    trace = Trace() if asked.explain else None
    if on is not None:
        costs: tuple[DatedCost, ...] = (cost_on(found, on, amount=amount, trace=trace),)
    else:
        costs = tuple(_costs_after(found, day))
        known = next((cost.on for cost in costs if cost.state is CostState.KNOWN), None)
        if trace is not None and known is not None:
            cost_on(found, known, amount=None, trace=trace)
    return LoanPrepayment(
        loan_id=loan.id or None,
        number=loan.number,
        after=day,
        partial_prepayment=loan.terms.partial_prepayment,
        phases=tuple(map(_phase, found.phases)),
        costs=costs,
        assumptions=(*assumptions(found.basis), *_of_a_part(loan, amount)),
        not_computed=None
        if costs and not isinstance(found.basis, Unscheduled)
        else _not_computed(loan, found.basis, day),
        explained=explanation_of(trace) if trace is not None and trace.formula else None,
    )


def _not_computed(loan: Loan, basis: Basis | Unscheduled, after: datetime.date) -> str:
    """Return why there are no costs after a day."""
    if isinstance(basis, Unscheduled):
        return basis.reason
    last = basis.schedule.installments[-1]
    if loan.extended_maturity_date > last.due_date and loan.anticipated_repayment_date is None:
        return f"the loan is extended to {loan.extended_maturity_date}: its terms after {last.due_date} are not known"
    if after >= last.due_date:
        return f"the loan matures on {last.due_date}: from then on it is not prepaid, ask for its payoff"
    return f"the next payment, on {last.due_date}, repays the loan: state another day"


def assumptions(basis: Basis | Unscheduled) -> tuple[str, ...]:
    """Return in words what a loan's schedule takes as given."""
    return () if isinstance(basis, Unscheduled) else basis.assumed


def _of_a_part(loan: Loan, amount: Decimal | None) -> tuple[str, ...]:
    if amount is None or loan.terms.partial_prepayment is not None:
        return ()
    return ("A part may be prepaid: the loan's terms do not say whether it may.",)


def _phase(phase: NotePhase) -> PhaseOfLoan:
    return PhaseOfLoan(
        place=None if phase.place is None else phase.place + 1,
        kind=phase.kind,
        from_date=phase.begin,
        until=phase.end - _DAY,
        formula=formula_of(phase.regime),
        unknown=phase.regime.reason if isinstance(phase.regime, Unknown) else None,
        assumed=phase.assumed,
    )


def cost_on(found: Prepayable, on: datetime.date, *, amount: Decimal | None, trace: Trace | None) -> DatedCost:
    """Return what a prepayment costs on a day; raises `Invalid` for a day or an amount that cannot be."""
    basis, phase = found.basis, found.phase_on(on)
    if isinstance(basis, Unscheduled):
        return _without_schedule(found, on, basis.reason)
    with refusing_market():
        try:
            cost = prepayment_cost(
                basis.schedule,
                found.terms_of(basis),
                on=on,
                principal=amount,
                treasury=found.market.treasury,
                discount=found.market.discount,
                interest_received=found.interest_received,
                trace=trace,
            )
        except LockedOut as locked:
            return _locked(on, phase, locked.until, basis.schedule.balance_on(on))
        except UnknownCost as unknown:
            return _unknown(on, phase, unknown.reason, basis.schedule.balance_on(on))
        except NotOutstanding:
            raise Invalid.field("on", outside_in_words(found.loan, basis, on)) from None
        except InvalidPrincipal as invalid:
            raise Invalid.field("amount", _words(invalid)) from None
    return told_cost(cost, phase)


@contextlib.contextmanager
def refusing_market() -> Iterator[None]:
    """Raise `Invalid` for what a curve of the request cannot answer, naming its field."""
    try:
        yield
    except CurveTooShort as short:
        raise Invalid.field("treasury", _words(short)) from None
    except (CurveEndsEarly, BeforeCurve, InvalidDiscount) as invalid:
        raise Invalid.field("zeroRates", _words(invalid)) from None


def told_cost(cost: PrepaymentCost, phase: NotePhase | None) -> DatedCost:
    """Return a cost as it is answered."""
    return DatedCost(
        on=cost.on,
        kind=None if phase is None else phase.kind,
        state=CostState.KNOWN,
        formula=formula_of(cost.regime),
        balance=cost.balance,
        principal=cost.principal,
        calculated=cost.calculated,
        floor=cost.floor,
        floor_applied=cost.floor_applied,
        premium=cost.premium,
        fees=cost.total - cost.premium,
        total=cost.total,
        reinvested_at=cost.reinvested_at,
        fee_amounts=tuple(PrepaymentFeeAmount(name=fee.name, amount=fee.amount) for fee in cost.fees),
    )


def _costs_after(found: Prepayable, after: datetime.date) -> Iterator[DatedCost]:
    """Yield what a prepayment costs on each payment date after a day that leaves something to prepay."""
    basis = found.basis
    if isinstance(basis, Unscheduled):
        return
    computed, terms = basis.schedule, found.terms_of(basis)
    rows = [row for row in computed.installments[computed.terms.installments_due(after) :] if row.ending_balance]
    market = found.market
    with refusing_market():
        costs = cost_by_date(computed, terms, after=after, treasury=market.treasury, discount=market.discount)
        one_by_one = len(rows) <= _MOST_TERMS or isinstance(market.treasury, Decimal)
        for place, row in enumerate(rows):
            on, phase = row.due_date, found.phase_on(row.due_date)
            if costs.locked[place, 0]:
                yield _locked(on, phase, found.allowed_from(on), row.ending_balance)
            elif costs.unknown[place, 0]:
                reason = phase.regime.reason if phase is not None and isinstance(phase.regime, Unknown) else NOT_STATED
                yield _unknown(on, phase, reason, row.ending_balance)
            else:
                premium, fees = (from_cents(int(each[place, 0])) for each in (costs.premium, costs.fees))
                at = None
                if market.treasury is not None and one_by_one:
                    at = reinvested_at(computed, terms, on=on, treasury=market.treasury)
                yield DatedCost(
                    on=on,
                    kind=None if phase is None else phase.kind,
                    state=CostState.KNOWN,
                    formula="" if phase is None else formula_of(phase.regime),
                    balance=row.ending_balance,
                    principal=row.ending_balance,
                    premium=premium,
                    fees=fees,
                    total=premium + fees,
                    reinvested_at=at,
                )


def _without_schedule(found: Prepayable, on: datetime.date, reason: str) -> DatedCost:
    """Return what the phases alone tell of a day: that it is locked out, or open."""
    phase = found.phase_on(on)
    if phase is not None and isinstance(phase.regime, Lockout):
        return _locked(on, phase, found.allowed_from(on))
    if phase is not None and isinstance(phase.regime, Open) and not phase.fees:
        return DatedCost(
            on=on,
            kind=phase.kind,
            state=CostState.KNOWN,
            formula=formula_of(phase.regime),
            premium=_NOTHING,
            fees=_NOTHING,
            total=_NOTHING,
        )
    if phase is None:
        return _unknown(on, None, reason if found.phases else NOT_STATED)
    return _unknown(on, phase, phase.regime.reason if isinstance(phase.regime, Unknown) else reason)


def _locked(
    on: datetime.date, phase: NotePhase | None, until: datetime.date | None, balance: Decimal | None = None
) -> DatedCost:
    opens = "before it matures" if until is None else f"before {until}"
    return DatedCost(
        on=on,
        kind=PrepaymentKind.LOCKOUT if phase is None else phase.kind,
        state=CostState.LOCKED_OUT,
        formula=formula_of(Lockout()),
        reason=f"the note allows no prepayment {opens}",
        allowed_from=until,
        balance=balance,
    )


def _unknown(on: datetime.date, phase: NotePhase | None, reason: str, balance: Decimal | None = None) -> DatedCost:
    return DatedCost(
        on=on,
        kind=None if phase is None else phase.kind,
        state=CostState.UNKNOWN,
        formula="not known" if phase is None else formula_of(phase.regime),
        reason=reason,
        balance=balance,
    )


def _words(error: ValueError) -> str:
    """Return an error of the library without the field that it begins with."""
    return str(error).partition(": ")[2] or str(error)
