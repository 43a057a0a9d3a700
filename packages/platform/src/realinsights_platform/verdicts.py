"""Verdicts of scanners for malware, as they are stored with a file."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Scan(StrEnum):
    """What is known of a file's safety."""

    PENDING = "pending"
    CLEAN = "clean"
    INFECTED = "infected"
    NOT_SCANNED = "not_scanned"


class Verdict(msgspec.Struct, frozen=True):
    """What a scanner says of a file; `reason` is the name of what it found, or why it was not scanned."""

    scan: Scan
    reason: str | None = None
