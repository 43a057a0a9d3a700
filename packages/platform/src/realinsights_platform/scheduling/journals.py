"""The check of journals beside the work: each organization's hash chain and indexes, in turn."""

from __future__ import annotations

from typing import Final

from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.scheduling.checks import Check

LARGEST: Final = 256 * 1024 * 1024
"""Bytes of the largest journal that is checked beside the work; a larger one is for `realinsights journal verify`."""


def journal_check(storage: Storage) -> Check:
    """Return the check of a service's journals."""

    async def find(org: str) -> str | None:
        if await storage.stored_bytes(org) > LARGEST:
            return None
        verification = await verify(storage, org)
        return None if verification.sound else f"{verification.reason} (sequence {verification.first_bad_sequence})"

    return Check(name="journals", of=storage, find=find)
