"""Anchors: whoever kept a journal's head finds that whoever can write the folder sealed it anew or cut it off."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from realinsights.cli.anchors import KEY
from realinsights.loans import store
from realinsights_platform.documents.sqlite import SqliteDocuments

Lend = Callable[..., None]


def tamper(folder: Path, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(folder / "loans.sqlite")) as connection, connection:
        for statement in statements:
            assert connection.execute(statement).rowcount > 0, statement


@pytest.fixture
def folder(tmp_path: Path, lend: Lend) -> Path:
    made = tmp_path / "data"
    lend(made, "one", "two", "three")
    return made


@pytest.fixture
def more(folder: Path, lend: Lend) -> Lend:
    return lambda name: lend(folder, name)


@pytest.fixture
def key(run: Any, tmp_path: Path, folder: Path) -> Path:
    file = tmp_path / "journal.key"
    assert run("--data", folder, "journal", "key", "create", file).code == 0
    return file


@pytest.fixture(params=["file", "objects"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return a file, and a folder of objects by its URL, which is read and written as one at s3:// is."""
    if request.param == "file":
        return str(tmp_path / "heads")
    (tmp_path / "bucket").mkdir()
    return f"file://{tmp_path}/bucket"


@pytest.fixture
def anchor(run: Any, folder: Path, key: Path, target: str) -> Callable[..., Any]:
    return lambda: run("--data", folder, "journal", "anchor", target, "--key", key, "--json").document["anchored"]


@pytest.fixture
def verify(run: Any, folder: Path, key: Path, target: str) -> Callable[[], Any]:
    return lambda: run("--data", folder, "journal", "verify", "--against", target, "--key", f"{key}.pub", "--json")


def objects_of(target: str) -> list[Path]:
    return sorted(Path(target.removeprefix("file://")).iterdir())


class TestAnchor:
    def test_adds_heads_that_have_moved_and_what_they_say_is_verified(self, lend, folder, anchor, verify):
        (head,) = anchor()
        assert (head["service"], head["org"], head["sequence"]) == ("loans", "acme", 3)
        assert anchor() == []
        lend(folder, "four")
        lend(folder, "one", org="bay")
        assert [(head["org"], head["sequence"]) for head in anchor()] == [("acme", 4), ("bay", 1)]
        lend(folder, "five")
        answer = verify()
        assert (answer.code, answer.document["sound"]) == (0, True)

    def test_reads_a_folder_that_a_server_is_using(self, folder, anchor):
        documents = SqliteDocuments(folder / "loans.sqlite", service="loans", kinds=store.KINDS)
        assert [head["sequence"] for head in anchor()] == [3]
        asyncio.run(documents.close())

    def test_takes_the_key_from_the_environment(self, run, folder, key, target, monkeypatch):
        assert "Pass --key FILE" in run("--data", folder, "journal", "anchor", target).error
        monkeypatch.setenv(KEY, key.read_text())
        assert run("--data", folder, "journal", "anchor", target).code == 0

    def test_is_not_gone_on_with_another_key(self, run, folder, anchor, target, tmp_path):
        anchor()
        assert run("--data", folder, "journal", "key", "create", tmp_path / "other").code == 0
        answer = run("--data", folder, "journal", "anchor", target, "--key", tmp_path / "other")
        assert (answer.code, answer.error) == (1, "Error: Line 1 of the anchor is not signed with this key.\n")

    def test_is_not_signed_with_what_verifies(self, run, folder, key, target):
        answer = run("--data", folder, "journal", "anchor", target, "--key", f"{key}.pub")
        assert answer.code == 1
        assert "holds a public key" in answer.error


class TestKey:
    def test_is_readable_by_its_owner_only_and_lies_outside_the_folder(self, run, folder, key, target):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        inside = run("--data", folder, "journal", "key", "create", folder / "journal.key")
        assert (inside.code, "Keep it elsewhere" in inside.error) == (1, True)
        assert not (folder / "journal.key").exists()
        key.chmod(0o644)
        assert "chmod 600" in run("--data", folder, "journal", "anchor", target, "--key", key).error

    def test_is_never_replaced(self, run, folder, key):
        before = key.read_bytes()
        assert run("--data", folder, "journal", "key", "create", key).code == 1
        assert key.read_bytes() == before


