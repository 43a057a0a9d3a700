"""Programs: what a token of one is good for, how long, and who is refused."""

from __future__ import annotations

import datetime
from typing import Any

import msgspec
import pytest

from realinsights.auth import store
from realinsights.auth.model import programs as model
from realinsights.auth.model.people import User
from realinsights.auth.model.programs import Program, ProgramDraft, TokenText
from realinsights.auth.queries.journal import JOURNAL
from realinsights.auth.queries.programs import programs_by_name
from realinsights.auth.service import members, programs
from realinsights.contracts.permissions import Permission, Role
from realinsights_platform.errors import Conflict, Invalid, NotFound, Stale, Unauthenticated
from realinsights_platform.principal import Principal

from .conftest import ANNA, World

READ = (Permission.PORTFOLIO_READ,)
ADDRESS = "10.0.0.9"
QUARTER = datetime.timedelta(days=90)


@pytest.fixture
async def anna(world: World) -> User:
    return await world.registered(ANNA)


@pytest.fixture
async def principal(world: World, anna: User) -> Principal:
    return await principal_by(world, (await world.sign_in(ANNA)).access_token.text)


@pytest.fixture
async def program(world: World, anna: User, principal: Principal) -> Program:
    return await made(world, anna, principal, READ)


async def principal_by(world: World, text: str) -> Principal:
    return await world.verifier().verify(f"Bearer {text}".encode())


async def made(world: World, anna: User, principal: Principal, permissions: Any) -> Program:
    draft = ProgramDraft(name="Nightly loader", permissions=permissions)
    return await world.does(anna, programs.make, identity=world.identity, principal=principal, draft=draft)


async def given(world: World, anna: User, program: Program, lasts: datetime.timedelta = QUARTER) -> TokenText:
    _, text = await world.does(anna, programs.make_token, identity=world.identity, program_id=program.id, lasts=lasts)
    return text


async def changed(world: World, anna: User, principal: Principal, program: Program, **draft: Any) -> Program:
    known = await world.documents.get(store.PROGRAM, anna.org, program.id)
    assert known is not None
    wanted = {"name": known.name, "permissions": known.permissions, "active": known.active, **draft}
    return await world.does(
        anna,
        programs.change,
        identity=world.identity,
        principal=principal,
        program_id=program.id,
        expected_version=known.version,
        draft=ProgramDraft(**wanted),
    )


async def exchange(world: World, text: str) -> str:
    return (await programs.exchange(identity=world.identity, text=text, address=ADDRESS)).text


async def refused(world: World, text: str) -> None:
    with pytest.raises(Unauthenticated, match=r"wrong, has expired, or was revoked"):
        await exchange(world, text)


class TestMaking:
    async def test_names_what_it_may_do_each_once(self, world: World, anna: User, principal: Principal) -> None:
        twice = (Permission.PORTFOLIO_WRITE, Permission.PORTFOLIO_READ, Permission.PORTFOLIO_READ)
        program = await made(world, anna, principal, twice)
        assert program.permissions == (Permission.PORTFOLIO_READ, Permission.PORTFOLIO_WRITE)
        assert (program.made_by, program.tokens) == (anna.id, ())

    @pytest.mark.parametrize(("name", "permissions"), [("", READ), ("x" * 101, READ), ("a\nb", READ), ("Loader", ())])
    async def test_refuses_what_is_none(
        self, world: World, anna: User, principal: Principal, name: str, permissions: Any
    ) -> None:
        draft = ProgramDraft(name=name, permissions=permissions)
        with pytest.raises(Invalid):
            await world.does(anna, programs.make, identity=world.identity, principal=principal, draft=draft)

    @pytest.mark.parametrize("permission", [Permission.MEMBER_MANAGE, Permission.ORGANIZATION_MANAGE])
    async def test_refuses_what_is_for_people(
        self, world: World, anna: User, principal: Principal, program: Program, permission: Permission
    ) -> None:
        with pytest.raises(Invalid) as wrong:
            await made(world, anna, principal, (*READ, permission))
        assert wrong.value.fields[0].message == f"{permission.value} is for people"
        with pytest.raises(Invalid):
            await changed(world, anna, principal, program, permissions=(permission,))

    async def test_gives_no_more_than_its_maker_holds(self, world: World, anna: User, principal: Principal) -> None:
        less = msgspec.structs.replace(principal, permissions=frozenset(READ))
        with pytest.raises(Invalid) as wrong:
            await made(world, anna, less, (*READ, Permission.PORTFOLIO_DELETE))
        assert wrong.value.fields[0].message == "portfolio.delete is more than you may do yourself"

    async def test_ends_at_a_hundred(self, world: World, anna: User, principal: Principal) -> None:
        for _ in range(model.MOST_PROGRAMS):
            await made(world, anna, principal, READ)
        with pytest.raises(Conflict, match="at most 100 programs"):
            await made(world, anna, principal, READ)


