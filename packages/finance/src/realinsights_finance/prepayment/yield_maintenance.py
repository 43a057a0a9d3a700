"""Yield maintenance from what remains to be paid and the rate of reinvestment, before floor and rounding."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal, localcontext
from fractions import Fraction

from realinsights_finance.due_dates import months_between
from realinsights_finance.money import EXACT
from realinsights_finance.prepayment.regimes import Formula, MatchedTo, MonthsLeft, YieldMaintenance
from realinsights_finance.prepayment.remaining import Remaining
from realinsights_finance.prepayment.treasury import monthly_rate

_ZERO, _ONE = Decimal(0), Decimal(1)
_DAY = datetime.timedelta(days=1)


def present_value(flows: Iterable[tuple[int, Decimal]], monthly: Decimal) -> Decimal:
    """Return the value of (days of 30/360 since the flow before, dollars) at a rate per month of 30 days.

    Unrounded, to some 50 digits.
    """
    with localcontext(EXACT):
        factors: dict[int, Decimal] = {}
        value = _ZERO
        for days, amount in reversed(tuple(flows)):
            if days not in factors:
                factors[days] = (_ONE + monthly) ** (Decimal(-days) / 30)
            value = (value + amount) * factors[days]
        return value


def annuity(months: int, monthly: Decimal) -> Decimal:
    """Return the value of a dollar at the end of each of some months: (1 - (1 + i)^-n) / i, and n where i is zero."""
    with localcontext(EXACT):
        return (_ONE - (_ONE + monthly) ** -months) / monthly if monthly else Decimal(months)


def annual_factor(months: int, yearly: Decimal) -> Decimal:
    """Return the factor of the agencies' forms: (1 - (1 + r)^(-n/12)) / r, and n / 12 where r is zero."""
    with localcontext(EXACT):
        years = Decimal(months) / 12
        return (_ONE - (_ONE + yearly) ** -years) / yearly if yearly else years


def months_left(rule: MonthsLeft, left: Remaining, end: datetime.date) -> int:
    """Return the whole months from a prepayment to the day that its loss is measured to."""
    if rule is MonthsLeft.WHOLE:
        return int(left.months)
    ends_month = (end + _DAY).day == 1
    return max(months_between(left.on, end) - (0 if ends_month else 1), 0)


def loss(
    regime: YieldMaintenance, left: Remaining, *, note_rate: Decimal, reinvested_at: Decimal, months: int
) -> Decimal:
    """Return what the lender loses on the whole balance by a note's formula; negative where it gains. Unrounded."""
    monthly = monthly_rate(reinvested_at, regime.discounting)
    with localcontext(EXACT):
        difference = note_rate - reinvested_at
        if regime.formula is Formula.REMAINING_PAYMENTS:
            return present_value(((each.days, each.amount) for each in left.payments), monthly) - left.balance
        if regime.formula is Formula.DIFFERENCE_ON_SCHEDULED_BALANCE:
            flows = ((each.days, difference * each.balance * each.days / 360) for each in left.payments)
            return present_value(flows, monthly)
        if regime.formula is Formula.DIFFERENCE_ON_PREPAID_PRINCIPAL:
            return left.balance * difference / 12 * annuity(months, monthly)
        return left.balance * difference * annual_factor(months, reinvested_at)


def matched_term(regime: YieldMaintenance, left: Remaining) -> Fraction:
    """Return the months of the Treasury that a note matches."""
    return left.months if regime.matched_to is MatchedTo.MATURITY else left.average_life_in_months()
