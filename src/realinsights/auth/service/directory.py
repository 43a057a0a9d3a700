"""The directory: e-mail addresses, which are claimed, and organizations by name, across organizations."""

from __future__ import annotations

import msgspec

from realinsights.auth import store
from realinsights.auth.model import directory
from realinsights.auth.model.directory import MOST_ACCOUNTS, SYSTEM, Account, Claim, Purpose, Tenant
from realinsights.auth.model.people import Organization, name_key
from realinsights.auth.service.identity import Identity, settled
from realinsights.contracts.auth import RegistrationRefused
from realinsights_platform.documents.port import Unit
from realinsights_platform.errors import Conflict
from realinsights_platform.ids import new_id

_ACTOR = "system:directory"


async def claim(
    *, identity: Identity, key: str, purpose: Purpose, address: str, org: str | None = None, name: str | None = None
) -> Claim | None:
    """Claim an address (its `email_key`) for a user about to be stored; None where it is not free.

    `org` is the organization the user joins, or else `name` is that of one about to begin, found by it from now on. An
    address that has an account elsewhere is free for joining; raises `Conflict` once it has `MOST_ACCOUNTS`.
    A refusal is recorded, which also makes it take as long as a claim does.
    """

    async def work(unit: Unit) -> Claim | None:
        now = identity.now()
        known = await unit.get(store.CLAIM, key)
        mine = Claim(
            id=key,
            org=SYSTEM,
            owner_org=org or new_id(),
            owner_user=new_id(),
            purpose=purpose,
            claimed_at=now,
        )
        if known is None:
            await _name(unit, mine.owner_org, name)
            return unit.put(store.CLAIM, mine)
        owner = await identity.documents.get(store.USER, known.owner_org, known.owner_user)
        if owner is None and directory.may_finish(known, purpose=purpose, org=org):
            # Whoever claimed it may still be at work: both write the same user, and one of them comes too late.
            unit.expect(store.CLAIM, known)
            await _name(unit, known.owner_org, name)
            return known
        if owner is None and directory.may_take_over(known, now):
            await _name(unit, mine.owner_org, name)
            return unit.put(store.CLAIM, msgspec.structs.replace(mine, version=known.version, others=known.others))
        if (
            purpose is Purpose.INVITATION
            and org is not None
            and (further := await _further(unit, identity, known, org))
        ):
            return further
        unit.emit(RegistrationRefused(user_id=owner.id if owner is not None else None, address=address))
        return None

    claimed, _ = await settled(identity, org=SYSTEM, actor=_ACTOR, work=work)
    return claimed


async def _further(unit: Unit, identity: Identity, known: Claim, org: str) -> Claim | None:
    """Return an address's claim as that of its account in one more organization; None where it has one there."""
    here = next((account for account in known.accounts if account.org == org), None)
    if here is None:
        if len(known.accounts) >= MOST_ACCOUNTS:
            raise Conflict("This e-mail address has joined too many organizations. Ask to be invited by another one.")
        here = Account(org, new_id())
        return unit.put(store.CLAIM, msgspec.structs.replace(known, others=(*known.others, here))).of(here)
    if await identity.documents.get(store.USER, here.org, here.user) is not None:
        return None
    unit.expect(store.CLAIM, known)
    return known.of(here)


async def claim_for(*, identity: Identity, key: str, account: Account) -> None:
    """Let an address (its `email_key`) lead to an account that is about to have it; done again it changes nothing.

    Raises `Conflict` once the address has `MOST_ACCOUNTS`.
    """

    async def work(unit: Unit) -> None:
        known = await unit.get(store.CLAIM, key)
        if known is None:
            mine = Claim(
                id=key,
                org=SYSTEM,
                owner_org=account.org,
                owner_user=account.user,
                purpose=Purpose.ADDRESS_CHANGE,
                claimed_at=identity.now(),
            )
            unit.put(store.CLAIM, mine)
        elif account in known.accounts:
            unit.expect(store.CLAIM, known)
        elif len(known.accounts) >= MOST_ACCOUNTS:
            raise Conflict("This e-mail address has too many accounts. Take another one.")
        else:
            unit.put(store.CLAIM, msgspec.structs.replace(known, others=(*known.others, account)))

    await settled(identity, org=SYSTEM, actor=_ACTOR, work=work)


