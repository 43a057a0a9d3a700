"""HTTP routes of the files service. Every handler may ask for `resources: Resources`."""

from realinsights.contracts.permissions import Permission
from realinsights.files.routes import documents, uploads
from realinsights.files.store import JOURNALED
from realinsights_platform.documents.journal_reading import JournalReader
from realinsights_platform.http.routes.declaring import routes_in
from realinsights_platform.journal_routes import journal_routes

_SUMMARIES = {"document": ("title", "kind"), "version": ("fileName", "number", "state")}

JOURNAL_ROUTES = journal_routes(
    "files", JournalReader(kinds=JOURNALED, summaries=_SUMMARIES), permission=Permission.AUDIT_READ
)

ROUTES = (*routes_in(documents, uploads), *JOURNAL_ROUTES)
