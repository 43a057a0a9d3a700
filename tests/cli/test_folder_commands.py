"""Commands on a data folder: no server, no sign-in, the same interface."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import io
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from realinsights.adapters import open_adapters
from realinsights.app import build
from realinsights.cli.demonstration import found
from realinsights.demonstration import NAME
from realinsights.topology import read_topology


async def _found(folder: Path) -> None:
    topology = read_topology(environment={"REALINSIGHTS_DATA": str(folder)})
    (process,) = topology.processes.values()
    async with open_adapters(topology, process) as adapters, build(process, adapters) as product:
        assert await found(product, wait=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with the demonstration organization in it."""
    data = tmp_path_factory.mktemp("data")
    asyncio.run(_found(data))
    return data


class TestLoans:
    def test_prints_one_json_document(self, run: Any, folder: Path) -> None:
        answer = run("--data", folder, "loans", "--org", NAME, "--json")
        assert answer.code == 0
        assert answer.error == ""
        assert answer.document["total"] == 60
        assert answer.document["loans"][0]["number"] == "RI-1001"

    def test_prints_a_table_for_people(self, run: Any, folder: Path) -> None:
        answer = run("loans", "--org", NAME.upper(), "--data", folder, "--status", "90_days")
        assert answer.code == 0
        assert "RI-1043" in answer.out
        assert "1 loans" in answer.out

    def test_an_order_that_cannot_be_is_refused(self, run: Any, folder: Path) -> None:
        answer = run("--data", folder, "loans", "--org", NAME, "--order", "color", "--json")
        assert answer.code == 1
        assert answer.out == ""
        assert answer.error.startswith("Error: order: ")
        assert answer.error.count("maturityDate") == 1, "it is said once"


class TestExport:
    def test_writes_csv_to_the_standard_output_or_a_file(self, run: Any, folder: Path, tmp_path: Path) -> None:
        printed = run("--data", folder, "export", "loans", "--org", NAME)
        assert len(list(csv.DictReader(io.StringIO(printed.out)))) == 60
        file = tmp_path / "loans.csv"
        assert run("--data", folder, "export", "loans", "--org", NAME, "--output", file).out == ""
        assert file.read_bytes().decode() == printed.out
        assert [path.name for path in tmp_path.iterdir()] == ["loans.csv"]

    def test_leaves_no_file_where_it_is_refused(self, run: Any, folder: Path, tmp_path: Path) -> None:
        answer = run("--data", folder, "export", "loans", "--org", "nobody", "--output", tmp_path / "loans.csv")
        assert answer.code == 1
        assert list(tmp_path.iterdir()) == []


class TestJournal:
    def test_verifies_every_journal_of_the_folder(self, run: Any, folder: Path) -> None:
        answer = run("--data", folder, "journal", "verify", "--json")
        assert answer.code == 0
        assert answer.document["sound"] is True
        assert {(line["service"], line["organization"]) for line in answer.document["journals"]} >= {
            ("auth", NAME),
            ("loans", NAME),
        }
        assert "sound" in run("journal", "verify", "--data", folder, "--org", NAME).out

    def test_shows_who_changed_what(self, run: Any, folder: Path) -> None:
        entries = run("--data", folder, "journal", "show", "--org", NAME, "--json").document["entries"]
        (entry,) = [one for one in entries if one["actor"] == "system:demonstration" and one["writes"]]
        assert len(entry["writes"]) == 164
        assert "60 × loan" in run("--data", folder, "journal", "show", "--org", NAME).out

    def test_shows_no_password_hash(self, run: Any, folder: Path) -> None:
        answer = run("--data", folder, "journal", "show", "--org", NAME, "--service", "auth", "--json")
        assert answer.document["entries"]
        assert "argon2" not in answer.out

    def test_is_exported_and_checked_without_the_folder(self, run: Any, folder: Path, tmp_path: Path) -> None:
        file = tmp_path / "loans.jsonl"
        assert run("--data", folder, "journal", "export", "--org", NAME, "--output", file).code == 0
        found = run("journal", "check", file, "--json")
        known = next(
            one
            for one in run("--data", folder, "journal", "verify", "--org", NAME, "--json").document["journals"]
            if one["service"] == "loans"
        )
        assert (found.code, found.document["sound"], found.document["withheld"]) == (0, True, 0)
        assert (found.document["entries"], found.document["lastHash"]) == (known["entries"], known["lastHash"])
        assert run("journal", "check", file).out.startswith(f"Sound: {known['entries']} entries of loans, 1 to")

        file.write_bytes(file.read_bytes().replace(b'"currentBalance":"', b'"currentBalance":"9', 1))
        changed = run("journal", "check", file)
        assert (changed.code, "NOT SOUND at entry" in changed.out) == (1, True)

        table = run("--data", folder, "journal", "export", "--org", NAME, "--service", "auth", "--format", "csv")
        assert table.out.startswith("Sequence,At,Actor,Actor name,")
        lines = run("--data", folder, "journal", "export", "--org", NAME, "--service", "auth")
        assert "argon2" not in lines.out

    def test_a_change_behind_its_back_is_found_and_ends_with_1(self, run: Any, tmp_path: Path) -> None:
        asyncio.run(_found(tmp_path))
        _change_a_balance(tmp_path / "loans.sqlite")
        answer = run("--data", tmp_path, "journal", "verify", "--json")
        assert answer.code == 1
        assert answer.document["sound"] is False
        assert "NOT SOUND" in run("--data", tmp_path, "journal", "verify").out


class TestPlace:
    def test_a_folder_that_is_not_there_is_not_made_by_reading(self, run: Any, tmp_path: Path) -> None:
        for command in (("loans", "--org", NAME), ("journal", "verify"), ("portfolio", "--org", NAME)):
            answer = run("--data", tmp_path / "nowhere", *command)
            assert answer.code == 1
            assert "nowhere" in answer.error
        assert list(tmp_path.iterdir()) == []

    def test_an_organization_without_a_name_is_wrong_usage(self, run: Any, folder: Path) -> None:
        for command in (("loans",), ("portfolio",), ("export", "loans"), ("journal", "show"), ("journal", "verify")):
            answer = run("--data", folder, *command, "--org", "")
            assert answer.code == 2
            assert "--org" in answer.error

    def test_an_organization_that_is_not_there_is_named(self, run: Any, folder: Path) -> None:
        for command in ("loans", "portfolio"):
            answer = run("--data", folder, command, "--org", "Nobody", "--json")
            assert answer.code == 1
            assert "Nobody" in answer.error
            assert answer.out == ""
        assert "Demonstration" in run("--data", folder, "journal", "show", "--org", "Nobody").error


def _change_a_balance(file: Path) -> None:
    database = sqlite3.connect(file)
    with contextlib.closing(database), database:
        changed = database.execute(
            "UPDATE loans_journal_write SET body = CAST(REPLACE(body, '12700000', '12700001') AS BLOB) "
            "WHERE kind = 'loan' AND instr(body, '12700000')"
        ).rowcount
        assert changed


class TestOpenapi:
    def test_prints_what_a_server_answers_and_leaves_nothing(
        self, run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        answer = run("openapi")
        assert (answer.code, answer.error) == (0, "")
        assert answer.document["openapi"].startswith("3.1")
        assert "/api/v1/loans" in answer.document["paths"]
        assert list(tmp_path.iterdir()) == []
