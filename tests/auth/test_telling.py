"""Other services are told who the members are: at every change, and again when they ask."""

from __future__ import annotations

import datetime

from realinsights.auth.model.people import ProfileDraft
from realinsights.auth.service import accounts, members
from realinsights.auth.service.telling import tell_again
from realinsights.contracts.auth import AUTH_EVENTS, MemberRecorded, OrganizationRecorded
from realinsights.contracts.permissions import Role
from realinsights_platform.documents.versions import ANY_VERSION

TODAY = datetime.date(2026, 3, 2)


async def told(world, org):
    """Return the organization as it was told last, and each member."""
    organization, people = None, {}
    for entry in await world.documents.entries(org, limit=1000):
        for event in AUTH_EVENTS.decode(bytes(entry.events)):
            if isinstance(event, OrganizationRecorded):
                organization = event
            elif isinstance(event, MemberRecorded):
                people[event.user_id] = event
    return organization, people


async def test_a_change_of_a_member_is_told_with_it(world):
    anna = await world.registered()
    bo = await world.joined(anna, "bo@example.com")
    organization, people = await told(world, anna.org)
    assert (organization.name, organization.time_zone) == ("Harbor Capital", "America/New_York")
    assert (people[bo.id].role, people[bo.id].active, people[bo.id].first_name) == (Role.MEMBER, True, "Bo")
    await world.does(
        anna, members.change_role, identity=world.identity, user=bo.id, expected_version=ANY_VERSION, role=Role.MANAGER
    )
    await world.does(
        bo,
        accounts.change_profile,
        user=bo.id,
        expected_version=ANY_VERSION,
        profile=ProfileDraft(first_name="Bob", last_name="Berg"),
    )
    await world.does(anna, members.deactivate, identity=world.identity, user=bo.id)
    _, people = await told(world, anna.org)
    assert (people[bo.id].role, people[bo.id].active, people[bo.id].first_name) == (Role.MANAGER, False, "Bob")
    await world.does(anna, members.reactivate, user=bo.id)
    assert (await told(world, anna.org))[1][bo.id].active


async def test_all_are_told_again_to_who_asks(world):
    anna = await world.registered()
    bo = await world.joined(anna, "bo@example.com")
    before = await world.documents.sequence(anna.org)
    await tell_again(documents=world.documents, org=anna.org, business_date=TODAY)
    (entry,) = await world.documents.entries(anna.org, after=before, limit=10)
    events = AUTH_EVENTS.decode(bytes(entry.events))
    assert {event.user_id for event in events if isinstance(event, MemberRecorded)} == {anna.id, bo.id}
    assert entry.writes == ()
    await tell_again(documents=world.documents, org="nobody", business_date=TODAY)
    assert await world.documents.sequence("nobody") == 0
