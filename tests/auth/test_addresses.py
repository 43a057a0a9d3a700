"""Addresses are shown to be theirs, changed, and had back, each by a link that is mailed and is good once."""

from __future__ import annotations

import pytest

from realinsights.auth import store
from realinsights.auth.model import emails
from realinsights.auth.model.address_changes import CONFIRMED_WITHIN, REQUESTS, UNDONE_WITHIN, VERIFIED_WITHIN
from realinsights.auth.model.directory import SYSTEM, Account
from realinsights.auth.service import addresses, members, password_links
from realinsights.auth.service.addresses import forget_changes
from realinsights.auth.service.registration import ensure_demonstration
from realinsights.contracts.auth import AUTH_EVENTS, AddressChanged, AddressVerified
from realinsights.contracts.sealed_links import LinkPurpose
from realinsights_platform.errors import Conflict, Invalid, NotFound, TooMany, Unauthenticated

from .conftest import ANNA, GOOD_PASSWORD
from .mailed import mailed

BO = "bo@example.com"
NEW = "anna@elsewhere.example"


@pytest.fixture
async def anna(world):
    return await world.registered()


async def events(world, org, kind):
    entries = await world.documents.entries(org, limit=1000)
    told = [event for entry in entries for event in AUTH_EVENTS.decode(bytes(entry.events))]
    return [event for event in told if isinstance(event, kind)]


async def now_of(world, user):
    return await world.documents.get(store.USER, user.org, user.id)


async def ask(world, user, email=NEW, *, password=GOOD_PASSWORD):
    return await world.does(
        user,
        addresses.ask_for_change,
        identity=world.identity,
        user=user.id,
        session_id="s",
        email=email,
        password=password,
    )


async def last(world, user, purpose):
    return (await mailed(world, user.org, purpose))[-1][1]


async def use(world, token):
    return await addresses.use(identity=world.identity, token_text=token)


async def changed(world, user, email=NEW):
    await ask(world, user, email)
    await use(world, await last(world, user, LinkPurpose.ADDRESS_CHANGE))
    return await now_of(world, user)


async def forget(world, org):
    """Do what the scheduler does."""
    due = await world.documents.due(store.ADDRESS_CHANGE, until=world.clock.now)
    async with world.documents.unit(org=org, actor="t", business_date=world.clock().date()) as unit:
        await forget_changes(unit, [one.id for one in due if one.org == org], identity=world.identity)
    return len(due)


class TestVerification:
    async def test_a_registered_address_is_unverified_until_its_link_is_used(self, world, anna):
        assert not anna.email_verified
        ((to, token),) = await mailed(world, anna.org, LinkPurpose.VERIFICATION)
        assert to == ANNA
        await use(world, token)
        assert (await now_of(world, anna)).email_verified
        await use(world, token)  # a second click
        assert await events(world, anna.org, AddressVerified) == [AddressVerified(user_id=anna.id, email=ANNA)]

    async def test_the_link_ends(self, world, anna):
        token = await last(world, anna, LinkPurpose.VERIFICATION)
        world.clock.advance(seconds=VERIFIED_WITHIN.total_seconds())
        with pytest.raises(NotFound):
            await use(world, token)

    async def test_a_link_that_was_touched_leads_nowhere(self, world, anna):
        org, user, expires, seal = (await last(world, anna, LinkPurpose.VERIFICATION)).split(".")
        bo = await world.joined(anna, BO)
        for text in (
            "",
            "nonsense",
            f"{org}.{bo.id}.{expires}.{seal}",
            f"{org}.{user}.{int(expires) + 1}.{seal}",
            f"{org}.{user}.{expires}.{'0' * 64}",
            f"{SYSTEM}.{user}.{expires}.{seal}",
        ):
            with pytest.raises(NotFound):
                await use(world, text)
        assert not (await now_of(world, anna)).email_verified

    async def test_of_a_deactivated_member_leads_nowhere(self, world, anna):
        bo = await world.joined(anna, BO)
        token = await last(world, bo, LinkPurpose.VERIFICATION)
        await world.does(anna, members.deactivate, identity=world.identity, user=bo.id)
        with pytest.raises(NotFound):
            await use(world, token)

    async def test_can_be_sent_again_a_few_times_and_not_once_it_is_done(self, world, anna):
        async def again():
            await world.does(anna, addresses.ask_for_verification, identity=world.identity, user=anna.id)

        for _ in range(REQUESTS):
            await again()
        with pytest.raises(TooMany):
            await again()
        assert len(await mailed(world, anna.org, LinkPurpose.VERIFICATION)) == 1 + REQUESTS
        await use(world, await last(world, anna, LinkPurpose.VERIFICATION))
        await again()
        assert len(await mailed(world, anna.org, LinkPurpose.VERIFICATION)) == 1 + REQUESTS

    async def test_the_demonstration_has_nothing_to_verify(self, world):
        org = await ensure_demonstration(
            identity=world.identity, organization_name="Show", email="show@example.com", password=GOOD_PASSWORD
        )
        assert (await world.user("show@example.com")).email_verified
        assert await mailed(world, org, LinkPurpose.VERIFICATION) == []


