"""Subscribers of the files service: its workers take up versions that were received."""

from __future__ import annotations

from typing import Final

from realinsights.contracts.files import VersionReceived

PROCESSING: Final = "files.processing"
SERVICES: Final = ("files",)
EVENTS: Final = (VersionReceived,)
