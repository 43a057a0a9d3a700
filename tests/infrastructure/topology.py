"""What the topology `enhanced` wants of those who run its processes."""

from __future__ import annotations

from typing import Final

from realinsights.topology import Topology, needs, read_topology

ENHANCED: Final[Topology] = read_topology("enhanced", environment=dict.fromkeys(needs("enhanced"), "none://"))


def wanted() -> frozenset[str]:
    """Return the variables that a process needs in its environment: those without a value of their own."""
    scheme, _, secret = ENHANCED.secret.partition("://")
    return needs("enhanced") - {"REALINSIGHTS_DATA", "REALINSIGHTS_WEB"} | (
        {secret} if scheme == "environment" else set()
    )
