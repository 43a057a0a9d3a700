"""A member is removed by a whole product: while an import of theirs runs, and while a service is away."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from tests.notifications.conftest import Caller, World
from tests.test_deletions import ALL, HEADER, product_in, until

from realinsights.app import Product
from realinsights.auth import store
from realinsights.auth.model.undertakings import FIRST_DEADLINE, REMOVAL_GRACE, UndertakingState
from realinsights.auth.service.undertakings import carry_on
from realinsights.loans.model.imports import ImportState
from realinsights.loans.store import IMPORTS
from realinsights_platform.documents.journal_port import Storage

from .drafts import TERMS_OF_A_LOAN

pytestmark = pytest.mark.slow

ADA, VIC = "ada@harbor.example", "vic@harbor.example"
TUS = {"Tus-Resumable": "1.0.0", "Upload-Length": "5"}
MINE = {"assignee": "me"}


async def what_is_left(ada: Caller, vic: Caller, number: int = 1) -> str:
    """Let a member leave something with every service, under a number; return the id of the date that is theirs."""
    me = await vic.user
    loan = await vic.post("/loans", {"number": f"L-{number}", "name": "Harbor Point", **TERMS_OF_A_LOAN})
    said = {"fileName": "lease.txt", "link": f"loan:{loan['id']}"}
    document = await vic.ask("POST", "/documents", status=201, params=said, content=b"the tenant pays")
    tomorrow = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=30)
    await vic.post(f"/documents/{document['id']}/versions/1/shares", {"expiresAt": tomorrow.isoformat()})
    name = base64.b64encode(b"rent.csv").decode()
    await vic.ask("POST", "/uploads", status=201, headers={**TUS, "Upload-Metadata": f"filename {name}"})
    note = {"thingKind": "loan", "thingId": loan["id"]}
    await vic.post("/notes", {**note, "text": "Told to nobody", "private": True})
    await vic.post("/notes", {**note, "text": "Call the borrower"})
    await vic.post("/calendar-feeds", {"name": "Mine", "mine": True})
    await vic.put("/preferences", {"digest": "weekly"}, version="*")
    view = {"page": "loans", "query": "state=NY"}
    await vic.post("/dashboard/views", {**view, "name": f"New York {number}"})
    await vic.post("/dashboard/views", {**view, "name": f"For all {number}", "shared": True})
    schedule = {"kind": "maturities", "every": "week"}
    await vic.post("/reports/schedules", {**schedule, "recipients": [me]})
    await vic.post("/reports/schedules", {**schedule, "recipients": [await ada.user, me]})
    rule = {
        "name": f"Large {number}",
        "kind": "threshold",
        "figure": "balance",
        "side": "above",
        "threshold": "1000000000",
    }
    await ada.post("/rules", {**rule, "recipients": [me], "escalateTo": me, "escalateAfterHours": 2})
    dates = (await ada.get("/dates", kind="maturity"))["items"]
    date = next(date for date in dates if date["assignee"] is None and date["formerAssignee"] is None)
    tag = {"If-Match": f'"{date["version"]}"'}
    await ada.post(f"/dates/{date['id']}/assign", {"assignee": me}, status=200, headers=tag)

    async def told() -> Any:
        return next(iter((await ada.get("/inbox"))["items"]), None)

    given = await until(told)
    await ada.post(f"/inbox/{given['id']}/assign", {"userId": me}, status=200)
    return str(date["id"])


async def carried_on(product: Product, org: str, undertaking: str, *, after: datetime.timedelta) -> None:
    """Do what the scheduler does once so much time has passed."""
    identity = product.services["auth"].given["identity"]
    later = datetime.datetime.now(datetime.UTC) + after
    documents = product.documents["auth"]
    async with documents.unit(org=org, actor="system:test", business_date=later.date()) as unit:
        await carry_on(unit, [undertaking], identity=dataclasses.replace(identity, now=lambda: later))


async def finished(product: Product, org: str, undertaking: str) -> None:
    async def every_service_has_answered() -> bool:
        known = await product.documents["auth"].get(store.UNDERTAKING, org, undertaking)
        return known is not None and known.state in {UndertakingState.FINISHING, UndertakingState.DONE}

    await until(every_service_has_answered)
    await carried_on(product, org, undertaking, after=2 * REMOVAL_GRACE)


async def naming(documents: Storage, org: str, user: str) -> list[str]:
    """Return the kinds of the documents that name a member as theirs; not as who did or wrote something."""
    found = []
    async for stored in documents.stored(org):
        kind, told = stored.write.kind, json.loads(bytes(stored.write.document or b"{}"))
        named = [told.get(field) for field in ("user", "owner", "assignee", "to", "assignedTo")]
        named += [*told.get("recipients", ()), *told.get("said", {}).get("recipients", ())]
        named.append(told.get("said", {}).get("escalateTo"))
        if user in named or (kind in {"preferences", "credential"} and stored.write.id == user):
            found.append(kind)
    return sorted(found)


async def test_a_member_who_is_removed_while_their_import_runs_leaves_nothing_but_what_they_did(tmp_path: Path) -> None:
    rows = (f"T-{number},2026-06-30,1000000,900000,5.125%,2020-01-01,2030-01-01\n" for number in range(600))
    async with product_in(tmp_path) as product:
        world = World(product)
        ada = await world.register("Harbor Capital", ADA)
        vic = await world.joined(ada, VIC, "manager")
        org, me = await ada.org, await vic.user
        date = await what_is_left(ada, vic)
        tape = HEADER + "".join(rows)
        work = await vic.ask("POST", "/imports", status=202, params={"fileName": "tape.csv"}, content=tape)

        async def runs() -> bool:
            known = await product.documents["loans"].get(IMPORTS, org, work["id"])
            return known is not None and known.state is ImportState.RUNNING and known.done > 0

        await until(runs)
        asked = await ada.post(f"/members/{me}/removal")
        await carried_on(product, org, asked["id"], after=REMOVAL_GRACE)
        await vic.get("/loans", status=401)

        async def ended() -> Any:
            known = await product.documents["loans"].get(IMPORTS, org, work["id"])
            return known if known is not None and known.state is ImportState.DONE else None

        imported = await until(ended)
        assert (imported.requested_by, imported.created) == (me, 600)

        await finished(product, org, asked["id"])
        shown = await ada.get(f"/members/{me}/removal")
        assert shown["state"] == "done"
        counts = {step["service"]: step["counts"] for step in shown["steps"]}
        assert counts["dashboard"] == {"savedViews": 1}
        assert counts["files"] == {"shareLinks": 1, "uploads": 1}
        assert counts["loans"] == {"pausedReportSchedules": 1, "reportSchedules": 2}
        assert (
            counts["notifications"].items()
            >= {
                "assignedDates": 1,
                "givenNotifications": 1,
                "preferences": 1,
                "privateNotes": 1,
                "rules": 1,
            }.items()
        )
        for service, documents in product.documents.items():
            kinds = await naming(documents, org, me)
            assert kinds == (["saved_view"] if service == "dashboard" else []), service

        back = await ada.get(f"/dates/{date}")
        assert (back["assignee"], back["formerAssignee"]) == (None, me)
        titles = [item["title"] for item in (await ada.get("/inbox"))["items"]]
        assert "1 date is assigned to nobody: Vic Vance was removed" in titles
        assert any(title.startswith("Handed back to you: ") for title in titles)
        notes = (await ada.get("/notes"))["items"]
        assert [(note["text"], note["author"]) for note in notes] == [("Call the borrower", me)]
        await ada.post(
            f"/dates/{date}/assign", {"assignee": me}, status=422, headers={"If-Match": f'"{back["version"]}"'}
        )
        mine = await ada.get(f"/members/{me}")
        assert (mine["firstName"], mine["email"]) == ("Vic", f"{me}@removed.invalid")


async def test_a_service_that_is_away_is_named_and_lets_go_once_it_is_back(tmp_path: Path) -> None:
    async with product_in(tmp_path, tuple(service for service in ALL if service != "dashboard")) as product:
        world = World(product)
        ada = await world.register("Harbor Capital", ADA)
        vic = await world.joined(ada, VIC, "viewer")
        org, me = await ada.org, await vic.user
        asked = await ada.post(f"/members/{me}/removal")
        await carried_on(product, org, asked["id"], after=REMOVAL_GRACE)

        async def others_are_done() -> bool:
            steps = (await ada.get(f"/members/{me}/removal"))["steps"]
            return [step["service"] for step in steps if step["state"] != "done"] == ["dashboard"]

        await until(others_are_done)
        assert (await ada.get(f"/members/{me}"))["email"] == VIC

    async with product_in(tmp_path) as product:
        await carried_on(product, org, asked["id"], after=REMOVAL_GRACE + FIRST_DEADLINE)
        ada = await World(product).sign_in(ADA)
        steps = (await ada.get(f"/members/{me}/removal"))["steps"]
        assert [(step["service"], step["attempts"]) for step in steps if step["late"]] == [("dashboard", 2)]
        await finished(product, org, asked["id"])
        assert (await ada.get(f"/members/{me}"))["removal"]["removedAt"] is not None
