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
from realinsights_finance import rates
from realinsights_finance.day_count import DayCount
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
    unrounded_interest_over,
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
        """True where the balance is known whatever the rates are."""
        return isinstance(self.repayment, InterestOnly)

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
        self, market: Market, balance: Decimal, *, after: int
    ) -> tuple[tuple[LifeRow, ...], MissingFixing | OutsideCurve | None]:
        """Return the same of a balance that is left after so many installments, `most_paid` at most."""
        periods = self.periods[after:]
        if not periods:
            return (balloon_in_advance(self.periods[-1], balance),), None
        first_due = self.due_dates[after] if self.in_advance else None
        left = replace(self._as_loan(self.path(market)), principal=balance, periods=periods, first_due=first_due)
        if isinstance(self.repayment, Capitalizing):
            rule = of_balance(self.repayment, lent=self.loan.original_balance, balance=balance)
            left = replace(left, repayment=rule)
        return known_life(left)

    @cached_property
    def stated_life(self) -> tuple[LifeRow, ...]:
        """Every period of a loan whose rates are all stated."""
        return self.life()[0]

    def stated_life_from(self, balance: Decimal, *, after: int) -> tuple[LifeRow, ...]:
        """Return the periods that are left of such a loan, of a balance that is owed after so many installments."""
        return self.life_from(_NO_MARKET, balance, after=after)[0]

    def stated_rate_on(self, on: datetime.date) -> Decimal | None:
        """Return the stated rate in force on a day; None after maturity."""
        span = self.rate_on(_NO_MARKET, on)
        return None if span is None else span.rate

    def stated_balance_on(self, on: datetime.date) -> Decimal:
        """Return what such a loan owes at the end of a day, with every installment due by then paid."""
        due = [row for row in self.stated_life if row.due_date <= on]
        return due[-1].ending_balance if due else self.loan.original_balance

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
        """Return the interest accrued from the start of a day's period to the day, and its rates; None if not known."""
        period = next((period for period in self.periods if period.start <= on < period.end), None)
        if period is None:
            return None
        try:
            spans = self.path(market).spans(period.start, period.end, until=on)
        except (MissingFixing, OutsideCurve):
            return None
        terms = self.loan.terms
        return terms.interest_rounding.cents(unrounded_interest_over(balance, spans, terms.day_count)), spans

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
            level = rule.payment
            if level is None and before is not None and before.principal:
                level = before.payment
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
        if not isinstance(rule, LevelPayment):
            return None
        return rule.payment

    def average_life(self, rows: Sequence[LifeRow]) -> Decimal:
        """Return the years until the average dollar of principal is repaid, of 30/360 months from the start."""
        days = sum(row.principal * DayCount.THIRTY_E_360.days(self.start, row.due_date) for row in rows)
        return Decimal(days) / (sum((row.principal for row in rows), _NOTHING) * _YEAR)

    def _as_loan(self, path: RatePath) -> LoanOfAnyKind:
        terms = self.loan.terms
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
        )


def _path(rate: Decimal | rates.FloatingTerms, market: Market) -> RatePath:
    return FixedRate(rate) if isinstance(rate, Decimal) else FloatingRate(terms=rate, market=market)
