"""Data folders of earlier releases: they open, verify, and show what they should."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import datetime
import json
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path
from typing import Any

import httpx
import msgspec

from realinsights.adapters import open_adapters
from realinsights.app import Product, build
from realinsights.auth.service.local_tokens import local_token
from realinsights.contracts.loans import (
    LOANS_EVENTS,
    AmortizationType,
    LoanRecorded,
    LoanRecordedV1,
    PerformanceRecorded,
    PeriodFiguresV1,
    PeriodsRecorded,
    PeriodsRecordedV1,
)
from realinsights.contracts.terms import TermsRecorded
from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.model.digest import digest
from realinsights.dashboard.subscribers import SUBSCRIPTIONS
from realinsights.loans.model.loan import Loan, LoanDraft
from realinsights.loans.model.property import Property
from realinsights.loans.model.telling import EDITION, Telling
from realinsights.loans.service.facts import loan_facts
from realinsights.loans.service.telling import tell_again
from realinsights.loans.store import LOANS, PROPERTIES, TELLINGS
from realinsights.topology import read_topology
from realinsights_platform.attributes import made_from
from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.events import Event

TODAY = datetime.date(2026, 10, 31)
ON = {"businessDate": TODAY.isoformat()}


class OldLoan(LoanDraft, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A loan as it was stored: nothing says whether its basis was chosen."""

    id: str
    org: str
    version: int = 0
    statement_basis: Any = "underwritten"
    amortization_type: AmortizationType
    property_ids: tuple[str, ...] = ()
    deal: str | None = None
    asset_number: str | None = None

    @property
    def extended_maturity_date(self) -> datetime.date:
        """What its index holds now."""
        return self.maturity_date


OLD_LOANS = dataclasses.replace(LOANS, type=OldLoan)
OLD_LOAN = {
    "id": "loan-1", "number": "L-1", "name": "Golden", "originalBalance": "10000000.00",
    "currentBalance": "10000000.00", "balanceAsOf": "2026-10-31", "originationDate": "2025-01-01",
    "maturityDate": "2035-01-01", "rate": "0.0525", "rateType": "fixed",
    "terms": {"amortizationMonths": 360, "dayCount": "30_360", "firstPaymentDate": "2025-02-01"},
    "properties": [{"propertyId": "tower"}], "statementBasis": "underwritten",
    "amortizationType": "amortizing", "propertyIds": ["tower"],
}  # fmt: skip
OLD_PROPERTY = {
    "id": "tower", "name": "Tower", "propertyType": "office", "state": "NY",
    "valuations": [{"amount": "18000000.00", "asOf": "2024-11-15"}],
    "operatingStatements": [
        {"basis": "underwritten", "periodEnd": "2025-01-31", "netOperatingIncome": "1250000.00"},
        {"basis": "trailing_twelve_months", "periodEnd": "2026-09-30", "netOperatingIncome": "600000.00"},
    ],
}  # fmt: skip
OLD_EVENTS = b"""[{"type":"loans.loan.recorded.v1","loanId":"loan-1","number":"L-1","name":"Golden","borrower":null,
"lenderId":null,"fundId":null,"portfolioId":null,"structure":"whole_loan","status":"current","rateType":"fixed",
"amortizationType":"amortizing","originalBalance":"10000000.00","currentBalance":"10000000.00","rate":"0.0525",
"originationDate":"2025-01-01","maturityDate":"2035-01-01","asOf":"2026-10-31","annualDebtService":"662644.44",
"reportedDscr":null,"collateral":[{"propertyId":"tower","state":"NY","propertyType":"office",
"balance":"10000000.00"}],"performance":{"value":"18000000.00","netOperatingIncome":"1250000.00"}},
{"type":"loans.periods.recorded.v1","loanId":"loan-1","periods":[{"month":"2026-08-01","balance":"9800000.00",
"rate":"0.0525","status":"current","reported":false,"annualDebtService":"662644.44",
"performance":{"netOperatingIncome":"1250000.00"}},{"month":"2026-09-01","balance":"9790000.00","rate":"0.0525",
"status":"current","reported":false,"annualDebtService":"662644.44",
"performance":{"netOperatingIncome":"1250000.00"}}]}]"""


@contextlib.asynccontextmanager
async def opened(folder: Path) -> AsyncGenerator[tuple[Product, httpx.AsyncClient, str], None]:
    """Start the product on a folder; give a client of an organization in it, and the organization's id."""
    topology = read_topology(environment={"REALINSIGHTS_DATA": str(folder)})
    (process,) = topology.processes.values()
    async with open_adapters(topology, process) as adapters, build(process, adapters) as product:
        identity = product.services["auth"].given["identity"]
        token = await local_token(identity=identity, organization="acme", create=True)()
        payload = token.split(".")[1]
        org = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["org"]
        transport = httpx.ASGITransport(app=product.app)
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://localhost/api/v1", headers=headers
        ) as client:
            yield product, client, org


