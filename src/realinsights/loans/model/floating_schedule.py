"""Schedules of floating loans: past rates from fixings, the present accrual, a projected future under a curve. Pure.

A `FloatingPlan` is what the note says; `Market` has the fixings known on a business date, and curves.
A fixed time before or after a floating one is a part of the same path, and so is a change of terms from a date on.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from realinsights.contracts.loans import RateType
from realinsights.loans.model.floating_terms import stated_rate
from realinsights.loans.model.index_names import index_label
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.note_plan import note_periods, note_repayment, repayment_assumed
from realinsights.loans.model.payment_schedule import (
    NO_FIRST_PAYMENT,
    Dates,
    Unscheduled,
    contractual_dates,
    schedule_dates,
)
from realinsights.loans.model.plan import Leg, LoanPlan
from realinsights.loans.model.published_averages import AVERAGES, with_computed_averages
from realinsights.loans.model.terms_changes import agreements, dated_changes
from realinsights_finance import rates
from realinsights_finance.business_days import FIRST_YEAR
from realinsights_finance.rates import (
    EachDay,
    EachPeriod,
    Fixings,
    ForwardCurve,
    InArrears,
    Index,
    Market,
    MissingFixing,
    OnDates,
    OutsideCurve,
)
from realinsights_finance.rates.in_arrears import business_stretches
from realinsights_finance.repayment import (
    LifeRow,
    Repayment,
)
from realinsights_finance.time import AccrualPeriod

_DAY: Final = datetime.timedelta(days=1)
_LONGEST_AVERAGE: Final = datetime.timedelta(days=200)
_MOST_BEFORE: Final = datetime.timedelta(days=420)
"""How long before its first period a loan may look at fixings: a lookback, and the days that one may be carried."""


@dataclass(frozen=True, kw_only=True)
class FloatingPlan(LoanPlan):
    """The plan of a floating loan: its rates are read in a market, as far as that knows them."""

    @property
    def floating(self) -> tuple[rates.FloatingTerms, ...]:
        """The floating terms, one after the other."""
        return tuple(leg.rate for leg in self.legs if isinstance(leg.rate, rates.FloatingTerms))

    @property
    def index(self) -> str:
        """The index of the last floating terms, which the future is projected of."""
        return self.floating[-1].index

    @property
    def indices(self) -> frozenset[str]:
        """The indices that it rests on; daily SOFR where an average of it may have to be made."""
        named = {terms.index for terms in self.floating}
        return frozenset(named | ({Index.SOFR.value} if named & set(AVERAGES) else set()))

    @property
    def looks_back_to(self) -> datetime.date:
        """The first day of which a fixing may be asked for."""
        first = self.start - _MOST_BEFORE - (_LONGEST_AVERAGE if self.indices & set(AVERAGES) else _DAY)
        return max(first, datetime.date(FIRST_YEAR, 1, 1))

    def terms_on(self, day: datetime.date) -> rates.FloatingTerms | None:
        """Return the floating terms that hold on a day; None where the rate is fixed then."""
        held = [leg for leg in self.legs if leg.since <= day][-1]
        return held.rate if isinstance(held.rate, rates.FloatingTerms) else None

    def market(self, fixings: Fixings, *, business_date: datetime.date, curve: ForwardCurve | None = None) -> Market:
        """Return what is known on a business date: fixings, with averages that daily SOFR makes, and a curve."""
        for terms in self.floating:
            if terms.index in AVERAGES:
                days = (on for on in self._determinations(terms) if on <= business_date)
                fixings = with_computed_averages(fixings, terms.index, days)
        curves = () if curve is None else (curve,)
        return Market(business_date=business_date, fixings=fixings, curves=curves)

    def _determinations(self, terms: rates.FloatingTerms) -> Iterator[datetime.date]:
        if isinstance(terms.resets, OnDates):
            yield from map(terms.determined_on, terms.resets.dates)
        elif isinstance(terms.resets, EachDay):
            days = business_stretches(self.start, self.periods[-1].end, terms.determination_calendar)
            yield from (terms.determined_on(day) for day, _ in days)
        elif not isinstance(terms.resets, InArrears):
            # A rate that begins within a period is set on its first day.
            starts = {*(period.start for period in self.periods), *(leg.since for leg in self.legs)}
            yield from map(terms.determined_on, sorted(starts))


def floats(loan: Loan) -> bool:
    """Tell whether a loan's rate floats, or did before its terms changed."""
    if loan.rate_type is RateType.FLOATING:
        return True
    return any(former.rate_type is RateType.FLOATING for _, former in dated_changes(loan))


