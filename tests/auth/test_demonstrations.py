"""The demonstration as auth sees it: asked for in and out, answered by services, refused and undone."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from realinsights.auth import store
from realinsights.auth.model.undertakings import FIRST_DEADLINE, UndertakingState
from realinsights.auth.queries import undertakings
from realinsights.auth.queries.undertakings import Presence
from realinsights.auth.service import demonstrations
from realinsights.auth.service.undertakings import carry_on, hear_answers
from realinsights.contracts.auth import AUTH_EVENTS
from realinsights.contracts.demonstration import KEPT
from realinsights.contracts.undertakings import PUT_DEMONSTRATION, REMOVE_DEMONSTRATION
from realinsights_platform.errors import Conflict
from realinsights_platform.events import Message
from realinsights_platform.steps import StepAnswered, StepOutcome, StepRequested

ANNA = "anna@example.com"


@pytest.fixture
async def anna(world):
    return await world.registered(ANNA)


async def ask(world, by):
    return await world.does(by, demonstrations.ask_for_demonstration, identity=world.identity)


async def ask_out(world, by):
    return await world.does(by, demonstrations.ask_for_its_removal, identity=world.identity)


async def answers(world, undertaking, service, task=PUT_DEMONSTRATION, **said):
    event = StepAnswered(undertaking_id=undertaking.id, task=task, **{"outcome": StepOutcome.DONE, **said})
    now = world.clock()
    message = Message(
        service=service, org=undertaking.org, sequence=1, at=now, business_date=now.date(), events=(event,)
    )
    await hear_answers(identity=world.identity, message=message)


async def requested(world, org):
    """Return what was asked of services, in order: service, task, attempt and facts."""
    entries = await world.documents.outbox(org, after=0)
    events = [event for entry in entries for event in AUTH_EVENTS.decode(entry.events)]
    return [
        (event.service, event.task, event.attempt, event.told) for event in events if isinstance(event, StepRequested)
    ]


async def shown(world, org):
    return await undertakings.demonstration(world.documents, org=org)


async def put_in(world, by):
    asked = await ask(world, by)
    for service in ("loans", "files", "notifications"):
        await answers(world, asked, service)
    return asked


class TestPuttingItIn:
    async def test_goes_from_loans_to_those_who_write_about_them_with_what_loans_have_told(self, world, anna):
        assert await shown(world, anna.org) == undertakings.DemonstrationView(presence=Presence.ABSENT)
        asked = await ask(world, anna)
        assert (await shown(world, anna.org)).presence is Presence.ARRIVING
        facts = {"asker": anna.id}
        assert await requested(world, anna.org) == [("loans", PUT_DEMONSTRATION, 1, facts)]
        await answers(world, asked, "loans", counts={"loans": 60}, facts={"things": ["l1"]})
        known = {**facts, "things": ["l1"]}
        assert (await requested(world, anna.org))[1:] == [
            ("files", PUT_DEMONSTRATION, 1, known),
            ("notifications", PUT_DEMONSTRATION, 1, known),
        ]
        for service in ("notifications", "files"):
            await answers(world, asked, service)
        there = await shown(world, anna.org)
        assert (there.presence, there.asked_by) == (Presence.HERE, "Anna Adler")
        assert there.ended_at is not None
        assert (there.steps[0].service, there.steps[0].counts) == ("loans", {"loans": 60})

    async def test_is_the_same_however_often_it_is_asked_for(self, world, anna):
        first = await ask(world, anna)
        assert await ask(world, anna) == first
        assert len(await requested(world, anna.org)) == 1
        await put_in(world, anna)
        assert (await ask(world, anna)).state is UndertakingState.DONE
        assert len(await requested(world, anna.org)) == 3

    async def test_is_begun_once_where_two_ask_at_the_same_moment(self, world, anna):
        both = await asyncio.gather(ask(world, anna), ask(world, anna), return_exceptions=True)
        assert {one.id for one in both if not isinstance(one, Conflict)} == {"demonstration-1"}
        assert len(await requested(world, anna.org)) == 1

    async def test_asks_again_who_is_late(self, world, anna):
        asked = await ask(world, anna)
        world.clock.advance(seconds=FIRST_DEADLINE.total_seconds())
        for due in await world.documents.due(store.UNDERTAKING, until=world.clock()):
            async with world.documents.unit(org=due.org, actor="system:scheduler", business_date=due.at.date()) as unit:
                await carry_on(unit, [due.id], identity=world.identity)
        assert [(service, attempt) for service, _, attempt, _ in await requested(world, anna.org)] == [
            ("loans", 1),
            ("loans", 2),
        ]
        assert [step.late for step in (await shown(world, anna.org)).steps] == [True, False, False]
        await answers(world, asked, "loans")
        assert len(await requested(world, anna.org)) == 4

    async def test_nothing_is_undone_where_loans_refuse(self, world, anna):
        asked = await ask(world, anna)
        await answers(world, asked, "loans", outcome=StepOutcome.REFUSED, objections=("RI-1001 is in use.",))
        there = await shown(world, anna.org)
        assert (there.presence, there.refused) == (Presence.ABSENT, ("RI-1001 is in use.",))
        assert len(await requested(world, anna.org)) == 1
        assert (await ask(world, anna)).id != asked.id, "it can be asked for again"

    async def test_what_is_in_is_taken_out_again_where_another_refuses(self, world, anna):
        asked = await ask(world, anna)
        await answers(world, asked, "loans")
        await answers(world, asked, "files", outcome=StepOutcome.REFUSED, objections=("There is no room.",))
        there = await shown(world, anna.org)
        assert (there.presence, there.refused) == (Presence.LEAVING, ("There is no room.",))
        assert (await requested(world, anna.org))[-1][:3] == ("loans", REMOVE_DEMONSTRATION, 1)
        removal = await store.demonstration_of(world.documents, anna.org)
        await answers(world, asked, "notifications")
        assert await store.demonstration_of(world.documents, anna.org) == removal, "too late to change anything"
        for service in ("loans", "files", "notifications"):
            await answers(world, removal, service, REMOVE_DEMONSTRATION)
        there = await shown(world, anna.org)
        assert (there.presence, there.refused) == (Presence.ABSENT, ("There is no room.",))


class TestTakingItOut:
    async def test_tells_each_service_what_those_before_took_out_and_names_what_stays(self, world, anna):
        await put_in(world, anna)
        asked = await ask_out(world, anna)
        assert (await ask_out(world, anna)).id == asked.id
        with pytest.raises(Conflict, match="being taken out"):
            await ask(world, anna)
        stays = "The lender Own stays: 1 loan that stays refers to it."
        said = {"objections": (stays,), "counts": {"loans": 60, KEPT: 1}, "facts": {"things": ["l1"]}}
        await answers(world, asked, "loans", REMOVE_DEMONSTRATION, **said)
        await answers(world, asked, "files", REMOVE_DEMONSTRATION, facts={"documents": ["d1"]})
        service, _, _, facts = (await requested(world, anna.org))[-1]
        assert (service, facts) == ("notifications", {"things": ["l1"], "documents": ["d1"]})
        await answers(world, asked, "notifications", REMOVE_DEMONSTRATION)
        there = await shown(world, anna.org)
        assert (there.presence, there.steps[0].objections) == (Presence.PARTLY_HERE, (stays,))
        again = await ask_out(world, anna)
        for service in ("loans", "files", "notifications"):
            await answers(world, again, service, REMOVE_DEMONSTRATION)
        assert (await shown(world, anna.org)).presence is Presence.ABSENT

    async def test_stops_what_is_still_being_put_in(self, world, anna):
        asked = await ask(world, anna)
        await ask_out(world, anna)
        stopped = await world.documents.get(store.UNDERTAKING, anna.org, asked.id)
        assert (stopped.state, stopped.ended_by) == (UndertakingState.UNDONE, anna.id)
        await answers(world, asked, "loans")
        tasks = [(service, task) for service, task, _, _ in await requested(world, anna.org)]
        assert tasks == [("loans", PUT_DEMONSTRATION), ("loans", REMOVE_DEMONSTRATION)]

    async def test_is_not_refused(self, world, anna):
        asked = await ask_out(world, anna)
        await answers(world, asked, "loans", REMOVE_DEMONSTRATION, outcome=StepOutcome.REFUSED, objections=("No.",))
        assert (await shown(world, anna.org)).presence is Presence.LEAVING


def test_what_steps_tell_is_left_out_where_there_is_nothing():
    step = StepRequested(undertaking_id="u", service="loans", task="t", subject="acme", attempt=1)
    assert "facts" not in msgspec.to_builtins(step)
    told = msgspec.structs.replace(step, facts={"things": ["l1"]})
    assert AUTH_EVENTS.decode(AUTH_EVENTS.encode((told,))) == (told,)
