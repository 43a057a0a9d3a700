"""Use cases of password links: an administrator or the operator makes one, or it is mailed to who forgot theirs.

Whoever holds one chooses a password. Its seal covers when the password was last changed, so that using one, or changing
the password otherwise, makes every link worthless.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import msgspec
import structlog

from realinsights.auth import store
from realinsights.auth.model import emails, passwords
from realinsights.auth.model.directory import SYSTEM
from realinsights.auth.model.people import Credential, Organization, User
from realinsights.auth.model.sessions import EndReason
from realinsights.auth.service import links
from realinsights.auth.service.identity import Identity, settled
from realinsights.auth.service.revocation import revoke_user
from realinsights.auth.service.sessions import end_in
from realinsights.contracts import sealed_links
from realinsights.contracts.auth import PasswordChanged, PasswordForgotten, PasswordLinkMade
from realinsights.contracts.sealed_links import LinkPurpose, LinkToken
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.errors import Conflict, Faults, NotFound
from realinsights_platform.secret import Secret

NOT_VALID = "This link is not valid any more. Ask whoever sent it for another."
LASTS = datetime.timedelta(hours=24)
MAILED_LASTS = datetime.timedelta(hours=1)
_ACTOR = "system:password-link"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """The account that a link leads to."""

    user: User
    credential: Credential
    organization: Organization


async def make(*, unit: Unit, identity: Identity, user: str) -> tuple[User, LinkToken]:
    """Make a link by which another member of the organization can choose a new password.

    Raises `Conflict` for oneself and for a deactivated member.
    """
    member, credential = await unit.get(store.USER, user), await unit.get(store.CREDENTIAL, user)
    if member is None or credential is None:
        raise NotFound("There is no such member.")
    if user == unit.actor:
        raise Conflict("This is your own account. Change your password there.")
    if not member.active:
        raise Conflict("This member is deactivated. Reactivate them first.")
    unit.emit(PasswordLinkMade(user_id=user))
    log.info("password_link.made", org=unit.org, user=user)
    return member, _made(identity.secret, credential, identity.now())


async def make_as_operator(
    *, documents: Documents, secret: Secret, email: str, now: datetime.datetime
) -> tuple[tuple[User, LinkToken], ...]:
    """Return a link for each active account of an e-mail address, and write nothing; raises `NotFound` without one."""
    claim = await documents.get(store.CLAIM, SYSTEM, emails.email_key(emails.normalized(email)))
    found = []
    for account in () if claim is None else claim.accounts:
        user = await documents.get(store.USER, account.org, account.user)
        credential = await documents.get(store.CREDENTIAL, account.org, account.user)
        here = user is not None and claim is not None and emails.email_key(user.email) == claim.id
        if user is not None and credential is not None and user.active and here:
            found.append((user, _made(secret, credential, now)))
    if not found:
        raise NotFound(f"There is no active account with the e-mail address {email}.")
    return tuple(found)


async def forget(*, identity: Identity, email: str, address: str) -> None:
    """Take note that somebody forgot the password of an e-mail address; the link is made and mailed afterwards.

    Nobody looks here whether the address has an account, so neither answer nor time can tell. Raises `Invalid` for what
    is no address, and `TooMany` for too many requests from one network address. Beyond `FORGOTTEN_OF_ACCOUNT` for one
    e-mail address no mail is sent.
    """
    faults = Faults()
    key = emails.email_key(emails.checked(email, faults))
    faults.refuse("request")
    if not await identity.guesses.begin_forgotten(account=key, address=address, now=identity.now()):
        return

    async def work(unit: Unit) -> None:
        unit.emit(PasswordForgotten(email_key=key))

    await settled(identity, org=SYSTEM, actor=_ACTOR, work=work)


async def mail_links(*, identity: Identity, email_key: str, request_id: str, asked_at: datetime.datetime) -> int:
    """Ask for a link to be mailed for each active account of an address; return how many.

    Done again it asks for the same mails again, which are sent once.
    """
    expires_at = asked_at + MAILED_LASTS
    claim = await identity.documents.get(store.CLAIM, SYSTEM, email_key)
    asked = 0
    for account in () if claim is None or identity.now() >= expires_at else claim.accounts:

        async def work(unit: Unit, user_id: str = account.user) -> bool:
            user, credential = await unit.get(store.USER, user_id), await unit.get(store.CREDENTIAL, user_id)
            if user is None or credential is None or not user.active or emails.email_key(user.email) != email_key:
                return False
            unit.expect(store.USER, user)
            request_mailed(unit, user, credential, expires_at=expires_at, request_id=f"{request_id}-{user.id}")
            return True

        done, _ = await settled(identity, org=account.org, actor=_ACTOR, work=work)
        asked += done
    log.info("password.forgotten", links=asked)
    return asked


def request_mailed(
    unit: Unit, user: User, credential: Credential, *, expires_at: datetime.datetime, request_id: str | None = None
) -> None:
    """Ask for a password link to be mailed to a member."""
    links.request_mail(
        unit,
        LinkPurpose.PASSWORD,
        user=user.id,
        email=user.email,
        subject=user.id,
        once=sealed_links.moment(credential.password_changed_at),
        expires_at=expires_at,
        request_id=request_id,
    )


async def look_up(*, identity: Identity, token_text: str) -> Found:
    """Return what a link leads to; raises `NotFound` for one that leads nowhere."""
    token = sealed_links.parse(token_text)
    if token is None:
        raise NotFound(NOT_VALID)
    user = await identity.documents.get(store.USER, token.org, token.subject)
    credential = await identity.documents.get(store.CREDENTIAL, token.org, token.subject)
    organization = await identity.documents.get(store.ORGANIZATION, token.org, token.org)
    if user is None or credential is None or organization is None or not user.active:
        raise NotFound(NOT_VALID)
    if not _admits(identity, token, credential):
        raise NotFound(NOT_VALID)
    return Found(user, credential, organization)


async def use(*, identity: Identity, token_text: str, password: str) -> None:
    """Give the member that a link leads to a new password, and end all their sessions; the link is used up.

    Raises `NotFound` for a link that leads nowhere, and `Invalid` for a password that is not good enough.
    """
    found = await look_up(identity=identity, token_text=token_text)
    user = found.user
    faults = Faults()
    own_words = (user.first_name, user.last_name, user.email.partition("@")[0], found.organization.name)
    passwords.check(password, faults, own_words=own_words)
    faults.refuse("password")
    password_hash = await identity.hasher.hash(password)

    async def work(unit: Unit) -> None:
        now = identity.now()
        member, credential = await unit.get(store.USER, user.id), await unit.get(store.CREDENTIAL, user.id)
        token = sealed_links.parse(token_text)
        if member is None or credential is None or token is None or not member.active:
            raise NotFound(NOT_VALID)
        if not _admits(identity, token, credential):
            raise NotFound(NOT_VALID)  # somebody was faster
        unit.put(
            store.CREDENTIAL, msgspec.structs.replace(credential, password_hash=password_hash, password_changed_at=now)
        )
        unit.put(store.USER, msgspec.structs.replace(member, access_changed_at=now))
        unit.emit(PasswordChanged(user_id=user.id))
        await end_in(unit, identity, user=user.id, reason=EndReason.PASSWORD_CHANGED, which=lambda _: True)
        unit.afterwards(lambda: revoke_user(identity, user.id))

    await settled(identity, org=user.org, actor=_ACTOR, work=work)
    log.info("password_link.used", org=user.org, user=user.id)


def _made(secret: Secret, credential: Credential, now: datetime.datetime) -> LinkToken:
    return links.made(
        secret,
        LinkPurpose.PASSWORD,
        org=credential.org,
        subject=credential.id,
        expires_at=now + LASTS,
        once=sealed_links.moment(credential.password_changed_at),
    )


def _admits(identity: Identity, token: LinkToken, credential: Credential) -> bool:
    return links.admits(identity, LinkPurpose.PASSWORD, token, once=sealed_links.moment(credential.password_changed_at))
