from __future__ import annotations

import anyio
import msgspec
import pytest

from realinsights.auth import store
from realinsights.auth.model.people import OrganizationSettings
from realinsights.auth.model.sessions import LONGEST_SESSION, REFRESH_AGAIN, UNUSED_SESSION, EndReason, parse
from realinsights.auth.service import members, sessions
from realinsights.contracts.permissions import Role
from realinsights_platform.errors import Unauthenticated

ANNA = "anna@example.com"


@pytest.fixture
async def signed_in(world):
    await world.registered(ANNA)
    return await world.sign_in(ANNA)


async def works(world, signed_in):
    try:
        await world.verifier().verify(b"Bearer " + signed_in.access_token.text.encode())
    except Unauthenticated:
        return False
    return True


async def stored(world, signed_in):
    return await world.documents.get(store.SESSION, signed_in.session.org, signed_in.session.id)


class TestRefreshing:
    async def test_exchanges_the_token_for_another(self, world, signed_in):
        refreshed = await world.refresh(signed_in.refresh_token.text())
        assert refreshed.refresh_token.text() != signed_in.refresh_token.text()
        assert refreshed.session.id == signed_in.session.id
        assert await works(world, refreshed)

    async def test_learns_that_the_organization_is_in_another_time_zone(self, world, signed_in):
        async def zone(signed_in):
            return str((await world.verifier().verify(b"Bearer " + signed_in.access_token.text.encode())).zone)

        org = signed_in.user.org
        async with world.documents.unit(org=org, actor=ANNA, business_date=world.clock().date()) as unit:
            organization = await unit.get(store.ORGANIZATION, org)
            settings = OrganizationSettings(timezone="Asia/Tokyo")
            unit.put(store.ORGANIZATION, msgspec.structs.replace(organization, settings=settings))
        refreshed = await world.refresh(signed_in.refresh_token.text())
        assert (await zone(signed_in), await zone(refreshed)) == ("America/New_York", "Asia/Tokyo")

    async def test_goes_on_and_on(self, world, signed_in):
        token = signed_in.refresh_token.text()
        for _ in range(10):
            world.clock.advance(minutes=10)
            token = (await world.refresh(token)).refresh_token.text()
        assert (await stored(world, signed_in)).generation == 11

    async def test_gives_the_same_successor_to_two_tabs_at_once(self, world, signed_in):
        refreshed = []

        async def refresh():
            refreshed.append(await world.refresh(signed_in.refresh_token.text()))

        async with anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(refresh)
        assert len({one.refresh_token.text() for one in refreshed}) == 1
        assert all([await works(world, one) for one in refreshed])
        assert (await stored(world, signed_in)).generation == 2

    async def test_may_be_asked_again_when_the_answer_was_lost(self, world, signed_in):
        first = await world.refresh(signed_in.refresh_token.text())
        world.clock.advance(seconds=REFRESH_AGAIN.total_seconds() - 1)
        second = await world.refresh(signed_in.refresh_token.text())
        assert second.refresh_token == first.refresh_token

    async def test_with_a_token_used_before_ends_the_session_for_both_holders(self, world, signed_in):
        refreshed = await world.refresh(signed_in.refresh_token.text())
        world.clock.advance(seconds=REFRESH_AGAIN.total_seconds() + 1)
        with pytest.raises(Unauthenticated):
            await world.refresh(signed_in.refresh_token.text(), address="203.0.113.7")
        assert (await stored(world, signed_in)).end_reason is EndReason.TOKEN_REUSED
        assert not await works(world, refreshed)
        with pytest.raises(Unauthenticated):
            await world.refresh(refreshed.refresh_token.text())
        last = (await world.documents.entries(signed_in.user.org))[-1]
        assert b"auth.refresh_token.reused.v1" in bytes(last.events)

    async def test_with_a_token_two_generations_old_ends_it_however_fast(self, world, signed_in):
        second = await world.refresh(signed_in.refresh_token.text())
        await world.refresh(second.refresh_token.text())
        with pytest.raises(Unauthenticated):
            await world.refresh(signed_in.refresh_token.text())
        assert (await stored(world, signed_in)).end_reason is EndReason.TOKEN_REUSED

    async def test_leaves_other_sessions_alone_when_one_is_stolen(self, world, signed_in):
        other = await world.sign_in(ANNA)
        second = await world.refresh(signed_in.refresh_token.text())
        await world.refresh(second.refresh_token.text())
        with pytest.raises(Unauthenticated):
            await world.refresh(signed_in.refresh_token.text())
        assert await works(world, await world.refresh(other.refresh_token.text()))

    async def test_with_something_made_up_ends_nothing(self, world, signed_in):
        token = signed_in.refresh_token
        second = await world.refresh(token.text())
        forged = [
            "",
            "nonsense",
            token.text()[:-1] + ("0" if token.text()[-1] != "0" else "1"),
            f"{token.org}.{token.session}.1.{'A' * 43}.{'0' * 64}",
            f"{token.org}.{token.session}.3.{token.secret}.{token.seal}",
            token.text().replace(token.org, "another-org"),
        ]
        for text in forged:
            with pytest.raises(Unauthenticated):
                await world.refresh(text)
        assert await works(world, second)
        assert (await stored(world, signed_in)).ended_at is None

    async def test_ends_when_unused_for_too_long(self, world, signed_in):
        world.clock.advance(seconds=UNUSED_SESSION.total_seconds())
        with pytest.raises(Unauthenticated):
            await world.refresh(signed_in.refresh_token.text())

    async def test_ends_one_day_however_well_used(self, world, signed_in):
        token = signed_in.refresh_token.text()
        for _ in range(LONGEST_SESSION.days // 10 - 1):
            world.clock.advance(days=10)
            token = (await world.refresh(token)).refresh_token.text()
        world.clock.advance(days=10)
        with pytest.raises(Unauthenticated):
            await world.refresh(token)

    async def test_gives_the_role_of_now(self, world):
        anna = await world.registered(ANNA)
        bo = await world.joined(anna, "bo@example.com", role=Role.MANAGER)
        signed_in = await world.sign_in("bo@example.com")
        await world.does(
            anna,
            members.change_role,
            identity=world.identity,
            user=bo.id,
            expected_version=bo.version,
            role=Role.VIEWER,
        )
        assert not await works(world, signed_in)
        refreshed = await world.refresh(signed_in.refresh_token.text())
        assert (await world.verifier().verify(b"Bearer " + refreshed.access_token.text.encode())).role == "viewer"

    async def test_survives_a_restart(self, world, signed_in):
        again = await world.reopened()
        refreshed = await again.refresh(signed_in.refresh_token.text())
        assert await works(again, refreshed)
        assert await works(again, signed_in)


class TestSigningOut:
    async def test_ends_the_session_here_only(self, world, signed_in):
        other = await world.sign_in(ANNA)
        await sessions.sign_out(identity=world.identity, token_text=signed_in.refresh_token.text())
        assert not await works(world, signed_in)
        assert await works(world, other)
        with pytest.raises(Unauthenticated):
            await world.refresh(signed_in.refresh_token.text())

    async def test_twice_or_with_nothing_is_fine(self, world, signed_in):
        for text in (signed_in.refresh_token.text(), signed_in.refresh_token.text(), "", "nonsense"):
            await sessions.sign_out(identity=world.identity, token_text=text)

    async def test_needs_a_token_of_ours(self, world, signed_in):
        token = signed_in.refresh_token
        forged = f"{token.org}.{token.session}.1.{'A' * 43}.{token.seal}"
        assert parse(forged) is not None
        await sessions.sign_out(identity=world.identity, token_text=forged)
        assert await works(world, signed_in)

    async def test_everywhere_ends_every_session(self, world, signed_in):
        other = await world.sign_in(ANNA)
        await world.does(signed_in.user, sessions.sign_out_everywhere, identity=world.identity, user=signed_in.user.id)
        assert not await works(world, signed_in)
        assert not await works(world, other)
        again = await world.sign_in(ANNA)
        assert await works(world, again)


class TestARestart:
    """What was decided within the life of an access token still holds when nobody remembers the announcement."""

    async def test_does_not_bring_a_session_back_that_was_ended(self, world, signed_in):
        await sessions.sign_out(identity=world.identity, token_text=signed_in.refresh_token.text())
        assert not await works(await world.reopened(), signed_in)

    async def test_does_not_bring_a_role_back_that_was_taken(self, world):
        anna = await world.registered(ANNA)
        bo = await world.joined(anna, "bo@example.com", role=Role.MANAGER)
        signed_in = await world.sign_in("bo@example.com")
        await world.does(
            anna,
            members.change_role,
            identity=world.identity,
            user=bo.id,
            expected_version=bo.version,
            role=Role.VIEWER,
        )
        assert not await works(await world.reopened(), signed_in)
