"""What workers make of real files, and of files that mean harm."""

from __future__ import annotations

import asyncio
import shutil
import threading

import psutil
import pytest
from tests.files import real_files
from tests.files.test_documents_over_http import content_of, filed

from realinsights.contracts.files import VersionState
from realinsights.files.extraction import pdf
from realinsights.files.model.media_types import PDF
from realinsights.files.service import processing

has_tesseract = shutil.which("tesseract") is not None


async def read(world, client, content, name):
    """File a document and return its version once it is at rest."""
    document = await filed(client, content=content, name=name)
    await world.processed(document)
    view = (await client.get(f"/documents/{document['id']}")).json()
    return document, view["versions"][0]


async def page(client, document, number=1):
    answer = await client.get(f"/documents/{document['id']}/pages/{number}")
    return answer.json()["text"] if answer.is_success else None


class TestText:
    async def test_of_a_pdf_is_by_page(self, world, client):
        document, version = await read(world, client, real_files.pdf("Promissory note", "", "Prepayment"), "note.pdf")
        assert (version["state"], version["pages"]) == ("ready", 3)
        assert "Prepayment" in await page(client, document, 3)
        assert await page(client, document, 2) is None
        assert await page(client, document, 4) is None

    async def test_of_word_has_its_tables(self, world, client):
        made = real_files.word("Loan agreement", "Section 2.6", table=[["Rate", "5.25 %"], ["Index", "SOFR"]])
        document, version = await read(world, client, made, "agreement.docx")
        assert (version["state"], version["pages"]) == ("ready", 1)
        text = await page(client, document)
        assert "Loan agreement\nSection 2.6\nRate\t5.25 %\nIndex\tSOFR" in text

    async def test_of_a_workbook_is_by_sheet_with_its_first_rows(self, world, client):
        made = real_files.workbook(Rents=[["Unit", "Rent"], ["101", 1250.1], ["102", None]], Notes=[["vacant"]])
        document, version = await read(world, client, made, "rents.xlsx")
        assert (version["state"], version["pages"], version["previewed"]) == ("ready", 2, True)
        assert "101\t1250.1" in await page(client, document, 1)
        assert "vacant" in await page(client, document, 2)
        preview = (await client.get(f"/documents/{document['id']}/versions/1/preview")).json()
        assert preview["sheets"][0] == {
            "name": "Rents",
            "rows": [["Unit", "Rent"], ["101", "1250.1"], ["102"]],
            "whole": True,
        }

    async def test_of_a_table_shows_a_bounded_part(self, world, client):
        made = "\n".join(f"{number};ä" for number in range(2_000)).encode("cp1252")
        document, version = await read(world, client, made, "rows.csv")
        assert version["state"] == "ready"
        (sheet,) = (await client.get(f"/documents/{document['id']}/versions/1/preview")).json()["sheets"]
        assert (len(sheet["rows"]), sheet["rows"][3], sheet["whole"]) == (500, ["3", "ä"], False)
        assert "1999" in await page(client, document, version["pages"])

    async def test_of_a_page_is_what_a_reader_sees(self, world, client):
        made = b"<html><head><title>x</title><script>hidden()</script></head><body><p>Seen</p><style>a{}</style>"
        document, _ = await read(world, client, made, "page.html")
        assert await page(client, document) == "Seen"

    async def test_of_a_mail_has_its_head(self, world, client):
        document, version = await read(
            world, client, real_files.mail("Payoff is due.", attachment="../a\u202eb.pdf"), "mail.eml"
        )
        assert version["state"] == "ready"
        mail = (await client.get(f"/documents/{document['id']}/versions/1/preview")).json()["mail"]
        assert mail == {
            "subject": "Payoff of Harbor Point",
            "sender": "Lena Lender <lena@bank.example>",
            "recipients": "ann@house.example",
            "sent": "Mon, 02 Mar 2026 09:30:00 -0500",
            "text": "Payoff is due.\n",
            "attachments": ["ab.pdf"],
        }
        assert "Payoff of Harbor Point" in await page(client, document)

    async def test_of_a_mail_in_html_runs_and_fetches_nothing(self, world, client):
        made = real_files.mail('<p>Paid<img src="http://evil.example/x.png"><script>a()</script></p>', html=True)
        document, _ = await read(world, client, made, "mail.eml")
        mail = (await client.get(f"/documents/{document['id']}/versions/1/preview")).json()["mail"]
        assert mail["text"] == "Paid"

    def test_of_a_picture_is_none_where_no_engine_is(self, tmp_path, monkeypatch):
        monkeypatch.setenv("PATH", "/nowhere")
        file = tmp_path / "scan.pdf"
        file.write_bytes(real_files.scan("HARBOR POINT"))
        with file.open("rb") as stream:
            *pages, outcome = pdf.read(stream, PDF)
        assert [page.text for page in pages] == [""]
        assert (outcome.state, outcome.text_by) == ("ready", None)
        assert outcome.note == "1 pages are pictures without text (no engine for optical recognition is installed)"

    @pytest.mark.skipif(not has_tesseract, reason="tesseract, an optional engine, is not installed")
    @pytest.mark.parametrize("kind", ["scan", "picture"])
    async def test_of_a_scan_is_what_an_engine_recognizes(self, world, client, kind):
        name = {"scan": "scan.pdf", "picture": "scan.png"}[kind]
        document, version = await read(world, client, getattr(real_files, kind)("HARBOR POINT"), name)
        assert (version["state"], version["textBy"], version["note"]) == ("ready", "tesseract", None)
        assert "HARBOR POINT" in await page(client, document)

    async def test_of_another_type_is_not_looked_for(self, world, client):
        _, version = await read(world, client, b"\0\1\2" * 50, "a.bin")
        assert (version["state"], version["note"]) == ("ready", "no text is looked for in a file of this type")


