"""The recorded workload: what people ask in their first weeks with loans, documents, reports and notifications."""

from __future__ import annotations

import datetime
from typing import Any

import httpx

from ..drafts import TERMS_OF_A_LOAN
from .recording import PASSWORD, Recorded, Recorder

LOAN: dict[str, Any] = {"number": "1001", "name": "Harbor Point", **TERMS_OF_A_LOAN}
_HEADER = "loanNumber,asOf,originalBalance,currentBalance,rate,originationDate,maturityDate,propertyName,state,lender"


def a_tape(month: int, loans: int) -> bytes:
    lines = [
        f"T-{n},2025-{month:02}-28,{1_000_000 + n * 1000}.00,{900_000 + n * 1000 - month * 111}.17,5.{n:03}%,"
        f"2020-01-01,2030-01-01,Plot {n},{('CA', 'TX', 'NY')[n % 3]},{('First Bank', 'Second Bank')[n % 2]}"
        for n in range(1, loans + 1)
    ]
    return "\n".join([_HEADER, *lines]).encode()


async def record(client: httpx.AsyncClient) -> list[Recorded]:
    """Sign up, import two tapes, edit, meet conflicts, delete, undo, query and export; return every answer."""
    recorder = Recorder(client)
    await _found(recorder)
    first = await recorder.imported("june.csv", a_tape(6, 60), deal="harbor")
    await recorder.imported("july.csv", a_tape(7, 62), deal="harbor", dryRun="true")
    second = await recorder.imported("july.csv", a_tape(7, 62), deal="harbor")
    await _edit(recorder)
    await _view(recorder)
    await _query(recorder)
    await recorder.undone(second["id"])
    await _query(recorder)
    await _report(recorder)
    await _file(recorder)
    await recorder.undone(first["id"])
    await recorder.dates_follow()
    await _hear(recorder)
    await _colleague(recorder)
    return recorder.answers


async def _found(recorder: Recorder) -> None:
    person = {"firstName": "Ada", "lastName": "Adams", "email": "ada@harbor.example", "password": PASSWORD}
    organization = {"organization": {"name": "Harbor Capital", "kind": "owner"}}
    await recorder.ask("POST", "/auth/register", json={**organization, **person, "password": "short"})
    await recorder.ask("POST", "/auth/register", json={**organization, **person})
    await recorder.ask("POST", "/auth/sign-in", json={"email": person["email"], "password": "another one entirely"})
    await recorder.sign_in(person["email"])
    await recorder.ask("GET", "/auth/me")
    await recorder.ask("GET", "/dashboard")
    await recorder.ask("GET", "/loans")


async def _edit(recorder: Recorder) -> None:
    lender = (await recorder.ask("POST", "/lenders", json={"name": "Third Bank"})).json()
    place = (await recorder.ask("POST", "/properties", json={"name": "Pier 1", "propertyType": "office"})).json()
    made = await recorder.ask(
        "POST", "/loans", json={**LOAN, "lenderId": lender["id"], "properties": [{"propertyId": place["id"]}]}
    )
    loan = made.json()
    path = f"/loans/{loan['id']}"
    await recorder.ask("POST", "/loans", json=LOAN)
    await recorder.ask("POST", "/loans", json={**LOAN, "rate": "7", "maturityDate": "2020-01-01"})
    changed = {**{key: value for key, value in loan.items() if key not in {"id", "org", "version"}}, "name": "Harbor 2"}
    await recorder.ask("PUT", path, json=changed)
    await recorder.ask("PUT", path, json=changed, headers={"If-Match": '"1"'})
    await recorder.ask("PUT", path, json=changed, headers={"If-Match": '"1"'})
    await recorder.ask("PATCH", path, json={"rate": "0.06"}, headers={"If-Match": '"2"'})
    terms = {"rate": "0.06"}
    await recorder.ask("PATCH", path, json=terms, params={"effectiveOn": "2025-09-01"}, headers={"If-Match": '"2"'})
    await recorder.ask("GET", path)
    await recorder.ask("GET", f"{path}/schedule")
    await recorder.ask("GET", f"{path}/schedule.csv")
    await recorder.ask("GET", f"{path}/ratios")
    await recorder.ask("GET", f"{path}/refinance?capRate=0.06&noi=500000&explain=true")
    await recorder.ask("POST", "/loans/size", json={"rate": "0.06", "income": "500000", "minimumDscr": "1.25"})
    await recorder.ask("DELETE", path, headers={"If-Match": '"1"'})
    await recorder.ask("DELETE", path, headers={"If-Match": '"3"'})
    await recorder.ask("GET", path)
    versions = (await recorder.ask("GET", f"{path}/history")).json()["items"]
    await recorder.ask("POST", f"{path}/restore", json={"sequence": versions[1]["sequence"]})
    await recorder.ask("GET", f"{path}/history")
    await recorder.ask("DELETE", f"/lenders/{lender['id']}", headers={"If-Match": '"1"'})


