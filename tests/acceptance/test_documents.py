"""Ten real documents of ten kinds: uploaded, read, looked at, found, cited, shared, revoked and held."""

from __future__ import annotations

import asyncio
import datetime
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from tests.files import real_files

from ..drafts import TERMS_OF_A_LOAN
from .callers import Caller
from .conftest import PASSWORD
from .deleting import Leaving, deleted, left, stated, until_released

pytestmark = pytest.mark.topology

PATIENCE = 120
RATE = "interest at 5.25 percent"
LOAN: dict[str, Any] = {"number": "1001", "name": "Harbor Point", **TERMS_OF_A_LOAN}
RECOGNIZED = shutil.which("tesseract") is not None


@dataclass(frozen=True)
class Real:
    """A file as somebody has it: `word` is on `page` of it and in no other file; `scanned` is a picture."""

    name: str
    content: bytes
    word: str
    page: int
    quote: str = RATE
    scanned: bool = False

    @property
    def readable(self) -> bool:
        return RECOGNIZED or not self.scanned


def ten() -> list[Real]:
    """Return ten files that tell of one loan, each of another kind."""
    rows = [["Suite", "Tenant", "Rent"], ["100", "Brackenbury", 12_500], ["200", RATE, 0]]
    table = f"date,amount,remark\n2026-07-01,55220.37,{RATE}\n2026-08-01,55220.37,thistledown\n"
    html = f"<html><body><h1>Notice of winterbourne</h1><p>{RATE}</p></body></html>"
    scanned = "INTEREST AT 5.25 PERCENT"
    return [
        Real("note.pdf", real_files.pdf("Promissory note", "Payments", f"Marchmont: {RATE}"), "marchmont", 3),
        Real("amendment.docx", real_files.word("First amendment", f"Penhaligon keeps {RATE}"), "penhaligon", 1),
        Real("rent-roll.xlsx", real_files.workbook(Cover=[["Roll"]], Notes=[["-"]], Roll=rows), "brackenbury", 3),
        Real("payments.csv", table.encode(), "thistledown", 1),
        Real("memo.txt", f"Quillfeather says {RATE}".encode(), "quillfeather", 1),
        Real("notice.html", html.encode(), "winterbourne", 1),
        Real("payoff.eml", real_files.mail(f"Ravenscroft quotes {RATE}."), "ravenscroft", 1),
        Real("binder.pdf", real_files.pdf("Insurance binder", f"Oxenholme: {RATE}"), "oxenholme", 2),
        Real("appraisal.pdf", real_files.scan(f"LIGHTHOUSE {scanned}"), "lighthouse", 1, scanned, scanned=True),
        Real("site.png", real_files.picture(f"BOATYARD {scanned}"), "boatyard", 1, scanned, scanned=True),
    ]


