"""Conventions of a loan that its dates leave open, settled by the figures that its own statement reports."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from realinsights.contracts.loans import RateType
from realinsights.loans.model.computed_periods import Schedules
from realinsights.loans.model.payment_schedule import dates_of, whole_months
from realinsights.loans.model.reconciliation import Outcome, compared
from realinsights.loans.model.tape import Precision, Statement
from realinsights_finance.day_count import DayCount
from realinsights_finance.due_dates import Frequency, possible_payment_days
from realinsights_finance.terms import InvalidTerms, LoanTerms, regular_start
from realinsights_finance.time import Interval

_A_MONTH: Final = datetime.timedelta(days=31)


class Question(NamedTuple):
    """What a statement leaves open: the column that would say it, and the sentence that asks."""

    field: str
    reason: str


class _Choice(NamedTuple):
    payment_day: int
    start: datetime.date


class _Dates(NamedTuple):
    first: datetime.date
    closing: datetime.date
    maturity: datetime.date
    frequency: Frequency

    def payment_days(self, stated: int | None) -> tuple[int, ...]:
        if stated is not None:
            return (stated,)
        return possible_payment_days(self.first, self.maturity, closing=self.closing, frequency=self.frequency)

    def whole_start(self, day: int) -> datetime.date:
        return regular_start(self.first, self.frequency, day)

    def choices(self, days: Sequence[int], statement: Statement) -> Iterator[_Choice]:
        # Nearly every loan closes before a whole first period: that this bears more is looked for where it is reported.
        begin = statement.period_begin or statement.period_end - _A_MONTH
        reports_first = begin <= self.first <= statement.period_end
        for day in days:
            whole = self.whole_start(day)
            if statement.interest_start_date is not None:
                yield _Choice(day, statement.interest_start_date)
                continue
            yield _Choice(day, whole)
            if whole < self.closing or (reports_first and self.closing < whole):
                yield _Choice(day, self.closing)

    def taken_start(self, day: int, *, of_deal: bool) -> datetime.date:
        return dates_of(
            self.first,
            self.maturity,
            closing=self.closing,
            frequency=Interval(self.frequency.value),
            payment_day=day,
            start=None,
            of_deal=of_deal,
        ).start


def settled(statement: Statement, *, precision: Precision, of_deal: bool) -> tuple[Statement, Question | None]:
    """Return the statement with the payment day and the start of interest that its figures show, or the question left.

    It is returned as it is where its dates leave no choice, or its figures are those of the choice taken anyway.
    """
    dates = _dates(statement)
    if dates is None:
        return statement, None
    start = statement.interest_start_date
    days = dates.payment_days(statement.payment_day)
    choices = list(dates.choices(days, statement))
    if len(choices) == 1:
        return statement, None
    fitting = list(_fitting(statement, choices, dates, precision))
    shown = {choice.payment_day for choice in fitting}
    if len(days) > 1 and len(shown) != 1:
        return statement, _which_day(days, dates)
    day = shown.pop() if len(days) > 1 else days[0]
    starts = {choice.start for choice in fitting if choice.payment_day == day}
    if start is None and len(starts) != 1 and dates.whole_start(day) < dates.closing:
        return statement, _which_start(day, dates)
    if start is None and len(starts) == 1:
        [found] = starts
        start = found if found != dates.taken_start(day, of_deal=of_deal) else None
    payment_day = day if day != days[0] else statement.payment_day
    if (payment_day, start) == (statement.payment_day, statement.interest_start_date):
        return statement, None
    return msgspec.structs.replace(statement, payment_day=payment_day, interest_start_date=start), None


def _dates(statement: Statement) -> _Dates | None:
    """Return the dates of a statement that a schedule would stand on, None where there is none."""
    first, closing = statement.first_payment_date, statement.origination_date
    maturity = statement.original_maturity_date or statement.maturity_date
    if first is None or closing is None or maturity is None or not closing < first <= maturity:
        return None
    other = statement.unscheduled is not None or statement.payments_in_advance
    if statement.rate_type not in {None, RateType.FIXED} or other:
        return None
    frequency = whole_months(statement.frequency or Interval.MONTHLY)
    return None if frequency is None else _Dates(first, closing, maturity, frequency)


def _fitting(
    statement: Statement, choices: Sequence[_Choice], dates: _Dates, precision: Precision
) -> Iterator[_Choice]:
    """Yield the choices whose schedule has every figure that the statement reports of its period."""
    terms = [(choice, _terms(statement, choice, dates)) for choice in choices]
    known = [(choice, each) for choice, each in terms if each is not None]
    schedules = Schedules([each for _, each in known])
    for index, (choice, _) in enumerate(known):
        if compared(statement, schedules.period(index, statement), precision).outcome is Outcome.MATCHED:
            yield choice


def _terms(statement: Statement, choice: _Choice, dates: _Dates) -> LoanTerms | None:
    rate = statement.original_rate or statement.rate
    if statement.original_balance is None or rate is None:
        return None
    amortization = statement.amortization_months
    try:
        return LoanTerms(
            principal=statement.original_balance,
            rate=rate,
            start=choice.start,
            first_payment=dates.first,
            maturity=dates.maturity,
            day_count=statement.day_count or DayCount.ACTUAL_360,
            frequency=dates.frequency,
            payment_day=choice.payment_day,
            amortization_months=amortization,
            interest_only_months=(statement.interest_only_months or 0) if amortization is not None else 0,
            payment=statement.level_payment,
        )
    except InvalidTerms:
        return None


def _which_day(days: Sequence[int], dates: _Dates) -> Question:
    return Question(
        "paymentDay",
        f"the first payment on {dates.first} is on a month end, and neither the other dates nor the figures show which "
        f"payment day the others have: state {' or '.join(map(str, days))} in a column paymentDay "
        "(31 is every month's last day)",
    )


def _which_start(day: int, dates: _Dates) -> Question:
    return Question(
        "interestStartDate",
        f"the first payment on {dates.first} follows the closing on {dates.closing} by less than a period, and the "
        f"figures do not show whether its interest runs from the closing or from {dates.whole_start(day)}: "
        "state that day in a column interestStartDate",
    )
