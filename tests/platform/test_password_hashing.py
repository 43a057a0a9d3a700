from __future__ import annotations

from dataclasses import replace

import anyio
import pytest
from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY

from realinsights_platform.errors import TooMany
from realinsights_platform.password_hashing import Hasher


@pytest.fixture
def hasher():
    return Hasher(parameters=CHEAPEST)


async def test_a_hash_verifies_its_own_password_only(hasher):
    hashed = await hasher.hash("a good password")
    assert await hasher.verify("a good password", hashed)
    assert not await hasher.verify("a bad password", hashed)


async def test_accents_count_the_same_however_they_are_typed(hasher):
    assert await hasher.verify("Crème brûlée", await hasher.hash("Cre\u0300me bru\u0302le\u0301e"))


async def test_nobodys_password_is_never_right(hasher):
    assert not await hasher.verify("", None)
    assert not await hasher.verify("a good password", None)


async def test_nobodys_hash_costs_what_a_real_one_does():
    """What Argon2 is asked to do is written in the hash: the same for an account as for none."""
    hasher = Hasher()
    real = await hasher.hash("a good password")
    assert real.rsplit("$", 2)[0] == hasher._nobodys.rsplit("$", 2)[0]
    assert len(real) == len(hasher._nobodys)
    assert not await hasher.verify("a good password", None)


async def test_a_hash_of_other_parameters_still_verifies_and_is_outdated(hasher):
    other = replace(CHEAPEST, time_cost=2, memory_cost=16)
    hashed = await Hasher(parameters=other).hash("a good password")
    assert await hasher.verify("a good password", hashed)
    assert hasher.is_outdated(hashed)
    assert not hasher.is_outdated(await hasher.hash("a good password"))


async def test_the_defaults_are_those_of_rfc_9106():
    assert not Hasher().is_outdated(
        f"$argon2id$v=19$m={RFC_9106_LOW_MEMORY.memory_cost},t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43
    )


async def test_a_crowd_waits_its_turn_and_no_more_than_can_be_served():
    hasher = Hasher(parameters=CHEAPEST, at_once=1, most_waiting=3)
    outcomes = []

    async def hash_one():
        try:
            await hasher.hash("a good password")
            outcomes.append("hashed")
        except TooMany as refused:
            outcomes.append(refused.retry_after)

    async with anyio.create_task_group() as group:
        for _ in range(10):
            group.start_soon(hash_one)
    assert outcomes.count("hashed") == 4
    assert outcomes.count(5) == 6
