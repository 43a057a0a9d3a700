"""Loan terms: what a note says, from which every installment follows."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from realinsights_finance.business_days import FIRST_YEAR, BusinessDayRule, HolidayCalendar, adjusted
from realinsights_finance.day_count import DayCount
from realinsights_finance.due_dates import Frequency, add_months, months_between
from realinsights_finance.level_payment import level_payment
from realinsights_finance.money import EXACT, cents
from realinsights_finance.rounding import FEWEST_DAILY_RATE_DECIMALS, MOST_DAILY_RATE_DECIMALS, USUAL, Rounding

MAXIMUM_PRINCIPAL = Decimal("9999999999999.99")
MAXIMUM_MONTHS = 1200
MAXIMUM_FIRST_PERIOD_MONTHS = 60
RATE_DECIMALS = 12
_FINEST_RATE = Decimal(1).scaleb(-RATE_DECIMALS)
EARLIEST_YEAR = 1900
LATEST_YEAR = 2200


class PaymentBasis(StrEnum):
    """The rate that the level payment is computed on; the interest accrues on the note rate in any case."""

    NOTE_RATE = "note_rate"  # rate / 12, whatever the day count: what nearly every US note does
    EFFECTIVE_RATE = "effective_rate"  # rate x 365/360 / 12: a variant of some Actual/360 notes


class TermsProblem(NamedTuple):
    """One bad field and what is wrong with it."""

    field: str
    message: str


class InvalidTerms(ValueError):
    """Terms that no loan can have; `problems` names every bad field."""

    def __init__(self, problems: tuple[TermsProblem, ...]) -> None:
        super().__init__("; ".join(f"{problem.field}: {problem.message}" for problem in problems))
        self.problems = problems


class Period(NamedTuple):
    """The time that an installment's interest is for: the day count's days and its exact fraction of a year."""

    start: datetime.date
    end: datetime.date
    days: int
    fraction: Fraction


@dataclass(frozen=True, kw_only=True, slots=True)
class LoanTerms:
    """A fixed-rate loan, paid in arrears.

    `principal` is in dollars and cents, `rate` the annual rate as a fraction (0.0525 is 5.25 %). Interest accrues from
    `start`; where a loan closes earlier, that stub is paid at closing and is no row of the schedule. `payment_day`
    (default: the first payment's) of 29 to 31 falls on the last day of shorter months and comes back after them.
    `amortization_months` is the full amortization term, also after an interest-only period; None is interest-only to
    maturity unless a `payment` is stated. `payment` replaces the computed level payment. With
    `amortization_from_closing` the loan re-amortizes over what the interest-only months left of the term.
    `business_day_rule` moves what falls due on a closed day of `business_day_calendar`; with `accrual_adjusted` the
    interest periods end on the moved days too, else on the days the note names. `start` never moves. `rounding` is how
    interest, payment and the rate of a day are rounded.
    `periods` counts the installments to maturity, the last one due on the maturity date. Raises InvalidTerms, naming
    every bad field.
    """

    principal: Decimal
    rate: Decimal
    start: datetime.date
    first_payment: datetime.date
    maturity: datetime.date
    day_count: DayCount = DayCount.ACTUAL_360
    frequency: Frequency = Frequency.MONTHLY
    payment_day: int | None = None
    amortization_months: int | None = None
    interest_only_months: int = 0
    payment: Decimal | None = None
    payment_basis: PaymentBasis = PaymentBasis.NOTE_RATE
    amortization_from_closing: bool = False
    business_day_rule: BusinessDayRule = BusinessDayRule.UNADJUSTED
    business_day_calendar: HolidayCalendar | None = None
    accrual_adjusted: bool = False
    rounding: Rounding = USUAL
    periods: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        dates = _date_problems(self.start, self.first_payment, self.maturity, self.payment_day)
        problems = (*_amount_problems(self), *dates, *_amortization_problems(self), *_rounding_problems(self))
        problems = problems or tuple(_business_day_problems(self))
        if not problems:
            object.__setattr__(self, "principal", cents(self.principal))
            object.__setattr__(self, "payment", None if self.payment is None else cents(self.payment))
            periods = _periods(self.first_payment, self.maturity, self.due_day, self.frequency.months)
            object.__setattr__(self, "periods", periods)  # the only derived field: every row asks for it
            problems = tuple(_interest_only_problems(self))
        if problems:
            raise InvalidTerms(problems)

    @property
    def due_day(self) -> int:
        """Return the day of the month on which installments fall due."""
        return self.first_payment.day if self.payment_day is None else self.payment_day

    @property
    def amortizes(self) -> bool:
        """Tell whether any principal is due before maturity."""
        amortizing = self.amortization_months is not None or self.payment is not None
        return amortizing and self.interest_only_periods < self.periods

    @property
    def interest_only_periods(self) -> int:
        """Return the number of installments that are interest only by the terms."""
        if self.amortization_months is None and self.payment is None:
            return self.periods
        return self.interest_only_months // self.frequency.months

    @property
    def periodic_rate(self) -> Fraction:
        """Return the exact rate per period on which the level payment is computed: 30/360, whatever the day count."""
        rate = Fraction(self.rate) * self.frequency.months / 12
        return rate * Fraction(365, 360) if self.payment_basis is PaymentBasis.EFFECTIVE_RATE else rate

    @property
    def amortization_periods(self) -> int | None:
        """Return the number of installments over which the level payment is computed, or None without amortization."""
        if self.amortization_months is None:
            return None
        months = self.amortization_months - (self.interest_only_months if self.amortization_from_closing else 0)
        return months // self.frequency.months

    def level_payment(self) -> Decimal | None:
        """Return the amortizing installment: the stated one, else the computed one; None if the loan never amortizes.

        The stated one also stands where the whole term is interest-only.
        """
        if self.payment is not None:
            return self.payment
        periods = self.amortization_periods
        if periods is None:
            return None
        return level_payment(self.principal, self.periodic_rate, periods, self.rounding.payment)

    @property
    def accrual_rate(self) -> Decimal:
        """Return the annual rate that interest accrues at: the note's, or the days of a year of a rounded daily one."""
        decimals = self.rounding.daily_rate_decimals
        if decimals is None:
            return self.rate
        year = Decimal(self.day_count.days_of_year or 0)
        daily = EXACT.divide(self.rate, year).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, EXACT)
        return EXACT.multiply(daily, year)

    def interest(self, balance: Decimal, fraction: Fraction) -> Decimal:
        """Return the interest on a balance for a fraction of a year, in whole cents by the loan's rounding."""
        return self.rounding.interest.cents(unrounded_interest(balance, self.accrual_rate, fraction))

    @property
    def adjusts(self) -> bool:
        """Tell whether the business-day rule may move an installment."""
        return self.business_day_rule is not BusinessDayRule.UNADJUSTED

    def due_date(self, number: int) -> datetime.date:
        """Return the day an installment, 1 to `periods`, is to be paid, which the business-day rule may have moved."""
        return self.moved(self._named_due_date(number))

    def period_start(self, number: int) -> datetime.date:
        """Return the day from which an installment's interest runs."""
        return self.start if number == 1 else self.period_end(number - 1)

    def period_end(self, number: int) -> datetime.date:
        """Return the day to which an installment's interest runs: its due date, moved only if the accrual is."""
        return self.due_date(number) if self.accrual_adjusted else self._named_due_date(number)

    def installments_due(self, on: datetime.date) -> int:
        """Return how many installments fell due up to and including a date."""
        count = self._installments_named(on)
        if self.adjusts:
            if count and self.due_date(count) > on:
                return count - 1
            if count < self.periods and self.due_date(count + 1) <= on:
                return count + 1
        return count

    def is_regular(self, number: int) -> bool:
        """Tell whether a period runs from one regular due date to the next, so that 30/360 takes it as whole months."""
        if number == 1 and self.start != self._regular_due_date(0):
            return False
        return number < self.periods or self.maturity == self._regular_due_date(number)

    def period(self, number: int, until: datetime.date | None = None) -> Period:
        """Return the period of an installment, 1 to `periods`, or its part before `until`.

        On 30/360 a regular period is 30 days a month, rate / 12 exactly, even where its due day is clipped in February,
        and neither a part of it nor a short last period is longer than that.
        """
        return self._period(number, self.period_start(number), self.period_end(number), until)

    def dated_periods(self) -> Iterator[tuple[Period, datetime.date]]:
        """Yield the period of each installment in order, and the day that it is to be paid."""
        start = self.start
        for number in range(1, self.periods + 1):
            named = self._named_due_date(number)
            due = self.moved(named)
            end = due if self.accrual_adjusted else named
            yield self._period(number, start, end), due
            start = end

    def _period(
        self, number: int, start: datetime.date, end: datetime.date, until: datetime.date | None = None
    ) -> Period:
        whole = 30 * self.frequency.months
        moved = self.accrual_adjusted and self._moves(number)
        if until is not None and until < end:
            end = max(start, until)
        elif self.day_count.thirty_360 and self.is_regular(number) and not moved:
            return Period(start, end, whole, Fraction(whole, 360))
        days = self.day_count.days(start, end)
        if self.day_count.thirty_360:
            days = min(days, whole) if (number > 1 or self.is_regular(1)) and not moved else days
            return Period(start, end, days, Fraction(days, 360))
        return Period(start, end, days, self.day_count.fraction(start, end))

    def _installments_named(self, on: datetime.date) -> int:
        if on < self.first_payment:
            return 0
        if on >= self.maturity:
            return self.periods
        whole = months_between(self.first_payment, on) // self.frequency.months
        return whole + (1 if self._regular_due_date(whole + 1) <= on else 0)

    def _named_due_date(self, number: int) -> datetime.date:
        return self.maturity if number == self.periods else self._regular_due_date(number)

    def moved(self, day: datetime.date) -> datetime.date:
        """Return the day that a payment of a day is made by the business-day rule."""
        if self.business_day_calendar is None:
            return day
        return adjusted(day, self.business_day_rule, self.business_day_calendar)

    def _moves(self, number: int) -> bool:
        ends = (number - 1, number) if number > 1 else (number,)
        return any(self.due_date(end) != self._named_due_date(end) for end in ends)

    def _regular_due_date(self, number: int) -> datetime.date:
        return add_months(self.first_payment, (number - 1) * self.frequency.months, day=self.due_day)


