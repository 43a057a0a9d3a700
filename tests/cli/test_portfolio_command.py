"""`realinsights portfolio`: what its tables say adds up to what is outstanding."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from realinsights.cli.main import main


@pytest.fixture(scope="module")
def deal(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Path:
    """Return a data folder with a real deal of 35 loans in 17 states."""
    folder = tmp_path_factory.mktemp("deal")
    tape = shared_data / "cmbs" / "bank5-2025-5yr19.ex102.xml"
    assert main(["--data", str(folder), "import", str(tape), "--org", "check"]) == 0
    return folder


def tables_of(shown: str) -> dict[str, list[list[str]]]:
    """Return what is printed by title: the cells of each row, and the line under a table as one cell."""
    tables: dict[str, list[list[str]]] = {}
    for block in shown.split("\n\n"):
        title, *lines = block.strip("\n").splitlines()
        tables[title.strip()] = [
            [cell.strip() for cell in line.split("│")] for line in lines if not {"━", "┃"} & {*line}
        ]
    return tables


def column(rows: list[list[str]], place: int) -> list[Decimal]:
    """Return a column's amounts."""
    return [Decimal(row[place].replace(",", "").removesuffix("%").strip()) for row in rows]


class TestPortfolio:
    def test_shows_the_figures_with_their_history(self, run: Any, data: Path, tape: Path) -> None:
        run("--data", data, "import", tape, "--org", "check")
        answer = run("--data", data, "portfolio", "--org", "check", "--json", "--history")
        assert answer.code == 0
        assert answer.error == ""
        assert answer.document["figures"]["loanCount"]["value"] == "1"
        assert answer.document["history"]["series"]
        shown = run("--data", data, "portfolio", "--org", "check", "--history").out
        for title in ("Outstanding", "Maturities by year", "By lender", "Maturing next", "Month by month"):
            assert title in shown

    def test_of_a_date_ahead_says_which_balances_are_rolled_forward(self, run: Any, data: Path, tape: Path) -> None:
        run("--data", data, "import", tape, "--org", "check")
        command = ("--data", data, "portfolio", "--org", "check", "--business-date", "2027-06-30")
        rolled = run(*command, "--json").document["rolled"]
        shown = run(*command).out
        assert rolled["loans"] == 1
        assert f"Rolled forward by schedule: 1 loans, {Decimal(rolled['balance']):,}" in shown
        assert "Rolled forward" not in run("--data", data, "portfolio", "--org", "check").out

    def test_a_date_that_does_not_exist_is_wrong_usage(self, run: Any, data: Path, tape: Path) -> None:
        run("--data", data, "import", tape, "--org", "check")
        answer = run("--data", data, "portfolio", "--org", "check", "--business-date", "2025-02-30")
        assert answer.code == 2
        assert "--business-date" in answer.error

    def test_says_what_the_real_tape_itself_says(self, run: Any, data: Path, shared_data: Path) -> None:
        tape = shared_data / "cmbs" / "bank5-2025-5yr19.ex102.xml"
        imported = run("--data", data, "import", tape, "--org", "check", "--json").document
        assert (imported["loans"], imported["properties"], imported["created"]) == (35, 85, 35)
        found = imported["reconciliation"]
        assert (found["matched"], found["notDue"], found["differs"]) == (10, 25, 0)
        shown = run("--data", data, "portfolio", "--org", "check", "--json").document
        figures, left_out = shown["figures"], shown["leftOut"]["ltv"]
        assert figures["outstanding"]["value"] == "949066382.67"
        assert figures["original"]["value"] == "949105600.00"
        assert round(float(figures["weightedRate"]["value"]), 6) == 0.063181
        assert (figures["ltv"]["value"], figures["debtYield"]["value"]) == ("0.620267", "0.103473")
        assert (figures["ltv"]["leftOut"], left_out["count"]) == ("ltv", 6)
        assert sum(len(reason["loans"]) for reason in left_out["reasons"]) == 6


class TestTables:
    @pytest.fixture
    def shown(self, run: Any, deal: Path) -> dict[str, list[list[str]]]:
        return tables_of(run("--data", deal, "portfolio", "--org", "check", "--maturities", "month").out)

    @pytest.mark.parametrize("title", ["By lender", "By state", "By property type", "Maturities by month"])
    def test_add_up_to_what_is_outstanding(self, shown: dict[str, list[list[str]]], title: str) -> None:
        rows = [row for row in shown[title] if len(row) == 4]
        *parts, total = column(rows, 1)
        assert sum(parts) == total == Decimal("949066382.67")
        *shares, whole = column(rows, 2)
        assert whole == 100
        assert abs(sum(shares) - whole) <= Decimal("0.005") * len(shares)

    def test_say_how_much_more_there_is(self, shown: dict[str, list[list[str]]]) -> None:
        assert shown["By state"][6] == ["11 more", "179,558,636.73", "18.92 %", ""]

    def test_say_how_concentrated_each_composition_is(self, shown: dict[str, list[list[str]]]) -> None:
        assert shown["By lender"][-1] == ["Concentration (HHI)  0.268735"]
        assert shown["By state"][-1] == ["Concentration (HHI)  0.133434"]

    def test_list_the_ten_largest_loans_and_the_rest_as_one(self, shown: dict[str, list[list[str]]]) -> None:
        *largest, more, total = shown["Largest loans"]
        assert len(largest) == 10
        assert largest[0][0] == "bank5-2025-5yr19/1"
        assert (more[0], more[5], total[5]) == ("25 more", "434,272,782.67", "949,066,382.67")
        assert sum(column([*largest, more], 5)) == Decimal("949066382.67")

    def test_show_the_wall_as_wide_as_asked_for(self, run: Any, data: Path, tape: Path) -> None:
        run("--data", data, "import", tape, "--org", "check")
        for width, title in (
            ((), "year"),
            (("--maturities", "quarter"), "quarter"),
            (("--maturities", "month"), "month"),
        ):
            assert f"Maturities by {title}" in run("--data", data, "portfolio", "--org", "check", *width).out
