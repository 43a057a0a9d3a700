"""Ids as SQLite keeps them: a uuid as its 16 bytes, which every index repeats, any other text as it is.

Bytes sort as the text they stand for. In a kind that has both, ids that are no uuid come first.
"""

from __future__ import annotations

import re
import uuid
from functools import lru_cache

Key = str | bytes

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@lru_cache(maxsize=4096)  # one request asks for the same ids again and again
def key_of(document_id: str) -> Key:
    """Return what stands for an id."""
    if len(document_id) == 36 and _UUID.fullmatch(document_id):
        return bytes.fromhex(document_id.replace("-", ""))
    return document_id


def id_of(key: Key) -> str:
    """Return the id that a key stands for."""
    if isinstance(key, bytes) and len(key) == 16:
        return str(uuid.UUID(bytes=key))
    # Anything else than text was put there behind our back: whoever verifies must be able to name it.
    return str(key)
