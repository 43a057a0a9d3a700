from __future__ import annotations

import contextlib

import anyio
import pytest

from realinsights.auth import store
from realinsights.auth.model.people import ProfileDraft
from realinsights.auth.queries import people
from realinsights.auth.service import accounts, invitations, members, sessions
from realinsights.contracts.permissions import Role
from realinsights_platform.documents.port import Equal
from realinsights_platform.documents.versions import ANY_VERSION
from realinsights_platform.errors import Conflict, Forbidden, Invalid, NotFound, Stale, TooMany, Unauthenticated

ANNA = "anna@example.com"
BO = "bo@example.com"
GOOD_PASSWORD = "correct horse battery staple"


@pytest.fixture
async def anna(world):
    return await world.registered(ANNA)


@pytest.fixture
async def bo(world, anna):
    return await world.joined(anna, BO)


async def works(world, signed_in):
    try:
        await world.verifier().verify(b"Bearer " + signed_in.access_token.text.encode())
    except Unauthenticated:
        return False
    return True


async def change_role(world, actor, member, role, *, version=ANY_VERSION):
    return await world.does(
        actor, members.change_role, identity=world.identity, user=member.id, expected_version=version, role=role
    )


async def deactivate(world, actor, member):
    return await world.does(actor, members.deactivate, identity=world.identity, user=member.id)


async def reactivate(world, actor, member):
    return await world.does(actor, members.reactivate, user=member.id)


async def in_charge(world, org):
    page = await world.documents.find(store.USER, org, Equal("role", Role.ADMINISTRATOR), Equal("active", value=True))
    return page.items


class TestChangingARole:
    async def test_voids_the_tokens_of_the_old_one_at_once(self, world, anna, bo):
        signed_in = await world.sign_in(BO)
        assert await works(world, signed_in)
        await change_role(world, anna, bo, Role.VIEWER, version=bo.version)
        assert not await works(world, signed_in)

    async def test_needs_the_version_one_has_seen(self, world, anna, bo):
        await change_role(world, anna, bo, Role.MANAGER, version=bo.version)
        with pytest.raises(Stale):
            await change_role(world, anna, bo, Role.VIEWER, version=bo.version)

    async def test_to_the_same_changes_nothing(self, world, anna, bo):
        assert await change_role(world, anna, bo, bo.role) == bo

    async def test_of_somebody_elsewhere_finds_nobody(self, world, anna):
        other = await world.registered("other@example.com")
        with pytest.raises(NotFound):
            await change_role(world, anna, other, Role.VIEWER)

    async def test_withdraws_the_links_of_one_who_may_invite_no_more(self, world, anna, bo):
        await change_role(world, anna, bo, Role.ADMINISTRATOR)
        _, token = await world.does(
            bo, invitations.invite, identity=world.identity, email="mole@example.com", role=Role.ADMINISTRATOR
        )
        await change_role(world, anna, bo, Role.MEMBER)
        with pytest.raises(NotFound):
            await invitations.look_up(identity=world.identity, token_text=token.text())


class TestTheLastAdministrator:
    async def test_cannot_be_demoted(self, world, anna, bo):
        with pytest.raises(Conflict):
            await change_role(world, anna, anna, Role.MANAGER)

    async def test_cannot_be_deactivated(self, world, anna, bo):
        with pytest.raises(Conflict):
            await deactivate(world, anna, anna)

    async def test_is_not_the_last_while_another_is_active(self, world, anna, bo):
        await change_role(world, anna, bo, Role.ADMINISTRATOR)
        await deactivate(world, anna, bo)
        with pytest.raises(Conflict):
            await change_role(world, anna, anna, Role.VIEWER)
        await reactivate(world, anna, bo)
        assert (await change_role(world, anna, anna, Role.VIEWER)).role is Role.VIEWER

    async def test_remains_when_two_demote_each_other_at_once(self, world, anna, bo):
        bo = await change_role(world, anna, bo, Role.ADMINISTRATOR)
        refused = []

        async def demote(actor, member):
            try:
                await change_role(world, actor, member, Role.VIEWER)
            except Conflict as refusal:
                refused.append(refusal)

        async with anyio.create_task_group() as group:
            group.start_soon(demote, anna, bo)
            group.start_soon(demote, bo, anna)
        assert len(await in_charge(world, anna.org)) == 1
        assert len(refused) == 1

    async def test_remains_when_three_leave_at_once(self, world, anna, bo):
        await change_role(world, anna, bo, Role.ADMINISTRATOR)
        third = await world.joined(anna, "third@example.com", role=Role.ADMINISTRATOR)

        async def leave(member):
            with contextlib.suppress(Conflict):
                await deactivate(world, member, member)

        async with anyio.create_task_group() as group:
            for member in (anna, bo, third):
                group.start_soon(leave, member)
        assert len(await in_charge(world, anna.org)) == 1


