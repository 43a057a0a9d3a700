from __future__ import annotations

from typing import Any

import httpx
import pytest

from realinsights.dashboard.model.saved_views import MOST_OWN

from .conftest import World

NEW_YORK = {"name": "New York", "page": "dashboard", "query": "state=NY&propertyType=office&businessDate=2025-12-31"}


async def keep(world: World, *, status: int = 201, user: str = "ann", role: str = "viewer", **changes: Any) -> Any:
    answer = await world.client.post(
        "/dashboard/views", json={**NEW_YORK, **changes}, headers=world.headers(role=role, user=user)
    )
    assert answer.status_code == status, answer.text
    return answer.json()


async def names(world: World, query: str = "", **caller: str) -> list[str]:
    answer = await world.client.get(f"/dashboard/views{query}", headers=world.headers(**caller))
    assert answer.status_code == 200, answer.text
    return [view["name"] for view in answer.json()["items"]]


async def change(
    world: World, view: Any, *, version: int = 1, user: str = "ann", role: str = "viewer", **changes: Any
) -> httpx.Response:
    body = {name: view[name] for name in ("name", "page", "query", "shared")}
    return await world.client.put(
        f"/dashboard/views/{view['id']}",
        json={**body, **changes},
        headers={**world.headers(role=role, user=user), "If-Match": f'"{version}"'},
    )


async def forget(world: World, view: Any, *, user: str = "ann", role: str = "viewer", org: str = "acme") -> int:
    answer = await world.client.delete(
        f"/dashboard/views/{view['id']}", headers={**world.headers(role=role, user=user, org=org), "If-Match": "*"}
    )
    return answer.status_code


class TestAPrivateView:
    async def test_is_kept_changed_and_forgotten_by_whoever_may_read(self, world: World) -> None:
        view = await keep(world)
        assert (view["owner"], view["shared"], view["version"]) == ("ann", False, 1)
        assert await names(world) == ["New York"]
        changed = await change(world, view, name="  Gotham ", query="q=gotham")
        assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
        assert (changed.json()["name"], changed.json()["query"]) == ("Gotham", "q=gotham")
        assert (await change(world, view, name="Late")).status_code == 412
        assert await forget(world, view) == 204
        assert await names(world) == []

    async def test_is_in_the_journal_without_what_it_says(self, world: World) -> None:
        view = await keep(world)
        auditor = world.headers(role="manager", user="may")
        (line,) = (await world.client.get("/journals/dashboard?kind=saved_view", headers=auditor)).json()["items"]
        assert (line["actor"], line["writeCount"]) == ("ann", 1)
        detail = (await world.client.get(f"/journals/dashboard/{line['sequence']}", headers=auditor)).json()
        assert detail["writes"] == [
            {"kind": "saved_view", "id": view["id"], "version": 1, "deleted": False, "document": None}
        ]
        verified = (await world.client.get("/journals/dashboard/verification", headers=auditor)).json()
        assert (verified["sound"], verified["entries"]) == (True, line["sequence"])
        assert (await world.client.get("/journals/dashboard", headers=world.headers())).status_code == 403

    async def test_is_nobody_elses(self, world: World) -> None:
        view = await keep(world)
        for caller in ({"user": "bob"}, {"user": "bob", "role": "administrator"}):
            assert await names(world, **caller) == []
            assert (await change(world, view, name="Mine", **caller)).status_code == 404
            assert await forget(world, view, **caller) == 404
        assert await forget(world, view, org="other") == 404

    async def test_has_a_name_that_none_of_ones_own_has(self, world: World) -> None:
        await keep(world)
        await keep(world, status=409, name=" New York ")
        await keep(world, user="bob")
        other = await keep(world, name="Texas")
        assert (await change(world, other, name="New York")).status_code == 409

    async def test_is_one_of_a_hundred_at_most(self, world: World) -> None:
        for number in range(MOST_OWN):
            await keep(world, name=f"View {number}")
        problem = await keep(world, status=409)
        assert "100 views" in problem["detail"]


class TestASharedView:
    async def test_is_seen_by_all_and_changed_by_its_owner_or_an_administrator(self, world: World) -> None:
        view = await keep(world, role="member", shared=True)
        await keep(world, user="bob", name="Texas", page="loans", query="order=-dscr&leftOut=true&figure=dscr")
        assert await names(world, user="bob") == ["Texas", "New York"]
        assert await names(world, "?page=loans", user="bob") == ["Texas"]
        assert await names(world, user="bob", org="other") == []
        assert (await change(world, view, user="bob", role="manager", name="Mine")).status_code == 403
        assert await forget(world, view, user="bob", role="manager") == 403
        changed = await change(world, view, user="bob", role="administrator", name="Ours")
        assert (changed.json()["name"], changed.json()["owner"]) == ("Ours", "ann")
        assert await forget(world, view, user="bob", role="administrator") == 204

    async def test_is_not_for_viewers_to_make(self, world: World) -> None:
        await keep(world, status=403, shared=True)
        view = await keep(world)
        assert (await change(world, view, shared=True)).status_code == 403
        assert (await change(world, view, role="member", shared=True)).status_code == 200
        assert (await change(world, view, version=2, name="Still mine", shared=True)).status_code == 403
        assert (await change(world, view, version=2, shared=False)).status_code == 200
        assert await names(world, user="bob") == []


class TestAView:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": "   "}, "name"),
            ({"name": "n" * 81}, "name"),
            ({"page": "kitchen"}, "page"),
            ({"query": "q=" + "x" * 1999}, "query"),
            ({"query": "propertyType=castle"}, "query"),
            ({"query": "maturityFrom=2025-02-30"}, "query"),
            ({"query": "color=red"}, "query"),
            ({"query": "order=balance"}, "query"),
            ({"query": "order=shoeSize", "page": "loans"}, "query"),
            ({"query": "q=1&q=2"}, "query"),
            ({"query": "q=%ff"}, "query"),
            ({"query": "q=ü"}, "query"),
            ({"owner": "bob"}, "owner"),
        ],
    )
    async def test_is_of_a_page_that_could_be_asked_for(
        self, world: World, changes: dict[str, str], field: str
    ) -> None:
        problem = await keep(world, status=422, **changes)
        assert [fault["field"] for fault in problem["errors"]] == [field]

    async def test_says_which_filter_is_wrong(self, world: World) -> None:
        problem = await keep(world, status=422, query="propertyType=castle&color=red")
        assert "propertyType[0] must be one of multifamily" in problem["errors"][0]["message"]
        assert "color is not a field here" in problem["errors"][0]["message"]

    @pytest.mark.parametrize(
        "query", ["", "loanId=1&loanId=2&q=two%20words", "state=none&lenderId=none&maturityTo=2030-01-01"]
    )
    async def test_may_hold_any_filter(self, world: World, query: str) -> None:
        assert (await keep(world, query=query))["query"] == query