async def _view(recorder: Recorder) -> None:
    view = {"name": "California", "page": "dashboard", "query": "state=CA", "shared": True}
    await recorder.ask("POST", "/dashboard/views", json=view)
    await recorder.ask("GET", "/dashboard/views")


async def _query(recorder: Recorder) -> None:
    await recorder.dates_follow()
    for params in (
        {"limit": "7", "order": "number"},
        {"limit": "7", "order": "-currentBalance"},
        {"q": "plot 3", "total": "true"},
        {"q": "arbo"},
    ):
        answer = await recorder.ask("GET", "/loans", params=params)
        following = answer.json().get("next")
        if following:
            await recorder.ask("GET", "/loans", params={**params, "cursor": following})
    for path in (
        "/loans/export",
        "/properties",
        "/lenders",
        "/dashboard",
        "/dashboard?state=CA",
        "/dashboard?businessDate=2027-01-31",
        "/dates?limit=20&kind=maturity",
        "/dashboard/history",
        "/dashboard/maturities",
        "/portfolio/stress?rateShift=0.01&incomeChange=-0.1&explain=true",
        "/portfolio/stress?state=CA&by=month&businessDate=2027-01-31",
        "/portfolio/stress?reverse=true&minimumDscr=1.2",
        "/forecast?months=12&businessDate=2026-12-31",
        "/forecast/loans?state=CA&months=3&businessDate=2026-12-31",
        "/dashboard/exposures?to=lender",
        "/dashboard/loans?limit=5",
        "/dashboard/loans/totals",
        "/dashboard/loans/export",
        "/reconciliation?deal=harbor",
        "/reconciliation/export?deal=harbor",
        "/imports",
        "/journals/loans",
        "/journals/loans/verification",
        "/nowhere",
    ):
        await recorder.ask("GET", path)


async def _report(recorder: Recorder) -> None:
    """Have reports made, read the cells of one, compare two, and plan one."""
    await recorder.ask("POST", "/reports/weather/runs", json={})
    runs = []
    for kind in ("debt_schedule", "maturities", "debt_schedule"):
        asked = (await recorder.ask("POST", f"/reports/{kind}/runs", json={"title": "For the board"})).json()
        runs.append(await recorder.seen("GET", f"/reports/runs/{asked['id']}", lambda run: run["state"] == "done"))
        await recorder.book(f"/reports/runs/{asked['id']}/report.xlsx")
    await recorder.ask("GET", f"/reports/runs/{runs[-1]['id']}/difference")
    await recorder.ask("GET", "/reports/runs")
    who = (await recorder.ask("GET", "/auth/me")).json()["member"]["id"]
    planned = {
        "kind": "debt_schedule",
        "every": "month",
        "day": 31,
        "onlyIfChanged": True,
        "paused": True,
        "recipients": [who],
    }
    schedule = (await recorder.ask("POST", "/reports/schedules", json=planned)).json()
    await recorder.ask("GET", "/reports/schedules")
    await recorder.ask("DELETE", f"/reports/schedules/{schedule['id']}", headers={"If-Match": '"1"'})


