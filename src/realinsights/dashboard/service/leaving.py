"""Leaving: what the dashboard lets go of when a member is removed."""

from __future__ import annotations

from collections.abc import Mapping

from realinsights.dashboard.store import SAVED_VIEWS
from realinsights_platform.documents.port import Equal, Unit


async def let_go(unit: Unit, user: str) -> Mapping[str, int]:
    """Delete a member's own views; those that they share stay the organization's, and administrators change them."""
    found = await unit.every(SAVED_VIEWS, Equal("owner", user))
    own = [view for view in found if not view.shared]
    for view in own:
        unit.delete(SAVED_VIEWS, view)
    return {"savedViews": len(own)}
