"""Removal of a member as auth sees it: asked for, taken back, answered by services, and finished by auth itself."""

from __future__ import annotations

import msgspec
import pytest

from realinsights.auth import store
from realinsights.auth.model.directory import SYSTEM, Account
from realinsights.auth.model.emails import email_key
from realinsights.auth.model.undertakings import REMOVAL_GRACE, UndertakingState
from realinsights.auth.queries import undertakings
from realinsights.auth.service import addresses, directory, invitations, members, removals
from realinsights.auth.service.undertakings import carry_on, hear_answers
from realinsights.contracts.permissions import Role
from realinsights.contracts.undertakings import LET_GO_OF_MEMBER, REMOVAL
from realinsights_platform.errors import Conflict, Forbidden, NotFound, Unauthenticated
from realinsights_platform.events import Message
from realinsights_platform.steps import StepAnswered, StepOutcome, StepRequested

ANNA, BO = "anna@example.com", "bo@example.com"
GOOD_PASSWORD = "correct horse battery staple"


@pytest.fixture
async def anna(world):
    return await world.registered(ANNA)


@pytest.fixture
async def bo(world, anna):
    return await world.joined(anna, BO)


async def ask(world, by, member):
    return await world.does(by, removals.ask_for_removal, identity=world.identity, user=member.id)


async def undo(world, by, member):
    return await world.does(by, removals.undo_removal, identity=world.identity, user=member.id)


async def answers(world, undertaking, service, *, outcome=StepOutcome.DONE, **counts):
    said = StepAnswered(undertaking_id=undertaking.id, task=LET_GO_OF_MEMBER, outcome=outcome, counts=counts)
    now = world.clock()
    message = Message(
        service=service, org=undertaking.org, sequence=1, at=now, business_date=now.date(), events=(said,)
    )
    await hear_answers(identity=world.identity, message=message)


async def carried_on(world):
    for due in await world.documents.due(store.UNDERTAKING, until=world.clock()):
        async with world.documents.unit(org=due.org, actor="system:scheduler", business_date=due.at.date()) as unit:
            await carry_on(unit, [due.id], identity=world.identity)


async def answered_by_all(world, by, member):
    asked = await ask(world, by, member)
    world.clock.advance(seconds=REMOVAL_GRACE.total_seconds())
    await carried_on(world)
    for service in REMOVAL:
        await answers(world, asked, service)
    return asked


async def removed(world, by, member):
    asked = await answered_by_all(world, by, member)
    await carried_on(world)
    return asked


async def as_it_is(world, member):
    return await world.documents.get(store.USER, member.org, member.id)


async def events(world, org, tag):
    entries = await world.documents.entries(org, limit=1_000)
    return [event for entry in entries for event in msgspec.json.decode(entry.events) if event["type"] == tag]


async def requested(world, org):
    told = await events(world, org, StepRequested.__struct_config__.tag)
    return [(event["service"], event["subject"], event["attempt"]) for event in told]


