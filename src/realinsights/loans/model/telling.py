"""Telling again: how far an organization's loans have been told, floating ones on which day, and what fixings ask."""

from __future__ import annotations

import datetime
from typing import Final

import msgspec

from realinsights_platform.documents.port import Document

EDITION: Final = 6
"""What is told: figures with dates and bases, and balloons; from 2 on lien position and what is reported;
from 3 on terms; then what a floating rate follows from;
then balloons of the recorded balance, and floating rates with their adjustment, their fixed years and every hedge;
now what loans owe by their plans that are none of level payments at one rate."""


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


class FixingsDue(Document, frozen=True, kw_only=True, rename="camel"):
    """The days of an index of which fixings were learnt, and whether the loans on them were told; `id` is its name.

    `stated` is the latest business date that fixings came with. Fixings that come before the loans were told widen it,
    so that all of them are told together; a version that was told is done, and a later one is not.
    """

    first: datetime.date
    last: datetime.date
    stated: datetime.date
    done: bool = False

    def with_more(self, first: datetime.date, last: datetime.date, stated: datetime.date) -> FixingsDue:
        """Return what is due once fixings of more days were learnt."""
        if not self.done:
            first, last, stated = min(first, self.first), max(last, self.last), max(stated, self.stated)
        return msgspec.structs.replace(self, first=first, last=last, stated=stated, done=False)


_BEGUN: Final = datetime.time(10, tzinfo=datetime.UTC)