class TestAChange:
    async def test_holds_once_the_new_address_is_confirmed(self, world, anna):
        await ask(world, anna)
        ((to, token),) = await mailed(world, anna.org, LinkPurpose.ADDRESS_CHANGE)
        assert to == NEW
        assert (await now_of(world, anna)).email == ANNA
        await world.sign_in()
        await use(world, token)
        user = await now_of(world, anna)
        assert (user.email, user.email_verified) == (NEW, True)
        assert (await world.sign_in(NEW)).user.id == anna.id
        with pytest.raises(Unauthenticated):
            await world.sign_in(ANNA)
        with pytest.raises(NotFound):
            await use(world, token)
        assert await events(world, anna.org, AddressChanged) == [
            AddressChanged(user_id=anna.id, previous=ANNA, email=NEW, undone=False)
        ]

    async def test_keeps_sessions_and_is_told_to_the_former_address(self, world, anna):
        signed_in = await world.sign_in()
        await changed(world, anna)
        await world.refresh(signed_in.refresh_token.text())
        ((to, _),) = await mailed(world, anna.org, LinkPurpose.ADDRESS_UNDO)
        assert to == ANNA

    async def test_needs_the_password(self, world, anna):
        with pytest.raises(Invalid) as refused:
            await ask(world, anna, password="wrong")
        assert [error.field for error in refused.value.fields] == ["currentPassword"]
        assert await mailed(world, anna.org, LinkPurpose.ADDRESS_CHANGE) == []

    @pytest.mark.parametrize("email", ["nothing", ANNA, " ANNA@example.com"])
    async def test_needs_another_address(self, world, anna, email):
        with pytest.raises(Invalid) as refused:
            await ask(world, anna, email)
        assert [error.field for error in refused.value.fields] == ["email"]

    async def test_guesses_at_the_password_are_counted(self, world, anna):
        for _ in range(5):
            with pytest.raises(Invalid):
                await ask(world, anna, password="wrong")
        with pytest.raises(TooMany):
            await ask(world, anna)

    async def test_is_asked_for_a_few_times(self, world, anna):
        for _ in range(REQUESTS):
            await ask(world, anna)
        with pytest.raises(TooMany):
            await ask(world, anna)

    async def test_the_link_ends(self, world, anna):
        await ask(world, anna)
        world.clock.advance(seconds=CONFIRMED_WITHIN.total_seconds())
        with pytest.raises(NotFound):
            await use(world, await last(world, anna, LinkPurpose.ADDRESS_CHANGE))

    async def test_of_two_that_were_asked_for_the_one_used_first_holds(self, world, anna):
        await ask(world, anna, "one@example.com")
        await ask(world, anna, "two@example.com")
        (_, one), (_, two) = await mailed(world, anna.org, LinkPurpose.ADDRESS_CHANGE)
        await use(world, two)
        with pytest.raises(NotFound):
            await use(world, one)
        assert (await now_of(world, anna)).email == "two@example.com"

    async def test_to_a_colleague_s_address_is_refused_also_when_they_come_later(self, world, anna):
        bo = await world.joined(anna, BO)
        with pytest.raises(Conflict):
            await ask(world, anna, BO)
        await ask(world, anna, "eve@example.com")
        token = await last(world, anna, LinkPurpose.ADDRESS_CHANGE)
        await world.joined(anna, "eve@example.com")
        with pytest.raises(Conflict):
            await use(world, token)
        assert (await world.sign_in(BO)).user.id == bo.id
        assert (await now_of(world, anna)).email == ANNA

    async def test_to_an_address_with_an_account_elsewhere_gives_it_two(self, world, anna):
        eve = await world.registered("eve@example.com", name="Other House")
        await password_links.use(
            identity=world.identity,
            token_text=(
                await password_links.make_as_operator(
                    documents=world.documents, secret=world.secret, email="eve@example.com", now=world.clock()
                )
            )[0][1].text(),
            password="quite another battery",
        )
        await changed(world, anna, "eve@example.com")
        assert (await world.sign_in("eve@example.com")).user.id == anna.id
        assert (await world.sign_in("eve@example.com", password="quite another battery")).user.id == eve.id