class TestAskingForARemoval:
    async def test_lets_the_member_do_nothing_at_once_and_asks_no_service_for_a_week(self, world, anna, bo):
        signed_in = await world.sign_in(BO)
        asked = await ask(world, anna, bo)
        assert (asked.state, asked.begins_at - asked.asked_at) == (UndertakingState.ASKED, REMOVAL_GRACE)
        assert (asked.asked_by.name, asked.asked_by.email) == ("Anna Adler", None)
        with pytest.raises(Forbidden):
            await world.sign_in(BO)
        with pytest.raises(Unauthenticated):
            await world.verifier().verify(b"Bearer " + signed_in.access_token.text.encode())
        world.clock.advance(days=6)
        await carried_on(world)
        assert await requested(world, anna.org) == []

    async def test_is_refused_for_the_last_administrator_and_for_one_who_is_being_removed(self, world, anna, bo):
        with pytest.raises(Conflict, match="last active administrator"):
            await ask(world, bo, anna)
        await ask(world, anna, bo)
        with pytest.raises(Conflict, match="Undo the removal first"):
            await ask(world, anna, bo)

    async def test_keeps_the_member_from_being_reactivated_or_given_another_role(self, world, anna, bo):
        await ask(world, anna, bo)
        with pytest.raises(Conflict, match="Undo the removal first"):
            await world.does(anna, members.reactivate, user=bo.id)
        with pytest.raises(Conflict, match="Undo the removal first"):
            await world.does(
                anna,
                members.change_role,
                identity=world.identity,
                user=bo.id,
                expected_version=(await as_it_is(world, bo)).version,
                role=Role.MANAGER,
            )

    async def test_finds_nobody_of_another_organization(self, world, anna, bo):
        eve = await world.registered("eve@example.com", name="Another")
        with pytest.raises(NotFound):
            await ask(world, eve, bo)
        asked = await ask(world, anna, bo)
        with pytest.raises(NotFound):
            await undo(world, eve, bo)
        with pytest.raises(NotFound):
            await undertakings.removal(world.documents, org=eve.org, user=bo.id)
        assert (await undertakings.removal(world.documents, org=anna.org, user=bo.id)).id == asked.id


class TestUndoingARemoval:
    async def test_lets_the_member_sign_in_as_before_and_can_be_asked_for_again(self, world, anna, bo):
        await ask(world, anna, bo)
        undone = await undo(world, anna, bo)
        assert (undone.state, undone.ended_by) == (UndertakingState.UNDONE, anna.id)
        assert (await world.sign_in(BO)).user.id == bo.id
        world.clock.advance(days=20)
        await carried_on(world)
        assert await requested(world, anna.org) == []
        assert (await ask(world, anna, bo)).state is UndertakingState.ASKED

    async def test_leaves_one_who_was_deactivated_before_deactivated(self, world, anna, bo):
        await world.does(anna, members.deactivate, identity=world.identity, user=bo.id)
        await ask(world, anna, bo)
        await undo(world, anna, bo)
        member = await as_it_is(world, bo)
        assert (member.active, member.removal) == (False, None)

    async def test_is_refused_once_it_has_begun(self, world, anna, bo):
        await ask(world, anna, bo)
        world.clock.advance(seconds=REMOVAL_GRACE.total_seconds())
        with pytest.raises(Conflict, match="The removal has begun or ended"):
            await undo(world, anna, bo)

    async def test_finds_nothing_where_nothing_was_asked_for(self, world, anna, bo):
        with pytest.raises(NotFound):
            await undo(world, anna, bo)


class TestARemovalUnderWay:
    async def test_asks_every_service_at_once_and_again_who_has_not_answered(self, world, anna, bo):
        asked = await ask(world, anna, bo)
        world.clock.advance(seconds=REMOVAL_GRACE.total_seconds())
        await carried_on(world)
        for service in ("dashboard", "files", "loans"):
            await answers(world, asked, service, things=2)
        await answers(world, asked, "notifications", outcome=StepOutcome.NOT_UNDERSTOOD)
        world.clock.advance(minutes=10)
        await carried_on(world)
        first = [(service, bo.id, 1) for service in ("dashboard", "files", "loans", "notifications")]
        assert await requested(world, anna.org) == [*first, ("notifications", bo.id, 2)]
        view = undertakings.removal_view(await undertakings.removal(world.documents, org=anna.org, user=bo.id))
        assert [step.service for step in view.steps if step.late] == ["notifications"]
        assert [step.counts for step in view.steps] == [{"things": 2}] * 3 + [{}]

    async def test_is_not_ended_by_a_service_that_objects(self, world, anna, bo):
        asked = await ask(world, anna, bo)
        world.clock.advance(seconds=REMOVAL_GRACE.total_seconds())
        await carried_on(world)
        await answers(world, asked, "files", outcome=StepOutcome.REFUSED)
        known = await undertakings.removal(world.documents, org=anna.org, user=bo.id)
        assert known.state is UndertakingState.UNDER_WAY

    async def test_changes_nothing_with_an_answer_that_comes_twice(self, world, anna, bo):
        asked = await removed(world, anna, bo)
        before = await world.documents.sequence(anna.org)
        await answers(world, asked, "files", things=5)
        assert await world.documents.sequence(anna.org) == before