async def an_old_folder(folder: Path) -> None:
    """Make a folder in which a loan was stored and told as the release before did."""
    async with opened(folder) as (_, _, org):
        pass  # the organization begins
    kinds = (OLD_LOANS, PROPERTIES)
    storage = SqliteDocuments.open(folder / "loans.sqlite", service="loans", kinds=kinds)
    async with storage.unit(org=org, actor="ann", business_date=TODAY) as unit:
        unit.put(PROPERTIES, msgspec.convert({**OLD_PROPERTY, "org": org}, Property))
        unit.put(OLD_LOANS, msgspec.convert({**OLD_LOAN, "org": org}, OldLoan))
        for event in LOANS_EVENTS.decode(OLD_EVENTS):
            unit.emit(event)
    await storage.close()


async def told(storage: Storage, org: str) -> list[Event]:
    events: list[Event] = []
    sequence = 0
    while entries := await storage.outbox(org, after=sequence):
        for entry in entries:
            events += LOANS_EVENTS.decode(entry.events)
        sequence = entries[-1].sequence
    return events


def columns_of(events: Iterable[Event]) -> Columns:
    columns = Columns()
    for event in events:
        if type(event) in SUBSCRIPTIONS:
            SUBSCRIPTIONS[type(event)](columns, event)
    return columns


def as_before(event: Event) -> Event:
    """Return an event as the release before told it."""
    if isinstance(event, LoanRecorded):
        return made_from(event, LoanRecordedV1, performance=event.performance.latest)
    if isinstance(event, PeriodsRecorded):
        periods = (
            made_from(figures, PeriodFiguresV1, performance=figures.performance.latest) for figures in event.periods
        )
        return PeriodsRecordedV1(loan_id=event.loan_id, periods=tuple(periods))
    return event


class TestAFolderOfTheReleaseBefore:
    async def test_shows_the_latest_income_at_the_first_question_and_is_told_again_once(self, tmp_path: Path) -> None:
        await an_old_folder(tmp_path)
        for _ in range(2):
            async with opened(tmp_path) as (product, client, org):
                for basis, value in (
                    (None, "0.905463"),
                    ("latest", "0.905463"),
                    ("trailing_twelve_months", "0.905463"),
                    ("underwritten", "1.886381"),
                    ("annual", None),
                ):
                    asked = ON if basis is None else {**ON, "statementBasis": basis}
                    shown = (await client.get("/dashboard", params=asked)).json()
                    assert shown["figures"]["dscr"]["value"] == value
                    assert shown["figures"]["outstanding"]["value"] == "10000000.00"
                    # What 98 payments of 55,220.37 leave of 10,000,000 recorded after 21: the folder's events said
                    # nothing of it.
                    assert shown["maturities"]["dueBySchedule"] == "8600216.27"
                    totals = (await client.get("/dashboard/loans/totals", params=asked)).json()
                    assert totals["dscr"] == shown["figures"]["dscr"]
                dscr = (await client.get("/dashboard", params=ON)).json()["figures"]["dscr"]
                assert dscr["numerator"]["asOf"] == {"earliest": "2026-09-30", "latest": "2026-09-30"}
                assert dscr["bases"] == [{"basis": "trailing_twelve_months", "loans": 1, "balance": "10000000.00"}]
                trend = (await client.get("/dashboard/history", params={**ON, "figure": "dscr"})).json()
                assert [point["value"] for point in trend["series"][0]["points"]] == [
                    "1.886381",
                    "0.905463",
                    "0.905463",
                ]
                loan = (await client.get("/loans/loan-1")).json()
                assert (loan["statementBasis"], loan["statementBasisChosen"]) == (None, False)
                own = (await client.get("/loans/loan-1/ratios", params=ON)).json()["dscr"]
                assert (own["value"], own["inputs"][0]["asOf"]) == ("0.905463", "2026-09-30")
                csv = (
                    await client.get("/dashboard/loans/export", params={**ON, "statementBasis": "underwritten"})
                ).text
                assert "1250000.00,underwritten,2025-01-31" in csv
                for service, entries in (("loans", 2), ("dashboard", 1)):
                    checked = await verify(product.documents[service], org)
                    assert (checked.sound, checked.entries) == (True, entries)

    async def test_keeps_a_basis_that_a_person_chooses_now(self, tmp_path: Path) -> None:
        await an_old_folder(tmp_path)
        async with opened(tmp_path) as (_, client, _):
            etag = (await client.get("/loans/loan-1")).headers["etag"]
            changed = await client.patch(
                "/loans/loan-1", params=ON, json={"statementBasis": "underwritten"}, headers={"If-Match": etag}
            )
            assert changed.status_code == 200, changed.text
            shown = (await client.get("/dashboard", params=ON)).json()["figures"]["dscr"]
            assert (shown["value"], shown["bases"][0]["basis"]) == ("1.886381", "underwritten")
            trend = (await client.get("/dashboard/history", params={**ON, "figure": "dscr"})).json()
            assert {point["value"] for point in trend["series"][0]["points"]} == {"1.886381"}

    async def test_is_gone_on_from_where_an_end_in_the_middle_left_it(self, tmp_path: Path) -> None:
        async with opened(tmp_path) as (product, client, org):
            ids = []
            for number in ("1", "2", "3"):
                body = {key: value for key, value in OLD_LOAN.items() if key in LoanDraft.__struct_encode_fields__}
                body |= {"number": number, "properties": []}
                made = await client.post("/loans", params=ON, json=body)
                ids.append(made.json()["id"])
            storage = product.documents["loans"]
            async with storage.unit(org=org, actor="system", business_date=TODAY) as unit:
                unit.put(TELLINGS, Telling(id=org, org=org, after=min(ids), edition=EDITION))
            for _ in range(2):
                await tell_again(documents=storage, org=org, business_date=TODAY)
            again = [event.loan_id for event in await told(storage, org) if isinstance(event, PerformanceRecorded)]
            assert again == sorted(ids)[1:]