class TestHostileFiles:
    @pytest.mark.parametrize(
        "case",
        [
            (lambda: real_files.pdf("secret", password="p"), "a.pdf", "encrypted", "opens with a password"),
            (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40, "a.pdf", "unreadable", "cannot be read as a PDF"),
            (real_files.pages_without_end, "a.pdf", None, ""),
            (real_files.bomb, "a.xlsx", "too_large", "unpacks to more than 400 MB"),
            (lambda: real_files.workbook(A=[[1]])[:-40], "a.xlsx", "unreadable", "cannot be read as a workbook"),
            (lambda: real_files.word("x")[:-40], "a.docx", "unreadable", "cannot be read as a Word document"),
            (lambda: b"<div>" * 200_000, "a.html", None, ""),
            (lambda: b"From: a\nContent-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\n" * 5_000, "a.eml", None, ""),
            (lambda: b"Content-Type: text/plain; charset=none\n\n\xff\xfe", "a.eml", "ready", ""),
        ],
        ids=[
            "encrypted",
            "broken",
            "pages-without-end",
            "bomb",
            "cut-workbook",
            "cut-word",
            "deep",
            "parts",
            "charset",
        ],
    )
    async def test_end_in_a_stated_condition_and_leave_the_rest_alone(self, world, client, case):
        made, name, state, note = case
        _, version = await read(world, client, made(), name)
        assert version["state"] == state or (state is None and version["state"] in set(VersionState) - {"received"})
        assert note in (version["note"] or "")
        _, after = await read(world, client, b"goes on", "b.txt")
        assert after["state"] == "ready"

    async def test_script_in_a_pdf_is_never_run_and_said(self, world, client):
        document, version = await read(
            world, client, real_files.pdf("Invoice", script="app.alert\\(1\\)"), "invoice.pdf"
        )
        assert (version["state"], version["note"]) == ("ready", "it brings JavaScript, which is never run")
        assert "Invoice" in await page(client, document)

    async def test_one_that_takes_too_long_is_ended(self, world, client, monkeypatch):
        monkeypatch.setattr(processing, "SECONDS", 1)
        monkeypatch.setattr(processing, "PATIENCE", 600)  # a busy machine gives it little time
        monkeypatch.setattr(processing, "SECONDS_PER_MEGABYTE", 0)
        _, version = await read(world, client, real_files.long_table(20_000), "a.docx")
        assert (version["state"], version["note"]) == (
            "too_large", "reading it takes more than 1 seconds of processor time",
        )  # fmt: skip

    async def test_one_whose_process_is_killed_is_unreadable(self, world, client, monkeypatch):
        started = asyncio.Event()
        loop = asyncio.get_running_loop()
        build = processing.BoundedProcess

        def killed(*args, **named):
            process = build(*args, **named)
            psutil.Process(process._process.pid).kill()
            loop.call_soon_threadsafe(started.set)
            return process

        monkeypatch.setattr(processing, "BoundedProcess", killed)
        _, version = await read(world, client, real_files.pdf("x"), "a.pdf")
        assert started.is_set()
        assert (version["state"], version["note"]) == ("unreadable", "the program that reads it broke off")


class TestAgain:
    async def test_a_version_is_worked_on_once_more_after_a_death(self, a_world):
        async with a_world().running("api") as world, world.client() as client:
            document = await filed(client, content=real_files.pdf("Promissory note"), name="note.pdf")
            assert (await client.get(f"/documents/{document['id']}")).json()["versions"][0]["state"] == "received"
        async with world.running() as world, world.client() as client:
            assert await world.processed(document) is VersionState.READY
            assert "Promissory" in await page(client, document)

    async def test_a_worker_that_is_told_to_end_ends_its_process_and_another_one_goes_on(self, a_world, monkeypatch):
        building = threading.Event()
        build = processing.BoundedProcess

        def standing_still(*args, **named):
            process = build(*args, **named)
            psutil.Process(process._process.pid).suspend()
            building.set()
            return process

        monkeypatch.setattr(processing, "BoundedProcess", standing_still)
        async with a_world().running() as world, world.client() as client:
            document = await filed(client, content=real_files.pdf("Promissory note"), name="note.pdf")
            await asyncio.to_thread(building.wait)
        monkeypatch.setattr(processing, "BoundedProcess", build)
        async with world.running(), world.client() as client:
            assert await world.processed(document) is VersionState.READY

    async def test_a_version_is_read_while_nobody_has_worked_on_it(self, a_world):
        async with a_world().running("api") as world, world.client() as client:
            document = await filed(client)
            assert (await client.get(content_of(document))).content == b"Promissory note"

    async def test_the_text_is_that_of_the_latest_version(self, world, client):
        document = await filed(client, content=b"first words", name="a.txt")
        await client.post(f"/documents/{document['id']}/versions", params={"fileName": "a.txt"}, content=b"second")
        await world.processed(document, 2)
        assert await page(client, document) == "second"

    async def test_a_version_without_text_leaves_none_of_an_earlier_one(self, world, client):
        document = await filed(client, content=real_files.pdf("readable"), name="a.pdf")
        locked = real_files.pdf("secret", password="p")
        await client.post(f"/documents/{document['id']}/versions", params={"fileName": "a.pdf"}, content=locked)
        assert await world.processed(document, 2) is VersionState.ENCRYPTED
        assert await page(client, document) is None
