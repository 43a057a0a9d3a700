"""HTTP routes of the files service. Every handler may ask for `resources: Resources`."""

from realinsights.contracts.permissions import Permission
from realinsights.files.routes import bundles, citations, documents, shared, shares, uploads
from realinsights.files.store import JOURNALED, SHARES
from realinsights_platform.documents.journal_reading import JournalReader
from realinsights_platform.http.routes.declaring import routes_in
from realinsights_platform.journal_routes import journal_routes

_SUMMARIES = {
    "document": ("title", "kind"),
    "version": ("fileName", "number", "state"),
    "share": ("number", "note"),
    "citation": ("field", "quote"),
}
_HIDDEN = {kind.name: () for kind in JOURNALED} | {SHARES.name: ("secretHash", "passwordHash")}

JOURNAL_ROUTES = journal_routes(
    "files",
    JournalReader(kinds=JOURNALED, summaries=_SUMMARIES, hidden=_HIDDEN),
    permission=Permission.AUDIT_READ,
)

ROUTES = (*routes_in(documents, bundles, uploads, shares, shared, citations), *JOURNAL_ROUTES)
