"""Terms of a loan as the loans service tells them: all that its dates follow from, and nothing of its figures."""

from __future__ import annotations

import datetime
from enum import StrEnum

import msgspec

from realinsights_finance.business_days import BusinessDayRule, HolidayCalendar
from realinsights_finance.time import Interval
from realinsights_platform.events import Event


class _Told(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", omit_defaults=True):
    pass


class PaymentTerms(_Told, frozen=True):
    """The days on which installments fall due: every `frequency` from the first one on, on a day of the month.

    Of semi-monthly ones `day` is either of both days of a month; weeks have none.

    A day on which banks are closed moves by `rule`. `interest_only_months` count from the first payment; 0 where no
    principal is repaid before maturity either. A payment is late after `grace_days`.
    """

    first: datetime.date
    day: int
    frequency: Interval = Interval.MONTHLY
    rule: BusinessDayRule = BusinessDayRule.UNADJUSTED
    interest_only_months: int = 0
    grace_days: int = 0


class ResetTerms(_Told, frozen=True):
    """The days on which a floating rate is set anew, and how many business days before each its index is read."""

    first: datetime.date
    months: int = 1
    lookback_business_days: int | None = None
    calendar: HolidayCalendar = HolidayCalendar.US_GOVERNMENT_BOND


class ExtensionTerms(_Told, frozen=True):
    """An option to extend the loan; notice is given so many days before the maturity that it moves.

    `tested` says that something has to hold on that day, such as a debt yield.
    """

    months: int
    notice_days_at_least: int | None = None
    notice_days_at_most: int | None = None
    tested: bool = False
    exercised_on: datetime.date | None = None


class PhaseKind(StrEnum):
    """A phase of the prepayment terms, as far as a date follows from it."""

    LOCKOUT = "lockout"
    PRICED = "priced"
    OPEN = "open"


class PhaseTerms(_Told, frozen=True):
    """A phase of the prepayment terms, with its first and last day where they are stated."""

    kind: PhaseKind
    first: datetime.date | None = None
    last: datetime.date | None = None


class HedgeTerms(_Told, frozen=True):
    """A purchased hedge: a cap (or collar), or a swap, and its last day."""

    swap: bool = False
    ends: datetime.date | None = None


class TermsRecorded(Event, frozen=True, omit_defaults=True, tag="loans.terms.recorded.v1"):
    """What a loan's dates follow from was recorded or has changed, its record as of another day included.

    `over` says that nothing is owed any more. `current` says that nothing was late on `as_of`. `calendar` is the one
    that payments go by. Lists are in the order of the loan's own, which their occurrences are counted by.
    """

    loan_id: str
    number: str
    name: str
    as_of: datetime.date
    maturity_date: datetime.date
    over: bool = False
    current: bool = False
    anticipated_repayment_date: datetime.date | None = None
    calendar: HolidayCalendar = HolidayCalendar.FEDERAL_RESERVE
    payments: PaymentTerms | None = None
    resets: ResetTerms | None = None
    rate_steps: tuple[datetime.date, ...] = ()
    draws: tuple[datetime.date, ...] = ()
    curtailments: tuple[datetime.date, ...] = ()
    prepayment: tuple[PhaseTerms, ...] = ()
    extensions: tuple[ExtensionTerms, ...] = ()
    hedges: tuple[HedgeTerms, ...] = ()
