"""The dashboard over HTTP. A collaborator that the composition root gives: `engine`."""

from realinsights.contracts.permissions import Permission
from realinsights.dashboard.routes import dashboard, exposures, loans, portfolio_stress, saved_views
from realinsights.dashboard.store import KINDS
from realinsights_platform.documents.journal_reading import JournalReader
from realinsights_platform.http.routes.declaring import routes_in
from realinsights_platform.journal_routes import journal_routes

# A view is its owner's unless it is shared: the journal tells that one was saved, not what is in it.
_JOURNAL = JournalReader(kinds=KINDS, hidden={})

ROUTES = (
    *routes_in(dashboard, exposures, loans, portfolio_stress, saved_views),
    *journal_routes("dashboard", _JOURNAL, permission=Permission.AUDIT_READ),
)
