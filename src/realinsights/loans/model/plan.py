"""Plans of loans of any kind: the periods, the rates and the repayment that a note says. Pure.

One plan computes every loan that the plain `schedule` of level payments at one rate does not hold. Where all its rates
are stated the plan alone says every installment; a floating one is a `FloatingPlan`, which asks a market too.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Final

from realinsights.loans.model.capitalizing import of_balance
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.payment_schedule import note_rounding
from realinsights.loans.model.principal_changes import (
    Change,
    balance_at,
    curtailments_between,
    draws_between,
    principal_changes,
    unrounded_interest,
    unused_fee,
)
from realinsights_finance import rates
from realinsights_finance.day_count import DayCount
from realinsights_finance.money import EXACT
from realinsights_finance.rates import (
    FixedRate,
    Fixings,
    FloatingRate,
    ForwardCurve,
    HybridRate,
    Market,
    MissingFixing,
    OutsideCurve,
    RatePath,
    RateSpan,
)
from realinsights_finance.repayment import (
    Capitalizing,
    FixedPrincipal,
    HyperAmortization,
    InterestOnly,
    LevelPayment,
    LifeRow,
    PaidAt,
    PrincipalSchedule,
    Repayment,
    balloon_in_advance,
    known_life,
)
from realinsights_finance.repayment import Loan as LoanOfAnyKind
from realinsights_finance.time import AccrualPeriod

_YEAR: Final = 360
_DAY: Final = datetime.timedelta(days=1)
_NOTHING: Final = Decimal("0.00")
_NO_MARKET: Final = Market(business_date=datetime.date.min, fixings=Fixings())
"""The market of a plan whose rates are all stated: nothing is read in it."""


class PeriodStanding(StrEnum):
    """The place of a period beside the business date."""

    PAST = "past"
    PRESENT = "present"
    PROJECTED = "projected"


@dataclass(frozen=True, slots=True)
class Leg:
    """A rate of the note from a day on: one that is stated, or floating terms."""

    since: datetime.date
    rate: Decimal | rates.FloatingTerms


@dataclass(frozen=True, kw_only=True)  # without slots: it keeps its life once that was computed
class LoanPlan:
    """What the note of a loan says: its periods, its rates one after the other, and how it is repaid."""

    loan: Loan
    start: datetime.date
    periods: tuple[AccrualPeriod, ...]
    legs: tuple[Leg, ...]
    repayment: Repayment
    assumed: tuple[str, ...]
    first_due: datetime.date | None = None

    @property
    def in_advance(self) -> bool:
        """True where each installment is paid as its period begins, and the balloon at maturity."""
        return self.first_due is not None

    @property
    def due_dates(self) -> tuple[datetime.date, ...]:
        """The day of the installment of each period."""
        paid = tuple(period.payment_date for period in self.periods)
        return paid if self.first_due is None else (self.first_due, *paid[:-1])

    @property
    def most_paid(self) -> int:
        """The most installments that are paid while the loan is still owed."""
        return len(self.periods) - (not self.in_advance)

    def repaid_by(self, on: datetime.date) -> bool:
        """Tell whether the last payment is due by a day."""
        return self.periods[-1].payment_date <= on

    def repays(self, row: LifeRow) -> bool:
        """Tell whether a row is what repays the loan at maturity: its last installment, or in advance the balloon."""
        return row.at_maturity if self.in_advance else row.number == self.periods[-1].number

    @property
    def repays_nothing(self) -> bool:
        """True where what was lent is owed until maturity, whatever the rates are."""
        return self.of_stated_principal and not self.changes

    @property
    def of_stated_principal(self) -> bool:
        """True where nothing that is owed depends on the rates: it changes on stated days alone."""
        return isinstance(self.repayment, InterestOnly)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What changes what is owed on days of its own, beside installments."""
        return principal_changes(self.loan.terms)

    @property
    def several_a_month(self) -> bool:
        """True where more than one installment falls in a month."""
        return self.loan.terms.frequency.months is None

    def market(self, fixings: Fixings, *, business_date: datetime.date, curve: ForwardCurve | None = None) -> Market:
        """Return what is known on a business date, of which stated rates ask nothing."""
        return Market(business_date=business_date, fixings=fixings, curves=() if curve is None else (curve,))

    def path(self, market: Market) -> RatePath:
        """Return the rate of any period."""
        return HybridRate(tuple((leg.since, _path(leg.rate, market)) for leg in self.legs))

    def life(self, market: Market = _NO_MARKET) -> tuple[tuple[LifeRow, ...], MissingFixing | OutsideCurve | None]:
        """Return every period as far as its rates are known, and what is missing after them."""
        return known_life(self._as_loan(self.path(market)))

    def life_from(
        self, market: Market, balance: Decimal, *, after: int, of: datetime.date | None = None
    ) -> tuple[tuple[LifeRow, ...], MissingFixing | OutsideCurve | None]:
        """Return the same of a balance that is left after so many installments, `most_paid` at most.

        It is the balance `of` the end of a day; where that is not said, the one that the next period begins with.
        """
        periods = self.periods[after:]
        if not periods:
            return (balloon_in_advance(self.periods[-1], balance),), None
        first_due = self.due_dates[after] if self.in_advance else None
        if of is not None:
            balance = self.opening(periods[0], balance, of=of)
        whole, begin = self._as_loan(self.path(market)), periods[0].start
        rule = self.repayment_after(after) if after else self.repayment
        if isinstance(rule, Capitalizing):
            rule = of_balance(rule, lent=self.loan.original_balance, balance=balance)
        return known_life(
            replace(
                whole,
                principal=balance,
                periods=periods,
                first_due=first_due,
                repayment=rule,
                draws=tuple(each for each in whole.draws if each.on >= begin),
                curtailments=tuple(each for each in whole.curtailments if each.on >= begin),
                unused_fee=unused_fee(self.loan, balance, begin=begin),
            )
        )

    def opening(self, period: AccrualPeriod | LifeRow, balance: Decimal, *, of: datetime.date) -> Decimal:
        """Return what a period begins with, where a balance of the end of a day is owed in it."""
        return balance_at(balance, self.changes, of=of, on=period.start - _DAY)

    def repayment_after(self, paid: int) -> Repayment:
        """Return how the loan is repaid after so many installments: by the level payment that holds then."""
        rule = self.repayment
        level = rule.before if isinstance(rule, HyperAmortization) else rule
        if not isinstance(level, LevelPayment) or level.reamortizes or not paid or not self.changes:
            return rule
        begin = self.periods[paid].start
        held = level.payment
        if any(change.resets and change.on < begin for change in self.changes):
            held = None
            if not any(isinstance(leg.rate, rates.FloatingTerms) for leg in self.legs):
                rows = self.stated_life
                held = rows[min(paid, len(rows)) - 1].level_payment
        level = replace(level, payment=held)
        return replace(rule, before=level) if isinstance(rule, HyperAmortization) else level

    @cached_property
    def stated_life(self) -> tuple[LifeRow, ...]:
        """Every period of a loan whose rates are all stated."""
        return self.life()[0]

    def stated_life_from(self, balance: Decimal, *, after: int, of: datetime.date | None = None) -> tuple[LifeRow, ...]:
        """Return the periods that are left of such a loan, of a balance that is owed after so many installments."""
        return self.life_from(_NO_MARKET, balance, after=after, of=of)[0]

    def stated_rate_on(self, on: datetime.date) -> Decimal | None:
        """Return the stated rate in force on a day; None after maturity."""
        span = self.rate_on(_NO_MARKET, on)
        return None if span is None else span.rate

    def stated_balance_on(self, on: datetime.date) -> Decimal:
        """Return what such a loan owes at the end of a day, with every installment due by then paid."""
        return self.owed_on(self.stated_life, on)

    def owed_on(self, rows: Sequence[LifeRow], on: datetime.date, *, unchanged: bool = False) -> Decimal:
        """Return what is owed by some rows at the end of a day, with every installment due by then paid.

        Where it is asked for `unchanged`, principal that changes on that day itself is not counted.
        """
        due = [row for row in rows if row.due_date <= on]
        balance = due[-1].ending_balance if due else self.loan.original_balance
        since = due[-1].end if due else self.periods[0].start
        return balance_at(balance, self.changes, of=since - _DAY, on=on - _DAY if unchanged else on)

    def stated_accrual_on(self, on: datetime.date) -> Decimal:
        """Return the interest of such a loan that has accrued and is not due at the start of a day.

        In advance none is: it is paid before it accrues.
        """
        if self.in_advance:
            return _NOTHING
        unpaid = [row for row in self.stated_life if row.due_date > on]
        ended = sum((row.interest for row in unpaid if row.end <= on), _NOTHING)  # a payment that has moved
        running = next((row for row in unpaid if row.start <= on < row.end), None)
        found = None if running is None else self.accrued(_NO_MARKET, running.beginning_balance, on)
        return ended if found is None else ended + found[0]

    def paid_by(self, on: datetime.date) -> int:
        """Return how many installments are due by a day."""
        return sum(1 for due in self.due_dates if due <= on)

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
        """Return the interest accrued from the start of a day's period to the day, and its rates; None if not known.

        `balance` is what the period begins with.
        """
        period = next((period for period in self.periods if period.start <= on < period.end), None)
        if period is None:
            return None
        try:
            spans = self.path(market).spans(period.start, period.end, until=on)
        except (MissingFixing, OutsideCurve):
            return None
        terms = self.loan.terms
        exact = unrounded_interest(balance, self.changes, spans, terms.day_count)
        return terms.interest_rounding.cents(exact), spans

    def interest_between(
        self, period: AccrualPeriod, balance: Decimal, since: datetime.date, until: datetime.date
    ) -> Decimal:
        """Return the interest of a balance for a part of a period, or all of it, at stated rates."""
        path = self.path(_NO_MARKET)
        spans = path.spans(period.start, period.end)
        exact = self._as_loan(path).unrounded_interest(balance, period, spans, since=since, until=until)
        decimal = EXACT.divide(Decimal(exact.numerator), Decimal(exact.denominator))
        return self.loan.terms.interest_rounding.cents(decimal)

    def accrued_on(
        self, market: Market, balance: Decimal, on: datetime.date
    ) -> tuple[Decimal, tuple[RateSpan, ...]] | None:
        """Return the same of a balance that is owed at the end of the day."""
        period = next((period for period in self.periods if period.start <= on < period.end), None)
        return None if period is None else self.accrued(market, self.opening(period, balance, of=on), on)

    def standing(self, period: AccrualPeriod | LifeRow, on: datetime.date) -> PeriodStanding:
        """Return where a period lies on a day."""
        if period.end <= on:
            return PeriodStanding.PAST
        return PeriodStanding.PRESENT if period.start <= on else PeriodStanding.PROJECTED

    def regular_principal(self, row: LifeRow, before: LifeRow | None) -> Decimal:
        """Return what an installment would repay if it were not the last one: a balloon is refinanced, not covered.

        `before` is the installment before it, None where there is none.
        """
        rule, regular = self.repayment, _NOTHING
        if row.at_maturity:
            return regular
        if isinstance(rule, HyperAmortization):
            rule = rule.before
        if isinstance(rule, PrincipalSchedule) and row.number <= len(rule.amounts):
            regular = rule.amounts[row.number - 1]
        elif isinstance(rule, FixedPrincipal) and row.number > rule.interest_only:
            regular = rule.amount
        elif isinstance(rule, Capitalizing) and rule.payment is not None:
            regular = max(rule.payment - row.interest, _NOTHING)
        elif isinstance(rule, LevelPayment) and row.number > rule.interest_only:
            level = row.level_payment or rule.payment
            if level is None and before is not None and before.principal:
                level = before.payment - before.unused_fee
            regular = row.principal if level is None else max(level - row.interest, _NOTHING)
        return min(regular, row.principal)

    def balloon(self, row: LifeRow, before: LifeRow | None) -> Decimal:
        """Return what of an installment is beyond what it would be if it were not the last one.

        Of a loan that capitalizes interest that is more than the principal: the last interest is all paid.
        """
        return row.principal - self.regular_principal(row, before) + self._uncovered(row)

    def _uncovered(self, row: LifeRow) -> Decimal:
        """Return the interest of the last installment that any other one would have capitalized."""
        rule, place = self.repayment, row.number - self.periods[0].number
        if not isinstance(rule, Capitalizing) or row.end != self.periods[-1].end:
            return _NOTHING
        # The same period with one after it: the last one alone pays all.
        following = AccrualPeriod(
            number=row.number + 1, start=row.end, end=row.end + _DAY, payment_date=row.end + _DAY, regular=False
        )
        as_any = replace(self, periods=(*self.periods, following))
        rows, _ = as_any.life_from(_NO_MARKET, row.beginning_balance, after=place)
        return rows[0].capitalized if rows else _NOTHING

    @property
    def level_payment(self) -> Decimal | None:
        """Return the level payment, as stated or computed; None where there is none or it changes."""
        rule = self.repayment.before if isinstance(self.repayment, HyperAmortization) else self.repayment
        if not isinstance(rule, LevelPayment) or any(change.resets for change in self.changes):
            return None
        return rule.payment

    def average_life(self, rows: Sequence[LifeRow]) -> Decimal:
        """Return the years until the average dollar of principal is repaid, of 30/360 months from the start."""
        repaid = [(row.due_date, row.principal) for row in rows]
        repaid += [(change.on, -change.amount) for change in self.changes if change.amount < 0]
        days = sum(amount * DayCount.THIRTY_E_360.days(self.start, on) for on, amount in repaid)
        return Decimal(days) / (sum((amount for _, amount in repaid), _NOTHING) * _YEAR)

    def _as_loan(self, path: RatePath) -> LoanOfAnyKind:
        terms, begin, end = self.loan.terms, self.periods[0].start, self.periods[-1].end
        return LoanOfAnyKind(
            principal=self.loan.original_balance,
            periods=self.periods,
            interval=terms.frequency,
            rate=path,
            day_count=terms.day_count,
            repayment=self.repayment,
            paid_at=PaidAt.START if self.in_advance else PaidAt.END,
            first_due=self.first_due,
            rounding=note_rounding(terms, daily_rate=False),
            draws=draws_between(terms, begin, end),
            curtailments=curtailments_between(terms, begin, end),
            unused_fee=unused_fee(self.loan, self.loan.original_balance, begin=begin),
        )


def _path(rate: Decimal | rates.FloatingTerms, market: Market) -> RatePath:
    return FixedRate(rate) if isinstance(rate, Decimal) else FloatingRate(terms=rate, market=market)