def regular_start(
    first_payment: datetime.date, frequency: Frequency = Frequency.MONTHLY, payment_day: int | None = None
) -> datetime.date:
    """Return one period before the first payment: where interest starts unless the note says otherwise."""
    return add_months(first_payment, -frequency.months, day=payment_day)


def interest(balance: Decimal, rate: Decimal, fraction: Fraction) -> Decimal:
    """Return balance x rate x fraction of a year, half up to the cent."""
    return cents(unrounded_interest(balance, rate, fraction))


def unrounded_interest(balance: Decimal, rate: Decimal, fraction: Fraction) -> Decimal:
    """Return balance x rate x fraction of a year to 60 significant digits."""
    annual = EXACT.multiply(balance, rate)
    return EXACT.divide(EXACT.multiply(annual, Decimal(fraction.numerator)), Decimal(fraction.denominator))


@lru_cache(maxsize=4096)
def _periods(first_payment: datetime.date, maturity: datetime.date, due_day: int, step: int) -> int:
    whole = months_between(first_payment, maturity) // step
    last = add_months(first_payment, whole * step, day=due_day)
    return whole + (1 if last >= maturity else 2)


def _amount_problems(terms: LoanTerms) -> Iterator[TermsProblem]:
    message = _amount_message(terms.principal)
    if message:
        yield TermsProblem("principal", message)
    message = None if terms.payment is None else _amount_message(terms.payment)
    if message:
        yield TermsProblem("payment", message)
    rate_message = _rate_message(terms.rate)
    if rate_message:
        yield TermsProblem("rate", rate_message)