class TestDeactivating:
    async def test_ends_everything_at_once(self, world, anna, bo):
        signed_in = await world.sign_in(BO)
        await deactivate(world, anna, bo)
        assert not await works(world, signed_in)
        with pytest.raises(Unauthenticated):
            await world.refresh(signed_in.refresh_token.text())

    async def test_wins_over_a_sign_in_and_a_refresh_at_the_same_moment(self, world, anna, bo):
        earlier = await world.sign_in(BO)
        got = []

        async def attempt(how):
            try:
                got.append(await how())
            except (Unauthenticated, Forbidden):
                return

        async with anyio.create_task_group() as group:
            group.start_soon(attempt, lambda: world.sign_in(BO))
            group.start_soon(attempt, lambda: world.refresh(earlier.refresh_token.text()))
            group.start_soon(deactivate, world, anna, bo)
        for signed_in in [earlier, *got]:
            assert not await works(world, signed_in)
            with pytest.raises(Unauthenticated):
                await world.refresh(signed_in.refresh_token.text())

    async def test_twice_is_once(self, world, anna, bo):
        first = await deactivate(world, anna, bo)
        assert await deactivate(world, anna, bo) == first

    async def test_can_be_undone_and_old_sessions_stay_over(self, world, anna, bo):
        signed_in = await world.sign_in(BO)
        await deactivate(world, anna, bo)
        await reactivate(world, anna, bo)
        assert not await works(world, signed_in)
        assert await works(world, await world.sign_in(BO))

    async def test_leaves_the_others_alone(self, world, anna, bo):
        signed_in = await world.sign_in(ANNA)
        await deactivate(world, anna, bo)
        assert await works(world, signed_in)


class TestChangingThePassword:
    async def change(self, world, signed_in, *, current=GOOD_PASSWORD, new="an even better battery"):
        await world.does(
            signed_in.user,
            accounts.change_password,
            identity=world.identity,
            user=signed_in.user.id,
            session_id=signed_in.session.id,
            current=current,
            new=new,
        )

    async def test_ends_the_other_sessions_and_keeps_this_one(self, world, anna):
        here, there = await world.sign_in(ANNA), await world.sign_in(ANNA)
        await self.change(world, here)
        assert await works(world, here)
        assert not await works(world, there)
        with pytest.raises(Unauthenticated):
            await world.refresh(there.refresh_token.text())
        await world.refresh(here.refresh_token.text())
        with pytest.raises(Unauthenticated):
            await world.sign_in(ANNA)
        await world.sign_in(ANNA, password="an even better battery")

    async def test_needs_the_current_one(self, world, anna):
        here = await world.sign_in(ANNA)
        with pytest.raises(Invalid) as refused:
            await self.change(world, here, current="not the current one")
        assert refused.value.fields[0].field == "currentPassword"
        await world.sign_in(ANNA)

    async def test_needs_a_good_one(self, world, anna):
        here = await world.sign_in(ANNA)
        with pytest.raises(Invalid) as refused:
            await self.change(world, here, new="short")
        assert refused.value.fields[0].field == "newPassword"

    async def test_lets_a_thief_of_a_token_guess_only_a_few_times(self, world, anna):
        here, there = await world.sign_in(ANNA), await world.sign_in(ANNA)
        for _ in range(5):
            with pytest.raises(Invalid):
                await self.change(world, there, current="not the current one")
        with pytest.raises(TooMany):
            await self.change(world, there, current="not the current one")
        await self.change(world, here)

    async def test_wins_over_a_sign_in_with_the_old_one_at_the_same_moment(self, world, anna):
        here = await world.sign_in(ANNA)
        got = []

        async def sign_in():
            try:
                got.append(await world.sign_in(ANNA))
            except Unauthenticated:
                return

        async with anyio.create_task_group() as group:
            group.start_soon(sign_in)
            group.start_soon(lambda: self.change(world, here))
        assert not any([await works(world, one) for one in got])


