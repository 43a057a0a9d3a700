"""Parts of an answer that are encoded once and kept; whatever encodes the answer takes them over as they are."""

from __future__ import annotations

from typing import TypeVar, cast

import msgspec

T = TypeVar("T")


def encoded(value: T) -> T:
    """Return the value's JSON in the guise of the value: fit for nothing but to stand in an answer in its place."""
    return cast("T", msgspec.Raw(msgspec.json.encode(value)))
