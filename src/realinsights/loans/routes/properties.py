"""Routes of properties; PUT replaces all that a person may write."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from realinsights.contracts.permissions import Permission
from realinsights.loans.model.property import Property, PropertyDraft
from realinsights.loans.queries import lists
from realinsights.loans.queries.history import ChangeHistory, Restore, Versions, history_of, read
from realinsights.loans.queries.lists import LoanSummary, PropertyFilter, PropertySummary
from realinsights.loans.service import properties as service
from realinsights.loans.service import restoring
from realinsights.loans.store import PROPERTIES
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.http.answers.answer import Json, created
from realinsights_platform.http.routes.declaring import delete, get, patch, post, put
from realinsights_platform.http.routes.pages import Cursor, Limit, PageOf
from realinsights_platform.principal import Principal


@get("/properties", permission=Permission.PORTFOLIO_READ, cached=True)
async def list_properties(
    *,
    documents: Documents,
    principal: Principal,
    cursor: Cursor,
    filters: PropertyFilter,
    order: str = "name",
    limit: Limit = 50,
    total: bool = False,
) -> PageOf[PropertySummary]:
    """List properties: `q` searches parts of words of name, address and city."""
    found = await lists.listed(
        documents,
        PROPERTIES,
        org=principal.org,
        where=filters.where(),
        shown=lists.property_summary,
        order=order,
        after=cursor.position,
        limit=limit,
        total=total,
    )
    return cursor.page(found)


@post("/properties", permission=Permission.PORTFOLIO_WRITE)
async def create_property(unit: Unit, data: PropertyDraft) -> Json[Property]:
    """Create a property."""
    return created(await service.create_property(unit=unit, draft=data), "/properties")


@get("/properties/{property_id}", permission=Permission.PORTFOLIO_READ, cached=True)
async def read_property(
    documents: Documents, principal: Principal, property_id: str, as_known_at: datetime.datetime | None = None
) -> Property:
    """Return a property, or as it was known at a time."""
    return await read(documents, PROPERTIES, org=principal.org, document_id=property_id, as_known_at=as_known_at)


@put("/properties/{property_id}", permission=Permission.PORTFOLIO_WRITE)
async def update_property(
    unit: Unit, if_match: int, property_id: str, data: PropertyDraft, kept: Mapping[str, Any]
) -> Property:
    """Replace what a person may say about a property."""
    return await service.update_property(
        unit=unit, property_id=property_id, draft=data, expected_version=if_match, kept=kept
    )


@patch("/properties/{property_id}", permission=Permission.PORTFOLIO_WRITE)
async def patch_property(unit: Unit, if_match: int, property_id: str, data: dict[str, Any]) -> Property:
    """Change some fields of a property by a JSON merge patch; null takes a field back to its default."""
    return await service.patch_property(unit=unit, property_id=property_id, changes=data, expected_version=if_match)


@delete("/properties/{property_id}", permission=Permission.PORTFOLIO_DELETE)
async def delete_property(unit: Unit, documents: Documents, if_match: int, property_id: str) -> None:
    """Delete a property that no loan is on."""
    await service.delete_property(unit=unit, documents=documents, property_id=property_id, expected_version=if_match)


@post("/properties/{property_id}/restore", permission=Permission.PORTFOLIO_WRITE, status=200)
async def restore_property(unit: Unit, documents: Documents, property_id: str, data: Restore) -> Property:
    """Bring back the property as its history has it at a sequence, also a deleted one."""
    return await restoring.restore_property(
        unit=unit, documents=documents, property_id=property_id, sequence=data.sequence
    )


@get("/properties/{property_id}/history", permission=Permission.PORTFOLIO_READ, cached=True)
async def property_history(
    documents: Documents, principal: Principal, property_id: str, limit: Versions = 100
) -> ChangeHistory:
    """Return who changed what of a property and when, newest first."""
    return await history_of(documents, PROPERTIES, org=principal.org, document_id=property_id, limit=limit)


@get("/properties/{property_id}/loans", permission=Permission.PORTFOLIO_READ, cached=True)
async def list_property_loans(
    *,
    documents: Documents,
    principal: Principal,
    business_date: datetime.date,
    cursor: Cursor,
    property_id: str,
    limit: Limit = 50,
) -> PageOf[LoanSummary]:
    """List the loans on a property."""
    found = await lists.list_loans_on_property(
        documents,
        org=principal.org,
        property_id=property_id,
        on=business_date,
        after=cursor.position,
        limit=limit,
    )
    return cursor.page(found)
