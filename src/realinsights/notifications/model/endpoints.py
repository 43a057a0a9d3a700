"""Endpoints: addresses of an organization's own programs, which are sent what happened."""

from __future__ import annotations

import datetime
from typing import Annotated, Final

import msgspec

from realinsights.contracts.catalog import SERVICE_OF
from realinsights_platform.documents.port import Document
from realinsights_platform.errors import Faults
from realinsights_platform.texts import checked_line

MOST_ENDPOINTS: Final = 20
"""So many endpoints an organization may have."""

PREVIOUS_LASTS: Final = datetime.timedelta(hours=24)
"""For so long after a rotation messages are signed with the previous keys too."""

FAILING_ENDS_AFTER: Final = datetime.timedelta(days=5)
"""An endpoint that has failed for so long, without one success, is disabled."""

Rate = Annotated[int, msgspec.Meta(ge=1, le=6_000)]


class EndpointDraft(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What one says of an endpoint. `types` are the events it is sent, all of them where none is named.

    It is sent at most `per_minute` messages a minute.
    """

    url: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    description: Annotated[str, msgspec.Meta(max_length=200)] = ""
    types: tuple[Annotated[str, msgspec.Meta(max_length=100)], ...] = ()
    per_minute: Rate = 600


class Endpoint(Document, frozen=True, kw_only=True, rename="camel"):
    """An endpoint. `generation` says which keys it has; the one before is good until `previous_until`.

    `failing_since` is when the first attempt failed of those since the last success.
    """

    url: str
    description: str
    types: tuple[str, ...]
    per_minute: int
    created_by: str
    created_at: datetime.datetime
    enabled: bool = True
    generation: int = 1
    previous_until: datetime.datetime | None = None
    failing_since: datetime.datetime | None = None
    disabled_at: datetime.datetime | None = None
    disabled_because: str | None = None

    def wants(self, event_type: str) -> bool:
        """Tell whether it is sent events of a type."""
        return not self.types or event_type in self.types

    def generations(self, now: datetime.datetime) -> tuple[int, ...]:
        """Return the generations of keys that messages are signed with now, the latest first."""
        both = self.previous_until is not None and now < self.previous_until
        return (self.generation, self.generation - 1) if both else (self.generation,)


def checked_draft(draft: EndpointDraft) -> EndpointDraft:
    """Return a draft that can be kept; raises `Invalid`. Whether its address may be sent to is looked up elsewhere."""
    faults = Faults()
    description = checked_line(draft.description, "description", faults)
    for number, name in enumerate(draft.types):
        if name not in SERVICE_OF:
            faults.add(f"types[{number}]", "is no event; /asyncapi.json lists them")
    faults.refuse("endpoint")
    return msgspec.structs.replace(draft, description=description, types=tuple(dict.fromkeys(draft.types)))


def rotated(known: Endpoint, now: datetime.datetime) -> Endpoint:
    """Return an endpoint with new keys; those it had are good for a while longer."""
    return msgspec.structs.replace(known, generation=known.generation + 1, previous_until=now + PREVIOUS_LASTS)


def disabled(known: Endpoint, *, because: str, now: datetime.datetime) -> Endpoint:
    """Return an endpoint that is sent nothing any more."""
    return msgspec.structs.replace(known, enabled=False, disabled_at=now, disabled_because=because)


def enabled(known: Endpoint) -> Endpoint:
    """Return an endpoint that is sent what happens from now on."""
    return msgspec.structs.replace(known, enabled=True, disabled_at=None, disabled_because=None, failing_since=None)
