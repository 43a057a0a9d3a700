"""Telling floating loans again once fixings were learnt: they have another past, or another present rate."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from typing import Final

import structlog

from realinsights.contracts.loans import RateType
from realinsights.loans.model.floating_schedule import FloatingPlan, floating_plan
from realinsights.loans.model.loan import Loan
from realinsights.loans.service.loans import record_again
from realinsights.loans.store import LOANS
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Equal, Position, Unit
from realinsights_platform.documents.retrying import committed

ACTOR: Final = "system:fixings"

_AT_ONCE: Final = 100  # loans of one unit of work

log = structlog.get_logger(__name__)


async def tell_floating_loans(
    *, documents: Storage, org: str, business_date: datetime.date, indices: Collection[str]
) -> None:
    """Tell again the loans of an organization that rest on some indices; doing it twice tells the same."""
    after: Position | None = None
    while True:
        page = await documents.find(LOANS, org, Equal("rate_type", RateType.FLOATING), after=after, limit=_AT_ONCE)
        ids = [loan.id for loan in _resting_on(page.items, indices)]
        if ids:

            async def some(unit: Unit, ids: list[str] = ids) -> None:
                found = await unit.get_many(LOANS, ids)
                loans = [*_resting_on(found.values(), indices)]
                await record_again(unit=unit, loans=loans, months=True)

            _, sequence = await committed(
                lambda: documents.unit(org=org, actor=ACTOR, business_date=business_date), some
            )
            log.info("loans.told_by_fixings", org=org, loans=len(ids), sequence=sequence)
        if page.next is None:
            return
        after = page.next


def _resting_on(loans: Iterable[Loan], indices: Collection[str]) -> Iterable[Loan]:
    for loan in loans:
        if loan.deal is not None:
            continue
        plan = floating_plan(loan)
        if isinstance(plan, FloatingPlan) and plan.indices & set(indices):
            yield loan
