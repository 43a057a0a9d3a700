"""The demonstration in the whole product: what people find of it, once, whoever is away; and what stays of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from tests.notifications.conftest import LOAN, Caller, World
from tests.test_removals import carried_on

from realinsights.adapters import open_adapters
from realinsights.app import Product, build
from realinsights.auth import store as auth
from realinsights.auth.model.undertakings import FIRST_DEADLINE, Step, StepState
from realinsights.cli.demonstration import found
from realinsights.contracts.loans import LoanStatus
from realinsights.demonstration import EMAIL
from realinsights.demonstration.beginning import COLLEAGUE_EMAIL, begin_demonstration
from realinsights.demonstration.loans import TURNS_LATE
from realinsights.demonstration.portfolio import plan
from realinsights.files.store import DOCUMENTS
from realinsights.loans.store import LOANS
from realinsights.notifications.model.notes import NotedKind, NotePriority
from realinsights.notifications.model.topics import Topic
from realinsights.notifications.store import DATES, NOTES, NOTIFICATIONS
from realinsights.settings import DEFAULTS, Settings
from realinsights.topology import Process, read_topology
from realinsights_platform.documents.port import Equal
from realinsights_platform.documents.walking import every, organizations
from realinsights_platform.quota import Quota

ALL = ("auth", "loans", "dashboard", "notifications", "files")
FOUNDED = {
    Topic.MEMBER_INVITED: 1,
    Topic.MEMBER_JOINED: 1,
    Topic.MENTIONED: 1,
    Topic.DELINQUENCY_CHANGED: 1,
}
"""What the administrator is told, by topic, besides reminders of dates."""


@contextlib.asynccontextmanager
async def product_in(
    folder: Path, services: tuple[str, ...] = ALL, settings: Settings = DEFAULTS
) -> AsyncGenerator[Product, None]:
    topology = read_topology(environment={"REALINSIGHTS_DATA": str(folder)})
    process = Process(services)
    async with open_adapters(topology, process) as adapters, build(process, adapters, settings) as product:
        yield product


async def only(product: Product) -> str:
    (org,) = [org async for org in organizations(product.documents["loans"])]
    return org


async def person(product: Product, org: str, email: str) -> Any:
    (found,) = await every(product.documents["auth"], auth.USER, org, Equal("email", email))
    return found


async def told(product: Product, org: str) -> Counter[Topic]:
    """Return what the administrator was told, by topic, but for reminders of dates."""
    user = (await person(product, org, EMAIL)).id
    mine = await every(product.documents["notifications"], NOTIFICATIONS, org, Equal("user", user))
    return Counter(one.topic for one in mine if one.topic is not Topic.CRITICAL_DATE)


async def steps(product: Product, org: str) -> dict[str, Step]:
    known = await auth.demonstration_of(product.documents["auth"], org)
    assert known is not None
    return {step.service: step for step in known.steps}


async def late(product: Product, org: str) -> None:
    """Do what the scheduler does once a deadline has passed."""
    known = await auth.demonstration_of(product.documents["auth"], org)
    assert known is not None
    await carried_on(product, org, known.id, after=2 * FIRST_DEADLINE)


async def settled(caller: Caller) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while True:
            shown: dict[str, Any] = await caller.get("/demonstration")
            if shown["presence"] not in {"arriving", "leaving"}:
                return shown
            await asyncio.sleep(0.02)


async def all_is_told(product: Product, org: str) -> None:
    async with asyncio.timeout(30):
        while await told(product, org) != FOUNDED:  # noqa: ASYNC110 - it has no event to wait for
            await asyncio.sleep(0.02)


class TestTheDemonstrationOfAnEmptyInstallation:
    async def test_has_something_in_its_inbox_calendar_and_notes_and_the_portfolio_as_planned(
        self, tmp_path: Path
    ) -> None:
        async with product_in(tmp_path) as product:
            assert await found(product, wait=True)
            org = await only(product)
            await all_is_told(product, org)
            administrator = (await person(product, org, EMAIL)).id
            colleague = (await person(product, org, COLLEAGUE_EMAIL)).id
            notes = await every(product.documents["notifications"], NOTES, org)
            assert {note.author for note in notes} == {colleague}
            assert {note.thing_kind for note in notes} == {NotedKind.LOAN, NotedKind.PROPERTY, NotedKind.LENDER}
            loans = await every(product.documents["loans"], LOANS, org)
            (late,) = [loan for loan in loans if loan.number == TURNS_LATE]
            (urgent,) = [note for note in notes if note.priority is NotePriority.HIGH]
            assert (urgent.thing_id, urgent.pinned, urgent.mentions) == (late.id, True, (administrator,))
            (given,) = await every(product.documents["notifications"], DATES, org, Equal("assignee", administrator))
            assert given.on == min(loan.maturity_date for loan in loans)
            planned = {loan.draft.number: loan.draft for loan in plan(late.balance_as_of.replace(day=2)).loans}
            assert len(loans) == len(planned) == 60
            for loan in loans:
                draft = planned[loan.number]
                assert (loan.status, loan.tags) == (draft.status, (*draft.tags, "demonstration"))
            was = {name: await product.documents[name].sequence(org) for name in ("auth", "loans", "files")}
            assert await found(product, wait=True)
            assert {name: await product.documents[name].sequence(org) for name in was} == was
            credential = await product.documents["auth"].get(auth.CREDENTIAL, org, colleague)
            identity = product.services["auth"].given["identity"]
            assert not await identity.hasher.verify(credential.password_hash, "")

    @pytest.mark.slow
    async def test_is_finished_once_services_that_were_away_are_back(self, tmp_path: Path) -> None:
        """Cut as a kill cuts it: before loans, then with loans alone there, then whole."""
        async with product_in(tmp_path, ("auth",)) as product:
            org = await begin_demonstration(identity=product.services["auth"].given["identity"])
            assert org is not None
        async with product_in(tmp_path, ("auth", "loans")) as product:
            await late(product, org)
            async with asyncio.timeout(60):
                while (await steps(product, org))["files"].state is not StepState.ASKED:  # noqa: ASYNC110 - as above
                    await asyncio.sleep(0.02)
            assert (await steps(product, org))["loans"].attempts == 2
        async with product_in(tmp_path) as product:
            await late(product, org)
            assert await found(product, wait=True)
            await all_is_told(product, org)
            assert len(await every(product.documents["notifications"], NOTES, org)) == 3
            assert len(await every(product.documents["files"], DOCUMENTS, org)) == 6
            (loan,) = (await product.documents["loans"].find(LOANS, org, Equal("number", TURNS_LATE))).items
            assert (loan.status, loan.version) == (LoanStatus.DAYS_30, 2)

    async def test_what_people_took_out_is_not_put_in_again(self, tmp_path: Path) -> None:
        settings = Settings(published_password_works=True)
        async with product_in(tmp_path, settings=settings) as product:
            assert await found(product, wait=True)
            world = World(product)
            body = {"email": EMAIL, "password": "demonstrate-1250000.00"}
            token = (await world.client.post("/auth/sign-in", json=body)).json()["accessToken"]
            administrator = Caller(world.client, token)
            await administrator.ask("DELETE", "/demonstration", status=202)
            assert (await settled(administrator))["presence"] == "absent"
            assert await found(product, wait=True)
            assert (await administrator.get("/loans"))["items"] == []


@pytest.mark.slow
class TestTheDemonstrationInAnOrganizationOfPeople:
    async def test_goes_in_and_out_of_every_service_and_what_people_made_stays_and_is_named(
        self, tmp_path: Path
    ) -> None:
        async with product_in(tmp_path) as product:
            world = World(product)
            ada = await world.register("Harbor Capital", "ada@harbor.example")
            org, me = await ada.org, await ada.user
            own = await ada.post("/loans", {**LOAN, "maturityDate": "2026-12-31"})
            before = {name: await kinds(product, name, org) for name in ("loans", "files", "notifications")}
            asked = await ada.post("/demonstration", status=202)
            assert (asked["presence"], [step["service"] for step in asked["steps"]]) == (
                "arriving",
                ["loans", "files", "notifications"],
            )
            assert (await settled(ada))["presence"] == "here"
            inbox = (await ada.get("/inbox", limit=100))["items"]
            assert "The sample data mentioned you in a note on a loan" in [item["title"] for item in inbox]
            dates = (await ada.get("/dates", assignee="me"))["items"]
            assert len(dates) == 1
            assert dates[0]["loanId"] != own["id"]
            documents = (await ada.get("/documents", limit=100))["items"]
            assert len(documents) == 6
            (note,) = [one for one in documents if one["kind"] == "note"]
            (letter,) = [one for one in documents if one["kind"] == "correspondence"]
            (appraisal,) = [one for one in documents if one["kind"] == "appraisal"]
            await ada.ask(
                "PUT", f"/documents/{note['id']}/hold", json={"reason": "In court"}, headers={"If-Match": "*"}
            )
            await ada.ask(
                "POST", f"/documents/{letter['id']}/versions", params={"fileName": "b.txt"}, content=b"mine", status=201
            )
            loan = (await ada.get("/loans", number="RI-1001"))["items"][0]
            said = {"fileName": "lease.txt", "link": f"loan:{loan['id']}"}
            lease = await ada.ask("POST", "/documents", status=201, params=said, content=b"the tenant pays")
            mine = await ada.post("/notes", {"thingKind": "loan", "thingId": loan["id"], "text": "Look at it"})

            await ada.ask("DELETE", "/demonstration", status=202)
            shown = await settled(ada)
            assert shown["presence"] == "partly_here"
            held = "This document is under a legal hold (In court). Lift the hold first."
            sentences = {step["service"]: step["objections"] for step in shown["steps"]}
            assert sentences["loans"] == []
            assert sorted(sentences["files"]) == sorted(
                [
                    f"The document {letter['title']} stays: A member has added a version to it.",
                    f"The document {note['title']} stays: {held}",
                    "1 document stays: a member has filed it about the sample data.",
                ]
            )
            assert sentences["notifications"] == ["1 note stays: a member has written it about the sample data."]
            assert [one["id"] for one in (await ada.get("/loans"))["items"]] == [own["id"]]
            left = {one["id"] for one in (await ada.get("/documents", limit=100))["items"]}
            assert left == {note["id"], letter["id"], lease["id"]}
            assert appraisal["id"] not in left
            assert [one["id"] for one in (await ada.get("/notes"))["items"]] == [mine["id"]]
            things = {item["thing"]["id"] for item in (await ada.get("/inbox", limit=100))["items"] if item["thing"]}
            assert things <= {own["id"], me, note["id"], letter["id"]}
            assert {date["loanId"] for date in (await ada.get("/dates", limit=100))["items"]} <= {own["id"]}
            after = await kinds(product, "notifications", org)
            assert after["date"] == before["notifications"]["date"]
            assert (await ada.get("/journals/notifications/verification"))["sound"]

    async def test_is_taken_out_again_where_there_is_no_room_for_its_documents(self, tmp_path: Path) -> None:
        async with product_in(tmp_path, settings=Settings(quota=Quota(1_000_000))) as product:
            world = World(product)
            ada = await world.register("Harbor Capital", "ada@harbor.example")
            await ada.ask("POST", "/documents", status=201, params={"fileName": "a.txt"}, content=b"a" * 999_000)
            await ada.post("/demonstration", status=202)
            shown = await settled(ada)
            assert shown["presence"] == "absent"
            assert "has taken all of the" in shown["refused"][0]
            assert (await ada.get("/loans"))["items"] == []
            assert (await ada.get("/notes"))["items"] == []


async def kinds(product: Product, service: str, org: str) -> Counter[str]:
    return Counter([stored.write.kind async for stored in product.documents[service].stored(org)])
