"""Answers: JSON by msgspec, decimals as strings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec
from litestar.datastructures import Cookie

T = TypeVar("T")

ENCODER = msgspec.json.Encoder(decimal_format="string")


class Json(Generic[T]):
    """A JSON answer with more than its content to say; `status_code` is the route's own unless given."""

    __slots__ = ("content", "cookies", "headers", "status_code")

    def __init__(
        self,
        content: T,
        *,
        status_code: int | None = None,
        headers: Mapping[str, str] | None = None,
        cookies: Sequence[Cookie] = (),
    ) -> None:
        self.content = content
        self.status_code = status_code
        self.headers = headers or {}
        self.cookies = cookies


def version_of(content: Any) -> int | None:
    """Return the version a struct states as its own, if it does."""
    if not isinstance(content, msgspec.Struct):
        return None
    version = getattr(content, "version", None)
    return version if type(version) is int else None
