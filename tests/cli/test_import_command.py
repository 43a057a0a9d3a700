"""`realinsights import` and `portfolio`: a tape goes into a folder, its figures come out."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from realinsights.cli.imports import together
from realinsights.loans.tapes.template import template


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    """Return a CSV tape of one loan: the template's own example."""
    file = tmp_path / "tape.csv"
    file.write_text(template())
    return file


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def changed(tape: Path, **fields: str) -> Path:
    """Write the tape beside itself with other values in its one row."""
    rows = list(csv.DictReader(io.StringIO(tape.read_text())))
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerow({**rows[0], **fields})
    file = tape.with_name("changed.csv")
    file.write_text(text.getvalue())
    return file


class TestImport:
    def test_creates_once_and_changes_nothing_the_second_time(self, run: Any, data: Path, tape: Path) -> None:
        first = run("--data", data, "import", tape, "--org", "check", "--json")
        assert first.code == 0
        assert first.error == ""
        document = first.document
        assert (document["loans"], document["created"], document["unchanged"]) == (1, 1, 0)
        assert {"deal", "period", "properties", "updated", "differences", "rejected"} <= set(document)
        assert {"matched", "notDue", "differs"} <= set(document["reconciliation"])
        second = run("import", tape, "--org", "CHECK", "--data", data, "--json").document
        assert (second["created"], second["updated"], second["unchanged"]) == (0, 0, 1)

    def test_a_dry_run_says_what_would_happen_and_does_not(self, run: Any, data: Path, tape: Path) -> None:
        would = run("--data", data, "import", tape, "--org", "check", "--dry-run", "--json").document
        assert would["created"] == 1
        assert [row["outcome"] for row in would["rows"]] == ["created"]
        assert run("--data", data, "loans", "--org", "check", "--json").document["total"] == 0
        assert "would be created" in run("--data", data, "import", tape, "--org", "check", "--dry-run").out

    def test_a_file_without_one_good_loan_is_refused_by_row_and_field(self, run: Any, data: Path, tape: Path) -> None:
        bad = changed(tape, rate="-1")
        answer = run("--data", data, "import", bad, "--org", "check", "--json")
        assert answer.code == 1
        assert answer.document["rejected"][0]["row"] == 1
        assert "changed.csv was refused" in answer.error
        assert "Traceback" not in answer.error
        assert run("--data", data, "loans", "--org", "check", "--json").document["total"] == 0

    def test_what_is_no_tape_is_refused_with_the_reason(self, run: Any, data: Path, tmp_path: Path) -> None:
        file = tmp_path / "truncated.xml"
        file.write_text('<?xml version="1.0"?><assetData xmlns="http://www.sec.gov/edgar/document/absee/cmbs')
        answer = run("--data", data, "import", file, "--org", "check")
        assert answer.code == 1
        assert "truncated.xml was refused" in answer.error

    def test_nothing_after_a_refused_file_is_imported(self, run: Any, data: Path, tape: Path, tmp_path: Path) -> None:
        bad = tmp_path / "bad.csv"
        bad.write_text("a,b\n1,2\n")
        answer = run("--data", data, "import", bad, tape, "--org", "check", "--json")
        assert answer.code == 1
        assert answer.document["state"] == "failed"
        assert run("--data", data, "loans", "--org", "check", "--json").document["total"] == 0

    def test_a_file_that_is_not_there_is_wrong_usage(self, run: Any, data: Path) -> None:
        answer = run("--data", data, "import", "nowhere.xml", "--org", "check")
        assert answer.code == 2
        assert "nowhere.xml" in answer.error
        assert not data.exists()

    def test_several_files_are_one_document_that_counts_a_deal_once(self) -> None:
        def work(deal: str | None, period: str, **counts: int) -> dict[str, Any]:
            zero = dict.fromkeys(("loans", "properties", "created", "updated", "unchanged", "refused"), 0)
            reconciliation = dict.fromkeys(("matched", "notDue", "differs", "notComputed", "closed"), 1)
            named = {"id": period, "fileName": period, "deal": deal, "period": period}
            lists: dict[str, Any] = {"differences": [], "rejected": []}
            return {**named, **zero, **counts, **lists, "reconciliation": reconciliation}

        one = together(
            [
                work("A", "2025-01-11", loans=3, properties=4, created=3),
                work("A", "2025-02-11", loans=2, properties=3, updated=2),
            ]
        )
        assert (one["deal"], one["period"]) == ("A", "2025-02-11")
        assert (one["loans"], one["properties"], one["created"], one["updated"]) == (3, 4, 3, 2)
        assert one["reconciliation"]["matched"] == 2
        two = together([work("A", "2025-01-11", loans=3), work("B", "2025-01-12", loans=2)])
        assert (two["deal"], two["loans"], len(two["imports"])) == (None, 5, 2)


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

    def test_a_date_that_does_not_exist_is_refused(self, run: Any, data: Path, tape: Path) -> None:
        run("--data", data, "import", tape, "--org", "check")
        answer = run("--data", data, "portfolio", "--org", "check", "--business-date", "2025-02-30")
        assert answer.code == 1
        assert "businessDate" in answer.error

    def test_says_what_the_real_tape_itself_says(self, run: Any, data: Path, shared_data: Path) -> None:
        tape = shared_data / "cmbs" / "bank5-2025-5yr19.ex102.xml"
        imported = run("--data", data, "import", tape, "--org", "check", "--json").document
        assert (imported["loans"], imported["properties"], imported["created"]) == (35, 85, 35)
        found = imported["reconciliation"]
        assert (found["matched"], found["notDue"], found["differs"]) == (10, 25, 0)
        figures = run("--data", data, "portfolio", "--org", "check", "--json").document["figures"]
        assert figures["outstanding"]["value"] == "949066382.67"
        assert figures["original"]["value"] == "949105600.00"
        assert round(float(figures["weightedRate"]["value"]), 6) == 0.063181
        assert (figures["ltv"]["value"], figures["debtYield"]["value"]) == ("0.620267", "0.103473")
        assert figures["ltv"]["leftOut"]["count"] == 6
        assert len(figures["ltv"]["leftOut"]["loans"]) == 6
