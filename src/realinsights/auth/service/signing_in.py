"""Signing in, and carrying a session on."""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass
from typing import NoReturn

import msgspec
import structlog

from realinsights.auth import store
from realinsights.auth.model import emails, sessions
from realinsights.auth.model.directory import SYSTEM, Account, Claim
from realinsights.auth.model.people import User
from realinsights.auth.model.sessions import EndReason, RefreshToken, Session, Verdict
from realinsights.auth.queries import people
from realinsights.auth.service import second_factors
from realinsights.auth.service.guesses import Attempt
from realinsights.auth.service.identity import Identity, settled
from realinsights.auth.service.revocation import revoke_sessions
from realinsights.auth.service.tokens import AccessToken
from realinsights.contracts.auth import RefreshTokenReused, SignedInFromNewDevice, SignInRefused
from realinsights_platform.documents.port import Unit
from realinsights_platform.errors import Forbidden, Unauthenticated
from realinsights_platform.ids import new_id

WRONG = "The e-mail address or the password is wrong."
OVER = "The session is over; sign in again."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The origin of a request that nobody has signed yet; `device` is the cookie of a known one."""

    address: str
    client: str
    device: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """What the client gets: to ask with, to carry the session on with, and to be known by (None: stays as it was).

    `sequence` is that of the journal's entry, None where nothing was written.
    """

    user: User
    session: Session
    access_token: AccessToken
    refresh_token: RefreshToken
    device: str | None
    sequence: int | None


async def sign_in(*, identity: Identity, email: str, password: str, caller: Caller) -> SignedIn:
    """Begin a session for whoever knows the password.

    Raises `StepNeeded` where a second factor is to be shown, and `Unauthenticated` alike, and after the same work, for
    a wrong password and for an address without an account; `TooMany` by the rule of guessing; `Forbidden` only to one
    who knows the password of a deactivated member.
    """
    if (emails.normalized(email), password) == identity.barred:
        password = ""  # it opens nothing: refused as any wrong one is, after the same work
    account_key = emails.email_key(emails.normalized(email))
    attempt = await identity.guesses.begin(
        account=account_key, address=caller.address, device=caller.device, now=identity.now()
    )
    claim = await identity.documents.get(store.CLAIM, SYSTEM, account_key)
    # An unknown address costs the same reads, of documents that cannot be.
    account, verified = Account(SYSTEM, account_key), ""
    if claim is not None:
        account, verified = await _account_of(identity, claim, password)
    org, user_id = account.org, account.user
    secret = secrets.token_urlsafe(32)
    known = caller.device is not None and identity.guesses.knows(caller.device, account_key)

    async def work(unit: Unit) -> tuple[User, Session]:
        # Done again where the account changed since it was read: a new password, a role, another sign-in.
        nonlocal verified
        now = identity.now()
        user, credential = await unit.get(store.USER, user_id), await unit.get(store.CREDENTIAL, user_id)
        # An account whose address was changed is not reached by the former one, which is reserved for a while.
        if user is None or credential is None or emails.email_key(user.email) != account_key:
            await identity.hasher.verify(password, None)
            await _refuse(identity, attempt, None, caller)
        if credential.password_hash != verified and not await identity.hasher.verify(
            password, credential.password_hash
        ):
            await _refuse(identity, attempt, user, caller)
        verified = credential.password_hash
        await identity.guesses.right(attempt)
        if not user.active:
            raise Forbidden("This account is deactivated. Ask an administrator of your organization.")
        if identity.hasher.is_outdated(verified):
            credential = msgspec.structs.replace(credential, password_hash=await identity.hasher.hash(password))
        await second_factors.needed(unit, identity, user, credential)
        unit.expect(store.USER, user)
        unit.put(store.CREDENTIAL, msgspec.structs.replace(credential, last_sign_in_at=now))
        first = credential.last_sign_in_at is None
        return user, await begin_session(unit, identity, user, caller, secret=secret, known=known or first, now=now)

    (user, session), sequence = await settled(identity, org=org, actor=user_id, work=work)
    log.info("signed_in", org=org, user=user_id, session=session.id)
    return await with_tokens(
        identity,
        user,
        session,
        secret=secret,
        issued_at=session.created_at,
        device=None if known else identity.guesses.device(account=account_key, name=secrets.token_urlsafe(16)),
        sequence=sequence,
    )


async def sign_in_with_code(*, identity: Identity, challenge: str, code: str, caller: Caller) -> SignedIn:
    """Begin a session for whoever has shown the password, and shows a code of a second factor.

    Raises `Unauthenticated` for a wrong code, for one that was used, and where the account has changed since the
    password was shown; `TooMany` by the rule of guessing, which holds for codes by themselves.
    """
    shown = second_factors.opened(identity, challenge)
    attempt = await identity.guesses.begin_code(account=shown.key, address=caller.address, now=identity.now())
    secret = secrets.token_urlsafe(32)
    known = caller.device is not None and identity.guesses.knows(caller.device, shown.key)

    async def work(unit: Unit) -> tuple[User, Session]:
        now = identity.now()
        user, credential = await unit.get(store.USER, shown.user), await unit.get(store.CREDENTIAL, shown.user)
        if (
            user is None
            or credential is None
            or not user.active
            or emails.email_key(user.email) != shown.key
            or credential.password_changed_at != shown.password_changed_at
        ):
            raise Unauthenticated(second_factors.TOO_LATE)
        if not await second_factors.use_code(unit, identity, user, code):
            await _refuse(identity, attempt, user, caller, why=second_factors.WRONG)
        await identity.guesses.right(attempt)
        unit.expect(store.USER, user)
        unit.put(store.CREDENTIAL, msgspec.structs.replace(credential, last_sign_in_at=now))
        return user, await begin_session(unit, identity, user, caller, secret=secret, known=known, now=now)

    (user, session), sequence = await settled(identity, org=shown.org, actor=shown.user, work=work)
    log.info("signed_in", org=user.org, user=user.id, session=session.id, by="second factor")
    return await with_tokens(
        identity,
        user,
        session,
        secret=secret,
        issued_at=session.created_at,
        device=None if known else identity.guesses.device(account=shown.key, name=secrets.token_urlsafe(16)),
        sequence=sequence,
    )


async def refresh(*, identity: Identity, token_text: str, caller: Caller) -> SignedIn:
    """Exchange a refresh token for its successor and an access token of what the user may do now.

    A token that was exchanged before ends the session, whoever of its holders comes second: raises `Unauthenticated`.
    """
    token = sessions.parse(token_text)
    found = None if token is None else await identity.documents.get(store.SESSION, token.org, token.session)
    if token is None or found is None:
        raise Unauthenticated(OVER)

    async def work(unit: Unit) -> tuple[User, Session, datetime.datetime]:
        # Done again where another tab was faster, or the session or the user has just changed.
        now = identity.now()
        session = await unit.get(store.SESSION, found.id)
        if session is None:
            raise Unauthenticated(OVER)
        verdict = sessions.judge(session, token, key=identity.refresh_key, now=now)
        if verdict is Verdict.END_FAMILY:
            await _end_family(identity, session, caller)
        user = await unit.get(store.USER, session.user)
        if user is None or not user.active or verdict not in {Verdict.EXCHANGE, Verdict.REPEAT}:
            raise Unauthenticated(OVER)
        if verdict is Verdict.EXCHANGE:
            unit.expect(store.USER, user)
            carried_on = sessions.carried_on(session, address=caller.address, client=caller.client, now=now)
            session = unit.put(store.SESSION, carried_on)
        return user, session, now

    (user, session, now), sequence = await settled(identity, org=found.org, actor=found.user, work=work)
    return await with_tokens(identity, user, session, secret=token.secret, issued_at=now, sequence=sequence)


async def with_tokens(
    identity: Identity,
    user: User,
    session: Session,
    *,
    secret: str,
    issued_at: datetime.datetime,
    device: str | None = None,
    sequence: int | None,
) -> SignedIn:
    """Return what a client gets for a session, whose secret this is; `issued_at` is when the user was looked at."""
    return SignedIn(
        user=user,
        session=session,
        access_token=await _mint(identity, user, session, issued_at),
        refresh_token=_token(identity, session, secret),
        device=device,
        sequence=sequence,
    )


async def begin_session(
    unit: Unit, identity: Identity, user: User, caller: Caller, *, secret: str, known: bool, now: datetime.datetime
) -> Session:
    """Store a session of a user who has proved who they are; what is too much ends. Every way to sign in ends here.

    A device is `known` by its cookie, or by an earlier session of the same client from the same address.
    """
    stored = await store.sessions_of(identity.documents, user.org, user.id)
    known = known or any((old.address, old.client) == (caller.address, caller.client) for old in stored)
    surplus = sessions.surplus(stored, now=now)
    for old in surplus:
        unit.put(store.SESSION, sessions.ended(old, reason=EndReason.TOO_MANY, now=now))
    if surplus:
        unit.afterwards(lambda: revoke_sessions(identity, user.id, [old.id for old in surplus]))
    session = Session(
        id=new_id(),
        org=user.org,
        user=user.id,
        created_at=now,
        used_at=now,
        expires_at=sessions.expiry(created_at=now, now=now),
        address=caller.address,
        client=caller.client,
        secret_hash=sessions.hashed(secret),
    )
    if not known:
        unit.emit(
            SignedInFromNewDevice(user_id=user.id, session_id=session.id, address=caller.address, client=caller.client)
        )
    return unit.put(store.SESSION, session)


async def _account_of(identity: Identity, claim: Claim, password: str) -> tuple[Account, str]:
    """Return the account that a password opens, and the hash it was verified by; the oldest one, unverified, if none.

    The newest that it opens is taken. An address with one account, as nearly all have, is verified once, later.
    """
    *newer, oldest = claim.accounts
    for account in newer:
        user = await identity.documents.get(store.USER, account.org, account.user)
        credential = await identity.documents.get(store.CREDENTIAL, account.org, account.user)
        if user is None or credential is None or emails.email_key(user.email) != claim.id:
            continue
        if await identity.hasher.verify(password, credential.password_hash):
            return account, credential.password_hash
    return oldest, ""


async def _refuse(
    identity: Identity, attempt: Attempt, user: User | None, caller: Caller, *, why: str = WRONG
) -> NoReturn:
    org, user_id = (user.org, user.id) if user is not None else (SYSTEM, None)
    if await identity.guesses.wrong(attempt, now=identity.now()):

        async def work(unit: Unit) -> None:
            unit.emit(SignInRefused(user_id=user_id, address=caller.address))

        await settled(identity, org=org, actor="system:sign-in", work=work)
    log.info("sign_in.refused", org=org, user=user_id)
    raise Unauthenticated(why)


async def _end_family(identity: Identity, session: Session, caller: Caller) -> NoReturn:
    async def work(unit: Unit) -> None:
        current = await unit.get(store.SESSION, session.id)
        if current is not None and current.ended_at is None:
            unit.put(store.SESSION, sessions.ended(current, reason=EndReason.TOKEN_REUSED, now=identity.now()))
            unit.emit(RefreshTokenReused(user_id=current.user, session_id=current.id, address=caller.address))
            unit.afterwards(lambda: revoke_sessions(identity, session.user, [session.id]))

    await settled(identity, org=session.org, actor="system:sessions", work=work)
    log.warning("refresh_token.reused", org=session.org, user=session.user, session=session.id)
    raise Unauthenticated(OVER)


def _token(identity: Identity, session: Session, secret: str) -> RefreshToken:
    return sessions.issue(
        key=identity.refresh_key, org=session.org, session=session.id, generation=session.generation, secret=secret
    )


async def _mint(identity: Identity, user: User, session: Session, issued_at: datetime.datetime) -> AccessToken:
    return await identity.keys.mint(
        user=user.id,
        org=user.org,
        role=user.role,
        session=session.id,
        organization=await people.told_in_tokens(identity.documents, org=user.org, user=user.id),
        scope=user.scope,
        issued_at=issued_at,
    )