def _amount_message(amount: object) -> str | None:
    if not isinstance(amount, Decimal) or not amount.is_finite():
        return "must be a finite decimal number of dollars"
    if amount <= 0:
        return "must be more than zero"
    if amount > MAXIMUM_PRINCIPAL:
        return f"must not exceed {MAXIMUM_PRINCIPAL:,}"
    if amount != cents(amount):
        return "must be whole cents"
    return None


def _rate_message(rate: object) -> str | None:
    if not isinstance(rate, Decimal) or not rate.is_finite():
        return "must be a finite decimal number"
    if rate < 0:
        return "must not be negative"
    if rate > 1:
        return "must be a fraction, at most 1: 5.25 % is 0.0525"
    if rate != rate.quantize(_FINEST_RATE, context=EXACT):
        return f"must have at most {RATE_DECIMALS} decimals"
    return None


@lru_cache(maxsize=4096)  # many loans of a tape have the same dates
def _date_problems(
    start: datetime.date, first_payment: datetime.date, maturity: datetime.date, payment_day: int | None
) -> tuple[TermsProblem, ...]:
    return tuple(_problems_of_dates(start, first_payment, maturity, payment_day))


def _problems_of_dates(
    start: datetime.date, first_payment: datetime.date, maturity: datetime.date, payment_day: int | None
) -> Iterator[TermsProblem]:
    typed = True
    for name, value in (("start", start), ("first_payment", first_payment), ("maturity", maturity)):
        if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
            yield TermsProblem(name, "must be a date without a time")
            typed = False
        elif not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
            yield TermsProblem(name, f"must be in the years {EARLIEST_YEAR} to {LATEST_YEAR}")
            typed = False
    if not typed:
        return
    if start >= first_payment:
        yield TermsProblem("start", "must be before the first payment")
    elif first_payment > add_months(start, MAXIMUM_FIRST_PERIOD_MONTHS):
        yield TermsProblem("start", f"must be within {MAXIMUM_FIRST_PERIOD_MONTHS} months of the first payment")
    if maturity < first_payment:
        yield TermsProblem("maturity", "must not be before the first payment")
    elif months_between(first_payment, maturity) > MAXIMUM_MONTHS:
        yield TermsProblem("maturity", f"must be within {MAXIMUM_MONTHS // 12} years of the first payment")
    if payment_day is not None:
        if not 1 <= payment_day <= 31:
            yield TermsProblem("payment_day", "must be 1 to 31")
        elif add_months(first_payment, 0, day=payment_day) != first_payment:
            yield TermsProblem("payment_day", "must be the day of the first payment, or later where its month is short")


