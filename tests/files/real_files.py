"""Real files of every kind that is read, made by libraries that people use; and hostile ones, made by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from email.message import EmailMessage

import docx
import openpyxl
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas


def pdf(*pages: str, password: str | None = None, script: str | None = None) -> bytes:
    buffer = io.BytesIO()
    sheet = canvas.Canvas(buffer, pagesize=LETTER, encrypt=password, pageCompression=0)
    for text in pages:
        sheet.setFont("Helvetica", 12)
        sheet.drawString(72, 700, text)
        sheet.showPage()
    sheet.save()
    made = buffer.getvalue()
    if script is not None:
        # An action that a viewer runs when it opens the document.
        action = f"/OpenAction << /S /JavaScript /JS ({script}) >> /Type /Catalog".encode()
        assert b"/Type /Catalog" in made
        made = made.replace(b"/Type /Catalog", action, 1)
    return made


def scan(text: str) -> bytes:
    """Return a page that is a picture, as a scanner makes it."""
    picture = Image.new("L", (1700, 600), 255)
    ImageDraw.Draw(picture).text((80, 80), text, font=ImageFont.load_default(size=64), fill=0)
    buffer = io.BytesIO()
    sheet = canvas.Canvas(buffer, pagesize=LETTER)
    sheet.drawImage(ImageReader(picture), 36, 500, width=540, height=190)
    sheet.showPage()
    sheet.save()
    return buffer.getvalue()


def picture(text: str) -> bytes:
    drawn = Image.new("L", (1700, 400), 255)
    ImageDraw.Draw(drawn).text((80, 80), text, font=ImageFont.load_default(size=64), fill=0)
    buffer = io.BytesIO()
    drawn.save(buffer, "PNG")
    return buffer.getvalue()


def word(*paragraphs: str, table: Sequence[Sequence[str]] = ()) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if table:
        grid = document.add_table(rows=len(table), cols=len(table[0]))
        for row, texts in zip(grid.rows, table, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def workbook(**sheets: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def mail(text: str, *, html: bool = False, attachment: str | None = None) -> bytes:
    message = EmailMessage()
    message["Subject"] = "Payoff of Harbor Point"
    message["From"] = "Lena Lender <lena@bank.example>"
    message["To"] = "ann@house.example"
    message["Date"] = "Mon, 02 Mar 2026 09:30:00 -0500"
    message.set_content(text, subtype="html" if html else "plain")
    if attachment is not None:
        message.add_attachment(b"content", maintype="application", subtype="octet-stream", filename=attachment)
    return message.as_bytes()


def bomb(megabytes: int = 2_000) -> bytes:
    """Return a workbook whose one sheet unpacks to so many megabytes of blanks."""
    whole = io.BytesIO(workbook(Sheet=[[1]]))
    made = io.BytesIO()
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            if member.filename != "xl/worksheets/sheet1.xml":
                target.writestr(member, source.read(member))
        with target.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(megabytes):
                sheet.write(b" " * 1024 * 1024)
    return made.getvalue()


def pages_without_end() -> bytes:
    """Return a PDF whose tree of pages holds itself and says that it has two billion of them."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2000000000 >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + table + b"trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)


def long_table(rows: int) -> bytes:
    """Return a Word document that is small, and takes seconds to read: a table of so many rows."""
    whole = io.BytesIO(word("x"))
    cell = "<w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc>"
    grid = "<w:tblGrid>" + "<w:gridCol/>" * 20 + "</w:tblGrid>"
    table = f"<w:tbl><w:tblPr/>{grid}" + f"<w:tr>{cell * 20}</w:tr>" * rows + "</w:tbl>"
    made = io.BytesIO()
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            content = source.read(member)
            if member.filename == "word/document.xml":
                content = content.replace(b"<w:body>", b"<w:body>" + table.encode(), 1)
            target.writestr(member, content)
    return made.getvalue()
