from __future__ import annotations

import datetime
import io
import zipfile
from typing import Any

import openpyxl
import pytest

from realinsights.loans.tapes import workbook
from realinsights.loans.tapes.problems import TapeRefused

HEADER = ("Loan Number", "Name", "Original Balance", "Current Balance", "Rate", "Origination Date", "Maturity Date")
LOAN = ("101", "Pier", 1000000, 900000.25, 0.0525, datetime.date(2020, 1, 1), datetime.date(2030, 1, 1))


def a_workbook(formats: dict[str, str] | None = None, /, **sheets: list[tuple[Any, ...]]) -> io.BytesIO:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for place, shown in (formats or {}).items():
            sheet[place].number_format = shown
    file = io.BytesIO()
    book.save(file)
    return file


def read(file: io.BytesIO, sheet: str | None = None) -> tuple[list[str], str]:
    table = io.BytesIO()
    found = workbook.to_csv(file, table, sheet=sheet)
    return table.getvalue().decode().splitlines(), found.note


def refusal(file: io.BytesIO, sheet: str | None = None) -> str:
    with pytest.raises(TapeRefused) as refused:
        read(file, sheet)
    return str(refused.value)


class TestCells:
    def test_are_written_as_the_spreadsheet_shows_them(self) -> None:
        values = (
            1234567.89, 0.1 + 0.2, 1000000, 0.0525, 7, datetime.date(2025, 12, 31),
            datetime.datetime(2025, 12, 31, 8, 30), True, "a\nb", "00123", None, 1e-7,  # noqa: DTZ001
        )  # fmt: skip
        lines, _ = read(a_workbook({"D1": "0.00%", "E1": "00000"}, Loans=[values]))
        assert lines == ["1234567.89,0.3,1000000,5.25%,00007,2025-12-31,2025-12-31T08:30:00,TRUE,a b,00123,,0.0000001"]

    def test_keep_the_number_of_their_row(self) -> None:
        lines, _ = read(a_workbook(Loans=[("Title",), (), (), HEADER, LOAN]))
        assert [number for number, line in enumerate(lines, 1) if line.startswith(("Title", "Loan", "101"))] == [
            1,
            4,
            5,
        ]

    def test_of_a_formula_are_its_last_result_and_of_an_error_its_name(self) -> None:
        book = openpyxl.Workbook()
        book.worksheets[0].append(("a", "=1+1", "#N/A", "b"))
        file = io.BytesIO()
        book.save(file)
        # A library that writes formulas computes none: there is no last result.
        assert read(file)[0] == ["a,,#N/A,b"]


class TestASheet:
    def test_is_the_one_with_the_header_of_a_tape(self) -> None:
        lines, note = read(a_workbook(Notes=[("read me",)], Loans=[HEADER, LOAN], Summary=[("total", 1)]))
        assert lines[1].startswith("101,Pier,1000000,900000.25,0.0525,2020-01-01,2030-01-01")
        assert note == "the sheet “Loans” is read; not used: “Notes”, “Summary”"

    def test_may_have_a_header_of_two_rows(self) -> None:
        names = [("Loan", "", "Balance", "", "Rate", "Dates"), ("#", "Name", "Original", "Current", "", "Origination")]
        lines, note = read(a_workbook(Cover=[("read me",)], Loans=[("Loans of 2025",), *names, LOAN]))
        assert lines[3].startswith("101,Pier,1000000")
        assert note == "the sheet “Loans” is read; not used: “Cover”"

    def test_may_be_named(self) -> None:
        file = a_workbook(One=[HEADER, LOAN], Two=[HEADER, LOAN])
        assert "“One”, “Two”" in refusal(file)
        assert read(file, "Two")[1] == "the sheet “Two” is read; not used: “One”"
        assert "no sheet “Three”" in refusal(file, "Three")

    def test_without_a_header_is_not_guessed(self) -> None:
        assert "no sheet has a tape's header" in refusal(a_workbook(One=[("a",)], Two=[("b",)]))


class TestRefused:
    def test_is_what_is_no_workbook(self) -> None:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("tape.csv", "a,b")
        assert "an archive" in refusal(archive)
        assert "damaged" in refusal(io.BytesIO(b"PK\x03\x04rest"))
        assert "old .xls format" in refusal(io.BytesIO(b"\xd0\xcf\x11\xe0rest"))

    def test_is_one_that_unpacks_to_too_much(self) -> None:
        bomb = a_workbook(Loans=[HEADER, LOAN])
        with zipfile.ZipFile(bomb, "a") as file:
            file.writestr("xl/media/zeros", b"0")
            file.infolist()[-1].file_size = 3 * 1024**3  # what the archive's directory says
        assert "unpacks to more than 2 GB" in refusal(bomb)

    def test_is_one_of_too_many_columns(self) -> None:
        assert "more than 1,000 columns" in refusal(a_workbook(Loans=[tuple(range(1001))]))

    def test_is_one_that_declares_entities(self) -> None:
        entity = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><workbook>&a;</workbook>'
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("xl/workbook.xml", entity)
            archive.writestr("[Content_Types].xml", entity)
        assert "damaged" in refusal(file)
