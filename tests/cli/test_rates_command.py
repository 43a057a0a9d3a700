"""`realinsights rates`: files of fixings are checked, imported and listed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

FACTS = Path(__file__).parents[2] / "packages" / "finance" / "tests" / "facts"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "rates"
FILE = "DATE,SOFR\n2024-06-18,5.33\n2024-06-19,.\n2024-06-20,5.32\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sofr.csv"
    path.write_text(FILE)
    return path


@pytest.fixture
def book(run: Any, tape: Path, tmp_path: Path) -> tuple[str, ...]:
    """Return the options that name a data folder with an organization."""
    data = ("--data", str(tmp_path / "data"))
    assert run(*data, "import", str(tape), "--org", "Harbor").code == 0
    return data


class TestAChecked:
    def test_excerpt_reproduces_every_published_value(self, run: Any) -> None:
        answer = run("rates", "import", "--check", str(FACTS / "sofr.csv"))
        assert answer.code == 0, answer.error
        assert "sofr_30_day_average: 166 of 166 published values are reproduced from SOFR." in answer.out
        assert "sofr_index: 166 of 166 published values are reproduced from SOFR." in answer.out

    def test_file_of_all_years_reproduces_every_published_value(self, run: Any) -> None:
        if not SHARED.is_dir():
            pytest.skip("the sample data folder ../shared/data is not beside this checkout")
        answer = run("rates", "import", str(SHARED / "SOFR.csv"), "--json")
        assert answer.code == 0, answer.error
        (told,) = answer.document["files"]
        assert [(one["index"], one["published"], one["equal"]) for one in told["reproduced"]] == [
            ("sofr_30_day_average", 1250, 1250),
            ("sofr_index", 1250, 1250),
        ]

    def test_file_whose_published_value_is_another_ends_with_1(self, run: Any, tmp_path: Path) -> None:
        for name in ("sofr.csv", "sofr-index.csv"):
            shutil.copy(FACTS / name, tmp_path)
        index = tmp_path / "sofr-index.csv"
        index.write_text(index.read_text().replace("1.0319303", "1.0319304"))
        answer = run("rates", "import", "--check", str(tmp_path / "sofr.csv"))
        assert answer.code == 1
        assert "sofr_index: 165 of 166 published values" in answer.out
        assert "2019-09-03: published 1.0319304, computed 1.03193030" in answer.out

    def test_file_with_a_line_that_cannot_be_names_it(self, run: Any, file: Path) -> None:
        file.write_text(FILE + "2024-06-21,a lot\n")
        answer = run("rates", "import", "--check", str(file))
        assert answer.code == 1
        assert "sofr.csv, line 5, value: 'a lot' is no number." in answer.out

    def test_file_that_is_no_table_is_refused(self, run: Any, file: Path) -> None:
        file.write_text("hello\n")
        answer = run("rates", "import", "--check", str(file))
        assert answer.code == 1
        assert "the first row must name the day" in answer.error

    def test_file_tells_its_gaps_and_moves(self, run: Any, file: Path) -> None:
        file.write_text("DATE,SOFR\n2024-06-18,5.33\n2024-06-20,5.65\n2024-06-24,5.66\n")
        answer = run("rates", "import", "--check", str(file))
        assert "sofr: 2024-06-20 moved by 0.32 % from 2024-06-18." in answer.out
        assert "without a fixing since 2023-06-01: 1." in answer.out


class TestAnImport:
    def test_is_kept_and_listed(self, run: Any, file: Path, book: tuple[str, ...]) -> None:
        answer = run(*book, "rates", "import", str(file), "--org", "Harbor", "--json")
        assert answer.code == 0, answer.error
        (index,) = answer.document["files"][0]["indices"]
        assert (index["taken"], index["none"], index["refused"]) == (2, 1, 0)
        again = run(*book, "rates", "import", str(file), "--org", "Harbor", "--json")
        assert again.document["files"][0]["indices"][0]["unchanged"] == 2
        listed = run(*book, "rates", "list", "--org", "Harbor", "--json").document["indices"]
        assert [(one["index"], one["last"]["on"], one["stale"]) for one in listed] == [("sofr", "2024-06-20", True)]
        assert "5.32000 %" in run(*book, "rates", "list", "--org", "Harbor").out

    def test_without_an_organization_is_only_checked(self, run: Any, file: Path, book: tuple[str, ...]) -> None:
        answer = run(*book, "rates", "import", str(file))
        assert answer.code == 0
        assert "Only checked: pass --org to keep them." in answer.error
        assert "There are no fixings yet." in run(*book, "rates", "list", "--org", "Harbor").out


def test_published_values_of_a_time_without_sofr_are_said_not_to_come_out(run: Any, tmp_path: Path) -> None:
    for name, header in (("sofr.csv", "SOFR"), ("average.csv", "SOFR30DAYAVG")):
        days = "2024-06-18,5.33\n2024-06-20,5.32\n" if header == "SOFR" else "1950-07-14,5.00000\n1950-07-17,5.00000\n"
        (tmp_path / name).write_text(f"DATE,{header}\n{days}")
    answer = run("rates", "import", "--check", str(tmp_path / "sofr.csv"), str(tmp_path / "average.csv"))
    assert answer.code == 1, answer.error
    assert "sofr_30_day_average: 0 of 2 published values" in answer.out


def test_a_file_of_fractions_is_asked_about(run: Any, file: Path) -> None:
    file.write_text("DATE,SOFR\n2024-06-18,0.0533\n")
    answer = run("rates", "import", "--check", str(file))
    assert answer.code == 1
    assert "may be percents or fractions: is 0.0533 0.0533 % or 5.33 %?" in answer.out
    answer = run("rates", "import", "--check", str(file), "--numbers", "fraction", "--json")
    assert answer.code == 0, answer.error
    (told,) = answer.document["files"]
    assert (told["indices"][0]["taken"], told["indices"][0]["question"]) == (1, None)
