"""Calendars: what a feed's address shows, as iCalendar (RFC 5545) with all-day events."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Sequence
from typing import Final

import msgspec
from icalendar import Calendar, Event, vDuration, vText

from realinsights.contracts.permissions import Permission
from realinsights.notifications.model.dates import CriticalDate, DateKind, DateState
from realinsights.notifications.model.feeds import CalendarFeed, admits, parse
from realinsights.notifications.queries.dates import feed_dates
from realinsights.notifications.store import FEEDS, PEOPLE
from realinsights_platform.attributes import made_from
from realinsights_platform.documents.port import Documents, Equal, Page, Position
from realinsights_platform.errors import NotFound

NOT_VALID: Final = "This calendar's address is not valid any more."
SHOWN_FOR: Final = datetime.timedelta(days=90)
"""For so long a calendar shows what is past."""

MOST_EVENTS: Final = 2_000

_REFRESHED: Final = datetime.timedelta(hours=6)
_DAY: Final = datetime.timedelta(days=1)


class CalendarFeedView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A calendar feed without its address."""

    id: str
    version: int
    name: str
    kinds: tuple[DateKind, ...]
    mine: bool
    created_at: datetime.datetime


async def listed_feeds(
    documents: Documents, *, org: str, owner: str, after: Position | None, limit: int
) -> Page[CalendarFeedView]:
    """Return a page of a member's feeds, the oldest first."""
    page = await documents.find(FEEDS, org, Equal("owner", owner), after=after, limit=limit)
    return Page(tuple(made_from(feed, CalendarFeedView) for feed in page.items), page.next)


async def shown_feed(documents: Documents, *, address: str) -> CalendarFeed:
    """Return the feed that an address leads to; raises `NotFound` for one that leads nowhere.

    That of a member who is limited to a part of the organization leads nowhere: a feed shows dates of all loans.
    """
    known = parse(address)
    feed = None if known is None else await documents.get(FEEDS, known.org, known.feed)
    if known is None or feed is None or not admits(feed, known):
        raise NotFound(NOT_VALID)
    owner = await documents.get(PEOPLE, feed.org, feed.owner)
    if owner is not None and owner.limited:
        raise NotFound(NOT_VALID)
    return feed


async def calendar_of(documents: Documents, *, feed: CalendarFeed, now: datetime.datetime) -> bytes:
    """Return a feed's dates as an iCalendar file: those of confidential documents while its owner may see them."""
    owner = await documents.get(PEOPLE, feed.org, feed.owner)
    dates = await feed_dates(
        documents,
        org=feed.org,
        kinds=feed.kinds,
        assignee=feed.owner if feed.mine else None,
        confidential=owner is not None and owner.may(Permission.FILE_CONFIDENTIAL),
        since=now.date() - SHOWN_FOR,
        most=MOST_EVENTS,
    )
    return await asyncio.to_thread(_file, feed.name, dates, now)


def _file(name: str, dates: Sequence[CriticalDate], now: datetime.datetime) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Real Insights//Critical dates//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", vText(name))
    calendar.add("x-wr-calname", vText(name))
    calendar.add("refresh-interval", vDuration(_REFRESHED), parameters={"VALUE": "DURATION"})
    for date in dates:
        calendar.add_component(_event(date, now))
    text: bytes = calendar.to_ical()
    return text


def _event(date: CriticalDate, now: datetime.datetime) -> Event:
    event = Event()
    event.add("uid", f"{date.id}@realinsights")
    event.add("dtstamp", now)
    event.add("sequence", date.version)
    event.add("dtstart", date.on)
    event.add("dtend", date.on + _DAY)
    event.add("summary", f"{_words(date.kind.value)}: {_about(date)}{_mark(date.state)}")
    event.add("description", "\n".join(_lines(date)))
    event.add("categories", [_words(date.kind.value)])
    event.add("transp", "TRANSPARENT")
    return event


def _about(date: CriticalDate) -> str:
    loan = None if date.loan_id is None else f"{date.loan_number} {date.loan_name}"
    document = None if date.document is None else date.document.words
    return ", ".join(words for words in (document, loan) if words is not None)


def _lines(date: CriticalDate) -> list[str]:
    lines = [f"State: {_words(date.state.value).lower()}"]
    if date.window_from is not None and date.window_to is not None:
        lines.append(f"From {date.window_from.isoformat()} to {date.window_to.isoformat()}")
    if date.evidence is not None:
        lines.append(date.evidence)
    return lines


def _mark(state: DateState) -> str:
    return "" if state is DateState.OPEN else f" ({_words(state.value).lower()})"


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
