"""Bad input on the command line: the exit code says whose fault, stderr what to do, and a folder stays as it was."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from realinsights.cli.main import main

DONE, REFUSED, WRONG_USAGE = 0, 1, 2
SCHEDULE = ("schedule", "--start", "2025-01-01", "--principal", "1000", "--rate", "5%", "--term", "12")
HEADER = "loanNumber,originalBalance,currentBalance,rate,originationDate,firstPaymentDate,maturityDate,asOf\n"
ROW = "{},1000000,900000,5%,2020-01-01,2020-02-01,2030-01-01,2025-12-31\n"


class Said:
    """What a command said and how it ended."""

    def __init__(self, code: int, out: str, error: str) -> None:
        self.code, self.out, self.error = code, out, error

    def refused(self, *words: str, code: int = REFUSED) -> None:
        assert self.code == code, self.error
        assert "Traceback" not in self.error
        for word in words:
            assert word in self.error


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Any:
    def command(*arguments: object) -> Said:
        capfd.readouterr()
        code = main([str(argument) for argument in arguments])
        return Said(code, *capfd.readouterr())

    return command


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with one loan: no test of this file may change what is in it."""
    place = tmp_path_factory.mktemp("place")
    tape = place / "good.csv"
    tape.write_text(HEADER + ROW.format("good"))
    assert main(["--data", str(place / "data"), "import", str(tape), "--org", "check"]) == DONE
    return place / "data"


@pytest.fixture
def nothing_came_in(folder: Path, run: Any) -> Iterator[None]:
    """Hold a test to leave the folder with its one loan and a sound journal."""
    yield
    loans = json.loads(run("--data", folder, "loans", "--org", "check", "--json").out)
    assert [loan["number"] for loan in loans["loans"]] == ["good"]
    assert run("--data", folder, "journal", "verify").code == DONE


FILES = {
    "truncated.xml": (b'<?xml version="1.0"?>\n<assetData', "line 2: the XML ends before it is complete"),
    "bomb.xml": (b'<!DOCTYPE a [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><a>&b;</a>', "none is ever expanded"),
    "page.xml": (b"<html/>", "this is not an EX-102 of a CMBS deal"),
    "columns.csv": (b"color,size\nred,1\n", "Rename them as in the template"),
    "empty.csv": (b"", "the file is empty"),
    "binary.csv": (bytes(range(256)), "save the file as UTF-8"),
    "book.xlsx": (b"PK\x03\x04" + b"\0" * 100, "this workbook is damaged"),
    "rows.csv": ((HEADER + ROW.replace("5%", "-5%").format(1)).encode(), "none of its 1 loans could be used"),
}


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_came_in")
class TestImport:
    @pytest.mark.parametrize("name", FILES)
    def test_refuses_a_bad_file_with_the_reason(self, run: Any, folder: Path, tmp_path: Path, name: str) -> None:
        content, reason = FILES[name]
        file = tmp_path / name
        file.write_bytes(content)
        run("--data", folder, "import", file, "--org", "check").refused(reason)
        as_json = run("--data", folder, "import", file, "--org", "check", "--json")
        as_json.refused(reason)
        assert not as_json.out or json.loads(as_json.out)["created"] == 0

    def test_tells_of_ten_thousand_bad_rows_in_a_few_lines(self, run: Any, folder: Path, tmp_path: Path) -> None:
        file = tmp_path / "rows.csv"
        file.write_text(HEADER + "".join(ROW.replace("5%", "-5%").format(number) for number in range(10_000)))
        said = run("--data", folder, "import", file, "--org", "check")
        said.refused("none of its 10000 loans could be used", "rate: must not be negative")
        assert len((said.out + said.error).splitlines()) < 60

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (("--encoding", "base64"), "there is no encoding called 'base64'; utf-8"),
            (("--deal", ""), "deal: must not be empty"),
            (("--deal", "x" * 49), "deal: must have at most 48 characters"),
        ],
    )
    def test_refuses_options_that_cannot_be(
        self, run: Any, folder: Path, tmp_path: Path, options: tuple[str, ...], words: str
    ) -> None:
        file = tmp_path / "other.csv"
        file.write_text(HEADER + ROW.format("other"))
        run("--data", folder, "import", file, "--org", "check", *options).refused(words)

    def test_calls_a_date_that_does_not_exist_wrong_usage(self, run: Any, folder: Path, tmp_path: Path) -> None:
        file = tmp_path / "other.csv"
        file.write_text(HEADER + ROW.format("other"))
        said = run("--data", folder, "import", file, "--org", "check", "--as-of", "2025-02-30")
        said.refused("'2025-02-30' is not a date that exists", code=WRONG_USAGE)

    @pytest.mark.parametrize(
        ("content", "words"), [(b"\xff\xfe{", "save it as UTF-8"), (b"{", 'must be JSON such as [{"header"')]
    )
    def test_refuses_a_mapping_that_is_none(
        self, run: Any, folder: Path, tmp_path: Path, content: bytes, words: str
    ) -> None:
        file, mapping = tmp_path / "other.csv", tmp_path / "mapping.json"
        file.write_text(HEADER + ROW.format("other"))
        mapping.write_bytes(content)
        run("--data", folder, "import", file, "--org", "check", "--mapping", mapping).refused(words)

    @pytest.mark.parametrize("name", ["x" * 301, "a\x01b"])
    def test_refuses_an_organization_s_name_that_is_none(
        self, run: Any, folder: Path, tmp_path: Path, name: str
    ) -> None:
        file = tmp_path / "other.csv"
        file.write_text(HEADER + ROW.format("other"))
        run("--data", folder, "import", file, "--org", name).refused("name: ")

    def test_is_wrong_usage_without_a_file_or_an_organization(self, run: Any, folder: Path) -> None:
        run("--data", folder, "import", "nowhere.csv", "--org", "check").refused("does not exist", code=WRONG_USAGE)
        run("--data", folder, "import", folder, "--org", "check").refused("is a directory", code=WRONG_USAGE)
        run("--data", folder, "import", __file__).refused("Missing option '--org'", code=WRONG_USAGE)
        for name in ("", "   "):
            run("--data", folder, "import", __file__, "--org", name).refused("it is empty", code=WRONG_USAGE)


