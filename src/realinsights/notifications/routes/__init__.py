"""HTTP routes of the notifications service."""

from realinsights.contracts.permissions import Permission
from realinsights.notifications import store
from realinsights.notifications.routes import (
    calendars,
    dates,
    events,
    inbox,
    mails,
    notes,
    preferences,
    rules,
    webhooks,
)
from realinsights_platform.documents.journal_reading import JournalReader
from realinsights_platform.http.routes.declaring import Route, routes_in
from realinsights_platform.journal_routes import journal_routes

# Any kind that is not named here stays closed: what is a person's own is there as changed, not as said.
_JOURNAL = JournalReader(
    kinds=store.KINDS,
    hidden={
        store.DATES.name: (),
        store.FEEDS.name: ("secretHash",),
        store.ORGANIZATIONS.name: (),
        store.PEOPLE.name: (),
        store.ENDPOINTS.name: ("url",),  # such an address often holds a secret
        store.RULES.name: (),
        store.DELIVERIES.name: ("payload",),
    },
    summaries={store.DATES.name: ("kind", "on", "state", "loanNumber"), store.FEEDS.name: ("name",)},
)

ROUTES: tuple[Route, ...] = (
    *routes_in(dates, calendars, events, inbox, mails, notes, preferences, rules, webhooks),
    *journal_routes("notifications", _JOURNAL, permission=Permission.AUDIT_READ),
)
