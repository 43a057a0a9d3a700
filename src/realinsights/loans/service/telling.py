"""Telling again: what is behind loans, to readers who know them by events that said less."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import structlog

from realinsights.contracts.loans import DatedPerformance, MonthPerformance, PerformanceRecorded
from realinsights.loans.model.collateral import performance_of
from realinsights.loans.model.falling_due import falling_due
from realinsights.loans.model.imports import TapeStatement
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.property import Property
from realinsights.loans.model.telling import EDITION, Telling
from realinsights.loans.model.terms_told import terms_recorded
from realinsights.loans.service.facts import month_end, months_of_schedule, performance_at, standing_of
from realinsights.loans.service.imports.loan_from_statements import months_of
from realinsights.loans.service.references import properties_behind
from realinsights.loans.store import LOANS, STATEMENTS, TELLINGS
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Page, Position, Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.documents.walking import every_with

ACTOR: Final = "system:telling"

_AT_ONCE: Final = 250  # loans of one unit of work

log = structlog.get_logger(__name__)


async def tell_again(*, documents: Storage, org: str, business_date: datetime.date) -> None:
    """Tell an organization's loans again, once in each edition.

    What was told stays told, and an end in the middle is gone on from.
    """

    async def some(unit: Unit) -> Telling:
        before = await unit.get(TELLINGS, org) or Telling(id=org, org=org, edition=EDITION)
        if before.edition != EDITION:
            before = msgspec.structs.replace(before, after="", done=False, edition=EDITION)
        if before.done:
            return before
        after = Position(None, before.after) if before.after else None
        page: Page[Loan] = await documents.find(LOANS, org, after=after, limit=_AT_ONCE)
        loans = page.items
        properties = await properties_behind(unit, loans)
        statements: dict[str, list[TapeStatement]] = {}
        for item in await every_with(documents, STATEMENTS, org, "loan_id", [loan.id for loan in loans]):
            statements.setdefault(item.loan_id, []).append(item)
        for loan in loans:
            unit.expect(LOANS, loan)
            unit.emit(performance_recorded(loan, properties, statements.get(loan.id, ())))
            unit.emit(terms_recorded(loan))
        last = loans[-1].id if loans else before.after
        return unit.put(TELLINGS, msgspec.structs.replace(before, after=last, done=page.next is None))

    done = False
    while not done:
        told, sequence = await committed(
            lambda: documents.unit(org=org, actor=ACTOR, business_date=business_date), some
        )
        done = told.done
        log.info("loans.told_again", org=org, sequence=sequence, done=done)


def performance_recorded(
    loan: Loan, properties: Mapping[str, Property], statements: Sequence[TapeStatement]
) -> PerformanceRecorded:
    """Return what is behind a loan: now, and in each month of its schedule and of its statements."""
    at = performance_at(loan, properties)
    months = {month: at(month_end(month)) for month in months_of_schedule(loan, until=loan.balance_as_of)}
    months |= {figures.month: figures.performance for figures in months_of(loan, statements)}
    return PerformanceRecorded(
        loan_id=loan.id,
        performance=performance_of(loan, properties),
        months=_steps(months),
        falling_due=falling_due(loan),
        standing=standing_of(loan),
    )


def _steps(months: Mapping[datetime.date, DatedPerformance]) -> tuple[MonthPerformance, ...]:
    steps: list[MonthPerformance] = []
    for month, performance in sorted(months.items(), key=lambda item: item[0]):
        if not steps or steps[-1].performance != performance:
            steps.append(MonthPerformance(since=month, performance=performance))
    return tuple(steps)