def reason(answer: Any) -> str:
    assert answer.code == 1
    (line,) = [line for line in answer.document["journals"] if not line["sound"]]
    return str(line["reason"])


class TestWhatIsFound:
    def test_a_journal_that_was_sealed_anew(self, lend, folder, anchor, verify, run):
        anchor()
        for file in folder.glob("loans.sqlite*"):
            file.unlink()
        lend(folder, "one", "another", "three")
        assert run("--data", folder, "journal", "verify").code == 0, "it is a sound journal, but not the same one"
        assert "the entry is not the one that was anchored at 20" in (said := reason(verify()))
        assert said.endswith(": the journal was sealed anew")

    def test_an_end_that_was_cut_off(self, folder, anchor, verify, run):
        anchor()
        tamper(
            folder,
            "DELETE FROM loans_journal WHERE sequence = 3",
            "DELETE FROM loans_journal_write WHERE sequence = 3",
            "DELETE FROM loans_lender WHERE id = 'three'",
            "UPDATE loans_head SET sequence = 2, hash = (SELECT hash FROM loans_journal WHERE sequence = 2)",
        )
        assert run("--data", folder, "journal", "verify").code == 0
        assert "the journal ends at 2, yet entry 3 was anchored at 20" in (said := reason(verify()))
        assert said.endswith(": its end was cut off")

    def test_a_journal_that_was_removed(self, folder, anchor, verify):
        anchor()
        for file in folder.glob("loans.sqlite*"):
            file.unlink()
        assert "is not here, but anchored" in reason(verify())

    def test_an_anchor_of_another_installation(self, lend, folder, anchor, verify):
        installation = folder.rename(folder.with_name("installation"))
        lend(folder, "one", org="bay")
        assert len(anchor()) == 1
        folder.rename(folder.with_name("another"))
        installation.rename(folder)
        assert reason(verify()).endswith("or the anchor is another installation's")

    @pytest.mark.parametrize("change", ["swapped", "taken out"])
    def test_lines_that_were_swapped_or_taken_out(self, more, anchor, verify, target, change):
        for name in ("four", "five"):
            anchor()
            more(name)
        anchor()
        place = Path(target.removeprefix("file://"))
        if place.is_dir():
            _, second, third = objects_of(target)
            if change == "swapped":
                texts = second.read_text(), third.read_text()
                third.write_text(texts[0])
                second.write_text(texts[1])
            else:
                second.unlink()
        else:
            one, two, three = place.read_text().splitlines()
            place.write_text("\n".join([one, three, two] if change == "swapped" else [one, three]))
        answer = verify()
        assert answer.code == 1
        assert answer.error == (
            "Error: Line 2 of the anchor does not continue the line before it: lines were taken out or moved.\n"
        )

    def test_a_key_that_is_another(self, run, folder, anchor, target, tmp_path):
        anchor()
        assert run("--data", folder, "journal", "key", "create", tmp_path / "other").code == 0
        answer = run("--data", folder, "journal", "verify", "--against", target, "--key", tmp_path / "other.pub")
        assert (answer.code, answer.error) == (1, "Error: Line 1 of the anchor is not signed with this key.\n")

    def test_an_anchor_that_is_empty(self, verify, target):
        answer = verify()
        assert (answer.code, answer.error) == (1, f"Error: Nothing is anchored at {target}.\n")

    def test_a_damaged_page_by_its_number(self, lend, run, folder):
        lend(folder, *(f"lender {number}" for number in range(200)))
        with contextlib.closing(sqlite3.connect(folder / "loans.sqlite")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'loans_lender'").fetchone()[0]
        with (folder / "loans.sqlite").open("r+b") as file:
            file.seek(4096 * (page - 1))
            file.write(b"\xff" * 4096)
        answer = run("--data", folder, "journal", "verify", "--json")
        assert f"The engine finds page {page} of loans.sqlite damaged" in (said := reason(answer))
        assert "Keep the file, and restore a backup" in said


class TestFiles:
    def test_are_private_to_their_owner_whatever_the_umask(self, folder, run, monkeypatch):
        (folder / "loans.sqlite").chmod(0o644)
        (folder / "blobs").mkdir(mode=0o755)
        assert run("--data", folder, "journal", "verify").code == 0
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in [folder, *folder.iterdir()]}
        assert set(modes.values()) == {0}, modes
