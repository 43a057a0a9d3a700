"""A backup is of one moment whatever goes on meanwhile, and what is restored from it is what was there."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import datetime
import gzip
import io
import sqlite3
import stat
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from realinsights.cli.client import connected
from realinsights.cli.place import Place
from realinsights.loans import store
from realinsights.loans.model.parties import Lender, LenderType
from realinsights.topology import services
from realinsights_platform.documents.sqlite import SqliteDocuments

TODAY = datetime.date(2026, 1, 31)


@pytest.fixture
def folder(run: Any, tape: Path, tmp_path: Path) -> Path:
    made = tmp_path / "data"
    assert run("--data", made, "import", tape, "--org", "Harbor").code == 0
    return made


@pytest.fixture
def file(run: Any, folder: Path, tmp_path: Path) -> Path:
    made = tmp_path / "backup.gz"
    assert run("--data", folder, "backup", made).code == 0
    return made


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[list[str]]:
    """Keep a process at work that writes lenders to two organizations; yield the names that were acknowledged."""
    acknowledged: list[str] = []
    begun, over = threading.Event(), threading.Event()

    async def write() -> None:
        documents = SqliteDocuments(folder / "loans.sqlite", service="loans", kinds=store.KINDS)
        while not over.is_set():
            name = f"lender {len(acknowledged)}"
            async with documents.unit(org="other", actor="ann", business_date=TODAY) as unit:
                unit.put(store.LENDERS, Lender(id=name, org="other", name=name, lender_type=LenderType.BANK))
            acknowledged.append(name)
            if len(acknowledged) == 20:
                begun.set()
        await documents.close()

    thread = threading.Thread(target=asyncio.run, args=(write(),))
    thread.start()
    begun.wait()
    try:
        yield acknowledged
    finally:
        over.set()
        thread.join()


async def filed(folder: Path, content: bytes, *, begun: bytes) -> tuple[str, str]:
    """File a document and begin an upload; return the id of the one and the path of the other."""
    async with connected(Place(data=folder), org="Harbor") as client:
        document = await client.post("/documents", params={"fileName": "note.txt"}, content=content)
        tus = {"Tus-Resumable": "1.0.0"}
        name = base64.b64encode(b"rent.txt").decode()
        headers = {**tus, "Upload-Length": "9", "Upload-Metadata": f"filename {name}"}
        answer = await client.send("POST", "/uploads", headers=headers)
        path = answer.headers["location"].removeprefix("/api/v1")
        part = {**tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        await client.send("PATCH", path, headers=part, content=begun)
        return document["id"], path


async def kept(folder: Path, document: str, upload: str) -> tuple[bytes, bytes, str]:
    """Return a document's bytes, those of the last report, and how far an upload is."""
    async with connected(Place(data=folder), org="Harbor") as client:
        content = await client.send("GET", f"/documents/{document}/versions/1/content")
        (run,) = (await client.get("/reports/runs"))["items"]
        report = await client.send("GET", f"/reports/runs/{run['id']}/report.xlsx")
        head = await client.send("HEAD", upload, headers={"Tus-Resumable": "1.0.0"})
        return content.content, report.content, head.headers["upload-offset"]


