"""Gathering: the loans of a report, with what is behind and beside them, page by page."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from typing import Any, Final

import msgspec

from realinsights.loans.model.loan import GONE, Loan
from realinsights.loans.model.reports import ReportKind, ReportRun
from realinsights.loans.queries.fixings_behind import kept_behind
from realinsights.loans.queries.lists import LoanFilter
from realinsights.loans.reports.lines import LoansPage
from realinsights.loans.store import FIXING_YEARS, FUNDS, LENDERS, LOANS, PORTFOLIOS, PROPERTIES, STATEMENTS
from realinsights_platform.business_day import zone_named
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Contains, Kind, Order, Where
from realinsights_platform.documents.walking import every_with, many, pages

_PARTIES: Final[tuple[tuple[Kind[Any], str], ...]] = (
    (LENDERS, "lender_id"),
    (FUNDS, "fund_id"),
    (PORTFOLIOS, "portfolio_id"),
)

_AT_ONCE: Final = 50
"""Loans that are read and passed on at a time: some milliseconds."""


async def gathered(documents: Storage, run: ReportRun) -> AsyncIterator[LoansPage]:
    """Yield the loans that a run shows, in the order of their numbers."""
    parameters = run.parameters
    if parameters.loan_id is not None:
        found = tuple((await many(documents, LOANS, run.org, [parameters.loan_id])).values())
        shared = await _with_others(_near(documents, run.org, found))
        yield await _with_statements(documents, run, await _page(documents, run.org, found, shared))
    else:
        shared = await _with_others(pages(documents, LOANS, run.org, limit=_AT_ONCE))
        async for loans in pages(documents, LOANS, run.org, *_chosen(run), order=Order("number"), limit=_AT_ONCE):
            yield await _with_statements(documents, run, await _page(documents, run.org, loans, shared))
    if run.kind is ReportKind.CHANGES and parameters.since is not None:
        async for page in _former(documents, run, parameters.since):
            yield page


async def loans_of(documents: Storage, run: ReportRun) -> int:
    """Return how many loans a run shows, as they are now."""
    return 1 if run.parameters.loan_id is not None else await documents.count(LOANS, run.org, *_chosen(run))


def _chosen(run: ReportRun) -> tuple[Where, ...]:
    return LoanFilter(**msgspec.structs.asdict(run.parameters.filter)).where(on=run.as_of)


async def _near(documents: Storage, org: str, loans: Sequence[Loan]) -> AsyncIterator[Sequence[Loan]]:
    """Yield the loans on the properties of some loans, each once."""
    seen: set[str] = set()
    for key in dict.fromkeys(key for loan in loans for key in loan.property_ids):
        async for page in pages(documents, LOANS, org, Contains("property_ids", key), limit=_AT_ONCE):
            yield [loan for loan in page if loan.id not in seen]
            seen.update(loan.id for loan in page)


async def _with_others(found: AsyncIterable[Sequence[Loan]]) -> dict[str, tuple[str, ...]]:
    """Return the outstanding loans of each property that several of those found stand on."""
    first: dict[str, str] = {}
    shared: dict[str, tuple[str, ...]] = {}
    async for loans in found:
        for loan in loans:
            if loan.status in GONE or not loan.current_balance:
                continue
            for property_id in loan.property_ids:
                known = shared.get(property_id) or ((first[property_id],) if property_id in first else ())
                if known:
                    shared[property_id] = (*known, loan.id)
                else:
                    first[property_id] = loan.id
    return shared


async def _page(documents: Storage, org: str, loans: Sequence[Loan], shared: dict[str, tuple[str, ...]]) -> LoansPage:
    behind = list(dict.fromkeys(key for loan in loans for key in loan.property_ids))
    beside = list(dict.fromkeys(loan_id for key in behind for loan_id in shared.get(key, ())))
    properties = await many(documents, PROPERTIES, org, behind)
    others = await many(documents, LOANS, org, beside)
    names: dict[str, str] = {}
    for kind, field in _PARTIES:
        parties = await many(documents, kind, org, (getattr(loan, field) for loan in loans))
        names |= {key: party.name for key, party in parties.items()}
    return LoansPage(tuple(loans), tuple(properties.values()), tuple(others.values()), names)


async def _with_statements(documents: Storage, run: ReportRun, page: LoansPage) -> LoansPage:
    """Return a page with what servicers reported of its loans, where the report is of that."""
    if run.kind is not ReportKind.OVERCHARGES:
        return page
    statements = await every_with(documents, STATEMENTS, run.org, "loan_id", [loan.id for loan in page.loans])
    fixings = await kept_behind(
        lambda wanted: documents.get_many(FIXING_YEARS, run.org, wanted), page.loans, on=run.business_date
    )
    return msgspec.structs.replace(page, statements=tuple(statements), fixings=fixings)


async def _former(documents: Storage, run: ReportRun, since: datetime.date) -> AsyncIterator[LoansPage]:
    """Yield loans as they were at the end of a day, of those that were written since and are or were the report's."""
    midnight = datetime.datetime.combine(since + datetime.timedelta(days=1), datetime.time(), zone_named(run.zone))
    end = midnight.astimezone(datetime.UTC)
    seen: set[str] = set()
    async for ids in _written_since(documents, run, end):
        new = [loan_id for loan_id in dict.fromkeys(ids) if loan_id not in seen]
        seen.update(new)
        yield await _before(documents, run, new, end)


async def _written_since(documents: Storage, run: ReportRun, end: datetime.datetime) -> AsyncIterator[list[str]]:
    """Yield the ids of loans that were written since a moment, some more than once; of one loan it alone."""
    if run.parameters.loan_id is not None:
        yield [run.parameters.loan_id]
        return
    place = await _sequence_before(documents, run.org, end)
    while entries := await documents.entries(run.org, after=place, limit=_AT_ONCE):
        yield [write.id for entry in entries for write in entry.writes if write.kind == LOANS.name]
        place = entries[-1].sequence


async def _before(documents: Storage, run: ReportRun, ids: Sequence[str], end: datetime.datetime) -> LoansPage:
    shows = run.parameters.shows
    now = await many(documents, LOANS, run.org, ids)
    former: list[Loan] = []
    added: list[str] = []
    left: list[Loan] = []
    for loan_id in ids:
        after = now.get(loan_id)
        before = await documents.as_known_at(LOANS, run.org, loan_id, end - datetime.timedelta(microseconds=1))
        if before is None:
            added.append(loan_id)
        elif shows(before) or shows(after):
            former.append(before)
        if after is not None and shows(before) and not shows(after):
            left.append(after)
    return LoansPage((), former=tuple(former), added=tuple(added), left=tuple(left))


async def _sequence_before(documents: Storage, org: str, moment: datetime.datetime) -> int:
    """Return the sequence of the last entry before a moment; entries are in the order of time."""
    low, high = 0, await documents.sequence(org)
    while low < high:
        middle = (low + high + 1) // 2
        (entry,) = await documents.entries(org, after=middle - 1, limit=1)
        if entry.at < moment:
            low = middle
        else:
            high = middle - 1
    return low
