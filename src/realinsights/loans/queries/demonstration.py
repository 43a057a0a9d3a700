"""The state of the demonstration portfolio in an organization."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from types import MappingProxyType
from typing import Any

import msgspec

from realinsights.loans.model.demonstration import TAG, Demonstration
from realinsights.loans.store import DEMONSTRATIONS, FUNDS, LENDERS, LOANS, PORTFOLIOS, PROPERTIES
from realinsights_platform.documents.port import Documents, Kind


class DemonstrationState(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The numbers of things that the demonstration put there and that are still there; each has the `tag`."""

    there: bool
    tag: str
    loans: int
    properties: int
    lenders: int
    funds: int
    portfolios: int


PARTS: Mapping[str, Kind[Any]] = MappingProxyType(
    {"loans": LOANS, "properties": PROPERTIES, "lenders": LENDERS, "funds": FUNDS, "portfolios": PORTFOLIOS}
)
"""The fields of a `Demonstration`, and of what kind the things are."""


async def demonstration_state(documents: Documents, *, org: str) -> DemonstrationState:
    """Return what there is of the demonstration."""
    known = await documents.get(DEMONSTRATIONS, org, org) or Demonstration(id=org, org=org)
    return state_of({part: await documents.get_many(kind, org, getattr(known, part)) for part, kind in PARTS.items()})


def state_of(found: Mapping[str, Sized]) -> DemonstrationState:
    """Return the state where these are the things that are there, by the fields of a `Demonstration`."""
    counts = {part: len(found[part]) for part in PARTS}
    return DemonstrationState(there=any(counts.values()), tag=TAG, **counts)
