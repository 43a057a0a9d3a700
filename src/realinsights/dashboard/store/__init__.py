"""What the dashboard keeps: snapshots of columns (arrays in the blobs, named by one document), and people's views."""

from typing import Any

from realinsights.dashboard.store.saved_views import SAVED_VIEWS
from realinsights.dashboard.store.snapshots import SNAPSHOT, Snapshots
from realinsights_platform.documents.port import Kind

KINDS: tuple[Kind[Any], ...] = (SNAPSHOT, SAVED_VIEWS)

__all__ = ["KINDS", "SAVED_VIEWS", "SNAPSHOT", "Snapshots"]
