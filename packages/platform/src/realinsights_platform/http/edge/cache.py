"""The edge read cache: finished answers, each good for one audience, one version and one day."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from realinsights_platform.business_day import Day
from realinsights_platform.http.answers.answer import encoded_head, headers_of_304

Key = tuple[str, str, bytes, bytes]
"""The audience (organization, scope and time zone), the path and the query as they came, and the content coding."""

_OVERHEAD: Final = 2560  # bytes: what an entry takes besides its body and key


@dataclass(slots=True, eq=False)
class Counter:
    """The numbers of a route's answers from the cache; plain integers, read when somebody asks for the metrics."""

    route: str
    hits: int = 0
    not_modified: int = 0
    misses: int = 0
    stored: int = 0
    logged_hits: int = 0
    logged_not_modified: int = 0


@dataclass(slots=True, eq=False, kw_only=True)
class Entry:
    """One answer. `head(org)` says whether it is still the version; `follows` is the service whose sequences it counts.

    `headers` are those of a 200, without what differs from request to request.
    """

    key: Key
    org: str
    follows: str
    head: Callable[[str], int | None]
    version: int
    day: Day
    counter: Counter
    etag: str
    headers: list[tuple[bytes, bytes]]
    body: bytes
    tag: bytes = b""
    head_200: bytes = b""
    head_304: bytes = b""

    @property
    def size(self) -> int:
        """How many bytes it takes, about."""
        return _OVERHEAD + len(self.body) + len(self.key[1]) + len(self.key[2])

    def encode(self) -> bool:
        """Make what hits are answered with: most answers are never asked for again, and need none of it.

        Return whether the heads can go over the wire as they are; where not, they stay empty.
        """
        self.tag = self.etag.encode("latin-1")
        self.head_200 = encoded_head(self.headers) or b""
        self.head_304 = encoded_head(headers_of_304(self.headers, self.etag)) or b""
        return bool(self.head_200)

    def is_current(self, now: float) -> bool:
        """Tell whether nothing was written since, and it is still the same day where the organization is."""
        return self.version == self.head(self.org) and self.day.begins <= now < self.day.ends


class EdgeCache:
    """A cache of `capacity` bytes of answers: the least recently used go first, one over a sixteenth is not kept."""

    def __init__(self, *, capacity: int, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
        self.headers = headers
        """What every answer from here carries besides its own headers."""
        self.entries: OrderedDict[Key, Entry] = OrderedDict()
        """What the hot path looks up; check `is_current` before use."""
        self.bytes = 0
        self.counters: dict[str, Counter] = {}
        self._capacity = capacity

    def counter(self, route: str) -> Counter:
        """Return the counter of a route, the same one each time."""
        return self.counters.setdefault(route, Counter(route))

    def store(self, entry: Entry) -> None:
        """Keep an entry, in the place of what had its key, if the version is still the one it was made at."""
        size = entry.size
        if size > self._capacity // 16 or entry.version != entry.head(entry.org):
            return
        earlier = self.entries.pop(entry.key, None)
        self.entries[entry.key] = entry
        self.bytes += size if earlier is None else size - earlier.size
        entry.counter.stored += 1
        while self.bytes > self._capacity:
            _, oldest = self.entries.popitem(last=False)
            self.bytes -= oldest.size
