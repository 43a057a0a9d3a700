"""Conventions that a lender may compute by: what the solver tries, and what it names."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from realinsights_finance.business_days import FIRST_YEAR, BusinessDayRule, HolidayCalendar, adjusted
from realinsights_finance.day_count import DayCount
from realinsights_finance.due_dates import Frequency, add_months
from realinsights_finance.rounding import InterestRounding, PaymentRounding


class AccrualDates(StrEnum):
    """The days from which and to which a period's interest runs."""

    DUE_TO_DUE = "due_to_due"  # from one due date to the next
    MONTH_BEFORE = "month_before"  # the whole calendar months before the month of the due date
    MONTH_OF = "month_of"  # the calendar months that end with the month of the due date
    FOLLOWING_FEDERAL_RESERVE = "following_federal_reserve"  # due dates moved to business days, as are those below
    MODIFIED_FOLLOWING_FEDERAL_RESERVE = "modified_following_federal_reserve"
    PRECEDING_FEDERAL_RESERVE = "preceding_federal_reserve"
    FOLLOWING_US_GOVERNMENT_BOND = "following_us_government_bond"
    MODIFIED_FOLLOWING_US_GOVERNMENT_BOND = "modified_following_us_government_bond"
    PRECEDING_US_GOVERNMENT_BOND = "preceding_us_government_bond"

    @property
    def moved(self) -> tuple[BusinessDayRule, HolidayCalendar] | None:
        """Return the business-day rule that moves due dates, and its calendar; None where nothing moves them."""
        return _MOVED.get(self)


_MOVED = {
    AccrualDates.FOLLOWING_FEDERAL_RESERVE: (BusinessDayRule.FOLLOWING, HolidayCalendar.FEDERAL_RESERVE),
    AccrualDates.MODIFIED_FOLLOWING_FEDERAL_RESERVE: (
        BusinessDayRule.MODIFIED_FOLLOWING,
        HolidayCalendar.FEDERAL_RESERVE,
    ),
    AccrualDates.PRECEDING_FEDERAL_RESERVE: (BusinessDayRule.PRECEDING, HolidayCalendar.FEDERAL_RESERVE),
    AccrualDates.FOLLOWING_US_GOVERNMENT_BOND: (BusinessDayRule.FOLLOWING, HolidayCalendar.US_GOVERNMENT_BOND),
    AccrualDates.MODIFIED_FOLLOWING_US_GOVERNMENT_BOND: (
        BusinessDayRule.MODIFIED_FOLLOWING,
        HolidayCalendar.US_GOVERNMENT_BOND,
    ),
    AccrualDates.PRECEDING_US_GOVERNMENT_BOND: (BusinessDayRule.PRECEDING, HolidayCalendar.US_GOVERNMENT_BOND),
}


class PaymentRule(StrEnum):
    """What an installment repays."""

    INTEREST_ONLY = "interest_only"
    LEVEL_NOTE_RATE = "level_note_rate"  # the level payment on the note rate over the full amortization term
    LEVEL_EFFECTIVE_RATE = "level_effective_rate"  # the same on rate x 365/360
    LEVEL_FROM_CLOSING = "level_from_closing"  # on the note rate over what interest-only months left of the term
    LEVEL_STATED = "level_stated"  # a payment that the terms state or the statement shows, whatever it comes from
    FIXED_PRINCIPAL = "fixed_principal"  # the same principal each time, and the interest
    UNKNOWN = "unknown"  # no principal is reported: it is not looked for
    LEVEL_AT_RESETS = "level_at_resets"  # computed anew over what is left with each new rate: no solution names it
    AS_REPORTED = "as_reported"  # of a floating loan: what it repays follows none of these, and is taken as reported


@dataclass(frozen=True, kw_only=True, slots=True)
class Convention:
    """One way to compute a statement. `rate` is the annual rate it was computed at, None where each month has its own.

    `payment` is the level payment, or the principal of `FIXED_PRINCIPAL`, None for interest only. `payment_rounding` is
    None where the payment was not computed. `accrues_from` is the first day of the first period, where the statement
    begins with the loan's first installment and that is not one period before it.
    """

    day_count: DayCount
    accrual_dates: AccrualDates
    rate: Decimal | None
    interest_rounding: InterestRounding
    daily_rate_decimals: int | None = None
    payment_rule: PaymentRule = PaymentRule.INTEREST_ONLY
    payment_rounding: PaymentRounding | None = None
    payment: Decimal | None = None
    interest_only_until: datetime.date | None = None
    accrues_from: datetime.date | None = None


def accrual_period(
    dates: AccrualDates, before: datetime.date, due: datetime.date, frequency: Frequency
) -> tuple[datetime.date, datetime.date]:
    """Return the first day of a period's interest and the day after its last one; `before` is the due date before.

    Raises ValueError where business days of the time are not known.
    """
    if dates is AccrualDates.MONTH_BEFORE:
        end = due.replace(day=1)
        return add_months(end, -frequency.months), end
    if dates is AccrualDates.MONTH_OF:
        end = add_months(due.replace(day=1), 1)
        return add_months(end, -frequency.months), end
    if dates.moved is None:
        return before, due
    rule, calendar = dates.moved
    return adjusted(before, rule, calendar), adjusted(due, rule, calendar)


def known_business_days(day: datetime.date) -> bool:
    """Tell whether the business days of a day's year, and of the one before, are known."""
    return day.year > FIRST_YEAR
