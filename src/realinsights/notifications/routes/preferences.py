"""Preferences over HTTP."""

from __future__ import annotations

import msgspec

from realinsights.contracts.permissions import Permission
from realinsights.notifications.model.preferences import ORGANIZATION, Preferences, PreferencesDraft, Wishes
from realinsights.notifications.model.times import Digest, QuietHours
from realinsights.notifications.model.topics import MANDATORY, Channel, Topic
from realinsights.notifications.queries.wishes import wishes_with
from realinsights.notifications.service import preferences as service
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.http.routes.declaring import SIGNED_IN, get, put
from realinsights_platform.principal import Principal


class TopicChannels(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The channels by which a topic comes in the end; a mandatory one cannot be turned off."""

    topic: Topic
    channels: tuple[Channel, ...]
    mandatory: bool


class PreferencesView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What was `chosen`, and what holds in the end with the organization's choice and the defaults behind it."""

    version: int
    chosen: PreferencesDraft
    topics: tuple[TopicChannels, ...]
    digest: Digest
    digest_hour: int
    digest_weekday: int
    quiet_hours: QuietHours | None
    time_zone: str


@get("/preferences", permission=SIGNED_IN, scoped="unaffected")
async def read_preferences(documents: Documents, principal: Principal) -> PreferencesView:
    """Return what one is told, by which channels and when."""
    found = await service.chosen(documents, org=principal.org, whose=principal.user)
    return await _view(documents, principal, found)


@put("/preferences", permission=SIGNED_IN, scoped="unaffected")
async def choose_preferences(
    *, unit: Unit, documents: Documents, principal: Principal, if_match: int, data: PreferencesDraft
) -> PreferencesView:
    """Choose what one is told; what is left out is the organization's choice. Version 0 is that nothing was chosen."""
    stored = await service.choose(unit=unit, whose=principal.user, draft=data, expected_version=if_match)
    return await _view(documents, principal, stored)


@get("/preferences/organization", permission=SIGNED_IN)
async def read_organization_preferences(documents: Documents, principal: Principal) -> PreferencesView:
    """Return what members are told who have chosen nothing else."""
    found = await service.chosen(documents, org=principal.org, whose=ORGANIZATION)
    return await _view(documents, principal, found)


@put("/preferences/organization", permission=Permission.ORGANIZATION_MANAGE)
async def choose_organization_preferences(
    *, unit: Unit, documents: Documents, principal: Principal, if_match: int, data: PreferencesDraft
) -> PreferencesView:
    """Choose what members are told who have chosen nothing else."""
    stored = await service.choose(unit=unit, whose=ORGANIZATION, draft=data, expected_version=if_match)
    return await _view(documents, principal, stored)


async def _view(documents: Documents, principal: Principal, stored: Preferences) -> PreferencesView:
    wished: Wishes = await wishes_with(documents, org=principal.org, stored=stored)
    return PreferencesView(
        version=stored.version,
        chosen=stored.chosen,
        topics=tuple(
            TopicChannels(topic=topic, channels=tuple(sorted(wished.channels[topic])), mandatory=topic in MANDATORY)
            for topic in Topic
        ),
        digest=wished.digest,
        digest_hour=wished.digest_hour,
        digest_weekday=wished.digest_weekday,
        quiet_hours=wished.quiet_hours,
        time_zone=str(wished.zone),
    )