class TestSchedule:
    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (("--rate", "-0.05"), "--rate: must not be negative"),
            (("--rate", "5.25"), "5.25 % is 0.0525"),
            (("--principal", "-1000"), "--principal: must be more than zero"),
            (("--principal", "1e400"), "--principal: must not exceed"),
            (("--principal", "1000.001"), "--principal: must be whole cents"),
            (("--term", "12000"), "--term: must be in the years 1900 to 2200"),
            (("--term", "9" * 40), "--term: must be in the years 1900 to 2200"),
            (("--first-payment", "2024-01-01"), "--start: must be before the first payment"),
        ],
    )
    def test_refuses_terms_that_make_no_loan(self, run: Any, options: tuple[str, ...], words: str) -> None:
        run(*SCHEDULE, *options).refused("These terms make no loan.", words)

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (("--start", "2025-02-30"), "is not a date that exists; write it as YYYY-MM-DD"),
            (("--start", "9999-12-01"), "lies outside the years 1900 to 2200"),
            (("--first-payment", "0001-01-01"), "lies outside the years 1900 to 2200"),
            (("--principal", "NaN"), "is not a number"),
            (("--rate", "Infinity"), "is not a number"),
            (("--term", "0"), "must be at least one month"),
            (("--term", "x"), "is not a valid integer"),
            (("--day-count", "lunar"), "is not one of '30_360'"),
        ],
    )
    def test_is_wrong_usage_with_what_is_no_value(self, run: Any, options: tuple[str, ...], words: str) -> None:
        run(*SCHEDULE, *options).refused(words, code=WRONG_USAGE)


class TestPlaces:
    @pytest.mark.parametrize("command", ["loans", "portfolio"])
    def test_an_organization_that_is_not_there_is_refused(self, run: Any, folder: Path, command: str) -> None:
        run("--data", folder, command, "--org", "nobody").refused("There is no organization nobody here")

    def test_a_folder_that_is_none_is_refused(self, run: Any, tmp_path: Path) -> None:
        run("--data", tmp_path / "none", "loans", "--org", "check").refused("There is no data folder", "--data")
        run("--data", __file__, "loans", "--org", "check").refused("is a file", code=WRONG_USAGE)
        assert not (tmp_path / "none").exists()

    def test_a_topology_that_is_none_is_refused(self, run: Any, folder: Path, tmp_path: Path) -> None:
        unknown = run("up", "nowhere", "--data", folder)
        unknown.refused(
            "There is no topology 'nowhere'; there is: enhanced, monorepo, services, services-2b", code=WRONG_USAGE
        )
        broken = tmp_path / "broken.toml"
        broken.write_text("[processes")
        run("up", broken, "--data", folder).refused("broken.toml is not a topology")

    def test_a_server_that_is_not_there_is_refused(self, run: Any) -> None:
        run("--server", "http://127.0.0.1:9", "loans", "--org", "check").refused("realinsights login")

    @pytest.mark.parametrize("content", [b"broken", os.urandom(40_000)])
    def test_a_damaged_file_is_named_and_left_alone(
        self, run: Any, folder: Path, tmp_path: Path, content: bytes
    ) -> None:
        folder = shutil.copytree(folder, tmp_path / "data")
        for file in folder.glob("loans.sqlite*"):
            file.unlink()
        (folder / "loans.sqlite").write_bytes(content)
        said = run("--data", folder, "loans", "--org", "check")
        said.refused("loans.sqlite cannot be opened as a database", "restore a backup into another folder")
        assert (folder / "loans.sqlite").read_bytes() == content

    def test_a_command_that_is_none_is_wrong_usage(self) -> None:
        executable = Path(sys.executable).with_name("realinsights")
        ended = subprocess.run([executable, "nonsense"], capture_output=True, text=True, check=False)
        Said(ended.returncode, ended.stdout, ended.stderr).refused("No such command 'nonsense'", code=WRONG_USAGE)
