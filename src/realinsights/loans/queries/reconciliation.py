"""Reads of the reconciliation: a loan's periods, an import's rows, a deal month by month."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec

from realinsights.loans.model.imports import ImportRow, ReconciliationCounts, TapeStatement
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.payment_schedule import Unscheduled
from realinsights.loans.model.reconciliation import (
    CENTS_RULE,
    FLOAT32_RULE,
    RATE_RULE,
    Difference,
    Outcome,
    PeriodReconciliation,
    Schedules,
    differences,
    reconcile,
)
from realinsights.loans.model.tape import Precision, Statement
from realinsights.loans.queries.history import read
from realinsights.loans.store import IMPORT_ROWS, IMPORTS, LOANS, STATEMENTS
from realinsights_platform.attributes import values_of
from realinsights_platform.documents.port import Documents, Equal
from realinsights_platform.documents.walking import every, every_with, pages
from realinsights_platform.errors import NotFound

_COLUMNS = {
    "Period end": "period_end",
    "Due date": "due_date",
    "Outcome": "outcome.value",
    "Differs since": "since",
    "Reported beginning balance": "beginning_balance",
    "Computed beginning balance": "computed_beginning_balance",
    "Reported interest": "interest",
    "Computed interest": "computed_interest",
    "Reported principal": "principal",
    "Computed principal": "computed_principal",
    "Reported ending balance": "ending_balance",
    "Computed ending balance": "computed_ending_balance",
    "Tolerance": "tolerance",
    "Carried": "carried",
    "Reason": "reason",
    "Notes": "notes",
}
_values = values_of(tuple(_COLUMNS.values()))
HEADER = ("Loan number", "Loan name", *_COLUMNS)
ERRORS_HEADER = ("Row", "Line", "Loan", "Field", "Value", "Reason")
MOST_DIFFERENCES = 200
_LOANS_AT_ONCE = 200
_CHUNKS_AT_ONCE = 10


class LoanReconciliation(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """All that was reported of a loan beside its schedule, oldest first; `rule` says what counts as matched.

    `unscheduled` says why no schedule can be computed.
    """

    loan_id: str
    number: str
    name: str
    rule: str
    counts: ReconciliationCounts
    unscheduled: str | None
    periods: tuple[PeriodReconciliation, ...]


class PeriodCounts(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One reporting period of a deal."""

    period: datetime.date
    counts: ReconciliationCounts


