"""Invitations: people join by a link that an administrator hands them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import msgspec
import structlog

from realinsights.auth import store
from realinsights.auth.model import emails, invitations, passwords
from realinsights.auth.model.directory import Claim, Purpose
from realinsights.auth.model.invitations import INVITATION_LASTS, Invitation, InvitationState, InvitationToken
from realinsights.auth.model.people import Credential, Organization, ProfileDraft, User, with_profile
from realinsights.auth.model.sessions import hashed
from realinsights.auth.service import directory, links
from realinsights.auth.service.identity import Identity, settled
from realinsights.auth.service.telling import put_member
from realinsights.contracts import sealed_links
from realinsights.contracts.auth import InvitationWithdrawn, MemberInvited, MemberJoined
from realinsights.contracts.permissions import Permission, Role, permissions_of
from realinsights.contracts.sealed_links import LinkPurpose
from realinsights_platform.documents import versions
from realinsights_platform.documents.port import Equal, Unit
from realinsights_platform.documents.versions import ANY_VERSION
from realinsights_platform.documents.walking import every
from realinsights_platform.errors import Faults, Forbidden, NotFound
from realinsights_platform.ids import new_id

NOT_VALID = "This invitation is not valid any more. Ask whoever sent it for another."
_ANONYMOUS = "system:invitation"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Offer:
    """What an invitation's link leads to; `by_mail` where it is the one that was mailed to the address."""

    invitation: Invitation
    organization: Organization
    by_mail: bool


async def invite(*, unit: Unit, identity: Identity, email: str, role: Role) -> tuple[Invitation, InvitationToken]:
    """Make a link that lets one person join; earlier ones for the same address lead nowhere any more.

    Whether the address has an account, here or elsewhere, makes no difference. The token is to be had only now.
    """
    faults = Faults()
    address = emails.checked(email, faults)
    faults.refuse("invitation")
    secret = secrets.token_urlsafe(32)
    now = identity.now()
    inviter = await unit.get(store.USER, unit.actor)
    if inviter is not None:  # the command line is no user
        if not inviter.active or Permission.MEMBER_MANAGE not in permissions_of(inviter.role):
            raise Forbidden("You may not invite anybody any more.")
        unit.expect(store.USER, inviter)
    for earlier in await every(identity.documents, store.INVITATION, unit.org, Equal("email", address)):
        if earlier.state(now) is InvitationState.OPEN:
            _withdraw(unit, identity, earlier)
    invitation = Invitation(
        id=new_id(),
        org=unit.org,
        email=address,
        role=role,
        secret_hash=hashed(secret),
        invited_by=unit.actor,
        created_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    unit.emit(MemberInvited(invitation_id=invitation.id, email=address, role=role))
    log.info("member.invited", org=unit.org, invitation=invitation.id, role=role.value)
    links.request_mail(
        unit,
        LinkPurpose.INVITATION,
        user=unit.actor,
        email=address,
        subject=invitation.id,
        once=address,
        expires_at=invitation.expires_at,
    )
    token = InvitationToken(org=unit.org, invitation=invitation.id, secret=secret)
    return unit.put(store.INVITATION, invitation), token


async def withdraw(*, unit: Unit, identity: Identity, invitation_id: str) -> None:
    """Let a link lead nowhere any more; one that was used or withdrawn stays as it is."""
    invitation = await versions.current(unit, store.INVITATION, invitation_id, expected_version=ANY_VERSION)
    if invitation.state(identity.now()) is InvitationState.OPEN:
        _withdraw(unit, identity, invitation)


async def withdraw_those_of(unit: Unit, identity: Identity, user: str) -> None:
    """Withdraw the open links that a member made who may not make any now."""
    for invitation in await every(identity.documents, store.INVITATION, unit.org, Equal("invited_by", user)):
        if invitation.state(identity.now()) is InvitationState.OPEN:
            _withdraw(unit, identity, invitation)


async def look_up(*, identity: Identity, token_text: str) -> Offer:
    """Return what a link leads to; raises `NotFound` for one that leads nowhere."""
    mailed, shown = sealed_links.parse(token_text), invitations.parse(token_text)
    if mailed is not None:
        org, invitation_id = mailed.org, mailed.subject
    elif shown is not None:
        org, invitation_id = shown.org, shown.invitation
    else:
        raise NotFound(NOT_VALID)
    invitation = await identity.documents.get(store.INVITATION, org, invitation_id)
    organization = await identity.documents.get(store.ORGANIZATION, org, org)
    if invitation is None or organization is None or invitation.state(identity.now()) is not InvitationState.OPEN:
        raise NotFound(NOT_VALID)
    if mailed is not None:
        known = links.admits(identity, LinkPurpose.INVITATION, mailed, once=invitation.email)
    else:
        known = shown is not None and invitations.knows(invitation, shown)
    if not known:
        raise NotFound(NOT_VALID)
    return Offer(invitation, organization, by_mail=mailed is not None)


async def accept(*, identity: Identity, token_text: str, profile: ProfileDraft, password: str, address: str) -> None:
    """Let the holder of a link join with a name and a password.

    Where the e-mail address has an account already, that stays exactly as it was and nobody joins; the caller is not
    told. Either way the link is used up. Raises `NotFound` for a link that leads nowhere, and to all but one of those
    who use it at the same moment.
    """
    offer = await look_up(identity=identity, token_text=token_text)
    faults = Faults()
    invited = User(
        id="",
        org=offer.invitation.org,
        email=offer.invitation.email,
        first_name="",
        last_name="",
        role=offer.invitation.role,
        email_verified=offer.by_mail,
        created_at=identity.now(),
    )
    user = with_profile(invited, profile, faults)
    own_words = (user.first_name, user.last_name, user.email.partition("@")[0], offer.organization.name)
    passwords.check(password, faults, own_words=own_words)
    faults.refuse("invitation")
    password_hash = await identity.hasher.hash(password)
    claim = await directory.claim(
        identity=identity,
        key=emails.email_key(user.email),
        purpose=Purpose.INVITATION,
        org=user.org,
        address=address,
    )
    await _join(identity, offer.invitation, claim, user, password_hash)


async def _join(
    identity: Identity, invitation: Invitation, claim: Claim | None, user: User, password_hash: str
) -> None:
    async def work(unit: Unit) -> None:
        now = identity.now()
        current = await unit.get(store.INVITATION, invitation.id)
        if current is None or current.state(now) is not InvitationState.OPEN:
            raise NotFound(NOT_VALID)
        unit.put(store.INVITATION, msgspec.structs.replace(current, accepted_at=now))
        if claim is None or await unit.get(store.USER, claim.owner_user) is not None:
            return
        joined = msgspec.structs.replace(user, id=claim.owner_user)
        put_member(unit, joined)
        unit.put(
            store.CREDENTIAL,
            Credential(id=joined.id, org=joined.org, password_hash=password_hash, password_changed_at=now),
        )
        unit.emit(MemberJoined(user_id=joined.id, email=joined.email, role=joined.role, invitation_id=invitation.id))
        if not joined.email_verified:
            links.request_verification(unit, joined, now=now)

    actor = claim.owner_user if claim is not None else _ANONYMOUS
    await settled(identity, org=invitation.org, actor=actor, work=work)
    log.info("invitation.accepted", org=invitation.org, invitation=invitation.id)


def _withdraw(unit: Unit, identity: Identity, invitation: Invitation) -> None:
    unit.put(store.INVITATION, msgspec.structs.replace(invitation, withdrawn_at=identity.now()))
    unit.emit(InvitationWithdrawn(invitation_id=invitation.id))
