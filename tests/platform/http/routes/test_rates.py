"""Rates: per address before sign-in, per user after, and strict where passwords are tried."""

from __future__ import annotations

import httpx

from realinsights_platform.limits.opening import open_limits
from realinsights_platform.limits.port import Rate

from ...conftest import World

RATES = {
    "anonymous": Rate(amount=2, seconds=60),
    "user": Rate(amount=3, seconds=60),
    "sign-in": Rate(amount=1, seconds=30),
}


PLANS = {"small": Rate(amount=4, seconds=60), "large": Rate(amount=6, seconds=60)}


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


class TestPlans:
    """What an organization may ask in all, by its plan."""

    async def asked(self, client: httpx.AsyncClient, world: World, **who: str) -> int:
        return (await client.get("/api/v1/me", headers=world.headers(**who))).status_code

    async def test_members_use_up_what_their_plan_has_together_and_nobody_else_s(self, world: World) -> None:
        async with world.client(rates=RATES, plans=PLANS) as client:
            members = ["ana", "ben", "ana", "ben", "eve"]
            statuses = [await self.asked(client, world, user=user, org="acme", plan="small") for user in members]
            others = [
                await self.asked(client, world, user=f"u{number}", org="blue", plan="large") for number in range(7)
            ]
        assert statuses == [200, 200, 200, 200, 429]
        assert others == [200] * 6 + [429]

    async def test_a_refusal_names_the_plan_and_what_it_has(self, world: World) -> None:
        async with world.client(rates=RATES, plans={"small": Rate(amount=1, seconds=60)}) as client:
            await self.asked(client, world, plan="small")
            answer = await client.get("/api/v1/me", headers=world.headers(plan="small"))
        assert answer.status_code == 429
        assert "its plan, small, allows: 1 requests in 60 seconds" in answer.json()["detail"]
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        assert answer.headers.get_list("ratelimit-limit") == ["1"]
        assert answer.headers.get_list("ratelimit-remaining") == ["0"]

    async def test_a_plan_that_is_not_known_is_the_smallest(self, world: World) -> None:
        async with world.client(rates=RATES, plans=PLANS) as client:
            statuses = [await self.asked(client, world, user=f"u{number}", plan="unheard") for number in range(5)]
        assert statuses == [200] * 4 + [429]

    async def test_one_who_asks_too_often_does_not_use_up_what_the_others_have(self, world: World) -> None:
        async with world.client(rates=RATES, plans=PLANS) as client:
            eager = [await self.asked(client, world, user="ana", plan="small") for _ in range(9)]
            assert eager == [200] * 3 + [429] * 6
            assert await self.asked(client, world, user="ben", plan="small") == 200

    async def test_processes_count_together_where_they_share_a_redis(self, world: World, redis_url: str) -> None:
        limits = [open_limits(redis_url) for _ in range(2)]
        try:
            statuses = []
            for number in range(6):
                app = world.app(rates=RATES, plans=PLANS, limits=limits[number % 2])
                async with httpx.AsyncClient(
                    transport=httpx.ASGITransport(app), base_url="http://notes.test"
                ) as client:
                    statuses.append(await self.asked(client, world, user=f"u{number}", plan="small"))
        finally:
            for one in limits:
                await one.close()
        assert statuses == [200] * 4 + [429] * 2
