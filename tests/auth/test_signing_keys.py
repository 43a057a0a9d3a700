from __future__ import annotations

import base64
import json

import anyio
import anyio.lowlevel
import msgspec
import pytest

from realinsights.auth import store
from realinsights.auth.model.keys import KEY_SIGNS, PUBLISHED_BEFORE
from realinsights.auth.service import sessions
from realinsights.auth.service.identity import open_identity
from realinsights.contracts.tokens import ACCESS_TOKEN_LASTS, CLOCKS_DIFFER
from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.errors import Unauthenticated
from realinsights_platform.secret import Secret
from realinsights_platform.token_register import KEY_SET_LASTS, TOKENS_LAST, SharedRegister

ANNA = "anna@example.com"


@pytest.fixture
async def signed_in(world):
    await world.registered(ANNA)
    return await world.sign_in(ANNA)


def bearer(signed_in):
    return b"Bearer " + signed_in.access_token.text.encode()


async def verify(world, signed_in):
    return await world.verifier().verify(bearer(signed_in))


async def names(world):
    return [key["kid"] for key in (await world.identity.keys.published()).keys]


def signed_by(signed_in):
    header = signed_in.access_token.text.partition(".")[0]
    return json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))["kid"]


class TestRotating:
    async def test_publishes_another_key_before_it_signs(self, world, signed_in):
        (old,) = await names(world)
        new = await world.identity.keys.rotate()
        assert await names(world) == [new, old]
        assert signed_by(await world.sign_in(ANNA)) == old
        world.clock.advance(seconds=2 * KEY_SET_LASTS)
        later = await world.sign_in(ANNA)
        assert signed_by(later) == new
        await verify(world, signed_in)
        await verify(world, later)

    async def test_forgets_the_old_key_when_its_last_token_has_expired(self, world, signed_in):
        (old,) = await names(world)
        await world.identity.keys.rotate()
        lasts = PUBLISHED_BEFORE + ACCESS_TOKEN_LASTS + CLOCKS_DIFFER
        world.clock.advance(seconds=lasts.total_seconds() - 1)
        assert old in await names(world)
        world.clock.advance(seconds=2)
        assert old not in await names(world)
        with pytest.raises(Unauthenticated):
            await verify(world, signed_in)

    async def test_happens_by_itself_when_a_key_has_signed_for_long_enough(self, world, signed_in):
        (old,) = await names(world)
        world.clock.advance(seconds=KEY_SIGNS.total_seconds())
        assert signed_by(await world.sign_in(ANNA)) == old
        assert (await names(world))[0] != old
        world.clock.advance(seconds=2 * KEY_SET_LASTS)
        assert signed_by(await world.sign_in(ANNA)) == (await names(world))[0]

    async def test_twice_at_once_keeps_every_key_that_signed(self, world, signed_in):
        async with anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(world.identity.keys.rotate)
        await verify(world, signed_in)
        await verify(world, await world.sign_in(ANNA))

    @pytest.mark.parametrize("announced", [True, False])
    async def test_in_another_process_is_noticed_in_time_to_sign_with_it(self, world, signed_in, announced):
        other = await world.reopened(world.cache if announced else None)
        new = await other.identity.keys.rotate()
        world.clock.advance(seconds=2 * KEY_SET_LASTS)
        assert signed_by(await world.sign_in(ANNA)) == new
        await verify(world, await other.sign_in(ANNA))


class Publishing:
    """What reads the keys where the service publishes them; it can be away for a while."""

    def __init__(self, world):
        self.world = world
        self.away = False

    async def __call__(self):
        if self.away:
            raise ConnectionError
        return msgspec.json.encode(await self.world.identity.keys.published())


def elsewhere_of(world, published=None):
    return world.verifier(SharedRegister(world.cache, published or Publishing(world)))


class TestAProcessThatOnlyVerifies:
    """It holds neither the service's documents nor its secret: it has the published keys and the shared cache."""

    @pytest.fixture
    def elsewhere(self, world):
        return elsewhere_of(world)

    async def test_knows_the_new_key_and_the_old_one_after_a_rotation(self, world, signed_in, elsewhere):
        await elsewhere.verify(bearer(signed_in))
        new = await world.identity.keys.rotate()
        world.clock.advance(seconds=2 * KEY_SET_LASTS)
        later = await world.sign_in(ANNA)
        assert signed_by(later) == new
        for one in (later, await world.refresh(signed_in.refresh_token.text()), signed_in):
            await elsewhere.verify(bearer(one))

    async def test_has_read_a_new_key_before_it_signs(self, world, signed_in):
        published = Publishing(world)
        elsewhere = elsewhere_of(world, published)
        await elsewhere.verify(bearer(signed_in))
        new = await world.identity.keys.rotate()
        world.clock.advance(seconds=KEY_SET_LASTS)
        await elsewhere.verify(bearer(await world.sign_in(ANNA)))  # reads the keys again, in the background
        await anyio.lowlevel.checkpoint()
        published.away = True
        world.clock.advance(seconds=KEY_SET_LASTS)
        later = await world.sign_in(ANNA)
        assert signed_by(later) == new
        await elsewhere.verify(bearer(later))

    async def test_refuses_who_signed_out_whether_it_ran_by_then_or_not(self, world, signed_in, elsewhere):
        await elsewhere.verify(bearer(signed_in))
        await sessions.sign_out(identity=world.identity, token_text=signed_in.refresh_token.text())
        for verifier in (elsewhere, elsewhere_of(world), world.verifier()):
            with pytest.raises(Unauthenticated):
                await verifier.verify(bearer(signed_in))


class TestStoredKeys:
    async def test_survive_a_restart(self, world, signed_in):
        again = await world.reopened()
        assert await names(again) == await names(world)
        await verify(again, signed_in)

    async def test_show_no_private_part(self, world):
        for key in (await world.identity.keys.published()).keys:
            assert "d" not in key
            assert (key["kty"], key["crv"], key["use"]) == ("OKP", "Ed25519", "sig")
        ring = await store.keyring(world.documents)
        for key in ring.keys:
            assert "d" not in json.loads(key.public)
            assert "crv" not in key.private

    async def test_that_the_secret_does_not_open_are_replaced(self, world, signed_in):
        """A lost secret ends sessions and costs nothing else."""
        identity = await open_identity(
            documents=world.documents,
            cache=MemoryCache(),
            secret=Secret(b"t" * 32),
            hasher=world.hasher,
            now=world.clock,
        )
        assert len((await identity.keys.published()).keys) == 2
        world.identity = identity
        await verify(world, signed_in)
        with pytest.raises(Unauthenticated):
            await world.refresh(signed_in.refresh_token.text())
        await verify(world, await world.sign_in(ANNA))


def test_a_revocation_is_kept_for_as_long_as_a_token_from_before_may_live():
    assert (ACCESS_TOKEN_LASTS + CLOCKS_DIFFER).total_seconds() == TOKENS_LAST
