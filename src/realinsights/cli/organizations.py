"""Organizations of a store, by the name that an operator gives."""

from __future__ import annotations

from collections.abc import Mapping

from realinsights.auth.model.people import name_key
from realinsights.auth.store import ORGANIZATION
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.walking import organizations
from realinsights_platform.errors import NotFound, Refusal


async def names_of(documents: Storage) -> Mapping[str, str]:
    """Return the names of all organizations that auth's documents know, by id."""
    found = [await documents.get(ORGANIZATION, org, org) async for org in organizations(documents)]
    return {organization.id: organization.name for organization in found if organization is not None}


def organization_named(names: Mapping[str, str], wanted: str) -> str:
    """Return the id of the organization of a name or an id; raises `NotFound`, and `Refusal` for several."""
    found = [org for org, name in names.items() if wanted == org or name_key(name) == name_key(wanted)]
    if len(found) > 1:
        raise Refusal(f"Several organizations are named {wanted}; give the id of one of them: {', '.join(found)}.")
    if not found:
        known = ", ".join(sorted(names.values())) or "none"
        raise NotFound(f"There is no organization {wanted} here; there is: {known}.")
    return found[0]