async def release(*, identity: Identity, key: str, account: Account) -> None:
    """Let an address lead no more to an account that has another one by now; done again it changes nothing."""

    async def work(unit: Unit) -> None:
        known = await unit.get(store.CLAIM, key)
        if known is not None and account in known.accounts:
            unit.put(store.CLAIM, known.without(account))

    await settled(identity, org=SYSTEM, actor=_ACTOR, work=work)


async def claim_name(*, identity: Identity, name: str) -> Claim:
    """Claim a name for an organization that begins without members; whoever asks again gets the same claim."""

    async def work(unit: Unit) -> Claim:
        key = directory.organization_key(name_key(name))
        known = await unit.get(store.CLAIM, key)
        if known is not None and known.owner_org != SYSTEM:
            organization = await identity.documents.get(store.ORGANIZATION, known.owner_org, known.owner_org)
            if organization is None or name_key(organization.name) == name_key(name):
                return known
        mine = Claim(
            id=key,
            org=SYSTEM,
            version=known.version if known is not None else 0,  # the one who claimed it bears another name by now
            owner_org=new_id(),
            owner_user="",
            purpose=Purpose.COMMAND_LINE,
            claimed_at=identity.now(),
        )
        await _name(unit, mine.owner_org, name)
        return unit.put(store.CLAIM, mine)

    claimed, _ = await settled(identity, org=SYSTEM, actor=_ACTOR, work=work)
    return claimed


async def name_organization(*, identity: Identity, org: str, name: str) -> None:
    """Let an organization be found by a name that it is about to take."""

    async def work(unit: Unit) -> None:
        await _name(unit, org, name)

    await settled(identity, org=SYSTEM, actor=_ACTOR, work=work)


async def forget_name(*, identity: Identity, org: str, name: str) -> None:
    """Let an organization be found by its name, and no more by a former one."""

    async def work(unit: Unit) -> None:
        tenant = await unit.get(store.TENANT, org)
        organization = await identity.documents.get(store.ORGANIZATION, org, org)
        if tenant is None or organization is None:
            return
        # Others that are there may be names that somebody is about to give it.
        others = {key for key in tenant.name_keys if key != name_key(name)}
        keys = tuple(sorted(others | {name_key(organization.name)}))
        if keys != tenant.name_keys:
            unit.put(store.TENANT, msgspec.structs.replace(tenant, name_keys=keys))

    await settled(identity, org=SYSTEM, actor=_ACTOR, work=work)


async def forget_organization(*, identity: Identity, org: str, name: str) -> None:
    """Let nobody find an organization by its name any more, and let another one have it; again it changes nothing."""

    async def work(unit: Unit) -> None:
        key = directory.organization_key(name_key(name))
        tenant, known = await unit.get(store.TENANT, org), await unit.get(store.CLAIM, key)
        if tenant is not None:
            unit.delete(store.TENANT, tenant)
        if known is not None and known.owner_org == org:
            unit.put(store.CLAIM, known.without(Account(known.owner_org, known.owner_user)))

    await settled(identity, org=SYSTEM, actor=_ACTOR, work=work)


async def organizations_named(*, identity: Identity, name: str) -> tuple[Organization, ...]:
    """Return the organizations that have this name."""
    key = name_key(name)
    found: list[Organization] = []
    for tenant in await store.organizations_named(identity.documents, key):
        organization = await identity.documents.get(store.ORGANIZATION, tenant.id, tenant.id)
        if organization is not None and name_key(organization.name) == key:
            found.append(organization)
    return tuple(found)


async def _name(unit: Unit, org: str, name: str | None) -> None:
    if name is None:
        return
    key = name_key(name)
    tenant = await unit.get(store.TENANT, org)
    if tenant is None:
        unit.put(store.TENANT, Tenant(id=org, org=SYSTEM, name_keys=(key,)))
    elif key not in tenant.name_keys:
        unit.put(store.TENANT, msgspec.structs.replace(tenant, name_keys=(*tenant.name_keys, key)))
