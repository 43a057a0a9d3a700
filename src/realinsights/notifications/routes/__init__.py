"""HTTP routes of the notifications service."""

from realinsights.contracts.permissions import Permission
from realinsights.notifications.routes import calendars, dates
from realinsights.notifications.store import DATES, FEEDS, KINDS
from realinsights_platform.documents.journal_reading import JournalReader
from realinsights_platform.http.routes.declaring import routes_in
from realinsights_platform.journal_routes import journal_routes

# Any kind that is not named here stays closed.
JOURNAL_ROUTES = journal_routes(
    "notifications",
    JournalReader(
        kinds=KINDS,
        hidden={DATES.name: (), FEEDS.name: ("secretHash",)},
        summaries={DATES.name: ("kind", "on", "state", "loanNumber"), FEEDS.name: ("name",)},
    ),
    permission=Permission.AUDIT_READ,
)

ROUTES = (*routes_in(dates, calendars), *JOURNAL_ROUTES)
