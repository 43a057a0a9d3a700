"""Lanes: what is due waits for its way, in order; of each way a part is kept here, and where the rest begins."""

from __future__ import annotations

import datetime
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from realinsights_platform.documents.journal_port import DueDocument

AHEAD: Final = 50
"""So many documents of a way are kept here; the others are read when these have gone."""

_BROKEN_PAUSE: Final = datetime.timedelta(minutes=1)
_KEPT: Final = 10_000
_LONG_AGO: Final = datetime.datetime.min.replace(tzinfo=datetime.UTC)
_NO_TIME: Final = datetime.timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one sending, for those that go the same way.

    `pace` is the time from one's start to the next one's, `pause` how long nothing goes that way from now on, `failed`
    whether it did not get through. Where nothing was `sent` there was nothing to be sent: it does not count.
    """

    sent: bool = True
    pace: datetime.timedelta = _NO_TIME
    pause: datetime.timedelta = _NO_TIME
    failed: bool = False


NOTHING: Final = Outcome(sent=False)
"""The outcome where there was nothing to be sent any more, or yet."""


@dataclass(slots=True)
class _Lane:
    """One way. `more` says that there is more to be read of it, after the document `after` (None: the beginning)."""

    queue: deque[DueDocument] = field(default_factory=deque)
    more: bool = False
    after: DueDocument | None = None
    going: int = 0
    width: int = 1
    pace: datetime.timedelta = _NO_TIME
    began: datetime.datetime = _LONG_AGO
    pause_ends: datetime.datetime = _LONG_AGO

    @property
    def free_at(self) -> datetime.datetime:
        """When the next may start."""
        return max(self.began + self.pace, self.pause_ends)

    def has_room(self, now: datetime.datetime) -> bool:
        """Tell whether one more may start now."""
        return self.going < self.width and self.free_at <= now

    def miss(self, before: DueDocument | None) -> None:
        """Note that what comes after a document is not kept here."""
        if not self.more or (self.after is not None and (before is None or before.at < self.after.at)):
            self.more, self.after = True, before


class Lanes:
    """The ways of one kind; `name` tells a document's. Of one way at most `width` go at once.

    A way on which the last one failed, or on which none has gone yet, is one document wide until one gets through.
    """

    def __init__(self, name: Callable[[DueDocument], str], *, width: int) -> None:
        self._name = name
        self._width = width
        self._lanes: OrderedDict[str, _Lane] = OrderedDict()
        self._waiting: dict[str, _Lane] = {}
        self._known: set[tuple[str, str]] = set()
        self._broken: OrderedDict[tuple[str, str], datetime.datetime] = OrderedDict()

    def __bool__(self) -> bool:
        """Tell whether anything waits."""
        return bool(self._waiting)

    def take(
        self,
        page: Iterable[DueDocument],
        *,
        after: DueDocument | None,
        now: datetime.datetime,
        only: str | None = None,
    ) -> None:
        """Keep what was read after a document, as far as it is not known; `only` of one way, where it is named."""
        before = after
        for one in page:
            key, name = (one.org, one.id), self._name(one)
            if only in {None, name} and key not in self._known and self._broken.get(key, now) <= now:
                lane = self._lanes.setdefault(name, _Lane())
                self._waiting[name] = lane
                if lane.more or len(lane.queue) >= AHEAD:
                    lane.miss(before)
                else:
                    lane.queue.append(one)
                    self._known.add(key)
            before = one

    def empty(self, now: datetime.datetime) -> str | None:
        """Return a way on which one could start now if more of it were read; None where there is no such way."""
        for name, lane in self._waiting.items():
            if lane.more and not lane.queue and lane.has_room(now):
                return name
        return None

    def begin_reading(self, name: str) -> DueDocument | None:
        """Return the document after which more of a way is to be read."""
        lane = self._lanes[name]
        lane.more = False
        return lane.after

    def end_reading(self, name: str, *, more_after: DueDocument | None) -> None:
        """Note that more of a way was read, and that there may be more of it after a document."""
        lane = self._lanes[name]
        if more_after is not None:
            lane.miss(more_after)
        if not (lane.queue or lane.more):
            self._waiting.pop(name, None)

    def start(self, now: datetime.datetime, *, at_most: int) -> list[DueDocument]:
        """Return what may start now, which has started then; the way that waited longest comes first."""
        started: list[DueDocument] = []
        for name, lane in [*self._waiting.items()]:
            before = len(started)
            while len(started) < at_most and lane.queue and lane.has_room(now):
                started.append(lane.queue.popleft())
                lane.going += 1
                lane.began = now
            if len(started) > before:
                del self._waiting[name]
                if lane.queue or lane.more:
                    self._waiting[name] = lane  # behind the others
            if len(started) >= at_most:
                break
        return started

    def pause(self, now: datetime.datetime) -> datetime.timedelta | None:
        """Return for how long nothing that waits may start unless something ends; None where nothing will."""
        times = [lane.free_at for lane in self._waiting.values() if lane.going < lane.width and lane.free_at > now]
        return min(times) - now if times else None

    def end(
        self, one: DueDocument, outcome: Outcome | None, *, began: datetime.datetime, now: datetime.datetime
    ) -> None:
        """Note that what started at a time has ended; None is the outcome where something broke."""
        name, key = self._name(one), (one.org, one.id)
        lane = self._lanes[name]
        lane.going -= 1
        self._known.discard(key)
        if outcome is None:
            self._broken[key] = now + _BROKEN_PAUSE
            if len(self._broken) > _KEPT:
                self._broken.popitem(last=False)
        elif outcome.sent:
            lane.pace = outcome.pace
            lane.width = 1 if outcome.failed else self._width
            lane.pause_ends = max(lane.pause_ends, now + outcome.pause)
        elif lane.began == began:
            lane.began = _LONG_AGO
        self._lanes.move_to_end(name)
        self._forget_one()

    def _forget_one(self) -> None:
        if len(self._lanes) > _KEPT:
            name, lane = next(iter(self._lanes.items()))
            if lane.going or name in self._waiting:
                self._lanes.move_to_end(name)
            else:
                del self._lanes[name]
