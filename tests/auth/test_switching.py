"""A person with accounts in several organizations: which they are shown, and which they may go on in."""

from __future__ import annotations

import msgspec
import pytest

from realinsights.auth import store
from realinsights.auth.model import emails
from realinsights.auth.model.directory import Account
from realinsights.auth.model.people import ProfileDraft, User
from realinsights.auth.model.sessions import EndReason
from realinsights.auth.service import invitations, members, switching
from realinsights.auth.service.signing_in import Caller, SignedIn
from realinsights.auth.service.telling import put_member
from realinsights.contracts.permissions import Role
from realinsights_platform.errors import Forbidden, NotFound, Unauthenticated
from realinsights_platform.principal import Principal

from .conftest import ANNA, GOOD_PASSWORD, World
from .test_second_factors import with_app

CLEO = "cleo@example.com"
OTHER_PASSWORD = "another good battery staple"
CALLER = Caller(address="10.0.0.1", client="pytest")


async def confirmed(world: World, user: User, *, so: bool = True) -> User:
    async with world.documents.unit(org=user.org, actor=user.id, business_date=world.clock().date()) as unit:
        stored = await unit.get(store.USER, user.id)
        assert stored is not None
        return put_member(unit, msgspec.structs.replace(stored, email_verified=so))


@pytest.fixture
async def here(world: World) -> User:
    """Return Anna in the organization that she registered, her address confirmed."""
    return await confirmed(world, await world.registered(ANNA))


@pytest.fixture
async def there(world: World, here: User) -> User:
    """Return Anna in Cleo's organization, where she has another password and is a viewer."""
    cleo = await world.registered(CLEO, name="Apex Fund")
    _, token = await world.does(cleo, invitations.invite, identity=world.identity, email=ANNA, role=Role.VIEWER)
    await invitations.accept(
        identity=world.identity,
        token_text=token.text(),
        profile=ProfileDraft(first_name="Anna", last_name="Adler"),
        password=OTHER_PASSWORD,
        address="10.0.0.2",
    )
    signed_in = await world.sign_in(ANNA, password=OTHER_PASSWORD)
    return await confirmed(world, signed_in.user)


async def principal_of(world: World, signed_in: SignedIn) -> Principal:
    return await world.verifier().verify(f"Bearer {signed_in.access_token.text}".encode())


async def signed_in_here(world: World) -> Principal:
    return await principal_of(world, await world.sign_in(ANNA, password=GOOD_PASSWORD))


async def switch(world: World, principal: Principal, org: str) -> SignedIn:
    return await switching.switch(identity=world.identity, principal=principal, organization=org, caller=CALLER)


class TestOwnOrganizations:
    async def test_are_all_that_the_address_has_an_account_in(self, world: World, here: User, there: User) -> None:
        found = await switching.organizations(world.identity, await signed_in_here(world))
        assert [(one.id, one.name, one.role, one.current, one.refused) for one in found] == [
            (there.org, "Apex Fund", Role.VIEWER, False, None),
            (here.org, "Harbor Capital", Role.ADMINISTRATOR, True, None),
        ]

    async def test_are_this_one_alone_where_the_address_is_not_confirmed(
        self, world: World, here: User, there: User
    ) -> None:
        await confirmed(world, here, so=False)
        found = await switching.organizations(world.identity, await signed_in_here(world))
        assert [one.id for one in found] == [here.org]

    async def test_say_what_to_do_where_one_may_not_be_used(self, world: World, here: User, there: User) -> None:
        await confirmed(world, there, so=False)
        found = await switching.organizations(world.identity, await signed_in_here(world))
        assert found[0].refused == "Your e-mail address is not confirmed there. Sign out, sign in there and confirm it."

    async def test_of_an_address_that_was_changed_are_not_those_of_the_former_one(
        self, world: World, here: User, there: User
    ) -> None:
        async with world.documents.unit(org=there.org, actor=there.id, business_date=world.clock().date()) as unit:
            put_member(unit, msgspec.structs.replace(there, email="elsewhere@example.com"))
        found = await switching.organizations(world.identity, await signed_in_here(world))
        assert [one.id for one in found] == [here.org]


