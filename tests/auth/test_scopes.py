"""The part of an organization that a member is limited to: set, lifted, carried by tokens, in force at once."""

from __future__ import annotations

import pytest

from realinsights.auth import store
from realinsights.auth.model.scopes import MOST_IDS
from realinsights.auth.queries import people
from realinsights.auth.service import members
from realinsights.contracts.auth import AUTH_EVENTS, MemberRecorded, MemberScopeChanged
from realinsights.contracts.permissions import Role
from realinsights_platform.documents.versions import ANY_VERSION
from realinsights_platform.errors import Conflict, Invalid, NotFound, Stale, Unauthenticated
from realinsights_platform.principal import Scope

ANNA = "anna@example.com"
BO = "bo@example.com"
CORE = Scope(portfolio_ids=("core",), fund_ids=("fund-1",))


@pytest.fixture
async def anna(world):
    return await world.registered(ANNA)


@pytest.fixture
async def bo(world, anna):
    return await world.joined(anna, BO)


async def limit(world, actor, member, scope, *, version=ANY_VERSION):
    return await world.does(
        actor, members.change_scope, identity=world.identity, user=member.id, expected_version=version, scope=scope
    )


async def principal_of(world, signed_in):
    return await world.verifier().verify(b"Bearer " + signed_in.access_token.text.encode())


class TestLimiting:
    async def test_is_said_by_the_next_token(self, world, anna, bo):
        assert (await principal_of(world, await world.sign_in(BO))).limited_to is None
        await limit(world, anna, bo, CORE)
        principal = await principal_of(world, await world.sign_in(BO))
        assert principal.limited_to == CORE
        assert CORE.text() in principal.scope

    async def test_voids_the_tokens_of_before_at_once_and_keeps_the_session(self, world, anna, bo):
        signed_in = await world.sign_in(BO)
        await limit(world, anna, bo, CORE)
        with pytest.raises(Unauthenticated):
            await principal_of(world, signed_in)
        refreshed = await world.refresh(signed_in.refresh_token.text())
        assert (await principal_of(world, refreshed)).limited_to == CORE

    async def test_is_lifted_at_once(self, world, anna, bo):
        await limit(world, anna, bo, CORE)
        signed_in = await world.sign_in(BO)
        await limit(world, anna, bo, None)
        with pytest.raises(Unauthenticated):
            await principal_of(world, signed_in)
        assert (await principal_of(world, await world.sign_in(BO))).limited_to is None

    async def test_keeps_each_id_once_in_order(self, world, anna, bo):
        limited = await limit(world, anna, bo, Scope(property_ids=("b", "a", "b")))
        assert limited.scope == Scope(property_ids=("a", "b"))
        assert await limit(world, anna, bo, Scope(property_ids=("b", "a"))) == limited

    async def test_needs_the_version_one_has_seen(self, world, anna, bo):
        await limit(world, anna, bo, CORE, version=bo.version)
        with pytest.raises(Stale):
            await limit(world, anna, bo, None, version=bo.version)

    @pytest.mark.parametrize(
        "scope",
        [
            Scope(),
            Scope(portfolio_ids=tuple(f"p{number}" for number in range(MOST_IDS + 1))),
            Scope(fund_ids=("",)),
            Scope(property_ids=("a\nb",)),
            Scope(property_ids=("x" * 65,)),
        ],
        ids=["empty", "too large", "blank", "two lines", "too long"],
    )
    async def test_refuses_what_is_no_scope(self, world, anna, bo, scope):
        with pytest.raises(Invalid):
            await limit(world, anna, bo, scope)
        assert (await world.user(BO)).scope is None

    async def test_the_largest_scope_makes_a_token_that_is_taken(self, world, anna, bo):
        ids = tuple(f"0190a5c1-7f3e-7abc-8def-{number:012d}" for number in range(MOST_IDS))
        await limit(world, anna, bo, Scope(property_ids=ids))
        signed_in = await world.sign_in(BO)
        assert len(signed_in.access_token.text) < 4_096
        assert (await principal_of(world, signed_in)).limited_to == Scope(property_ids=ids)

    async def test_an_administrator_is_not_limited(self, world, anna, bo):
        await world.does(
            anna,
            members.change_role,
            identity=world.identity,
            user=bo.id,
            expected_version=ANY_VERSION,
            role=Role.ADMINISTRATOR,
        )
        for member in (anna, bo):
            with pytest.raises(Conflict):
                await limit(world, anna, member, CORE)

    async def test_who_is_limited_does_not_become_administrator(self, world, anna, bo):
        await limit(world, anna, bo, CORE)
        with pytest.raises(Conflict):
            await world.does(
                anna,
                members.change_role,
                identity=world.identity,
                user=bo.id,
                expected_version=ANY_VERSION,
                role=Role.ADMINISTRATOR,
            )

    async def test_of_somebody_elsewhere_finds_nobody(self, world, anna):
        other = await world.registered("other@example.com", name="Elsewhere")
        with pytest.raises(NotFound):
            await limit(world, anna, other, CORE)
        with pytest.raises(NotFound):
            await people.member_scope(world.documents, org=anna.org, user=other.id)

    async def test_is_an_event_and_other_services_are_told(self, world, anna, bo):
        await limit(world, anna, bo, CORE)
        entries = await world.documents.entries(anna.org, limit=1000)
        events = AUTH_EVENTS.decode(bytes(entries[-1].events))
        assert MemberScopeChanged(user_id=bo.id, previous=None, scope=CORE) in events
        assert [event.limited for event in events if isinstance(event, MemberRecorded)] == [True]

    async def test_is_stored_in_the_journal(self, world, anna, bo):
        await limit(world, anna, bo, CORE)
        history = await world.documents.history(store.USER, anna.org, bo.id)
        assert [revision.document.scope for revision in history][:2] == [CORE, None]
        assert history[0].actor == anna.id


class TestMembersShown:
    async def test_others_learn_that_there_is_a_limit_and_not_which(self, world, anna, bo):
        await limit(world, anna, bo, CORE)
        view = await people.member(world.documents, org=anna.org, user=bo.id)
        assert view.limited
        assert not hasattr(view, "scope")

    async def test_administrators_and_the_member_learn_which(self, world, anna, bo):
        limited = await limit(world, anna, bo, CORE)
        shown = await people.member_scope(world.documents, org=anna.org, user=bo.id)
        assert (shown.version, shown.scope) == (limited.version, CORE)
        signed_in = await world.sign_in(bo.email)
        principal = await world.verifier().verify(b"Bearer " + signed_in.access_token.text.encode())
        assert (await people.account(world.documents, principal)).scope == CORE
