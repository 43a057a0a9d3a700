"""Telling again: how far the loans of an organization have been told to readers, and floating ones on which day."""

from __future__ import annotations

import datetime
from typing import Final

from realinsights_platform.documents.port import Document

EDITION: Final = 5
"""What is told: figures with dates and bases, and balloons; from 2 on lien position and what is reported;
from 3 on terms; then what a floating rate follows from;
now balloons of the recorded balance, and floating rates with their adjustment, their fixed years and every hedge."""


class Telling(Document, frozen=True, kw_only=True, rename="camel"):
    """Progress through an organization's loans in the order of their ids; `id` is the organization's.

    `after` is the last loan told, `done` says that all are. What was told in an earlier `edition` is told once more.
    """

    edition: int = 1
    after: str = ""
    done: bool = False


class RateTelling(Document, frozen=True, kw_only=True, rename="camel"):
    """The day as of which the floating loans of an organization were told last; `id` is the organization's."""

    told_on: datetime.date

    @property
    def due(self) -> datetime.datetime:
        """When they are told again: once the next day has begun in all of the United States."""
        return datetime.datetime.combine(self.told_on + datetime.timedelta(days=1), _BEGUN)


_BEGUN: Final = datetime.time(10, tzinfo=datetime.UTC)
