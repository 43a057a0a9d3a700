"""The end of an organization's journal in MongoDB, and where the organization is."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

from realinsights_platform.documents.journal import GENESIS
from realinsights_platform.documents.mongo.client import Fields
from realinsights_platform.documents.stages import Stage

TICK: Final = datetime.timedelta(milliseconds=1)
"""What BSON tells times apart by."""

_BEGINNING: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of an organization's journal; `closed` is the sequence of the entry that closed it, if one did."""

    sequence: int = 0
    hash: str = GENESIS
    at: datetime.datetime = _BEGINNING
    bytes: int = 0
    closed: int | None = None
    stage: Stage | None = None
    stored: bool = False

    @property
    def is_there(self) -> bool:
        """Whether the head is stored: also one without entries is, of an organization that moves."""
        return self.stored or self.sequence > 0

    def next_time(self, now: datetime.datetime) -> datetime.datetime:
        """Return the time of the next entry, in whole milliseconds, which BSON keeps: later than that of this one."""
        return max(now.replace(microsecond=now.microsecond // 1000 * 1000), self.at + TICK)


def head_in(found: Fields) -> Head:
    """Return a head as it is stored."""
    stage = found.get("stage")
    return Head(
        found["sequence"],
        found["hash"],
        found["at"],
        int(found["bytes"]),
        found.get("closed"),
        None if stage is None else Stage(stage),
        stored=True,
    )