class TestBackup:
    def test_restores_what_was_there(self, run, folder, file, tmp_path):
        before = run("--data", folder, "loans", "--org", "Harbor", "--json").document
        restored = tmp_path / "restored"
        answer = run("--data", restored, "restore", file)
        assert (
            answer.code,
            answer.out.startswith(f"Restored {file} to {restored}: {len(services()) + 1} files, "),
        ) == (0, True)
        assert run("--data", restored, "loans", "--org", "Harbor", "--json").document == before
        uploads = [path.relative_to(folder) for path in (folder / "blobs" / "tapes").rglob("*") if path.is_file()]
        assert len(uploads) == 1
        assert (restored / uploads[0]).read_bytes() == (folder / uploads[0]).read_bytes()
        assert run("--data", restored, "journal", "verify", "--json").document["sound"]

    def test_has_documents_uploads_and_reports(self, run, folder, tmp_path):
        assert run("--data", folder, "report", "debt-schedule", "--org", "Harbor", "--output", tmp_path / "r").code == 0
        document, upload = asyncio.run(filed(folder, b"Promissory note", begun=b"Rent "))
        assert run("--data", folder, "portfolio", "--org", "Harbor").code == 0
        written = {path.name for path in (folder / "blobs").iterdir()}
        assert run("--data", folder, "backup", tmp_path / "backup").code == 0
        restored = tmp_path / "restored"
        assert run("--data", restored, "restore", tmp_path / "backup").code == 0
        assert written - {path.name for path in (restored / "blobs").iterdir()} <= {"dashboard"}, "is made anew"
        content, report, offset = asyncio.run(kept(restored, document, upload))
        assert (content, offset) == (b"Promissory note", "5")
        assert report == (tmp_path / "r").read_bytes()

    def test_is_of_one_moment_while_a_process_writes(self, run, folder, tmp_path):
        with writing(folder) as acknowledged:
            known = len(acknowledged)
            assert run("--data", folder, "backup", tmp_path / "backup").code == 0
            later = len(acknowledged)
        assert run("--data", tmp_path / "restored", "restore", tmp_path / "backup").code == 0
        with contextlib.closing(sqlite3.connect(tmp_path / "restored" / "loans.sqlite")) as connection:
            query = "SELECT sequence FROM loans_head WHERE org = 'other'"
            (sequence,) = connection.execute(query).fetchone()
        assert known <= sequence <= later

    def test_is_private_holds_no_secret_and_replaces_nothing(self, run, folder, file):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        with tarfile.open(file, "r:gz") as archive:
            names = archive.getnames()
        assert sorted(names[: len(services())]) == [f"{service}.sqlite" for service in services()]
        assert names[-1] == "manifest.json"
        assert not {"secret", "lock"} & set(names)
        before = file.read_bytes()
        answer = run("--data", folder, "backup", file)
        assert (answer.code, answer.error) == (1, f"Error: {file} is there already. Name another file.\n")
        assert file.read_bytes() == before
        assert [path.name for path in file.parent.glob(".backup-*")] == []

    def test_of_a_damaged_database_is_refused_and_leaves_nothing(self, run, folder, tmp_path):
        with contextlib.closing(sqlite3.connect(folder / "loans.sqlite")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'loans_loan'").fetchone()[0]
        with (folder / "loans.sqlite").open("r+b") as database:
            database.seek(4096 * (page - 1))
            database.write(b"\xff" * 4096)
        answer = run("--data", folder, "backup", tmp_path / "backup")
        assert answer.code == 1
        assert f"page {page} of copy of loans.sqlite damaged" in answer.error
        assert not (tmp_path / "backup").exists()

    def test_of_an_empty_folder_is_refused(self, run, tmp_path):
        (tmp_path / "empty").mkdir()
        answer = run("--data", tmp_path / "empty", "backup", tmp_path / "backup")
        assert (answer.code, answer.error.startswith("Error: There is nothing to back up in ")) == (1, True)


def packed(**members: bytes) -> bytes:
    """Return an archive of members by name."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return content.getvalue()


class TestRestore:
    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda data: data[: len(data) // 2], "not whole"),
            (lambda data: data[:-9], "not whole"),
            (lambda data: b"hello", "is no backup"),
            (lambda data: gzip.compress(gzip.decompress(data).replace(b"Harbor", b"Labor "), 1), "is not what was"),
            (lambda data: packed(**{"../evil": b"x"}), "is no backup: it holds ../evil."),
            (lambda data: packed(**{"/etc/evil": b"x"}), "is no backup: it holds /etc/evil."),
            (lambda data: packed(**{"loans.sqlite": b"x"}), "its end is missing"),
        ],
    )
    def test_of_what_is_not_what_was_backed_up_is_refused_and_leaves_nothing(self, run, file, tmp_path, change, words):
        file.write_bytes(change(file.read_bytes()))
        before = sorted(tmp_path.iterdir())
        answer = run("--data", tmp_path / "restored", "restore", file)
        assert answer.code == 1
        assert words in answer.error
        assert sorted(tmp_path.iterdir()) == before

    def test_of_a_journal_that_is_not_sound_is_refused(self, run, folder, tmp_path):
        with contextlib.closing(sqlite3.connect(folder / "loans.sqlite")) as connection, connection:
            connection.execute("UPDATE loans_journal SET actor = 'eve' WHERE sequence = 1")
        assert run("--data", folder, "backup", tmp_path / "backup").code == 0
        answer = run("--data", tmp_path / "restored", "restore", tmp_path / "backup")
        assert answer.code == 1
        assert "is not sound: the entry was changed after it was written." in answer.error
        assert not (tmp_path / "restored").exists()

    def test_never_overwrites_a_folder(self, run, folder, file):
        answer = run("--data", folder, "restore", file)
        assert (answer.code, "is not empty" in answer.error) == (1, True)
