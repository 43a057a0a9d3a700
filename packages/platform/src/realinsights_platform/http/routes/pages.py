"""Lists page by page: opaque cursors that only we can make, each good for one route, organization and query."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Annotated, Generic, TypeVar

import msgspec

from realinsights_platform.documents.port import Page, Position
from realinsights_platform.errors import Invalid

T = TypeVar("T")

Limit = Annotated[int, msgspec.Meta(ge=1, le=200)]
"""How many items a page holds at most, as a query may say it."""

_SEAL = 16  # bytes of the SHA-256 HMAC that a cursor carries: 128 bits


class PageOf(msgspec.Struct, Generic[T], frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One page of a list. `next` asks for the page after it; null on the last. `total` is absent where not counted."""

    items: tuple[T, ...]
    next: str | None
    total: int | msgspec.UnsetType = msgspec.UNSET


class Cursor:
    """The cursors of one request's list: it reads the one given and makes the next."""

    def __init__(self, text: str | None, *, secret: bytes, binding: bytes) -> None:
        self._secret = secret
        self._binding = binding
        self.position = None if text is None else self._read(text)

    def page(self, found: Page[T]) -> PageOf[T]:
        """Return a page of the list as it is answered."""
        total = msgspec.UNSET if found.total is None else found.total
        return PageOf(items=found.items, next=self.after(found.next), total=total)

    def after(self, position: Position | None) -> str | None:
        """Return the cursor of the page after a position, None where there is no more."""
        if position is None:
            return None
        payload = msgspec.msgpack.encode((position.value, position.id))
        return base64.urlsafe_b64encode(self._seal(payload) + payload).rstrip(b"=").decode()

    def _read(self, text: str) -> Position:
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            seal, payload = raw[:_SEAL], raw[_SEAL:]
            if hmac.compare_digest(seal, self._seal(payload)):
                value, document_id = msgspec.msgpack.decode(payload, type=tuple[str | int | None, str])
                return Position(value, document_id)
        except (binascii.Error, ValueError):
            pass  # not even ours: answered below, alike
        raise Invalid.field("cursor", "is not one that this list has given out; start again without it")

    def _seal(self, payload: bytes) -> bytes:
        return hmac.digest(self._secret, self._binding + payload, hashlib.sha256)[:_SEAL]
