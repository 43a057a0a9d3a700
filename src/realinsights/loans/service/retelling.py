"""Telling floating loans again: once fixings were learnt, once a tape brought them, and each day, as resets pass."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
import structlog

from realinsights.contracts.loans import PeriodFigures, PresentRatesDue
from realinsights.loans.model.floating_schedule import FloatingPlan, floating_plan, floats
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.telling import FixingsDue
from realinsights.loans.service.facts import month_end
from realinsights.loans.service.floating_past import floating_pasts
from realinsights.loans.service.loans import record_again
from realinsights.loans.store import FIXINGS_DUE, IMPORT_ROWS, IMPORTS, LOANS, RATE_TELLINGS
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Equal, Position, Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.documents.walking import every, pages

ACTOR: Final = "system:fixings"

_AT_ONCE: Final = 100  # loans of one unit of work
_MOST_VERSIONS: Final = 1_000
_BAD: Final = (ValueError, ArithmeticError, LookupError, TypeError)
"""What computing a loan raises that cannot be computed; storage raises others, and is asked again."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What happened: fixings of some indices from a day to another, or (None) that the days since one have passed."""

    indices: frozenset[str] | None
    first: datetime.date
    last: datetime.date | None = None
    stated: datetime.date = datetime.date.max

    @classmethod
    def of(cls, event: PresentRatesDue) -> Told:
        """Return what an event says."""
        return cls(indices=None, first=event.since)

    @classmethod
    def together(cls, due: Sequence[FixingsDue]) -> Told:
        """Return all that is due of some indices, one or more."""
        return cls(
            indices=frozenset(each.id for each in due),
            first=min(each.first for each in due),
            last=max(each.last for each in due),
            stated=max(each.stated for each in due),
        )

    def tells(self, figures: PeriodFigures) -> bool:
        """Tell whether a month may be another one: it ends later, and is known or was past when stated."""
        ends = month_end(figures.month)
        return ends >= self.first and (ends <= self.stated or figures.rate is not None)

    def touches(self, loan: Loan) -> bool:
        """Tell whether a loan may have another past or present rate by it."""
        if loan.deal is not None or not floats(loan):
            return False
        plan = floating_plan(loan)
        if not isinstance(plan, FloatingPlan):
            return False
        if self.indices is None:
            return loan.maturity_date >= self.first
        if not plan.indices & self.indices:
            return False
        return (self.last is None or self.last >= plan.looks_back_to) and self.first < loan.maturity_date


_EVERYTHING: Final = Told(indices=None, first=datetime.date.min)


async def tell_floating_loans(*, documents: Storage, org: str, business_date: datetime.date, told: Told) -> None:
    """Tell again the loans of an organization that are touched, as of a day; doing it twice tells the same.

    A loan that cannot be computed is named in the log and left out; it keeps none of the others from being told.
    """
    after: Position | None = None
    while True:
        page = await documents.find(LOANS, org, Equal("deal", None), after=after, limit=_AT_ONCE)
        await _tell_some(documents, org, business_date, page.items, told)
        if page.next is None:
            return
        after = page.next


async def tell_due_fixings(*, documents: Storage, org: str, business_date: datetime.date) -> None:
    """Tell the loans again that fixings are due for, all together; nothing where they were told meanwhile.

    However many came before, one telling says what all of them change. Those that come during it stay due.
    """
    due = [each for each in await every(documents, FIXINGS_DUE, org) if not each.done]
    if not due:
        return
    await tell_floating_loans(documents=documents, org=org, business_date=business_date, told=Told.together(due))
    await settle_told(documents=documents, org=org, business_date=business_date, told=due)


async def settle_told(
    *, documents: Storage, org: str, business_date: datetime.date, told: Sequence[FixingsDue]
) -> None:
    """Note what was told as done; what has become more since is left to be told."""

    async def settle(unit: Unit) -> None:
        present = await unit.get_many(FIXINGS_DUE, [each.id for each in told])
        for each in told:
            if present.get(each.id) == each:
                unit.put(FIXINGS_DUE, msgspec.structs.replace(each, done=True))

    await committed(lambda: documents.unit(org=org, actor=ACTOR, business_date=business_date), settle)


