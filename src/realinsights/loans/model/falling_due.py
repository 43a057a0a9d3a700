"""Falling due: when a loan is expected to be repaid, and what principal its schedule leaves to that day."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from realinsights.contracts.loans import (
    AmortizationType,
    DatedBalance,
    FallingDue,
    FloatingRate,
    PurchasedCap,
    RateType,
)
from realinsights.loans.model.contract import contract_of
from realinsights.loans.model.loan import Loan, capitalizes, of_stated_principal, repays_nothing
from realinsights.loans.model.note_plan import is_planned
from realinsights.loans.model.payment_schedule import Unscheduled
from realinsights.loans.model.principal_changes import balance_at, coming_balances, coming_changes
from realinsights.loans.model.rolling_forward import RemainingLife, remaining_life, remaining_terms, repayment_of
from realinsights.loans.model.terms import Hedge, HedgeKind
from realinsights.loans.model.terms_changes import agreements, dated_changes
from realinsights_finance.balloon import balloon_principal
from realinsights_finance.terms import InvalidTerms, LoanTerms

_NO_RATE: Final = Decimal(0)
_NOTHING: Final = Decimal("0.00")
_DAY: Final = datetime.timedelta(days=1)


class MaturityKind(StrEnum):
    """What the day is on which a loan is expected to be repaid."""

    MATURITY = "maturity"
    EXTENDED = "extended"
    ANTICIPATED_REPAYMENT = "anticipated_repayment"


class ExpectedMaturity(NamedTuple):
    """The day on which a loan is expected to be repaid, and what that day is."""

    date: datetime.date
    kind: MaturityKind


def expected_maturity(loan: Loan, *, on: datetime.date) -> ExpectedMaturity:
    """Return the anticipated repayment date until it is past, else the maturity with the options exercised by then."""
    anticipated = loan.anticipated_repayment_date
    if anticipated is not None and anticipated >= on:
        return ExpectedMaturity(anticipated, MaturityKind.ANTICIPATED_REPAYMENT)
    extended = [step.maturity_date for step in loan.extensions if step.exercised_on <= on]
    if extended:
        return ExpectedMaturity(extended[-1], MaturityKind.EXTENDED)
    return ExpectedMaturity(loan.maturity_date, MaturityKind.MATURITY)


def falling_due(loan: Loan, *, balloon_of: Callable[[LoanTerms], Decimal] = balloon_principal) -> FallingDue:
    """Return what falls due of a loan and when: what its schedule leaves of the recorded balance.

    A loan that repays nothing before maturity owes that balance then, whatever its rate. Of any other, the balloon is
    known where a schedule says what the recorded balance becomes: a modified loan has none. `balloon_of` says what a
    schedule leaves to its last payment: who has computed many of them at once knows it already.
    """
    anticipated = loan.anticipated_repayment_date
    if is_planned(loan):
        return _of_plan(loan, remaining_life(loan))
    left = remaining_terms(loan)
    balloons = _balloons(loan, left, anticipated, balloon_of)
    return FallingDue(
        balloon=balloons[0],
        anticipated_repayment_date=anticipated,
        anticipated_balloon=None if anticipated is None else balloons[1],
        extensions=loan.extensions,
        scheduled=not isinstance(left, Unscheduled),
        repayment=repayment_of(left) if isinstance(left, LoanTerms) else None,
        floating=floating_rate(loan) if loan.rate_type is RateType.FLOATING else None,
        balances=_stated_balances(loan),
    )


def _stated_balances(loan: Loan) -> tuple[DatedBalance, ...]:
    """Return what a loan owes later whose principal changes on stated days alone, whatever its rate is then."""
    known = of_stated_principal(loan) and loan.current_balance and not loan.modified and not dated_changes(loan)
    return tuple(DatedBalance(day, balance) for day, balance in coming_balances(loan)) if known else ()


def _of_plan(loan: Loan, life: RemainingLife | Unscheduled | None) -> FallingDue:
    """Return what falls due of a loan whose plan states all its rates."""
    anticipated, owed = loan.anticipated_repayment_date, loan.current_balance
    balances: tuple[DatedBalance, ...] = ()
    if life is None or repays_nothing(loan):
        balloon: Decimal | None = owed
        then: Decimal | None = owed
    elif isinstance(life, Unscheduled):
        balloon = then = None
    else:
        balloon = life.rows[-1].principal if life.ends_at_maturity else _NOTHING
        then = _NOTHING if anticipated is None else _owed_before(life, anticipated)
        balances = tuple(DatedBalance(day, balance) for day, balance in life.balances())
    return FallingDue(
        balloon=balloon,
        anticipated_repayment_date=anticipated,
        anticipated_balloon=None if anticipated is None else then,
        extensions=loan.extensions,
        scheduled=not isinstance(life, Unscheduled),
        balances=balances,
    )


def _owed_before(life: RemainingLife, on: datetime.date) -> Decimal:
    """Return what a loan owes that is repaid on a day: zero where its schedule repays it before."""
    if life.rows[-1].due_date < on:
        return _NOTHING
    return life.balance_on(on - _DAY)


def floating_rate(loan: Loan) -> FloatingRate:
    """Return what the rate and the debt service of a floating loan follow from.

    An adjustment of the index is a part of the spread: max(index + adjustment, floor) + spread is
    max(index, floor - adjustment) + spread + adjustment.
    """
    terms, floating = loan.terms, loan.terms.floating
    amortizes = loan.amortization_type is not AmortizationType.INTEREST_ONLY
    own = bool(terms.scheduled_principal) or capitalizes(terms)
    own = own or (terms.fixed_principal, terms.cash_after_anticipated_repayment) != (None, None)
    if floating is None or own or (amortizes and terms.amortization_months is None):
        return FloatingRate()
    adjustment = floating.adjustment or _NO_RATE
    spread, floor = floating.spread + adjustment, floating.index_floor
    if floor is not None and floating.floor_on_adjusted:
        floor -= adjustment
    floors = [each for each in (floor, floating.daily_floor) if each is not None]
    if abs(spread) > 1 or any(abs(each) > 1 for each in floors):
        return FloatingRate()
    return FloatingRate(
        spread=spread,
        index_floor=max(floors, default=None),
        rate_floor=floating.rate_floor,
        ceiling=floating.rate_ceiling,
        amortization_months=terms.amortization_months if amortizes else None,
        day_count=terms.day_count,
        caps=tuple(map(_hedge, terms.hedges)),
        fixed_rate=floating.fixed_rate,
        fixed_until=floating.fixed_until,
    )


def _hedge(hedge: Hedge) -> PurchasedCap:
    floors = {HedgeKind.SWAP: hedge.strike, HedgeKind.COLLAR: hedge.floor_strike}
    floor = floors.get(hedge.kind)
    return PurchasedCap(
        hedge.notional,
        hedge.strike,
        hedge.start_date,
        hedge.end_date,
        floor_strike=floor,
        told=floor is not None or hedge.kind is HedgeKind.CAP,
    )


def _balloons(
    loan: Loan,
    left: LoanTerms | Unscheduled | None,
    anticipated: datetime.date | None,
    balloon_of: Callable[[LoanTerms], Decimal],
) -> tuple[Decimal | None, Decimal | None]:
    """Return the principal due at maturity and on the anticipated repayment date; None where it is not known."""
    owed = loan.current_balance
    if owed and changes_later(loan):
        try:
            return _of_coming_change(loan, anticipated)
        except InvalidTerms:
            return None, None
    if left is None or repays_nothing(loan):
        return owed, owed
    if of_stated_principal(loan) and not loan.modified and not dated_changes(loan):
        changes = coming_changes(loan)
        then = None if anticipated is None else balance_at(owed, changes, of=loan.balance_as_of, on=anticipated - _DAY)
        return balance_at(owed, changes, of=loan.balance_as_of, on=loan.maturity_date), then
    if isinstance(left, Unscheduled):
        return None, None
    return balloon_of(left), balloon_principal(left, anticipated) if anticipated is not None else None


def changes_later(loan: Loan) -> bool:
    """Tell whether terms change after the day of the recorded balance."""
    changed = dated_changes(loan)
    return bool(changed) and changed[-1][0] > loan.balance_as_of


def _of_coming_change(loan: Loan, anticipated: datetime.date | None) -> tuple[Decimal | None, Decimal | None]:
    """Return both of a loan whose terms change after the recorded balance: the contract's, where it owes that now."""
    if all(repays_nothing(agreed) for _, agreed in agreements(loan)):
        return loan.current_balance, loan.current_balance
    contract = contract_of(loan)
    last = contract.parts[-1]
    if contract.part_on(loan.balance_as_of).balance_on(loan.balance_as_of) != loan.current_balance:
        return None, None
    if last.schedule is not None and (loan.modified or last.schedule.terms.maturity != loan.maturity_date):
        return None, None
    balloon = last.schedule.balloon_principal if last.schedule is not None else last.principal
    if anticipated is None:
        return balloon, None
    before = anticipated - _DAY
    return balloon, contract.part_on(before).balance_on(before)
