"""Schedules of floating loans: past rates from fixings, the present accrual, a projected future under a curve. Pure.

A `FloatingPlan` is what the note says, without any rate; `Market` has the fixings known on a business date, and curves.
A fixed time before or after a floating one is a part of the same path, and so is a change of terms from a date on.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final, cast

from realinsights.contracts.loans import RateType
from realinsights.loans.model.floating_terms import stated_rate
from realinsights.loans.model.index_names import index_label
from realinsights.loans.model.loan import Loan, repays_nothing
from realinsights.loans.model.payment_schedule import (
    NO_FIRST_PAYMENT,
    Dates,
    Unscheduled,
    contractual_dates,
    payment_calendar,
    schedule_dates,
)
from realinsights.loans.model.published_averages import AVERAGES, with_computed_averages
from realinsights.loans.model.terms import NoteTerms
from realinsights.loans.model.terms_changes import agreements, dated_changes
from realinsights_finance import rates
from realinsights_finance.business_days import FIRST_YEAR, BusinessDayRule
from realinsights_finance.money import cents
from realinsights_finance.rates import (
    EachDay,
    EachPeriod,
    FixedRate,
    Fixings,
    FloatingRate,
    ForwardCurve,
    HybridRate,
    InArrears,
    Index,
    Market,
    MissingFixing,
    OnDates,
    OutsideCurve,
    RatePath,
    RateSpan,
    unrounded_interest_over,
)
from realinsights_finance.rates.in_arrears import business_stretches
from realinsights_finance.repayment import (
    InterestOnly,
    LevelPayment,
    LifeRow,
    Repayment,
    known_life,
)
from realinsights_finance.repayment import Loan as LoanOfAnyKind
from realinsights_finance.terms import PaymentBasis
from realinsights_finance.time import AccrualPeriod, EmptyPeriod, Interval, PeriodRule, accrual_periods

_DAY: Final = datetime.timedelta(days=1)
_LONGEST_AVERAGE: Final = datetime.timedelta(days=200)
_MOST_BEFORE: Final = datetime.timedelta(days=420)
"""How long before its first period a loan may look at fixings: a lookback, and the days that one may be carried."""


class PeriodStanding(StrEnum):
    """The place of a period beside the business date."""

    PAST = "past"
    PRESENT = "present"
    PROJECTED = "projected"


@dataclass(frozen=True, slots=True)
class Leg:
    """A rate of the note from a day on: one that is fixed, or floating terms."""

    since: datetime.date
    rate: Decimal | rates.FloatingTerms


@dataclass(frozen=True, kw_only=True, slots=True)
class FloatingPlan:
    """What the note of a floating loan says: its periods, its rates one after the other, and how it is repaid."""

    loan: Loan
    start: datetime.date
    periods: tuple[AccrualPeriod, ...]
    legs: tuple[Leg, ...]
    repayment: Repayment
    assumed: tuple[str, ...]

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

    @property
    def repays_nothing(self) -> bool:
        """True where the balance is known whatever the rates are."""
        return isinstance(self.repayment, InterestOnly)

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

    def path(self, market: Market) -> RatePath:
        """Return the rate of any period."""
        return HybridRate(tuple((leg.since, _path(leg.rate, market)) for leg in self.legs))

    def life(self, market: Market) -> tuple[tuple[LifeRow, ...], MissingFixing | OutsideCurve | None]:
        """Return every period as far as its rates are known, and what is missing after them."""
        return known_life(self._as_loan(self.path(market)))

    def life_from(
        self, market: Market, balance: Decimal, *, after: int
    ) -> tuple[tuple[LifeRow, ...], MissingFixing | OutsideCurve | None]:
        """Return the same of a balance that is left after so many installments, fewer than all of them."""
        left = replace(self._as_loan(self.path(market)), principal=balance, periods=self.periods[after:])
        return known_life(left)

    def rate_on(self, market: Market, on: datetime.date) -> RateSpan | None:
        """Return the rate in force on a day; None where it is not known, or the loan has matured.

        Before interest starts it is the first one.
        """
        if on >= self.periods[-1].end:
            return None
        on = max(on, self.start)
        period = next(period for period in self.periods if on < period.end)
        try:
            return self.path(market).spans(period.start, period.end, until=on + _DAY)[-1]
        except (MissingFixing, OutsideCurve):
            return None

    def accrued(
        self, market: Market, balance: Decimal, on: datetime.date
    ) -> tuple[Decimal, tuple[RateSpan, ...]] | None:
        """Return the interest accrued from the start of a day's period to the day, and its rates; None if not known."""
        period = next((period for period in self.periods if period.start <= on < period.end), None)
        if period is None:
            return None
        try:
            spans = self.path(market).spans(period.start, period.end, until=on)
        except (MissingFixing, OutsideCurve):
            return None
        return cents(unrounded_interest_over(balance, spans, self.loan.terms.day_count)), spans

    def standing(self, period: AccrualPeriod | LifeRow, on: datetime.date) -> PeriodStanding:
        """Return where a period lies on a day."""
        if period.end <= on:
            return PeriodStanding.PAST
        return PeriodStanding.PRESENT if period.start <= on else PeriodStanding.PROJECTED

    def _as_loan(self, path: RatePath) -> LoanOfAnyKind:
        return LoanOfAnyKind(
            principal=self.loan.original_balance,
            periods=self.periods,
            interval=Interval(self.loan.terms.frequency.value),
            rate=path,
            day_count=self.loan.terms.day_count,
            repayment=self.repayment,
        )

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
    repayment = _repayment(loan)
    periods = _periods(loan.terms, dates, first_payment, maturity)
    if isinstance(repayment, Unscheduled) or isinstance(periods, Unscheduled):
        return repayment if isinstance(repayment, Unscheduled) else cast("Unscheduled", periods)
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
    if isinstance(repayment, LevelPayment) and repayment.reamortizes:
        assumed.append("The payment is computed anew over what is left of the amortization whenever the rate changes.")
    return FloatingPlan(
        loan=loan, start=dates.start, periods=periods, legs=tuple(legs), repayment=repayment, assumed=tuple(assumed)
    )


