"""Calendar feeds over HTTP: one's own, and the file that an address leads to."""

from __future__ import annotations

import datetime

import msgspec

from realinsights.contracts.permissions import Permission
from realinsights.notifications.model.dates import DateKind
from realinsights.notifications.model.feeds import FeedDraft
from realinsights.notifications.queries import calendars as queries
from realinsights.notifications.queries.calendars import CalendarFeedView
from realinsights.notifications.service import feeds as service
from realinsights.notifications.service.clock import Clock
from realinsights.notifications.service.following import Follower
from realinsights_platform.attributes import made_from
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.http.answers.answer import Stream
from realinsights_platform.http.routes.declaring import delete, get, post
from realinsights_platform.http.routes.pages import Cursor, Limit, PageOf
from realinsights_platform.principal import Principal

ICALENDAR = "text/calendar"


class MadeCalendarFeed(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A feed just made; `path` is its address below this server's, and is to be had only now."""

    id: str
    version: int
    name: str
    kinds: tuple[DateKind, ...]
    mine: bool
    created_at: datetime.datetime
    path: str


@get("/calendar-feeds", permission=Permission.PORTFOLIO_READ)
async def list_calendar_feeds(
    *, documents: Documents, principal: Principal, cursor: Cursor, limit: Limit = 50
) -> PageOf[CalendarFeedView]:
    """List one's own calendar feeds."""
    return cursor.page(
        await queries.listed_feeds(
            documents, org=principal.org, owner=principal.user, after=cursor.position, limit=limit
        )
    )


@post("/calendar-feeds", permission=Permission.PORTFOLIO_READ, idempotent=False)
async def create_calendar_feed(unit: Unit, documents: Documents, clock: Clock, data: FeedDraft) -> MadeCalendarFeed:
    """Make a calendar feed of one's own; whoever has its address can read it until it is revoked."""
    feed, address = await service.create_feed(unit=unit, documents=documents, draft=data, now=clock())
    return made_from(feed, MadeCalendarFeed, path=f"/api/v1/calendar/{address.text()}")


@delete("/calendar-feeds/{feed_id}", permission=Permission.PORTFOLIO_READ)
async def revoke_calendar_feed(unit: Unit, if_match: int, feed_id: str) -> None:
    """Revoke a calendar feed of one's own: its address leads nowhere any more."""
    await service.revoke_feed(unit=unit, feed_id=feed_id, expected_version=if_match)


@get("/calendar/{address}", public=True, media_type=ICALENDAR, cost=20)
async def read_calendar(documents: Documents, follower: Follower, clock: Clock, address: str) -> Stream:
    """Return the dates of a calendar feed as iCalendar (RFC 5545), for whoever has its address."""
    feed = await queries.shown_feed(documents, address=address)
    await follower.current(feed.org)
    body = await queries.calendar_of(documents, feed=feed, now=clock())
    return Stream(iter((body,)), media_type=ICALENDAR, headers={"cache-control": "private, no-cache"})
