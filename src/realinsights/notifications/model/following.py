"""Following: what a loan's dates become where its terms are told, and how far an organization's have been heard."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from realinsights.contracts.terms import TermsRecorded
from realinsights.notifications.model.computing import comes_again, dates_of
from realinsights.notifications.model.dates import (
    AWAITED,
    ComputedDate,
    CriticalDate,
    DateKind,
    DateState,
    passed_lead,
    settled,
)
from realinsights_finance.due_dates import add_months
from realinsights_platform.documents.port import Document

AHEAD_MONTHS: Final = 3
"""So far ahead are dates kept that come again and again, such as payments, when they are computed; the next one always.

Each is a document that is written whenever its loan's terms are told: the more there are, the more an edit costs.
"""

_ROLLED_DAYS: Final = 28
_SECONDS_PER_DAY: Final = 86_400
_KINDS: Final = tuple(DateKind)


class LoanDates(Document, frozen=True, kw_only=True, rename="camel"):
    """The terms that a loan's dates were computed from; its id is the loan's.

    `sequence` is the entry of the loans journal that told them. `until` is how far its payments are known, `roll_at`
    when they are computed further: None where no more of them come. `deleted`: the loan is no more.
    """

    sequence: int
    terms: TermsRecorded
    until: datetime.date
    roll_at: datetime.datetime | None = None
    deleted: bool = False


class Followed(Document, frozen=True, kw_only=True, rename="camel"):
    """The entries of the journals up to which an organization was heard; its id is the organization's.

    `sequence` is that of the loans journal, `documents` that of the files journal. `asked` says that the
    terms of loans were asked for that were told before terms were.
    """

    sequence: int = 0
    documents: int = 0
    asked: bool = False


def horizon(today: datetime.date) -> datetime.date:
    """Return how far ahead the dates are kept that come again and again."""
    return add_months(today, AHEAD_MONTHS)


def rolled_at(terms: TermsRecorded, *, today: datetime.date) -> datetime.datetime | None:
    """Return when a loan's payments are computed further, four weeks from now or later; None where no more come.

    Loans that were told together do not come due together: each has its own day and second.
    """
    if not comes_again(terms, horizon(today)):
        return None
    spread = int.from_bytes(hashlib.sha256(terms.loan_id.encode()).digest()[:8], "big")
    day = datetime.datetime.combine(today, datetime.time(), datetime.UTC) + datetime.timedelta(days=_ROLLED_DAYS // 2)
    return day + datetime.timedelta(days=spread % (_ROLLED_DAYS // 2), seconds=spread // 64 % _SECONDS_PER_DAY)


def date_id(owner: str, kind: DateKind, occurrence: int) -> str:
    """Return the id of a date of a loan or document: the same whenever it is computed, and no other date's.

    Dates of one day come in the order in which their loans were made, then by kind.
    """
    return f"{owner}.{_KINDS.index(kind):02}{occurrence:05}"


def followed_terms(
    terms: TermsRecorded,
    existing: Iterable[CriticalDate],
    *,
    org: str,
    today: datetime.date,
    since: datetime.date | None = None,
) -> Iterator[CriticalDate]:
    """Yield the dates of a loan that become another version, or are new, now that its terms are these.

    They begin on `since`, up to which they were computed before, where that is past: what nobody could be told of in
    time is missed, not left out. A date that did not move keeps what was said of it; one that moved is open again,
    with its assignee; one that the terms do not give any more is gone, unless its day is past. What the loan's own
    record tells is settled by it. Expiries of documents have the loan's name and are there while the loan is.
    """
    computed = {
        date_id(terms.loan_id, date.kind, date.occurrence): date
        for date in dates_of(terms, since=min(since or today, today), until=horizon(today))
    }
    for before in sorted(existing, key=_place):
        if before.document is not None:
            after = _named(before, terms, gone=not before.document.stands)
        else:
            after = _after(before, computed.pop(before.id, None), terms, today=today)
        if after != before:
            yield after
    for key, date in computed.items():
        yield _of_record(
            CriticalDate(
                id=key,
                org=org,
                loan_id=terms.loan_id,
                loan_number=terms.number,
                loan_name=terms.name,
                kind=date.kind,
                occurrence=date.occurrence,
                on=date.on,
                window_from=date.window_from,
                window_to=date.window_to,
                computed_from=date.computed_from,
                reminded=passed_lead(date.kind, (date.last_day - today).days),
            ),
            terms,
        )


def without_loan(existing: Iterable[CriticalDate]) -> Iterator[CriticalDate]:
    """Yield the dates of a loan that is no more as gone."""
    for date in sorted(existing, key=_place):
        if not date.gone:
            yield msgspec.structs.replace(date, gone=True)


def _place(date: CriticalDate) -> tuple[int, int]:
    return _KINDS.index(date.kind), date.occurrence


def _after(
    before: CriticalDate, date: ComputedDate | None, terms: TermsRecorded, *, today: datetime.date
) -> CriticalDate:
    named = _named(before, terms, gone=before.gone)
    if date is None:
        recorded = _of_record(named, terms)
        past = before.last_day < today
        return recorded if past or recorded.state is not before.state else msgspec.structs.replace(named, gone=True)
    days = (date.on, date.window_from, date.window_to)
    if days != (before.on, before.window_from, before.window_to):
        moved = msgspec.structs.replace(
            named, on=date.on, window_from=date.window_from, window_to=date.window_to,
            state=DateState.OPEN, evidence=None, settled_by=None, snoozed_until=None,
            reminded=passed_lead(date.kind, (date.last_day - today).days),
        )  # fmt: skip
    else:
        moved = named
    if (moved.computed_from, moved.gone) != (date.computed_from, False):
        moved = msgspec.structs.replace(moved, computed_from=date.computed_from, gone=False)
    return _of_record(moved, terms)


def _named(date: CriticalDate, terms: TermsRecorded, *, gone: bool) -> CriticalDate:
    if (date.loan_number, date.loan_name, date.gone) == (terms.number, terms.name, gone):
        return date
    return msgspec.structs.replace(date, loan_number=terms.number, loan_name=terms.name, gone=gone)


def _of_record(date: CriticalDate, terms: TermsRecorded) -> CriticalDate:
    """Return a date as the loan's own record settles it."""
    if date.gone or (date.state not in AWAITED and date.state is not DateState.MISSED):
        return date
    exercised = _exercised_on(date, terms)
    if exercised is not None:
        return settled(date, DateState.DONE, by=None, evidence=f"The option was exercised on {exercised}.")
    if date.on >= terms.as_of:
        return date
    if terms.over and date.kind in _BY_REPAYMENT:
        return settled(date, DateState.DONE, by=None, evidence=f"Nothing was owed on {terms.as_of}.")
    return _payment_of_record(date, terms) if date.kind is DateKind.PAYMENT else date


def _payment_of_record(date: CriticalDate, terms: TermsRecorded) -> CriticalDate:
    if terms.current:
        return settled(date, DateState.DONE, by=None, evidence=f"The loan was current on {terms.as_of}.")
    if date.state in AWAITED and date.last_day < terms.as_of:
        return settled(date, DateState.MISSED, by=None, evidence=f"The loan was late on {terms.as_of}.")
    return date


def _exercised_on(date: CriticalDate, terms: TermsRecorded) -> datetime.date | None:
    if date.kind not in _BY_EXERCISE or date.occurrence > len(terms.extensions):
        return None
    return terms.extensions[date.occurrence - 1].exercised_on


_BY_EXERCISE: Final = frozenset({DateKind.EXTENSION_NOTICE_OPENS, DateKind.EXTENSION_NOTICE, DateKind.EXTENSION_TEST})
_BY_REPAYMENT: Final = frozenset({DateKind.PAYMENT, DateKind.MATURITY, DateKind.ANTICIPATED_REPAYMENT})
