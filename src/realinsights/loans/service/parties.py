"""Use cases of lenders, funds and portfolios: create, replace and delete one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from realinsights.contracts.loans import PartyDeleted, PartyKind, PartyRecorded
from realinsights.loans.model.parties import (
    FundDraft,
    LenderDraft,
    P,
    PortfolioDraft,
    valid_party,
)
from realinsights.loans.service.patching import NOTHING_KEPT, patched, refuse_other
from realinsights.loans.service.references import refuse_in_use
from realinsights.loans.store import FUNDS, LENDERS, LOANS, PORTFOLIOS, PROPERTIES
from realinsights_platform.documents.port import Documents, Equal, Kind, Unit
from realinsights_platform.documents.versions import current
from realinsights_platform.ids import new_id

Draft = TypeVar("Draft", LenderDraft, FundDraft, PortfolioDraft)


@dataclass(frozen=True, slots=True, eq=False)
class PartyType(Generic[P, Draft]):
    """One of lenders, funds and portfolios; `users` are the kinds that refer to one, by their plural."""

    kind: Kind[P]
    event_kind: PartyKind
    draft: type[Draft]
    users: Mapping[str, Kind[Any]]


LENDER = PartyType(LENDERS, PartyKind.LENDER, LenderDraft, {"loans": LOANS})
FUND = PartyType(FUNDS, PartyKind.FUND, FundDraft, {"loans": LOANS})
PORTFOLIO = PartyType(PORTFOLIOS, PartyKind.PORTFOLIO, PortfolioDraft, {"loans": LOANS, "properties": PROPERTIES})


async def create_party(*, unit: Unit, of: PartyType[P, Draft], draft: Draft) -> P:
    """Create a lender, fund or portfolio. Raises `Invalid`; a name in use already is a `Conflict` at commit."""
    party = of.kind.type(id=new_id(), org=unit.org, **msgspec.structs.asdict(draft))
    stored = unit.put(of.kind, valid_party(party, what=of.kind.name))
    unit.emit(PartyRecorded(kind=of.event_kind, party_id=stored.id, name=stored.name))
    return stored


async def update_party(
    *,
    unit: Unit,
    of: PartyType[P, Draft],
    party_id: str,
    draft: Draft,
    expected_version: int,
    kept: Mapping[str, Any] = NOTHING_KEPT,
) -> P:
    """Replace what is said about a lender, fund or portfolio; raises `Stale` where it is of another version.

    Raises `Invalid` naming every bad field, and where what is `kept` differs.
    """
    before = await current(unit, of.kind, party_id, expected_version=expected_version)
    refuse_other(before, kept)
    return _replace(unit, of, before, draft)


async def patch_party(
    *, unit: Unit, of: PartyType[P, Draft], party_id: str, changes: Mapping[str, Any], expected_version: int
) -> P:
    """Change some of what is said about one, by a JSON merge patch; raises as `update_party` does."""
    before = await current(unit, of.kind, party_id, expected_version=expected_version)
    return _replace(unit, of, before, patched(before, changes, of.draft))


def _replace(unit: Unit, of: PartyType[P, Draft], before: P, draft: Draft) -> P:
    party = valid_party(msgspec.structs.replace(before, **msgspec.structs.asdict(draft)), what=of.kind.name)
    if party == before:
        return before
    stored = unit.put(of.kind, party)
    if stored.name != before.name:
        unit.emit(PartyRecorded(kind=of.event_kind, party_id=stored.id, name=stored.name))
    return stored


async def delete_party(
    *, unit: Unit, documents: Documents, of: PartyType[P, Draft], party_id: str, expected_version: int
) -> None:
    """Delete a lender, fund or portfolio; raises `Conflict` while a loan or property refers to it."""
    party = await current(unit, of.kind, party_id, expected_version=expected_version)
    refers = Equal(f"{of.kind.name}_id", party_id)
    uses = {plural: (kind, refers) for plural, kind in of.users.items()}
    await refuse_in_use(documents, org=unit.org, what=of.kind.name, uses=uses)
    unit.delete(of.kind, party)
    unit.emit(PartyDeleted(kind=of.event_kind, party_id=party_id))