class TestAMemberWhoWasRemoved:
    async def test_keeps_the_name_and_nothing_by_which_they_are_reached(self, world, anna, bo):
        asked = await removed(world, anna, bo)
        member = await as_it_is(world, bo)
        assert (member.first_name, member.last_name, member.active) == ("Bo", "Berg", False)
        assert (member.email, member.phone, member.job_title) == (f"{bo.id}@removed.invalid", None, None)
        assert member.removal.removed_at is not None
        assert await world.documents.get(store.CREDENTIAL, bo.org, bo.id) is None
        assert await store.sessions_of(world.documents, bo.org, bo.id) == ()
        assert (await undertakings.removal(world.documents, org=anna.org, user=bo.id)).state is UndertakingState.DONE
        (told,) = await events(world, anna.org, "auth.member.removed.v1")
        assert (told["undertakingId"], told["userId"]) == (asked.id, bo.id)
        assert await world.documents.due(store.UNDERTAKING, until=world.clock()) == ()

    async def test_stays_removed_and_can_be_invited_again_as_somebody_new(self, world, anna, bo):
        await removed(world, anna, bo)
        with pytest.raises(Conflict, match="was removed"):
            await world.does(anna, members.reactivate, user=bo.id)
        with pytest.raises(Conflict, match="was removed"):
            await ask(world, anna, bo)
        again = await world.joined(anna, BO)
        assert again.id != bo.id
        assert (await world.sign_in(BO)).user.id == again.id

    async def test_frees_the_former_address_of_a_change_that_could_still_be_undone(self, world, anna, bo):
        change = store.AddressChange(
            id="c",
            org=bo.org,
            user=bo.id,
            previous="former@example.com",
            email=BO,
            requested_at=world.clock(),
            expires_at=world.clock(),
            confirmed_at=world.clock(),
            undo_until=world.clock() + 2 * REMOVAL_GRACE,
        )
        key = email_key("former@example.com")
        await directory.claim_for(identity=world.identity, key=key, account=Account(bo.org, bo.id))
        async with world.documents.unit(org=bo.org, actor=bo.id, business_date=world.clock().date()) as unit:
            unit.put(store.ADDRESS_CHANGE, change)
        await removed(world, anna, bo)
        claim = await world.documents.get(store.CLAIM, SYSTEM, key)
        assert Account(bo.org, bo.id) not in claim.accounts
        assert await store.changes_of(world.documents, bo.org, bo.id) == ()
        async with world.documents.unit(org=bo.org, actor="a", business_date=world.clock().date()) as unit:
            await addresses.forget_changes(unit, ["c"], identity=world.identity)

    async def test_is_finished_also_where_a_process_died_once_the_address_was_free(self, world, anna, bo):
        await answered_by_all(world, anna, bo)
        account = Account(bo.org, bo.id)
        await directory.release(identity=world.identity, key=email_key(BO), account=account)
        await carried_on(world)
        assert (await as_it_is(world, bo)).removal.removed_at is not None
        claim = await world.documents.get(store.CLAIM, SYSTEM, email_key(BO))
        assert account not in claim.accounts

    async def test_keeps_the_account_of_the_same_address_in_another_organization(self, world, anna, bo):
        cy = await world.registered("cy@example.com", name="Another")
        _, token = await world.does(cy, invitations.invite, identity=world.identity, email=BO, role=Role.MEMBER)
        await invitations.accept(
            identity=world.identity,
            token_text=token.text(),
            profile=invitations.ProfileDraft(first_name="Bo", last_name="Berg"),
            password=GOOD_PASSWORD,
            address="10.0.0.3",
        )
        await removed(world, anna, bo)
        assert (await world.sign_in(BO)).user.org == cy.org
