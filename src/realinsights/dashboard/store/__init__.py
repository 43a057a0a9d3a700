"""Store: snapshots of columns in the blobs, and people's views as documents."""

from typing import Any

from realinsights.dashboard.store.saved_views import SAVED_VIEWS
from realinsights.dashboard.store.snapshots import Snapshots
from realinsights_platform.documents.port import Kind

KINDS: tuple[Kind[Any], ...] = (SAVED_VIEWS,)

__all__ = ["KINDS", "SAVED_VIEWS", "Snapshots"]