class DealReconciliation(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A deal's periods, newest first, and the differences of the newest one asked for (at most 200)."""

    deal: str
    loans: int
    counts: ReconciliationCounts
    periods: tuple[PeriodCounts, ...]
    differences: tuple[Difference, ...]
    differences_total: int


async def loan_reconciliation(documents: Documents, *, org: str, loan_id: str) -> LoanReconciliation:
    """Return every reported period of a loan beside the computed one; raises `NotFound`."""
    loan = await read(documents, LOANS, org=org, document_id=loan_id)
    statements = await every(documents, STATEMENTS, org, Equal("loan_id", loan_id))
    found, unscheduled = await asyncio.to_thread(_of_loan, loan, statements)
    precise = all(item.precision is Precision.CENTS for item in statements)
    return LoanReconciliation(
        loan_id=loan.id,
        number=loan.number,
        name=loan.name,
        rule=f"{CENTS_RULE if precise else FLOAT32_RULE}; {RATE_RULE}",
        counts=ReconciliationCounts().with_more([period.outcome for period in found]),
        unscheduled=unscheduled,
        periods=tuple(found),
    )


async def loan_table(documents: Documents, *, org: str, loan_id: str) -> AsyncIterator[list[tuple[Any, ...]]]:
    """Yield a loan's periods as rows under `HEADER`."""
    found = await loan_reconciliation(documents, org=org, loan_id=loan_id)
    yield [table_row(found.number, found.name, period) for period in found.periods]


async def deal_reconciliation(
    documents: Documents, *, org: str, deal: str, period: datetime.date | None
) -> DealReconciliation:
    """Return a deal month by month, or one month of it; raises `NotFound` for a deal that no loan belongs to."""
    loans = 0
    by_period: dict[datetime.date, list[Outcome]] = {}
    differing: dict[datetime.date, list[Difference]] = {}
    async for page in _deal(documents, org, deal):
        for loan, periods in page:
            loans += 1
            for found in periods:
                if period is not None and found.period_end != period:
                    continue
                by_period.setdefault(found.period_end, []).append(found.outcome)
                differing.setdefault(found.period_end, []).extend(differences(loan.number, found))
    if not loans:
        raise NotFound(f"There is no deal {deal}.")
    newest = max(by_period, default=None)
    shown = differing[newest] if newest is not None else []
    return DealReconciliation(
        deal=deal,
        loans=loans,
        counts=ReconciliationCounts().with_more([outcome for outcomes in by_period.values() for outcome in outcomes]),
        periods=tuple(
            PeriodCounts(period=date, counts=ReconciliationCounts().with_more(outcomes))
            for date, outcomes in sorted(by_period.items(), reverse=True)
        ),
        differences=tuple(shown[:MOST_DIFFERENCES]),
        differences_total=len(shown),
    )


async def deal_table(
    documents: Documents, *, org: str, deal: str, period: datetime.date | None
) -> AsyncIterator[list[tuple[Any, ...]]]:
    """Yield a deal's loans and periods as rows under `HEADER`, page by page."""
    async for page in _deal(documents, org, deal):
        yield [
            table_row(loan.number, loan.name, found)
            for loan, periods in page
            for found in periods
            if period is None or found.period_end == period
        ]


async def import_table(documents: Documents, *, org: str, import_id: str) -> AsyncIterator[list[tuple[Any, ...]]]:
    """Yield an import's reconciliation as rows under `HEADER`."""
    async for rows in _import_rows(documents, org, import_id):
        yield [
            table_row(row.number or "", row.name or "", row.reconciliation)
            for row in rows
            if row.reconciliation is not None
        ]


async def error_table(documents: Documents, *, org: str, import_id: str) -> AsyncIterator[list[tuple[Any, ...]]]:
    """Yield every reason for which a row of an import was refused, under `ERRORS_HEADER`."""
    async for rows in _import_rows(documents, org, import_id):
        yield [
            (problem.row, problem.line, problem.loan, problem.field, problem.value, problem.reason)
            for row in rows
            for problem in row.problems
        ]


def table_row(number: str, name: str, found: PeriodReconciliation) -> tuple[Any, ...]:
    """Return a period as a row under `HEADER`."""
    return (number, name, *_values(found))


def _of_loan(loan: Loan, statements: Sequence[TapeStatement]) -> tuple[list[PeriodReconciliation], str | None]:
    schedules = Schedules.of([loan])
    terms = schedules.terms(0)
    said = [(item.statement, item.precision) for item in statements]
    return list(reconcile(schedules, 0, said)), terms.reason if isinstance(terms, Unscheduled) else None


async def _deal(
    documents: Documents, org: str, deal: str
) -> AsyncIterator[list[tuple[Loan, list[PeriodReconciliation]]]]:
    async for loans in pages(documents, LOANS, org, Equal("deal", deal), limit=_LOANS_AT_ONCE):
        statements = await every_with(documents, STATEMENTS, org, "loan_id", [loan.id for loan in loans])
        yield await asyncio.to_thread(_of_loans, loans, statements)


def _of_loans(
    loans: Sequence[Loan], statements: Sequence[TapeStatement]
) -> list[tuple[Loan, list[PeriodReconciliation]]]:
    said: dict[str, list[tuple[Statement, Precision]]] = {}
    for item in statements:
        said.setdefault(item.loan_id, []).append((item.statement, item.precision))
    schedules = Schedules.of(loans)
    return [(loan, list(reconcile(schedules, index, said.get(loan.id, ())))) for index, loan in enumerate(loans)]


async def _import_rows(documents: Documents, org: str, import_id: str) -> AsyncIterator[tuple[ImportRow, ...]]:
    await read(documents, IMPORTS, org=org, document_id=import_id)
    async for chunks in pages(documents, IMPORT_ROWS, org, Equal("import_id", import_id), limit=_CHUNKS_AT_ONCE):
        for chunk in chunks:
            yield chunk.rows
