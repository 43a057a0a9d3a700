"""Two real deals through the command line, alone and through nginx, with figures that their own tapes confirm."""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from realinsights.cli.client import connected
from realinsights.cli.place import Place

from .topologies import REAL, Server

COMMAND = Path(sys.executable).with_name("realinsights")
NAMESPACE = "{http://www.sec.gov/edgar/document/absee/cmbs/assetdata}"
OWN = {"loanId", "id", "key", "sequence"}  # given by this folder, not by the tape; a slice has a name beside its key


@dataclass(frozen=True)
class Office:
    """An organization, and the command line that works for it: on a data folder of its own, or on a server."""

    name: str
    place: Place
    credentials: Path

    def run(self, command: str, *arguments: str) -> Any:
        """Run a command for the organization and return the JSON document it prints."""
        where = ("--server", self.place.server) if self.place.server else ("--data", str(self.place.data))
        return json.loads(self.said(*where, command, *arguments, "--org", self.name, "--json"))

    def said(self, *arguments: str, typed: str = "") -> str:
        """Return what a command says; it must have ended well."""
        done = subprocess.run(
            [str(COMMAND), *arguments],
            input=typed,
            env={**os.environ, "REALINSIGHTS_CREDENTIALS": str(self.credentials)},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    async def dashboard(self, **filters: str) -> Any:
        """Return the dashboard, filtered."""
        async with connected(self.place, org=self.name) as client:
            return await client.get("/dashboard", **filters)


def begun(address: str, office: Office) -> Office:
    """Let an organization begin on a server, and its command line sign in."""
    email, password = f"ada@{office.name}.example", "correct horse battery staple"
    person = {"firstName": "Ada", "lastName": "Adams", "email": email, "password": password}
    body = {"organization": {"name": office.name, "kind": "owner"}, **person}
    assert httpx.post(f"{address}/api/v1/auth/register", json=body, timeout=60).status_code == 202
    office.said("login", "--server", address, "--email", email, "--password-stdin", typed=password)
    return office


@pytest.fixture
def office_of(
    served_topology: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Office]:
    """Return what begins an office: in a data folder alone, or through the gateway of several processes."""

    def open_office(name: str) -> Office:
        credentials = tmp_path / f"{name}.json"
        monkeypatch.setenv("REALINSIGHTS_CREDENTIALS", str(credentials))
        if served_topology in REAL:
            server: Server = request.getfixturevalue("server")
            return begun(server.address, Office(name, Place(server=server.address), credentials))
        return Office(name, Place(data=tmp_path / name), credentials)

    return open_office


def by_number(portfolio: dict[str, Any]) -> dict[str, Any]:
    """Return a portfolio that names its loans by their numbers, not by the ids that this folder gave them."""
    text = json.dumps(portfolio)
    for loan_id, loan in portfolio["loans"].items():
        text = text.replace(loan_id, loan["number"])
    named: dict[str, Any] = json.loads(text)
    return named


def facts(answer: Any) -> Any:
    """Return an answer without what only this folder gives."""
    if isinstance(answer, dict):
        return {name: facts(value) for name, value in answer.items() if name not in OWN}
    return [facts(value) for value in answer] if isinstance(answer, list) else answer


def rounded(value: str) -> str:
    return str(round(Decimal(value), 6))


class TestABank5Deal:
    def test_is_imported_once_and_its_figures_are_the_tape_s(
        self, shared_data: Path, office_of: Callable[[str], Office]
    ) -> None:
        office = office_of("check")
        tape = str(shared_data / "cmbs" / "bank5-2025-5yr19.ex102.xml")
        first = office.run("import", tape)
        assert (first["loans"], first["properties"], first["created"]) == (35, 85, 35)
        assert {key: first["reconciliation"][key] for key in ("matched", "notDue", "differs")} == {
            "matched": 10,
            "notDue": 25,
            "differs": 0,
        }
        assert (first["differences"], first["rejected"]) == ([], [])
        again = office.run("import", tape)
        assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 35)

        shown = office.run("portfolio")
        figures = shown["figures"]
        assert figures["outstanding"]["value"] == "949066382.67"
        assert figures["original"]["value"] == "949105600.00"
        assert rounded(figures["weightedRate"]["value"]) == "0.063181"
        assert (figures["loanCount"]["value"], figures["propertyCount"]["value"]) == ("35", "85")
        for name, value in (("ltv", "0.620267"), ("debtYield", "0.103473")):
            figure, left_out = figures[name], shown["leftOut"][name]
            assert (rounded(figure["value"]), figure["loans"], left_out["count"]) == (value, 29, 6)
            named = [shown["loans"][loan] for reason in left_out["reasons"] for loan in reason["loans"]]
            assert {loan["number"].rsplit("/")[1] for loan in named} == {
                "1", "7", "8", "16", "17", "21",
            }  # fmt: skip
        assert [bucket["key"] for bucket in shown["maturities"]["year"]] == ["2030"]
        assert shown["matchedBalance"] is None
        # A state's loans as a whole, and what of them is on its properties.
        for state, whole, part in (
            ("FL", "126785782.67", "95514776.75"),
            ("VA", "147725000.00", "136833392.86"),
        ):
            for measure, outstanding in ((None, part), ("allocated", part), ("whole", whole)):
                asked = {"state": state} if measure is None else {"state": state, "measure": measure}
                of_state = asyncio.run(office.dashboard(**asked))
                assert of_state["figures"]["outstanding"]["value"] == outstanding
                assert (of_state["matchedBalance"], of_state["wholeBalance"]) == (part, whole)
                slices = {each["key"]: each["balance"] for each in of_state["compositions"]["state"]["slices"]}
                assert slices[state] == part
                assert (len(slices) == 1) == (outstanding == part)
        # Its most recent figures end on the day of its underwritten ones, or earlier: these are the latest still.
        (basis,) = figures["debtYield"]["bases"]
        assert (basis["basis"], basis["loans"]) == ("underwritten", 29)
        assert figures["debtYield"]["numerator"]["asOf"] == {"earliest": "2025-06-30", "latest": "2025-10-31"}


