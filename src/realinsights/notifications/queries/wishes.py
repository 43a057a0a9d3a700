"""Wishes: what holds for a person of all that they and their organization prefer."""

from __future__ import annotations

from collections.abc import Sequence

from realinsights.notifications.model.preferences import ORGANIZATION, Preferences, Wishes, wishes
from realinsights.notifications.store import ORGANIZATIONS, PREFERENCES
from realinsights_platform.documents.port import Documents, Unit

NO_ZONE = "America/New_York"
"""The zone of an organization that is not known yet."""


async def wishes_of(unit: Unit, users: Sequence[str]) -> dict[str, Wishes]:
    """Return what holds for each of some members."""
    chosen = await unit.get_many(PREFERENCES, [ORGANIZATION, *users])
    organization = await unit.get(ORGANIZATIONS, unit.org)
    shared = chosen.get(ORGANIZATION)
    zone = organization.time_zone if organization is not None else NO_ZONE
    return {
        user: wishes(
            chosen[user].chosen if user in chosen else None,
            shared.chosen if shared is not None else None,
            time_zone=zone,
        )
        for user in users
    }


async def wishes_with(documents: Documents, *, org: str, stored: Preferences) -> Wishes:
    """Return what holds for whoever has chosen this: a member, or all who have chosen nothing else."""
    shared = stored if stored.id == ORGANIZATION else await documents.get(PREFERENCES, org, ORGANIZATION)
    organization = await documents.get(ORGANIZATIONS, org, org)
    return wishes(
        stored.chosen,
        shared.chosen if shared is not None else None,
        time_zone=organization.time_zone if organization is not None else NO_ZONE,
    )
