"""Dates over HTTP: a loan's terms make them, people say what came of them, calendars read them."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import icalendar
import msgspec
import pytest

from realinsights.adapters import open_adapters
from realinsights.app import Product, build
from realinsights.contracts.auth import MemberDeactivated, MemberRecorded
from realinsights.contracts.permissions import Role
from realinsights.loans.model.loan import LoanDraft, loan_of
from realinsights.loans.service.facts import loan_facts
from realinsights.loans.store import LOANS
from realinsights.notifications.service.dates import advance_dates, roll_dates
from realinsights.notifications.store import DATES, FEEDS, LOAN_DATES
from realinsights.topology import read_topology
from realinsights_platform.documents.journal import verify
from realinsights_platform.scheduling.jobs import DueWork, Job

PASSWORD = "correct horse battery staple"
PATIENCE = 30
_ABOVE_ALL = 2**62
"""A fencing token above that of the scheduler that runs beside the test, which does nothing more then."""


def today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()


def an_old_loan(number: str) -> LoanDraft:
    return LoanDraft(
        number=number,
        name="Pier Nine",
        original_balance=Decimal(1_000_000),
        current_balance=Decimal(1_000_000),
        balance_as_of=datetime.date(2025, 1, 1),
        origination_date=datetime.date(2025, 1, 1),
        maturity_date=datetime.date(2045, 1, 1),
        rate=Decimal("0.05"),
    )


class Office:
    """A running product and its administrator, who sees what they have written."""

    def __init__(self, product: Product, client: httpx.AsyncClient) -> None:
        self.product = product
        self.client = client
        self.documents = product.documents["notifications"]
        self._written: dict[str, str] = {}

    async def ask(self, method: str, path: str, *, version: int | None = None, **more: Any) -> httpx.Response:
        after = ", ".join(f"{name}={at}" for name, at in self._written.items())
        headers = {"Realinsights-After": after} if after else {}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        answer = await self.client.request(method, f"/api/v1{path}", headers=headers, **more)
        for written in answer.headers.get("Realinsights-Sequence", "").split(", "):
            if written:
                service, _, sequence = written.partition("=")
                self._written[service] = sequence
        return answer

    async def dates(self, query: str = "") -> list[Any]:
        answer = await self.ask("GET", f"/dates?limit=200&{query}")
        assert answer.status_code == 200, answer.text
        items: list[Any] = answer.json()["items"]
        return items

    async def one(self, kind: str) -> Any:
        (found,) = await self.dates(f"kind={kind}")
        return found

    async def a_loan(self, number: str = "1001", **values: Any) -> Any:
        body = {
            "number": number,
            "name": "Harbor Point",
            "originalBalance": "10000000.00",
            "currentBalance": "10000000.00",
            "balanceAsOf": "2025-01-01",
            "originationDate": "2025-01-01",
            "maturityDate": "2045-01-01",
            "rate": "0.0525",
            "terms": {"firstPaymentDate": "2025-02-01"},
        }
        answer = await self.ask("POST", "/loans", json={**body, **values})
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def patch(self, loan: Any, **changes: Any) -> Any:
        answer = await self.ask("PATCH", f"/loans/{loan['id']}?correction=true", version=loan["version"], json=changes)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    topology = read_topology(environment={"REALINSIGHTS_DATA": str(tmp_path)})
    (process,) = topology.processes.values()
    async with open_adapters(topology, process) as adapters, build(process, adapters) as product:
        transport = httpx.ASGITransport(app=product.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            body = {
                "organization": {"name": "Harbor Capital", "kind": "owner"},
                "firstName": "Ada",
                "lastName": "Adams",
                "email": "ada@harbor.example",
                "password": PASSWORD,
            }
            assert (await client.post("/api/v1/auth/register", json=body)).status_code == 202
            signed_in = await client.post("/api/v1/auth/sign-in", json={"email": body["email"], "password": PASSWORD})
            client.headers["Authorization"] = f"Bearer {signed_in.json()['accessToken']}"
            yield Office(product, client)


class TestDates:
    async def test_are_there_as_soon_as_the_loan_is(self, office: Office) -> None:
        loan = await office.a_loan()
        dates = await office.dates()
        assert {date["kind"] for date in dates} == {"payment", "maturity"}
        assert [date["on"] for date in dates] == sorted(date["on"] for date in dates)
        assert 4 <= len(dates) <= 5
        assert {(date["loanId"], date["loanNumber"], date["state"]) for date in dates} == {(loan["id"], "1001", "open")}

    async def test_follow_the_loan_s_terms_once(self, office: Office) -> None:
        loan = await office.patch(await office.a_loan(), maturityDate="2046-06-01")
        maturity = await office.one("maturity")
        assert (maturity["on"], maturity["version"], maturity["computedFrom"]) == ("2046-06-01", 2, "maturityDate")
        before = await office.dates()
        await office.patch(loan, tags=["core"])
        assert await office.dates() == before

    async def test_go_with_the_loan(self, office: Office) -> None:
        loan = await office.a_loan()
        assert await office.dates()
        answer = await office.ask("DELETE", f"/loans/{loan['id']}", version=1)
        assert answer.status_code == 204
        assert await office.dates() == []

    async def test_are_filtered_and_come_page_by_page(self, office: Office) -> None:
        first, second = await office.a_loan("1"), await office.a_loan("2", maturityDate="2044-03-01")
        assert {date["loanId"] for date in await office.dates(f"loanId={second['id']}")} == {second["id"]}
        ahead = await office.dates("from=2044-01-01&to=2045-01-01")
        assert [date["loanId"] for date in ahead] == [second["id"], first["id"]]
        assert await office.dates("from=2044-01-01&to=2044-12-31&kind=payment") == []
        seen, path = [], "/dates?limit=7&total=true"
        while path:
            page = (await office.ask("GET", path)).json()
            assert page["total"] == len(await office.dates())
            seen += [date["id"] for date in page["items"]]
            path = f"/dates?limit=7&total=true&cursor={page['next']}" if page["next"] else ""
        assert seen == [date["id"] for date in await office.dates()]

    async def test_of_loans_that_were_told_before_terms_were_are_asked_for_once(self, office: Office) -> None:
        loans = office.product.documents["loans"]
        org = (await office.ask("GET", "/auth/me")).json()["organization"]["id"]
        async with loans.unit(org=org, actor="ann", business_date=today()) as unit:
            for key in ("1", "2"):
                loan = loan_of(an_old_loan(key), loan_id=f"old-{key}", org=org)
                unit.emit(loan_facts(unit.put(LOANS, loan), {}))
        async with asyncio.timeout(PATIENCE):
            while len(await office.dates("kind=maturity")) < 2:  # noqa: ASYNC110 - the port tells nobody
                await asyncio.sleep(0.01)
        asked = [entry for entry in await office.documents.entries(org) if b"terms.requested" in bytes(entry.events)]
        assert len(asked) == 1

    async def test_of_a_journal_verify(self, office: Office) -> None:
        loan = await office.a_loan()
        assert await office.dates()
        await office.patch(loan, maturityDate="2046-06-01")
        assert await office.dates()
        assert (await verify(office.documents, loan["org"])).sound


class TestWhatPeopleSay:
    async def test_is_kept_with_who_said_it(self, office: Office) -> None:
        await office.a_loan()
        date = await office.one("maturity")
        answer = await office.ask(
            "POST", f"/dates/{date['id']}/done", version=1, json={"evidence": "Refinanced with First Bank."}
        )
        assert answer.status_code == 200, answer.text
        said = answer.json()
        assert (said["state"], said["evidence"], said["version"]) == ("done", "Refinanced with First Bank.", 2)
        assert said["settledBy"]
        assert (await office.ask("GET", f"/dates/{date['id']}")).json() == said
        assert [one["id"] for one in await office.dates("state=done")] == [date["id"]]

    async def test_is_refused_for_another_version_and_without_one(self, office: Office) -> None:
        await office.a_loan()
        date = await office.one("maturity")
        path = f"/dates/{date['id']}/done"
        assert (await office.ask("POST", path, json={})).status_code == 428
        assert (await office.ask("POST", path, version=7, json={})).status_code == 412
        assert (await office.ask("POST", path, version=1, json={})).status_code == 200
        assert (await office.ask("POST", path, version=2, json={})).status_code == 409

    async def test_waives_with_a_reason(self, office: Office) -> None:
        await office.a_loan()
        path = f"/dates/{(await office.one('maturity'))['id']}/waive"
        assert (await office.ask("POST", path, version=1, json={"evidence": "  "})).status_code == 422
        assert (await office.ask("POST", path, version=1, json={"evidence": "\u202e"})).status_code == 422
        answer = await office.ask("POST", path, version=1, json={"evidence": "The loan is sold."})
        assert answer.json()["state"] == "waived"

    async def test_lets_a_date_rest_and_takes_it_back(self, office: Office) -> None:
        await office.a_loan()
        date = await office.one("maturity")
        path = f"/dates/{date['id']}/snooze"
        assert (
            await office.ask("POST", path, version=1, json={"until": str(today() - datetime.timedelta(days=1))})
        ).status_code == 422
        assert (await office.ask("POST", path, version=1, json={"until": "2050-01-01"})).status_code == 422
        answer = await office.ask("POST", path, version=1, json={"until": "2044-12-01"})
        assert (answer.json()["state"], answer.json()["snoozedUntil"]) == ("snoozed", "2044-12-01")
        answer = await office.ask("POST", f"/dates/{date['id']}/reopen", version=2)
        assert (answer.json()["state"], answer.json()["snoozedUntil"]) == ("open", None)
        assert (await office.ask("POST", f"/dates/{date['id']}/reopen", version=3)).status_code == 409

    async def test_gives_a_date_to_a_member(self, office: Office) -> None:
        await office.a_loan()
        me = (await office.ask("GET", "/auth/me")).json()["member"]["id"]
        date = await office.one("maturity")
        answer = await office.ask("POST", f"/dates/{date['id']}/assign", version=1, json={"assignee": me})
        assert answer.json()["assignee"] == me
        assert [one["kind"] for one in await office.dates("assignee=me")] == ["maturity"]
        assert "maturity" not in {one["kind"] for one in await office.dates("assignee=nobody")}
        answer = await office.ask("POST", f"/dates/{date['id']}/assign", version=2, json={"assignee": None})
        assert answer.json()["assignee"] is None

    async def test_is_of_no_date_that_has_gone(self, office: Office) -> None:
        loan = await office.a_loan(anticipatedRepaymentDate="2040-01-01")
        date = await office.one("anticipated_repayment")
        await office.patch(loan, anticipatedRepaymentDate=None)
        assert await office.dates("kind=anticipated_repayment") == []
        assert (await office.ask("GET", f"/dates/{date['id']}")).status_code == 404
        assert (await office.ask("POST", f"/dates/{date['id']}/done", version=2, json={})).status_code == 404


class TestTime:
    async def test_makes_dates_missed_and_rolls_payments_on(self, office: Office) -> None:
        loan = await office.a_loan()
        before = await office.dates("kind=payment")

        def passed(years: float) -> Callable[[], datetime.datetime]:
            return lambda: datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=365 * years)

        async def pass_time(years: float) -> None:
            now = passed(years)
            rolling = Job(kind=LOAN_DATES, work=partial(roll_dates, documents=office.documents, now=now))
            assert await DueWork(office.documents, rolling, now=now).pass_through(_ABOVE_ALL) is not None
            advancing = Job(kind=DATES, work=partial(advance_dates, documents=office.documents, now=now))
            assert await DueWork(office.documents, advancing, now=now).pass_through(_ABOVE_ALL) is not None

        await pass_time(0)
        assert await office.dates("kind=payment") == before
        await pass_time(1)
        after = await office.dates("kind=payment")
        assert after[0] == {**before[0], "state": "missed", "version": 2}
        assert len(after) >= len(before) + 11
        assert {date["loanId"] for date in after} == {loan["id"]}
        await pass_time(25)
        assert (await office.one("maturity"))["state"] == "missed"


class TestCalendars:
    async def made(self, office: Office, **values: Any) -> Any:
        answer = await office.ask("POST", "/calendar-feeds", json={"name": "My dates, all; of them", **values})
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def read(self, office: Office, path: str) -> httpx.Response:
        # As a calendar program does, which has nothing but the address.
        transport = httpx.ASGITransport(app=office.product.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get(path)

    async def test_show_dates_of_whole_days_to_whoever_has_the_address(self, office: Office) -> None:
        await office.a_loan(name="Oak, Tower; \\ 100 %")
        feed = await self.made(office, kinds=["maturity"])
        answer = await self.read(office, feed["path"])
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert b"\r\nDTSTART;VALUE=DATE:20450101\r\n" in answer.content
        assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
        calendar = icalendar.Calendar.from_ical(answer.content)
        (event,) = calendar.walk("VEVENT")
        assert str(event["SUMMARY"]) == "Maturity: 1001 Oak, Tower; \\ 100 %"
        assert event["DTSTART"].dt == datetime.date(2045, 1, 1)
        assert event["DTEND"].dt == datetime.date(2045, 1, 2)
        # The library escapes both names and reads neither back.
        assert b"\r\nNAME:My dates\\, all\\; of them\r\n" in answer.content
        assert b"\r\nX-WR-CALNAME:My dates\\, all\\; of them\r\n" in answer.content

    async def test_may_show_only_what_is_one_s_own(self, office: Office) -> None:
        await office.a_loan()
        date = await office.one("maturity")
        feed = await self.made(office, mine=True)
        assert b"VEVENT" not in (await self.read(office, feed["path"])).content
        me = (await office.ask("GET", "/auth/me")).json()["member"]["id"]
        await office.ask("POST", f"/dates/{date['id']}/assign", version=1, json={"assignee": me})
        assert (await self.read(office, feed["path"])).content.count(b"BEGIN:VEVENT") == 1

    async def test_end_when_they_are_revoked(self, office: Office) -> None:
        feed = await self.made(office)
        listed = (await office.ask("GET", "/calendar-feeds")).json()["items"]
        assert [one["id"] for one in listed] == [feed["id"]]
        assert "path" not in listed[0]
        assert (await office.ask("DELETE", f"/calendar-feeds/{feed['id']}", version=1)).status_code == 204
        assert (await self.read(office, feed["path"])).status_code == 404
        assert (await office.ask("GET", "/calendar-feeds")).json()["items"] == []

    async def test_end_when_their_owner_is_deactivated(self, office: Office) -> None:
        feed = await self.made(office)
        me = (await office.ask("GET", "/auth/me")).json()
        auth = office.product.documents["auth"]
        org = me["organization"]["id"]
        async with auth.unit(org=org, actor="system:test", business_date=today()) as unit:
            unit.emit(MemberDeactivated(user_id=me["member"]["id"]))
        arrived = await until_gone(office, org, feed["id"])
        assert arrived
        assert (await self.read(office, feed["path"])).status_code == 404

    async def test_lead_nowhere_while_their_owner_is_limited_to_a_part(self, office: Office) -> None:
        await office.a_loan()
        await office.one("maturity")
        feed = await self.made(office, kinds=["maturity"])
        assert (await self.read(office, feed["path"])).content.count(b"BEGIN:VEVENT") == 1
        me = (await office.ask("GET", "/auth/me")).json()
        told = MemberRecorded(
            user_id=me["member"]["id"],
            email=me["member"]["email"],
            first_name="Ada",
            last_name="Ames",
            role=Role.MANAGER,
            active=True,
            email_verified=True,
            limited=True,
        )
        org = me["organization"]["id"]
        for limited, status in ((True, 404), (False, 200)):
            async with office.product.documents["auth"].unit(org=org, actor="system:test", business_date=today()) as u:
                u.emit(msgspec.structs.replace(told, limited=limited))
            async with asyncio.timeout(30):
                while (await self.read(office, feed["path"])).status_code != status:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)

    @pytest.mark.parametrize("address", ["x", "secret_a.b.c.ics", "secret_a.b." + "c" * 43 + ".ics"])
    async def test_are_nowhere_for_who_guesses(self, office: Office, address: str) -> None:
        assert (await self.read(office, f"/api/v1/calendar/{address}")).status_code == 404

    async def test_are_refused_with_another_s_secret(self, office: Office) -> None:
        first, second = await self.made(office), await self.made(office)
        crossed = first["path"].replace(first["id"], second["id"])
        assert (await self.read(office, crossed)).status_code == 404

    async def test_are_as_many_as_there_may_be(self, office: Office) -> None:
        for _ in range(20):
            await self.made(office)
        assert (await office.ask("POST", "/calendar-feeds", json={"name": "One more"})).status_code == 409


async def until_gone(office: Office, org: str, feed_id: str) -> bool:
    """Wait until the service has heard of what auth said."""
    async with asyncio.timeout(PATIENCE):
        while await office.documents.get(FEEDS, org, feed_id) is not None:  # noqa: ASYNC110 - the port tells nobody
            await asyncio.sleep(0.01)
    return True
