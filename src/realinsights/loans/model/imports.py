"""Imports of tapes: request, progress and result, stored so that one can be resumed, shown and undone."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

import msgspec

from realinsights.loans.model.lender_conventions import ConventionSearch, Reproduction
from realinsights.loans.model.reconciliation import Difference, Outcome, PeriodReconciliation
from realinsights.loans.model.tape import ColumnChoice, Precision, Problem, Statement, TapeLayout
from realinsights_finance.money import quotient, shown_rate
from realinsights_platform.documents.port import Document

MOST_SHOWN = 100  # refusals, differences and absences in the import itself; all of them are in its rows


class ImportState(StrEnum):
    """The state of an import; the first three are under way and are resumed after a restart."""

    QUEUED = "queued"
    RUNNING = "running"
    UNDOING = "undoing"
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"


UNDER_WAY = (ImportState.QUEUED, ImportState.RUNNING, ImportState.UNDOING)


class Tolerance(StrEnum):
    """The differences that a reconciliation forgives."""

    DETECT = "detect"  # what the tape's own numbers show of their precision
    CENTS = "cents"  # nothing
    FLOAT32 = "float32"  # max($0.02, balance × 0.00000012)


class ImportOptions(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The caller's options for a file; `named` is a mapping that is known by its name, in place of `mapping`."""

    deal: str | None = None
    as_of: datetime.date | None = None
    encoding: str | None = None
    sheet: str | None = None
    mapping: tuple[ColumnChoice, ...] | None = None
    named: str | None = None
    tolerance: Tolerance = Tolerance.DETECT


