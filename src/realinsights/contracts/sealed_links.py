"""Sealed links: auth admits them and notifications mails them; both make a link's token from the installation's secret.

No token is stored anywhere. Its seal is an HMAC over what the link is for, and over `once`, which must still be so when
the link is used: using it changes that, so a link is good once.
"""

from __future__ import annotations

import datetime
import hmac
import re
from enum import StrEnum
from types import MappingProxyType

import msgspec


class LinkPurpose(StrEnum):
    """What a link lets its holder do; each purpose has a key of its own, under `key_name`."""

    INVITATION = "invitation"
    VERIFICATION = "verification"
    PASSWORD = "password"  # noqa: S105 - a purpose, not a password
    ADDRESS_CHANGE = "address_change"
    ADDRESS_UNDO = "address_undo"
    DELETION = "deletion"

    @property
    def key_name(self) -> str:
        """The name under which the installation's secret has the key that seals such links."""
        return f"{self.value} links"


PAGES = MappingProxyType(
    {
        LinkPurpose.INVITATION: "/invitation/",
        LinkPurpose.VERIFICATION: "/confirm-address/",
        LinkPurpose.PASSWORD: "/new-password/",
        LinkPurpose.ADDRESS_CHANGE: "/confirm-address/",
        LinkPurpose.ADDRESS_UNDO: "/confirm-address/",
        LinkPurpose.DELETION: "/deletion/",
    }
)
"""The page that a link opens. The token stands behind its `#`, which no browser sends and no server logs."""

_TOKEN = re.compile(r"([A-Za-z0-9-]{1,64})\.([A-Za-z0-9-]{1,64})\.([0-9]{10,11})\.([0-9a-f]{64})")


class LinkToken(msgspec.Struct, frozen=True, kw_only=True):
    """What a link carries. `subject` is the id of a member, invitation or change, `expires` in seconds of the epoch."""

    org: str
    subject: str
    expires: int
    seal: str

    def text(self) -> str:
        """Return the token as the link carries it."""
        return f"{self.org}.{self.subject}.{self.expires}.{self.seal}"

    @property
    def expires_at(self) -> datetime.datetime:
        """When the link ends."""
        return datetime.datetime.fromtimestamp(self.expires, datetime.UTC)


def sealed(*, key: bytes, org: str, subject: str, expires_at: datetime.datetime, once: str) -> LinkToken:
    """Return the one token of a link; `once` is what must still be so when it is used."""
    expires = int(expires_at.timestamp())
    return LinkToken(org=org, subject=subject, expires=expires, seal=_seal(key, org, subject, expires, once))


def parse(text: str) -> LinkToken | None:
    """Return the token a text stands for, or None where it cannot be one."""
    match = _TOKEN.fullmatch(text.strip())
    if match is None:
        return None
    org, subject, expires, seal = match.groups()
    return LinkToken(org=org, subject=subject, expires=int(expires), seal=seal)


def admits(token: LinkToken, *, key: bytes, once: str, now: datetime.datetime) -> bool:
    """Tell whether we made the token, for what is so now, and whether it has not ended."""
    genuine = _seal(key, token.org, token.subject, token.expires, once)
    return hmac.compare_digest(genuine, token.seal) and now.timestamp() < token.expires


def moment(at: datetime.datetime) -> str:
    """Return a time as `once` has it: that of the last change of a password."""
    return at.astimezone(datetime.UTC).isoformat()


def _seal(key: bytes, org: str, subject: str, expires: int, once: str) -> str:
    return hmac.digest(key, f"{org}\n{subject}\n{expires}\n{once}".encode(), "sha256").hex()
