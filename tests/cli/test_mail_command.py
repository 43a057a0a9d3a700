"""`realinsights mail`: what is kept because no mail server is set can be listed and read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from realinsights.cli.main import main

Said = pytest.CaptureFixture[str]


def run(said: Said, folder: Path, *arguments: str) -> tuple[int, str, str]:
    said.readouterr()
    code = main(["--data", str(folder), "mail", *arguments, "--org", "Harbor Capital"])
    out, err = said.readouterr()
    return code, out, err


def began(folder: Path) -> None:
    folder.mkdir()
    arguments = ["--data", str(folder), "import", "--org", "Harbor Capital", str(folder / "tape.csv")]
    (folder / "tape.csv").write_text(
        "loanNumber,asOf,originalBalance,currentBalance,rate,originationDate,maturityDate\n"
        "T-1,2025-12-31,1000000.00,900000.00,5.25%,2020-01-01,2030-01-01\n"
    )
    assert main(arguments) == 0


def test_none_are_listed_under_a_notice_that_none_leaves(tmp_path: Path, capsys: Said) -> None:
    began(tmp_path / "data")
    code, out, err = run(capsys, tmp_path / "data", "list")
    assert code == 0, err
    assert "There are no mails." in out
    assert "No mail server is set" in err
    code, out, _ = run(capsys, tmp_path / "data", "list", "--json", "--state", "kept")
    told = json.loads(out)
    assert (code, told["items"], told["leaves"]) == (0, [], False)


def test_one_that_is_not_there_is_refused(tmp_path: Path, capsys: Said) -> None:
    began(tmp_path / "data")
    code, _, err = run(capsys, tmp_path / "data", "show", "nothing")
    assert code == 1
    assert "There is no such mail" in err
