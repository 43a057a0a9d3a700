"""Following the services of loans and files: their journals are the truth, messages and questions say what is new."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
import structlog

from realinsights.contracts.catalog import CODECS
from realinsights.contracts.loans import LoanDeleted, LoanRecorded, LoanRecordedV1
from realinsights.contracts.notifications import TermsRequested
from realinsights.contracts.terms import TermsRecorded
from realinsights.notifications.model.dates import CriticalDate
from realinsights.notifications.model.expiring import ToldOfDocument, linked_loans
from realinsights.notifications.model.following import (
    Followed,
    LoanDates,
    followed_terms,
    horizon,
    rolled_at,
    without_loan,
)
from realinsights.notifications.service.expiring import apply_documents, told_documents
from realinsights.notifications.store import DATES, FOLLOWED, LOAN_DATES
from realinsights_platform.documents.heads import Heads
from realinsights_platform.documents.journal_port import Feed, Outgoing, are_all
from realinsights_platform.documents.port import Documents, PreparedUnit, Unit
from realinsights_platform.documents.preparing import prepare
from realinsights_platform.documents.retrying import committed
from realinsights_platform.documents.versions import with_version
from realinsights_platform.documents.walking import every_with, many
from realinsights_platform.tasks import end

ACTOR: Final = "system:dates"
WAIT_SECONDS: Final = 1.0
"""So long a question waits until all that the journals have is in the dates; then it is answered as they are."""

_ENTRIES_AT_ONCE: Final = 100
_LOANS_AT_ONCE: Final = 100
_KNOWN: Final = 16_384

log = structlog.get_logger(__name__)

Told = TermsRecorded | LoanDeleted
Existing = Mapping[str, Sequence[CriticalDate]]


class _Place(NamedTuple):
    """Up to which entry of a service an organization was read, and up to which it is stored that it was."""

    heard: int
    stored: int


_UNKNOWN: Final = _Place(-1, -1)


class Follower:
    """The dates of all organizations, brought up to date from the journals; `today` is the day it is.

    `feeds` and `heads` are those of the services that dates come from: loans, files. Any process may do so: what two of
    them do at once is done once, since each loan and document knows which entry told it.
    """

    def __init__(
        self,
        documents: Documents,
        feeds: Mapping[str, Feed],
        *,
        heads: Mapping[str, Heads],
        today: Callable[[], datetime.date],
    ) -> None:
        self._documents = documents
        self._feeds = feeds
        self._heads = heads
        self._today = today
        self._heard: OrderedDict[tuple[str, str], _Place] = OrderedDict()
        self._running: dict[tuple[str, str], asyncio.Task[bool]] = {}

    async def aclose(self) -> None:
        """Stop in the middle of what is being brought up to date: whoever comes next goes on from what is stored."""
        for running in [*self._running.values()]:
            with contextlib.suppress(Exception):
                await end(running)

    async def current(self, org: str, *, within: float = WAIT_SECONDS) -> None:
        """Bring an organization's dates up to date, or return after some seconds, with more still to come."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + within
        for service in self._feeds:
            latest = await self._heads[service].latest(org)
            while self._known(service, org).heard < latest:
                # The rest of what is much is left to the worker: two that do the same are in each other's way.
                running, begun = self._catching_up(service, org, within=within)
                await asyncio.wait((running,), timeout=max(0.0, ends - loop.time()))
                if not running.done():
                    return
                running.result()
                if begun:
                    break  # one that was under way may have looked before

    async def catch_up(self, org: str, only: str | None = None) -> None:
        """Bring an organization's dates up to date, with all services or only one."""
        for service in self._feeds if only is None else (only,):
            whole = False
            while not whole:
                # One that was under way may have looked before, and a question that has begun leaves the rest.
                running, begun = self._catching_up(service, org, within=None)
                whole = await asyncio.shield(running) and begun

    def _catching_up(self, service: str, org: str, *, within: float | None) -> tuple[asyncio.Task[bool], bool]:
        """Return what brings an organization up to date with a service, and whether it was begun by this call."""
        key = (service, org)
        running = self._running.get(key)
        # One that has just ended is here still: to wait for it would be to ask again for ever, and let nobody else run.
        if running is not None and not running.done():
            return running, False
        until = None if within is None else asyncio.get_running_loop().time() + within
        running = asyncio.create_task(self._read(service, org, until=until), name=f"dates of {org}")
        self._running[key] = running
        running.add_done_callback(lambda done: self._ended(key, done))
        return running, True

    def _ended(self, key: tuple[str, str], done: asyncio.Task[bool]) -> None:
        if self._running.get(key) is done:
            del self._running[key]
        if not done.cancelled() and done.exception() is not None:
            service, org = key
            log.warning("dates.behind", service=service, org=org, reason=repr(done.exception()))

    async def _read(self, service: str, org: str, *, until: float | None) -> bool:
        """Bring an organization's dates up to date with a service; return whether they are, and time is not over."""
        loop = asyncio.get_running_loop()
        place = self._known(service, org)
        if place.heard < 0:
            followed = await self._documents.get(FOLLOWED, org, org) or Followed(id=org, org=org)
            stored = followed.sequence if service == "loans" else followed.documents
            place = _Place(stored, stored)
        heard, stored = place.heard, place.stored
        while True:
            entries = await self._feeds[service].outbox(org, after=heard, limit=_ENTRIES_AT_ONCE)
            for entry in entries:
                if until is not None and loop.time() > until:
                    return False
                # Where nothing matters for long, another process need not look at all of it again.
                if await self._take(service, org, entry, pressing=entry.sequence - stored >= _ENTRIES_AT_ONCE):
                    stored = entry.sequence
                heard = entry.sequence
            self._know(service, org, _Place(heard, stored))
            if are_all(entries, _ENTRIES_AT_ONCE):
                return True

    async def _take(self, service: str, org: str, entry: Outgoing, *, pressing: bool) -> bool:
        """Make of dates what an entry tells; return whether it is stored that it was heard."""
        events = CODECS[service].decode(entry.events)
        if service == "loans":
            told, ask = await self._told(org, events)
            matters = bool(told or ask or pressing)
            if matters:
                await self._apply(org, told, sequence=entry.sequence, ask=ask)
            return matters
        documents = await told_documents(self._documents, org, events)
        matters = bool(documents or pressing)
        if matters:
            await self._know_loans(org, documents)
            await apply_documents(self._documents, org, documents, sequence=entry.sequence, today=self._today())
        return matters

    async def _know_loans(self, org: str, documents: Sequence[ToldOfDocument]) -> None:
        """Read of loans that documents are linked to, where they were told after the loans journal was read."""
        loans = {loan for event in documents for loan in linked_loans(event)}
        if loans and loans - (await many(self._documents, LOAN_DATES, org, sorted(loans))).keys():
            await self._read("loans", org, until=None)

    def _known(self, service: str, org: str) -> _Place:
        return self._heard.get((service, org), _UNKNOWN)

    def _know(self, service: str, org: str, place: _Place) -> None:
        self._heard[service, org] = place
        self._heard.move_to_end((service, org))
        if len(self._heard) > _KNOWN:
            self._heard.popitem(last=False)

    async def _told(self, org: str, events: Sequence[Any]) -> tuple[Sequence[Told], bool]:
        """Return what an entry tells of loans' terms, and whether it has loans whose terms were never told."""
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
            followed = await unit.get(FOLLOWED, org) or Followed(id=org, org=org)
            ids = [event.loan_id for event in told]
            known = await many(self._documents, LOAN_DATES, org, ids)
            news = [event for event in told if event.loan_id not in known or known[event.loan_id].sequence < sequence]
            if news:
                stored = await existing_dates(self._documents, org, [key for key in ids if key in known])
                unit.adopt(await asyncio.to_thread(_prepared, org, news, known, stored, sequence=sequence, today=today))
            if heard:
                _hear(unit, followed, sequence, ask=ask)
            elif followed.version:
                unit.expect(FOLLOWED, followed)

        await committed(lambda: self._documents.unit(org=org, actor=ACTOR, business_date=today), work)


def _hear(unit: Unit, before: Followed, sequence: int, *, ask: bool) -> None:
    if before.sequence >= sequence:
        return
    if ask and not before.asked:
        log.info("dates.asks_for_terms", org=unit.org)
        unit.emit(TermsRequested())
    unit.put(FOLLOWED, msgspec.structs.replace(before, sequence=sequence, asked=before.asked or ask))


async def existing_dates(documents: Documents, org: str, loan_ids: Sequence[str]) -> Existing:
    """Return all dates of loans, gone ones and expiries of documents too, by loan."""
    found: dict[str, list[CriticalDate]] = {}
    for date in await every_with(documents, DATES, org, "loan_id", loan_ids):
        if date.loan_id is not None:
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
            loan = msgspec.structs.replace(before, sequence=sequence, roll_at=None, deleted=True)
            writes.append((LOAN_DATES, with_version(loan, before.version + 1)))
            gone = without_loan(existing.get(event.loan_id, ()))
            writes += [(DATES, with_version(date, date.version + 1)) for date in gone]
    return prepare(org, writes)
