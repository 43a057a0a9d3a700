"""`realinsights import`: a tape goes into a folder, or is refused and leaves nothing there."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from realinsights.cli.imports import together


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


def repeated(tape: Path, **fields: str) -> Path:
    """Write a tape of a megabyte and more: the one row again and again, as loans of other numbers."""
    (row,) = csv.DictReader(io.StringIO(tape.read_text()))
    text = io.StringIO()
    writer = csv.DictWriter(text, row)
    writer.writeheader()
    number = 0
    while text.tell() < 1_100_000:
        number += 1
        writer.writerow({**row, **fields, "loanNumber": f"L-{number}"})
    file = tape.with_name("large.csv")
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

    def test_a_dry_run_says_what_would_happen_and_leaves_nothing(self, run: Any, data: Path, tape: Path) -> None:
        would = run("--data", data, "import", tape, "--org", "check", "--dry-run", "--json").document
        assert would["created"] == 1
        assert [row["outcome"] for row in would["rows"]] == ["created"]
        tried = run("--data", data, "import", tape, "--org", "check", "--dry-run").out
        assert "would be created" in tried
        assert "portfolio: 0 loans, 0 properties, 0.00 outstanding →" in tried
        assert not data.exists()

    def test_a_dry_run_begins_no_organization_where_there_are_others(self, run: Any, data: Path, tape: Path) -> None:
        run("--data", data, "import", tape, "--org", "check")
        assert run("--data", data, "import", tape, "--org", "chekc", "--dry-run", "--json").document["created"] == 1
        assert "There is no organization chekc" in run("--data", data, "loans", "--org", "chekc").error
        again = run("--data", data, "import", tape, "--org", "check", "--dry-run", "--json").document
        assert (again["created"], again["unchanged"]) == (0, 1)

    def test_a_refused_file_begins_no_organization(self, run: Any, data: Path, tape: Path) -> None:
        bad = changed(tape, rate="-1")
        assert run("--data", data, "import", bad, tape, "--org", "check").code == 1
        assert not data.exists()
        run("--data", data, "import", tape, "--org", "check")
        assert run("--data", data, "import", bad, "--org", "chekc").code == 1
        assert "There is no organization chekc" in run("--data", data, "loans", "--org", "chekc").error

    def test_a_refused_file_leaves_an_organization_that_is_there_as_it_is(
        self, run: Any, data: Path, tape: Path
    ) -> None:
        run("--data", data, "import", tape, "--org", "check")
        assert run("--data", data, "import", changed(tape, rate="-1"), "--org", "check").code == 1
        assert run("--data", data, "loans", "--org", "check", "--json").document["total"] == 1

    def test_a_file_without_one_good_loan_is_refused_by_row_and_field(self, run: Any, data: Path, tape: Path) -> None:
        answer = run("--data", data, "import", changed(tape, rate="-1"), "--org", "check", "--json")
        assert answer.code == 1
        assert answer.document["rejected"][0]["row"] == 1
        assert "changed.csv was refused" in answer.error
        assert "Traceback" not in answer.error

    def test_a_refusal_is_said_on_stderr_alone_with_what_to_do(self, run: Any, data: Path, tmp_path: Path) -> None:
        file = tmp_path / "README.md"
        file.write_text("# No tape\n")
        answer = run("--data", data, "import", file, "--org", "check")
        assert (answer.code, answer.out) == (1, "")
        assert "README.md was refused" in answer.error
        assert "/api/v1/tapes/template" in answer.error

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
        assert not data.exists()

    def test_a_file_that_is_not_there_is_wrong_usage(self, run: Any, data: Path) -> None:
        answer = run("--data", data, "import", "nowhere.xml", "--org", "check")
        assert answer.code == 2
        assert "nowhere.xml" in answer.error
        assert not data.exists()

    @pytest.mark.parametrize("wrong", [("--as-of", "2026-02-30"), ("--as-of", "yesterday"), ("--org", " ")])
    def test_a_value_that_cannot_be_is_wrong_usage(
        self, run: Any, data: Path, tape: Path, wrong: tuple[str, str]
    ) -> None:
        answer = run("--data", data, "import", tape, "--org", "check", *wrong)
        assert answer.code == 2
        assert wrong[0] in answer.error
        assert not data.exists()

    def test_several_files_are_one_document_that_counts_a_deal_once(self) -> None:
        def work(deal: str | None, period: str, **counts: int) -> dict[str, Any]:
            zero = dict.fromkeys(("loans", "properties", "created", "updated", "unchanged", "refused"), 0)
            reconciliation = dict.fromkeys(("matched", "notDue", "differs", "notComputed", "closed"), 1)
            named = {"id": period, "fileName": period, "deal": deal, "period": period}
            lists: dict[str, Any] = {"differences": [], "rejected": [], "warnings": []}
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


BOOK = """Loans of the book,,,,,,,
Loan #,Original Balance,Current Balance,note_rate,Closing Date,Maturity Date,Amortization (Yrs),Watchlist
L-1,10000000,9876908.66,5.25,31/01/2025,01/02/2035,30,N
L-2,10000000,9876908.66,0.0525,31/01/2025,01/02/2035,30,N
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    file = tmp_path / "book.csv"
    file.write_text(BOOK + BOOK.splitlines()[2].replace("L-1", "L-3") + "\n")
    return file


