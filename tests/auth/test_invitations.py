from __future__ import annotations

import anyio
import pytest

from realinsights.auth import store
from realinsights.auth.model import emails
from realinsights.auth.model.directory import MOST_ACCOUNTS, Purpose
from realinsights.auth.model.invitations import INVITATION_LASTS, InvitationState
from realinsights.auth.model.people import ProfileDraft
from realinsights.auth.queries import people
from realinsights.auth.service import directory, invitations, members
from realinsights.contracts.permissions import Role
from realinsights.contracts.sealed_links import LinkPurpose
from realinsights_platform.documents.versions import ANY_VERSION
from realinsights_platform.documents.walking import every
from realinsights_platform.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated

from .mailed import mailed

ANNA = "anna@example.com"
BO = "bo@example.com"
GOOD_PASSWORD = "correct horse battery staple"


@pytest.fixture
async def anna(world):
    return await world.registered(ANNA)


async def invite(world, inviter, email=BO, role=Role.MEMBER):
    return await world.does(inviter, invitations.invite, identity=world.identity, email=email, role=role)


async def accept(world, token, *, password=GOOD_PASSWORD):
    await accept_text(world, token.text(), password=password)


async def accept_text(world, text, *, password=GOOD_PASSWORD):
    await invitations.accept(
        identity=world.identity,
        token_text=text,
        profile=ProfileDraft(first_name="Bo", last_name="Berg"),
        password=password,
        address="10.0.0.2",
    )


async def states(world, org):
    page = await people.invitations(world.documents, org=org, after=None, limit=10, now=world.clock())
    return [invitation.state for invitation in page.items]


class TestInviting:
    async def test_lets_somebody_join_in_the_role_offered(self, world, anna):
        _, token = await invite(world, anna, role=Role.VIEWER)
        await accept(world, token)
        signed_in = await world.sign_in(BO)
        assert (signed_in.user.org, signed_in.user.role) == (anna.org, Role.VIEWER)
        assert await states(world, anna.org) == [InvitationState.ACCEPTED]

    async def test_stores_no_secret(self, world, anna, tmp_path):
        _, token = await invite(world, anna)
        await world.documents.close()
        stored = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
        assert token.secret.encode() not in stored

    async def test_again_withdraws_the_earlier_link(self, world, anna):
        _, first = await invite(world, anna)
        _, second = await invite(world, anna)
        with pytest.raises(NotFound):
            await accept(world, first)
        await accept(world, second)
        assert await states(world, anna.org) == [InvitationState.ACCEPTED, InvitationState.WITHDRAWN]

    async def test_looks_the_same_whether_or_not_there_is_an_account(self, world, anna):
        await world.registered(BO, name="Elsewhere")
        known, _ = await invite(world, anna, BO)
        unknown, _ = await invite(world, anna, "nobody@example.com")
        assert known.state(world.clock()) is unknown.state(world.clock()) is InvitationState.OPEN

    async def test_needs_an_address(self, world, anna):
        with pytest.raises(Invalid):
            await invite(world, anna, "not an address")

    async def test_is_refused_to_one_who_was_demoted_a_moment_ago(self, world, anna):
        bo = await world.joined(anna, BO, role=Role.ADMINISTRATOR)
        await world.does(
            anna,
            members.change_role,
            identity=world.identity,
            user=bo.id,
            expected_version=ANY_VERSION,
            role=Role.MEMBER,
        )
        with pytest.raises(Forbidden):
            await invite(world, bo, "mole@example.com")


