"""Use cases of the demonstration portfolio: put it into an organization, and take exactly that out."""

from __future__ import annotations

import asyncio
import datetime
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from realinsights.contracts.demonstration import ACTOR, KEPT, TAG, DemonstrationFacts
from realinsights.contracts.loans import DemonstrationRemoved, PartyDeleted, PartyKind
from realinsights.loans.model.demonstration import Demonstration
from realinsights.loans.service.loans import delete_loan
from realinsights.loans.store import DEMONSTRATIONS, FUNDS, LENDERS, LOANS, PORTFOLIOS, PROPERTIES
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import AnyOf, Contains, Documents, Equal, Kind, Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.documents.versions import ANY_VERSION
from realinsights_platform.errors import Conflict
from realinsights_platform.events import Message
from realinsights_platform.stepping import Task, answered
from realinsights_platform.steps import StepAnswered, StepRequested

EARLIEST, LATEST = datetime.date(1990, 1, 1), datetime.date(2150, 12, 31)
"""Business dates that the demonstration can be invented around."""

PARTS: Mapping[str, Kind[Any]] = MappingProxyType(
    {"loans": LOANS, "properties": PROPERTIES, "lenders": LENDERS, "funds": FUNDS, "portfolios": PORTFOLIOS}
)
"""The fields of a `Demonstration`, and of what kind the things are."""

_NAMED = 5

CreatedPortfolio = Mapping[str, Sequence[Any]]
"""By the fields of a `Demonstration`, what was created."""

PortfolioCreator = Callable[[Unit], Awaitable[CreatedPortfolio]]
"""Creates the portfolio's things in a unit of work. Whoever invents them is no part of this service."""


