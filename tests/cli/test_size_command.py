"""`realinsights size` and `realinsights stress`: the golden cases, and the same answers as the API."""

from __future__ import annotations

import asyncio
import datetime
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from realinsights.cli.client import connected
from realinsights.cli.main import main
from realinsights.cli.place import Place

FACTS = Path(__file__).parents[2] / "packages/finance/tests/facts/golden_credit.json"
GOLDEN: dict[str, Any] = json.loads(FACTS.read_text())
TESTS = ("--max-ltv", "65%", "--min-dscr", "1.25", "--min-debt-yield", "9%")
LENDER = ("--rate", "6.25%", "--amortization", "360", "--max-ltv", "0.65", "--min-debt-yield", "10%")
ON = datetime.date(2025, 12, 31)
G22 = {"-2%": ("-200", "1224270.83"), "0": ("+0", "1731215.28"), "0.02": ("+200", "2238159.72")}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with the loans of the golden cases G21 and G22."""
    folder = tmp_path_factory.mktemp("book")

    async def store() -> None:
        async with connected(Place(data=folder), org="check", create=True) as client:
            await lend(client, "G21", "8194827.97", income="900000", value="11500000", rate="0.0525")
            await lend(
                client,
                "G22",
                "25000000",
                income="2200000",
                value="40000000",
                rate="0.0683",
                rateType="floating",
                terms={
                    "floating": {"index": "SOFR30A", "spread": "0.025", "indexFloor": "0.01", "rateFloor": "0.035"},
                    "hedges": [{"kind": "cap", "notional": "25000000", "strike": "0.035"}],
                },
            )

    asyncio.run(store())
    return folder


async def lend(client: Any, number: str, amount: str, *, income: str, value: str, **changes: Any) -> None:
    statement = {"basis": "trailing_twelve_months", "periodEnd": "2025-09-30", "netOperatingIncome": income}
    asset = await client.post(
        "/properties",
        json={
            "name": number,
            "propertyType": "office",
            "operatingStatements": [statement],
            "valuations": [{"amount": value, "asOf": "2025-09-30"}],
        },
    )
    loan = {
        "number": number,
        "name": number,
        "originalBalance": amount,
        "currentBalance": amount,
        "balanceAsOf": "2025-12-01",
        "originationDate": "2024-01-01",
        "maturityDate": "2027-01-01",
        "properties": [{"propertyId": asset["id"]}],
    }
    await client.post("/loans", json={**loan, **changes})


class TestSize:
    def test_needs_no_data_and_is_the_golden_case(self, run: Any, tmp_path: Path) -> None:
        answer = run(
            *("--data", tmp_path / "nothing"), "size", "--income", "1,250,000", "--value", "18,000,000", *LENDER,
            *("--min-dscr", "1.30"), "--json",
        )  # fmt: skip
        golden = GOLDEN["G10_sizing"]
        assert (answer.code, answer.error) == (0, "")
        assert answer.document["proceeds"] == golden["proceeds"]
        assert [limit["maximum"] for limit in answer.document["limits"]] == [
            golden["by_LTV65"],
            golden["by_DSCR130"],
            golden["by_DY10"],
        ]
        assert not (tmp_path / "nothing").exists()

    def test_says_it_in_words(self, run: Any) -> None:
        shown = run(
            *("size", "--income", "900000", "--value", "12000000", "--cost", "11500000", *LENDER),
            *("--min-dscr", "1.25", "--max-ltc", "75%", "--min-icr", "1.5", "--explain"),
        ).out
        assert "Largest loan 7,800,000.00, by LTV. Monthly payment 48,025.94; a year 576,311.28." in shown
        assert "8,625,000.00" in shown
        assert "proceeds: proceeds = min(value x maximum LTV" in shown

    def test_of_interest_only_says_why_there_is_no_payment(self, run: Any) -> None:
        command = ("size", "--income", "900000", "--rate", "6%", "--min-dscr", "1.25", "--day-count", "actual_360")
        assert "interest only on actual days" in run(*command).out
        assert "Monthly payment" in run(*command[:-2], "--amortization", "0").out

    @pytest.mark.parametrize(
        ("arguments", "code", "words"),
        [
            (("--income", "1"), 2, "Pass --rate"),
            (("--income", "1", "--rate", "6%"), 1, "--max-ltv or --min-dscr"),
            (("--rate", "6%", "--max-ltv", "65%"), 1, "--value: must be known for the ltv test"),
            (("--rate", "6%", "--income", "1", "--min-dscr", "0"), 1, "--min-dscr: must be more than zero"),
            (("--rate", "600%", "--income", "1", "--min-dscr", "1"), 1, "--rate: must be a fraction"),
            (("--rate", "six", "--income", "1"), 2, "'six' is not a number"),
            (("--rate", "6%", "--cap-rate", "6%"), 2, "--cap-rate needs --org and --loan"),
            (("--rate", "6%", "--loan", "G21"), 2, "Pass --org and --loan together"),
            (("--org", "check", "--loan", "G21", "--cost", "1"), 2, "--cost is of a loan without data"),
        ],
    )
    def test_refuses_by_the_option_that_says_it(
        self, run: Any, arguments: tuple[str, ...], code: int, words: str
    ) -> None:
        answer = run("size", *arguments)
        assert answer.code == code
        assert words in answer.error

    def test_of_a_stored_loan_is_its_refinance(self, run: Any, book: Path) -> None:
        command = (
            "--data",
            book,
            "size",
            "--org",
            "check",
            "--loan",
            "G21",
            "--business-date",
            ON,
            "--rate",
            "6.75%",
            *TESTS,
        )
        golden = GOLDEN["G21_refi"]
        found = run(*command, "--json").document
        assert (found["gap"], found["sizing"]["proceeds"]) == (golden["gap_before_costs"], golden["proceeds"])
        assert run(*command, "--cost-rate", "1%", "--json").document["gap"] == golden["gap_with_1pct_costs"]
        shown = run(*command, "--noi-growth", "2%").out
        assert "Not financeable: gap 719,827.97, costs 0.00." in shown
        assert "noiGrowth 0.02, fixedCosts 0 (default)" in shown

    def test_names_the_option_that_a_stored_loan_refuses(self, run: Any, book: Path) -> None:
        command = ("--data", book, "size", "--org", "check", "--business-date", ON)
        answer = run(*command, "--loan", "G21", "--cap-rate", "5%", "--value", "1000000")
        assert answer.code == 1
        assert "--cap-rate: may not be stated together with value" in answer.error
        assert "There is no loan G99" in run(*command, "--loan", "G99").error


class TestStress:
    @pytest.mark.parametrize("shift", G22)
    def test_of_a_loan_is_golden_case_g22(self, run: Any, book: Path, shift: str) -> None:
        name, interest = G22[shift]
        golden = GOLDEN[f"G22_shock_{name}"]
        command = ("--data", book, "stress", "--org", "check", "--loan", "G22", "--rate-shift", shift)
        found = run(*command, "--business-date", ON, "--json").document
        joint = next(each for each in found["outcomes"] if each["part"] == "joint")
        assert joint["debtService"] == golden["annual_interest"] == interest
        assert joint["netDebtService"] == golden["with_cap_350"]
        assert round(Decimal(joint["dscr"]), 4) == Decimal(golden["DSCR"])

    def test_of_the_portfolio_shows_parts_wall_and_gaps(self, run: Any, book: Path) -> None:
        command = ("--data", book, "stress", "--org", "check", "--business-date", ON, "--income", "-10%")
        shown = run(*command, "--cap-rate-shift", "1%", "--rate-shift", "1%", "--explain").out
        for words in ("Today", "Rates alone", "All together", "Balloons under all of it", "Widest gaps", "Total"):
            assert words in shown
        assert "rate 0.0675 (default)" in shown
        assert "gap: gap = Σ max(balloon + costs - proceeds, 0)" in shown
        one = run(*command, "--filter", "rateType=floating", "--json").document
        assert (one["loans"], one["widestGaps"][0]["number"]) == (1, "G22")

    def test_says_what_it_takes_to_break_a_limit(self, run: Any, book: Path) -> None:
        command = ("--data", book, "stress", "--org", "check", "--business-date", ON, "--loan", "G21", "--reverse")
        shown = run(*command, "--max-ltv", "75%").out
        [value] = [line for line in shown.splitlines() if "Cap rates rise by" in line]
        # 8,194,827.97 / 75 % = 10,926,437.29; 900,000 on it is 8.2369 %, 0.4108 % above 7.8261 %.
        assert [cell.strip() for cell in value.split("│")] == [
            "LTV",
            "75.00 %",
            "Cap rates rise by",
            "0.00 %",
            "0.41 %",
        ]

    @pytest.mark.parametrize(
        ("arguments", "code", "words"),
        [
            (("--income", "-150%"), 1, "incomeChange: must be -1 to 3"),
            (("--filter", "state"), 2, "is not NAME=VALUE"),
            (("--filter", "planet=Mars"), 1, "planet"),
            (("--loan", "G99"), 1, "There is no loan G99"),
        ],
    )
    def test_refuses_what_cannot_be(
        self, run: Any, book: Path, arguments: tuple[str, ...], code: int, words: str
    ) -> None:
        answer = run("--data", book, "stress", "--org", "check", *arguments)
        assert answer.code == code
        assert words in answer.error


def test_both_are_in_the_table_of_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert "Size a loan by a lender's tests" in shown
    assert "Stress the portfolio" in shown