class TestAccepting:
    async def test_works_once(self, world, anna):
        _, token = await invite(world, anna)
        await accept(world, token)
        with pytest.raises(NotFound):
            await accept(world, token, password="another good password")
        await world.sign_in(BO)

    async def test_twice_at_once_makes_one_member(self, world, anna):
        _, token = await invite(world, anna)
        answers = []

        async def attempt(password):
            try:
                await accept(world, token, password=password)
                answers.append(password)
            except NotFound:
                answers.append(None)

        async with anyio.create_task_group() as group:
            for number in range(4):
                group.start_soon(attempt, f"good password number {number}")
        (winner,) = [password for password in answers if password is not None]
        await world.sign_in(BO, password=winner)
        assert len(await every(world.documents, store.USER, anna.org)) == 2

    async def test_is_too_late_after_a_week(self, world, anna):
        _, token = await invite(world, anna)
        world.clock.advance(seconds=INVITATION_LASTS.total_seconds())
        with pytest.raises(NotFound):
            await accept(world, token)
        assert await states(world, anna.org) == [InvitationState.EXPIRED]

    async def test_is_too_late_after_it_was_withdrawn(self, world, anna):
        invitation, token = await invite(world, anna)
        await world.does(anna, invitations.withdraw, identity=world.identity, invitation_id=invitation.id)
        with pytest.raises(NotFound):
            await accept(world, token)

    async def test_needs_the_secret(self, world, anna):
        _, token = await invite(world, anna)
        for text in (
            "",
            "nonsense",
            f"{token.org}.{token.invitation}.{'A' * 43}",
            f"x.{token.invitation}.{token.secret}",
        ):
            with pytest.raises(NotFound):
                await invitations.look_up(identity=world.identity, token_text=text)

    async def test_with_a_bad_password_leaves_the_link_good(self, world, anna):
        _, token = await invite(world, anna)
        with pytest.raises(Invalid):
            await accept(world, token, password="short")
        await accept(world, token)

    async def test_is_not_swallowed_by_who_registered_the_address_first(self, world, anna):
        squatter = await world.registered(BO, name="Elsewhere")
        _, token = await invite(world, anna)
        await accept(world, token, password="another good password")
        joined = (await world.sign_in(BO, password="another good password")).user
        assert (joined.org, joined.email, joined.id == squatter.id) == (anna.org, BO, False)
        assert (await world.sign_in(BO)).user == squatter, "and the other account stays as it was"
        with pytest.raises(Unauthenticated):
            await world.sign_in(BO, password="a password of neither")

    async def test_with_the_password_of_the_account_elsewhere_opens_the_newer_one(self, world, anna):
        await world.registered(BO, name="Elsewhere")
        _, token = await invite(world, anna)
        await accept(world, token)
        assert (await world.sign_in(BO)).user.org == anna.org

    async def test_is_told_where_an_address_has_joined_too_often_and_the_link_stays_good(self, world, anna):
        for number in range(MOST_ACCOUNTS):
            host = await world.registered(f"host{number}@example.com", name=f"House {number}")
            await accept(world, (await invite(world, host))[1])
        _, token = await invite(world, anna)
        with pytest.raises(Conflict, match="joined too many organizations"):
            await accept(world, token)
        assert await states(world, anna.org) == [InvitationState.OPEN]

    async def test_elsewhere_that_died_halfway_can_be_done_again(self, world, anna):
        await world.registered(BO, name="Elsewhere")
        _, token = await invite(world, anna)
        claim = await directory.claim(
            identity=world.identity, key=emails.email_key(BO), purpose=Purpose.INVITATION, org=anna.org, address=""
        )
        await accept(world, token, password="another good password")
        assert (await world.sign_in(BO, password="another good password")).user.id == claim.owner_user

    async def test_never_touches_a_member(self, world, anna):
        _, token = await invite(world, anna, ANNA, role=Role.VIEWER)
        await accept(world, token, password="another good password")
        assert (await world.sign_in(ANNA)).user == anna

    async def test_that_died_halfway_can_be_done_again(self, world, anna):
        _, token = await invite(world, anna)
        claim = await directory.claim(
            identity=world.identity, key=emails.email_key(BO), purpose=Purpose.INVITATION, org=anna.org, address=""
        )
        await accept(world, token)
        assert (await world.user(BO)).id == claim.owner_user

    async def test_at_the_same_moment_as_a_registration_always_makes_a_member(self, world, anna):
        _, token = await invite(world, anna)
        async with anyio.create_task_group() as group:
            group.start_soon(lambda: accept(world, token, password="another good password"))
            group.start_soon(lambda: world.register(BO, name="Elsewhere"))
        assert (await world.sign_in(BO, password="another good password")).user.org == anna.org


async def test_the_link_says_where_it_leads(world, anna):
    _, token = await invite(world, anna, role=Role.MANAGER)
    offer = await invitations.look_up(identity=world.identity, token_text=token.text())
    assert (offer.organization.name, offer.invitation.email, offer.invitation.role) == (
        "Harbor Capital",
        BO,
        Role.MANAGER,
    )


class TestByMail:
    """The link that is mailed is another one than the link on the screen: using it shows whose address it is."""

    async def test_joins_with_a_verified_address(self, world, anna):
        await invite(world, anna)
        ((to, token),) = await mailed(world, anna.org, LinkPurpose.INVITATION)
        assert to == BO
        await accept_text(world, token)
        assert (await world.user(BO)).email_verified
        assert [email for email, _ in await mailed(world, anna.org, LinkPurpose.VERIFICATION)] == [ANNA]
        with pytest.raises(NotFound):
            await invitations.look_up(identity=world.identity, token_text=token)

    async def test_the_link_on_the_screen_leaves_the_address_to_be_verified(self, world, anna):
        _, shown = await invite(world, anna)
        await accept(world, shown)
        assert not (await world.user(BO)).email_verified
        assert [email for email, _ in await mailed(world, anna.org, LinkPurpose.VERIFICATION)] == [ANNA, BO]

    async def test_ends_with_the_invitation(self, world, anna):
        invitation, _ = await invite(world, anna)
        ((_, token),) = await mailed(world, anna.org, LinkPurpose.INVITATION)
        await world.does(anna, invitations.withdraw, identity=world.identity, invitation_id=invitation.id)
        with pytest.raises(NotFound):
            await invitations.look_up(identity=world.identity, token_text=token)
        await invite(world, anna)
        _, (_, second) = await mailed(world, anna.org, LinkPurpose.INVITATION)
        world.clock.advance(seconds=INVITATION_LASTS.total_seconds())
        with pytest.raises(NotFound):
            await invitations.look_up(identity=world.identity, token_text=second)
