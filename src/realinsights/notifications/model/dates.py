"""Critical dates: what is to be done, or happens, on a day; who sees to it, and what came of it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final

import msgspec

from realinsights.contracts.files import DocumentKind
from realinsights_platform.documents.port import Document

_DAY: Final = datetime.timedelta(days=1)
_OVER_EVERYWHERE: Final = datetime.time(12, tzinfo=datetime.UTC)
"""A day has ended in every time zone by noon of the next one in UTC."""

RECORDED_WITHIN: Final = datetime.timedelta(days=45)
"""A payment of which no record of its loan has told for so long after its last day is missed."""


class DateKind(StrEnum):
    """The kind of a date. Ids hold which one of them it is: another kind comes after the last."""

    PAYMENT = "payment"
    DETERMINATION = "determination"
    RATE_RESET = "rate_reset"
    RATE_STEP = "rate_step"
    INTEREST_ONLY_END = "interest_only_end"
    LOCKOUT_END = "lockout_end"
    OPEN_PERIOD = "open_period"
    EXTENSION_NOTICE_OPENS = "extension_notice_opens"
    EXTENSION_NOTICE = "extension_notice"
    EXTENSION_TEST = "extension_test"
    CAP_EXPIRY = "cap_expiry"
    REPLACEMENT_CAP = "replacement_cap"
    SWAP_EXPIRY = "swap_expiry"
    ANTICIPATED_REPAYMENT = "anticipated_repayment"
    MATURITY = "maturity"
    DOCUMENT_EXPIRY = "document_expiry"
    DRAW = "draw"
    CURTAILMENT = "curtailment"

    @property
    def is_a_task(self) -> bool:
        """Whether somebody has to do something by then; the others happen by themselves."""
        return self in _TASKS


_TASKS: Final = frozenset(
    {
        DateKind.PAYMENT,
        DateKind.EXTENSION_NOTICE,
        DateKind.EXTENSION_TEST,
        DateKind.REPLACEMENT_CAP,
        DateKind.ANTICIPATED_REPAYMENT,
        DateKind.MATURITY,
        DateKind.DOCUMENT_EXPIRY,
    }
)


LEADS: Final[Mapping[DateKind, tuple[int, ...]]] = MappingProxyType(
    {
        DateKind.MATURITY: (365, 183, 91, 30),
        DateKind.ANTICIPATED_REPAYMENT: (365, 183, 91, 30),
        DateKind.EXTENSION_NOTICE_OPENS: (7,),
        DateKind.EXTENSION_NOTICE: (60, 14),
        DateKind.EXTENSION_TEST: (30,),
        DateKind.REPLACEMENT_CAP: (91, 30),
        DateKind.CAP_EXPIRY: (183, 60),
        DateKind.SWAP_EXPIRY: (91,),
        DateKind.INTEREST_ONLY_END: (91,),
        DateKind.LOCKOUT_END: (30,),
        DateKind.OPEN_PERIOD: (30,),
        DateKind.PAYMENT: (3,),
        DateKind.RATE_RESET: (5,),
        DateKind.DOCUMENT_EXPIRY: (90, 30, 7),
        DateKind.DRAW: (14,),
        DateKind.CURTAILMENT: (14,),
    }
)
"""The days before a date's last day on which people are reminded of it, the earliest first."""

_REMINDED_AT: Final = datetime.time(12, tzinfo=datetime.UTC)
"""Morning in the Americas."""


class DateState(StrEnum):
    """What came of a date; one whose time is over is missed where it was a task, and done where it happened."""

    OPEN = "open"
    SNOOZED = "snoozed"
    DONE = "done"
    WAIVED = "waived"
    MISSED = "missed"


AWAITED: Final = frozenset({DateState.OPEN, DateState.SNOOZED})


class ShownTo(StrEnum):
    """The people to whom a date is shown: all, those who see confidential documents, or nobody."""

    EVERYBODY = "everybody"
    CONFIDENTIAL = "confidential"
    NOBODY = "nobody"


Evidence = Annotated[str, msgspec.Meta(max_length=2000)]


