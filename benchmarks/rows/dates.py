"""Critical dates computed from changed terms, by a worker that follows the loans' journal."""

from __future__ import annotations

import asyncio
import datetime
import shutil
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.machine import limit
from benchmarks.table import Row
from realinsights.contracts.terms import ExtensionTerms, HedgeTerms, PaymentTerms, ResetTerms, TermsRecorded
from realinsights.notifications.model.dates import CriticalDate
from realinsights.notifications.model.following import followed_terms
from realinsights.notifications.service.following import Follower
from realinsights.notifications.store import KINDS
from realinsights_platform.documents.heads import Heads
from realinsights_platform.documents.sqlite import SqliteDocuments

DATES = 10_000
TARGET = 1.0  # seconds
ORG = "bench"

_TODAY = datetime.date(2026, 1, 15)
_PER_LOAN = 44  # dates of a floating loan with two extensions and a cap


def _terms(number: int, day: int) -> TermsRecorded:
    """Return a floating loan's terms; another day of the month moves all of its dates."""
    extension = ExtensionTerms(months=12, notice_days_at_least=30 + day, notice_days_at_most=120 + day, tested=True)
    return TermsRecorded(
        loan_id=f"01a22a88-0000-7000-8000-{number:08x}0000",
        number=f"L-{number}",
        name=f"Harbor Point {number}",
        as_of=_TODAY,
        maturity_date=datetime.date(2028, 6, day),
        payments=PaymentTerms(first=datetime.date(2025, 2, day), day=day),
        resets=ResetTerms(first=datetime.date(2025, 2, day), lookback_business_days=2),
        extensions=(extension, extension),
        hedges=(HedgeTerms(ends=datetime.date(2027, 6, day)),),
    )


def measure(folder: Path) -> Row:
    """Move ten thousand dates, with all that it takes to store them, and say what computing them alone takes."""
    computed, stored = [], []
    for _ in range(3):
        computed.append(_computed())
        stored.append(asyncio.run(_stored(folder / "dates")))
        shutil.rmtree(folder / "dates")
    alone, dates = statistics.median([seconds for seconds, _ in computed]), computed[0][1]
    worked, wall = (statistics.median(each) for each in zip(*stored, strict=True))
    bound = limit(TARGET)
    return Row(
        f"{dates:,} critical dates computed from changed terms, in one worker",
        f"{wall:.2f} s, all stored in SQLite",
        f"{worked:.2f} s of CPU; {alone:.2f} s of it compute them",
        bound.told,
        bound.met(wall),
    )


def _computed() -> tuple[float, int]:
    before: dict[str, list[CriticalDate]] = {}
    for number in range(_loans()):
        terms = _terms(number, 1)
        before[terms.loan_id] = list(followed_terms(terms, (), org=ORG, today=_TODAY))
    changed = [_terms(number, 5) for number in range(_loans())]
    started = time.process_time()
    moved = sum(len(list(followed_terms(terms, before[terms.loan_id], org=ORG, today=_TODAY))) for terms in changed)
    return time.process_time() - started, moved


async def _stored(folder: Path) -> tuple[float, float]:
    """Return the CPU seconds of moving all dates, and the seconds by the clock."""
    loans = SqliteDocuments.open(folder / "loans.sqlite", service="loans", kinds=())
    documents = SqliteDocuments.open(folder / "notifications.sqlite", service="notifications", kinds=KINDS)
    follower = Follower(documents, {"loans": loans}, heads={"loans": Heads(loans, None)}, today=lambda: _TODAY)
    await _tell(loans, [_terms(number, 1) for number in range(_loans())])
    await follower.catch_up(ORG)
    await _tell(loans, [_terms(number, 5) for number in range(_loans())])
    worked, started = time.process_time(), time.perf_counter()
    await follower.catch_up(ORG)
    seconds = time.process_time() - worked, time.perf_counter() - started
    await documents.close()
    await loans.close()
    return seconds


async def _tell(loans: SqliteDocuments, terms: Sequence[TermsRecorded]) -> None:
    async with loans.unit(org=ORG, actor="bench", business_date=_TODAY) as unit:
        for event in terms:
            unit.emit(event)


def _loans() -> int:
    return -(-DATES // _PER_LOAN)