class TestSessions:
    async def listed(self, world, signed_in):
        return await people.sessions(
            world.documents,
            org=signed_in.user.org,
            user=signed_in.user.id,
            current=signed_in.session.id,
            now=world.clock(),
        )

    async def test_are_listed_with_the_one_that_asks(self, world, anna):
        first, second = await world.sign_in(ANNA), await world.sign_in(ANNA, address="10.0.0.9")
        listed = await self.listed(world, first)
        assert [(one.id, one.address, one.current) for one in listed] == [
            (second.session.id, "10.0.0.9", False),
            (first.session.id, "10.0.0.1", True),
        ]

    async def test_can_be_ended_one_by_one(self, world, anna):
        first, second = await world.sign_in(ANNA), await world.sign_in(ANNA)
        await world.does(
            anna, sessions.end_session, identity=world.identity, user=anna.id, session_id=second.session.id
        )
        assert not await works(world, second)
        assert [one.id for one in await self.listed(world, first)] == [first.session.id]

    async def test_of_others_are_nobody_elses_to_end(self, world, anna, bo):
        signed_in = await world.sign_in(BO)
        with pytest.raises(NotFound):
            await world.does(
                anna, sessions.end_session, identity=world.identity, user=anna.id, session_id=signed_in.session.id
            )

    async def test_of_a_member_end_when_an_administrator_says_so(self, world, anna, bo):
        signed_in = await world.sign_in(BO)
        await world.does(anna, sessions.end_sessions_of_member, identity=world.identity, user=bo.id)
        assert not await works(world, signed_in)
        await world.sign_in(BO)


class TestTheProfile:
    async def change(self, world, user, profile, *, version=ANY_VERSION):
        async with world.documents.unit(org=user.org, actor=user.id, business_date=world.clock().date()) as unit:
            return await accounts.change_profile(unit=unit, user=user.id, expected_version=version, profile=profile)

    async def test_is_ones_own_to_change(self, world, anna):
        profile = ProfileDraft(first_name="Ana", last_name="Adler-Ruiz", phone="+1 (212) 555-0100", job_title="CFO")
        changed = await self.change(world, anna, profile, version=anna.version)
        assert (changed.first_name, changed.phone, changed.role) == ("Ana", "+1 (212) 555-0100", anna.role)

    async def test_names_every_bad_field(self, world, anna):
        profile = ProfileDraft(first_name=" ", last_name="x" * 101, phone="call me")
        with pytest.raises(Invalid) as refused:
            await self.change(world, anna, profile)
        assert [field.field for field in refused.value.fields] == ["firstName", "lastName", "phone"]

    async def test_needs_the_version_one_has_seen(self, world, anna):
        with pytest.raises(Stale):
            await self.change(world, anna, ProfileDraft(first_name="A", last_name="B"), version=anna.version + 1)


class TestListing:
    async def test_filters_searches_and_pages(self, world, anna, bo):
        await world.joined(anna, "cy@example.com", role=Role.VIEWER)

        async def listed(**how):
            page = await people.members(world.documents, org=anna.org, **{"limit": 10, **how})
            return [member.email for member in page.items]

        assert await listed() == [ANNA, BO, "cy@example.com"]
        assert await listed(role=Role.VIEWER) == ["cy@example.com"]
        assert await listed(search="adl") == [ANNA]
        assert await listed(search="berg cy@") == ["cy@example.com"]
        await deactivate(world, anna, bo)
        assert await listed(active=False) == [BO]
        first = await people.members(world.documents, org=anna.org, limit=2)
        second = await people.members(world.documents, org=anna.org, limit=2, after=first.next)
        assert [member.email for member in (*first.items, *second.items)] == [ANNA, BO, "cy@example.com"]
        assert second.next is None