@pytest.mark.slow
class TestTwentyFourMonthsOfADeal:
    def test_give_the_same_history_in_any_order(self, shared_data: Path, office_of: Callable[[str], Office]) -> None:
        files = sorted((shared_data / "cmbs" / "ubs-2017-c1-sample-monthly").glob("*.xml"))
        shuffled = random.Random(24).sample(files, len(files))  # noqa: S311 - repeatable, not secret
        shown = {}
        for name, order in (("in-order", files), ("shuffled", shuffled)):
            office = office_of(name)
            done = office.run("import", *map(str, order))
            assert (done["loans"], done["created"]) == (21, 21)
            assert (done["reconciliation"]["matched"], done["reconciliation"]["differs"]) == (24 * 21, 0)
            shown[name] = office.run("portfolio", "--history", "--business-date", "2019-06-30")
        assert facts(by_number(shown["in-order"])) == facts(by_number(shown["shuffled"]))

        # Of every whole loan its servicer has reported a full year since the underwriting: that is its income now.
        incomes = latest_incomes(files)
        shown_yield = shown["in-order"]["figures"]["debtYield"]
        balance = Decimal(shown_yield["denominator"]["value"])
        income = sum(amount for amount, _ in incomes.values())
        assert Decimal(shown_yield["numerator"]["value"]) == income == Decimal("16256000.00")
        assert Decimal(shown_yield["value"]) == round(income / balance, 6)
        assert all(actual for _, actual in incomes.values())
        assert [(basis["basis"], basis["loans"]) for basis in shown_yield["bases"]] == [("annual", len(incomes))]

        (outstanding,) = [
            series for series in shown["in-order"]["history"]["series"] if series["figure"] == "outstanding"
        ]
        assert {point["month"]: Decimal(point["value"]) for point in outstanding["points"]} == dict(
            map(reported, files)
        )


def reported(file: Path) -> tuple[str, Decimal]:
    """Return a tape's month, and the sum of the ending balances in it, read with nothing of ours."""
    total = Decimal(0)
    ends = ""
    for asset in ElementTree.parse(file).getroot():  # noqa: S314 - the sample tapes, not an upload
        balance = asset.findtext(f"{NAMESPACE}reportPeriodEndScheduledLoanBalanceAmount")
        total += round(Decimal(balance), 2) if balance else 0
        ends = asset.findtext(f"{NAMESPACE}reportingPeriodEndDate") or ends
    return f"{ends[6:]}-{ends[:2]}", total


def latest_incomes(files: list[Path]) -> dict[str, tuple[Decimal, bool]]:
    """Return each whole loan's latest income by its tapes, and whether it is actual, read with nothing of ours."""
    latest: dict[str, tuple[str, Decimal, bool]] = {}
    for file in files:
        for asset in ElementTree.parse(file).getroot():  # noqa: S314 - the sample tapes, not an upload
            told = {element.tag.removeprefix(NAMESPACE): element.text or "" for element in asset.iter()}
            number, begins, ends = (
                told.get(name, "")
                for name in ("assetNumber", "mostRecentFinancialsStartDate", "mostRecentFinancialsEndDate")
            )
            if told.get("loanStructureCode") != "WL":
                continue
            closing = told.get("financialsSecuritizationDate", "")
            underwritten = round(Decimal(told["netOperatingIncomeSecuritizationAmount"]), 2)
            latest.setdefault(number, (iso(closing), underwritten, False))
            if not ends or "mostRecentNetOperatingIncomeAmount" not in told:
                continue
            days = (date.fromisoformat(iso(ends)) - date.fromisoformat(iso(begins))).days
            if 350 <= days <= 380 and iso(ends) > latest[number][0]:
                latest[number] = (iso(ends), round(Decimal(told["mostRecentNetOperatingIncomeAmount"]), 2), True)
    return {number: (amount, actual) for number, (_, amount, actual) in latest.items()}


def iso(day: str) -> str:
    """Return a tape's date, MM-DD-YYYY, the way dates sort."""
    return f"{day[6:]}-{day[:5]}" if day else ""