class ComputedDate(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A date as the terms give it. `occurrence` counts those of its kind, so that the same one is known again.

    `computed_from` is the path of the loan's field it follows from. A window is closed on both ends; where there is
    none, the date is its only day.
    """

    kind: DateKind
    occurrence: int
    on: datetime.date
    computed_from: str
    window_from: datetime.date | None = None
    window_to: datetime.date | None = None

    @property
    def last_day(self) -> datetime.date:
        """The last day on which it is in time."""
        return self.window_to or self.on


class DatedDocument(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel"):
    """The document whose expiry a date is; `stands` says that it is there and names that day for that loan."""

    id: str
    title: str
    kind: DocumentKind
    confidential: bool
    stands: bool = True

    @property
    def words(self) -> str:
        """What it is called where a text outlives the right to see it: of a confidential one without its title."""
        if not self.confidential:
            return self.title
        kind = "" if self.kind is DocumentKind.OTHER else f" ({self.kind.value.replace('_', ' ')})"
        return f"Confidential document{kind}"


class CriticalDate(Document, frozen=True, gc=False, kw_only=True, rename="camel"):
    """A date of a loan, or the expiry of a document. `on` is adjusted for business days where the loan's terms say so.

    The expiry of a document that is linked to no loan has none.

    `former_assignee` is the member whose task it was and who was removed, until it is given to somebody.
    `settled_by` is who said that it is done or waived; None where the loan's own record did, or the day has passed.
    `gone` are those that the terms or the document do not give any more: nobody is shown them, and they are
    known again if they return.
    `reminded` is the shortest lead, in days, that is past: of that and of longer ones nobody is reminded any more.
    """

    loan_id: str | None
    loan_number: str | None
    loan_name: str | None
    document: DatedDocument | None = None
    kind: DateKind
    occurrence: int
    on: datetime.date
    window_from: datetime.date | None = None
    window_to: datetime.date | None = None
    computed_from: str
    state: DateState = DateState.OPEN
    assignee: str | None = None
    former_assignee: str | None = None
    evidence: str | None = None
    settled_by: str | None = None
    snoozed_until: datetime.date | None = None
    gone: bool = False
    reminded: int | None = None

    @property
    def last_day(self) -> datetime.date:
        """The last day on which it is in time."""
        return self.window_to or self.on

    @property
    def shown_to(self) -> ShownTo:
        """Whom it is shown to."""
        if self.gone:
            return ShownTo.NOBODY
        if self.document is not None and self.document.confidential:
            return ShownTo.CONFIDENTIAL
        return ShownTo.EVERYBODY

    @property
    def due_at(self) -> datetime.datetime | None:
        """When its state changes by itself or people are reminded of it; None where neither happens."""
        changes, reminder = self.changes_at, next_reminder(self)
        return changes if changes is None or reminder is None else min(changes, reminder[1])

    @property
    def changes_at(self) -> datetime.datetime | None:
        """When its state changes by itself; None where it does not."""
        if self.gone or self.state not in AWAITED:
            return None
        over = over_at(self)
        if self.snoozed_until is None:
            return over
        return min(over, datetime.datetime.combine(self.snoozed_until, datetime.time(), datetime.UTC))


def over_at(date: CriticalDate) -> datetime.datetime:
    """Return when a date's time is over; of a payment, when its record has not come for long."""
    last = date.last_day
    if date.kind is DateKind.PAYMENT:
        last = _later(last, RECORDED_WITHIN)
    return datetime.datetime.combine(_later(last, _DAY), _OVER_EVERYWHERE)


def advanced(date: CriticalDate, *, now: datetime.datetime) -> CriticalDate:
    """Return a date as time has changed it: missed or passed where it is over, open again where its rest has ended."""
    due = date.changes_at
    if due is None or due > now:
        return date
    if over_at(date) > now:
        return msgspec.structs.replace(date, state=DateState.OPEN, snoozed_until=None)
    return msgspec.structs.replace(date, state=_when_over(date), snoozed_until=None)


def passed_lead(kind: DateKind, days: int) -> int | None:
    """Return the shortest lead of a kind that is past so many days before its last day; None where none is."""
    return min((lead for lead in LEADS.get(kind, ()) if days <= lead), default=None)


def next_reminder(date: CriticalDate) -> tuple[int, datetime.datetime] | None:
    """Return the lead of a date's next reminder, and when it is; None after the last, and of what is not open."""
    if date.gone or date.state is not DateState.OPEN:
        return None
    leads = [lead for lead in LEADS.get(date.kind, ()) if date.reminded is None or lead < date.reminded]
    if not leads:
        return None
    day = date.last_day - datetime.timedelta(days=leads[0])
    return leads[0], datetime.datetime.combine(day, _REMINDED_AT)


def due_reminder(date: CriticalDate, *, now: datetime.datetime) -> int | None:
    """Return the shortest lead that has come and nobody was reminded of; None where none has."""
    found = next_reminder(date)
    if found is None or found[1] > now:
        return None
    days = (date.last_day - now.date()).days
    return passed_lead(date.kind, max(days, 0)) or found[0]


def settled(date: CriticalDate, state: DateState, *, by: str | None, evidence: str | None) -> CriticalDate:
    """Return a date that is done or waived."""
    return msgspec.structs.replace(date, state=state, settled_by=by, evidence=evidence, snoozed_until=None)


def reopened(date: CriticalDate, *, now: datetime.datetime) -> CriticalDate:
    """Return a date that is neither done, waived nor at rest any more; one whose time is over is missed."""
    date = msgspec.structs.replace(date, state=DateState.OPEN, settled_by=None, evidence=None, snoozed_until=None)
    return advanced(date, now=now)


def _when_over(date: CriticalDate) -> DateState:
    return DateState.MISSED if date.kind.is_a_task else DateState.DONE


def _later(day: datetime.date, more: datetime.timedelta) -> datetime.date:
    return min(day, datetime.date.max - more) + more