class TestAToken:
    async def test_lets_a_program_do_what_it_may_and_no_more(self, world: World, anna: User, program: Program) -> None:
        text = (await given(world, anna, program)).text()
        assert text.startswith("rip_")
        own = await principal_by(world, await exchange(world, text))
        assert (own.user, own.org, own.role, own.permissions) == (program.id, anna.org, "program", frozenset(READ))
        assert own.scope.endswith(":portfolio.read"), "it shares answers with no role"

    async def test_is_stored_as_a_hash_and_shown_by_what_it_begins_with(
        self, world: World, anna: User, program: Program
    ) -> None:
        text = await given(world, anna, program)
        entries = await world.documents.entries(anna.org, limit=100)
        stored = b"".join(bytes(write.document or b"") for entry in entries for write in entry.writes)
        assert text.secret.encode() not in stored
        (shown,) = await programs_by_name(world.documents, org=anna.org)
        assert text.text().startswith(f"{shown.tokens[0].prefix}.")

    async def test_says_when_and_from_where_it_was_used_at_most_once_a_minute(
        self, world: World, anna: User, program: Program
    ) -> None:
        text = (await given(world, anna, program)).text()
        before = await world.documents.sequence(anna.org)
        for _ in range(5):
            await exchange(world, text)
        assert await world.documents.sequence(anna.org) == before + 1
        world.clock.advance(seconds=61)
        await exchange(world, text)
        (shown,) = await programs_by_name(world.documents, org=anna.org)
        assert shown.version == program.version + 1, "that of the token that was made: a use changes none"
        assert shown.tokens[0].last_used_from == ADDRESS
        assert shown.tokens[0].last_used_at is not None
        assert (world.clock.now - shown.tokens[0].last_used_at).total_seconds() < 1

    async def test_is_good_until_it_expires(self, world: World, anna: User, program: Program) -> None:
        text = (await given(world, anna, program, datetime.timedelta(days=1))).text()
        world.clock.advance(hours=23, minutes=59)
        await exchange(world, text)
        world.clock.advance(minutes=1)
        await refused(world, text)

    async def test_is_one_of_two_so_that_it_can_be_changed_over(
        self, world: World, anna: User, program: Program
    ) -> None:
        first, second = [await given(world, anna, program) for _ in range(2)]
        with pytest.raises(Conflict, match="at most 2 tokens"):
            await given(world, anna, program)
        for text in (first, second):
            await exchange(world, text.text())
        world.clock.advance(days=91)
        assert await given(world, anna, program), "what has expired takes no place"

    async def test_that_is_revoked_ends_what_it_was_exchanged_for(
        self, world: World, anna: User, program: Program
    ) -> None:
        first, second = [await given(world, anna, program) for _ in range(2)]
        verifier = world.verifier()
        headers = [f"Bearer {await exchange(world, text.text())}".encode() for text in (first, second)]
        for header in headers:
            await verifier.verify(header)
        await world.does(
            anna, programs.revoke_token, identity=world.identity, program_id=program.id, token_id=first.token
        )
        with pytest.raises(Unauthenticated):
            await verifier.verify(headers[0])
        await verifier.verify(headers[1])
        with pytest.raises(Unauthenticated):
            await world.verifier().verify(headers[0])
        await refused(world, first.text())
        with pytest.raises(NotFound):
            await world.does(
                anna, programs.revoke_token, identity=world.identity, program_id=program.id, token_id=first.token
            )

    @pytest.mark.parametrize("change", ["secret", "program", "token", "org", "nothing", "more", "empty", "long"])
    async def test_that_is_none_is_refused_alike(self, world: World, anna: User, program: Program, change: str) -> None:
        text = await given(world, anna, program)
        whole = text.text()
        told = {
            "secret": whole[:-1] + ("A" if whole[-1] != "A" else "B"),
            "program": whole.replace(program.id, "nobody"),
            "token": whole.replace(text.token, "none"),
            "org": whole.replace(anna.org, "system"),
            "nothing": "rip_...",
            "more": f"{whole}x",
            "empty": "",
            "long": "rip_" + "a" * 100_000,
        }
        await refused(world, told[change])


