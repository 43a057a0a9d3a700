"""The organization itself."""

from __future__ import annotations

from realinsights.auth import store
from realinsights.auth.model.people import Organization, OrganizationInput, name_key, with_details
from realinsights.auth.service import directory
from realinsights.auth.service.identity import Identity
from realinsights_platform.documents import versions
from realinsights_platform.documents.port import Unit
from realinsights_platform.errors import Faults, NotFound


async def change_organization(
    *, identity: Identity, org: str, actor: str, expected_version: int, details: OrganizationInput
) -> Organization:
    """Store what an administrator says of the organization.

    The organization can be found by its name at every moment: by a new one before it is stored, by the old one until
    then. Raises `Stale` and `Invalid`.
    """
    known = await identity.documents.get(store.ORGANIZATION, org, org)
    if known is None:
        raise NotFound("There is no such organization.")
    versions.require(known, expected_version, noun="organization")
    faults = Faults()
    changed = with_details(known, details, faults)
    faults.refuse("organization")
    if changed == known:
        return known
    renamed = name_key(changed.name) != name_key(known.name)
    if renamed:
        await directory.name_organization(identity=identity, org=org, name=changed.name)
    unit: Unit = identity.documents.unit(org=org, actor=actor, business_date=identity.now().date())
    stored = unit.put(store.ORGANIZATION, changed)
    await unit.commit()
    if renamed:
        await directory.forget_name(identity=identity, org=org, name=known.name)
    return stored
