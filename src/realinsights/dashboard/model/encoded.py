"""Parts of an answer that are encoded once and kept; whatever encodes the answer takes them over as they are."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import msgspec

T = TypeVar("T")


def encoded(value: T) -> T:
    """Return the value's JSON in the guise of the value: fit for nothing but to stand in an answer in its place."""
    return cast("T", msgspec.Raw(msgspec.json.encode(value)))


GAP: Any = msgspec.Raw(b"%s")
"""Stands in a `template` for JSON that is filled in later; within quotes, "%s" does."""


def template(value: Any) -> str:
    """Return a value's JSON, to be filled in by the `%` operator; a `%` of its own must be doubled."""
    return msgspec.json.encode(value).decode()


def filled(values: list[str]) -> Any:
    """Return filled templates as an encoded list in the guise of their values."""
    return msgspec.Raw(f"[{','.join(values)}]".encode())
