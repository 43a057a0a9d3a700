"""Following the loans service: its journal is the truth, messages and questions say that there is something new."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
import structlog

from realinsights.contracts.loans import LoanDeleted, LoanRecorded, LoanRecordedV1
from realinsights.contracts.notifications import TermsRequested
from realinsights.contracts.terms import TermsRecorded
from realinsights.notifications.model.dates import CriticalDate
from realinsights.notifications.model.following import (
    Followed,
    LoanDates,
    followed_terms,
    horizon,
    rolled_at,
    without_loan,
)
from realinsights.notifications.store import DATES, FOLLOWED, LOAN_DATES
from realinsights_platform.documents.heads import Heads
from realinsights_platform.documents.journal_port import Feed, Outgoing
from realinsights_platform.documents.port import Documents, PreparedUnit, Unit
from realinsights_platform.documents.preparing import prepare
from realinsights_platform.documents.retrying import committed
from realinsights_platform.documents.versions import with_version
from realinsights_platform.documents.walking import every_with, many
from realinsights_platform.events import EventCodec
from realinsights_platform.tasks import end

ACTOR: Final = "system:dates"
WAIT_SECONDS: Final = 1.0
"""So long a question waits until all that the loans journal has is in the dates; then it is answered as they are."""

_ENTRIES_AT_ONCE: Final = 100
_LOANS_AT_ONCE: Final = 100
_KNOWN: Final = 16_384

log = structlog.get_logger(__name__)

Told = TermsRecorded | LoanDeleted
Existing = Mapping[str, Sequence[CriticalDate]]


class Follower:
    """The dates of all organizations, brought up to date from the loans journal; `today` is the day it is.

    Any process may do so: what two of them do at once is done once, since each loan knows which entry told its terms.
    """

    def __init__(
        self,
        documents: Documents,
        feed: Feed,
        codec: EventCodec[Any],
        *,
        heads: Heads,
        today: Callable[[], datetime.date],
    ) -> None:
        self._documents = documents
        self._feed = feed
        self._codec = codec
        self._heads = heads
        self._today = today
        self._heard: OrderedDict[str, int] = OrderedDict()
        self._running: dict[str, asyncio.Task[bool]] = {}

    async def aclose(self) -> None:
        """Stop in the middle of what is being brought up to date: whoever comes next goes on from what is stored."""
        for running in [*self._running.values()]:
            with contextlib.suppress(Exception):
                await end(running)

    async def current(self, org: str, *, within: float = WAIT_SECONDS) -> None:
        """Bring an organization's dates up to date, or return after some seconds, with more still to come."""
        if self._heard.get(org, -1) >= await self._heads.current(org):
            return
        # The rest of what is much is left to the worker: two that do the same are in each other's way.
        running = self._catching_up(org, within=within)
        await asyncio.wait((running,), timeout=within)
        if running.done():
            running.result()

    async def catch_up(self, org: str) -> None:
        """Bring an organization's dates up to date."""
        while not await asyncio.shield(self._catching_up(org, within=None)):
            pass  # a question had begun, and has left the rest

    def _catching_up(self, org: str, *, within: float | None) -> asyncio.Task[bool]:
        running = self._running.get(org)
        if running is None:
            running = asyncio.create_task(self._catch_up(org, within=within), name=f"dates of {org}")
            self._running[org] = running
            running.add_done_callback(lambda done: self._ended(org, done))
        return running

    def _ended(self, org: str, done: asyncio.Task[bool]) -> None:
        del self._running[org]
        if not done.cancelled() and done.exception() is not None:
            log.warning("dates.behind", org=org, reason=repr(done.exception()))

    async def _catch_up(self, org: str, *, within: float | None) -> bool:
        """Bring an organization's dates up to date; return whether they are, and not only the time is over."""
        loop = asyncio.get_running_loop()
        until = None if within is None else loop.time() + within
        followed = await self._documents.get(FOLLOWED, org, org)
        stored = 0 if followed is None else followed.sequence
        heard = max(stored, self._heard.get(org, 0))
        while entries := await self._feed.outbox(org, after=heard, limit=_ENTRIES_AT_ONCE):
            for entry in entries:
                if until is not None and loop.time() > until:
                    return False
                told, ask = await self._told(org, entry)
                # Where nothing matters for long, another process need not look at all of it again.
                if told or ask or entry.sequence - stored >= _ENTRIES_AT_ONCE:
                    await self._apply(org, told, sequence=entry.sequence, ask=ask)
                    stored = entry.sequence
                heard = entry.sequence
            self._know(org, heard)
        self._know(org, heard)
        return True

    def _know(self, org: str, sequence: int) -> None:
        self._heard[org] = sequence
        self._heard.move_to_end(org)
        if len(self._heard) > _KNOWN:
            self._heard.popitem(last=False)

    async def _told(self, org: str, entry: Outgoing) -> tuple[Sequence[Told], bool]:
        """Return what an entry tells of loans' terms, and whether it has loans whose terms were never told."""
        events = self._codec.decode(entry.events)
        told = {event.loan_id: event for event in events if isinstance(event, TermsRecorded | LoanDeleted)}
        untold = {event.loan_id for event in events if isinstance(event, LoanRecorded | LoanRecordedV1)} - told.keys()
        known = await many(self._documents, LOAN_DATES, org, sorted(untold)) if untold else {}
        return [*told.values()], bool(untold - known.keys())

    async def _apply(self, org: str, told: Sequence[Told], *, sequence: int, ask: bool) -> None:
        """Make of loans' dates what an entry tells, and remember that it was heard."""
        for start in range(0, max(len(told), 1), _LOANS_AT_ONCE):
            some = told[start : start + _LOANS_AT_ONCE]
            last = start + _LOANS_AT_ONCE >= len(told)
            await self._apply_some(org, some, sequence=sequence, heard=last, ask=ask)

    async def _apply_some(self, org: str, told: Sequence[Told], *, sequence: int, heard: bool, ask: bool) -> None:
        today = self._today()

        async def work(unit: Unit) -> None:
            ids = [event.loan_id for event in told]
            known = await many(self._documents, LOAN_DATES, org, ids)
            news = [event for event in told if event.loan_id not in known or known[event.loan_id].sequence < sequence]
            if news:
                stored = await existing_dates(self._documents, org, [key for key in ids if key in known])
                unit.adopt(await asyncio.to_thread(_prepared, org, news, known, stored, sequence=sequence, today=today))
            if heard:
                await _hear(unit, sequence, ask=ask)

        await committed(lambda: self._documents.unit(org=org, actor=ACTOR, business_date=today), work)


