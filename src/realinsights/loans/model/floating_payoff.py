"""Floating loans on the day of a payoff: what is owed and has accrued by the fixings that are known. Pure.

What is owed by the record goes on at the rates that were set since. A rate that is set after the business date is not
known: nothing is projected in a payoff.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from realinsights.loans.model.floating_schedule import FloatingPlan
from realinsights.loans.model.index_names import index_label
from realinsights.loans.model.payment_schedule import Unscheduled
from realinsights.loans.model.plan import LoanPlan
from realinsights.loans.model.principal_changes import balance_at, unrounded_interest
from realinsights.loans.model.quantities import tidy
from realinsights.loans.model.rolling_forward import ROLLED
from realinsights_finance.money import cents
from realinsights_finance.prepayment import ACCRUED, Accrued, InterestTo, PayoffItem, fraction_of_a_day
from realinsights_finance.rates import Fixings, Market, MissingFixing, OutsideCurve, RateSpan
from realinsights_finance.repayment import LifeRow
from realinsights_finance.schedule import total
from realinsights_finance.terms import interest
from realinsights_finance.time import AccrualPeriod

_DAY = datetime.timedelta(days=1)
_NOTHING = Decimal("0.00")
_MOST_RATES = 6


@dataclass(frozen=True, slots=True)
class KnownRates:
    """The rates of a loan as they are known on a business date: of one that floats, or whose rates are all stated."""

    plan: LoanPlan
    fixings: Fixings
    business_date: datetime.date

    @property
    def market(self) -> Market:
        """Return the fixings, with the averages that they make, and no curve."""
        return self.plan.market(self.fixings, business_date=self.business_date)

    def until(self, maturity: datetime.date) -> KnownRates:
        """Return the rates of the loan as one that matures on a day, which may be before its own maturity."""
        *before, last = (period for period in self.plan.periods if period.start < maturity)
        if maturity >= last.end:
            return self
        last = replace(last, end=maturity, payment_date=maturity, regular=False)
        return replace(self, plan=replace(self.plan, periods=(*before, last)))

    def why(self, missing: MissingFixing | OutsideCurve) -> str:
        """Return in words why a rate is not known."""
        if missing.on > self.business_date:
            return f"the rate floats: it is set anew on {missing.on}, after the business date {self.business_date}"
        return f"the rate floats: the fixing of {index_label(missing.index)} for {missing.on} is missing"


def stated_rates(plan: LoanPlan) -> KnownRates:
    """Return the rates of a loan whose note states them all."""
    return KnownRates(plan, Fixings(), plan.start)


Rates = KnownRates | Unscheduled | None
"""The rates of a loan that floats, or did; why none can be computed; None of one that never floated."""


class Owed(NamedTuple):
    """What is owed on a day: the principal, the interest that has accrued, and in words what they rest on."""

    principal: Decimal
    accrued: Accrued
    assumed: tuple[str, ...] = ()


class _Unpaid(NamedTuple):
    """The periods whose interest is owed, those of them whose rates are known in full, and the balance of the first."""

    periods: tuple[AccrualPeriod, ...]
    rows: tuple[LifeRow, ...]
    balance: Decimal


def owed_at_known_rates(known: KnownRates, *, on: datetime.date) -> Owed | Unscheduled:
    """Return what is owed of a loan on a day, or why its principal is not known."""
    plan, market = known.plan, known.market
    loan = plan.loan
    since, balance = loan.balance_as_of, loan.current_balance
    of: datetime.date | None = since
    words: tuple[str, ...] = ()
    if on < since:
        words = (f"What is owed on {on} is the schedule's: the recorded balance is of {since}.",)
        since, balance, of = plan.start, loan.original_balance, None
    unpaid = _unpaid(plan, on)
    begun = min(plan.paid_by(since), plan.periods.index(unpaid[0]))
    if loan.status not in ROLLED and not plan.of_stated_principal and unpaid[0] is not plan.periods[begun]:
        return Unscheduled(
            f"it is reported as {loan.status.value.replace('_', ' ')}: whether its payments were made is not known"
        )
    rows, missing = plan.life_from(market, balance, after=begun, of=of)
    paid = plan.periods.index(unpaid[0]) - begun
    if paid > len(rows) and not plan.of_stated_principal:
        return Unscheduled(known.why(missing) if missing is not None else "it is repaid by then")
    if paid and not plan.of_stated_principal:
        opening = rows[paid - 1].ending_balance
    else:
        opening = plan.opening(unpaid[0], balance, of=of or since - _DAY)
    principal = balance_at(opening, plan.changes, of=unpaid[0].start - _DAY, on=on)
    if not principal:
        return Unscheduled("its schedule repays it by then")
    accrued, spans = _accrued(known, market, _Unpaid(unpaid, rows[paid:], opening), on)
    return Owed(principal, accrued, (*words, *_in_words(spans), *(plan.assumed if spans else ())))


def _unpaid(plan: LoanPlan, on: datetime.date) -> tuple[AccrualPeriod, ...]:
    """Return the periods whose interest is owed on a day: the running one, and one whose payment has moved beyond it.

    From maturity on it is the last one: nobody has said that it was paid.
    """
    found = tuple(period for period in plan.periods if period.payment_date > on)
    if not found:
        return plan.periods[-1:]
    return (found[0], *(period for period in found[1:] if period.start < on))


def _accrued(
    known: KnownRates, market: Market, unpaid: _Unpaid, on: datetime.date
) -> tuple[Accrued, tuple[RateSpan, ...]]:
    """Return the interest of the periods that are not paid on a day, and its rates."""
    plan, (periods, rows, balance) = known.plan, unpaid
    terms, last = plan.loan.terms, plan.periods[-1]
    if on > last.end:
        what = "the rate floats: what it is" if isinstance(plan, FloatingPlan) else "what the rate is"
        reason = f"{what} after maturity is not stated"
        return Accrued(item=PayoffItem(name=ACCRUED, amount=None, reason=reason)), ()
    whole = terms.payoff_interest_to is InterestTo.END_OF_PERIOD
    amounts, days = [_NOTHING], 0
    spans: tuple[RateSpan, ...] = ()
    try:
        for place, period in enumerate(periods):
            if on <= period.start:
                continue
            until = period.end if whole else min(on, period.end)
            found = plan.path(market).spans(period.start, period.end, until=until)
            if until == period.end and place < len(rows):
                amounts.append(rows[place].interest)
            else:
                owed = rows[place - 1].ending_balance if place and rows else balance
                amounts.append(cents(unrounded_interest(owed, plan.changes, found, terms.day_count)))
            days += terms.day_count.days(period.start, until)
            spans += found
    except (MissingFixing, OutsideCurve) as missing:
        return Accrued(item=PayoffItem(name=ACCRUED, amount=None, reason=known.why(missing))), ()
    item = PayoffItem(name=ACCRUED, amount=total(amounts))
    owed = balance_at(balance, plan.changes, of=periods[0].start - _DAY, on=on)
    return Accrued(item=item, days=days, per_diem=None if whole else _per_diem(known, market, owed, on)), spans


def _per_diem(known: KnownRates, market: Market, balance: Decimal, on: datetime.date) -> Decimal | None:
    """Return the interest of one more day, None where the rate of that day is not known."""
    span = known.plan.rate_on(market, on)
    if span is None:
        return None
    return interest(balance, span.rate, fraction_of_a_day(known.plan.loan.terms.day_count, on))


def _in_words(spans: tuple[RateSpan, ...]) -> tuple[str, ...]:
    """Return where the rates of the accrued interest come from."""
    if len(spans) > _MOST_RATES:
        return (f"The interest from {spans[0].start} on is at {len(spans)} rates, each by the index of its day.",)
    return tuple(
        f"The rate from {span.start} on is {tidy(round(span.rate, 10)):f}"
        + (f", by the index of {span.reset.determined_on}." if span.reset is not None else ".")
        for span in spans
    )
