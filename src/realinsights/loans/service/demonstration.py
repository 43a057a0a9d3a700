"""Use cases of the demonstration portfolio: put it into an organization, and take exactly that out."""

from __future__ import annotations

import asyncio
import datetime
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from realinsights.contracts.loans import PartyDeleted, PartyKind
from realinsights.loans.model.demonstration import Demonstration
from realinsights.loans.queries.demonstration import PARTS, DemonstrationState, demonstration_state, state_of
from realinsights.loans.service.loans import delete_loan
from realinsights.loans.store import DEMONSTRATIONS, FUNDS, LENDERS, LOANS, PORTFOLIOS, PROPERTIES
from realinsights_platform.documents.port import AnyOf, Contains, Documents, Equal, Kind, Unit
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
    keep = _Removal(unit, documents, found)
    await keep.properties()
    await keep.parties(PartyKind.LENDER, LENDERS, "lenders", "lender_id")
    await keep.parties(PartyKind.FUND, FUNDS, "funds", "fund_id")
    await keep.portfolios()
    left = {part: tuple(thing.id for thing in keep.kept if thing.kind is kind) for part, kind in _KINDS.items()}
    if keep.kept:
        unit.put(DEMONSTRATIONS, msgspec.structs.replace(known, loans=(), **left))
    else:
        unit.delete(DEMONSTRATIONS, known)
    removed = {part: len(things) - len(left.get(part, ())) for part, things in found.items()}
    return RemovedDemonstration(kept=tuple(keep.kept), **removed)


_KINDS = {
    "properties": PartyKind.PROPERTY,
    "lenders": PartyKind.LENDER,
    "funds": PartyKind.FUND,
    "portfolios": PartyKind.PORTFOLIO,
}


class _Removal:
    """Deletes what only the demonstration itself refers to, and notes what stays."""

    def __init__(self, unit: Unit, documents: Documents, found: Mapping[str, Mapping[str, Any]]) -> None:
        self._unit = unit
        self._documents = documents
        self._found = found
        self._loans = list(found["loans"].values())
        self.kept: list[KeptThing] = []

    async def properties(self) -> None:
        """Delete or keep the properties."""
        ours = Counter(key for loan in self._loans for key in loan.property_ids)
        for asset in self._found["properties"].values():
            others = await self._count(LOANS, Contains("property_ids", asset.id)) - ours[asset.id]
            self._decide(PartyKind.PROPERTY, PROPERTIES, asset, {"loan": others})

    async def parties(self, party_kind: PartyKind, kind: Kind[Any], part: str, field: str) -> None:
        """Delete or keep the lenders or funds."""
        ours = Counter(getattr(loan, field) for loan in self._loans)
        for party in self._found[part].values():
            others = await self._count(LOANS, Equal(field, party.id)) - ours[party.id]
            self._decide(party_kind, kind, party, {"loan": others})

    async def portfolios(self) -> None:
        """Delete or keep the portfolios; a property that stays keeps its own."""
        loans = Counter(loan.portfolio_id for loan in self._loans)
        staying = {thing.id for thing in self.kept}
        properties = Counter(
            asset.portfolio_id for asset in self._found["properties"].values() if asset.id not in staying
        )
        for portfolio in self._found["portfolios"].values():
            held = Equal("portfolio_id", portfolio.id)
            others = {
                "loan": await self._count(LOANS, held) - loans[portfolio.id],
                "property": await self._count(PROPERTIES, held) - properties[portfolio.id],
            }
            self._decide(PartyKind.PORTFOLIO, PORTFOLIOS, portfolio, others)

    async def _count(self, kind: Kind[Any], where: Contains | Equal) -> int:
        return await self._documents.count(kind, self._unit.org, where)

    def _decide(self, party_kind: PartyKind, kind: Kind[Any], thing: Any, others: Mapping[str, int]) -> None:
        if any(others.values()):
            uses = [_counted(count, what) for what, count in others.items() if count]
            one = sum(others.values()) == 1
            reason = f"{' and '.join(uses)} that {'stays refers' if one else 'stay refer'} to it"
            self.kept.append(KeptThing(kind=party_kind, id=thing.id, name=thing.name, reason=reason))
            return
        self._unit.delete(kind, thing)
        self._unit.emit(PartyDeleted(kind=party_kind, party_id=thing.id))


def _counted(count: int, what: str) -> str:
    plural = {"loan": "loans", "property": "properties"}[what]
    return f"{count:,} {what if count == 1 else plural}"


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
