"""Where an organisation's columns are kept between two runs: arrays in the blobs, named by one document."""

from typing import Any

from realinsights.dashboard.store.snapshots import SNAPSHOT, Snapshots
from realinsights_platform.documents.port import Kind

KINDS: tuple[Kind[Any], ...] = (SNAPSHOT,)

__all__ = ["KINDS", "SNAPSHOT", "Snapshots"]
