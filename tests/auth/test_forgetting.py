"""Sessions and invitations that were over long ago go by themselves, and no others do."""

from __future__ import annotations

import datetime
from functools import partial

from realinsights.auth import store
from realinsights.auth.service import invitations, sessions
from realinsights.auth.service.forgetting import forget_invitations, forget_sessions
from realinsights.contracts.permissions import Role
from realinsights_platform.scheduling.jobs import DueWork, Job

ANNA = "anna@example.com"


async def pass_through(world, kind, forget):
    job = Job(kind=kind, work=partial(forget, identity=world.identity))
    assert await DueWork(world.documents, job, now=world.clock).pass_through(1) is not None


class TestSessions:
    async def test_go_a_day_after_their_end(self, world):
        anna = await world.registered(ANNA)
        ended, going = await world.sign_in(ANNA), await world.sign_in(ANNA)
        await world.does(anna, sessions.end_session, identity=world.identity, user=anna.id, session_id=ended.session.id)
        world.clock.advance(hours=23)
        await pass_through(world, store.SESSION, forget_sessions)
        assert await world.documents.get(store.SESSION, anna.org, ended.session.id) is not None
        world.clock.advance(hours=1)
        await pass_through(world, store.SESSION, forget_sessions)
        assert await world.documents.get(store.SESSION, anna.org, ended.session.id) is None
        assert await world.documents.get(store.SESSION, anna.org, going.session.id) is not None

    async def test_go_a_day_after_they_ended_by_themselves_and_not_while_they_are_carried_on(self, world):
        anna = await world.registered(ANNA)
        unused, used = await world.sign_in(ANNA), await world.sign_in(ANNA)
        world.clock.advance(days=10)
        carried_on = await world.refresh(used.refresh_token.text())
        world.clock.advance(days=5)
        await pass_through(world, store.SESSION, forget_sessions)
        assert await world.documents.get(store.SESSION, anna.org, unused.session.id) is None
        assert (await world.refresh(carried_on.refresh_token.text())).session.id == used.session.id

    async def test_that_were_carried_on_meanwhile_stay(self, world):
        anna = await world.registered(ANNA)
        signed_in = await world.sign_in(ANNA)
        async with world.documents.unit(org=anna.org, actor="x", business_date=datetime.date(2026, 1, 1)) as unit:
            await forget_sessions(unit, [signed_in.session.id, "another"], identity=world.identity)
        assert await world.documents.get(store.SESSION, anna.org, signed_in.session.id) is not None


class TestInvitations:
    async def test_go_a_month_after_they_led_nowhere_any_more(self, world):
        anna = await world.registered(ANNA)

        async def invited(email):
            made, _ = await world.does(anna, invitations.invite, identity=world.identity, email=email, role=Role.VIEWER)
            return made.id

        expiring, withdrawn = await invited("bo@example.com"), await invited("cy@example.com")
        await world.does(anna, invitations.withdraw, identity=world.identity, invitation_id=withdrawn)

        async def there():
            found = await world.documents.get_many(store.INVITATION, anna.org, [expiring, withdrawn])
            return [one in found for one in (expiring, withdrawn)]

        for days, expected in ((29, [True, True]), (1, [True, False]), (6, [True, False]), (1, [False, False])):
            world.clock.advance(days=days)
            await pass_through(world, store.INVITATION, forget_invitations)
            assert await there() == expected
