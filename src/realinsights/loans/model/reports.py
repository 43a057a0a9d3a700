"""Reports: what is asked for, and one run with what it came to."""

from __future__ import annotations

import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from realinsights.contracts.loans import LoanStatus
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.texts import Line, Reference, Tag
from realinsights_platform.documents.port import Document


class ReportKind(StrEnum):
    """The standard reports."""

    DEBT_SCHEDULE = "debt_schedule"
    LOAN_ABSTRACT = "loan_abstract"
    MATURITIES = "maturities"
    LENDER_EXPOSURE = "lender_exposure"
    CONCENTRATIONS = "concentrations"
    AGEING = "ageing"
    CHANGES = "changes"
    OVERCHARGES = "overcharges"


TITLES = {
    ReportKind.DEBT_SCHEDULE: "Debt schedule",
    ReportKind.LOAN_ABSTRACT: "Loan abstract",
    ReportKind.MATURITIES: "Maturities",
    ReportKind.LENDER_EXPOSURE: "Lender exposure",
    ReportKind.CONCENTRATIONS: "Concentrations",
    ReportKind.AGEING: "Ageing",
    ReportKind.CHANGES: "Changes",
    ReportKind.OVERCHARGES: "Overcharges",
}


MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "json": "application/json",
}
"""The media type of each format of file."""


class ReportFilter(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A choice of loans for a report: every condition that is not null must hold."""

    status: tuple[LoanStatus, ...] | None = None
    lender_id: Reference | None = None
    fund_id: Reference | None = None
    portfolio_id: Reference | None = None
    property_id: Reference | None = None
    deal: Line | None = None
    tag: Tag | None = None

    def leaves(self, loan: Loan) -> bool:
        """Tell whether every condition holds for a loan, as the list of loans finds it."""
        return (
            (not self.status or loan.status in self.status)
            and self.lender_id in {None, loan.lender_id}
            and self.fund_id in {None, loan.fund_id}
            and self.portfolio_id in {None, loan.portfolio_id}
            and (self.property_id is None or self.property_id in loan.property_ids)
            and self.deal in {None, loan.deal}
            and (self.tag is None or self.tag in loan.tags)
        )


ALL_LOANS = ReportFilter()
"""The filter that leaves every loan."""


class ReportParameters(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What a report is asked with.

    With `as_of`, balances are rolled forward to that day by their schedules; without it they are as last recorded.
    `loan_id` names the one loan that is shown, instead of a filter; `since` the day after which changes count.
    """

    title: Line | None = None
    filter: ReportFilter = ALL_LOANS
    as_of: datetime.date | None = None
    loan_id: Reference | None = None
    since: datetime.date | None = None

    def shows(self, loan: Loan | None) -> bool:
        """Tell whether a loan is one of the report's; None is not."""
        if loan is None:
            return False
        return loan.id == self.loan_id if self.loan_id is not None else self.filter.leaves(loan)


class RunState(StrEnum):
    """The state of a run of a report."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


UNDER_WAY = (RunState.QUEUED, RunState.RUNNING)

KEPT: Final = datetime.timedelta(days=90)
"""For how long a run and its files are kept after it ended."""

GIVEN_UP: Final = datetime.timedelta(days=1)
"""After so long nobody makes a run any more that was asked for."""


class ReportFile(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A file of a run: `format` is `xlsx`, `pdf` or `json` (the cells, for comparing); `sha256` is of its bytes."""

    format: str
    path: str
    size: int
    sha256: str


class ReportRun(Document, frozen=True, kw_only=True):
    """One run of a report.

    `sequence` and `journal_hash` name the last entry of the loans journal that it shows; `cells_hash` is the SHA-256 of
    its cells, equal where nothing in it differs. `loans` and `balance` are what its loans come to. Days end in `zone`,
    the organization's, which is called `organization` (empty where that is not known). `previous_id` is the last run
    before it that was asked for alike, `schedule_id` the schedule that it was made for.
    """

    kind: ReportKind
    parameters: ReportParameters
    asked_alike: str
    state: RunState
    requested_at: datetime.datetime
    requested_by: str
    business_date: datetime.date
    zone: str
    organization: str = ""
    done: int = 0
    total: int | None = None
    finished_at: datetime.datetime | None = None
    sequence: int | None = None
    journal_hash: str | None = None
    cells_hash: str | None = None
    loans: int | None = None
    balance: Decimal | None = None
    files: tuple[ReportFile, ...] = ()
    notes: tuple[str, ...] = ()
    previous_id: str | None = None
    schedule_id: str | None = None
    error: str | None = None

    @property
    def title(self) -> str:
        """The heading of its cover."""
        return self.parameters.title or TITLES[self.kind]

    @property
    def at_rest(self) -> bool:
        """Whether it comes no further by itself."""
        return self.state not in UNDER_WAY

    @property
    def due(self) -> datetime.datetime:
        """When it is removed, or given up where it is still under way."""
        return (self.finished_at or self.requested_at) + KEPT if self.at_rest else self.requested_at + GIVEN_UP

    @property
    def folder(self) -> str:
        """The path that its files are under."""
        return f"reports/{self.org}/{self.id}"

    @property
    def as_of(self) -> datetime.date:
        """The day that dates ahead are counted from."""
        return self.parameters.as_of or self.business_date

    def file_name(self, format_: str) -> str:
        """Return the name under which a person keeps its file of a format."""
        return f"{self.kind.value.replace('_', '-')}-{self.as_of}.{format_}"

    def file(self, format_: str) -> ReportFile | None:
        """Return its file of a format, None where there is none."""
        return next((file for file in self.files if file.format == format_), None)
