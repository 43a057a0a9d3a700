"""The kinds of document that this service keeps, with what one may filter and order by."""

from __future__ import annotations

from typing import Any

from realinsights.notifications.model.dates import CriticalDate
from realinsights.notifications.model.feeds import CalendarFeed
from realinsights.notifications.model.following import Followed, LoanDates
from realinsights_platform.documents.port import Kind

SERVICE = "notifications"

DATES = Kind(
    SERVICE, "date", CriticalDate, indexes=("on", "loan_id", "kind", "assignee", "state", "gone"), due="due_at"
)
LOAN_DATES = Kind(SERVICE, "loan_dates", LoanDates, due="roll_at")
FOLLOWED = Kind(SERVICE, "followed", Followed)
FEEDS = Kind(SERVICE, "calendar_feed", CalendarFeed, indexes=("owner",))

KINDS: tuple[Kind[Any], ...] = (DATES, LOAN_DATES, FOLLOWED, FEEDS)
