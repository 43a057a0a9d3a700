"""Share links: one version for somebody without an account, for a while, so often, perhaps behind a password."""

from __future__ import annotations

import datetime
import hashlib
import hmac
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from realinsights_platform.documents.port import Document
from realinsights_platform.errors import NotFound

MOST_FAILURES: Final = 50
"""Wrong passwords after which a link ends."""

MOST_REFUSED: Final = 50
"""Tries after its end that a link keeps: whoever goes on trying writes nothing more."""

LONGEST: Final = datetime.timedelta(days=365)
TICKET_LASTS: Final = datetime.timedelta(hours=1)
"""For how long the bytes can be fetched, in parts too, once a link was opened."""

ENDED: Final = "This link is not valid, or not any more. Ask whoever gave it to you for another one."


class ShareDraft(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What a person may say of a link; without `most_downloads` it can be opened any number of times."""

    expires_at: datetime.datetime
    password: Annotated[str, msgspec.Meta(min_length=8, max_length=256)] | None = None
    most_downloads: Annotated[int, msgspec.Meta(ge=1, le=10_000)] | None = None
    note: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Share(Document, frozen=True, kw_only=True, rename="camel"):
    """A link as it is stored: its secret and its password are known by their hashes alone.

    `confidential` says that its document was confidential when the link was made. `refused` counts the tries after its
    end, as far as they are kept.
    """

    document_id: str
    number: int
    note: str
    secret_hash: str
    password_hash: str | None
    expires_at: datetime.datetime
    most_downloads: int | None
    created_at: datetime.datetime
    created_by: str
    downloads: int = 0
    failures: int = 0
    refused: int = 0
    confidential: bool = False
    revoked_at: datetime.datetime | None = None
    revoked_by: str | None = None

    def open_at(self, now: datetime.datetime) -> bool:
        """Tell whether it can be opened at a time."""
        return (
            self.revoked_at is None
            and now < self.expires_at
            and self.failures < MOST_FAILURES
            and (self.most_downloads is None or self.downloads < self.most_downloads)
        )

    def fetched_at(self, now: datetime.datetime) -> bool:
        """Tell whether who opened it before may go on at a time: also of the last download that there is."""
        return self.revoked_at is None and now < self.expires_at and self.failures < MOST_FAILURES


class AccessOutcome(StrEnum):
    """What came of a try to open a link."""

    OPENED = "opened"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - it is none
    ENDED = "ended"


class ShareAccess(Document, frozen=True, kw_only=True, rename="camel"):
    """A try to open a link, from an address of the network."""

    share_id: str
    at: datetime.datetime
    address: str
    outcome: AccessOutcome


def token_of(share: Share, secret: str) -> str:
    """Return what stands in a link's address, behind its #, so that no server logs it."""
    return f"{share.id}.{share.org}.{secret}"


def parts_of(token: str) -> tuple[str, str, str]:
    """Return a token's share, organization and secret; raises `NotFound` for what is none."""
    parts = token.split(".")
    if len(parts) != 3 or not all(parts) or len(token) > 300:
        raise NotFound(ENDED)
    return parts[0], parts[1], parts[2]


def hash_of(secret: str) -> str:
    """Return what is stored of a secret, which nobody could guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


def ticket_of(share: Share, *, key: bytes, until: datetime.datetime) -> str:
    """Return the proof that a link was opened, good until a time."""
    moment = int(until.timestamp())
    return f"{share.id}.{share.org}.{moment}.{_seal(share.id, share.org, key, moment)}"


def opened_by(ticket: str, *, key: bytes, now: datetime.datetime) -> tuple[str, str]:
    """Return the share and the organization of a ticket that is still good; raises `NotFound` for any other."""
    parts = ticket.split(".")
    if len(parts) != 4 or not (parts[2].isascii() and parts[2].isdecimal() and len(parts[2]) < 13):
        raise NotFound(ENDED)
    share_id, org, moment, seal = parts
    right = hmac.compare_digest(seal.encode(), _seal(share_id, org, key, int(moment)).encode())
    if not right or now.timestamp() >= int(moment):
        raise NotFound(ENDED)
    return share_id, org


def _seal(share_id: str, org: str, key: bytes, moment: int) -> str:
    return hmac.new(key, f"{org}\n{share_id}\n{moment}".encode(), "sha256").hexdigest()
