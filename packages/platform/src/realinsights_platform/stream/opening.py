"""The stream adapter that a URL names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from realinsights_platform.events import EventCodec
from realinsights_platform.redis.urls import SCHEMES, read_url
from realinsights_platform.stream.memory import MemoryStream

if TYPE_CHECKING:
    from realinsights_platform.stream.redis import RedisStream


def open_stream(url: str, codecs: Mapping[str, EventCodec[Any]]) -> MemoryStream | RedisStream:
    """Return the stream that a URL names; `codecs` are those of each service's events.

    Raises `ValueError` for a scheme that no adapter knows.
    """
    scheme = url.partition("://")[0]
    if scheme == "memory":
        return MemoryStream()
    if scheme in SCHEMES:
        from realinsights_platform.stream.redis import RedisStream  # noqa: PLC0415 - slow to import

        return RedisStream(read_url(url), codecs)
    raise ValueError(f"A stream at {scheme}:// is not supported; use memory:// or {', '.join(sorted(SCHEMES))}://.")