async def _file(recorder: Recorder) -> None:
    """File a note, read, find, cite, share, revoke, hold and delete it."""
    loan = (await recorder.ask("POST", "/loans", json={**LOAN, "number": "1002"})).json()
    said = {"fileName": "note.txt", "title": "Promissory note", "kind": "loan_agreement", "link": f"loan:{loan['id']}"}
    text = b"The interest rate is 5.25 percent per annum. The maturity date is January 1, 2035."
    plain = {"content-type": "text/plain"}
    await recorder.ask("POST", "/documents", params={**said, "fileName": "../x.exe"}, content=b"MZ\x90", headers=plain)
    document = (await recorder.ask("POST", "/documents", params=said, content=text, headers=plain)).json()
    path = f"/documents/{document['id']}"
    await recorder.seen("GET", path, lambda found: found["versions"][0]["state"] == "ready")
    await recorder.ask("GET", "/documents", params={"q": "interest annum"})
    await recorder.ask("GET", "/documents", params={"loanId": loan["id"]})
    await recorder.ask("GET", f"{path}/pages/1")
    await recorder.ask("GET", f"{path}/versions/1/content", headers={"Range": "bytes=4-11"})
    cited = {"loanId": loan["id"], "field": "rate", "value": "0.0525", "documentId": document["id"], "number": 1}
    await recorder.ask("POST", "/citations", json={**cited, "page": 1, "quote": "7.00 percent"})
    await recorder.ask("POST", "/citations", json={**cited, "page": 1, "quote": "5.25 percent per annum"})
    changed = await recorder.ask("PATCH", f"/loans/{loan['id']}", json={"name": "Pier 9"}, headers={"If-Match": '"1"'})
    later = {"rate": "0.05"}
    version = {"If-Match": f'"{changed.json()["version"]}"'}
    await recorder.ask(
        "PATCH", f"/loans/{loan['id']}", json=later, params={"effectiveOn": "2025-09-01"}, headers=version
    )
    await recorder.seen("GET", f"/citations?loanId={loan['id']}", lambda found: found["items"][0]["stale"] is not None)
    ends = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=7)).isoformat()
    made = (await recorder.ask("POST", f"{path}/versions/1/shares", json={"expiresAt": ends})).json()
    token = {"token": made["token"]}
    await recorder.ask("POST", "/shared/look-up", json=token)
    await recorder.ask("POST", "/shared/open", json=token)
    await recorder.ask("DELETE", f"/shares/{made['share']['id']}")
    await recorder.ask("POST", "/shared/open", json=token)
    await recorder.ask("GET", f"{path}/shares")
    held = (await recorder.ask("PUT", f"{path}/hold", json={"reason": "In court"}, headers={"If-Match": '"1"'})).json()
    await recorder.ask("DELETE", path, headers={"If-Match": f'"{held["version"]}"'})
    free = await recorder.ask("DELETE", f"{path}/hold", headers={"If-Match": f'"{held["version"]}"'})
    await recorder.ask("DELETE", path, headers={"If-Match": f'"{free.json()["version"]}"'})
    await recorder.ask("GET", "/documents", params={"q": "interest annum"})


async def _hear(recorder: Recorder) -> None:
    """Look at the inbox and the dates, and say what one wants to hear."""

    def last(inbox: Any) -> bool:
        return any(item["title"] == "The import of june.csv was undone" for item in inbox["items"])

    inbox = await recorder.seen("GET", "/inbox", last)
    await recorder.ask("POST", f"/inbox/{inbox['items'][0]['id']}/read")
    await recorder.ask("POST", "/inbox/read-all")
    await recorder.ask("GET", "/inbox")
    await recorder.ask("GET", "/preferences")
    chosen = {"channels": {"figure_moved": []}, "digest": "weekly"}
    await recorder.ask("PUT", "/preferences", json=chosen, headers={"If-Match": '"0"'})
    (date,) = (await recorder.ask("GET", "/dates?kind=maturity&limit=1")).json()["items"]
    version = {"If-Match": f'"{date["version"]}"'}
    await recorder.ask("POST", f"/dates/{date['id']}/done", json={"evidence": "Paid"}, headers=version)
    on = {"thingKind": "loan", "thingId": date["loanId"], "text": "Called the borrower.", "pinned": True}
    note = (await recorder.ask("POST", "/notes", json=on)).json()
    await recorder.ask("DELETE", f"/notes/{note['id']}", headers={"If-Match": '"7"'})
    await recorder.ask("GET", f"/notes?thingKind=loan&thingId={date['loanId']}")
    feed = (await recorder.ask("POST", "/calendar-feeds", json={"name": "Outlook"})).json()
    await recorder.ask("GET", "/calendar-feeds")
    await recorder.ask("DELETE", f"/calendar-feeds/{feed['id']}", headers={"If-Match": '"1"'})
    await recorder.ask("POST", "/webhooks", json={"url": "http://127.0.0.1/in"})
    await recorder.ask("GET", "/events?limit=5")


async def _colleague(recorder: Recorder) -> None:
    invited = await recorder.ask("POST", "/members/invitations", json={"email": "vic@harbor.example", "role": "viewer"})
    accepted = {"token": invited.json()["token"], "firstName": "Vic", "lastName": "Vance", "password": PASSWORD}
    await recorder.ask("POST", "/auth/invitations/accept", json=accepted)
    await recorder.ask("GET", "/members")
    await recorder.sign_in("vic@harbor.example")
    await recorder.ask("POST", "/loans", json=LOAN)
    await recorder.ask("GET", "/dashboard")
    await recorder.ask("POST", "/auth/sign-out-everywhere", headers={"Realinsights-Client": "test"})
    await recorder.ask("GET", "/loans")