async def tell_imported_loans(*, documents: Storage, org: str, business_date: datetime.date, import_id: str) -> None:
    """Tell the past and present of the floating loans that an import brought, changed or gave back by its undo.

    Loans of a deal have theirs from the servicer.
    """
    work = await documents.get(IMPORTS, org, import_id)
    if work is None or work.deal is not None:
        return
    async for chunks in pages(documents, IMPORT_ROWS, org, Equal("import_id", import_id), limit=1):
        for chunk in chunks:
            ids = [row.loan_id for row in chunk.rows if row.loan_id is not None and row.loan_version]
            for begin in range(0, len(ids), _AT_ONCE):
                found = await documents.get_many(LOANS, org, ids[begin : begin + _AT_ONCE])
                await _tell_some(documents, org, business_date, found.values(), _EVERYTHING)


async def tell_daily(unit: Unit, ids: Sequence[str], *, now: Callable[[], datetime.datetime]) -> None:
    """Have the floating loans of an organization told as of today, and again tomorrow."""
    moment = now()
    for telling in (await unit.get_many(RATE_TELLINGS, ids)).values():
        if telling.due > moment:
            continue
        unit.emit(PresentRatesDue(since=telling.told_on))
        unit.put(RATE_TELLINGS, msgspec.structs.replace(telling, told_on=moment.date()))


def _touched(loans: Iterable[Loan], told: Told) -> list[str]:
    return [loan.id for loan in loans if _touches(told, loan)]


def _touches(told: Told, loan: Loan) -> bool:
    try:
        return told.touches(loan)
    except _BAD:
        log.exception("loans.not_told", org=loan.org, loan_id=loan.id, number=loan.number)
        return False


async def _tell_some(
    documents: Storage, org: str, business_date: datetime.date, loans: Iterable[Loan], told: Told
) -> None:
    ids = await asyncio.to_thread(_touched, loans, told)
    if not ids:
        return
    try:
        await _tell(documents, org, business_date, ids, told)
    except _BAD:
        for loan_id in ids:
            await _tell_one(documents, org, business_date, loan_id, told)


async def _tell_one(documents: Storage, org: str, business_date: datetime.date, loan_id: str, told: Told) -> None:
    try:
        await _tell(documents, org, business_date, [loan_id], told)
    except _BAD:
        log.exception("loans.not_told", org=org, loan_id=loan_id)


async def _tell(documents: Storage, org: str, business_date: datetime.date, ids: Sequence[str], told: Told) -> None:
    async def some(unit: Unit) -> int:
        found = await unit.get_many(LOANS, ids)
        # Somebody may have changed them meanwhile.
        touched = set(await asyncio.to_thread(_touched, found.values(), told))
        loans = [loan for loan in found.values() if loan.id in touched]
        if told.indices is None:
            loans = await _moved(unit, loans, told.first)
        await record_again(
            unit=unit, loans=loans, months=True, tells=told.tells, versions=await _versions(documents, loans)
        )
        return len(loans)

    count, sequence = await committed(lambda: documents.unit(org=org, actor=ACTOR, business_date=business_date), some)
    if count:
        log.info("loans.told_by_fixings", org=org, loans=count, sequence=sequence)


async def _versions(documents: Storage, loans: Iterable[Loan]) -> dict[str, list[tuple[datetime.date, Loan]]]:
    """Return the versions of the loans that have been changed, each with the business date of its change."""
    found = {}
    for loan in loans:
        if loan.version > 1:
            history = await documents.history(LOANS, loan.org, loan.id, limit=_MOST_VERSIONS)
            found[loan.id] = [
                (one.business_date, one.document) for one in reversed(history) if one.document is not None
            ]
    return found


async def _moved(unit: Unit, loans: Sequence[Loan], since: datetime.date) -> list[Loan]:
    """Return the loans that have another rate than on a day, or for which a month has ended since."""
    on = unit.business_date
    if (on + _DAY).month != (since + _DAY).month or on - since > _MONTH:
        return list(loans)
    pasts = await floating_pasts(unit, loans)
    return await asyncio.to_thread(
        lambda: [
            loan for loan in loans if loan.id in pasts and pasts[loan.id].rate_on(on) != pasts[loan.id].rate_on(since)
        ]
    )


_DAY: Final = datetime.timedelta(days=1)
_MONTH: Final = datetime.timedelta(days=28)