def floating_plan(loan: Loan) -> FloatingPlan | Unscheduled:
    """Return what the note of a floating loan says, or why no schedule can be computed of it."""
    first_payment, maturity = contractual_dates(loan)
    if first_payment is None:
        return NO_FIRST_PAYMENT
    if first_payment.year <= FIRST_YEAR:
        return Unscheduled(f"business days before {FIRST_YEAR} are not known, and the index is read on them")
    dates = schedule_dates(loan, first_payment, maturity)
    periods = note_periods(loan.terms, dates, first_payment, maturity)
    if isinstance(periods, Unscheduled):
        return periods
    repayment = note_repayment(loan, periods)
    if isinstance(repayment, Unscheduled):
        return repayment
    if loan.terms.payments_in_advance:
        return Unscheduled("payments are made in advance at a rate that floats, which is not computed")
    return _planned(
        loan, first_payment=first_payment, maturity=maturity, dates=dates, periods=periods, repayment=repayment
    )


def missing_in_words(missing: MissingFixing | OutsideCurve, rows: Sequence[LifeRow]) -> str:
    """Return from when on a schedule is not known, and for want of what."""
    since = f"from {rows[-1].end} on " if rows else ""
    if isinstance(missing, MissingFixing):
        return f"{since}the fixing of {index_label(missing.index)} for {missing.on} is missing"
    return f"{since}the curve of {index_label(missing.index)} does not reach: it {missing.word} {missing.limit}"


def _planned(
    loan: Loan,
    *,
    first_payment: datetime.date,
    maturity: datetime.date,
    dates: Dates,
    periods: tuple[AccrualPeriod, ...],
    repayment: Repayment,
) -> FloatingPlan | Unscheduled:
    legs: list[Leg] = []
    assumed = [*dates.assumed]
    for since, agreed in agreements(loan):
        starts = tuple(period.start for period in periods)
        found = _legs(agreed, since or dates.start, starts, first_payment, maturity)
        if isinstance(found, Unscheduled):
            return found
        more, said = found
        before = [leg for leg in legs if leg.since < more[0].since]
        legs = [*before, *_going_on(before, more, starts)]
        assumed += [one for one in said if one not in assumed]
    assumed += repayment_assumed(loan, repayment)
    if loan.terms.daily_rate_decimals is not None:
        assumed.append("The rate of a day is not rounded: that is computed of level payments at one rate alone.")
    return FloatingPlan(
        loan=loan, start=dates.start, periods=periods, legs=tuple(legs), repayment=repayment, assumed=tuple(assumed)
    )


def _legs(
    agreed: Loan,
    since: datetime.date,
    starts: tuple[datetime.date, ...],
    first_payment: datetime.date,
    maturity: datetime.date,
) -> tuple[list[Leg], tuple[str, ...]] | Unscheduled:
    """Return the rates of an agreement from a day on, and what was assumed of them."""
    terms, floating, start = agreed.terms, agreed.terms.floating, starts[0]
    since = max(since, start)
    if agreed.rate_type is RateType.FIXED:
        return [Leg(since, agreed.rate)], ()
    if agreed.rate_type is RateType.STEPPED:
        return Unscheduled("its rate was stepped before it floated: such a schedule is not computed yet")
    if floating is None:
        return Unscheduled("the rate floats, and neither its index nor its spread is known")
    stated = stated_rate(terms, floating, start=start, first_payment=first_payment, maturity=maturity, starts=starts)
    if isinstance(stated, Unscheduled):
        return stated
    legs = [Leg(since, stated.terms)]
    if floating.fixed_rate is not None and floating.fixed_until is not None and floating.fixed_until > since:
        legs = [Leg(since, floating.fixed_rate), Leg(floating.fixed_until, stated.terms)]
    return legs, stated.assumed


def _going_on(before: list[Leg], more: list[Leg], starts: tuple[datetime.date, ...]) -> list[Leg]:
    """Return legs after others: where the same index goes on, a period that has begun keeps the reset of its start."""
    last, first = before[-1].rate if before else None, more[0].rate
    if not isinstance(last, rates.FloatingTerms) or not isinstance(first, rates.FloatingTerms):
        return more
    each = isinstance(last.resets, EachPeriod | OnDates) and isinstance(first.resets, EachPeriod)
    if not each or last.index != first.index:
        return more
    return [Leg(more[0].since, replace(first, resets=OnDates(starts))), *more[1:]]
