"""The cost of a prepayment on one day, and how it came about."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import NamedTuple

from realinsights_finance.due_dates import add_months
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.money import EXACT, cents, shown_rate
from realinsights_finance.prepayment.discounts import Discount, ZeroRates, discounts
from realinsights_finance.prepayment.errors import InvalidPrincipal, LockedOut, UnknownCost
from realinsights_finance.prepayment.percentages import percentage_of, step_down_percentage, whole_months
from realinsights_finance.prepayment.phases import (
    DatedPhase,
    PrepaymentTerms,
    dated_phases,
    first_allowed,
    measured_to,
    phase_on,
)
from realinsights_finance.prepayment.regimes import (
    Defeasance,
    FixedPercentage,
    Formula,
    Lockout,
    MinimumInterest,
    Open,
    Regime,
    SpreadMaintenance,
    StepDown,
    Unknown,
    YieldMaintenance,
    check_amount,
)
from realinsights_finance.prepayment.remaining import Remaining, interest_to, remaining
from realinsights_finance.prepayment.treasury import (
    Treasury,
    TreasuryCurve,
    check_treasury,
    monthly_rate,
    reinvestment_rate,
)
from realinsights_finance.prepayment.yield_maintenance import loss, matched_term, months_left
from realinsights_finance.schedule import Schedule

_ZERO = Decimal("0.00")
_ROUNDING = "the premium once, half up to the cent"


@dataclass(frozen=True, kw_only=True, slots=True)
class FeeAmount:
    """A fee of a prepayment in dollars and cents."""

    name: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class PrepaymentCost:
    """What a prepayment costs besides the principal and the interest accrued, in dollars and cents.

    `calculated` is what the note's formula gives, negative where the lender gains; `floor` the least that it asks;
    `premium` the greater one, never below zero but for a defeasance. `reinvested_at` is the yearly rate of a yield
    maintenance, None elsewhere. `total` is the premium and the fees.
    """

    on: datetime.date
    regime: Regime
    balance: Decimal
    principal: Decimal
    calculated: Decimal
    floor: Decimal
    premium: Decimal
    fees: tuple[FeeAmount, ...]
    reinvested_at: Decimal | None = None

    @property
    def floor_applied(self) -> bool:
        """Tell whether the premium is the floor because the formula gives less."""
        return self.premium == self.floor and self.calculated < self.floor

    @property
    def total(self) -> Decimal:
        """Return the premium and all fees."""
        with localcontext(EXACT):
            return sum((fee.amount for fee in self.fees), self.premium)


class Given(NamedTuple):
    """What the day of a prepayment and the caller give to a regime; `share` is the principal's of the balance."""

    schedule: Schedule
    phase: DatedPhase
    left: Remaining
    principal: Decimal
    treasury: Treasury | None
    discount: Discount | ZeroRates | None
    interest_received: Decimal | None
    trace: Trace | None

    @property
    def share(self) -> Fraction:
        """Return the part of the balance that is prepaid."""
        return Fraction(self.principal) / Fraction(self.left.balance)


class Calculated(NamedTuple):
    """What a regime gives, unrounded, and the least that it asks."""

    amount: Decimal
    floor: Decimal = _ZERO
    reinvested_at: Decimal | None = None


def prepayment_cost(
    schedule: Schedule,
    prepayment: PrepaymentTerms,
    *,
    on: datetime.date,
    principal: Decimal | None = None,
    treasury: Treasury | None = None,
    discount: Discount | ZeroRates | None = None,
    interest_received: Decimal | None = None,
    trace: Trace | None = None,
) -> PrepaymentCost:
    """Return the cost of prepaying a loan on a day, the installments due by then paid; `principal` prepays a part.

    `treasury` is the yield, or the curve to match, of the day that the note names; `discount` the zero curve of a
    defeasance; `interest_received` what the lender says it had, the payoff's included (minimum interest). Raises
    LockedOut in a lockout, UnknownCost in a phase of which nothing is known, NotOutstanding, InvalidPrincipal,
    MissingTreasuryYield, MissingDiscounts, CurveTooShort, InvalidTreasuryCurve, InvalidDiscount, what a DiscountCurve
    raises, and InvalidPrepaymentTerms where the phases do not fit the loan's dates.
    """
    terms = schedule.terms
    phases = dated_phases(prepayment, terms)
    phase = phase_on(phases, on)
    left = remaining(schedule, on, until=measured_to(phase))
    regime = phase.phase.regime
    if isinstance(regime, Lockout):
        raise LockedOut(on, first_allowed(phases, on))
    if isinstance(regime, Unknown):
        raise UnknownCost(on, regime.reason)
    prepaid = _prepaid(principal, left.balance)
    if trace is not None:
        trace.input("date of prepayment", on, Unit.DATE)
        trace.input("balance", left.balance, Unit.DOLLARS)
        trace.input("principal prepaid", prepaid, Unit.DOLLARS)
        trace.step("regime", type(regime).__name__, Unit.NAME)
    given = Given(schedule, phase, left, prepaid, treasury, discount, interest_received, trace)
    found = _calculated(regime, given)
    calculated = EXACT.add(cents(found.amount), _ZERO)  # no zero with a minus
    premium = calculated if isinstance(regime, Defeasance) else max(found.floor, calculated)
    fees = tuple(
        FeeAmount(
            name=fee.name,
            amount=cents(fee.amount) if fee.amount is not None else percentage_of(prepaid, fee.percentage or _ZERO),
        )
        for fee in phase.phase.fees
    )
    if trace is not None:
        trace.step("by the formula", calculated, Unit.DOLLARS)
        if found.floor:
            trace.step("floor", found.floor, Unit.DOLLARS)
        trace.step("premium", premium, Unit.DOLLARS)
        for each in fees:
            trace.step(f"fee: {each.name}", each.amount, Unit.DOLLARS)
    return PrepaymentCost(
        on=on,
        regime=regime,
        balance=left.balance,
        principal=prepaid,
        calculated=calculated,
        floor=found.floor,
        premium=premium,
        fees=fees,
        reinvested_at=found.reinvested_at,
    )


