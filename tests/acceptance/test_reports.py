"""Reports that leave the building: their totals are the dashboard's to the cent, and they say what they show."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import openpyxl
import pypdfium2
import pytest

pytestmark = pytest.mark.topology

HEADER = (
    "loanNumber,asOf,originalBalance,currentBalance,rate,originationDate,maturityDate,"
    "propertyName,propertyType,state,borrower,status\n"
)
STATES = ("CA", "TX", "NY", "FL")


def a_tape(loans: int = 40) -> str:
    rows = [
        f"R-{n:03},2026-06-30,{1_000_000 + n}.00,{900_000 + n * 1_111}.{n % 100:02},{4 + n % 5}.125%,2020-01-01,"
        f"{2027 + n % 6}-0{1 + n % 9}-01,Plot {n},office,{STATES[n % 4]},Borrower {n % 7},"
        f"{('current', '30_days', 'default', 'paid_off')[n % 4] if n % 5 == 0 else 'current'}"
        for n in range(1, loans + 1)
    ]
    return HEADER + "\n".join(rows) + "\n"


class Office:
    """Somebody with a portfolio who asks for reports."""

    def __init__(self, platform: Any, headers: dict[str, str]) -> None:
        self.platform = platform
        self.headers = headers
        self.after: dict[str, str] = {}

    async def get(self, path: str, **sent: Any) -> Any:
        return await self.platform.client.get(f"/api/v1{path}", headers={**self.headers, **self.after}, **sent)

    async def sent(self, method: str, path: str, **sent: Any) -> Any:
        headers = {**self.headers, **sent.pop("headers", {})}
        answer = await self.platform.client.request(method, f"/api/v1{path}", headers=headers, **sent)
        assert answer.status_code in {200, 201, 202}, answer.text
        self.after = {"Realinsights-After": answer.headers["realinsights-sequence"]}
        return answer.json()

    async def imported(self, tape: str) -> None:
        work = await self.sent("POST", "/imports", params={"fileName": "tape.csv"}, content=tape)
        async with self.platform.client.stream(
            "GET", f"/api/v1/imports/{work['id']}/events", headers=self.headers
        ) as events:
            async for _ in events.aiter_lines():
                pass
        sequence = (await self.get("/journals/loans", params={"limit": 1})).json()["items"][0]["sequence"]
        self.after = {"Realinsights-After": f"loans={sequence}"}

    async def report(self, kind: str, **parameters: Any) -> dict[str, Any]:
        """Ask for a report and wait until it is at rest."""
        run: dict[str, Any] = await self.sent("POST", f"/reports/{kind}/runs", json=parameters)
        answer = await self.get(f"/reports/runs/{run['id']}/events")
        told = [line.removeprefix("data: ") for line in answer.text.splitlines() if line.startswith("data: ")]
        run = json.loads(told[-1])
        assert run["state"] == "done", run
        return run

    async def book(self, run: Mapping[str, Any], *, values: bool = True) -> openpyxl.Workbook:
        answer = await self.get(f"/reports/runs/{run['id']}/report.xlsx")
        assert answer.status_code == 200, answer.text
        return openpyxl.load_workbook(io.BytesIO(answer.content), data_only=values)


@pytest.fixture(scope="module")
async def office(platform: Any) -> Office:
    opened = Office(platform, await platform.register("Reports", "ada@reports.example"))
    await opened.imported(a_tape())
    return opened


def under(sheet: Any, title: str) -> list[Any]:
    """Return the cells under a column's title, its total last."""
    (place,) = [cell.column for cell in sheet[1] if cell.value == title]
    return [sheet.cell(row, place).value for row in range(2, sheet.max_row + 1)]