class TestUndoing:
    async def test_gives_the_former_address_back_ends_sessions_and_mails_a_link_for_a_password(self, world, anna):
        await changed(world, anna)
        thief = await world.sign_in(NEW)
        verifier = world.verifier()
        header = f"Bearer {thief.access_token.text}".encode()
        await verifier.verify(header)
        ((_, earlier),) = await password_links.make_as_operator(
            documents=world.documents, secret=world.secret, email=NEW, now=world.clock()
        )
        token = await last(world, anna, LinkPurpose.ADDRESS_UNDO)
        assert (await addresses.look_up(identity=world.identity, token_text=token)).email == ANNA
        await use(world, token)
        assert (await now_of(world, anna)).email == ANNA
        with pytest.raises(Unauthenticated):
            await verifier.verify(header)
        with pytest.raises(Unauthenticated):
            await world.refresh(thief.refresh_token.text())
        for address in (NEW, ANNA):  # whoever changed the address knew the password
            with pytest.raises(Unauthenticated):
                await world.sign_in(address)
        with pytest.raises(NotFound):
            await password_links.use(
                identity=world.identity, token_text=earlier.text(), password="the battery of a thief"
            )
        ((to, password),) = await mailed(world, anna.org, LinkPurpose.PASSWORD)
        assert to == ANNA
        await password_links.use(identity=world.identity, token_text=password, password="an even better battery")
        assert (await world.sign_in(password="an even better battery")).user.id == anna.id
        with pytest.raises(NotFound):
            await use(world, token)

    async def test_also_undoes_what_came_after(self, world, anna):
        user = await changed(world, anna, "thief@example.com")
        undo = await last(world, anna, LinkPurpose.ADDRESS_UNDO)
        await changed(world, user, "second@example.com")
        later = await last(world, anna, LinkPurpose.ADDRESS_UNDO)
        await use(world, undo)
        with pytest.raises(NotFound):
            await use(world, later)
        assert (await now_of(world, anna)).email == ANNA
        password = await last(world, anna, LinkPurpose.PASSWORD)
        await password_links.use(identity=world.identity, token_text=password, password="an even better battery")
        assert (await world.sign_in(password="an even better battery")).user.id == anna.id

    async def test_is_possible_for_a_week_for_which_nobody_else_gets_the_address(self, world, anna):
        await changed(world, anna)
        await world.register(ANNA, name="Squatters")
        with pytest.raises(Unauthenticated):
            await world.sign_in()
        token = await last(world, anna, LinkPurpose.ADDRESS_UNDO)
        world.clock.advance(seconds=UNDONE_WITHIN.total_seconds())
        with pytest.raises(NotFound):
            await use(world, token)
        assert await forget(world, anna.org) == 1
        await world.register(ANNA, name="Squatters")
        assert (await world.sign_in()).user.org != anna.org
        assert (await world.sign_in(NEW)).user.id == anna.id

    async def test_what_is_forgotten_takes_no_address_that_is_in_use(self, world, anna):
        user = await changed(world, anna)
        world.clock.advance(days=5)
        await changed(world, user, ANNA)  # back again, of one's own will
        world.clock.advance(days=3)
        assert await forget(world, anna.org) == 1
        assert (await world.sign_in()).user.id == anna.id
        world.clock.advance(days=8)
        assert await forget(world, anna.org) == 1
        assert (await world.sign_in()).user.id == anna.id
        claim = await world.documents.get(store.CLAIM, SYSTEM, emails.email_key(NEW))
        assert claim.owner_org == SYSTEM

    async def test_changes_that_are_forgotten_together_free_every_address_between(self, world, anna):
        user = await changed(world, anna, "between@example.com")
        await changed(world, user)
        world.clock.advance(days=8)
        assert await forget(world, anna.org) == 2
        claim = await world.documents.get(store.CLAIM, SYSTEM, emails.email_key("between@example.com"))
        assert claim is None or Account(anna.org, anna.id) not in claim.accounts
        assert (await world.sign_in(NEW)).user.id == anna.id

    async def test_a_change_that_was_never_confirmed_is_forgotten_and_nothing_else(self, world, anna):
        await ask(world, anna)
        assert await forget(world, anna.org) == 0
        world.clock.advance(days=1)
        assert await forget(world, anna.org) == 1
        assert await store.changes_of(world.documents, anna.org, anna.id) == ()
        assert (await world.sign_in()).user.id == anna.id

    async def test_an_address_that_became_free_can_be_invited(self, world, anna):
        await changed(world, anna)
        world.clock.advance(days=8)
        await forget(world, anna.org)
        token = await last(world, anna, LinkPurpose.VERIFICATION)
        joined = await world.joined(await now_of(world, anna), ANNA)
        assert (joined.org, joined.email) == (anna.org, ANNA)
        assert joined.id != anna.id
        with pytest.raises(NotFound):
            await use(world, token)


class TestSecrets:
    async def test_no_token_is_stored(self, world, anna, tmp_path):
        await changed(world, anna)
        tokens = [token for purpose in LinkPurpose for _, token in await mailed(world, anna.org, purpose)]
        assert len(tokens) == 3
        await world.documents.close()
        stored = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
        assert anna.id.encode() in stored
        for token in tokens:
            assert token.rpartition(".")[2].encode() not in stored
