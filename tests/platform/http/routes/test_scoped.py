"""Callers who are limited to a part of the organization: refused unless a route says otherwise."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from realinsights_platform.http.routes.declaring import SIGNED_IN, Declaration, get

FIRST = {"portfolioIds": ["First"]}
OTHER = {"portfolioIds": ["Other"]}


async def handler() -> None:
    """Do nothing."""


class TestAdmission:
    @pytest.mark.parametrize(
        ("method", "path"), [("GET", "/notes"), ("POST", "/notes"), ("GET", "/tables/notes"), ("GET", "/ticks")]
    )
    async def test_refuses_them_where_nobody_decided(
        self, client: httpx.AsyncClient, world: Any, method: str, path: str
    ) -> None:
        answer = await client.request(
            method, f"/api/v1{path}", json={"title": "New"}, headers=world.headers(limited_to=FIRST)
        )
        assert answer.status_code == 403
        assert "needs access to the whole organization" in answer.json()["detail"]
        assert world.desk.calls == 0

    async def test_lets_them_where_it_makes_no_difference(self, client: httpx.AsyncClient, world: Any) -> None:
        assert (await client.get("/api/v1/me", headers=world.headers(limited_to=FIRST))).status_code == 200

    async def test_asks_for_the_permission_as_of_everybody(self, client: httpx.AsyncClient, world: Any) -> None:
        answer = await client.post(
            "/api/v1/notes", json={"title": "New"}, headers=world.headers(role="reader", limited_to=FIRST)
        )
        assert answer.status_code == 403
        assert "Your role" in answer.json()["detail"]


class TestCachedAnswers:
    async def test_of_the_whole_organization_are_none_of_theirs(
        self, client: httpx.AsyncClient, world: Any, note: dict[str, Any]
    ) -> None:
        path = f"/api/v1/notes/{note['id']}"
        for _ in range(2):
            assert (await client.get(path, headers=world.headers())).status_code == 200
        assert (await client.get(path, headers=world.headers(limited_to=FIRST))).status_code == 403

    async def test_are_kept_apart_by_scope(self, client: httpx.AsyncClient, world: Any, note: dict[str, Any]) -> None:
        path = f"/api/v1/notes/{note['id']}/in-scope"
        for _ in range(2):
            assert (await client.get(path, headers=world.headers())).status_code == 200
            assert (await client.get(path, headers=world.headers(limited_to=FIRST))).status_code == 200
            assert (await client.get(path, headers=world.headers(limited_to=OTHER))).status_code == 404


class TestDeclaring:
    def test_refuses_a_treatment_that_there_is_not(self) -> None:
        with pytest.raises(Declaration):
            get("/things", permission=SIGNED_IN, scoped="narrowed")(handler)  # type: ignore[arg-type]  # the test

    def test_refuses_one_of_a_public_route(self) -> None:
        with pytest.raises(Declaration):
            get("/things", public=True, scoped="applied")(handler)
