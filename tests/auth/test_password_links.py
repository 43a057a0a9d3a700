"""A forgotten password is not the end: an administrator or the operator makes a link, which is good once."""

from __future__ import annotations

import datetime

import msgspec
import pytest

from realinsights.auth import store
from realinsights.auth.model.directory import SYSTEM
from realinsights.auth.service import members, password_links
from realinsights.auth.service.password_links import LASTS
from realinsights.contracts.auth import AUTH_EVENTS, PasswordChanged, PasswordForgotten, PasswordLinkMade
from realinsights.contracts.sealed_links import LinkPurpose
from realinsights_platform.errors import Conflict, Invalid, NotFound, TooMany, Unauthenticated

from .mailed import asked, mailed

BO = "bo@example.com"
NEW = "an even better battery"


@pytest.fixture
async def anna(world):
    return await world.registered()


@pytest.fixture
async def bo(world, anna):
    return await world.joined(anna, BO)


async def made(world, maker, member):
    _, token = await world.does(maker, password_links.make, identity=world.identity, user=member.id)
    return token.text()


async def use(world, token, password=NEW):
    await password_links.use(identity=world.identity, token_text=token, password=password)


async def told(world, org):
    entries = await world.documents.entries(org, limit=1000)
    return [(entry.actor, event) for entry in entries for event in AUTH_EVENTS.decode(bytes(entry.events))]


class TestALink:
    async def test_gives_a_new_password_and_ends_every_session(self, world, anna, bo):
        signed_in = await world.sign_in(BO)
        verifier = world.verifier()
        header = f"Bearer {signed_in.access_token.text}".encode()
        assert (await verifier.verify(header)).user == bo.id
        await use(world, await made(world, anna, bo))
        with pytest.raises(Unauthenticated):
            await world.sign_in(BO)
        assert (await world.sign_in(BO, password=NEW)).user.id == bo.id
        with pytest.raises(Unauthenticated):
            await world.refresh(signed_in.refresh_token.text())
        with pytest.raises(Unauthenticated):
            await verifier.verify(header)
        events = await told(world, anna.org)
        assert (anna.id, PasswordLinkMade(user_id=bo.id)) in events
        assert ("system:password-link", PasswordChanged(user_id=bo.id)) in events

    async def test_is_good_once_and_so_are_all_that_were_made_before(self, world, anna, bo):
        first, second = await made(world, anna, bo), await made(world, anna, bo)
        await use(world, second)
        for token in (first, second):
            with pytest.raises(NotFound):
                await use(world, token, password="a third good password")
        await world.sign_in(BO, password=NEW)

    async def test_is_good_for_a_day(self, world, anna, bo):
        token = await made(world, anna, bo)
        world.clock.advance(seconds=LASTS.total_seconds())
        with pytest.raises(NotFound):
            await use(world, token)

    async def test_with_a_bad_password_stays_good(self, world, anna, bo):
        token = await made(world, anna, bo)
        with pytest.raises(Invalid):
            await use(world, token, password="short")
        await use(world, token)

    async def test_that_was_touched_leads_nowhere(self, world, anna, bo):
        org, user, expires, seal = (await made(world, anna, bo)).split(".")
        for text in (
            "",
            "nonsense",
            f"{org}.{anna.id}.{expires}.{seal}",
            f"{org}.{user}.{int(expires) + 1}.{seal}",
            f"{org}.{user}.{expires}.{'0' * 64}",
        ):
            with pytest.raises(NotFound):
                await password_links.look_up(identity=world.identity, token_text=text)

    async def test_is_worth_nothing_with_another_secret(self, world, anna, bo):
        (link,) = await password_links.make_as_operator(
            documents=world.documents, secret=type(world.secret)(b"x" * 32), email=BO, now=world.clock()
        )
        with pytest.raises(NotFound):
            await use(world, link[1].text())

    async def test_of_a_member_who_is_deactivated_leads_nowhere(self, world, anna, bo):
        token = await made(world, anna, bo)
        await world.does(anna, members.deactivate, identity=world.identity, user=bo.id)
        with pytest.raises(NotFound):
            await use(world, token)
        with pytest.raises(Conflict, match="deactivated"):
            await made(world, anna, bo)

    async def test_is_not_for_oneself(self, world, anna):
        with pytest.raises(Conflict, match="your own account"):
            await made(world, anna, anna)

    async def test_is_not_for_a_member_of_another_organization(self, world, anna, bo):
        eve = await world.registered("eve@example.com", name="Other House")
        with pytest.raises(NotFound):
            await made(world, eve, bo)


