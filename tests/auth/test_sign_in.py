from __future__ import annotations

from dataclasses import replace

import anyio
import pytest
from argon2.profiles import CHEAPEST

from realinsights.auth import store
from realinsights.auth.model import guessing, sessions
from realinsights.auth.model.sessions import EndReason
from realinsights.auth.queries import people
from realinsights.auth.service import members
from realinsights.contracts.auth import AUTH_EVENTS, SignedInFromNewDevice
from realinsights.contracts.permissions import Role
from realinsights_platform.documents.versions import ANY_VERSION
from realinsights_platform.documents.walking import organizations
from realinsights_platform.errors import Forbidden, TooMany, Unauthenticated
from realinsights_platform.password_hashing import Hasher

ANNA = "anna@example.com"
NOBODY = "nobody@example.com"
PASSWORD = "correct horse battery staple"
WRONG = "wrong but long enough"


async def refusal(world, email=ANNA, **how):
    with pytest.raises((Unauthenticated, TooMany)) as refused:
        await world.sign_in(email, password=WRONG, **how)
    return refused.value


async def sequences(world):
    return {org: await world.documents.sequence(org) async for org in organizations(world.documents)}


class TestSigningIn:
    async def test_gives_a_token_that_says_who_one_is(self, world):
        anna = await world.registered(ANNA)
        signed_in = await world.sign_in(ANNA)
        principal = await world.verifier().verify(b"Bearer " + signed_in.access_token.text.encode())
        assert (principal.user, principal.org, principal.session) == (anna.id, anna.org, signed_in.session.id)
        assert principal.role == "administrator"

    async def test_remembers_when(self, world):
        anna = await world.registered(ANNA)
        assert (await people.member(world.documents, org=anna.org, user=anna.id)).last_sign_in_at is None
        signed_in = await world.sign_in(ANNA)
        member = await people.member(world.documents, org=anna.org, user=anna.id)
        assert member.last_sign_in_at == signed_in.session.created_at

    async def test_refuses_a_wrong_password_and_an_unknown_address_alike(self, world):
        await world.registered(ANNA)
        known, unknown = await refusal(world, ANNA), await refusal(world, NOBODY)
        assert (type(known), known.message) == (type(unknown), unknown.message)

    async def test_does_the_same_work_for_an_unknown_address(self, world):
        anna = await world.registered(ANNA)
        before = await sequences(world)
        await refusal(world, ANNA)
        await refusal(world, NOBODY)
        after = await sequences(world)
        assert after[anna.org] - before[anna.org] == 1
        assert after["system"] - before["system"] == 1

    async def test_tells_a_deactivated_member_only_who_knows_the_password(self, world):
        anna = await world.registered(ANNA)
        bo = await world.joined(anna, "bo@example.com")
        await world.does(anna, members.deactivate, identity=world.identity, user=bo.id)
        with pytest.raises(Forbidden):
            await world.sign_in("bo@example.com")
        assert isinstance(await refusal(world, "bo@example.com"), Unauthenticated)

    async def test_tokens_of_many_at_once_all_hold(self, world):
        await world.registered(ANNA)
        signed_in = []

        async def sign_in():
            signed_in.append(await world.sign_in(ANNA))

        async with anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(sign_in)
        assert len({one.session.id for one in signed_in}) == 5

    async def test_from_a_device_that_was_not_known_is_told_and_from_a_known_one_is_not(self, world):
        anna = await world.registered(ANNA)

        async def told():
            entries = await world.documents.entries(anna.org, limit=1000)
            events = [event for entry in entries for event in AUTH_EVENTS.decode(bytes(entry.events))]
            return [event for event in events if isinstance(event, SignedInFromNewDevice)]

        device = (await world.sign_in(ANNA)).device
        assert await told() == []  # the first time nobody knows any
        await world.sign_in(ANNA)
        await world.sign_in(ANNA, address="10.0.0.9", device=device)
        assert await told() == []
        elsewhere = await world.sign_in(ANNA, address="198.51.100.7", device="made.up")
        (event,) = await told()
        assert (event.user_id, event.session_id) == (anna.id, elsewhere.session.id)
        assert (event.address, event.client) == ("198.51.100.7", "pytest")

    async def test_ends_the_session_unused_for_longest_when_there_are_too_many(self, world):
        await world.registered(ANNA)
        first, *others = [await world.sign_in(ANNA) for _ in range(sessions.MOST_SESSIONS + 1)]
        stored = await world.documents.get(store.SESSION, first.user.org, first.session.id)
        assert stored.end_reason is EndReason.TOO_MANY
        with pytest.raises(Unauthenticated):
            await world.verifier().verify(b"Bearer " + first.access_token.text.encode())
        for other in others:
            await world.verifier().verify(b"Bearer " + other.access_token.text.encode())

    async def test_does_not_survive_a_role_change_in_between(self, world):
        """The token is minted for the role that the session was committed under."""
        anna = await world.registered(ANNA)
        bo = await world.joined(anna, "bo@example.com", role=Role.MANAGER)

        async def demote():
            await world.does(
                anna,
                members.change_role,
                identity=world.identity,
                user=bo.id,
                expected_version=ANY_VERSION,
                role=Role.VIEWER,
            )

        signed_in = []

        async def sign_in():
            signed_in.append(await world.sign_in("bo@example.com"))

        async with anyio.create_task_group() as group:
            group.start_soon(sign_in)
            group.start_soon(demote)
        (token,) = [one.access_token.text for one in signed_in]
        try:
            role = (await world.verifier().verify(b"Bearer " + token.encode())).role
        except Unauthenticated:
            return  # minted before, and void by now
        assert role == "viewer"


