"""Use cases of calendar feeds: make one, revoke it, and revoke those of who may see nothing any more."""

from __future__ import annotations

import datetime
import secrets

from realinsights.notifications.model.feeds import MOST_FEEDS, CalendarFeed, FeedAddress, FeedDraft, hashed
from realinsights.notifications.store import FEEDS
from realinsights_platform.documents.port import Documents, Equal, Unit
from realinsights_platform.documents.versions import require
from realinsights_platform.errors import Conflict, Faults, NotFound
from realinsights_platform.ids import new_id
from realinsights_platform.texts import required_line


async def create_feed(
    *, unit: Unit, documents: Documents, draft: FeedDraft, now: datetime.datetime
) -> tuple[CalendarFeed, FeedAddress]:
    """Make a feed of one's own; its address is to be had only now. Raises `Conflict` where there are too many."""
    if await documents.count(FEEDS, unit.org, Equal("owner", unit.actor)) >= MOST_FEEDS:
        raise Conflict(f"You have {MOST_FEEDS} calendar feeds, which is as many as there may be. Revoke one first.")
    faults = Faults()
    name = required_line(draft.name, "name", faults)
    faults.refuse("calendar feed")
    secret = secrets.token_urlsafe(32)
    feed = CalendarFeed(
        id=new_id(),
        org=unit.org,
        owner=unit.actor,
        name=name,
        kinds=tuple(dict.fromkeys(draft.kinds)),
        mine=draft.mine,
        secret_hash=hashed(secret),
        created_at=now,
    )
    return unit.put(FEEDS, feed), FeedAddress(org=unit.org, feed=feed.id, secret=secret)


async def revoke_feed(*, unit: Unit, feed_id: str, expected_version: int) -> None:
    """Let a feed's address lead nowhere any more; raises `NotFound` for one that is not one's own."""
    feed = await unit.get(FEEDS, feed_id)
    if feed is None or feed.owner != unit.actor:
        raise NotFound("There is no such calendar feed.")
    require(feed, expected_version, noun="calendar feed")
    unit.delete(FEEDS, feed)


async def revoke_feeds_of(*, unit: Unit, user: str) -> None:
    """Let the addresses of a member lead nowhere any more, who may see nothing from now on."""
    for feed in await unit.find(FEEDS, Equal("owner", user), limit=2 * MOST_FEEDS):
        unit.delete(FEEDS, feed)
