"""Use cases of dates: say that one is done, waive it, let it rest, give it to somebody; and what time does to them."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from realinsights.notifications.model.dates import (
    AWAITED,
    CriticalDate,
    DateState,
    advanced,
    due_reminder,
    over_at,
    reopened,
    settled,
)
from realinsights.notifications.queries.dates import shown_to
from realinsights.notifications.service.following import existing_dates, prepared_dates
from realinsights.notifications.service.reminding import remind
from realinsights.notifications.store import DATES, LOAN_DATES, PEOPLE
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.documents.preparing import prepare
from realinsights_platform.documents.versions import require
from realinsights_platform.errors import Conflict, Faults, Invalid, NotFound
from realinsights_platform.texts import checked_text

_SETTLED: Final = frozenset({DateState.DONE, DateState.WAIVED})


async def settle_date(
    *, unit: Unit, date_id: str, state: DateState, evidence: str | None, expected_version: int, confidential: bool
) -> CriticalDate:
    """Say that a date is done, or waived, with the evidence for it; also one that was missed.

    `confidential`: who says so sees confidential documents; here and below, others find no dates of them.
    Raises `Conflict` for one that is settled already, and `Invalid` for a waiver without a reason.
    """
    date = await _current(unit, date_id, expected_version, confidential=confidential)
    if date.state in _SETTLED:
        raise Conflict(f"This date is {date.state.value} already. Reopen it first.")
    text = _checked(evidence)
    if state is DateState.WAIVED and text is None:
        raise Invalid.field("evidence", "is required: say why the date is waived")
    return unit.put(DATES, settled(date, state, by=unit.actor, evidence=text))


async def snooze_date(
    *, unit: Unit, date_id: str, until: datetime.date, expected_version: int, confidential: bool
) -> CriticalDate:
    """Let a date rest until a day, on which it is open again; raises `Invalid` for a day that is not after today's.

    A date is missed when its time is over, also at rest. Raises `Conflict` for one that is not awaited any more.
    """
    date = await _current(unit, date_id, expected_version, confidential=confidential)
    if date.state not in AWAITED:
        raise Conflict(f"This date is {date.state.value}. Only one that is open can rest.")
    if until <= unit.business_date:
        raise Invalid.field("until", "must be after the business date")
    if until >= over_at(date).date():
        raise Invalid.field("until", f"must be before {over_at(date).date()}, when its time is over")
    return unit.put(DATES, msgspec.structs.replace(date, state=DateState.SNOOZED, snoozed_until=until))


async def assign_date(
    *, unit: Unit, date_id: str, assignee: str | None, expected_version: int, confidential: bool
) -> CriticalDate:
    """Give a date to a member, or to nobody; raises `Invalid` for a member who is known to be active no more."""
    date = await _current(unit, date_id, expected_version, confidential=confidential)
    if date.assignee == assignee:
        return date
    person = None if assignee is None else await unit.get(PEOPLE, assignee)
    if person is not None and not person.active:
        raise Invalid.field("assignee", "is no active member of your organization")
    return unit.put(DATES, msgspec.structs.replace(date, assignee=assignee, former_assignee=None))


async def reopen_date(
    *, unit: Unit, date_id: str, expected_version: int, confidential: bool, now: datetime.datetime
) -> CriticalDate:
    """Take back that a date is done, waived or at rest; one whose time is over by now is missed then."""
    date = await _current(unit, date_id, expected_version, confidential=confidential)
    if date.state not in {*_SETTLED, DateState.SNOOZED}:
        raise Conflict(f"This date is {date.state.value}: there is nothing to take back.")
    return unit.put(DATES, reopened(date, now=now))


async def advance_dates(
    unit: Unit, ids: Sequence[str], *, documents: Documents, now: Callable[[], datetime.datetime]
) -> None:
    """Make of dates what time has made of them: missed, passed, or open again; and remind people of those near."""
    moment, near = now(), []
    for date in (await unit.get_many(DATES, ids)).values():
        after = advanced(date, now=moment)
        lead = due_reminder(after, now=moment)
        if lead is not None:
            after = msgspec.structs.replace(after, reminded=lead)
            near.append((after, lead))
        if after is not date:
            unit.put(DATES, after)
    await remind(unit, documents, near, at=moment)


async def roll_dates(
    unit: Unit, ids: Sequence[str], *, documents: Documents, now: Callable[[], datetime.datetime]
) -> None:
    """Compute the dates of loans further ahead, where it is time."""
    loans = [
        loan
        for loan in (await unit.get_many(LOAN_DATES, ids)).values()
        if loan.roll_at is not None and loan.roll_at <= now()
    ]
    existing = await existing_dates(documents, unit.org, [loan.id for loan in loans])
    today = now().date()
    unit.adopt(
        await asyncio.to_thread(lambda: prepare(unit.org, prepared_dates(unit.org, loans, existing, today=today)))
    )


async def _current(unit: Unit, date_id: str, expected_version: int, *, confidential: bool) -> CriticalDate:
    date = await unit.get(DATES, date_id)
    if date is None or date.shown_to not in shown_to(confidential=confidential):
        raise NotFound("There is no such date.")
    require(date, expected_version, noun="date")
    return date


def _checked(evidence: str | None) -> str | None:
    if evidence is None or not evidence.strip():
        return None
    faults = Faults()
    text = checked_text(evidence, "evidence", faults)
    faults.refuse("date")
    return text
