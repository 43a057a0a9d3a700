"""Calendar feeds: an address by which a calendar program reads dates, for one person, until it is revoked."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re
from typing import Annotated, Final

import msgspec

from realinsights.notifications.model.dates import DateKind
from realinsights_platform.documents.port import Document

MOST_FEEDS: Final = 20
"""How many feeds a person may have."""

FeedName = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=r"\S")]


class FeedDraft(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What a person may say of a feed: no kinds are all of them, `mine` are the dates assigned to them."""

    name: FeedName
    kinds: Annotated[tuple[DateKind, ...], msgspec.Meta(max_length=len(DateKind))] = ()
    mine: bool = False


class CalendarFeed(Document, frozen=True, kw_only=True, rename="camel"):
    """A feed; the secret of its address is known only to whom it was shown, here lies its hash."""

    owner: str
    name: str
    kinds: tuple[DateKind, ...]
    mine: bool
    secret_hash: str
    created_at: datetime.datetime


class FeedAddress(msgspec.Struct, frozen=True, kw_only=True):
    """What an address carries. It begins with a word by which logs know a secret."""

    org: str
    feed: str
    secret: str

    def text(self) -> str:
        """Return it as the address has it."""
        return f"secret_{self.org}.{self.feed}.{self.secret}.ics"


_ADDRESS: Final = re.compile(r"secret_([A-Za-z0-9-]{1,64})\.([A-Za-z0-9-]{1,64})\.([A-Za-z0-9_-]{43})\.ics")


def parse(text: str) -> FeedAddress | None:
    """Return what an address carries, or None where it cannot be one."""
    match = _ADDRESS.fullmatch(text)
    return None if match is None else FeedAddress(org=match[1], feed=match[2], secret=match[3])


def hashed(secret: str) -> str:
    """Return what is stored of a secret of 256 random bits; such a one needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def admits(feed: CalendarFeed, address: FeedAddress) -> bool:
    """Tell whether an address is a feed's."""
    return hmac.compare_digest(hashed(address.secret), feed.secret_hash)
