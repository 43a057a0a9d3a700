"""Positions of programs in the events of an organization: how far it has read in each service."""

from __future__ import annotations

import re
from collections.abc import Mapping

from realinsights_platform.errors import Invalid

_PART = re.compile(r"([a-z]{1,32})=(0|[1-9][0-9]{0,14})\.(0|[1-9][0-9]{0,8})")

Place = tuple[int, int]
"""All events of entries up to a sequence, and so many of the entry after it."""


def read_position(text: str | None) -> dict[str, Place]:
    """Return the place in each service; a service that is not named is at its beginning. Raises `Invalid`."""
    places: dict[str, Place] = {}
    for part in (text or "").split(","):
        match = _PART.fullmatch(part)
        if match is None or match[1] in places:
            if text:
                raise Invalid.field("after", "is no position that was given out; start again without it")
            continue
        places[match[1]] = (int(match[2]), int(match[3]))
    return places


def position_text(places: Mapping[str, Place]) -> str | None:
    """Return a position as programs keep it; None is the beginning."""
    return ",".join(f"{service}={place[0]}.{place[1]}" for service, place in sorted(places.items())) or None