def reinvested_at(
    schedule: Schedule, prepayment: PrepaymentTerms, *, on: datetime.date, treasury: Treasury
) -> Decimal | None:
    """Return the yearly rate of reinvestment that a prepayment on a day is computed with; None without one.

    Raises what `prepayment_cost` raises of yield maintenance.
    """
    phase = phase_on(dated_phases(prepayment, schedule.terms), on)
    regime = phase.phase.regime
    if not isinstance(regime, YieldMaintenance):
        return None
    if not isinstance(treasury, TreasuryCurve):
        return reinvestment_rate(regime, treasury, Fraction(0))
    return reinvestment_rate(regime, treasury, matched_term(regime, remaining(schedule, on, until=measured_to(phase))))


_FORMULAS = {
    Formula.REMAINING_PAYMENTS: "present value of the remaining payments - balance",
    Formula.DIFFERENCE_ON_SCHEDULED_BALANCE: "present value of (note rate - r) / 12 x scheduled balance of each month",
    Formula.DIFFERENCE_ON_PREPAID_PRINCIPAL: "principal x (note rate - r) / 12 x (1 - (1 + i)^-n) / i",
    Formula.ANNUAL_FACTOR: "principal x (note rate - r) x (1 - (1 + r)^(-n/12)) / r",
}


_WORDS: dict[type[Regime], str] = {
    Lockout: "no prepayment is allowed",
    Open: "no premium",
    FixedPercentage: "principal prepaid x percentage",
    StepDown: "principal prepaid x percentage",
    SpreadMaintenance: "principal x spread x days / 360",
    MinimumInterest: "(minimum interest - interest received) x principal / balance, at least zero",
    Defeasance: "sum of remaining payments x discount / discount on the day - balance - accrued interest",
}


def formula_of(regime: Regime) -> str:
    """Return in words what a regime asks, without the fees of its phase."""
    if isinstance(regime, Unknown):
        return f"not known: {regime.reason}"
    if isinstance(regime, YieldMaintenance):
        return f"the greater of floor x principal and {_FORMULAS[regime.formula]}"
    return _WORDS[type(regime)]


def _prepaid(principal: Decimal | None, balance: Decimal) -> Decimal:
    if principal is None:
        return balance
    if not isinstance(principal, Decimal) or not principal.is_finite() or principal != cents(principal):
        raise InvalidPrincipal("principal: must be a finite decimal number of dollars in whole cents")
    if not 0 < principal <= balance:
        raise InvalidPrincipal(f"principal: must be more than zero and at most the balance of {balance:,}")
    return cents(principal)


def _calculated(regime: Regime, given: Given) -> Calculated:
    match regime:
        case FixedPercentage() | StepDown():
            return _percentage(regime, given)
        case YieldMaintenance():
            return _yield_maintenance(regime, given)
        case SpreadMaintenance():
            return _spread_maintenance(regime, given)
        case MinimumInterest():
            return _minimum_interest(regime, given)
        case Defeasance():
            return _defeasance(given)
    if given.trace is not None:
        given.trace.says(formula_of(regime), convention="the loan is open to prepayment", rounding=_ROUNDING)
    return Calculated(_ZERO)


def _percentage(regime: FixedPercentage | StepDown, given: Given) -> Calculated:
    convention = "one percentage in the whole phase"
    if isinstance(regime, FixedPercentage):
        percentage = regime.percentage
    else:
        begin = regime.counted_from or given.schedule.terms.first_payment
        months = whole_months(begin, given.left.on)
        percentage = step_down_percentage(regime, months)
        steps = ", ".join(str(step) for step in regime.percentages)
        convention = f"{steps}, each for {regime.months_each} whole months; the day that completes them is in the next"
        if given.trace is not None:
            given.trace.input("counted from", begin, Unit.DATE)
            given.trace.step("whole months elapsed", months, Unit.MONTHS)
    if given.trace is not None:
        given.trace.says(formula_of(regime), convention=convention, rounding=_ROUNDING)
        given.trace.step("percentage", percentage, Unit.FRACTION)
    return Calculated(EXACT.multiply(given.principal, percentage))