def cents(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(Decimal("0.01"))


async def outstanding(office: Office, **asked: Any) -> tuple[int, Decimal]:
    shown = (await office.get("/dashboard/loans/totals", params=asked)).json()
    return int(shown["loanCount"]["value"]), Decimal(shown["outstanding"]["value"])


async def test_a_debt_schedule_adds_up_to_what_the_dashboard_shows(office: Office) -> None:
    run = await office.report("debt_schedule")
    loans, balance = await outstanding(office)
    assert (run["loans"], Decimal(run["balance"])) == (loans, balance)
    sheet = (await office.book(run))["Debt schedule"]
    *balances, total = under(sheet, "Balance")
    assert len(balances) == loans
    assert cents(total) == balance == sum(map(cents, balances))
    assert under((await office.book(run, values=False))["Debt schedule"], "Balance")[-1] == f"=SUM(J2:J{loans + 1})"
    rate = (await office.get("/dashboard/loans/totals")).json()["weightedRate"]["value"]
    assert under(sheet, "Rate")[-1] == pytest.approx(float(rate), abs=1e-8)


async def test_balances_of_a_named_day_are_rolled_forward_as_the_dashboard_rolls_them(office: Office) -> None:
    run = await office.report("debt_schedule", asOf="2029-12-31")
    assert Decimal(run["balance"]) == (await outstanding(office, businessDate="2029-12-31"))[1]


async def test_the_cover_says_what_is_shown_and_of_which_entry_of_the_journal(office: Office) -> None:
    run = await office.report("debt_schedule", title="For the bank", filter={"status": ["default"]})
    cover = (await office.book(run))["Cover"]
    said = {row[0].value: row[1].value for row in cover.iter_rows(min_row=3)}
    assert cover["A1"].value == "For the bank"
    assert said["Filters"] == "status: default"
    assert said["Hash of that entry"] == run["journalHash"]
    entry = (await office.get(f"/journals/loans/{run['sequence']}")).json()
    assert entry["hash"] == run["journalHash"]


@pytest.mark.parametrize(
    ("kind", "sheet"),
    [
        ("maturities", "By year"),
        ("lender_exposure", "Lenders"),
        ("ageing", "By status"),
        ("concentrations", "By state"),
    ],
)
async def test_every_report_divides_the_same_balance(office: Office, kind: str, sheet: str) -> None:
    run = await office.report(kind)
    _, balance = await outstanding(office)
    *parts, total = under((await office.book(run))[sheet], "Balance")
    assert cents(total) == balance == sum(map(cents, parts))
    assert under((await office.book(run))[sheet], "Share of balance")[-1] == pytest.approx(1, abs=1e-12)


async def test_states_have_what_the_dashboard_allocates_to_them(office: Office) -> None:
    run = await office.report("concentrations")
    sheet = (await office.book(run))["By state"]
    told = dict(zip(under(sheet, "State")[:-1], map(cents, under(sheet, "Balance")[:-1]), strict=True))
    shown = (await office.get("/dashboard")).json()["compositions"]["state"]["slices"]
    assert told == {each["key"]: Decimal(each["balance"]) for each in shown}


async def test_an_abstract_has_the_terms_of_one_loan(office: Office) -> None:
    loan = (await office.get("/loans", params={"number": "R-007"})).json()["items"][0]
    run = await office.report("loan_abstract", loanId=loan["id"])
    sheet = (await office.book(run))["Terms"]
    told = dict(zip(under(sheet, "Term"), under(sheet, "Value"), strict=True))
    assert told["Number"] == "R-007"
    assert cents(told["Balance"]) == Decimal(loan["currentBalance"])


async def test_a_printed_report_is_a_pdf(office: Office) -> None:
    run = await office.report("maturities")
    answer = await office.get(f"/reports/runs/{run['id']}/report.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert answer.content.rstrip().endswith(b"%%EOF")


async def test_the_cover_names_the_organization(office: Office) -> None:
    name = (await office.get("/organization")).json()["name"]
    run = await office.report("ageing")
    cover = (await office.book(run))["Cover"]
    assert ("Organization", name) in [(row[0].value, row[1].value) for row in cover.iter_rows(max_col=2)]
    printed = await office.get(f"/reports/runs/{run['id']}/report.pdf")
    with pypdfium2.PdfDocument(printed.content) as pages:
        front = " ".join(pages[0].get_textpage().get_text_range().split())
    assert f"Organization {name}" in front


async def test_a_schedule_follows_the_name_of_the_organization(platform: Any) -> None:
    office = Office(platform, await platform.register("Names", "bo@names.example"))
    found = await office.get("/organization")
    member = (await office.get("/auth/me")).json()["member"]["id"]
    draft = {"kind": "ageing", "every": "day", "recipients": [member]}
    schedule = await office.sent("POST", "/reports/schedules", json=draft)
    assert schedule["organization"] == found.json()["name"]
    said = {"name": "Renamed Holdings", "kind": found.json()["kind"]}
    await office.sent("PUT", "/organization", json=said, headers={"If-Match": found.headers["etag"]})

    async def told() -> bool:
        after = await office.get(f"/reports/schedules/{schedule['id']}")
        return bool(after.json()["organization"] == "Renamed Holdings")

    async with asyncio.timeout(30):
        while not await told():  # noqa: ASYNC110 - another process may hear of it
            await asyncio.sleep(0.01)


async def test_two_runs_are_compared_cell_by_cell(office: Office) -> None:
    first = await office.report("debt_schedule")
    again = await office.report("debt_schedule")
    assert again["previousId"] == first["id"]
    assert again["cellsHash"] == first["cellsHash"]
    alike = (await office.get(f"/reports/runs/{again['id']}/difference")).json()
    assert alike == {"earlierId": first["id"], "items": [], "complete": True}
    loan = (await office.get("/loans", params={"number": "R-007"})).json()["items"][0]
    whole = (await office.get(f"/loans/{loan['id']}")).json()
    changed = {"currentBalance": "1.00", "balanceAsOf": "2026-07-31"}
    await office.sent("PATCH", f"/loans/{loan['id']}", json=changed, headers={"If-Match": f'"{whole["version"]}"'})
    third = await office.report("debt_schedule")
    found = (await office.get(f"/reports/runs/{third['id']}/difference")).json()["items"]
    assert [(each["row"], each["column"], each["after"]) for each in found][:2] == [
        ("R-007 · Plot 7", "Balance", "1.00"),
        ("R-007 · Plot 7", "Balance as of", "2026-07-31"),
    ]


async def test_changes_since_a_day_lead_from_one_balance_to_the_other(office: Office) -> None:
    day = (await office.get("/dashboard")).json()["businessDate"]
    run = await office.report("changes", since="2020-01-01")
    sheet = (await office.book(run))["Bridge"]
    loans, balance = await outstanding(office)
    steps = dict(
        zip(under(sheet, "Step"), zip(under(sheet, "Loans"), under(sheet, "Balance"), strict=True), strict=True)
    )
    assert steps["Outstanding at the beginning"] == (0, 0)
    assert steps["Added"][0] == loans
    assert cents(steps["Outstanding now"][1]) == cents(steps["Added"][1]) == balance
    unchanged = await office.report("changes", since=day)
    assert under((await office.book(unchanged))["Changes"], "Loan number") == []


class TestRefusals:
    async def test_an_unknown_report_is_not_found(self, office: Office) -> None:
        answer = await office.platform.client.post("/api/v1/reports/secrets/runs", json={}, headers=office.headers)
        assert answer.status_code == 404
        assert "debt_schedule" in answer.json()["detail"]

    @pytest.mark.parametrize(
        ("kind", "asked", "field"),
        [
            ("loan_abstract", {}, "loanId"),
            ("loan_abstract", {"loanId": "nobody"}, "loanId"),
            ("changes", {}, "since"),
            ("changes", {"since": "2050-01-01"}, "since"),
            ("debt_schedule", {"filter": {"lenderId": "nobody"}}, "filter.lenderId"),
        ],
    )
    async def test_what_is_missing_or_not_there_is_named(
        self, office: Office, kind: str, asked: dict[str, Any], field: str
    ) -> None:
        answer = await office.platform.client.post(f"/api/v1/reports/{kind}/runs", json=asked, headers=office.headers)
        assert answer.status_code == 422
        assert [each["field"] for each in answer.json()["errors"]] == [field]

    async def test_another_organization_sees_no_run(self, office: Office) -> None:
        run = await office.report("ageing")
        other = await office.platform.register("Elsewhere", "eve@elsewhere.example")
        for path in ("", "/report.xlsx", "/report.pdf", "/difference"):
            answer = await office.platform.client.get(f"/api/v1/reports/runs/{run['id']}{path}", headers=other)
            assert answer.status_code == 404

    async def test_names_that_look_like_formulas_stay_texts(self, office: Office) -> None:
        await office.sent(
            "POST",
            "/loans",
            json={
                "number": "=1+1",
                "name": '=HYPERLINK("http://evil.example","x")',
                "originalBalance": "5.00",
                "currentBalance": "5.00",
                "balanceAsOf": "2026-01-01",
                "originationDate": "2026-01-01",
                "maturityDate": "2030-01-01",
                "rate": "0.05",
            },
        )
        run = await office.report("debt_schedule")
        sheet = (await office.book(run, values=False))["Debt schedule"]
        found = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"]
        assert [cell.data_type for cell in found] == ["s"]
        assert all(cell.hyperlink is None for row in sheet.iter_rows() for cell in row)
