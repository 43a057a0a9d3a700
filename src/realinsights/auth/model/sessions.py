"""Sessions and the refresh tokens that carry them on, one after another and never two ways.

A session is one family of refresh tokens: generation 1 from the sign-in, and each refresh exchanges generation n for
n + 1. All tokens of a family share its secret, so that a token of an earlier generation is known for what it is (a
thief's, or a victim's), while text that somebody made up ends nobody's session.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re
from collections.abc import Iterable
from enum import StrEnum

import msgspec

from realinsights_platform.documents.port import Document

REFRESH_AGAIN = datetime.timedelta(seconds=10)
"""How long the token just exchanged may be exchanged again, for the same successor: two tabs, or a lost answer."""

UNUSED_SESSION = datetime.timedelta(days=14)
LONGEST_SESSION = datetime.timedelta(days=90)
MOST_SESSIONS = 100
"""How many sessions a user may have at once; a further sign-in ends the one unused for longest."""

KEPT_AFTER_END = datetime.timedelta(days=1)


class EndReason(StrEnum):
    """The reason why a session ended."""

    SIGNED_OUT = "signed_out"
    ENDED_BY_MEMBER = "ended_by_member"
    ENDED_BY_ADMINISTRATOR = "ended_by_administrator"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a reason, not a password
    ADDRESS_RESTORED = "address_restored"
    DEACTIVATED = "deactivated"
    TOKEN_REUSED = "token_reused"  # noqa: S105 - a reason, not a token
    TOO_MANY = "too_many"
    SWITCHED = "switched"
    ORGANIZATION_DELETED = "organization_deleted"


class Session(Document, frozen=True, kw_only=True, rename="camel"):
    """One signed-in device; `secret_hash` is of the secret that all refresh tokens of the family share."""

    user: str
    created_at: datetime.datetime
    used_at: datetime.datetime
    expires_at: datetime.datetime
    address: str
    client: str
    secret_hash: str
    generation: int = 1
    ended_at: datetime.datetime | None = None
    end_reason: EndReason | None = None

    def lives(self, now: datetime.datetime) -> bool:
        """Tell whether it can still be carried on."""
        return self.ended_at is None and now < self.expires_at

    @property
    def forgotten_at(self) -> datetime.datetime:
        """When it will have been over for so long that only the journal still needs to know of it."""
        return (self.ended_at or self.expires_at) + KEPT_AFTER_END


class RefreshToken(msgspec.Struct, frozen=True, kw_only=True):
    """What a client holds to carry a session on; `seal` proves that we issued this generation."""

    org: str
    session: str
    generation: int
    secret: str
    seal: str

    def text(self) -> str:
        """Return the token as the client stores it."""
        return f"{self.org}.{self.session}.{self.generation}.{self.secret}.{self.seal}"


class Verdict(StrEnum):
    """What to do with a refresh token."""

    EXCHANGE = "exchange"
    REPEAT = "repeat"
    REFUSE = "refuse"
    END_FAMILY = "end_family"


_TOKEN = re.compile(
    r"([A-Za-z0-9-]{1,64})\.([A-Za-z0-9-]{1,64})\.([1-9][0-9]{0,8})\.([A-Za-z0-9_-]{43})\.([0-9a-f]{64})"
)


def issue(*, key: bytes, org: str, session: str, generation: int, secret: str) -> RefreshToken:
    """Return the one token of a family's generation, always the same."""
    message = f"refresh\n{org}\n{session}\n{generation}\n{secret}".encode()
    seal = hmac.new(key, message, hashlib.sha256).hexdigest()
    return RefreshToken(org=org, session=session, generation=generation, secret=secret, seal=seal)


def parse(text: str) -> RefreshToken | None:
    """Return the token a text stands for, or None where it cannot be one."""
    match = _TOKEN.fullmatch(text)
    if match is None:
        return None
    org, session, generation, secret, seal = match.groups()
    return RefreshToken(org=org, session=session, generation=int(generation), secret=secret, seal=seal)


def hashed(secret: str) -> str:
    """Return what is stored of a secret of 256 random bits; such a one needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def judge(session: Session, token: RefreshToken, *, key: bytes, now: datetime.datetime) -> Verdict:
    """Decide about a refresh token of a session.

    A token of an older generation than the last two, or of the last but one after `REFRESH_AGAIN`, was used before:
    the family ends. One that we did not issue, or whose session is over, is refused and changes nothing.
    """
    if not is_of(session, token, key=key) or not session.lives(now) or token.generation > session.generation:
        return Verdict.REFUSE
    if token.generation == session.generation:
        return Verdict.EXCHANGE
    if token.generation == session.generation - 1 and now - session.used_at <= REFRESH_AGAIN:
        return Verdict.REPEAT
    return Verdict.END_FAMILY


def carried_on(session: Session, *, address: str, client: str, now: datetime.datetime) -> Session:
    """Return the session with its next generation, unused for another `UNUSED_SESSION` at most."""
    return msgspec.structs.replace(
        session,
        generation=session.generation + 1,
        used_at=now,
        expires_at=expiry(created_at=session.created_at, now=now),
        address=address,
        client=client,
    )


def ended(session: Session, *, reason: EndReason, now: datetime.datetime) -> Session:
    """Return the session over; one that already is stays as it is."""
    if session.ended_at is not None:
        return session
    return msgspec.structs.replace(session, ended_at=now, end_reason=reason)


def expiry(*, created_at: datetime.datetime, now: datetime.datetime) -> datetime.datetime:
    """Return when a session used now ends by itself."""
    return min(now + UNUSED_SESSION, created_at + LONGEST_SESSION)


def surplus(stored: Iterable[Session], *, now: datetime.datetime) -> tuple[Session, ...]:
    """Return the sessions that end so that one more may begin: those unused for longest."""
    living = sorted((session for session in stored if session.lives(now)), key=lambda session: session.used_at)
    return tuple(living[: max(0, len(living) - MOST_SESSIONS + 1)])


def is_of(session: Session, token: RefreshToken, *, key: bytes) -> bool:
    """Tell whether we issued the token in this session's family, whatever its generation."""
    genuine = issue(key=key, org=session.org, session=session.id, generation=token.generation, secret=token.secret)
    sealed = hmac.compare_digest(token.seal, genuine.seal)
    return sealed and hmac.compare_digest(hashed(token.secret), session.secret_hash)