def _path(rate: Decimal | rates.FloatingTerms, market: Market) -> RatePath:
    return FixedRate(rate) if isinstance(rate, Decimal) else FloatingRate(terms=rate, market=market)


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


def _repayment(loan: Loan) -> Repayment | Unscheduled:
    if dated_changes(loan) and not all(repays_nothing(agreed) for _, agreed in agreements(loan)):
        return Unscheduled("the terms of a floating loan that amortizes have changed: that is not computed yet")
    terms = loan.terms
    if repays_nothing(loan):
        return InterestOnly()
    if terms.payment_basis is not PaymentBasis.NOTE_RATE:
        return Unscheduled("its payment is computed on another rate than the note's: of a floating rate that is not")
    step = terms.frequency.months
    if terms.scheduled_principal:
        return Unscheduled("principal follows a schedule of its own")
    interest_only = terms.interest_only_months // step
    if terms.level_payment is not None:
        return LevelPayment(periods=1, interest_only=interest_only, payment=terms.level_payment)
    months = terms.amortization_months or 0
    left = months - (terms.interest_only_months if terms.amortization_from_closing else 0)
    return LevelPayment(periods=max(left // step, 1), interest_only=interest_only, reamortizes=True)


def _periods(
    terms: NoteTerms, dates: Dates, first_payment: datetime.date, maturity: datetime.date
) -> tuple[AccrualPeriod, ...] | Unscheduled:
    calendar = payment_calendar(terms, first_payment)
    if isinstance(calendar, Unscheduled):
        return calendar
    rule = PeriodRule(
        interval=Interval(terms.frequency.value),
        anchor=first_payment,
        day=dates.payment_day,
        business_day_rule=terms.business_day_rule if calendar is not None else BusinessDayRule.UNADJUSTED,
        calendar=calendar,
        accrual_adjusted=terms.accrual_adjusted and calendar is not None,
    )
    try:
        periods = accrual_periods(dates.start, maturity, rule)
    except EmptyPeriod as empty:
        return Unscheduled(str(empty))
    except ValueError:
        return Unscheduled(f"its first payment, on {first_payment}, is not on day {dates.payment_day} of the month")
    first_end = rule.moved(first_payment) if rule.accrual_adjusted else first_payment
    early = sum(1 for period in periods if period.end < first_end)
    if not early:
        return periods
    # Interest starts more than a period before the first payment: all of it is paid with that.
    whole = replace(periods[early], start=dates.start, regular=False)
    return tuple(
        replace(period, number=number) for number, period in enumerate((whole, *periods[early + 1 :]), start=1)
    )
