from __future__ import annotations

import json

import anyio
import pytest

from realinsights.auth import store
from realinsights.auth.model.keys import KEY_SIGNS
from realinsights.auth.service.opening import open_identity
from realinsights.contracts.tokens import ACCESS_TOKEN_LASTS, CLOCKS_DIFFER
from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.errors import Unauthenticated
from realinsights_platform.secret import Secret
from realinsights_platform.tokens import Revocations

ANNA = "anna@example.com"


@pytest.fixture
async def signed_in(world):
    await world.registered(ANNA)
    return await world.sign_in(ANNA)


def verify(world, signed_in):
    return world.verifier().verify(b"Bearer " + signed_in.access_token.text.encode())


async def names(world):
    return [key["kid"] for key in (await world.identity.keys.published()).keys]


class TestRotating:
    async def test_lets_another_key_sign_and_keeps_the_old_one_published(self, world, signed_in):
        (old,) = await names(world)
        new = await world.identity.keys.rotate()
        assert await names(world) == [new, old]
        verify(world, signed_in)
        verify(world, await world.sign_in(ANNA))

    async def test_forgets_the_old_key_when_its_last_token_has_expired(self, world, signed_in):
        (old,) = await names(world)
        await world.identity.keys.rotate()
        world.clock.advance(seconds=(ACCESS_TOKEN_LASTS + CLOCKS_DIFFER).total_seconds() - 1)
        assert old in await names(world)
        world.clock.advance(seconds=2)
        assert old not in await names(world)
        with pytest.raises(Unauthenticated):
            verify(world, signed_in)

    async def test_happens_by_itself_when_a_key_has_signed_for_long_enough(self, world, signed_in):
        (old,) = await names(world)
        world.clock.advance(seconds=KEY_SIGNS.total_seconds())
        await world.sign_in(ANNA)
        assert (await names(world))[0] != old

    async def test_twice_at_once_keeps_every_key_that_signed(self, world, signed_in):
        async with anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(world.identity.keys.rotate)
        verify(world, signed_in)
        verify(world, await world.sign_in(ANNA))

    async def test_in_another_process_is_noticed_once_announced(self, world, signed_in):
        other = await world.reopened()
        new = await other.identity.keys.rotate()
        await world.cache.announce("auth.keyring", b"")
        assert (await names(world))[0] == new
        verify(world, await other.sign_in(ANNA))


class TestStoredKeys:
    async def test_survive_a_restart(self, world, signed_in):
        again = await world.reopened()
        assert await names(again) == await names(world)
        verify(again, signed_in)

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
            revocations=Revocations(seconds=900),
            hasher=world.hasher,
            now=world.clock,
        )
        assert len((await identity.keys.published()).keys) == 2
        world.identity = identity
        verify(world, signed_in)
        with pytest.raises(Unauthenticated):
            await world.refresh(signed_in.refresh_token.text())
        verify(world, await world.sign_in(ANNA))