class ReconciliationCounts(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The numbers of a tape's loans by how they compare with the computed ones."""

    matched: int = 0
    not_due: int = 0
    differs: int = 0
    not_computed: int = 0
    closed: int = 0

    def with_more(self, outcomes: Sequence[Outcome]) -> ReconciliationCounts:
        """Return the numbers with these outcomes counted too."""
        counts = {outcome.value: getattr(self, outcome.value) + outcomes.count(outcome) for outcome in Outcome}
        return ReconciliationCounts(**counts)


class TapeTotals(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Control totals of a tape's loans that were not refused, to hold beside the servicer's own.

    `balance` is the sum of the reported balances. `weighted_rate` is `interest`, the sum of balance × rate, over
    `rated_balance`, the balance of loans whose rate is reported too; null where there is none.
    """

    balance: Decimal = Decimal("0.00")
    rated_balance: Decimal = Decimal("0.00")
    interest: Decimal = Decimal("0.00")
    weighted_rate: Decimal | None = None

    def with_more(self, statements: Iterable[Statement]) -> TapeTotals:
        """Return the totals with these statements counted too."""
        balance, rated, interest = self.balance, self.rated_balance, self.interest
        for statement in statements:
            owed = statement.ending_balance
            if owed is not None:
                balance += owed
                if statement.rate is not None:
                    rated, interest = rated + owed, interest + owed * statement.rate
        rate = shown_rate(quotient(Fraction(interest) / Fraction(rated))) if rated else None
        return TapeTotals(balance=balance, rated_balance=rated, interest=interest, weighted_rate=rate)


class PortfolioSums(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What an organization's portfolio comes to: outstanding loans and what they owe, and all properties.

    `weighted_rate` is `interest`, the sum of balance × rate, over `balance`; null where nothing is owed.
    """

    loans: int = 0
    properties: int = 0
    balance: Decimal = Decimal("0.00")
    interest: Decimal = Decimal(0)
    weighted_rate: Decimal | None = None

    def with_change(self, *, loans: int, properties: int, balance: Decimal, interest: Decimal) -> PortfolioSums:
        """Return the sums after each has become more by this."""
        balance, interest = self.balance + balance, self.interest + interest
        return PortfolioSums(
            loans=self.loans + loans,
            properties=self.properties + properties,
            balance=balance,
            interest=interest,
            weighted_rate=shown_rate(quotient(Fraction(interest) / Fraction(balance))) if balance else None,
        )


class RefusedUndo(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A loan that an undo left as it is, and why."""

    number: str
    reason: str


class UndoResult(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The result of an undo."""

    withdrawn: int = 0
    deleted: int = 0
    refused: int = 0
    kept: tuple[RefusedUndo, ...] = ()


class Import(Document, frozen=True, kw_only=True, rename="camel"):
    """One file brought in, or only looked at (`dry_run`). Counts are of loans unless they say otherwise.

    `done` of `total` loans are stored, `rows_from` in the rows' documents; `problems` of a file that could not be read
    are in `error`. `created`, `updated`, `unchanged` and `refused` sum to `done`; of `warned` a cell was left out.
    `rejected`, `warnings`, `differences` and `missing` are the first hundred; all of them are in the rows. `totals` is
    null where nothing was read yet, or the import is older than they are. `balance_change` and `loans_change` are what
    the outstanding balance and the number of outstanding loans became more by, or would become; null alike. `before` is
    what the portfolio came to when the file had been inspected, and `after` what this import made of that, or would;
    what others changed since is in neither. `conventions` says by which conventions loans match, also where it is not
    that of their terms.
    """

    state: ImportState
    dry_run: bool
    file_name: str
    content_hash: str
    size: int
    blob: str
    requested_at: datetime.datetime
    requested_by: str
    business_date: datetime.date
    options: ImportOptions = ImportOptions()
    layout: TapeLayout | None = None
    precision: Precision = Precision.CENTS
    tolerance: str | None = None
    deal: str | None = None
    period: datetime.date | None = None
    periods: tuple[datetime.date, ...] = ()
    total: int = 0
    done: int = 0
    chunks: int = 0
    loans: int = 0
    properties: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    totals: TapeTotals | None = None
    balance_change: Decimal | None = None
    loans_change: int | None = None
    before: PortfolioSums | None = None
    after: PortfolioSums | None = None
    reconciliation: ReconciliationCounts = ReconciliationCounts()
    conventions: ConventionSearch = ConventionSearch()
    differences: tuple[Difference, ...] = ()
    rejected: tuple[Problem, ...] = ()
    warned: int = 0
    warnings: tuple[Problem, ...] = ()
    missing: tuple[str, ...] = ()
    missing_count: int = 0
    error: str | None = None
    undo: UndoResult | None = None
    undone_chunks: int = 0

    @property
    def at_rest(self) -> bool:
        """Whether it comes no further by itself."""
        return self.state not in UNDER_WAY


class Upload(Document, frozen=True, kw_only=True, rename="camel"):
    """A file that is kept, or about to be, and that no import has yet; its id is its content's hash.

    `due` is when it counts as abandoned, then when it is to be removed.
    """

    blob: str
    due: datetime.datetime
    removing: bool = False


class RowOutcome(StrEnum):
    """The result for one loan of a tape."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class FieldChange(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel"):
    """One field of a document, before and after; None is unknown."""

    field: str
    before: Any = None
    after: Any = None


class ImportRow(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", omit_defaults=True):
    """One loan of a tape and what became of it. `created` names what else the row brought, as `<kind>:<id>`.

    `statement_version` and `loan_version` are those in which statement and loan were stored, 0 where they were not.
    `reproduced_by` are the conventions by which its period matches, where those of its terms do not.
    """

    row: int
    line: int
    outcome: RowOutcome
    number: str | None = None
    name: str | None = None
    period_end: datetime.date | None = None
    loan_id: str | None = None
    statement_version: int = 0
    loan_version: int = 0
    properties: int = 0
    history_only: bool = False
    created: tuple[str, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    reconciliation: PeriodReconciliation | None = None
    reproduced_by: Reproduction | None = None


class ImportRows(Document, frozen=True, kw_only=True, rename="camel"):
    """A chunk of an import's rows, written with what they did."""

    import_id: str
    chunk: int
    rows: tuple[ImportRow, ...]


class TapeStatement(Document, frozen=True, kw_only=True, rename="camel"):
    """A statement as stored: the present of its loan is computed from all of them. `id` is the reported period's.

    `property_ids` are those of the statement's properties by number.
    """

    loan_id: str
    import_id: str
    statement: Statement
    precision: Precision = Precision.CENTS
    property_ids: dict[str, str] = msgspec.field(default_factory=dict)


class ColumnMapping(Document, frozen=True, kw_only=True, rename="camel"):
    """An organization's reading of files with one header; `id` is the header's fingerprint."""

    header: tuple[str, ...]
    mapping: tuple[ColumnChoice, ...]


def rows_id(import_id: str, chunk: int) -> str:
    """Return the id of a chunk of an import's rows."""
    return f"{import_id}.{chunk:06d}"
