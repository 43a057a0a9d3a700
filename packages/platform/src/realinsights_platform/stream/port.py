"""The stream port: messages from a service's journal to the groups that subscribe, at least once, in order per org."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from realinsights_platform.events import Message


class Subscription(Protocol):
    """One group's place in the stream."""

    async def receive(self) -> tuple[Message, ...]:
        """Wait for and return the next messages, one organisation's in sequence."""

    async def acknowledge(self, service: str, org: str, sequence: int) -> None:
        """Say that the group has durably applied everything up to this sequence: it is not delivered again."""

    async def close(self) -> None:
        """Leave the stream; what was not acknowledged is delivered again next time."""


class Stream(Protocol):
    """Carries messages between services."""

    async def publish(self, messages: Sequence[Message]) -> None:
        """Hand messages over; the caller (the relay) publishes each organisation's in sequence."""

    def subscribe(self, group: str, services: Sequence[str]) -> Subscription:
        """Join as `group` to the messages of these services."""

    async def settled(self, service: str, org: str) -> int:
        """Return up to which sequence nothing needs to be published again, even after a crash of this process."""

    async def close(self) -> None:
        """Let go of the engine."""
