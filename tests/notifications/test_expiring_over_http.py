"""Expiries of documents over HTTP: in the calendar and a loan's timeline, told in time, to whom they may be shown."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import icalendar
import pytest

from realinsights.notifications.service.watching import look
from realinsights.notifications.store import ESCALATIONS, PEOPLE

from .conftest import LOAN, Caller, World, until, world_in
from .test_reminders import reminded

UTC = datetime.UTC
ON = "2030-01-15"
NEAR = datetime.datetime(2029, 12, 20, 12, tzinfo=UTC)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_in(tmp_path) as opened:
        yield opened


async def filed(caller: Caller, **said: Any) -> Any:
    query = {"fileName": "policy.txt", "title": "Policy of Pier 1", "kind": "insurance", "expiresOn": ON, **said}
    return await caller.ask("POST", "/documents", status=201, params=query, content=b"All risks.")


async def changed(caller: Caller, document: Any, **said: Any) -> Any:
    fields = ("title", "kind", "expiresOn", "confidential", "retentionUntil", "links")
    body = {**{field: document[field] for field in fields if field in document}, **said}
    return await caller.put(f"/documents/{document['id']}", body, version=document["version"])


async def expiries(caller: Caller, **query: Any) -> list[Any]:
    items: list[Any] = (await caller.get("/dates", kind="document_expiry", **query))["items"]
    return items


async def known(world: World, caller: Caller) -> None:
    """Wait until the notifications know that somebody is a member."""
    documents, org, user = world.product.documents["notifications"], await caller.org, await caller.user
    await until(lambda: documents.get(PEOPLE, org, user))


async def test_a_loan_s_document_is_in_its_timeline_and_one_of_a_property_in_the_calendar(world: World) -> None:
    ada = await world.register("Acme", "ada@example.com")
    loan = await ada.post("/loans", LOAN)
    document = await filed(ada, link=f"loan:{loan['id']}")
    await filed(ada, title="Appraisal", kind="appraisal", expiresOn="2030-02-01", link="property:p1")
    of_loan, of_property = await expiries(ada)
    assert of_loan["document"] == {
        "id": document["id"], "title": "Policy of Pier 1", "kind": "insurance", "confidential": False, "stands": True,
    }  # fmt: skip
    assert (of_loan["loanId"], of_loan["loanNumber"], of_loan["on"]) == (loan["id"], "1001", ON)
    assert (of_property["loanId"], of_property["document"]["title"]) == (None, "Appraisal")
    timeline = (await ada.get("/dates", loanId=loan["id"], limit=200))["items"]
    assert [date["id"] for date in timeline if date["kind"] == "document_expiry"] == [of_loan["id"]]


async def test_a_date_moves_is_settled_and_is_gone_as_its_document_says(world: World) -> None:
    ada = await world.register("Acme", "ada@example.com")
    soon = (datetime.datetime.now(UTC).date() + datetime.timedelta(days=20)).isoformat()
    document = await filed(ada, expiresOn="2031-01-01")
    document = await changed(ada, document, expiresOn=soon)
    (date,) = await expiries(ada)
    assert (date["on"], date["state"]) == (soon, "open")
    document = await ada.ask(
        "POST", f"/documents/{document['id']}/versions", status=201, params={"fileName": "2.txt"}, content=b"Renewed."
    )
    (date,) = await expiries(ada)
    assert (date["state"], date["evidence"], date["settledBy"]) == ("done", "Version 2 was filed.", None)
    document = await changed(ada, document, expiresOn=ON)
    assert [(date["on"], date["state"]) for date in await expiries(ada)] == [(soon, "done"), (ON, "open")]
    await ada.delete(f"/documents/{document['id']}", version=document["version"])
    assert await expiries(ada) == []
    await ada.get(f"/dates/{date['id']}", status=404)


class TestConfidential:
    async def test_dates_are_there_for_who_may_see_the_document_alone(self, world: World) -> None:
        ada = await world.register("Acme", "ada@example.com")
        member = await world.joined(ada, "vic@example.com", "member")
        document = await filed(ada, isConfidential=True)
        await filed(ada, title="Survey")
        (date, open_one) = sorted(await expiries(ada), key=lambda date: not date["document"]["confidential"])
        assert [one["document"]["title"] for one in await expiries(member, total=True)] == ["Survey"]
        assert (await member.get("/dates", kind="document_expiry", total=True))["total"] == 1
        await member.get(f"/dates/{open_one['id']}")
        await member.get(f"/dates/{date['id']}", status=404)
        bodies: dict[str, Any] = {
            "done": {}, "waive": {"evidence": "x"}, "snooze": {"until": "2029-01-01"}, "assign": {"assignee": None},
            "reopen": None,
        }  # fmt: skip
        for deed, body in bodies.items():
            path = f"/dates/{date['id']}/{deed}"
            answer = await member.ask("POST", path, status=404, json=body, headers={"If-Match": '"1"'})
            assert "Policy" not in str(answer)
        document = await changed(ada, document, confidential=False)
        assert len(await expiries(member)) == 2
        await changed(ada, document, confidential=True)
        assert len(await expiries(member)) == 1

    async def test_dates_are_told_to_who_may_see_the_document_and_without_its_title(self, world: World) -> None:
        ada = await world.register("Acme", "ada@example.com")
        member = await world.joined(ada, "vic@example.com", "member")
        await known(world, member)
        await filed(ada, isConfidential=True)
        (date,) = await expiries(ada)
        assign = {"assignee": await member.user}
        await ada.ask("POST", f"/dates/{date['id']}/assign", json=assign, headers={"If-Match": '"1"'})
        (told,) = await reminded(world, ada, now=NEAR)
        assert told["title"] == f"Confidential document (insurance): expires on {ON}"
        assert told["thing"] == {"kind": "document", "id": date["document"]["id"]}
        assert [item for item in (await member.get("/inbox"))["items"] if item["topic"] == "critical_date"] == []

    async def test_dates_are_in_the_calendar_of_who_may_see_the_document(self, world: World) -> None:
        ada = await world.register("Acme", "ada@example.com")
        member = await world.joined(ada, "vic@example.com", "member")
        await known(world, member)
        await known(world, ada)
        loan = await ada.post("/loans", LOAN)
        await filed(ada, isConfidential=True)
        await filed(ada, title="Survey, 2026", kind="survey", link=f"loan:{loan['id']}")
        shown = {}
        for caller in (ada, member):
            feed = await caller.post("/calendar-feeds", {"name": "Papers", "kinds": ["document_expiry"]})
            answer = await world.client.get(feed["path"].removeprefix("/api/v1"))
            events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
            shown[caller] = {str(event["SUMMARY"]) for event in events}
            assert b"Policy" not in answer.content
        survey = "Document expiry: Survey, 2026, 1001 Harbor Point"
        assert shown[ada] == {survey, "Document expiry: Confidential document (insurance)"}
        assert shown[member] == {survey}

    async def test_dates_are_found_by_rules_for_who_may_see_the_document(self, world: World) -> None:
        ada = await world.register("Acme", "ada@example.com")
        member = await world.joined(ada, "vic@example.com", "member")
        await known(world, member)
        await filed(ada, isConfidential=True)
        await filed(ada, title="Survey")
        assert len(await expiries(ada)) == 2
        people = [await member.user, await ada.user]
        draft = {
            "name": "Papers", "kind": "days_before", "dateKind": "document_expiry", "days": 60,
            "recipients": people, "escalateTo": people[0], "escalateAfterHours": 1,
        }  # fmt: skip
        rule = await ada.post("/rules", draft)
        documents, org = world.product.documents["notifications"], await ada.org
        async with documents.unit(org=org, actor="system:test", business_date=NEAR.date()) as unit:
            await look(unit, [rule["id"]], documents=documents, now=lambda: NEAR + datetime.timedelta(days=1))

        async def titles(caller: Caller) -> set[str]:
            return {item["title"] for item in (await caller.get("/inbox"))["items"] if item["topic"] == "rule"}

        assert await titles(member) == {f"Survey: expires on {ON}"}
        assert await titles(ada) == {f"Survey: expires on {ON}", f"Confidential document (insurance): expires on {ON}"}
        waiting = (await documents.find(ESCALATIONS, org)).items
        assert [one.title for one in waiting] == [f"Survey: expires on {ON}"]


class TestReminders:
    async def test_tell_of_a_document_once_however_many_loans_it_is_linked_to(self, world: World) -> None:
        ada = await world.register("Acme", "ada@example.com")
        loans = [await ada.post("/loans", {**LOAN, "number": str(number)}) for number in (1, 2)]
        document = await filed(ada, link=[f"loan:{loan['id']}" for loan in loans])
        assert len(await expiries(ada)) == 2
        for now in (NEAR, NEAR, NEAR + datetime.timedelta(days=20)):
            told = await reminded(world, ada, now=now)
        assert [item["title"] for item in told] == [f"Policy of Pier 1: expires on {ON}"] * 2, "30 and 7 days before"
        assert {item["thing"]["id"] for item in told} == {document["id"]}
        assert told[0]["body"] == "Of Harbor Point (1)."

        async def mailed() -> Any:
            mails = (await ada.get("/mails"))["items"]
            return [mail for mail in mails if mail["subject"] == f"Policy of Pier 1: expires on {ON}"]

        assert len(await until(mailed)) == 2

    async def test_tell_of_many_together(self, world: World) -> None:
        ada = await world.register("Acme", "ada@example.com")
        for number in range(7):
            await filed(ada, title=f"Policy {number}", isConfidential=number == 0)
        assert len(await expiries(ada)) == 7
        told = await reminded(world, ada, now=NEAR)
        together, confidential = sorted(told, key=lambda item: str(item["title"]))
        assert together["title"] == f"6 documents expire by {ON}"
        assert together["body"].startswith(f"Policy 1 on {ON}, Policy 2 on {ON}")
        assert confidential["title"] == f"Confidential document (insurance): expires on {ON}"
