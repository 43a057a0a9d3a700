"""Use cases of properties: create, replace and delete one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from realinsights.contracts.loans import PartyDeleted, PartyKind, PartyRecorded
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.property import Property, PropertyDraft, property_of, valid_property
from realinsights.loans.service.loans import record_again
from realinsights.loans.service.patching import NOTHING_KEPT, patched, refuse_other
from realinsights.loans.service.references import refuse_in_use, require_portfolio
from realinsights.loans.store import LOANS, PROPERTIES
from realinsights_platform.documents.port import Contains, Documents, Unit
from realinsights_platform.documents.versions import current
from realinsights_platform.errors import TooLarge
from realinsights_platform.ids import new_id

MOST_LOANS_ON_A_PROPERTY = 1000

# A change of one of these changes what readers are told of the loans on the property; of the first three, their past.
_PAST_FIGURES = ("valuations", "operating_statements", "leasable_square_feet", "square_feet", "units")
_FIGURES = (*_PAST_FIGURES, "state", "property_type")


async def create_property(*, unit: Unit, draft: PropertyDraft) -> Property:
    """Create a property. Raises `Invalid` naming every bad field."""
    asset = valid_property(property_of(draft, property_id=new_id(), org=unit.org))
    await require_portfolio(unit, asset.portfolio_id)
    stored = unit.put(PROPERTIES, asset)
    unit.emit(PartyRecorded(kind=PartyKind.PROPERTY, party_id=stored.id, name=stored.name))
    return stored


async def update_property(
    *, unit: Unit, property_id: str, draft: PropertyDraft, expected_version: int, kept: Mapping[str, Any] = NOTHING_KEPT
) -> Property:
    """Replace what a person may say about a property, and tell readers what that makes of the loans on it.

    Raises `Stale` where it is of another version, `Invalid` naming every bad field or where what is `kept` differs,
    `TooLarge` where more than 1,000 loans are on it.
    """
    before = await current(unit, PROPERTIES, property_id, expected_version=expected_version)
    refuse_other(before, kept)
    return await _replace(unit, before, draft)


async def patch_property(
    *, unit: Unit, property_id: str, changes: Mapping[str, Any], expected_version: int
) -> Property:
    """Change some of what a person may say about a property, by a JSON merge patch; raises as `update_property`."""
    before = await current(unit, PROPERTIES, property_id, expected_version=expected_version)
    return await _replace(unit, before, patched(before, changes, PropertyDraft))


async def _replace(unit: Unit, before: Property, draft: PropertyDraft) -> Property:
    property_id = before.id
    asset = valid_property(property_of(draft, property_id=property_id, org=unit.org, before=before))
    if asset == before:
        return before
    await require_portfolio(unit, asset.portfolio_id)
    stored = unit.put(PROPERTIES, asset)
    if stored.name != before.name:
        unit.emit(PartyRecorded(kind=PartyKind.PROPERTY, party_id=stored.id, name=stored.name))
    if _differ(before, stored, _FIGURES):
        loans = await loans_on(unit, property_id)
        await record_again(unit=unit, loans=loans, months=_differ(before, stored, _PAST_FIGURES))
    return stored


async def delete_property(*, unit: Unit, documents: Documents, property_id: str, expected_version: int) -> None:
    """Delete a property; raises `Conflict` while a loan is on it."""
    asset = await current(unit, PROPERTIES, property_id, expected_version=expected_version)
    await refuse_in_use(
        documents, org=unit.org, what="property", uses={"loans": (LOANS, Contains("property_ids", property_id))}
    )
    unit.delete(PROPERTIES, asset)
    unit.emit(PartyDeleted(kind=PartyKind.PROPERTY, party_id=property_id))


async def loans_on(unit: Unit, property_id: str) -> tuple[Loan, ...]:
    """Return the loans on a property; raises `TooLarge` for more than 1,000."""
    loans = await unit.find(LOANS, Contains("property_ids", property_id), limit=MOST_LOANS_ON_A_PROPERTY)
    if len(loans) == MOST_LOANS_ON_A_PROPERTY:
        raise TooLarge(f"{MOST_LOANS_ON_A_PROPERTY:,} loans or more are on this property, too many to change at once.")
    return loans


def _differ(before: Property, after: Property, fields: Sequence[str]) -> bool:
    return any(getattr(before, field) != getattr(after, field) for field in fields)