def _business_day_problems(terms: LoanTerms) -> Iterator[TermsProblem]:
    if terms.accrual_adjusted and not terms.adjusts:
        yield TermsProblem("accrual_adjusted", "needs a business-day rule that moves payments")
    if not terms.adjusts:
        return
    if terms.business_day_calendar is None:
        yield TermsProblem("business_day_calendar", "must be stated where a business-day rule moves payments")
    elif terms.first_payment.year < FIRST_YEAR:
        yield TermsProblem("business_day_rule", f"needs the holidays of its time, which are known from {FIRST_YEAR} on")
    elif terms.accrual_adjusted and terms.moved(terms.first_payment) <= terms.start:
        yield TermsProblem("start", "must be before the business day that the first payment moves to")


def _rounding_problems(terms: LoanTerms) -> Iterator[TermsProblem]:
    decimals = terms.rounding.daily_rate_decimals
    if decimals is None:
        return
    fewest, most = FEWEST_DAILY_RATE_DECIMALS, MOST_DAILY_RATE_DECIMALS
    if not isinstance(decimals, int) or isinstance(decimals, bool) or not fewest <= decimals <= most:
        yield TermsProblem("rounding.daily_rate_decimals", f"must be {fewest} to {most}")
    elif terms.day_count.days_of_year is None:
        yield TermsProblem("rounding.daily_rate_decimals", "needs a day count whose years all have as many days")


def _amortization_problems(terms: LoanTerms) -> Iterator[TermsProblem]:
    step = terms.frequency.months
    amortization, interest_only = terms.amortization_months, terms.interest_only_months
    valid = True
    for name, months, least in (("amortization_months", amortization, 1), ("interest_only_months", interest_only, 0)):
        message = None if months is None else _months_message(months, least, step)
        if message:
            yield TermsProblem(name, message)
            valid = False
    if valid and terms.amortization_from_closing and (amortization is None or amortization <= interest_only):
        yield TermsProblem(
            "amortization_from_closing", "needs an amortization term longer than the interest-only months"
        )


def _months_message(months: object, least: int, step: int) -> str | None:
    if not isinstance(months, int) or isinstance(months, bool) or not least <= months <= MAXIMUM_MONTHS:
        return f"must be {least} to {MAXIMUM_MONTHS} whole months"
    if months % step:
        return f"must be whole periods of {step} months"
    return None


def _interest_only_problems(terms: LoanTerms) -> Iterator[TermsProblem]:
    amortizing = terms.amortization_months is not None or terms.payment is not None
    if not amortizing and 0 < terms.interest_only_months // terms.frequency.months < terms.periods:
        yield TermsProblem("amortization_months", "must be stated: the loan amortizes after its interest-only months")
    if terms.payment is not None:
        due = interest(terms.principal, terms.rate, Fraction(terms.frequency.months, 12))
        if terms.payment <= due:
            yield TermsProblem("payment", f"must be more than a period's interest of {due}")
