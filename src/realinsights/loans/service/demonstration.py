"""Use cases of the demonstration portfolio: put it into an organization, and take exactly that out."""

from __future__ import annotations

import asyncio
import datetime
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from realinsights.contracts.loans import DemonstrationRemoved, PartyDeleted, PartyKind
from realinsights.loans.model.demonstration import TAG, Demonstration
from realinsights.loans.queries.demonstration import PARTS, DemonstrationState, demonstration_state, state_of
from realinsights.loans.service.loans import delete_loan
from realinsights.loans.store import DEMONSTRATIONS, LOANS
from realinsights_platform.documents.port import AnyOf, Contains, Documents, Equal, Unit
from realinsights_platform.documents.versions import ANY_VERSION
from realinsights_platform.errors import Conflict, Invalid, NotFound

EARLIEST, LATEST = datetime.date(1990, 1, 1), datetime.date(2150, 12, 31)
"""Business dates that the demonstration can be invented around."""

_NAMED = 5

CreatedPortfolio = Mapping[str, Sequence[Any]]
"""By the fields of a `Demonstration`, what was created."""

PortfolioCreator = Callable[[Unit], Awaitable[CreatedPortfolio]]
"""Creates the portfolio's things in a unit of work. Whoever invents them is no part of this service."""


class KeptThing(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A part of the demonstration that stays, because a loan or property of the organization's own refers to it."""

    kind: PartyKind
    id: str
    name: str
    reason: str


class RemovedDemonstration(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The numbers of things removed, and the things that stay."""

    loans: int
    properties: int
    lenders: int
    funds: int
    portfolios: int
    kept: tuple[KeptThing, ...]


async def put_demonstration(*, unit: Unit, documents: Documents, founding: PortfolioCreator) -> DemonstrationState:
    """Put the demonstration portfolio into the organization, as one unit of work.

    Raises `Conflict` where it is there, or a number or name it needs is in use; `Invalid` for a business date that its
    loans cannot be invented around.
    """
    if not EARLIEST <= unit.business_date <= LATEST:
        raise Invalid.field("businessDate", f"must lie between {EARLIEST} and {LATEST} for the demonstration")
    before = await unit.get(DEMONSTRATIONS, unit.org)
    if before is not None and (await demonstration_state(documents, org=unit.org)).there:
        raise Conflict("The demonstration portfolio, or a part of it, is here already. Remove it first.")
    founded = await founding(unit)
    await _refuse_clashes(documents, unit.org, founded)
    unit.put(
        DEMONSTRATIONS,
        Demonstration(
            id=unit.org,
            org=unit.org,
            version=before.version if before is not None else 0,
            **{part: tuple(thing.id for thing in founded[part]) for part in PARTS},
        ),
    )
    return state_of(founded)


async def remove_demonstration(*, unit: Unit, documents: Documents) -> RemovedDemonstration:
    """Remove what the demonstration put there, as one unit of work; what one's own things refer to stays.

    What people changed of it is removed too, what they made is not. Raises `NotFound` where it is not there.
    """
    known = await unit.get(DEMONSTRATIONS, unit.org)
    if known is None:
        raise NotFound("The demonstration portfolio is not here.")
    found = {part: await unit.get_many(kind, getattr(known, part)) for part, kind in PARTS.items()}
    for loan_id in found["loans"]:
        await delete_loan(unit=unit, loan_id=loan_id, expected_version=ANY_VERSION)
        await asyncio.sleep(0)
    kept = await _remove_unused(unit, documents, found)
    left = {part: tuple(thing.id for thing in kept if thing.kind is kind) for part, (kind, _) in _USERS.items()}
    if kept:
        unit.put(DEMONSTRATIONS, msgspec.structs.replace(known, loans=(), **left))
    else:
        unit.delete(DEMONSTRATIONS, known)
    staying = {thing.id for thing in kept}
    gone = tuple(key for things in found.values() for key in things if key not in staying)
    unit.emit(DemonstrationRemoved(tag=TAG, things=gone))
    removed = {part: len(things) - len(left.get(part, ())) for part, things in found.items()}
    return RemovedDemonstration(kept=tuple(kept), **removed)


_USERS: Mapping[str, tuple[PartyKind, Mapping[str, str]]] = {
    "properties": (PartyKind.PROPERTY, {"loans": "property_ids"}),
    "lenders": (PartyKind.LENDER, {"loans": "lender_id"}),
    "funds": (PartyKind.FUND, {"loans": "fund_id"}),
    "portfolios": (PartyKind.PORTFOLIO, {"loans": "portfolio_id", "properties": "portfolio_id"}),
}
"""By part what its things are, what may refer to them, and by which field."""


async def _remove_unused(unit: Unit, documents: Documents, found: Mapping[str, Mapping[str, Any]]) -> list[KeptThing]:
    """Delete what nothing refers to that stays, and return the rest; the loans are deleted already."""
    kept: list[KeptThing] = []
    gone: dict[str, list[Any]] = {part: [] for part in PARTS} | {"loans": [*found["loans"].values()]}
    for part, (party_kind, users) in _USERS.items():
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
                kept.append(KeptThing(kind=party_kind, id=thing.id, name=thing.name, reason=_reason(others)))
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
