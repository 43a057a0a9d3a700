"""Fair value of a loan: its remaining payments, discounted at a market rate or on a curve."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from realinsights_finance.day_count import DayCount
from realinsights_finance.due_dates import Frequency
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.money import EXACT, cents, quotient
from realinsights_finance.schedule import Installment, Schedule
from realinsights_finance.value.compounding import WORKING, Compounding
from realinsights_finance.value.discount_curve import DiscountCurve
from realinsights_finance.value.duration import Sensitivity, timed_sensitivity
from realinsights_finance.value.effective_interest import NothingDue


@dataclass(frozen=True, kw_only=True, slots=True)
class FairValue:
    """What a loan is worth on a day, in dollars and cents, beside what is owed.

    `value` includes the interest accrued; `share_of_par` is the value without it over the balance, as a fraction of 28
    digits. The borrower gains what is owed beyond the value: it is positive where market rates exceed the loan's.
    """

    on: datetime.date
    value: Decimal
    balance: Decimal
    accrued_interest: Decimal

    @property
    def owed(self) -> Decimal:
        """Return balance and accrued interest."""
        return EXACT.add(self.balance, self.accrued_interest)

    @property
    def gain_to_borrower(self) -> Decimal:
        """Return what is owed less what it is worth."""
        return EXACT.subtract(self.owed, self.value)

    @property
    def share_of_par(self) -> Decimal:
        """Return the value without accrued interest over the balance."""
        return quotient((Fraction(self.value) - Fraction(self.accrued_interest)) / Fraction(self.balance))


def fair_value(computed: Schedule, *, on: datetime.date, market_rate: Decimal, trace: Trace | None = None) -> FairValue:
    """Return the value of the installments due after a day at a nominal market rate a year.

    It is compounded as often as the loan pays: a monthly loan is discounted at market rate / 12 for each month. Time is
    months of 30/360, and a regular period is exactly one. Half up to the cent, once. Raises NothingDue, InvalidRate.
    Source: ASC 820-10-55-4 (discount rate adjustment technique).
    """
    compounding = _COMPOUNDING[computed.terms.frequency]
    with localcontext(WORKING):
        value = sum(
            (row.payment / compounding.growth(market_rate, years) for years, row in remaining(computed, on)), Decimal(0)
        )
    found = _found(computed, on, value)
    if trace is not None:
        trace.says(
            "value = sum of payment / (1 + market rate / m)^periods",
            convention=f"m = {compounding.times_a_year} times a year; a regular period is one, parts of one on 30/360",
            rounding="half up to the cent, once",
        )
        trace.input("market rate", market_rate, Unit.FRACTION)
        _say(trace, found)
    return found


def fair_value_on_curve(
    computed: Schedule, *, curve: DiscountCurve, spread: Decimal = Decimal(0), trace: Trace | None = None
) -> FairValue:
    """Return the value, on the curve's day, of the installments due after it, each on its due date.

    `spread` is added to every zero rate, in the curve's compounding. Half up to the cent, once. Raises NothingDue,
    CurveEndsEarly.
    """
    shifted = curve.shifted(spread) if spread else curve
    with localcontext(WORKING):
        value = sum(
            (row.payment * shifted.factor(row.due_date) for _, row in remaining(computed, curve.on)), Decimal(0)
        )
    found = _found(computed, curve.on, value)
    if trace is not None:
        trace.says(
            "value = sum of payment x discount factor of its due date",
            convention=f"zero rates compounded {curve.compounding}, years on {curve.day_count}, {curve.interpolation}",
            rounding="half up to the cent, once",
        )
        trace.input("spread", spread, Unit.FRACTION)
        _say(trace, found)
    return found


def loan_sensitivity(
    computed: Schedule, *, on: datetime.date, market_rate: Decimal, trace: Trace | None = None
) -> Sensitivity:
    """Return value, duration and convexity of the installments due after a day, with rate and time as `fair_value` has.

    Raises NothingDue, InvalidRate.
    """
    return timed_sensitivity(
        ((years, row.payment) for years, row in remaining(computed, on)),
        rate=market_rate,
        compounding=_COMPOUNDING[computed.terms.frequency],
        trace=trace,
    )


def remaining(computed: Schedule, on: datetime.date) -> Iterator[tuple[Fraction, Installment]]:
    """Yield the installments due after a day, each with its years from then, on 30/360 with regular periods whole.

    Raises NothingDue.
    """
    terms = computed.terms
    rows = computed.installments[terms.installments_due(on) :]
    if not rows:
        raise NothingDue(f"on: no installment is due after {on}")
    whole = 30 * terms.frequency.months
    days = 0
    for row in rows:
        regular = terms.is_regular(row.number)
        start = on if row is rows[0] else row.period_start
        if regular and start == row.period_start:
            days += whole
        else:
            counted = max(DayCount.THIRTY_360.days(start, row.period_end), 0)
            days += min(counted, whole) if regular and start > row.period_start else counted
        yield Fraction(days, 360), row


_COMPOUNDING = {
    Frequency.MONTHLY: Compounding.MONTHLY,
    Frequency.QUARTERLY: Compounding.QUARTERLY,
    Frequency.SEMI_ANNUAL: Compounding.SEMI_ANNUAL,
    Frequency.ANNUAL: Compounding.ANNUAL,
}


def _found(computed: Schedule, on: datetime.date, value: Decimal) -> FairValue:
    return FairValue(
        on=on,
        value=cents(value),
        balance=computed.balance_on(on),
        accrued_interest=computed.accrued_interest(on),
    )


def _say(trace: Trace, found: FairValue) -> None:
    trace.input("valued on", found.on, Unit.DATE)
    trace.input("balance", found.balance, Unit.DOLLARS)
    trace.step("accrued interest", found.accrued_interest, Unit.DOLLARS)
    trace.step("value", found.value, Unit.DOLLARS)
    trace.step("gain to the borrower", found.gain_to_borrower, Unit.DOLLARS)
