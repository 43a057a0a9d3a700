"""E-mail addresses of members: shown to be theirs, changed, and had back, each by a link that is mailed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import structlog

from realinsights.auth import store
from realinsights.auth.model import emails
from realinsights.auth.model.address_changes import CONFIRMED_WITHIN, REQUESTS, UNDONE_WITHIN, AddressChange
from realinsights.auth.model.directory import Account
from realinsights.auth.model.people import Organization, User
from realinsights.auth.model.sessions import EndReason
from realinsights.auth.service import directory, links, second_factors
from realinsights.auth.service.confirming import require_password
from realinsights.auth.service.identity import Identity, settled
from realinsights.auth.service.password_links import MAILED_LASTS, request_mailed
from realinsights.auth.service.revocation import revoke_user
from realinsights.auth.service.sessions import end_in
from realinsights.auth.service.telling import put_member
from realinsights.contracts import sealed_links
from realinsights.contracts.auth import AddressChanged, AddressVerified
from realinsights.contracts.sealed_links import LinkPurpose, LinkToken
from realinsights_platform.documents.port import Equal, Unit
from realinsights_platform.errors import Conflict, Faults, NotFound
from realinsights_platform.ids import new_id

NOT_VALID = "This link is not valid any more. Ask for another one in your account."
TAKEN = "Another member of your organization has this address."
_ACTOR = "system:address-link"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """What a link leads to: `change` is None where it verifies the address that the member has."""

    purpose: LinkPurpose
    user: User
    organization: Organization
    change: AddressChange | None

    @property
    def email(self) -> str:
        """The address that the member has once the link is used."""
        if self.change is None:
            return self.user.email
        return self.change.previous if self.purpose is LinkPurpose.ADDRESS_UNDO else self.change.email


async def ask_for_verification(*, unit: Unit, identity: Identity, user: str) -> None:
    """Have the link mailed again by which a member shows that their address is theirs; nothing where that is known."""
    member = await unit.get(store.USER, user)
    if member is None:
        raise NotFound("There is no such member.")
    if member.email_verified:
        return
    await identity.guesses.begin_address_mail(user=user, most=REQUESTS, now=identity.now())
    unit.expect(store.USER, member)
    links.request_verification(unit, member, now=identity.now())


async def ask_for_change(
    *, unit: Unit, identity: Identity, user: str, session_id: str, email: str, password: str
) -> AddressChange:
    """Have a link mailed to a new address; the member has it once the link is used.

    Raises `Invalid` for no address and for a wrong password, whose guesses are counted per session, and `Conflict` for
    an address that another member of the organization has. Whether it has an account elsewhere makes no difference.
    """
    owner, credential = await unit.get(store.USER, user), await unit.get(store.CREDENTIAL, user)
    if owner is None or credential is None:
        raise NotFound("There is no such member.")
    faults = Faults()
    address = emails.checked(email, faults)
    if address == owner.email:
        faults.add("email", "is the address that you have")
    faults.refuse("change of address")
    now = identity.now()
    await require_password(
        identity=identity, owner=owner, credential=credential, session_id=session_id, password=password
    )
    await _require_free(unit, address, user)
    await identity.guesses.begin_address_mail(user=user, most=REQUESTS, now=now)
    change = AddressChange(
        id=new_id(),
        org=unit.org,
        user=user,
        previous=owner.email,
        email=address,
        requested_at=now,
        expires_at=now + CONFIRMED_WITHIN,
    )
    unit.expect(store.USER, owner)
    links.request_mail(
        unit,
        LinkPurpose.ADDRESS_CHANGE,
        user=user,
        email=address,
        subject=change.id,
        once=address,
        expires_at=change.expires_at,
    )
    log.info("address_change.requested", org=unit.org, user=user)
    return unit.put(store.ADDRESS_CHANGE, change)


async def look_up(*, identity: Identity, token_text: str) -> Found:
    """Return what a link leads to; raises `NotFound` for one that leads nowhere."""
    token = sealed_links.parse(token_text)
    if token is None:
        raise NotFound(NOT_VALID)
    change = await identity.documents.get(store.ADDRESS_CHANGE, token.org, token.subject)
    user_id = token.subject if change is None else change.user
    user = await identity.documents.get(store.USER, token.org, user_id)
    organization = await identity.documents.get(store.ORGANIZATION, token.org, token.org)
    purpose = None if user is None else _purpose(identity, token, user, change)
    if user is None or organization is None or purpose is None:
        raise NotFound(NOT_VALID)
    return Found(purpose, user, organization, change)


async def use(*, identity: Identity, token_text: str) -> Found:
    """Do what a link is for, once; return what it led to. Raises `NotFound` for one that leads nowhere.

    A link that verifies may be used again: nothing changes then. Raises `Conflict` for an address that another member
    has.
    """
    found = await look_up(identity=identity, token_text=token_text)
    token = sealed_links.parse(token_text)
    if found.purpose is not LinkPurpose.VERIFICATION:
        account = Account(found.user.org, found.user.id)
        await directory.claim_for(identity=identity, key=emails.email_key(found.email), account=account)

    async def work(unit: Unit) -> None:
        user = await unit.get(store.USER, found.user.id)
        change = None if found.change is None else await unit.get(store.ADDRESS_CHANGE, found.change.id)
        if user is None or token is None or _purpose(identity, token, user, change) is not found.purpose:
            raise NotFound(NOT_VALID)  # somebody was faster
        if change is None:
            _verify(unit, user)
        elif found.purpose is LinkPurpose.ADDRESS_CHANGE:
            await _change(unit, identity, user, change)
        else:
            await _undo(unit, identity, user, change)

    await settled(identity, org=found.user.org, actor=_ACTOR, work=work)
    log.info("address_link.used", org=found.user.org, user=found.user.id, purpose=found.purpose.value)
    return found


async def forget_changes(unit: Unit, ids: Sequence[str], *, identity: Identity) -> None:
    """Delete the changes of which nothing can come any more; addresses that their members do not have are free then."""
    found = (await unit.get_many(store.ADDRESS_CHANGE, ids)).values()
    going = {change.id: change for change in found if change.forgotten_at <= identity.now()}
    for change in going.values():
        user = await unit.get(store.USER, change.user)
        changes = await store.changes_of(identity.documents, unit.org, change.user)
        others = [one for one in changes if one.id not in going]
        kept = {one.previous for one in others} | {one.email for one in others} | {"" if user is None else user.email}
        for address in {change.previous, change.email} - kept:
            account = Account(unit.org, change.user)
            await directory.release(identity=identity, key=emails.email_key(address), account=account)
        unit.delete(store.ADDRESS_CHANGE, change)


def _purpose(identity: Identity, token: LinkToken, user: User, change: AddressChange | None) -> LinkPurpose | None:
    """Return what a link lets its holder do now; None for one that leads nowhere."""
    if not user.active:
        return None
    if change is None:
        verifies = links.admits(identity, LinkPurpose.VERIFICATION, token, once=user.email)
        return LinkPurpose.VERIFICATION if verifies else None
    if (
        change.is_open
        and change.previous == user.email
        and links.admits(identity, LinkPurpose.ADDRESS_CHANGE, token, once=change.email)
    ):
        return LinkPurpose.ADDRESS_CHANGE
    if change.can_be_undone and links.admits(identity, LinkPurpose.ADDRESS_UNDO, token, once=change.previous):
        return LinkPurpose.ADDRESS_UNDO
    return None


def _verify(unit: Unit, user: User) -> None:
    if user.email_verified:
        return
    unit.emit(AddressVerified(user_id=user.id, email=user.email))
    put_member(unit, msgspec.structs.replace(user, email_verified=True))


async def _change(unit: Unit, identity: Identity, user: User, change: AddressChange) -> None:
    await _require_free(unit, change.email, user.id)
    now = identity.now()
    until = now + UNDONE_WITHIN
    unit.put(store.ADDRESS_CHANGE, msgspec.structs.replace(change, confirmed_at=now, undo_until=until))
    put_member(unit, msgspec.structs.replace(user, email=change.email, email_verified=True))
    unit.emit(AddressChanged(user_id=user.id, previous=change.previous, email=change.email, undone=False))
    links.request_mail(
        unit,
        LinkPurpose.ADDRESS_UNDO,
        user=user.id,
        email=change.previous,
        subject=change.id,
        once=change.previous,
        expires_at=until,
        request_id=f"{change.id}-undo",
    )


async def _undo(unit: Unit, identity: Identity, user: User, change: AddressChange) -> None:
    """Give a member the former address back; later changes end with this one, and so do all sessions.

    Who undoes a change did not make it, and who did knew the password: it signs nobody in any more, nor do links for
    another one that were sent before. One goes to the address that is theirs again. A second factor that was added
    since the change was asked for is taken away.
    """
    now = identity.now()
    for later in await store.changes_of(identity.documents, unit.org, user.id):
        if later.requested_at >= change.requested_at and later.undone_at is None:
            unit.put(store.ADDRESS_CHANGE, msgspec.structs.replace(later, undone_at=now))
    restored = msgspec.structs.replace(user, email=change.previous, email_verified=True, access_changed_at=now)
    put_member(unit, restored)
    unit.emit(AddressChanged(user_id=user.id, previous=user.email, email=change.previous, undone=True))
    await end_in(unit, identity, user=user.id, reason=EndReason.ADDRESS_RESTORED, which=lambda _: True)
    unit.afterwards(lambda: revoke_user(identity, user.id))
    await second_factors.take_back(unit=unit, user=user.id, since=change.requested_at)
    credential = await unit.get(store.CREDENTIAL, user.id)
    if credential is not None:
        unknown = await identity.hasher.hash(secrets.token_urlsafe(32))
        credential = msgspec.structs.replace(credential, password_hash=unknown, password_changed_at=now)
        unit.put(store.CREDENTIAL, credential)
        request_mailed(unit, restored, credential, expires_at=now + MAILED_LASTS)


async def _require_free(unit: Unit, address: str, user: str) -> None:
    found = await unit.find(store.USER, Equal("email", address), limit=1)
    if any(other.id != user for other in found):
        raise Conflict(TAKEN)
