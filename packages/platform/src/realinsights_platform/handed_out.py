"""Files as they are handed out: under their name, as what they are, kept by nobody on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOut:
    """The name and the media type that a file is handed out with."""

    name: str
    media_type: str

    @property
    def content_type(self) -> str:
        """Its `Content-Type`."""
        return f"{self.media_type}; charset=utf-8" if self.media_type == "text/plain" else self.media_type

    def headers(self) -> Mapping[str, str]:
        """Return the headers with which a store of objects hands it out: to be kept, not shown, and not cached."""
        return {
            "Content-Type": self.content_type,
            "Content-Disposition": disposition(self.name),
            "Cache-Control": "no-store",
        }


def disposition(name: str, *, inline: bool = False) -> str:
    """Return the header that gives a file its name (RFC 6266), in ASCII and whole."""
    plain = "".join(one if one.isascii() and one.isprintable() and one not in '"\\%' else "_" for one in name)
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
