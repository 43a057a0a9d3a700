"""Pages for operators: open unless there is a token, then for who has it only."""

from __future__ import annotations

import base64

import pytest

from ...conftest import World

TOKEN = "a token that only operators have"
PAGES = ["/metrics", "/docs", "/docs/swagger-ui.css", "/docs/start.js", "/openapi.json"]


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"anybody:{password}".encode()).decode()


class TestOperators:
    @pytest.mark.parametrize("path", PAGES)
    async def test_see_their_pages_by_a_token_only(self, world: World, path: str) -> None:
        async with world.client(operator_token=TOKEN) as client:
            for said in (f"Bearer {TOKEN}", f"bearer  {TOKEN} ", basic(TOKEN)):
                assert (await client.get(path, headers={"Authorization": said})).status_code == 200
            for said in ("", "Bearer", f"Bearer {TOKEN}!", basic(""), "Basic !", f"Digest {TOKEN}", f"Basic {TOKEN}"):
                answer = await client.get(path, headers={"Authorization": said} if said else {})
                assert answer.status_code == 401
                assert answer.headers["www-authenticate"].startswith("Basic ")
                assert "Send the operator" in answer.text
            assert (await client.get(path, headers=world.headers())).status_code == 401, "a member is no operator"

    async def test_may_not_guess_for_long(self, world: World) -> None:
        async with world.client(operator_token=TOKEN) as client:
            statuses = [(await client.get("/metrics")).status_code for _ in range(21)]
            assert statuses == [401] * 20 + [429]
            assert (await client.get("/metrics", headers={"Authorization": basic(TOKEN)})).status_code == 200

    async def test_need_none_to_see_that_it_lives(self, world: World) -> None:
        async with world.client(operator_token=TOKEN) as client:
            for path in ("/health/live", "/health/ready"):
                assert (await client.get(path)).status_code == 200

    @pytest.mark.parametrize("path", PAGES)
    async def test_and_everybody_see_them_where_there_is_no_token(self, world: World, path: str) -> None:
        async with world.client() as client:
            assert (await client.get(path)).status_code == 200
