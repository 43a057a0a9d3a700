"""Beginning: auth's part of the demonstration: an organization, its two people, and the request to put the rest in."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from typing import Final

from realinsights import demonstration
from realinsights.auth import store
from realinsights.auth.model import emails
from realinsights.auth.model.directory import SYSTEM
from realinsights.auth.model.invitations import InvitationState
from realinsights.auth.model.people import ProfileDraft, User
from realinsights.auth.model.undertakings import Undertaking
from realinsights.auth.service import directory, invitations, links
from realinsights.auth.service.demonstrations import ask_for_demonstration
from realinsights.auth.service.identity import Identity, settled
from realinsights.auth.service.registration import ensure_demonstration
from realinsights.contracts.permissions import Role
from realinsights.contracts.sealed_links import LinkPurpose
from realinsights_platform.documents.port import Equal, Unit
from realinsights_platform.documents.walking import every

COLLEAGUE_EMAIL: Final = "morgan.ellis@example.com"
COLLEAGUE: Final = ProfileDraft(first_name="Morgan", last_name="Ellis", job_title="Asset manager")

_LOOK_SECONDS: Final = 0.05
"""So often is looked how far services are: their workers say it, maybe in other processes."""


async def begin_demonstration(*, identity: Identity) -> str | None:
    """Begin the demonstration organization where there is no organization yet, and ask for what is in it.

    Returns its id, None where there are other organizations alone. Whatever a kill left undone is done at the next
    start; what people have taken out is not put in again.
    """
    begun = set(await identity.documents.organizations(limit=2)) - {SYSTEM}
    if begun and not await directory.organizations_named(identity=identity, name=demonstration.NAME):
        return None
    org = await ensure_demonstration(
        identity=identity,
        organization_name=demonstration.NAME,
        email=demonstration.EMAIL,
        password=demonstration.PASSWORD,
    )
    administrator = await _member(identity, demonstration.EMAIL)
    if administrator is None or await store.demonstration_of(identity.documents, org) is not None:
        return org
    colleague = await _colleague(identity, administrator)

    async def work(unit: Unit) -> Undertaking:
        return await ask_for_demonstration(
            unit=unit, identity=identity, colleague=None if colleague is None else colleague.id
        )

    await settled(identity, org=org, actor=administrator.id, work=work)
    return org


async def ended(*, identity: Identity, org: str, within: float) -> Undertaking | None:
    """Wait for the end of what was asked for last of the demonstration, so many seconds; return how it is then."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within):
            while True:
                known = await store.demonstration_of(identity.documents, org)
                if known is None or known.ended_at is not None:
                    break
                await asyncio.sleep(_LOOK_SECONDS)
    return await store.demonstration_of(identity.documents, org)


async def _member(identity: Identity, email: str) -> User | None:
    claim = await identity.documents.get(store.CLAIM, SYSTEM, emails.email_key(email))
    return None if claim is None else await identity.documents.get(store.USER, claim.owner_org, claim.owner_user)


async def _colleague(identity: Identity, administrator: User) -> User | None:
    """Return the second member, who is invited and joins where they have not; None where they are somebody's already.

    Nobody knows the password: they cannot sign in until an administrator makes a link for a new one.
    """
    known = await _member(identity, COLLEAGUE_EMAIL)
    if known is not None:
        return known if known.org == administrator.org else None
    sent = await every(identity.documents, store.INVITATION, administrator.org, Equal("email", COLLEAGUE_EMAIL))
    invitation = next((one for one in sent if one.state(identity.now()) is InvitationState.OPEN), None)
    if invitation is None:
        today = identity.now().date()
        async with identity.documents.unit(org=administrator.org, actor=administrator.id, business_date=today) as unit:
            invitation, _ = await invitations.invite(
                unit=unit, identity=identity, email=COLLEAGUE_EMAIL, role=Role.MANAGER
            )
    token = links.made(
        identity.secret,
        LinkPurpose.INVITATION,
        org=invitation.org,
        subject=invitation.id,
        expires_at=invitation.expires_at,
        once=invitation.email,
    )
    await invitations.accept(
        identity=identity,
        token_text=token.text(),
        profile=COLLEAGUE,
        password=secrets.token_urlsafe(32),
        address="",
    )
    return await _member(identity, COLLEAGUE_EMAIL)
