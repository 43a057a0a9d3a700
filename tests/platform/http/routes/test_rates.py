"""Rates: per address before sign-in, per user after, and strict where passwords are tried."""

from __future__ import annotations

import httpx

from realinsights_platform.limits.port import Rate

from ...conftest import World

RATES = {
    "anonymous": Rate(amount=2, seconds=60),
    "user": Rate(amount=3, seconds=60),
    "sign-in": Rate(amount=1, seconds=30),
}


class TestRates:
    async def test_of_an_address_hold_before_sign_in(self, world: World) -> None:
        async with world.client(rates=RATES) as client:
            statuses = [(await client.get("/api/v1/hello")).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]

    async def test_of_an_address_hold_for_those_whose_token_is_none(self, world: World) -> None:
        async with world.client(rates=RATES) as client:
            headers = {"Authorization": "Bearer nonsense"}
            statuses = [(await client.get("/api/v1/me", headers=headers)).status_code for _ in range(3)]
        assert statuses == [401, 401, 429]

    async def test_of_a_user_hold_after_sign_in_for_each_by_itself(self, world: World) -> None:
        async with world.client(rates=RATES) as client:
            for user in ("ana", "ben"):
                headers = world.headers(user=user)
                statuses = [(await client.get("/api/v1/me", headers=headers)).status_code for _ in range(4)]
                assert statuses == [200, 200, 200, 429]

    async def test_hold_for_a_user_with_however_many_tokens(self, world: World) -> None:
        async with world.client(rates=RATES) as client:
            statuses = [(await client.get("/api/v1/me", headers=world.headers())).status_code for _ in range(4)]
        assert statuses[-1] == 429

    async def test_of_signing_in_are_strict_and_their_own(self, world: World) -> None:
        async with world.client(rates=RATES) as client:
            answers = [await client.post("/api/v1/sign-in", json={"user": "ana"}) for _ in range(2)]
            assert [answer.status_code for answer in answers] == [200, 429]
            assert 1 <= int(answers[1].headers["retry-after"]) <= 30
            assert (await client.get("/api/v1/hello")).status_code == 200

    async def test_are_told_with_every_answer(self, world: World) -> None:
        async with world.client(rates=RATES) as client:
            answer = await client.get("/api/v1/me", headers=world.headers())
        assert answer.headers["ratelimit-limit"] == "3"
        assert answer.headers["ratelimit-remaining"] == "2"
        assert 1 <= int(answer.headers["ratelimit-reset"]) <= 60

    async def test_do_not_count_what_the_edge_cache_answers(self, world: World) -> None:
        async with world.client(rates={**RATES, "user": Rate(amount=2, seconds=60)}) as client:
            headers = world.headers()
            note = (await client.post("/api/v1/notes", json={"title": "a"}, headers=headers)).json()
            answers = [await client.get(f"/api/v1/notes/{note['id']}", headers=headers) for _ in range(5)]
        assert {answer.status_code for answer in answers} == {200}

    async def test_do_not_hold_for_health_and_metrics(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/health/live")
        assert "ratelimit-limit" not in answer.headers

    async def test_count_a_request_as_what_it_costs(self, world: World) -> None:
        async with world.client(rates={**RATES, "user": Rate(amount=10, seconds=60)}) as client:
            answers = [await client.get("/api/v1/me/history", headers=world.headers()) for _ in range(3)]
            assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["6", "2", "0"]
            assert [answer.status_code for answer in answers] == [200, 200, 429]

    async def test_count_an_ipv6_household_as_one(self, world: World) -> None:
        app = world.app(rates=RATES)
        statuses = []
        for host in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:2:1:2:3:4", "2001:db8:1:3::1"):
            transport = httpx.ASGITransport(app, client=(host, 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://notes.test") as client:
                statuses.append((await client.get("/api/v1/hello")).status_code)
        assert statuses == [200, 200, 429, 200]
