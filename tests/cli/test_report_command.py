"""`realinsights report`: a workbook in a file, its total that of the portfolio."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl


class TestReport:
    def test_writes_a_workbook_whose_total_is_the_portfolio_s(
        self, run: Any, data: Path, tape: Path, tmp_path: Path
    ) -> None:
        run("--data", data, "import", tape, "--org", "check")
        file = tmp_path / "schedule.xlsx"
        answer = run("--data", data, "report", "debt-schedule", "--org", "check", "--output", file)
        assert answer.code == 0, answer.error
        figures = run("--data", data, "portfolio", "--org", "check", "--json").document["figures"]
        sheet = openpyxl.load_workbook(file, data_only=True)["Debt schedule"]
        (place,) = [cell.column for cell in sheet[1] if cell.value == "Balance"]
        assert f"{sheet.cell(sheet.max_row, place).value:.2f}" == figures["outstanding"]["value"]
        assert "1 outstanding loans, 1,200,000.00;" in " ".join(answer.error.split())

    def test_writes_a_pdf_of_one_loan(self, run: Any, data: Path, tape: Path, tmp_path: Path) -> None:
        run("--data", data, "import", tape, "--org", "check")
        number = run("--data", data, "loans", "--org", "check", "--json").document["loans"][0]["number"]
        file = tmp_path / "abstract.pdf"
        command = ("--data", data, "report", "loan-abstract", "--org", "check", "--loan", number)
        answer = run(*command, "--pdf", "--output", file)
        assert answer.code == 0, answer.error
        assert file.read_bytes().startswith(b"%PDF-")

    def test_leaves_no_file_behind_when_it_is_refused(self, run: Any, data: Path, tape: Path, tmp_path: Path) -> None:
        run("--data", data, "import", tape, "--org", "check")
        file = tmp_path / "abstract.xlsx"
        answer = run("--data", data, "report", "loan-abstract", "--org", "check", "--loan", "none", "--output", file)
        assert answer.code == 1
        assert "There is no loan none." in answer.error
        assert list(tmp_path.glob("*abstract*")) == []
