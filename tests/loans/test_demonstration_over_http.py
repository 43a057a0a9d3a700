"""The demonstration portfolio goes in as a whole and comes out without a trace of anybody's own things."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

Body = Callable[..., dict[str, Any]]
Headers = Callable[..., dict[str, str]]

ON = "businessDate=2026-11-22"
PATH = f"/demonstration?{ON}"
COUNTS = {"loans": 60, "properties": 90, "lenders": 6, "funds": 3, "portfolios": 4}
COLLECTIONS = tuple(COUNTS)
WHOLE = {"there": True, "tag": "demonstration", **COUNTS}
NOTHING = {"there": False, "tag": "demonstration", **dict.fromkeys(COLLECTIONS, 0)}


async def put_in(client: httpx.AsyncClient) -> None:
    answer = await client.post(PATH)
    assert answer.status_code == 201, answer.text
    assert answer.json() == WHOLE


async def taken_out(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.delete(PATH)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def listed(client: httpx.AsyncClient, collection: str, query: str = "") -> list[dict[str, Any]]:
    answer = await client.get(f"/{collection}?limit=200&{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def made(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


class TestPuttingItIn:
    async def test_brings_everything_with_its_tag(self, client: httpx.AsyncClient) -> None:
        assert (await client.get("/demonstration")).json() == NOTHING
        await put_in(client)
        assert (await client.get("/demonstration")).json() == WHOLE
        for collection in COLLECTIONS:
            tagged = await listed(client, collection, "tag=demonstration")
            assert len(tagged) == len(await listed(client, collection)) == COUNTS[collection]

    async def test_is_one_entry_of_who_asked_for_it(self, client: httpx.AsyncClient) -> None:
        await put_in(client)
        (entry,) = (await client.get("/journals/loans")).json()["items"]
        assert (entry["actor"], entry["writeCount"], len(entry["writes"])) == ("ann", 164, 100)
        created = {count["kind"]: count["created"] for count in entry["counts"]}
        assert (created["loan"], created["property"]) == (COUNTS["loans"], COUNTS["properties"]) == (60, 90)

    async def test_is_refused_while_it_is_there(self, client: httpx.AsyncClient) -> None:
        await put_in(client)
        again = await client.post(PATH)
        assert again.status_code == 409
        assert "is here already" in again.json()["detail"]
        assert len(await listed(client, "loans")) == 60

    async def test_is_refused_as_a_whole_where_a_number_or_name_is_in_use(
        self, client: httpx.AsyncClient, a_loan_body: Body
    ) -> None:
        for number in ("RI-1003", "RI-1001"):
            await made(client, "/loans", a_loan_body(number=number))
        await made(client, "/lenders", {"name": "Ironbridge Capital"})
        answer = await client.post(PATH)
        assert answer.status_code == 409
        assert "loans RI-1001, RI-1003; lenders Ironbridge Capital. Nothing was put in" in answer.json()["detail"]
        assert (await client.get("/demonstration")).json() == NOTHING
        assert [len(await listed(client, collection)) for collection in COLLECTIONS] == [2, 0, 1, 0, 0]

    @pytest.mark.parametrize("on", ["1990-01-01", "2150-12-31", "2028-02-29"])
    async def test_is_possible_on_any_plausible_date(self, client: httpx.AsyncClient, on: str) -> None:
        assert (await client.post(f"/demonstration?businessDate={on}")).status_code == 201

    @pytest.mark.parametrize("on", ["0001-01-01", "1989-12-31", "2151-01-01", "9999-12-31"])
    async def test_is_refused_on_others(self, client: httpx.AsyncClient, on: str) -> None:
        answer = await client.post(f"/demonstration?businessDate={on}")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "businessDate"

    async def test_is_not_for_viewers_and_members_may_not_take_it_out(
        self, client: httpx.AsyncClient, world: Any
    ) -> None:
        assert (await client.post(PATH, headers=world.headers(role="viewer"))).status_code == 403
        assert (await client.post(PATH, headers=world.headers(role="member"))).status_code == 201
        assert (await client.delete(PATH, headers=world.headers(role="member"))).status_code == 403
        assert (await client.get("/demonstration", headers=world.headers(role="viewer"))).json() == WHOLE

    async def test_is_one_organizations_own(self, client: httpx.AsyncClient, world: Any) -> None:
        await put_in(client)
        other = world.headers(org="org-2")
        assert (await client.get("/demonstration", headers=other)).json() == NOTHING
        assert (await client.delete(PATH, headers=other)).status_code == 404


class TestTakingItOut:
    async def test_leaves_nothing_and_it_may_go_in_again(self, client: httpx.AsyncClient) -> None:
        await put_in(client)
        assert await taken_out(client) == {**COUNTS, "kept": []}
        assert (await client.get("/demonstration")).json() == NOTHING
        assert [await listed(client, collection) for collection in COLLECTIONS] == [[]] * 5
        assert (await client.delete(PATH)).status_code == 404
        await put_in(client)
        assert (await client.get("/journals/loans/verification")).json()["sound"] is True

    async def test_takes_what_people_changed_and_leaves_what_they_made(
        self, client: httpx.AsyncClient, a_loan_body: Body
    ) -> None:
        await made(client, "/lenders", {"name": "Own Bank", "tags": ["demonstration"]})
        await put_in(client)
        changed = (await listed(client, "loans", "number=RI-1007"))[0]
        body = a_loan_body(number="MINE-7")
        path = f"/loans/{changed['id']}?correction=true"
        assert (await client.put(path, json=body, headers={"If-Match": "*"})).status_code == 200
        gone = (await listed(client, "loans", "number=RI-1008"))[0]
        assert (await client.delete(f"/loans/{gone['id']}", headers={"If-Match": "*"})).status_code == 204
        own = await made(client, "/loans", a_loan_body(number="RI-1008", tags=["demonstration"]))
        assert (await client.get("/demonstration")).json() == {**WHOLE, "loans": 59}
        assert (await taken_out(client))["loans"] == 59
        assert [loan["id"] for loan in await listed(client, "loans")] == [own["id"]]
        assert [lender["name"] for lender in await listed(client, "lenders")] == ["Own Bank"]

    async def test_keeps_and_names_what_ones_own_things_refer_to(
        self, client: httpx.AsyncClient, a_loan_body: Body, a_property_body: Body
    ) -> None:
        await put_in(client)
        lender, fund = (await listed(client, "lenders"))[0], (await listed(client, "funds"))[0]
        asset = (await listed(client, "properties"))[0]
        portfolios = {portfolio["id"]: portfolio for portfolio in await listed(client, "portfolios")}
        held = portfolios.pop(asset["portfolioId"])
        own_portfolio = next(iter(portfolios.values()))
        loan = await made(
            client,
            "/loans",
            a_loan_body(lenderId=lender["id"], fundId=fund["id"], properties=[{"propertyId": asset["id"]}]),
        )
        await made(client, "/properties", a_property_body(portfolioId=own_portfolio["id"]))
        removed = await taken_out(client)
        by_loan, by_property = "1 loan that stays refers to it", "1 property that stays refers to it"
        assert sorted((thing["kind"], thing["id"], thing["name"], thing["reason"]) for thing in removed["kept"]) == (
            sorted(
                [
                    ("lender", lender["id"], lender["name"], by_loan),
                    ("fund", fund["id"], fund["name"], by_loan),
                    ("property", asset["id"], asset["name"], by_loan),
                    ("portfolio", held["id"], held["name"], by_property),
                    ("portfolio", own_portfolio["id"], own_portfolio["name"], by_property),
                ]
            )
        )
        assert (removed["loans"], removed["properties"], removed["lenders"]) == (60, 89, 5)
        assert (await client.get(f"/loans/{loan['id']}/ratios")).status_code == 200
        assert (await client.get("/demonstration")).json() == {
            **NOTHING, "there": True, "properties": 1, "lenders": 1, "funds": 1, "portfolios": 2,
        }  # fmt: skip
        refused = await client.post(PATH)
        assert refused.status_code == 409
        assert (await client.delete(f"/loans/{loan['id']}", headers={"If-Match": "*"})).status_code == 204
        assert [thing["name"] for thing in (await taken_out(client))["kept"]] == [own_portfolio["name"]]

    async def test_tells_readers(self, client: httpx.AsyncClient) -> None:
        await put_in(client)
        await taken_out(client)
        entry = (await client.get("/journals/loans")).json()["items"][0]
        assert entry["events"] == {
            "loans.loan.deleted.v1": 60,
            "loans.party.deleted.v1": 103,
            "loans.demonstration.removed.v1": 1,
        }