class RemovedDemonstration(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of things removed, a sentence for each that stays, and the ids of all that are gone by now."""

    counts: Mapping[str, int]
    kept: tuple[str, ...]
    gone: tuple[str, ...]


async def put_demonstration(
    *, unit: Unit, documents: Documents, founding: PortfolioCreator, asked: int
) -> Demonstration:
    """Put the demonstration portfolio into the organization, as one unit of work; one that is there stays as it is.

    `asked` is the sequence of the step: one before the last is passed over. Raises `Conflict` where a part of one had
    to stay, where a number or name it needs is in use, and for a date that its loans cannot be invented around.
    """
    if not EARLIEST <= unit.business_date <= LATEST:
        raise Conflict(f"The business date must lie between {EARLIEST} and {LATEST} for the demonstration.")
    before = await unit.get(DEMONSTRATIONS, unit.org)
    if before is not None and before.asked > asked:
        return before
    if before is not None:
        there = {part: await unit.get_many(kind, getattr(before, part)) for part, kind in PARTS.items()}
        if there["loans"]:
            return before
        names = _listed(thing.name for things in there.values() for thing in things.values())
        if names:
            raise Conflict(f"A part of the demonstration is here still: {names}. Take it out first.")
    founded = await founding(unit)
    await _refuse_clashes(documents, unit.org, founded)
    return unit.put(
        DEMONSTRATIONS,
        Demonstration(
            id=unit.org,
            org=unit.org,
            version=before.version if before is not None else 0,
            asked=asked,
            **{part: tuple(thing.id for thing in founded[part]) for part in PARTS},
        ),
    )


async def remove_demonstration(*, unit: Unit, documents: Documents, asked: int) -> RemovedDemonstration:
    """Remove what the demonstration put there, as one unit of work; what one's own things refer to stays.

    What people changed of it is removed too, what they made is not. Where it is not there, nothing is; `asked` is as
    when it is put.
    """
    known = await unit.get(DEMONSTRATIONS, unit.org)
    if known is None:
        unit.put(DEMONSTRATIONS, Demonstration(id=unit.org, org=unit.org, asked=asked))
    if known is None or known.asked > asked:
        return RemovedDemonstration(counts={}, kept=(), gone=())
    found = {part: await unit.get_many(kind, getattr(known, part)) for part, kind in PARTS.items()}
    for loan_id in found["loans"]:
        await delete_loan(unit=unit, loan_id=loan_id, expected_version=ANY_VERSION)
        await asyncio.sleep(0)
    kept = await _remove_unused(unit, documents, found)
    left = {part: tuple(kept[part]) for part in _USERS}
    gone = tuple(key for part, things in found.items() for key in things if key not in kept.get(part, ()))
    # What people have brought back since is theirs.
    theirs = [key for kind in PARTS.values() for key in await unit.get_many(kind, known.removed)]
    before = tuple(key for key in known.removed if key not in theirs)
    after = msgspec.structs.replace(known, loans=(), removed=(*before, *gone), asked=asked, **left)
    if after != known:
        unit.put(DEMONSTRATIONS, after)
    if gone:
        unit.emit(DemonstrationRemoved(tag=TAG, things=gone))
    counts = {part: len(things) - len(kept.get(part, ())) for part, things in found.items()}
    return RemovedDemonstration(
        counts=counts | {KEPT: sum(map(len, kept.values()))},
        kept=tuple(sentence for things in kept.values() for sentence in things.values()),
        gone=after.removed,
    )


def removing(documents: Storage) -> Task:
    """Return the task that takes the portfolio out of an organization."""

    async def remove(message: Message, event: StepRequested) -> StepAnswered:
        async def work(unit: Unit) -> RemovedDemonstration:
            return await remove_demonstration(unit=unit, documents=documents, asked=message.sequence)

        removed, _ = await committed(
            lambda: documents.unit(org=message.org, actor=ACTOR, business_date=message.business_date), work
        )
        facts = DemonstrationFacts(things=removed.gone).told()
        return answered(event, objections=removed.kept, counts=removed.counts, facts=facts)

    return remove


_USERS: Mapping[str, tuple[PartyKind, Mapping[str, str]]] = {
    "properties": (PartyKind.PROPERTY, {"loans": "property_ids"}),
    "lenders": (PartyKind.LENDER, {"loans": "lender_id"}),
    "funds": (PartyKind.FUND, {"loans": "fund_id"}),
    "portfolios": (PartyKind.PORTFOLIO, {"loans": "portfolio_id", "properties": "portfolio_id"}),
}
"""By part what its things are, what may refer to them, and by which field."""


async def _remove_unused(
    unit: Unit, documents: Documents, found: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, Mapping[str, str]]:
    """Delete what nothing refers to that stays; return why the rest stays, by part and id. The loans are deleted."""
    kept: dict[str, dict[str, str]] = {}
    gone: dict[str, list[Any]] = {part: [] for part in PARTS} | {"loans": [*found["loans"].values()]}
    for part, (party_kind, users) in _USERS.items():
        kept[part] = {}
        ours = {
            user: Counter(key for thing in gone[user] for key in _references(thing, field))
            for user, field in users.items()
        }
        for thing in found[part].values():
            others: dict[str, int] = {}
            for user, field in users.items():
                where = Contains(field, thing.id) if field == "property_ids" else Equal(field, thing.id)
                others[user] = await documents.count(PARTS[user], unit.org, where) - ours[user][thing.id]
            if any(others.values()):
                kept[part][thing.id] = f"The {party_kind.value} {thing.name} stays: {_reason(others)}."
                continue
            unit.delete(PARTS[part], thing)
            unit.emit(PartyDeleted(kind=party_kind, party_id=thing.id))
            gone[part].append(thing)
    return kept


def _references(thing: Any, field: str) -> tuple[str | None, ...]:
    value: tuple[str, ...] | str | None = getattr(thing, field)
    return value if isinstance(value, tuple) else (value,)


def _reason(others: Mapping[str, int]) -> str:
    uses = [f"{count:,} {PARTS[user].name if count == 1 else user}" for user, count in others.items() if count]
    one = sum(others.values()) == 1
    return f"{' and '.join(uses)} that {'stays refers' if one else 'stay refer'} to it"


async def _refuse_clashes(documents: Documents, org: str, founded: CreatedPortfolio) -> None:
    uses = [("loans", "number", LOANS, founded["loans"])]
    uses += [(part, "name", PARTS[part], founded[part]) for part in ("lenders", "funds", "portfolios")]
    taken = []
    for part, field, kind, things in uses:
        wanted = tuple(getattr(thing, field) for thing in things)
        page = await documents.find(kind, org, AnyOf(field, wanted), limit=len(wanted))
        if page.items:
            taken.append(f"{part} {_listed(getattr(thing, field) for thing in page.items)}")
    if taken:
        raise Conflict(
            f"The demonstration needs numbers and names that are in use here: {'; '.join(taken)}. Nothing was put in."
        )


def _listed(values: Iterable[str]) -> str:
    names = sorted(values)
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
