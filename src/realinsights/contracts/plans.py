"""Plans: how many requests an organization may send, by what it subscribed to; for processes and gateways."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from realinsights_platform.limits.port import Rate

PLANS: Final[Mapping[str, Rate]] = MappingProxyType(
    {
        "basic": Rate(amount=24_000, seconds=60),
        "professional": Rate(amount=60_000, seconds=60),
        "enterprise": Rate(amount=240_000, seconds=60),
    }
)
"""The requests of an organization, by its plan, of all of its members together; the first is that of a new one."""

ADDRESS_A_SECOND: Final = max(plan.amount // plan.seconds for plan in PLANS.values())
"""The requests a second that a gateway lets through from one address: as many as the largest plan has."""