async def _hear(unit: Unit, sequence: int, *, ask: bool) -> None:
    before = await unit.get(FOLLOWED, unit.org) or Followed(id=unit.org, org=unit.org)
    if before.sequence >= sequence:
        return
    if ask and not before.asked:
        log.info("dates.asks_for_terms", org=unit.org)
        unit.emit(TermsRequested())
    unit.put(FOLLOWED, msgspec.structs.replace(before, sequence=sequence, asked=before.asked or ask))


async def existing_dates(documents: Documents, org: str, loan_ids: Sequence[str]) -> Existing:
    """Return all dates of loans, gone ones too, by loan."""
    found: dict[str, list[CriticalDate]] = {}
    for date in await every_with(documents, DATES, org, "loan_id", loan_ids):
        found.setdefault(date.loan_id, []).append(date)
    return found


def prepared_dates(
    org: str, loans: Sequence[LoanDates], existing: Existing, *, today: datetime.date
) -> Iterator[tuple[Any, Any]]:
    """Yield what is to be written of loans whose terms are to be computed, in the version it will have."""
    for loan in loans:
        rolled = msgspec.structs.replace(loan, until=horizon(today), roll_at=rolled_at(loan.terms, today=today))
        yield LOAN_DATES, with_version(rolled, loan.version + 1)
        dates = followed_terms(loan.terms, existing.get(loan.id, ()), org=org, today=today, since=loan.until)
        for date in dates:
            yield DATES, with_version(date, date.version + 1)


def _prepared(
    org: str,
    news: Sequence[Told],
    known: Mapping[str, LoanDates],
    existing: Existing,
    *,
    sequence: int,
    today: datetime.date,
) -> PreparedUnit:
    writes: list[tuple[Any, Any]] = []
    for event in news:
        before = known.get(event.loan_id)
        if isinstance(event, TermsRecorded):
            loan = LoanDates(
                id=event.loan_id, org=org, version=0 if before is None else before.version,
                sequence=sequence, terms=event, until=today if before is None else before.until,
            )  # fmt: skip
            writes += prepared_dates(org, [loan], existing, today=today)
        elif before is not None:
            loan = msgspec.structs.replace(before, sequence=sequence, roll_at=None)
            writes.append((LOAN_DATES, with_version(loan, before.version + 1)))
            gone = without_loan(existing.get(event.loan_id, ()))
            writes += [(DATES, with_version(date, date.version + 1)) for date in gone]
    return prepare(org, writes)
