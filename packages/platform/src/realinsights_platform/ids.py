"""Identifiers: time-ordered, unguessable enough for a name, never a secret."""

from __future__ import annotations

import uuid_utils


def new_id() -> str:
    """Return a uuid7 in its canonical text form."""
    return str(uuid_utils.uuid7())