def _yield_maintenance(regime: YieldMaintenance, given: Given) -> Calculated:
    treasury, left, terms = check_treasury(given.treasury), given.left, given.schedule.terms
    term = matched_term(regime, left)
    rate = reinvestment_rate(regime, treasury, term)
    months = months_left(regime.months_left, left, measured_to(given.phase) or terms.maturity)
    lost = loss(regime, left, note_rate=terms.rate, reinvested_at=rate, months=months)
    floor = percentage_of(given.principal, regime.floor)
    if given.trace is not None:
        _say_yield_maintenance(given.trace, regime, given, term=term, rate=rate, months=months)
    return Calculated(_times(lost, given.share), floor, rate)


def _say_yield_maintenance(
    trace: Trace, regime: YieldMaintenance, given: Given, *, term: Fraction, rate: Decimal, months: int
) -> None:
    names = (regime.formula, regime.discounting, regime.matched_to, regime.between_maturities, regime.measured_to)
    trace.says(
        formula_of(regime),
        convention="; ".join(name.replace("_", " ") for name in names),
        rounding=_ROUNDING,
    )
    trace.input("note rate", given.schedule.terms.rate, Unit.FRACTION)
    trace.input("spread over Treasury", regime.spread, Unit.FRACTION)
    trace.input("floor", regime.floor, Unit.FRACTION)
    trace.step("term of the Treasury", term, Unit.MONTHS)
    trace.step("Treasury yield", EXACT.subtract(rate, regime.spread), Unit.FRACTION)
    trace.step("r, the rate of reinvestment", rate, Unit.FRACTION)
    if regime.formula is not Formula.ANNUAL_FACTOR:
        i = monthly_rate(rate, regime.discounting)
        trace.step("i, the rate of a month", shown_rate(i, 12), Unit.FRACTION)
    if regime.formula in {Formula.ANNUAL_FACTOR, Formula.DIFFERENCE_ON_PREPAID_PRINCIPAL}:
        trace.step("n, the months left", months, Unit.MONTHS)
    else:
        trace.step("remaining payments", len(given.left.payments), Unit.PERIODS)


def _spread_maintenance(regime: SpreadMaintenance, given: Given) -> Calculated:
    end = measured_to(given.phase) or given.schedule.terms.maturity
    days = (end - given.left.on).days
    if given.trace is not None:
        given.trace.says(formula_of(regime), convention="undiscounted", rounding=_ROUNDING)
        given.trace.input("spread", regime.spread, Unit.FRACTION)
        given.trace.input("measured to", end, Unit.DATE)
        given.trace.step("days", days, Unit.DAYS)
    amount = _times(EXACT.multiply(given.principal, regime.spread), Fraction(days, 360))
    return Calculated(amount, percentage_of(given.principal, regime.floor))


def _minimum_interest(regime: MinimumInterest, given: Given) -> Calculated:
    schedule, on = given.schedule, given.left.on
    received = given.interest_received
    if received is None:
        received = interest_to(schedule, on)
    else:
        check_amount("interest_received", received)
    if regime.amount is not None:
        minimum = regime.amount
    else:
        minimum = interest_to(schedule, add_months(schedule.terms.start, regime.months or 0))
    if given.trace is not None:
        given.trace.says(
            formula_of(regime),
            convention="interest by the schedule unless what was received is given",
            rounding=_ROUNDING,
        )
        given.trace.input("minimum interest", minimum, Unit.DOLLARS)
        given.trace.input("interest received", received, Unit.DOLLARS)
    return Calculated(_times(EXACT.subtract(minimum, received), given.share))


def _defeasance(given: Given) -> Calculated:
    left = given.left
    factor = discounts(given.discount, as_of=left.on)
    with localcontext(EXACT):
        value = sum((each.amount * factor(each.due_date) for each in left.payments), _ZERO)
        # What accrued is part of the next installment, which the strips pay whole.
        if left.accrued:
            value += left.accrued * factor(left.payments[0].due_date)
        securities = value / factor(left.on)
        cost = securities - left.balance - left.accrued
    if given.trace is not None:
        given.trace.says(
            formula_of(given.phase.phase.regime),
            convention="each payment discounted on the zero curve from the day it is paid",
            rounding=_ROUNDING,
        )
        given.trace.input("accrued interest", left.accrued, Unit.DOLLARS)
        given.trace.step("remaining payments", len(left.payments), Unit.PERIODS)
        given.trace.step("cost of the securities", cents(securities), Unit.DOLLARS)
    return Calculated(_times(cost, given.share))


def _times(amount: Decimal, part: Fraction) -> Decimal:
    return EXACT.divide(EXACT.multiply(amount, Decimal(part.numerator)), Decimal(part.denominator))
