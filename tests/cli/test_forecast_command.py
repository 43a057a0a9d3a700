"""`realinsights forecast`: the same sums as the API, loans left out by name, and a file of every line."""

from __future__ import annotations

import asyncio
import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from realinsights.cli.client import connected
from realinsights.cli.place import Place

ON = "2025-12-31"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with two loans that pay, and one of which nobody knows when it first does."""
    folder = tmp_path_factory.mktemp("book")

    async def store() -> None:
        async with connected(Place(data=folder), org="check", create=True) as client:
            for number, status, first in (
                ("1", "current", "2025-02-01"),
                ("2", "30_days", "2025-02-01"),
                ("3", "current", None),
            ):
                loan = {
                    "number": number,
                    "name": f"Loan {number}",
                    "status": status,
                    "originalBalance": "10000000.00",
                    "currentBalance": "10000000.00",
                    "balanceAsOf": "2025-12-15",
                    "originationDate": "2025-01-01",
                    "maturityDate": "2026-03-01",
                    "rate": "0.06",
                    "terms": {"dayCount": "30_360", "firstPaymentDate": first},
                }
                await client.post("/loans", json=loan, params={"businessDate": ON})

    asyncio.run(store())
    return folder


def test_shows_each_month_the_loans_left_out_and_how(run: Any, book: Path) -> None:
    command = ("--data", book, "forecast", "--org", "check", "--business-date", ON, "--months", 4)
    shown = run(*command).out
    assert "2 of 3 loans, 20,000,000.00 of 30,000,000.00, from 2025-12-31 to 2026-03-31" in shown
    [march] = [line for line in shown.splitlines() if line.startswith("2026-03")]
    cells = [cell.strip() for cell in march.split("│")]
    assert cells == ["2026-03", "100,000.00", "0.00", "0.00", "100,000.00", "20,000,000.00", "20,100,000.00", "2", "2"]
    assert "Left out: 1 loans, 10,000,000.00 (3): the first payment date is not known." in shown
    assert "1 of the loans are late" in shown
    found = run(*command, "--filter", "status=30_days", "--json").document
    assert (found["loans"], found["total"]["total"]) == (1, "10150000.00")


def test_writes_every_line_as_a_file(run: Any, book: Path, tmp_path: Path) -> None:
    command = ("--data", book, "forecast", "--org", "check", "--business-date", ON, "--months", 4, "--lines")
    file = tmp_path / "forecast.csv"
    assert run(*command, "--output", file).code == 0
    rows = list(csv.DictReader(io.StringIO(file.read_text())))
    assert [row["Month"] for row in rows] == [*["2025-12-01", "2026-01-01", "2026-02-01", "2026-03-01"] * 2, ""]
    assert sum(Decimal(row["Total"] or 0) for row in rows) == Decimal("20300000.00")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--months", "0"), 1, "months"),
        (("--scenario", "nobodys"), 1, "must be flat, forward or the id of a curve"),
        (("--filter", "state"), 2, "is not NAME=VALUE"),
        (("--output", "lines.csv"), 2, "--output is where --lines are written"),
        (("--lines", "--shift", "5000"), 1, "shift"),
    ],
)
def test_refuses_what_cannot_be(run: Any, book: Path, arguments: tuple[str, ...], code: int, words: str) -> None:
    answer = run("--data", book, "forecast", "--org", "check", *arguments)
    assert answer.code == code
    assert words in answer.error
