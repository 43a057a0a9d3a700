"""HTTP routes of the loans service."""

from realinsights.contracts.permissions import Permission
from realinsights.loans.routes import (
    figures,
    forecast,
    imports,
    loans,
    parties,
    prepayment,
    properties,
    rates,
    reconciliation,
    report_schedules,
    reports,
    sizing,
    solving,
)
from realinsights.loans.store import KINDS
from realinsights_platform.documents.journal_reading import JournalReader
from realinsights_platform.http.routes.declaring import routes_in
from realinsights_platform.journal_routes import journal_routes

_SUMMARIES = {
    "import": ("fileName", "state", "dryRun", "loans", "properties"),
    "loan": ("number", "name"),
    "property": ("name",),
    "lender": ("name",),
    "fund": ("name",),
    "portfolio": ("name",),
    "rate_index": ("id", "last"),
    "fixing_year": ("index", "year"),
    "rate_curve": ("index", "asOf"),
}

JOURNAL_ROUTES = journal_routes(
    "loans", JournalReader(kinds=KINDS, summaries=_SUMMARIES), permission=Permission.AUDIT_READ
)

ROUTES = (
    *routes_in(
        loans,
        figures,
        forecast,
        prepayment,
        properties,
        parties,
        imports,
        rates,
        reconciliation,
        report_schedules,
        reports,
        sizing,
        solving,
    ),
    *JOURNAL_ROUTES,
)
