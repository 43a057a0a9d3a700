"""The stream port: messages from a service's journal to the groups that subscribe, at least once, in order per org.

`tests/adapters/test_stream.py` is the specification.
"""

from __future__ import annotations

from collections.abc import Awaitable, Collection, Sequence
from typing import Protocol

from realinsights_platform.events import Event, Message


class Missed(Exception):
    """A group that was away for long has come back: publish again from what is settled."""


class Subscription(Protocol):
    """One member's place in a group. An organization's messages go to one member at a time, until it acknowledges."""

    async def receive(self) -> tuple[Message, ...]:
        """Wait for and return the next messages, one organization's in sequence; none once it is closed.

        A member that receives no more for a while is taken for dead: what it did not acknowledge goes to another.
        """

    async def acknowledge(self, service: str, org: str, sequence: int) -> None:
        """Say that everything up to this sequence is durably done: the group does not receive it again."""

    async def bury(self, message: Message, error: str) -> None:
        """Put a message that cannot be handled aside, as a dead letter with its error: the group goes on without it."""

    async def close(self) -> None:
        """Leave the group; what was not acknowledged goes to another member, or to the next one that joins."""


class Stream(Protocol):
    """The messages between services.

    The journal is the truth and the stream a hint of it: a group receives what is published from its first
    subscription on; what was before is in the service's feed.
    """

    async def publish(self, messages: Sequence[Message]) -> Awaitable[object]:
        """Hand messages over, each organization's in sequence; waits while subscribers lag too far behind.

        What is returned is done once nothing of it needs to be published again, even after a crash: a stream that
        keeps messages itself has kept them by then; one that does not waits for every group to acknowledge, and raises
        `Missed`, here or there, where it held no more of them for a group that nobody was in.
        """

    def subscribe(
        self, group: str, services: Collection[str], events: Collection[type[Event]] | None = None
    ) -> Subscription:
        """Join a group that gets the messages of these services, each message once.

        With `events`, only messages that hold one of them; the others count as acknowledged.
        """

    async def close(self) -> None:
        """Let go of the engine."""
