"""The kinds of document that this service keeps, with what one may filter and order by."""

from __future__ import annotations

from typing import Any

from realinsights.loans.model.curves import RateCurve
from realinsights.loans.model.demonstration import Demonstration
from realinsights.loans.model.fixings import FixingYear, RateIndex
from realinsights.loans.model.imports import ColumnMapping, Import, ImportRows, TapeStatement, Upload
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.parties import Fund, Lender, Portfolio
from realinsights.loans.model.period import ReportedPeriod
from realinsights.loans.model.property import Property
from realinsights.loans.model.report_schedules import ReportSchedule
from realinsights.loans.model.reports import ReportRun
from realinsights.loans.model.telling import FixingsDue, RateTelling, Telling
from realinsights_platform.documents.port import Kind

SERVICE = "loans"

LOANS = Kind(
    SERVICE,
    "loan",
    Loan,
    indexes=(
        "number",
        "name",
        "status",
        "structure",
        "rate_type",
        "amortization_type",
        "lender_id",
        "fund_id",
        "portfolio_id",
        "original_balance",
        "current_balance",
        "rate",
        "origination_date",
        "maturity_date",
        "anticipated_repayment_date",
        "extended_maturity_date",
        "deal",
        "asset_number",
    ),
    members=("property_ids", "tags"),
    words=("number", "name", "borrower"),
    unique=(("number",), ("deal", "asset_number")),
)
PROPERTIES = Kind(
    SERVICE,
    "property",
    Property,
    indexes=("name", "property_type", "city", "state", "year_built", "portfolio_id", "deal", "asset_number"),
    members=("tags",),
    words=("name", "address", "city"),
    unique=(("deal", "asset_number"),),
)
LENDERS = Kind(
    SERVICE, "lender", Lender, indexes=("name", "lender_type"), members=("tags",), words=("name",), unique=(("name",),)
)
FUNDS = Kind(
    SERVICE, "fund", Fund, indexes=("name", "fund_type"), members=("tags",), words=("name",), unique=(("name",),)
)
PORTFOLIOS = Kind(
    SERVICE, "portfolio", Portfolio, indexes=("name",), members=("tags",), words=("name",), unique=(("name",),)
)
PERIODS = Kind(
    SERVICE,
    "period",
    ReportedPeriod,
    indexes=("loan_id", "period_end"),
)
IMPORTS = Kind(
    SERVICE, "import", Import, indexes=("state", "requested_at", "content_hash", "deal", "file_name", "dry_run")
)
UPLOADS = Kind(SERVICE, "upload", Upload, due="due")
IMPORT_ROWS = Kind(SERVICE, "import_rows", ImportRows, indexes=("import_id",))
STATEMENTS = Kind(SERVICE, "statement", TapeStatement, indexes=("loan_id",))
MAPPINGS = Kind(SERVICE, "column_mapping", ColumnMapping)
DEMONSTRATIONS = Kind(SERVICE, "demonstration", Demonstration)
TELLINGS = Kind(SERVICE, "telling", Telling)
REPORT_SCHEDULES = Kind(SERVICE, "report_schedule", ReportSchedule, indexes=("kind",), due="due")
REPORT_RUNS = Kind(
    SERVICE, "report_run", ReportRun, indexes=("kind", "state", "asked_alike", "requested_at"), due="due"
)
RATE_INDICES = Kind(SERVICE, "rate_index", RateIndex)
FIXING_YEARS = Kind(SERVICE, "fixing_year", FixingYear)
RATE_TELLINGS = Kind(SERVICE, "rate_telling", RateTelling, due="due")
FIXINGS_DUE = Kind(SERVICE, "fixings_due", FixingsDue)
RATE_CURVES = Kind(SERVICE, "rate_curve", RateCurve, indexes=("index", "as_of"))

KINDS: tuple[Kind[Any], ...] = (
    LOANS,
    PROPERTIES,
    LENDERS,
    FUNDS,
    PORTFOLIOS,
    PERIODS,
    IMPORTS,
    UPLOADS,
    IMPORT_ROWS,
    STATEMENTS,
    MAPPINGS,
    DEMONSTRATIONS,
    TELLINGS,
    REPORT_RUNS,
    REPORT_SCHEDULES,
    RATE_INDICES,
    FIXING_YEARS,
    RATE_CURVES,
    RATE_TELLINGS,
    FIXINGS_DUE,
)
