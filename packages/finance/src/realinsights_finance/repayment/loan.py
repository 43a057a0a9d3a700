"""A loan of any kind: how its periods, its rate and its repayment go together."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from realinsights_finance.day_count import DayCount
from realinsights_finance.money import cents
from realinsights_finance.rates.paths import RatePath, RateSpan
from realinsights_finance.repayment.rules import INTEREST_ONLY, Curtailment, Draw, InvalidRepayment, PaidAt, Repayment
from realinsights_finance.rounding import USUAL, InterestRounding, Rounding
from realinsights_finance.time.intervals import Interval
from realinsights_finance.time.periods import AccrualPeriod


@dataclass(frozen=True, kw_only=True, slots=True)
class UnusedFee:
    """A fee on what of a commitment is not drawn: an annual `rate` by a day count (None: the loan's).

    `commitment` has the principal in it. What is repaid cannot be drawn again.
    """

    commitment: Decimal
    rate: Decimal
    day_count: DayCount | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Loan:
    """A loan of any kind; amounts in dollars and cents.

    `periods` are those of `time.accrual_periods`, the last one ending at maturity, where all that is left is paid. On
    30/360 a regular period of months, or of half a month, is `interval` as a part of a year exactly. Draws and
    curtailments fall on days from the first to the last; on one day draws come first. In advance an installment is due
    when the period before it is paid, the first one on `first_due` (None: when interest starts), and what is left after
    the last of them when the last period is paid. Raises InvalidRepayment.
    """

    principal: Decimal
    periods: tuple[AccrualPeriod, ...]
    interval: Interval
    rate: RatePath
    day_count: DayCount = DayCount.ACTUAL_360
    repayment: Repayment = INTEREST_ONLY
    paid_at: PaidAt = PaidAt.END
    first_due: datetime.date | None = None
    rounding: Rounding = USUAL
    draws: tuple[Draw, ...] = ()
    curtailments: tuple[Curtailment, ...] = ()
    unused_fee: UnusedFee | None = None

    def __post_init__(self) -> None:
        if not self.periods:
            raise InvalidRepayment("periods", "there must be at least one")
        if self.principal < 0 or self.principal != cents(self.principal) or not (self.principal or self.draws):
            raise InvalidRepayment("principal", "must be whole cents, and more than zero unless it is drawn later")
        begin, end = self.periods[0].start, self.periods[-1].end
        changes: list[tuple[str, datetime.date]] = [("draws", draw.on) for draw in self.draws]
        changes += [("curtailments", change.on) for change in self.curtailments]
        for field, on in changes:
            if not begin <= on < end:
                raise InvalidRepayment(field, f"{on} must be from {begin} on and before {end}")
        if changes and self.paid_at is PaidAt.START:
            raise InvalidRepayment("paid_at", "interest in advance knows no draws and no partial prepayments")
        if self.first_due is not None and self.paid_at is PaidAt.END:
            raise InvalidRepayment("first_due", "is of payments in advance")
        if self.rounding.daily_rate_decimals is not None:
            raise InvalidRepayment("rounding", "a rounded rate of a day is a convention of fixed rates alone")
        if self.rounding.interest is InterestRounding.CARRIED and self.paid_at is PaidAt.START:
            raise InvalidRepayment("rounding", "balances are carried unrounded where interest is paid in arrears")
        if self.unused_fee is not None and self.unused_fee.commitment < self.principal + self._drawn():
            raise InvalidRepayment("unused_fee", "the commitment must cover all that is drawn")

    def fraction(
        self, period: AccrualPeriod, start: datetime.date, end: datetime.date, *, day_count: DayCount | None = None
    ) -> Fraction:
        """Return the fraction of a year of a part of a period, by a day count (None: the loan's).

        A whole regular one of 30/360 is its months exactly, and of half months a 24th of a year.
        """
        day_count = day_count or self.day_count
        whole = (start, end) == (period.start, period.end)
        if whole and period.regular and day_count.thirty_360 and self.interval.days is None:
            return Fraction(1, self.interval.periods_per_year)
        return day_count.fraction(start, end)

    def unrounded_interest(
        self,
        balance: Decimal,
        period: AccrualPeriod,
        spans: Iterable[RateSpan],
        *,
        since: datetime.date,
        until: datetime.date,
    ) -> Fraction:
        """Return the exact interest on a balance for a part of a period, or all of it, at the rates of its days."""
        total = Fraction(0)
        for span in spans:
            start, end = max(span.start, since), min(span.end, until)
            if start < end:
                total += Fraction(span.rate) * self.fraction(period, start, end)
        return Fraction(balance) * total

    def _drawn(self) -> Decimal:
        return sum((draw.amount for draw in self.draws), Decimal(0))
