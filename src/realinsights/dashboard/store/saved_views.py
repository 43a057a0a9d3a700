"""The kind of document that keeps people's views."""

from __future__ import annotations

from realinsights.dashboard.model.saved_views import SavedView
from realinsights_platform.documents.port import Kind

SAVED_VIEWS = Kind(
    service="dashboard",
    name="saved_view",
    type=SavedView,
    indexes=("name", "owner", "shared"),
    unique=(("owner", "name"),),
)