class TestColumns:
    SAID = ("--org", "check", "--as-of", "2025-12-31")

    def test_a_suggested_mapping_is_printed_and_taken(self, run: Any, data: Path, book: Path, tmp_path: Path) -> None:
        answer = run("--data", data, "import", book, "--suggest-mapping")
        assert (answer.code, answer.error) == (0, "")
        assert not data.exists()
        said = {choice["header"]: choice for choice in answer.document}
        assert said["note_rate"] == {"header": "note_rate", "column": "rate", "unit": "percent"}
        assert said["Closing Date"]["dates"] == said["Maturity Date"]["dates"] == "day_first"
        assert said["Amortization (Yrs)"] == {
            "header": "Amortization (Yrs)",
            "column": "amortizationMonths",
            "unit": "years",
        }
        assert said["Watchlist"]["column"] == "unused"
        mapping = tmp_path / "mapping.json"
        mapping.write_text(answer.out)
        work = run("--data", data, "import", book, *self.SAID, "--mapping", mapping, "--json").document
        assert (work["created"], work["refused"]) == (2, 1)
        assert work["layout"]["unused"] == ["Watchlist"]

    def test_mappings_that_are_known_are_listed_and_taken_by_name(self, run: Any, data: Path, tmp_path: Path) -> None:
        listed = run("import", "--mappings", "--json").document
        assert [each["name"] for each in listed] == [
            *("crefc-loan-periodic", "crefc-loan-setup", "crefc-property"),
            *("fannie-mae-multifamily", "freddie-mac-multifamily", "hud-insured-multifamily"),
        ]
        assert all(each["source"] and each["readOn"] for each in listed)
        tape = tmp_path / "mlpd.csv"
        tape.write_text(
            "lnno,quarter,mrtg_status,amt_upb_endg,cnt_amtn_per,cnt_io_per,rate_int,amt_upb_pch,dt_fund,dt_mty\n"
            "501,y23q4,100,9000000.00,360,12,0.036,9100000,01MAR2016,01NOV2026\n"
        )
        suggested = run("import", tape, "--suggest-mapping")
        assert "--mapping freddie-mac-multifamily may read it better" in suggested.error
        refused = run("--data", data, "import", tape, *self.SAID)
        assert refused.code == 1
        assert "The mapping freddie-mac-multifamily reads such a header" in refused.error
        work = run(
            "--data", data, "import", tape, *self.SAID, "--mapping", "freddie-mac-multifamily", "--json"
        ).document
        assert (work["created"], work["refused"]) == (1, 0)
        assert work["options"]["named"] == "freddie-mac-multifamily"
        unknown = run("--data", data, "import", tape, *self.SAID, "--mapping", "somebody-elses")
        assert unknown.code != 0
        assert "there is no mapping 'somebody-elses'" in unknown.error
        assert "There is no file lost.json" in run("import", tape, *self.SAID, "--mapping", "lost.json").error

    def test_what_is_missing_or_unclear_is_said_beside_the_suggestion(self, run: Any, data: Path, book: Path) -> None:
        book.write_text(
            book.read_text().replace("5.25", "0.25").replace("0.0525", "0.25").replace("Closing", "Signing")
        )
        answer = run("--data", data, "import", book, "--suggest-mapping")
        assert "Unclear: note_rate: bare numbers such as '0.25' may be either" in answer.error
        assert "Nothing is read as originationDate" in answer.error

    def test_a_dry_run_tells_how_each_is_read_with_examples(self, run: Any, data: Path, book: Path) -> None:
        work = run("--data", data, "import", book, *self.SAID, "--dry-run", "--json").document
        rate = next(column for column in work["layout"]["columns"] if column["column"] == "rate")
        assert rate["unit"] == "percent"
        assert rate["examples"][0] == {"text": "5.25", "value": "0.0525"}
        assert "refused" in rate["examples"][1]
        out = run("--data", data, "import", book, *self.SAID, "--dry-run").out
        assert "columns not used: Watchlist" in out
        assert "Examples" in out

    def test_those_not_used_are_named_in_every_result(self, run: Any, data: Path, book: Path) -> None:
        assert "columns not used: Watchlist" in run("--data", data, "import", book, *self.SAID).out
        book.write_text(BOOK.replace("9876908.66", "much"))
        answer = run("--data", data, "import", book, *self.SAID)
        assert answer.code == 1
        assert "columns not used: Watchlist" in answer.error


class TestALargeFile:
    def test_begins_an_organization_by_its_first_lines(self, run: Any, data: Path, tape: Path) -> None:
        large = repeated(tape)
        answer = run("--data", data, "import", large, "--org", "check", "--json")
        assert (answer.code, answer.error) == (0, "")
        assert answer.document["dryRun"] is False
        assert answer.document["created"] == len(large.read_text().splitlines()) - 1

    def test_without_one_good_loan_begins_none(self, run: Any, data: Path, tape: Path) -> None:
        answer = run("--data", data, "import", repeated(tape, rate="-1"), "--org", "check", "--json")
        assert answer.code == 1
        assert answer.document["refused"] == answer.document["total"]
        assert not data.exists()