class TestHashes:
    async def test_of_older_parameters_are_replaced_when_their_owner_signs_in(self, open_world):
        old = await open_world()
        anna = await old.registered(ANNA)
        before = await old.documents.get(store.CREDENTIAL, anna.org, anna.id)
        stronger = replace(CHEAPEST, time_cost=2, memory_cost=16)
        new = await open_world(Hasher(parameters=stronger))
        await new.sign_in(ANNA)
        after = await new.documents.get(store.CREDENTIAL, anna.org, anna.id)
        assert before.password_hash != after.password_hash
        assert "m=16,t=2,p=1" in after.password_hash
        await new.sign_in(ANNA)
        assert await new.documents.get(store.CREDENTIAL, anna.org, anna.id) != after  # signed in once more
        again = await new.documents.get(store.CREDENTIAL, anna.org, anna.id)
        assert again.password_hash == after.password_hash


class TestGuessing:
    async def test_used_up_is_forgotten_by_an_administrator(self, world):
        anna = await world.registered(ANNA)
        for host in range(guessing.GUARDED_AFTER):
            await refusal(world, address=f"10.1.0.{host}")
        for _ in range(guessing.ATTEMPTS + 1):
            await refusal(world)
        with pytest.raises(TooMany):
            await world.sign_in(ANNA)
        await world.does(anna, members.unlock, identity=world.identity, user=anna.id)
        for _ in range(guessing.ATTEMPTS - 1):
            assert isinstance(await refusal(world), Unauthenticated)
        assert (await world.sign_in(ANNA)).user.id == anna.id

    async def test_is_stopped_after_a_few_attempts_from_one_address(self, world):
        await world.registered(ANNA)
        for _ in range(guessing.ATTEMPTS):
            assert isinstance(await refusal(world), Unauthenticated)
        stopped = await refusal(world)
        assert isinstance(stopped, TooMany)
        assert 0 < stopped.retry_after <= guessing.WINDOW.total_seconds()
        with pytest.raises(TooMany):
            await world.sign_in(ANNA)  # not even the right password, from there

    async def test_goes_on_in_the_next_window(self, world):
        await world.registered(ANNA)
        for _ in range(guessing.ATTEMPTS + 1):
            await refusal(world)
        world.clock.advance(seconds=guessing.WINDOW.total_seconds())
        await world.sign_in(ANNA)

    async def test_from_elsewhere_locks_nobody_out(self, world):
        await world.registered(ANNA)
        for host in range(60):
            for _ in range(guessing.ATTEMPTS + 1):
                await refusal(world, address=f"198.51.100.{host}")
        await world.sign_in(ANNA, address="10.0.0.1")

    async def test_from_everywhere_leaves_each_address_fewer_attempts(self, world):
        await world.registered(ANNA)
        for host in range(guessing.GUARDED_AFTER):
            await refusal(world, address=f"198.51.100.{host}")
        attempts = [await refusal(world, address="203.0.113.1") for _ in range(3)]
        assert [type(attempt) for attempt in attempts] == [Unauthenticated, Unauthenticated, TooMany]

    async def test_leaves_a_device_alone_that_has_signed_in_before(self, world):
        await world.registered(ANNA)
        device = (await world.sign_in(ANNA)).device
        for host in range(guessing.GUARDED_AFTER):
            await refusal(world, address=f"198.51.100.{host}")
        for _ in range(guessing.ATTEMPTS + 1):
            await refusal(world)
        again = await world.sign_in(ANNA, device=device)
        assert again.device is None  # the one it has is still good

    async def test_with_a_stolen_or_made_up_device_is_counted_too(self, world):
        await world.registered(ANNA)
        device = (await world.sign_in(ANNA)).device
        for _ in range(guessing.ATTEMPTS):
            assert isinstance(await refusal(world, device=device), Unauthenticated)
        assert isinstance(await refusal(world, device=device), TooMany)
        for _ in range(guessing.ATTEMPTS):
            assert isinstance(await refusal(world, device="made.up"), Unauthenticated)
        assert isinstance(await refusal(world, device="another.one"), TooMany)

    async def test_with_the_device_of_one_account_helps_nothing_with_another(self, world):
        await world.registered(ANNA)
        await world.registered("bo@example.com", name="Other")
        device = (await world.sign_in(ANNA)).device
        for _ in range(guessing.ATTEMPTS):
            await refusal(world, "bo@example.com", device=device)
        assert isinstance(await refusal(world, "bo@example.com", device=device), TooMany)

    async def test_at_an_unknown_address_is_stopped_alike(self, world):
        await world.registered(ANNA)
        for _ in range(guessing.ATTEMPTS + 2):
            known, unknown = await refusal(world, ANNA), await refusal(world, NOBODY)
            assert (type(known), known.message) == (type(unknown), unknown.message)

    async def test_all_at_once_gains_nothing(self, world):
        await world.registered(ANNA)
        refusals = []

        async def guess():
            refusals.append(await refusal(world))

        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(guess)
        assert sum(isinstance(one, Unauthenticated) for one in refusals) == guessing.ATTEMPTS

    async def test_a_right_password_gives_the_attempts_back(self, world):
        await world.registered(ANNA)
        for _ in range(3):
            for _ in range(guessing.ATTEMPTS - 1):
                await refusal(world)
            await world.sign_in(ANNA)

    async def test_does_not_fill_the_journal(self, world):
        anna = await world.registered(ANNA)
        before = await world.documents.sequence(anna.org)
        for host in range(80):
            await refusal(world, address=f"198.51.100.{host}")
        assert await world.documents.sequence(anna.org) - before == 50


class TestAPasswordThatEverybodyKnows:
    async def test_opens_nothing_but_what_it_was_changed_to_does(self, world):
        await world.register()
        world.identity = replace(world.identity, barred=(ANNA, PASSWORD))
        for email in (ANNA, f" {ANNA.upper()}"):
            with pytest.raises(Unauthenticated, match="e-mail address or the password is wrong"):
                await world.sign_in(email)
        await world.register("bo@example.com", name="Elsewhere")
        await world.sign_in("bo@example.com")
        world.identity = replace(world.identity, barred=(ANNA, "another one"))
        await world.sign_in()