class TestChanging:
    async def test_narrows_what_it_may_do_from_the_next_request_on(
        self, world: World, anna: User, principal: Principal
    ) -> None:
        program = await made(world, anna, principal, (*READ, Permission.PORTFOLIO_WRITE))
        text = (await given(world, anna, program)).text()
        verifier = world.verifier()
        header = f"Bearer {await exchange(world, text)}".encode()
        await verifier.verify(header)
        await changed(world, anna, principal, program, permissions=READ)
        with pytest.raises(Unauthenticated):
            await verifier.verify(header)
        with pytest.raises(Unauthenticated):
            await world.verifier().verify(header)
        assert (await principal_by(world, await exchange(world, text))).permissions == frozenset(READ)

    async def test_lets_it_do_nothing_and_again(
        self, world: World, anna: User, principal: Principal, program: Program
    ) -> None:
        text = (await given(world, anna, program)).text()
        access = await exchange(world, text)
        await changed(world, anna, principal, program, active=False)
        await refused(world, text)
        with pytest.raises(Unauthenticated):
            await principal_by(world, access)
        await changed(world, anna, principal, program, active=True)
        assert await exchange(world, text)

    async def test_of_another_version_is_refused(
        self, world: World, anna: User, principal: Principal, program: Program
    ) -> None:
        await changed(world, anna, principal, program, name="Another")
        with pytest.raises(Stale):
            await world.does(
                anna,
                programs.change,
                identity=world.identity,
                principal=principal,
                program_id=program.id,
                expected_version=program.version,
                draft=ProgramDraft(name="A third", permissions=READ),
            )

    async def test_deleted_it_is_gone_and_its_name_stays_in_the_journal(
        self, world: World, anna: User, program: Program
    ) -> None:
        text = (await given(world, anna, program)).text()
        access = await exchange(world, text)
        await world.does(anna, programs.delete, identity=world.identity, program_id=program.id)
        with pytest.raises(NotFound):
            await world.does(anna, programs.delete, identity=world.identity, program_id=program.id)
        lines = await JOURNAL.lines(world.documents, org=anna.org, before=None, limit=9)
        assert "Nightly loader (program)" in {line.actor_name for line in lines.items}
        await refused(world, text)
        with pytest.raises(Unauthenticated):
            await principal_by(world, access)
        assert await programs_by_name(world.documents, org=anna.org) == ()


async def test_it_stays_when_the_member_who_made_it_goes(world: World, anna: User, principal: Principal) -> None:
    bo = await world.joined(anna, "bo@example.com", role=Role.ADMINISTRATOR)
    signed_in = await world.sign_in("bo@example.com")
    own = await principal_by(world, signed_in.access_token.text)
    program = await made(world, bo, own, READ)
    text = (await given(world, bo, program)).text()
    await world.does(anna, members.deactivate, identity=world.identity, user=bo.id)
    assert await exchange(world, text)
    assert model.MOST_TOKENS == 2
