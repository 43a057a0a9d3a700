"""Deliveries: one message to one endpoint, tried over days until it is taken."""

from __future__ import annotations

import datetime
import email.utils
import hashlib
from enum import StrEnum
from typing import Final

import msgspec

from realinsights_platform.documents.port import Document

PAUSES: Final = tuple(
    datetime.timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""The pauses between attempts, as Standard Webhooks proposes: ten attempts in about three days."""

KEPT: Final = datetime.timedelta(days=30)
"""For so long a delivery that is over, and its attempts, can be looked at."""

_LONGEST_WISH: Final = datetime.timedelta(days=1)
_JITTER: Final = 0.2


class DeliveryState(StrEnum):
    """What became of a delivery."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


class Attempt(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One attempt: the status that was answered, or why there was no answer; `answer` is the beginning of its body."""

    at: datetime.datetime
    milliseconds: int
    status: int | None = None
    error: str | None = None
    answer: str = ""


class Delivery(Document, frozen=True, kw_only=True, rename="camel"):
    """A message to an endpoint: `payload` is its body, `message_id` what a receiver knows repetitions by."""

    endpoint: str
    message_id: str
    type: str
    payload: str
    created_at: datetime.datetime
    due_at: datetime.datetime
    state: DeliveryState = DeliveryState.WAITING
    attempts: tuple[Attempt, ...] = ()

    @property
    def due(self) -> datetime.datetime:
        """When it is to be tried or, once it is over, forgotten."""
        return self.due_at if self.state is DeliveryState.WAITING else self.created_at + KEPT


def delivery_id(endpoint: str, message_id: str, series: str = "") -> str:
    """Return the id of a delivery: of one message to one endpoint there is one, and one more for each replay."""
    digest = hashlib.sha256(f"{message_id}\n{series}".encode()).hexdigest()
    return f"{endpoint}.{digest[:24]}"


def endpoint_of(delivery: str) -> str:
    """Return the endpoint that a delivery's id names."""
    return delivery.partition(".")[0]


def delivery(
    *,
    org: str,
    endpoint: str,
    message_id: str,
    event_type: str,
    payload: bytes,
    at: datetime.datetime,
    series: str = "",
) -> Delivery:
    """Return a message to an endpoint, due at once."""
    return Delivery(
        id=delivery_id(endpoint, message_id, series),
        org=org,
        endpoint=endpoint,
        message_id=message_id,
        type=event_type,
        payload=payload.decode(),
        created_at=at,
        due_at=at,
    )


def next_due(
    attempts: int, *, now: datetime.datetime, wish: datetime.timedelta | None, chance: float
) -> datetime.datetime | None:
    """Return when a message is tried after so many attempts failed; None where it is given up.

    The pause differs by up to a fifth, as `chance` (0 to 1) says, so that not all that failed together comes together.
    A receiver's wish to wait longer is heeded.
    """
    if attempts > len(PAUSES):
        return None
    pause = PAUSES[attempts - 1] * (1 - _JITTER + 2 * _JITTER * chance)
    if wish is not None:
        pause = max(pause, wish)
    return now + pause


def retry_after(said: str | None, now: datetime.datetime) -> datetime.timedelta | None:
    """Return for how long a receiver asks to wait (RFC 9110: seconds or a date), a day at most; None for no wish."""
    if said is None:
        return None
    text = said.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return min(datetime.timedelta(seconds=int(text)), _LONGEST_WISH)
    try:
        until = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=datetime.UTC)
    return min(max(until - now, datetime.timedelta()), _LONGEST_WISH)
