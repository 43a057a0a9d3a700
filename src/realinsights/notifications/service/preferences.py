"""Use cases of preferences: one's own, and the organization's for all who have chosen nothing else."""

from __future__ import annotations

from realinsights.notifications.model.preferences import ORGANIZATION, Preferences, PreferencesDraft, checked
from realinsights.notifications.store import PREFERENCES
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.documents.versions import require


async def chosen(documents: Documents, *, org: str, whose: str) -> Preferences:
    """Return what a member, or the organization, has chosen; version 0 where that is nothing yet."""
    return await documents.get(PREFERENCES, org, whose) or _nothing(org, whose)


async def choose(*, unit: Unit, whose: str, draft: PreferencesDraft, expected_version: int) -> Preferences:
    """Replace what a member, or the organization, has chosen. Raises `Stale` and `Invalid`.

    It holds for what comes from now on; mail that waits is dropped where its topic is not wanted any more.
    """
    known = await unit.get(PREFERENCES, whose) or _nothing(unit.org, whose)
    require(known, expected_version, noun="preferences")
    changed = Preferences(id=whose, org=unit.org, version=known.version, chosen=checked(draft))
    return unit.put(PREFERENCES, changed) if changed != known or not known.version else known


def _nothing(org: str, whose: str) -> Preferences:
    return Preferences(id=whose or ORGANIZATION, org=org, chosen=PreferencesDraft())
