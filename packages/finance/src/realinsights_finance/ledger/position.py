"""Position: what a loan owes on a day, and what would repay it."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal, localcontext

from realinsights_finance.day_count import DayCount
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.ledger.accrual import bearing_interest, undrawn
from realinsights_finance.ledger.agreement import LoanAgreement
from realinsights_finance.ledger.application import Applied, owed
from realinsights_finance.ledger.fold import BeforeClosing, Entry, Ledger, advanced
from realinsights_finance.ledger.state import LedgerState
from realinsights_finance.money import EXACT, cents
from realinsights_finance.schedule import total

_ZERO = Decimal("0.00")


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """What a loan owes at the end of a day, in dollars and cents; interest has accrued to the beginning of the day.

    `due` is by component; `accrued_interest` and `accrued_unused_fee` are not due yet. `past_due_days` count from the
    oldest due date of an installment that is open, zero where none is; a balloon alone is `matured`, not past due.
    `undrawn` is what may still be drawn of the commitment.
    """

    on: datetime.date
    principal: Decimal
    due: Applied
    accrued_interest: Decimal
    accrued_unused_fee: Decimal
    suspense: Decimal
    escrow: Decimal
    reserves: tuple[tuple[str, Decimal], ...]
    undrawn: Decimal
    payment: Decimal | None
    rate: Decimal
    in_default: bool
    matured: bool
    past_due_days: int
    next_due: datetime.date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Payoff:
    """What repays a loan on a day, in dollars and cents, without a prepayment premium.

    What is in suspense, escrow and reserves is not set off: it goes back to the borrower. `escrow` are deposits that
    are due. `per_diem` is what each further day adds.
    """

    on: datetime.date
    principal: Decimal
    interest: Decimal
    default_interest: Decimal
    late_charges: Decimal
    fees: Decimal
    escrow: Decimal
    per_diem: Decimal

    @property
    def total(self) -> Decimal:
        """Return all that is to be paid."""
        charges = (self.default_interest, self.late_charges, self.fees, self.escrow)
        return total((self.principal, self.interest, *charges))


def entries_until(ledger: Ledger, on: datetime.date) -> tuple[Entry, ...]:
    """Return the entries of a ledger to the end of a day, with what falls due until then though nothing was posted.

    Raises BeforeClosing.
    """
    return _until(ledger, on)[0]


def state_on(ledger: Ledger, on: datetime.date) -> LedgerState:
    """Return the state at the end of a day, interest accrued to its beginning. Raises BeforeClosing."""
    return _until(ledger, on)[1]


def position(ledger: Ledger, on: datetime.date) -> Position:
    """Return what a loan owes on a day, whatever was posted after it. Raises BeforeClosing."""
    state = state_on(ledger, on)
    left = not state.matured and state.principal
    with localcontext(EXACT):
        return Position(
            on=on,
            principal=state.principal,
            due=owed(state),
            accrued_interest=state.accrued_interest,
            accrued_unused_fee=state.unused_fee,
            suspense=state.suspense,
            escrow=state.escrow,
            reserves=state.reserves,
            undrawn=undrawn(ledger.agreement, state),
            payment=state.payment,
            rate=state.terms.rate,
            in_default=state.in_default,
            matured=state.matured and bool(state.principal),
            past_due_days=_past_due_days(state),
            next_due=state.terms.due_date(state.installment) if left else None,
        )


def accrued_interest(ledger: Ledger, on: datetime.date, *, trace: Trace | None = None) -> Decimal:
    """Return the interest accrued since the last installment and not due yet, in cents by the loan's rounding.

    Several balances or rates within the period add up before they are rounded once. Raises BeforeClosing.
    """
    state = state_on(ledger, on)
    if trace is not None:
        terms = state.terms
        trace.says(
            "sum of balance x rate x fraction of a year over the days of the period, less what is paid of it",
            convention=terms.day_count.convention.__name__,
            rounding=f"{terms.rounding.interest.value.replace('_', ' ')} to the cent, once",
        )
        trace.input("on", on, Unit.DATE)
        trace.input("rate", terms.rate, Unit.FRACTION)
        trace.input("balance", bearing_interest(ledger.agreement, state), Unit.DOLLARS)
        trace.step("accrued, unrounded", state.accrued, Unit.DOLLARS)
        trace.step("paid or capitalized of it", state.accrued_paid, Unit.DOLLARS)
    return state.accrued_interest


def days_past_due(ledger: Ledger, on: datetime.date, *, trace: Trace | None = None) -> int:
    """Return the days since the oldest due date of which interest, principal or escrow is open; a balloon is not.

    Zero where none is. Raises BeforeClosing.
    """
    state = state_on(ledger, on)
    days = _past_due_days(state)
    if trace is not None:
        trace.says(
            "days from the oldest due date that is not paid", convention="calendar days; a balloon is not counted"
        )
        trace.input("on", on, Unit.DATE)
        trace.input("oldest due date", _oldest(state), Unit.DATE)
        for bill in state.bills:
            trace.step(f"open of {bill.due_date}", bill.open, Unit.DOLLARS)
    return days


def payoff(ledger: Ledger, on: datetime.date, *, trace: Trace | None = None) -> Payoff:
    """Return what repays a loan on a day, and what each further day adds. Raises BeforeClosing."""
    state = state_on(ledger, on)
    due = owed(state)
    found = Payoff(
        on=on,
        principal=state.principal,
        interest=total((due.interest, state.accrued_interest)),
        default_interest=due.default_interest,
        late_charges=due.late_charges,
        fees=total((due.fees, state.unused_fee)),
        escrow=due.escrow,
        per_diem=_per_diem(ledger.agreement, state),
    )
    if trace is not None:
        trace.says(
            "principal + interest due and accrued + default interest + late charges + fees + escrow due",
            convention="no prepayment premium; suspense, escrow and reserves are not set off",
            rounding=f"interest {state.terms.rounding.interest.value.replace('_', ' ')} to the cent; per diem half up",
        )
        trace.input("on", on, Unit.DATE)
        trace.input("principal", found.principal, Unit.DOLLARS)
        trace.step("interest due", due.interest, Unit.DOLLARS)
        trace.step("interest accrued", state.accrued_interest, Unit.DOLLARS)
        trace.step("default interest", found.default_interest, Unit.DOLLARS)
        trace.step("late charges", found.late_charges, Unit.DOLLARS)
        trace.step("fees", found.fees, Unit.DOLLARS)
        trace.step("escrow due", found.escrow, Unit.DOLLARS)
        trace.step("per diem", found.per_diem, Unit.DOLLARS)
    return found


def _until(ledger: Ledger, on: datetime.date) -> tuple[tuple[Entry, ...], LedgerState]:
    if on < ledger.agreement.first_day:
        raise BeforeClosing("position", on, ledger.agreement.first_day)
    known = ledger.entries[: bisect_right(ledger.entries, on, key=lambda entry: entry.on)]
    state = known[-1].state if known else ledger.agreement.opened()
    with localcontext(EXACT):
        entries, state = advanced(ledger.agreement, state, on)
    return (*known, *entries), state


def _oldest(state: LedgerState) -> datetime.date | None:
    return min((bill.due_date for bill in state.bills if bill.open > bill.balloon), default=None)


def _past_due_days(state: LedgerState) -> int:
    oldest = _oldest(state)
    return 0 if oldest is None else max((state.on - oldest).days, 0)


def _per_diem(agreement: LoanAgreement, state: LedgerState) -> Decimal:
    """Return the interest of one day, half up to the cent; of Actual/Actual, of a day of this year."""
    tomorrow = state.on + datetime.timedelta(days=1)
    fraction = DayCount.ACTUAL_ACTUAL_ISDA.fraction(state.on, tomorrow)
    year = state.terms.day_count.days_of_year or fraction.denominator
    with localcontext(EXACT):
        annual = bearing_interest(agreement, state) * state.terms.accrual_rate
        if state.in_default:
            annual += state.principal * agreement.default_margin
        annual += undrawn(agreement, state) * (agreement.commitment.unused_fee if agreement.commitment else _ZERO)
        return cents(annual / year)
