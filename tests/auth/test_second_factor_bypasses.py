"""Second factors: two who add one at once, and ways around them, each of which is closed."""

from __future__ import annotations

import base64
import contextlib

import anyio
import pytest

from realinsights.auth import store
from realinsights.auth.model.people import User
from realinsights.auth.model.second_factors import recovery_hash
from realinsights.auth.service import addresses, second_factors
from realinsights.contracts.permissions import Role
from realinsights.contracts.sealed_links import LinkPurpose
from realinsights_platform.errors import Conflict, Invalid, Unauthenticated

from .conftest import ANNA, GOOD_PASSWORD, World
from .mailed import mailed
from .test_second_factors import BO, App, begun, confirm, show, with_app

NEW = "anna@elsewhere.example"


@pytest.fixture
async def anna(world: World) -> User:
    return await world.registered(ANNA)


@pytest.fixture
async def app(world: World, anna: User) -> App:
    return await with_app(world, anna)


async def has_one(world: World, user: User) -> bool:
    factors = await world.documents.get(store.SECOND_FACTORS, user.org, user.id)
    return factors is not None and factors.active


class TestAdding:
    async def test_begun_twice_at_once_ends_in_one_app_and_one_set_of_codes(self, world: World, anna: User) -> None:
        beginnings: list[str] = []
        codes: list[tuple[str, ...]] = []

        async def begin() -> None:
            with contextlib.suppress(Conflict):  # of first ones that cross, all but one are refused
                beginnings.append((await begun(world, anna)).secret)

        async def show_first_code(secret: str) -> None:
            with contextlib.suppress(Conflict, Invalid):
                codes.append(await confirm(world, anna, App(world, secret).code()))

        async with anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(begin)
        assert beginnings
        beginnings.append((await begun(world, anna)).secret)
        async with anyio.create_task_group() as group:
            for secret in (*beginnings, *beginnings):
                group.start_soon(show_first_code, secret)
        assert len(codes) == 1
        factors = await world.documents.get(store.SECOND_FACTORS, anna.org, anna.id)
        assert factors is not None
        assert factors.recovery_hashes == tuple(recovery_hash(code) for code in codes[0])


class TestReset:
    async def test_of_ones_own_is_refused_since_it_needs_no_password(self, world: World, anna: User, app: App) -> None:
        with pytest.raises(Conflict, match="your own"):
            await world.does(anna, second_factors.reset, user=anna.id)
        assert await has_one(world, anna)

    async def test_of_another_administrator_is_done(self, world: World, anna: User, app: App) -> None:
        bo = await world.joined(anna, BO, role=Role.ADMINISTRATOR)
        await world.does(bo, second_factors.reset, user=anna.id)
        assert not await has_one(world, anna)


class TestAddressHadBack:
    """A thief with the password changes the address; the owner has it back by the link to the former one."""

    async def changed(self, world: World, user: User) -> None:
        await world.does(
            user,
            addresses.ask_for_change,
            identity=world.identity,
            user=user.id,
            session_id="s",
            email=NEW,
            password=GOOD_PASSWORD,
        )
        await self.use(world, user, LinkPurpose.ADDRESS_CHANGE)

    async def use(self, world: World, user: User, purpose: LinkPurpose) -> None:
        *_, (_, token) = await mailed(world, user.org, purpose)
        await addresses.use(identity=world.identity, token_text=token)

    async def test_takes_away_what_was_added_since(self, world: World, anna: User) -> None:
        await self.changed(world, anna)
        await with_app(world, anna)
        await self.use(world, anna, LinkPurpose.ADDRESS_UNDO)
        assert not await has_one(world, anna), "the owner could never sign in by the thief's app"

    async def test_takes_away_recovery_codes_that_were_made_since(self, world: World, anna: User, app: App) -> None:
        await self.changed(world, anna)
        codes = {"identity": world.identity, "user": anna.id, "session_id": "s", "password": GOOD_PASSWORD}
        await world.does(anna, second_factors.make_recovery_codes, **codes)
        await self.use(world, anna, LinkPurpose.ADDRESS_UNDO)
        factors = await world.documents.get(store.SECOND_FACTORS, anna.org, anna.id)
        assert factors is not None
        assert (factors.active, factors.recovery_hashes) == (True, ())

    async def test_keeps_what_was_there_before(self, world: World, anna: User, app: App) -> None:
        await self.changed(world, anna)
        await self.use(world, anna, LinkPurpose.ADDRESS_UNDO)
        assert await has_one(world, anna)


class TestChallenges:
    @pytest.mark.parametrize(
        "header",
        [
            b"[]",
            b"{}",
            b"null",
            b"\xff",
            b"[" * 1400,
            b'{"alg":["dir"],"enc":"A256GCM"}',
            b'{"alg":"dir","enc":{}}',
            b'{"alg":"none","enc":"A256GCM"}',
            b'{"alg":"dir","enc":"A256GCM","zip":"DEF"}',
        ],
    )
    async def test_with_a_header_that_somebody_made_up_are_refused(self, world: World, app: App, header: bytes) -> None:
        head, nonce, tag = (
            base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (header, b"i" * 12, b"t" * 16)
        )
        with pytest.raises(Unauthenticated):
            await show(world, f"{head}..{nonce}.AA.{tag}", app.code())
