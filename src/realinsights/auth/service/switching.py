"""Switching: a person with accounts in several organizations goes on in another one, without signing in there.

The person is known by an e-mail address that is confirmed in both: whoever reads its mail could choose a new password
in either. An account that has a second factor is not switched to: it was not shown.
"""

from __future__ import annotations

import asyncio
import secrets

import structlog

from realinsights.auth import store
from realinsights.auth.model import emails
from realinsights.auth.model.directory import SYSTEM, Account
from realinsights.auth.model.people import User
from realinsights.auth.model.sessions import EndReason, Session
from realinsights.auth.queries import own_accounts
from realinsights.auth.queries.own_accounts import OwnOrganization
from realinsights.auth.service import signing_in
from realinsights.auth.service.identity import Identity, settled
from realinsights.auth.service.sessions import end_in
from realinsights.auth.service.signing_in import Caller, SignedIn
from realinsights_platform.documents.port import Unit
from realinsights_platform.errors import Forbidden, NotFound
from realinsights_platform.principal import Principal

NOT_HERE = "Your e-mail address has no account in that organization."

log = structlog.get_logger(__name__)


async def organizations(identity: Identity, principal: Principal) -> tuple[OwnOrganization, ...]:
    """Return the organizations of the person who asks, by name; of one whose address is not confirmed only this one."""
    user = await identity.documents.get(store.USER, principal.org, principal.user)
    if user is None:
        raise NotFound("This caller is no member of the organization.")
    known = [user, *await _others(identity, user)]
    found = await asyncio.gather(*(own_accounts.own_organization(identity.documents, one, by=user) for one in known))
    return tuple(sorted((one for one in found if one is not None), key=lambda one: (one.name.casefold(), one.id)))


async def switch(*, identity: Identity, principal: Principal, organization: str, caller: Caller) -> SignedIn:
    """Begin a session in another organization of the same person, and end the one that asks.

    Raises `NotFound` where the address has no account there, and `Forbidden`, saying what to do, where it may not be
    used without signing in there.
    """
    user = await identity.documents.get(store.USER, principal.org, principal.user)
    others = () if user is None else await _others(identity, user)
    target = next((one for one in others if one.org == organization), None)
    if user is None or target is None:
        raise NotFound(NOT_HERE)
    key = emails.email_key(user.email)
    secret = secrets.token_urlsafe(32)
    known = caller.device is not None and identity.guesses.knows(caller.device, key)

    async def begin(unit: Unit) -> tuple[User, Session]:
        # Done again where the account there changed since it was read.
        now = identity.now()
        there = await unit.get(store.USER, target.id)
        if there is None or emails.email_key(there.email) != key:
            raise NotFound(NOT_HERE)
        factors = await unit.get(store.SECOND_FACTORS, there.id)
        refusal = own_accounts.switching_refused(there, factors, by=user)
        if refusal is not None:
            raise Forbidden(refusal)
        unit.expect(store.USER, there)
        return there, await signing_in.begin_session(unit, identity, there, caller, secret=secret, known=known, now=now)

    (there, session), sequence = await settled(identity, org=target.org, actor=target.id, work=begin)

    async def leave(unit: Unit) -> None:
        await end_in(
            unit,
            identity,
            user=user.id,
            reason=EndReason.SWITCHED,
            which=lambda other: other.id == principal.session,
        )

    await settled(identity, org=user.org, actor=user.id, work=leave)
    log.info("switched", org=user.org, user=user.id, to=there.org, session=session.id)
    return await signing_in.with_tokens(
        identity, there, session, secret=secret, issued_at=session.created_at, sequence=sequence
    )


async def _others(identity: Identity, user: User) -> list[User]:
    """Return the accounts of the same address in other organizations, where it is this person's."""
    if not user.email_verified:
        return []
    key = emails.email_key(user.email)
    claim = await identity.documents.get(store.CLAIM, SYSTEM, key)
    if claim is None:
        return []
    own = Account(user.org, user.id)
    accounts = [account for account in claim.accounts if account != own and account.org != SYSTEM]
    found = await asyncio.gather(
        *(identity.documents.get(store.USER, account.org, account.user) for account in accounts)
    )
    return [one for one in found if one is not None and emails.email_key(one.email) == key]