class Desk(Caller):
    """Somebody who files documents."""

    async def read(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Wait until a document's text was looked for; return its version."""
        async with asyncio.timeout(PATIENCE):
            while True:
                version: dict[str, Any] = (await self.ask("GET", f"/documents/{document['id']}")).json()["versions"][0]
                if version["state"] != "received":
                    return version
                await asyncio.sleep(0.05)

    async def found(self, words: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self.ask("GET", "/documents", params={"q": words})).json()["items"]
        return items


@pytest.fixture(scope="module")
async def desk(platform: Any) -> Desk:
    return Desk(platform.client, await platform.register("Documents", "ada@documents.example"))


@pytest.fixture(scope="module")
async def loan(desk: Desk) -> dict[str, Any]:
    made: dict[str, Any] = (await desk.ask("POST", "/loans", 201, json=LOAN)).json()
    return made


@pytest.mark.parametrize("real", ten(), ids=lambda real: real.name)
async def test_a_document_goes_its_way(desk: Desk, loan: dict[str, Any], real: Real) -> None:
    said = {"fileName": real.name, "link": f"loan:{loan['id']}"}
    document = (await desk.ask("POST", "/documents", 201, params=said, content=real.content)).json()
    path = f"/documents/{document['id']}"
    version = await desk.read(document)
    assert version["state"] == "ready", version

    content = await desk.ask("GET", f"{path}/versions/1/content")
    assert content.content == real.content
    # Of the others the browser shows the content itself, or the text of its pages.
    await desk.ask("GET", f"{path}/versions/1/preview", 200 if version["previewed"] else 404)
    assert version["previewed"] == real.name.endswith((".xlsx", ".csv", ".eml"))
    await desk.ask("GET", f"{path}/pages/{real.page}", 200 if real.readable else 404)

    if real.readable:
        (found,) = await desk.found(real.word)
        assert (found["id"], [hit["page"] for hit in found["hits"]]) == (document["id"], [real.page])
        assert real.word in found["hits"][0]["snippet"]["text"].lower()
        cited = {"loanId": loan["id"], "field": "rate", "value": "0.0525", "documentId": document["id"], "number": 1}
        citation = (
            await desk.ask("POST", "/citations", 201, json={**cited, "page": real.page, "quote": real.quote})
        ).json()
        assert (citation["onPage"], citation["stale"]) == (True, None)
    else:
        assert "no engine for optical recognition is installed" in version["note"]

    ends = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)).isoformat()
    made = (await desk.ask("POST", f"{path}/versions/1/shares", 201, json={"expiresAt": ends})).json()
    token = {"token": made["token"]}
    ticket = (await desk.ask("POST", "/shared/open", json=token)).json()["ticket"]
    taken = await desk.ask("GET", "/shared/content", params={"ticket": ticket})
    assert taken.content == real.content
    await desk.ask("DELETE", f"/shares/{made['share']['id']}")
    await desk.ask("POST", "/shared/look-up", 404, json=token)
    await desk.ask("GET", "/shared/content", 404, params={"ticket": ticket})

    newest = (await desk.ask("GET", path)).json()["version"]
    held = (
        await desk.ask("PUT", f"{path}/hold", json={"reason": "In court"}, headers={"If-Match": f'"{newest}"'})
    ).json()
    refused = await desk.ask("DELETE", path, 409, headers={"If-Match": f'"{held["version"]}"'})
    assert "hold" in refused.text


async def test_all_ten_are_listed_with_their_loan(desk: Desk, loan: dict[str, Any]) -> None:
    listed = (await desk.ask("GET", "/documents", params={"loanId": loan["id"]})).json()["items"]
    assert {one["title"] for one in listed} >= {real.name for real in ten()}


async def test_of_an_organization_that_is_deleted_nothing_is_left_in_any_service(
    platform: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stays = await platform.register("Staying", "sid@staying.example")
    leaving = Leaving(platform.client, await platform.register("Leaving", "lea@leaving.example"))
    org = (await leaving.ask("GET", "/auth/me")).json()["organization"]["id"]
    document = await leaving.works()
    await leaving.holds(document, "In court")
    assert "lease.txt (In court)" in await leaving.until_refused("Leaving", PASSWORD)
    await leaving.releases(document)

    documents = platform.product.documents
    await until_released(documents["auth"], org)
    folder = tmp_path_factory.getbasetemp()
    assert len(await left(documents, org, folder)) > 100
    statement = stated(await deleted(documents["auth"], org))

    assert await left(documents, org, folder) == []
    assert [one["service"] for one in statement["services"]] == [
        "dashboard", "files", "loans", "notifications", "auth",
    ]  # fmt: skip
    counted = {one["service"]: one for one in statement["services"]}
    assert (counted["loans"]["documents"]["loan"], counted["files"]["documents"]["document"]) == (40, 1)
    assert counted["auth"]["documents"]["user"] == 1
    assert counted["loans"]["files"] >= 2  # the tape and a report
    refused = await platform.client.get("/api/v1/auth/me", headers=leaving.headers)
    assert refused.status_code == 401
    signing_in = {"email": "lea@leaving.example", "password": PASSWORD}
    assert (await platform.client.post("/api/v1/auth/sign-in", json=signing_in)).status_code == 401
    assert (await platform.client.get("/api/v1/auth/me", headers=stays)).status_code == 200
