"""Dates of a loan, computed from its terms: pure, and the same however often they are computed."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Final

from realinsights.contracts.terms import ExtensionTerms, PaymentTerms, PhaseKind, PhaseTerms, ResetTerms, TermsRecorded
from realinsights.notifications.model.dates import ComputedDate, DateKind
from realinsights_finance.business_days import BusinessDayRule, adjusted, business_days_before
from realinsights_finance.due_dates import add_months, months_between

_DAY: Final = datetime.timedelta(days=1)
_MONTHS_PER_YEAR: Final = 12

Occurrence = tuple[int, datetime.date]
"""Which one of a row of days it is, counted from 1, and the day."""


def dates_of(terms: TermsRecorded, *, since: datetime.date, until: datetime.date) -> Iterator[ComputedDate]:
    """Yield the dates of a loan that are still in time on `since`; none where nothing is owed any more.

    Of those that come again and again it yields what comes up to `until`, and the next one in any case.
    """
    if terms.over:
        return
    for date in _all_dates(terms, since=since, until=until):
        if date.last_day >= since:
            yield date


def maturity_of(terms: TermsRecorded) -> datetime.date:
    """Return the maturity with all extensions that are exercised."""
    exercised = sum(option.months for option in terms.extensions if option.exercised_on is not None)
    return _months_after(terms.maturity_date, exercised)


def comes_again(terms: TermsRecorded, after: datetime.date) -> bool:
    """Tell whether a loan has further dates of those that come again and again, after a day."""
    repeats = terms.payments is not None or terms.resets is not None
    return repeats and not terms.over and maturity_of(terms) > after


def _all_dates(terms: TermsRecorded, *, since: datetime.date, until: datetime.date) -> Iterator[ComputedDate]:
    maturity = maturity_of(terms)
    moves = _moving(terms)
    if terms.payments is not None:
        yield from _payments(terms.payments, maturity, moves, since=since, until=until)
    if terms.resets is not None:
        yield from _resets(terms.resets, maturity, since=since, until=until)
    for number, day in enumerate(terms.rate_steps, 1):
        yield _date(DateKind.RATE_STEP, number, day, f"terms.rateSteps[{number - 1}].fromDate")
    for number, day in enumerate(terms.draws, 1):
        yield _date(DateKind.DRAW, number, day, f"terms.draws[{number - 1}].drawnOn")
    for number, day in enumerate(terms.curtailments, 1):
        yield _date(DateKind.CURTAILMENT, number, day, f"terms.curtailments[{number - 1}].paidOn")
    yield from _prepayment(terms.prepayment, maturity)
    yield from _extensions(terms, maturity)
    yield from _hedges(terms, maturity)
    anticipated = terms.anticipated_repayment_date
    if anticipated is not None and anticipated < maturity:
        yield _date(DateKind.ANTICIPATED_REPAYMENT, 1, moves(anticipated), "anticipatedRepaymentDate")
    yield _date(DateKind.MATURITY, 1, moves(maturity), _maturity_path(terms))


def _date(kind: DateKind, occurrence: int, on: datetime.date, path: str) -> ComputedDate:
    return ComputedDate(kind=kind, occurrence=occurrence, on=on, computed_from=path)


def _moving(terms: TermsRecorded) -> Callable[[datetime.date], datetime.date]:
    """Return what moves a day on which banks are closed, by the rule that payments go by."""
    rule = terms.payments.rule if terms.payments is not None else BusinessDayRule.UNADJUSTED
    return lambda day: adjusted(day, rule, terms.calendar)


def _payments(
    terms: PaymentTerms,
    maturity: datetime.date,
    moves: Callable[[datetime.date], datetime.date],
    *,
    since: datetime.date,
    until: datetime.date,
) -> Iterator[ComputedDate]:
    grace = datetime.timedelta(days=terms.grace_days)
    for number, day in _due_days(terms, since=since - grace, before=maturity, until=until):
        on = moves(day)
        yield ComputedDate(
            kind=DateKind.PAYMENT,
            occurrence=number,
            on=on,
            window_from=on if terms.grace_days else None,
            window_to=on + grace if terms.grace_days else None,
            computed_from="terms.firstPaymentDate",
        )
    if terms.interest_only_months:
        last = _due_day(terms, terms.frequency.periods_of(terms.interest_only_months) - 1)
        if terms.first <= last < maturity:
            yield _date(DateKind.INTEREST_ONLY_END, 1, moves(last), "terms.interestOnlyMonths")


def _due_days(
    terms: PaymentTerms, *, since: datetime.date, before: datetime.date, until: datetime.date
) -> Iterator[Occurrence]:
    """Yield the days of payments as `_row` does."""
    step = terms.frequency.months
    if step is not None:
        yield from _row(terms.first, step, day=terms.day, since=since, before=before, until=until)
        return
    count = max(0, terms.frequency.count_before(terms.first, since))
    last = since
    while (at := _due_day(terms, count)) < before and (at <= until or last <= since):
        last = at
        yield count + 1, at
        count += 1


def _due_day(terms: PaymentTerms, count: int) -> datetime.date:
    """Return the day of a payment, counted from 0."""
    step = terms.frequency.months
    if step is not None:
        return _months_after(terms.first, count * step, day=terms.day)
    try:
        return terms.frequency.date(terms.first, count, day=terms.day)
    except (OverflowError, ValueError):  # beyond the last year that dates know
        return datetime.date.max


def _resets(
    terms: ResetTerms, maturity: datetime.date, *, since: datetime.date, until: datetime.date
) -> Iterator[ComputedDate]:
    for number, day in _row(terms.first, terms.months, day=terms.first.day, since=since, before=maturity, until=until):
        yield _date(DateKind.RATE_RESET, number, day, "terms.floating.resetMonths")
        if terms.lookback_business_days is not None:
            determined = business_days_before(day, terms.lookback_business_days, terms.calendar)
            yield _date(DateKind.DETERMINATION, number, determined, "terms.floating.lookbackBusinessDays")


def _prepayment(phases: tuple[PhaseTerms, ...], maturity: datetime.date) -> Iterator[ComputedDate]:
    for place, phase in enumerate(phases):
        path = f"terms.prepayment[{place}]"
        if phase.kind is PhaseKind.LOCKOUT:
            following = phases[place + 1].first if place + 1 < len(phases) else None
            last = phase.last or (following - _DAY if following is not None else None)
            if last is not None and last < maturity:
                yield _date(DateKind.LOCKOUT_END, place + 1, last, f"{path}.until")
        elif phase.kind is PhaseKind.OPEN:
            before = phases[place - 1].last if place else None
            first = phase.first or (before + _DAY if before is not None else None)
            if first is not None and first < maturity:
                yield _date(DateKind.OPEN_PERIOD, place + 1, first, f"{path}.fromDate")


def _extensions(terms: TermsRecorded, maturity: datetime.date) -> Iterator[ComputedDate]:
    """Yield what each option asks for that is not exercised, as if those before it were: it extends their maturity."""
    for place, option in enumerate(terms.extensions):
        if option.exercised_on is not None:
            continue
        yield from _extension(terms, option, place, maturity)
        maturity = _months_after(maturity, option.months)


def _extension(
    terms: TermsRecorded, option: ExtensionTerms, place: int, maturity: datetime.date
) -> Iterator[ComputedDate]:
    path = f"terms.extensionOptions[{place}]"
    least, most = option.notice_days_at_least, option.notice_days_at_most
    opens: datetime.date | None = None
    if least is not None or most is not None:
        latest = adjusted(_before(maturity, least or 0), BusinessDayRule.PRECEDING, terms.calendar)
        if most is not None:
            earliest = _before(maturity, most)
            # A window of a few days around a holiday may hold no business day: its own days stand then.
            opens = min(adjusted(earliest, BusinessDayRule.FOLLOWING, terms.calendar), max(latest, earliest))
            yield _date(DateKind.EXTENSION_NOTICE_OPENS, place + 1, opens, f"{path}.noticeDaysAtMost")
            latest = max(latest, opens)
        yield ComputedDate(
            kind=DateKind.EXTENSION_NOTICE,
            occurrence=place + 1,
            on=latest,
            window_from=opens,
            window_to=latest,
            computed_from=f"{path}.noticeDaysAtLeast",
        )
    if option.tested:
        yield _date(DateKind.EXTENSION_TEST, place + 1, maturity, f"{path}.conditions")


def _hedges(terms: TermsRecorded, maturity: datetime.date) -> Iterator[ComputedDate]:
    for place, hedge in enumerate(terms.hedges):
        if hedge.ends is None:
            continue
        path = f"terms.hedges[{place}].endDate"
        yield _date(DateKind.SWAP_EXPIRY if hedge.swap else DateKind.CAP_EXPIRY, place + 1, hedge.ends, path)
        if not hedge.swap and hedge.ends < maturity:
            by = adjusted(hedge.ends, BusinessDayRule.PRECEDING, terms.calendar)
            yield _date(DateKind.REPLACEMENT_CAP, place + 1, by, path)


def _maturity_path(terms: TermsRecorded) -> str:
    exercised = [place for place, option in enumerate(terms.extensions) if option.exercised_on is not None]
    return f"terms.extensionOptions[{exercised[-1]}].exercisedOn" if exercised else "maturityDate"


def _row(
    first: datetime.date,
    step: int,
    *,
    day: int,
    since: datetime.date,
    before: datetime.date,
    until: datetime.date,
) -> Iterator[Occurrence]:
    """Yield the days of a row that are of the month before `since` or later, and before a day.

    Those after `until` are left out, but for the first one after `since`.
    """
    count = max(0, (months_between(first, since) - step) // step)
    last = since
    while True:
        at = _months_after(first, count * step, day=day) if count else first
        if at >= before or (at > until and last > since):
            return
        last = at
        yield count + 1, at
        count += 1


def _months_after(day_from: datetime.date, months: int, *, day: int | None = None) -> datetime.date:
    left = (datetime.MAXYEAR - day_from.year) * _MONTHS_PER_YEAR + _MONTHS_PER_YEAR - day_from.month
    return add_months(day_from, min(months, left), day=day)


def _before(day: datetime.date, days: int) -> datetime.date:
    return day - min(datetime.timedelta(days=days), day - datetime.date.min)
