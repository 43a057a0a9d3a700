"""Password links: a sealed text that lets one member choose a new password, once, before it expires.

Nothing of it is stored: the seal covers when the password was last changed, so that using a link, or changing the
password otherwise, makes every link worthless.
"""

from __future__ import annotations

import datetime
import hmac
import re

import msgspec

LASTS = datetime.timedelta(hours=24)
_TOKEN = re.compile(r"([A-Za-z0-9-]{1,64})\.([A-Za-z0-9-]{1,64})\.([0-9]{10,11})\.([0-9a-f]{64})")


class PasswordToken(msgspec.Struct, frozen=True, kw_only=True):
    """What a link carries; `expires` is in seconds since the epoch."""

    org: str
    user: str
    expires: int
    seal: str

    def text(self) -> str:
        """Return the token as the link carries it."""
        return f"{self.org}.{self.user}.{self.expires}.{self.seal}"


def made(*, key: bytes, org: str, user: str, changed_at: datetime.datetime, now: datetime.datetime) -> PasswordToken:
    """Return a new token for a member whose password was last changed at `changed_at`."""
    expires = int((now + LASTS).timestamp())
    return PasswordToken(org=org, user=user, expires=expires, seal=_seal(key, org, user, expires, changed_at))


def parse(text: str) -> PasswordToken | None:
    """Return the token a text stands for, or None where it cannot be one."""
    match = _TOKEN.fullmatch(text.strip())
    if match is None:
        return None
    org, user, expires, seal = match.groups()
    return PasswordToken(org=org, user=user, expires=int(expires), seal=seal)


def admits(token: PasswordToken, *, key: bytes, changed_at: datetime.datetime, now: datetime.datetime) -> bool:
    """Tell whether the token still lets its holder choose a password."""
    genuine = _seal(key, token.org, token.user, token.expires, changed_at)
    return hmac.compare_digest(genuine, token.seal) and now.timestamp() < token.expires


def _seal(key: bytes, org: str, user: str, expires: int, changed_at: datetime.datetime) -> str:
    sealed = f"{org}\n{user}\n{expires}\n{changed_at.astimezone(datetime.UTC).isoformat()}"
    return hmac.digest(key, sealed.encode(), "sha256").hex()
