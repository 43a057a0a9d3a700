"""The organization itself: what its administrators say of it, and its plan, which the operator sets."""

from __future__ import annotations

import datetime

import msgspec

from realinsights.auth import store
from realinsights.auth.model.people import (
    Organization,
    OrganizationDraft,
    SecondFactorPolicy,
    SubscriptionTier,
    name_key,
    with_details,
)
from realinsights.auth.service import directory
from realinsights.auth.service.identity import Identity
from realinsights.auth.service.registration import COMMAND_LINE
from realinsights.auth.service.telling import put_organization
from realinsights.contracts.auth import SecondFactorPolicyChanged
from realinsights_platform.documents import versions
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.errors import Conflict, Faults, NotFound, Stale


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


async def set_second_factor(
    *, unit: Unit, user: str, expected_version: int, policy: SecondFactorPolicy
) -> Organization:
    """Say whether members need a second factor. Who has none adds one from their next token on.

    Raises `Stale`, and `Conflict` where it is required by somebody who has none: they would have locked themselves out.
    """
    known = await versions.current(unit, store.ORGANIZATION, unit.org, expected_version=expected_version)
    if known.second_factor is policy:
        return known
    if policy is SecondFactorPolicy.REQUIRED:
        own = await unit.get(store.SECOND_FACTORS, user)
        if own is None or not own.active:
            raise Conflict("Add a second factor to your own account first.")
        unit.expect(store.SECOND_FACTORS, own)
    unit.emit(SecondFactorPolicyChanged(policy=policy.value))
    return put_organization(unit, msgspec.structs.replace(known, second_factor=policy))


async def set_plan_as_operator(
    *, documents: Documents, org: str, plan: SubscriptionTier, now: datetime.datetime
) -> Organization:
    """Store what an organization subscribed to, for whoever runs the installation. Raises `NotFound`.

    Tokens say it: it holds from the next refresh on, ten minutes later at most.
    """

    async def work(unit: Unit) -> Organization:
        known = await unit.get(store.ORGANIZATION, unit.org)
        if known is None:
            raise NotFound("There is no such organization.")
        if known.subscription_tier == plan:
            return known
        return put_organization(unit, msgspec.structs.replace(known, subscription_tier=plan))

    changed, _ = await committed(
        lambda: documents.unit(org=org, actor=COMMAND_LINE, business_date=now.date()), work, crossed=(Stale,)
    )
    return changed
