"""Reads of the reconciliation: a loan's periods, an import's rows, a deal month by month."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from realinsights.loans.model.imports import ImportRow, ReconciliationCounts
from realinsights.loans.model.lender_conventions import ConventionSearch, Reproduction, Search
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.overcharges import Overcharges, overcharges_of
from realinsights.loans.model.reconciled import Reconciled, reconciled, reconciled_loan
from realinsights.loans.model.reconciliation import (
    Difference,
    Outcome,
    PeriodReconciliation,
    differences,
)
from realinsights.loans.model.solutions import ConventionView
from realinsights.loans.queries.fixings import Reader
from realinsights.loans.queries.fixings_behind import fixings_behind
from realinsights.loans.queries.history import read
from realinsights.loans.store import FIXING_YEARS, IMPORT_ROWS, IMPORTS, LOANS, STATEMENTS
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
    "Another convention": "convention",
    "Rate": "rate",
    "Rate by": "rate_by",
}
_values = values_of(tuple(_COLUMNS.values()))
HEADER = ("Loan number", "Loan name", *_COLUMNS)
ERRORS_HEADER = ("Row", "Line", "Loan", "Field", "Value", "Reason")
MOST_DIFFERENCES = 200
_LOANS_AT_ONCE = 200
_CHUNKS_AT_ONCE = 10


class LoanReconciliation(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """All that was reported of a loan beside its schedule, oldest first; `rule` says what counts as matched.

    `unscheduled` says why no schedule can be computed. `stated` is the convention of the loan's terms in force; where
    figures match by others, `reproduced_by` are those.
    """

    loan_id: str
    number: str
    name: str
    rule: str
    counts: ReconciliationCounts
    unscheduled: str | None
    stated: ConventionView | None
    reproduced_by: Reproduction | None
    periods: tuple[PeriodReconciliation, ...]


class PeriodCounts(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One reporting period of a deal."""

    period: datetime.date
    counts: ReconciliationCounts


class DealReconciliation(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A deal's periods, newest first, and the differences of the newest one asked for (at most 200).

    `conventions` are those by which its loans match in that one.
    """

    deal: str
    loans: int
    counts: ReconciliationCounts
    periods: tuple[PeriodCounts, ...]
    differences: tuple[Difference, ...]
    differences_total: int
    conventions: ConventionSearch


async def loan_reconciliation(
    documents: Documents, *, org: str, loan_id: str, business_date: datetime.date
) -> LoanReconciliation:
    """Return every reported period of a loan beside the computed one; raises `NotFound`."""
    loan = await read(documents, LOANS, org=org, document_id=loan_id)
    found = await _reconciled(documents, loan, business_date)
    return LoanReconciliation(
        loan_id=loan.id,
        number=loan.number,
        name=loan.name,
        rule=found.rule,
        counts=ReconciliationCounts().with_more([period.outcome for period in found.periods]),
        unscheduled=found.unscheduled,
        stated=found.stated,
        reproduced_by=found.reproduced_by,
        periods=tuple(found.periods),
    )


async def loan_overcharges(
    documents: Documents, *, org: str, loan_id: str, explain: bool, business_date: datetime.date
) -> Overcharges:
    """Return what a loan's lender billed, by its reported periods, beside what the terms say; raises `NotFound`."""
    loan = await read(documents, LOANS, org=org, document_id=loan_id)
    found = await _reconciled(documents, loan, business_date)
    return await asyncio.to_thread(overcharges_of, found, explain=explain)


async def loan_table(
    documents: Documents, *, org: str, loan_id: str, business_date: datetime.date
) -> AsyncIterator[list[tuple[Any, ...]]]:
    """Yield a loan's periods as rows under `HEADER`."""
    found = await loan_reconciliation(documents, org=org, loan_id=loan_id, business_date=business_date)
    yield [table_row(found.number, found.name, period) for period in found.periods]


async def deal_reconciliation(
    documents: Documents, *, org: str, deal: str, period: datetime.date | None, business_date: datetime.date
) -> DealReconciliation:
    """Return a deal month by month, or one month of it; raises `NotFound` for a deal that no loan belongs to."""
    loans = 0
    by_period: dict[datetime.date, list[Outcome]] = {}
    differing: dict[datetime.date, list[Difference]] = {}
    search = Search()
    last: dict[str, tuple[Reconciled, PeriodReconciliation]] = {}
    async for page in _deal(documents, org, deal, search, business_date):
        for item in page:
            loans += 1
            for found in item.periods:
                if period is not None and found.period_end != period:
                    continue
                by_period.setdefault(found.period_end, []).append(found.outcome)
                differing.setdefault(found.period_end, []).extend(differences(item.loan.number, found))
                last[item.loan.id] = (item, found)
    if not loans:
        raise NotFound(f"There is no deal {deal}.")
    newest = max(by_period, default=None)
    shown = differing[newest] if newest is not None else []
    for item, found in last.values():
        if found.period_end == newest:
            search.count(item.terms, found, item.reproduced_by)
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
        conventions=search.result,
    )


async def deal_table(
    documents: Documents, *, org: str, deal: str, period: datetime.date | None, business_date: datetime.date
) -> AsyncIterator[list[tuple[Any, ...]]]:
    """Yield a deal's loans and periods as rows under `HEADER`, page by page."""
    async for page in _deal(documents, org, deal, Search(), business_date):
        yield [
            table_row(item.loan.number, item.loan.name, found)
            for item in page
            for found in item.periods
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


async def _reconciled(documents: Documents, loan: Loan, business_date: datetime.date) -> Reconciled:
    statements = await every(documents, STATEMENTS, loan.org, Equal("loan_id", loan.id))
    known = await fixings_behind(_years(documents, loan.org), [loan], on=business_date)
    return await asyncio.to_thread(reconciled_loan, loan, statements, known)


async def _deal(
    documents: Documents, org: str, deal: str, search: Search, business_date: datetime.date
) -> AsyncIterator[list[Reconciled]]:
    async for loans in pages(documents, LOANS, org, Equal("deal", deal), limit=_LOANS_AT_ONCE):
        statements = await every_with(documents, STATEMENTS, org, "loan_id", [loan.id for loan in loans])
        known = await fixings_behind(_years(documents, org), loans, on=business_date)
        yield await asyncio.to_thread(reconciled, loans, statements, search, known)


def _years(documents: Documents, org: str) -> Reader:
    return lambda ids: documents.get_many(FIXING_YEARS, org, ids)


async def _import_rows(documents: Documents, org: str, import_id: str) -> AsyncIterator[tuple[ImportRow, ...]]:
    await read(documents, IMPORTS, org=org, document_id=import_id)
    async for chunks in pages(documents, IMPORT_ROWS, org, Equal("import_id", import_id), limit=_CHUNKS_AT_ONCE):
        for chunk in chunks:
            yield chunk.rows
