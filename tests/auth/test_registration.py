from __future__ import annotations

import anyio
import pytest

from realinsights.auth import store
from realinsights.auth.model import emails
from realinsights.auth.model.directory import ABANDONED, SYSTEM, Purpose
from realinsights.auth.service import directory, registration
from realinsights.contracts.permissions import Role
from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.walking import every, organizations
from realinsights_platform.errors import Conflict, Invalid, TooMany, Unauthenticated

ANNA = "anna@example.com"
KEY = emails.email_key(ANNA)


async def all_users(world):
    found = []
    async for org in organizations(world.documents):
        found += await every(world.documents, store.USER, org)
    return found


class TestRegistering:
    async def test_begins_an_organization_with_its_administrator(self, world):
        await world.register(ANNA, name="  Harbor   Capital ")
        signed_in = await world.sign_in(ANNA)
        assert signed_in.user.role is Role.ADMINISTRATOR
        organization = await world.documents.get(store.ORGANIZATION, signed_in.user.org, signed_in.user.org)
        assert organization.name == "Harbor Capital"

    async def test_takes_an_address_for_the_same_whatever_its_case(self, world):
        await world.register("Anna@Example.COM")
        assert (await world.sign_in(" anna@example.com ")).user.email == ANNA

    async def test_stores_no_password(self, world, tmp_path):
        await world.register(password="a very peculiar secret")
        await world.documents.close()
        stored = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
        assert b"a very peculiar secret" not in stored
        assert b"$argon2id$" in stored

    async def test_says_every_bad_field_at_once(self, world):
        with pytest.raises(Invalid) as refused:
            await world.register("not an address", name=" ", password="short")
        assert [field.field for field in refused.value.fields] == ["email", "organization.name", "password"]

    async def test_stores_nothing_where_something_is_bad(self, world):
        with pytest.raises(Invalid):
            await world.register(password="short")
        assert await world.documents.get(store.CLAIM, SYSTEM, KEY) is None

    async def test_never_touches_an_account_that_is_there(self, world):
        before = await world.registered(ANNA)
        await world.register(ANNA, name="Usurper", password="another good password")
        assert await all_users(world) == [before]
        with pytest.raises(Unauthenticated):
            await world.sign_in(ANNA, password="another good password")
        assert (await world.sign_in(ANNA)).user.org == before.org

    async def test_lets_the_owner_of_the_address_see_the_attempt(self, world):
        anna = await world.registered(ANNA)
        await world.register(ANNA, name="Usurper", address="203.0.113.9")
        last = (await world.documents.entries(anna.org))[-1]
        assert b"auth.registration.refused.v1" in bytes(last.events)
        assert b"203.0.113.9" in bytes(last.events)

    async def test_works_as_long_for_a_known_address_as_for_a_new_one(self, world):
        async def commits(email):
            before = await entries()
            await world.register(email)
            return await entries() - before

        async def entries():
            return sum([await world.documents.sequence(org) async for org in organizations(world.documents)])

        assert await commits(ANNA) == await commits(ANNA) == await commits("new@example.com")

    async def test_two_at_once_make_one_account_and_both_are_answered(self, world):
        async with anyio.create_task_group() as group:
            for name in ("First", "Second", "Third"):
                group.start_soon(lambda name=name: world.register(ANNA, name=name, password=f"{name} good password"))
        (user,) = await all_users(world)
        works = []
        for name in ("First", "Second", "Third"):
            try:
                await world.sign_in(ANNA, password=f"{name} good password")
                works.append(name)
            except Unauthenticated:
                pass
        (winner,) = works
        organization = await world.documents.get(store.ORGANIZATION, user.org, user.org)
        assert organization.name == winner

    async def test_stops_one_address_from_asking_about_ever_more_accounts(self, world):
        for number in range(20):
            await world.register(f"guess{number}@example.com")
        with pytest.raises(TooMany) as refused:
            await world.register("one-more@example.com")
        assert 0 < refused.value.retry_after <= 3600
        await world.register("one-more@example.com", address="10.9.9.9")


