"""The demonstration portfolio goes in as a whole and comes out without a trace of anybody's own things."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from realinsights.contracts.demonstration import DemonstrationFacts
from realinsights.contracts.undertakings import PUT_DEMONSTRATION, REMOVE_DEMONSTRATION
from realinsights.demonstration.loans import TURNS_LATE, put
from realinsights.loans.service.demonstration import removing
from realinsights_platform.events import Message
from realinsights_platform.stepping import Objected
from realinsights_platform.steps import StepAnswered, StepRequested

from .conftest import ORG, World

Body = Callable[..., dict[str, Any]]

ON = datetime.date(2026, 11, 22)
COUNTS = {"loans": 60, "properties": 90, "lenders": 6, "funds": 3, "portfolios": 4}
COLLECTIONS = tuple(COUNTS)


def asked(world: World, task: str, facts: DemonstrationFacts, *, org: str, on: datetime.date) -> Any:
    step = StepRequested(
        undertaking_id="demonstration-1",
        service="loans",
        task=task,
        subject=org,
        attempt=1,
        facts=facts.told(),
    )
    at = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
    org = f"{world.prefix}{org}"
    return Message(service="auth", org=org, sequence=1, at=at, business_date=on, events=(step,)), step


async def put_in(world: World, *, org: str = ORG, on: datetime.date = ON, colleague: str | None = None) -> StepAnswered:
    facts = DemonstrationFacts(colleague=colleague)
    return await put(*asked(world, PUT_DEMONSTRATION, facts, org=org, on=on), documents=world.documents)


async def taken_out(world: World, *, org: str = ORG) -> StepAnswered:
    remove = removing(world.documents)
    return await remove(*asked(world, REMOVE_DEMONSTRATION, DemonstrationFacts(), org=org, on=ON))


async def listed(client: httpx.AsyncClient, collection: str, query: str = "") -> list[dict[str, Any]]:
    answer = await client.get(f"/{collection}?limit=200&{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def made(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


class TestPuttingItIn:
    async def test_brings_everything_with_its_tag(self, client: httpx.AsyncClient, world: World) -> None:
        answer = await put_in(world)
        assert answer.counts == COUNTS
        for collection in COLLECTIONS:
            tagged = await listed(client, collection, "tag=demonstration")
            assert len(tagged) == len(await listed(client, collection)) == COUNTS[collection]

    async def test_is_one_entry_of_the_demonstration(self, client: httpx.AsyncClient, world: World) -> None:
        await put_in(world)
        (entry,) = (await client.get("/journals/loans")).json()["items"]
        assert (entry["actor"], entry["writeCount"]) == ("system:demonstration", 164)
        created = {count["kind"]: count["created"] for count in entry["counts"]}
        assert (created["loan"], created["property"]) == (COUNTS["loans"], COUNTS["properties"]) == (60, 90)

    async def test_is_done_once_however_often_it_is_asked_for(self, client: httpx.AsyncClient, world: World) -> None:
        first = await put_in(world)
        assert await put_in(world) == first
        assert len((await client.get("/journals/loans")).json()["items"]) == 1

    async def test_tells_which_loans_documents_and_notes_are_about(
        self, client: httpx.AsyncClient, world: World
    ) -> None:
        facts = DemonstrationFacts.of((await put_in(world)).facts)
        assert facts.filed is not None
        assert facts.noted is not None
        loans = {loan["id"]: loan for loan in await listed(client, "loans")}
        filed = loans[facts.filed.id]
        assert (filed["number"], filed["maturityDate"]) == ("RI-1001", facts.filed.maturity_date.isoformat())
        assert f"{facts.filed.original_balance:.2f}" == filed["originalBalance"]
        assert loans[facts.noted.id]["number"] == TURNS_LATE
        assert loans[facts.noted.maturing_id]["maturityDate"] == min(loan["maturityDate"] for loan in loans.values())

    async def test_a_loan_turns_late_by_the_colleague_once(self, client: httpx.AsyncClient, world: World) -> None:
        for _ in range(2):
            await put_in(world, colleague="morgan")
        (late,) = await listed(client, "loans", f"number={TURNS_LATE}")
        assert (late["status"], late["version"]) == ("30_days", 2)
        entries = (await client.get("/journals/loans")).json()["items"]
        assert [entry["actor"] for entry in entries] == ["morgan", "system:demonstration"]

    async def test_a_loan_that_somebody_works_with_is_left_alone(self, client: httpx.AsyncClient, world: World) -> None:
        await put_in(world)
        (loan,) = await listed(client, "loans", f"number={TURNS_LATE}")
        assert (loan["status"], loan["version"]) == ("30_days", 1), "as it is planned, where there is no colleague"
        await put_in(world, colleague="morgan")
        assert await listed(client, "loans", f"number={TURNS_LATE}") == [loan]

    async def test_is_refused_as_a_whole_where_a_number_or_name_is_in_use(
        self, client: httpx.AsyncClient, world: World, a_loan_body: Body
    ) -> None:
        for number in ("RI-1003", "RI-1001"):
            await made(client, "/loans", a_loan_body(number=number))
        await made(client, "/lenders", {"name": "Ironbridge Capital"})
        with pytest.raises(Objected, match=r"loans RI-1001, RI-1003; lenders Ironbridge Capital. Nothing was put in"):
            await put_in(world)
        assert [len(await listed(client, collection)) for collection in COLLECTIONS] == [2, 0, 1, 0, 0]

    @pytest.mark.parametrize("on", [(1990, 1, 1), (2150, 12, 31), (2028, 2, 29)])
    async def test_is_possible_on_any_plausible_date(self, world: World, on: tuple[int, int, int]) -> None:
        assert (await put_in(world, on=datetime.date(*on))).counts == COUNTS

    @pytest.mark.parametrize("on", [(1, 1, 1), (1989, 12, 31), (2151, 1, 1), (9999, 12, 31)])
    async def test_is_refused_on_others(self, world: World, on: tuple[int, int, int]) -> None:
        with pytest.raises(Objected, match="business date must lie between"):
            await put_in(world, on=datetime.date(*on))

    async def test_is_one_organizations_own(self, client: httpx.AsyncClient, world: World) -> None:
        await put_in(world)
        assert (await taken_out(world, org="org-2")).counts == {}
        assert len(await listed(client, "loans")) == 60


class TestTakingItOut:
    async def test_leaves_nothing_and_it_may_go_in_again(self, client: httpx.AsyncClient, world: World) -> None:
        await put_in(world)
        answer = await taken_out(world)
        assert (answer.counts, answer.objections) == (COUNTS, ())
        assert len(DemonstrationFacts.of(answer.facts).things) == sum(COUNTS.values())
        assert [await listed(client, collection) for collection in COLLECTIONS] == [[]] * 5
        again = await taken_out(world)
        assert (again.counts, again.facts) == ({}, answer.facts), "whoever died before it answered tells the same"
        assert (await put_in(world)).counts == COUNTS
        assert (await client.get("/journals/loans/verification")).json()["sound"] is True

    async def test_takes_what_people_changed_and_leaves_what_they_made(
        self, client: httpx.AsyncClient, world: World, a_loan_body: Body
    ) -> None:
        await made(client, "/lenders", {"name": "Own Bank", "tags": ["demonstration"]})
        await put_in(world)
        changed = (await listed(client, "loans", "number=RI-1007"))[0]
        body = a_loan_body(number="MINE-7")
        path = f"/loans/{changed['id']}?correction=true"
        assert (await client.put(path, json=body, headers={"If-Match": "*"})).status_code == 200
        gone = (await listed(client, "loans", "number=RI-1008"))[0]
        assert (await client.delete(f"/loans/{gone['id']}", headers={"If-Match": "*"})).status_code == 204
        own = await made(client, "/loans", a_loan_body(number="RI-1008", tags=["demonstration"]))
        assert (await taken_out(world)).counts["loans"] == 59
        assert [loan["id"] for loan in await listed(client, "loans")] == [own["id"]]
        assert [lender["name"] for lender in await listed(client, "lenders")] == ["Own Bank"]

    async def test_what_people_brought_back_is_theirs(
        self, client: httpx.AsyncClient, world: World, a_loan_body: Body
    ) -> None:
        await put_in(world)
        (loan,) = await listed(client, "loans", "number=RI-1007")
        refers = {field: loan[field] for field in ("lenderId", "fundId", "portfolioId")}
        properties = [{"propertyId": key} for key in loan["propertyIds"]]
        own = await made(client, "/loans", a_loan_body(**refers, properties=properties))
        await taken_out(world)
        restored = await client.post(f"/loans/{loan['id']}/restore", json={"sequence": 1})
        assert restored.status_code == 200, restored.text
        again = DemonstrationFacts.of((await taken_out(world)).facts)
        assert loan["id"] not in again.things
        assert {one["id"] for one in await listed(client, "loans")} == {loan["id"], own["id"]}

    async def test_keeps_and_names_what_ones_own_things_refer_to(
        self, client: httpx.AsyncClient, world: World, a_loan_body: Body, a_property_body: Body
    ) -> None:
        await put_in(world)
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
        removed = await taken_out(world)
        by_loan, by_property = "1 loan that stays refers to it", "1 property that stays refers to it"
        assert sorted(removed.objections) == sorted(
            f"The {kind} {thing['name']} stays: {why}."
            for kind, thing, why in (
                ("lender", lender, by_loan),
                ("fund", fund, by_loan),
                ("property", asset, by_loan),
                ("portfolio", held, by_property),
                ("portfolio", own_portfolio, by_property),
            )
        )
        assert removed.counts == {
            "loans": 60, "properties": 89, "lenders": 5, "funds": 2, "portfolios": 2, "kept": 5,
        }  # fmt: skip
        assert (await client.get(f"/loans/{loan['id']}/ratios")).status_code == 200
        with pytest.raises(Objected, match="A part of the demonstration is here still"):
            await put_in(world)
        assert (await client.delete(f"/loans/{loan['id']}", headers={"If-Match": "*"})).status_code == 204
        (kept,) = (await taken_out(world)).objections
        assert kept == f"The portfolio {own_portfolio['name']} stays: {by_property}."

    async def test_tells_readers(self, client: httpx.AsyncClient, world: World) -> None:
        await put_in(world)
        await taken_out(world)
        entry = (await client.get("/journals/loans")).json()["items"][0]
        assert entry["events"] == {
            "loans.loan.deleted.v1": 60,
            "loans.party.deleted.v1": 103,
            "loans.demonstration.removed.v1": 1,
        }