class TestSwitching:
    async def test_begins_a_session_there_and_ends_the_one_here(self, world: World, here: User, there: User) -> None:
        verifier = world.verifier()
        signed_in = await world.sign_in(ANNA, password=GOOD_PASSWORD)
        header = f"Bearer {signed_in.access_token.text}".encode()
        switched = await switch(world, await verifier.verify(header), there.org)
        now = await principal_of(world, switched)
        assert (now.org, now.user, now.role) == (there.org, there.id, Role.VIEWER)
        assert switched.sequence == await world.documents.sequence(there.org)
        with pytest.raises(Unauthenticated):
            await verifier.verify(header)
        session = await world.documents.get(store.SESSION, here.org, signed_in.session.id)
        assert session is not None
        assert session.end_reason is EndReason.SWITCHED
        assert (await world.refresh(switched.refresh_token.text())).user.id == there.id
        with pytest.raises(Unauthenticated):
            await world.refresh(signed_in.refresh_token.text())

    async def test_and_back_again(self, world: World, here: User, there: User) -> None:
        switched = await switch(world, await signed_in_here(world), there.org)
        back = await switch(world, await principal_of(world, switched), here.org)
        assert (back.user.org, back.user.id) == (here.org, here.id)

    async def test_of_somebody_deactivated_there_is_refused(self, world: World, here: User, there: User) -> None:
        cleo = await world.user(CLEO)
        principal = await signed_in_here(world)
        await world.does(cleo, members.deactivate, identity=world.identity, user=there.id)
        with pytest.raises(Forbidden, match="deactivated"):
            await switch(world, principal, there.org)
        assert await principal_of(world, await world.sign_in(ANNA, password=GOOD_PASSWORD))

    async def test_where_the_address_is_not_confirmed_there_is_refused(
        self, world: World, here: User, there: User
    ) -> None:
        await confirmed(world, there, so=False)
        with pytest.raises(Forbidden, match="not confirmed there"):
            await switch(world, await signed_in_here(world), there.org)

    async def test_of_an_address_that_is_not_confirmed_here_finds_nothing(
        self, world: World, here: User, there: User
    ) -> None:
        await confirmed(world, here, so=False)
        with pytest.raises(NotFound):
            await switch(world, await signed_in_here(world), there.org)

    @pytest.mark.parametrize("org", ["", "system", "nowhere", "own"])
    async def test_to_where_one_has_no_account_finds_nothing(
        self, world: World, here: User, there: User, org: str
    ) -> None:
        with pytest.raises(NotFound):
            await switch(world, await signed_in_here(world), here.org if org == "own" else org)

    async def test_into_an_organization_of_others_finds_nothing(self, world: World, here: User) -> None:
        cleo = await world.registered(CLEO, name="Apex Fund")
        with pytest.raises(NotFound):
            await switch(world, await signed_in_here(world), cleo.org)

    async def test_of_a_claim_whose_user_was_never_stored_finds_nothing(self, world: World, here: User) -> None:
        claim = await world.documents.get(store.CLAIM, "system", emails.email_key(here.email))
        assert claim is not None
        async with world.documents.unit(org="system", actor="test", business_date=world.clock().date()) as unit:
            unit.put(store.CLAIM, msgspec.structs.replace(claim, others=(Account("ghost", "nobody"),)))
        principal = await signed_in_here(world)
        assert [one.id for one in await switching.organizations(world.identity, principal)] == [here.org]
        with pytest.raises(NotFound):
            await switch(world, principal, "ghost")


class TestSecondFactor:
    async def test_of_the_account_there_is_not_passed_by(self, world: World, here: User, there: User) -> None:
        await with_app(world, there, OTHER_PASSWORD)
        principal = await signed_in_here(world)
        with pytest.raises(Forbidden, match="second factor"):
            await switch(world, principal, there.org)
        found = {one.id: one.refused for one in await switching.organizations(world.identity, principal)}
        assert (found[here.org], "second factor" in (found[there.org] or "")) == (None, True)