class TestARegistrationThatDiedHalfway:
    async def claimed(self, world, purpose=Purpose.REGISTRATION, org=None):
        return await directory.claim(identity=world.identity, key=KEY, purpose=purpose, org=org, address="", name="Old")

    async def test_leaves_no_account(self, world):
        await self.claimed(world)
        with pytest.raises(Unauthenticated):
            await world.sign_in(ANNA)

    async def test_is_finished_by_whoever_registers_again(self, world):
        claim = await self.claimed(world)
        user = await world.registered(ANNA, name="New")
        assert (user.org, user.id) == (claim.owner_org, claim.owner_user)
        (found,) = await directory.organizations_named(identity=world.identity, name="new")
        assert found.id == user.org
        assert await directory.organizations_named(identity=world.identity, name="Old") == ()

    async def test_that_is_still_at_work_after_all_changes_nothing(self, world):
        """The slow one and the one that overtook it write the same user: whoever comes second is told nothing."""
        first = await self.claimed(world)
        await world.register(ANNA, password="the second's password")
        second = await self.claimed(world)
        assert first is not None
        assert second is None
        assert len(await all_users(world)) == 1

    async def test_cannot_be_finished_by_one_who_joins_another_organization(self, world):
        anna = await world.registered("other@example.com")
        registering = await self.claimed(world)
        joining = await self.claimed(world, Purpose.INVITATION, anna.org)
        assert joining.owner_org == anna.org
        assert joining.owner_user != registering.owner_user, "it has an account of its own"
        assert (await self.claimed(world)).owner_user == registering.owner_user, "and the registration can go on"

    async def test_is_taken_over_once_it_is_abandoned(self, world):
        anna = await world.registered("other@example.com")
        old = await self.claimed(world)
        world.clock.advance(seconds=ABANDONED.total_seconds())
        claim = await self.claimed(world, Purpose.INVITATION, anna.org)
        assert claim.owner_org == anna.org != old.owner_org

    async def test_of_an_invitation_does_not_let_a_stranger_into_the_organization(self, world):
        anna = await world.registered("other@example.com")
        await self.claimed(world, Purpose.INVITATION, anna.org)
        await world.register(ANNA)
        with pytest.raises(Unauthenticated):
            await world.sign_in(ANNA)
        world.clock.advance(seconds=ABANDONED.total_seconds())
        user = await world.registered(ANNA)
        assert user.org != anna.org


class TestTheCommandLinesOrganization:
    async def test_begins_where_there_is_none_and_is_found_again(self, world):
        org = await registration.ensure_organization(identity=world.identity, name="Check")
        assert await registration.ensure_organization(identity=world.identity, name=" CHECK ") == org
        assert await registration.ensure_organization(identity=world.identity, name=org) == org

    async def test_two_at_once_make_one(self, world):
        found = []

        async def ensure():
            found.append(await registration.ensure_organization(identity=world.identity, name="check"))

        async with anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(ensure)
        assert len(set(found)) == 1

    async def test_is_a_registered_one_where_that_has_the_name(self, world):
        anna = await world.registered(ANNA, name="Harbor Capital")
        assert await registration.ensure_organization(identity=world.identity, name="harbor capital") == anna.org

    async def test_is_refused_where_the_name_means_several(self, world):
        anna = await world.registered(ANNA)
        bo = await world.registered("bo@example.com")
        with pytest.raises(Conflict) as refused:
            await registration.ensure_organization(identity=world.identity, name="Harbor Capital")
        assert anna.org in refused.value.message
        assert await registration.ensure_organization(identity=world.identity, name=bo.org) == bo.org

    async def test_needs_a_name(self, world):
        with pytest.raises(Invalid):
            await registration.ensure_organization(identity=world.identity, name="  ")

    async def test_that_died_halfway_is_finished(self, world):
        claim = await directory.claim_name(identity=world.identity, name="Check")
        assert await registration.ensure_organization(identity=world.identity, name="Check") == claim.owner_org

    async def test_has_a_token_for_whoever_holds_the_folder(self, world):
        token = await registration.mint_local_token(identity=world.identity, organization_name="Check")
        org = await registration.ensure_organization(identity=world.identity, name="Check")
        assert token.expires_in == 600
        principal = await world.verifier().verify(b"Bearer " + token.text.encode())
        assert (principal.user, principal.org, principal.role) == ("system:command-line", org, "administrator")


class TestTheDemonstration:
    async def ensure(self, world, *, password):
        return await registration.ensure_demonstration(
            identity=world.identity, organization_name="Demonstration", email="demo@example.com", password=password
        )

    async def test_begins_once_and_keeps_its_password(self, world):
        org = await self.ensure(world, password="demonstration of the thing")
        assert await self.ensure(world, password="some other long password") == org
        signed_in = await world.sign_in("demo@example.com", password="demonstration of the thing")
        assert signed_in.user.org == org

    async def test_that_died_halfway_is_finished(self, world):
        key = emails.email_key("demo@example.com")
        claim = await directory.claim(
            identity=world.identity, key=key, purpose=Purpose.REGISTRATION, address="", name="Demonstration"
        )
        assert await self.ensure(world, password="demonstration of the thing") == claim.owner_org


async def test_the_journals_hold_together(world):
    await world.register(ANNA)
    await world.register(ANNA)
    await world.sign_in(ANNA)
    async for org in organizations(world.documents):
        assert (await verify(world.documents, org)).sound
