"""The limits port: how often somebody may do something. `tests/adapters/test_limits.py` is the specification."""

from __future__ import annotations

from typing import Protocol

import msgspec


class Rate(msgspec.Struct, frozen=True):
    """A number of times in each window of so many seconds."""

    amount: int
    seconds: int


class Allowance(msgspec.Struct, frozen=True):
    """What is left of a rate: `reset` is in whole seconds from now, at least 1."""

    allowed: bool
    limit: int
    remaining: int
    reset: int


class Limits(Protocol):
    """The counts of how often keys come."""

    async def hit(self, key: str, rate: Rate, *, cost: int = 1) -> Allowance:
        """Count one, or what it costs; say whether the rate allows it and what is left."""

    async def close(self) -> None:
        """Let go of the engine."""