class TestTheOperator:
    async def test_gets_a_link_for_each_account_of_an_address_and_writes_nothing(self, world, anna, bo):
        eve = await world.registered("eve@example.com", name="Other House")
        await world.joined(eve, BO)
        before = [await world.documents.sequence(org) for org in (anna.org, eve.org)]
        links = await password_links.make_as_operator(
            documents=world.documents, secret=world.secret, email=" BO@example.com", now=world.clock()
        )
        assert [user.org for user, _ in links] == [eve.org, anna.org]
        assert [await world.documents.sequence(org) for org in (anna.org, eve.org)] == before
        await use(world, links[1][1].text())
        assert (await world.sign_in(BO, password=NEW)).user.org == anna.org

    async def test_gets_none_for_an_address_without_an_active_account(self, world, anna, bo):
        stored = await world.documents.get(store.USER, anna.org, bo.id)
        async with world.documents.unit(org=anna.org, actor="t", business_date=world.clock().date()) as unit:
            unit.put(store.USER, msgspec.structs.replace(stored, active=False))
        for email in (BO, "nobody@example.com"):
            with pytest.raises(NotFound, match="no active account"):
                await password_links.make_as_operator(
                    documents=world.documents, secret=world.secret, email=email, now=world.clock()
                )


class TestForgotten:
    """Somebody asks on the page of signing in; the link is mailed."""

    async def forget(self, world, email=BO, address="10.0.0.9"):
        await password_links.forget(identity=world.identity, email=email, address=address)

    async def handle(self, world, times=1, after=0):
        """Do what the subscriber does with all that was asked, so many seconds after it was."""
        at, asked = world.clock.now - datetime.timedelta(seconds=after), 0
        for entry in await world.documents.entries(SYSTEM, limit=1000):
            for number, event in enumerate(AUTH_EVENTS.decode(bytes(entry.events))):
                if isinstance(event, PasswordForgotten):
                    for _ in range(times):
                        asked += await password_links.mail_links(
                            identity=world.identity,
                            email_key=event.email_key,
                            request_id=f"forgotten-{entry.sequence}-{number}",
                            asked_at=at,
                        )
        return asked

    async def test_mails_a_link_that_is_good_once_and_for_an_hour(self, world, anna, bo):
        signed_in = await world.sign_in(BO)
        await self.forget(world, " Bo@Example.com")
        assert await self.handle(world) == 1
        ((to, token),) = await mailed(world, anna.org, LinkPurpose.PASSWORD)
        assert to == BO
        await use(world, token)
        with pytest.raises(Unauthenticated):
            await world.refresh(signed_in.refresh_token.text())
        await world.sign_in(BO, password=NEW)
        with pytest.raises(NotFound):
            await use(world, token, password="a third good password")
        world.clock.advance(hours=1)
        await self.forget(world)
        await self.handle(world)
        world.clock.advance(hours=1)
        with pytest.raises(NotFound):
            await use(world, (await mailed(world, anna.org, LinkPurpose.PASSWORD))[-1][1])

    async def test_writes_the_same_whether_or_not_there_is_an_account(self, world, anna, bo):
        written = []
        for email in (BO, "nobody@example.com", "somebody@elsewhere.example"):
            before = {org: await world.documents.sequence(org) for org in (SYSTEM, anna.org)}
            await self.forget(world, email)
            written.append({org: await world.documents.sequence(org) - before[org] for org in before})
        assert written == [{SYSTEM: 1, anna.org: 0}] * 3
        assert await self.handle(world) == 1

    async def test_is_refused_for_what_no_mail_could_reach(self, world):
        before = await world.documents.sequence(SYSTEM)
        with pytest.raises(Invalid):
            await self.forget(world, "no address")
        assert await world.documents.sequence(SYSTEM) == before

    async def test_handled_twice_asks_for_the_same_mail(self, world, anna, bo):
        await self.forget(world)
        await self.handle(world, times=2)
        first, second = [one for one in await asked(world, anna.org) if one.purpose is LinkPurpose.PASSWORD]
        assert first == second

    async def test_mails_one_for_each_account_and_none_to_who_is_deactivated(self, world, anna, bo):
        eve = await world.registered("eve@example.com", name="Other House")
        await world.joined(eve, BO)
        await self.forget(world)
        assert await self.handle(world) == 2
        await world.does(anna, members.deactivate, identity=world.identity, user=bo.id)
        assert await self.handle(world) == 1

    async def test_is_not_mailed_long_after_it_was_asked_for(self, world, anna, bo):
        await self.forget(world)
        assert await self.handle(world, after=3600) == 0

    async def test_beyond_three_an_hour_no_mail_comes_and_nobody_is_told(self, world, anna, bo):
        for number in range(6):
            await self.forget(world, address=f"10.0.1.{number}")
        assert await self.handle(world) == 3
        world.clock.advance(hours=1)
        await self.forget(world)
        assert await self.handle(world) == 4

    async def test_one_network_address_asks_twenty_times_an_hour(self, world, anna):
        for number in range(20):
            await self.forget(world, f"nobody-{number}@example.com")
        with pytest.raises(TooMany):
            await self.forget(world)
        await self.forget(world, address="10.0.0.10")
