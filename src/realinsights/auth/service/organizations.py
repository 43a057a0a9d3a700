"""The organization itself."""

from __future__ import annotations

from realinsights.auth import store
from realinsights.auth.model.people import Organization, OrganizationDraft, name_key, with_details
from realinsights.auth.service import directory
from realinsights.auth.service.identity import Identity
from realinsights.auth.service.telling import put_organization
from realinsights_platform.documents import versions
from realinsights_platform.documents.port import Unit
from realinsights_platform.errors import Faults


async def change_organization(
    *, unit: Unit, identity: Identity, expected_version: int, details: OrganizationDraft
) -> Organization:
    """Store what an administrator says of the organization. Raises `Stale` and `Invalid`.

    The organization can be found by its name at every moment: by a new one before it is stored, by the old one until
    then.
    """
    org = unit.org
    known = await versions.current(unit, store.ORGANIZATION, org, expected_version=expected_version)
    faults = Faults()
    changed = with_details(known, details, faults)
    faults.refuse("organization")
    if changed == known:
        return known
    if name_key(changed.name) != name_key(known.name):
        await directory.name_organization(identity=identity, org=org, name=changed.name)
        unit.afterwards(lambda: directory.forget_name(identity=identity, org=org, name=known.name))
    return put_organization(unit, changed)
