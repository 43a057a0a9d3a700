"""`realinsights solve` names the conventions of statements, tapes and tables of periods."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

LOAN = ("schedule", "--principal", "12345678.90", "--rate", "5.25%", "--term", "120", "--amortization", "360")
STARTS = ("--start", "2020-01-15")
FACTS = Path(__file__).parents[2] / "packages" / "finance" / "tests" / "facts"


@pytest.fixture
def printed(run: Any, tmp_path: Path) -> Any:
    """Return a function that prints a schedule's first rows as a lender's statement."""

    def build(*options: str, rows: int = 60) -> Path:
        told = run(*LOAN, *STARTS, *options, "--format", "csv")
        assert told.code == 0, told.error
        lines = [*csv.DictReader(io.StringIO(told.out))][:rows]
        path = tmp_path / "statement.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            columns = ("dueDate", "beginningBalance", "interest", "principal", "endingBalance")
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(lines)
        return path

    return build


@pytest.mark.parametrize("rounding", ["half-up", "half-even", "up", "down", "carried"])
@pytest.mark.parametrize("day_count", ["actual_360", "30_360"])
def test_finds_what_schedule_was_told(run: Any, printed: Any, rounding: str, day_count: str) -> None:
    file = printed("--rounding", rounding, "--day-count", day_count)
    answer = run("solve", str(file), "--json")
    assert answer.code == 0, answer.error
    (loan,) = answer.document["loans"]
    assert loan["loan"] == "statement"
    assert loan["status"] in {"matched", "tied"}
    found = {(each["dayCount"], each["interestRounding"]) for each in loan["conventions"]}
    assert (day_count, rounding.replace("-", "_")) in found
    assert loan["firstDifference"] is None
    assert (loan["status"] == "tied") == (loan["decidedBy"] is not None)


def test_names_the_first_figure_that_differs(run: Any, printed: Any) -> None:
    file = printed(rows=30)
    lines = file.read_text().splitlines()
    cells = lines[12].split(",")
    cells[2] = f"{float(cells[2]) + 5:.2f}"
    file.write_text("\n".join([*lines[:12], ",".join(cells), *lines[13:]]))
    (loan,) = run("solve", str(file), "--json").document["loans"]
    assert loan["status"] == "differs"
    assert loan["matchedRows"] == 11
    difference = loan["firstDifference"]
    assert (difference["dueDate"], difference["field"]) == (cells[0], "interest")
    assert difference["reported"] == cells[2]


def test_reads_the_periods_of_abs_ee_beside_their_terms(run: Any) -> None:
    periods, terms = FACTS / "ubs-2017-c1-periods.csv", FACTS / "ubs-2017-c1-loans.csv"
    answer = run("solve", str(periods), "--terms", str(terms), "--json")
    assert answer.code == 0, answer.error
    assert answer.document["precision"] == "float32"
    assert "0.000012 %" in answer.document["tolerance"]
    loans = {loan["loan"]: loan for loan in answer.document["loans"]}
    assert sorted(loans) == ["10", "15", "18", "42", "53"]
    for loan in loans.values():
        assert loan["status"] in {"matched", "tied"}
        assert loan["matchedRows"] == 30
        assert loan["conventions"][0]["dayCount"] == "actual_360"


def test_every_loan_of_the_sample_but_three_stays_on_its_schedule(run: Any, shared_data: Path) -> None:
    folder = shared_data / "cmbs"
    periods, terms = folder / "ubs-2017-c1-sample-periods.csv", folder / "ubs-2017-c1-sample-loans.csv"
    answer = run("solve", str(periods), "--terms", str(terms), "--json")
    left = {
        loan["loan"]: loan["firstDifference"]["dueDate"][:7]
        for loan in answer.document["loans"]
        if loan["status"] not in {"matched", "tied"}
    }
    # Loan 3 repays by a schedule of its own; 49 and 52 were liquidated after their servicer stopped its advances.
    assert left == {"3": "2022-03", "49": "2024-03", "52": "2023-07"}
    assert len(answer.document["loans"]) == 21


def test_names_the_conventions_of_a_tape_of_one_month(run: Any, shared_data: Path) -> None:
    answer = run("solve", str(shared_data / "cmbs" / "bank5-2025-5yr19.ex102.xml"), "--json")
    assert answer.code == 0, answer.error
    statuses = [loan["status"] for loan in answer.document["loans"]]
    assert (statuses.count("nothingDue"), statuses.count("tied") + statuses.count("matched")) == (25, 10)
    for loan in answer.document["loans"]:
        if loan["status"] != "nothingDue":
            assert "actual_360" in {each["dayCount"] for each in loan["conventions"]}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is no statement"),
        ("a,b\n1,2\n", "is no statement"),
        ("dueDate,interest\n", "has a header and no rows"),
        ("dueDate,interest\nsoon,1\n", "Line 2, dueDate: 'soon' is no date"),
        ("dueDate,interest\n2025-01-01,much\n", "Line 2, interest: 'much' is not a number"),
        ("assetNumber,reportingPeriodEndDate\n1,2025\n", "reportingPeriodEndDate: must be a date"),
        ("dueDate,interest\n2025-01-01,100.00\n", "no balance can be told from it"),
    ],
)
def test_garbage_is_refused_or_named_with_its_place(run: Any, tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "garbage.csv"
    file.write_text(text)
    answer = run("solve", str(file))
    told = " ".join((answer.error + answer.out).split())
    assert why in told
    assert "Traceback" not in told


def test_a_table_of_periods_needs_the_terms_of_its_loans(run: Any) -> None:
    answer = run("solve", str(FACTS / "ubs-2017-c1-periods.csv"), "--json")
    assert answer.code == 0
    assert {loan["status"] for loan in answer.document["loans"]} <= {"matched", "tied", "differs", "refused"}


PERIODS = (
    "assetNumber,reportingPeriodBeginningDate,reportingPeriodEndDate,reportPeriodInterestRatePercentage,"
    "reportPeriodBeginningScheduleLoanBalanceAmount,scheduledInterestAmount,scheduledPrincipalAmount,"
    "reportPeriodEndScheduledLoanBalanceAmount\n"
)
G6 = (("0.0683", "147034.72"), ("0.035", "68055.56"), ("0.045", "96875.00"), ("0.085", "177083.33"))
"""The rates and the interest of golden case G6, actual/360 on $25,000,000 from the 15th of a month to the next."""

TERMS = (
    "assetNumber,originationDate,originalLoanAmount,maturityDate,originalInterestRateTypeCode,"
    "interestAccrualMethodCode,firstLoanPaymentDueDate,paymentFrequencyCode,originalInterestOnlyTermNumber\n"
    "7,2025-01-15,25000000.00,2026-01-15,2,3,2025-02-15,1,12\n"
)


@pytest.mark.parametrize("beside", [True, False])
def test_a_floating_loan_is_solved_at_the_rate_of_each_month(run: Any, tmp_path: Path, beside: bool) -> None:
    rows = [
        f"7,2025-0{number}-15,2025-0{number + 1}-15,{rate},25000000.00,{interest},0.00,25000000.00\n"
        for number, (rate, interest) in enumerate(G6, start=1)
    ]
    (tmp_path / "periods.csv").write_text(PERIODS + "".join(rows))
    (tmp_path / "loans.csv").write_text(TERMS)
    terms = ("--terms", str(tmp_path / "loans.csv")) if beside else ()
    answer = run("solve", str(tmp_path / "periods.csv"), *terms, "--json")
    assert answer.code == 0, answer.error
    (loan,) = answer.document["loans"]
    assert loan["status"] in {"matched", "tied"}
    assert {(each["dayCount"], each["rate"], each["paymentRule"]) for each in loan["conventions"]} == {
        ("actual_360", None, "interest_only")
    }
    assert [row["computedInterest"] for row in loan["rows"]] == [interest for _, interest in G6]
    assert "actual_360 at each month's rate" in run("solve", str(tmp_path / "periods.csv"), *terms).out