class TestAFolderThatWasToldWithoutLienPositions:
    async def test_measures_a_second_lien_through_its_position_as_the_loans_own_ratios_do(self, tmp_path: Path) -> None:
        async with opened(tmp_path) as (_, _, org):
            pass  # the organization begins
        storage = SqliteDocuments.open(tmp_path / "loans.sqlite", service="loans", kinds=(LOANS, PROPERTIES, TELLINGS))
        tower = msgspec.convert({**OLD_PROPERTY, "org": org}, Property)
        async with storage.unit(org=org, actor="ann", business_date=TODAY) as unit:
            unit.put(PROPERTIES, tower)
            unit.put(TELLINGS, msgspec.convert({"id": org, "org": org, "done": True}, Telling))
            for position, balance in ((1, "9800000.00"), (2, "5000000.00")):
                stored = {**OLD_LOAN, "id": f"loan-{position}", "number": f"L-{position}", "lienPosition": position}
                stored |= {"originalBalance": balance, "currentBalance": balance, "org": org}
                loan = unit.put(LOANS, msgspec.convert(stored, Loan, strict=False))
                unit.emit(msgspec.structs.replace(loan_facts(loan, {"tower": tower}), standing=None))
        await storage.close()
        async with opened(tmp_path) as (_, client, _):
            listed = (await client.get("/dashboard/loans", params={**ON, "order": "number"})).json()["items"]
            assert [line["ltv"] for line in listed] == ["0.544444", "0.822222"]
            for line in listed:
                own = (await client.get(f"/loans/{line['loanId']}/ratios", params=ON)).json()
                assert line["dscr"] == own["dscr"]["value"] is not None
                assert (line["ltv"], line["debtYield"]) == (own["ltv"]["value"], own["debtYield"]["value"])
            figures = (await client.get("/dashboard", params=ON)).json()["figures"]
            assert (figures["ltv"]["value"], figures["ltv"]["coverage"]["share"]) == ("0.822222", "1.000000")


class TestLoansThatAreToldAgain:
    async def test_are_as_if_they_had_been_told_so_at_first(self, tmp_path: Path) -> None:
        header = "loanNumber,asOf,originalBalance,currentBalance,rate,originationDate,maturityDate,firstPaymentDate"
        rows = [f"{header},propertyName,netOperatingIncome,netCashFlow,financialsDate,occupancy,squareFeet"]
        for month, day, income, year in (
            (1, 31, 900, "2023-12-31"),
            (2, 28, 900, "2023-12-31"),
            (3, 31, 950, "2024-12-31"),
        ):
            date = f"2025-{month:02}-{day}"
            for number, closed in (("C-1", "2023-05-01"), ("C-2", "2024-05-01")):
                house = f"{number} House,{income},800,{year},90%,50"
                rows.append(f"{number},{date},100000,{99000 - month},5%,{closed},2033-06-01,,{house}")
        async with opened(tmp_path) as (product, client, org):
            asset = (
                await client.post("/properties", json={key: OLD_PROPERTY[key] for key in OLD_PROPERTY if key != "id"})
            ).json()
            body = {key: value for key, value in OLD_LOAN.items() if key in LoanDraft.__struct_encode_fields__}
            body |= {"properties": [{"propertyId": asset["id"]}], "statementBasis": None}
            await client.post("/loans", params=ON, json=body)
            work = (await client.post("/imports", params={"fileName": "a.csv", **ON}, content="\n".join(rows))).json()
            async with client.stream("GET", f"/imports/{work['id']}/events") as progress:
                [line async for line in progress.aiter_lines()]
            loan = (await client.get("/loans", params={"number": "C-2"})).json()["items"][0]
            etag = (await client.get(f"/loans/{loan['id']}")).headers["etag"]
            edited = await client.patch(
                f"/loans/{loan['id']}",
                params={**ON, "correction": "true"},
                json={"rate": "0.06"},
                headers={"If-Match": etag},
            )
            assert edited.status_code == 200, edited.text
            storage = product.documents["loans"]
            first = await told(storage, org)
            await tell_again(documents=storage, org=org, business_date=TODAY)
            again = (await told(storage, org))[len(first) :]
        assert sum(isinstance(event, TermsRecorded) for event in again) == 3
        assert len(again) == 6
        columns = columns_of([*map(as_before, first), *again])
        assert columns.facts.alive > 20
        assert digest(columns) == digest(columns_of(first))
