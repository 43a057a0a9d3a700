"""Store: the kind that keeps people's views; beside it, snapshots of columns in the blobs."""

from typing import Any

from realinsights.dashboard.model.saved_views import SavedView
from realinsights_platform.documents.port import Kind

SAVED_VIEWS = Kind(
    service="dashboard",
    name="saved_view",
    type=SavedView,
    indexes=("name", "owner", "shared"),
    unique=(("owner", "name"),),
)

KINDS: tuple[Kind[Any], ...] = (SAVED_VIEWS,)
