"""The stream port: messages from a service's journal to the groups that subscribe, at least once, in order per org.

`tests/adapters/test_stream.py` is the specification.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from realinsights_platform.events import Message


class Subscription(Protocol):
    """One group's place in the stream."""

    async def receive(self) -> tuple[Message, ...]:
        """Wait for and return the next messages, one organisation's in sequence; none once it is closed."""

    async def acknowledge(self, service: str, org: str, sequence: int) -> None:
        """Say that the group has durably applied everything up to this sequence: it is not delivered again."""

    async def close(self) -> None:
        """Leave the stream; what was not acknowledged is delivered again next time."""


class Stream(Protocol):
    """Carries messages between services.

    A group that was never there before receives everything from the first entry on.
    """

    async def publish(self, messages: Sequence[Message]) -> None:
        """Hand messages over, each organisation's in sequence; waits while subscribers lag too far behind.

        A message that was handed over before changes nothing.
        """

    def subscribe(self, group: str, services: Sequence[str]) -> Subscription:
        """Join as `group` to the messages of these services."""

    async def settled(self, service: str, org: str) -> int:
        """Return up to which sequence nothing needs to be published again, even after a crash of this process."""

    def acknowledged(self, service: str) -> Mapping[tuple[str, str], int]:
        """Return by (group, org) what the relay must keep for `resume`; nothing where the stream itself is durable."""

    def resume(self, service: str, acknowledged: Mapping[tuple[str, str], int]) -> None:
        """Take over what the groups had acknowledged in an earlier process, before anything is published."""

    def on_rewind(self, service: str, callback: Callable[[str | None], None]) -> None:
        """Call `callback(org)` when messages after `settled` must be published again; None stands for every org."""

    async def close(self) -> None:
        """Let go of the engine."""
