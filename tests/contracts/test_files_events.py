"""The events of the files service: subscribers can read every one of them, as they were written."""

from __future__ import annotations

from pathlib import Path

import msgspec

from realinsights.contracts import files
from realinsights.contracts.files import FILES_EVENTS
from realinsights_platform.events import Event

STORED = (Path(__file__).parent / "files_events.json").read_bytes()


def declared() -> set[type[Event]]:
    """Return every event that the contract declares."""
    return {
        found
        for found in vars(files).values()
        if isinstance(found, type) and issubclass(found, Event) and found is not Event
    }


def test_every_event_that_is_declared_can_be_read() -> None:
    assert {type(event) for event in FILES_EVENTS.decode(STORED)} == declared()


def test_what_is_read_is_what_was_written() -> None:
    again = FILES_EVENTS.encode(FILES_EVENTS.decode(STORED))
    assert msgspec.json.decode(again) == msgspec.json.decode(STORED)
