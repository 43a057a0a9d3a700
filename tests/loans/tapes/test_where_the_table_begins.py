"""Where a CSV's table begins: below what spreadsheets and reports put above it, in whatever encoding."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal

import pytest

from realinsights.loans.model.tape import Statement
from realinsights.loans.tapes import reading
from realinsights.loans.tapes.problems import Refused, TapeRefused

HEADER = "Loan #,Original Balance,Current Balance,Rate,Origination Date,Maturity Date"
ROW = "L-1,10000000,9876908.66,5.25%,2025-01-01,2035-01-01"
RATE = Decimal("0.0525")
TITLES = 'Loan Portfolio Report,,,,,\n"As of December 31, 2025",,,,,\n,,,,,\n'


def read(text: str | bytes):
    stream = io.BytesIO(text.encode() if isinstance(text, str) else text)
    layout = reading.inspect(stream, file_name="a.csv")
    return layout, list(reading.statements(stream, layout, as_of=datetime.date(2025, 12, 31)))


def number(text: str | bytes) -> str:
    _, (row,) = read(text)
    assert isinstance(row, Statement), row
    return f"{row.number} {row.original_balance} {row.balance} {row.rate}"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{HEADER}\n{ROW}", id="at once"),
        pytest.param(f"{TITLES}{HEADER}\n{ROW}", id="below titles"),
        pytest.param(f"Loans; all of them\nPortfolio\n{HEADER}\n{ROW}", id="below titles with another delimiter"),
        pytest.param(f"sep=;\r\n{HEADER}\n{ROW}".replace(",", ";"), id="below Excel's line"),
        pytest.param(f'"sep=,"\n{TITLES}{HEADER}\n{ROW}', id="below Excel's line and titles"),
        pytest.param(f"sep=^\n{HEADER}\n{ROW}".replace(",", "^"), id="with a delimiter that only the line says"),
        pytest.param(f",{HEADER}\n,{ROW}".replace("\n", "\n"), id="beside a blank column"),
        pytest.param(f"{HEADER},,\n{ROW},,", id="before blank columns"),
        pytest.param(
            'Loan #,"Original\nBalance","Current\nBalance",Rate,"Origination\nDate","Maturity\nDate"\n' + ROW,
            id="with two lines in a cell",
        ),
        pytest.param(
            "Loan,Original,Current,Interest,Origination,Maturity\n#,Balance,Balance,Rate,Date,Date\n" + ROW,
            id="with a header of two records",
        ),
        pytest.param(f"{HEADER}\n(text),($),($),(%),mm/dd/yyyy,mm/dd/yyyy\n{ROW}", id="with units below the names"),
        pytest.param(f"Loan Terms,,,,Dates,\n{HEADER}\n{ROW}", id="below groups of columns"),
        pytest.param(
            f"Loan,Balance,,Rate,Dates,\n#,Original,Current,,Origination,Maturity\n{ROW}", id="of merged cells"
        ),
        pytest.param(
            f"Loan #,Balance,Balance,Rate,Date,Maturity\nText,Original,Current,Number,Closing,Date\n{ROW}",
            id="with names that two lines say the other way round",
        ),
    ],
)
def test_is_found(text):
    assert number(text) == "L-1 10000000.00 9876908.66 0.0525"


@pytest.mark.parametrize(
    ("column", "word"),
    [("Rate", "Default"), ("Maturity Date", "Fully Extended"), ("Current Balance", "Projected")],
)
def test_a_second_line_that_says_more_of_a_name_makes_it_another_column(column, word):
    below = ",".join(word if name == column else "" for name in HEADER.split(","))
    with pytest.raises(TapeRefused, match=f"{column} {word}"):
        read(f"{HEADER}\n{below}\n{ROW}")


def test_a_title_above_several_columns_says_more_of_each():
    titles, names = "Loan Terms,,,,,,UW,,TTM,", HEADER + ",NOI,NCF,NOI,NCF"
    layout, _ = read(f"{titles}\n{names}\n{ROW},900000,850000,800000,750000")
    assert [name for name in layout.header if name[-3:] in {"NOI", "NCF"}] == ["UW NOI", "UW NCF", "TTM NOI", "TTM NCF"]
    assert layout.unused == ("TTM NOI", "TTM NCF")


def test_a_mark_of_a_footnote_below_a_name_is_no_part_of_it():
    assert read(f"{HEADER}\n,(a),(b),,,\n{ROW}")[0].header == tuple(HEADER.split(","))


def test_a_kind_of_thing_below_a_name_that_cannot_be_it_makes_it_another_column():
    layout, _ = read(f"{HEADER},Lender\n,,,%,,,Number\n{ROW},12")
    assert layout.unused == ("Lender Number",)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "cp1252"])
def test_is_found_in_every_encoding(encoding):
    assert number(f"sep=,\nPrêts\n{HEADER}\n{ROW}".encode(encoding)) == "L-1 10000000.00 9876908.66 0.0525"


def test_lines_and_rows_are_counted_as_a_person_would():
    _, (good, refused) = read(f"{TITLES}{HEADER}\n{ROW}\nL-2,x,1,5%,2025-01-01,2035-01-01")
    assert (good.row, good.line) == (1, 5)
    assert (refused.row, refused.line) == (2, 6)


def test_what_stands_above_is_said_to_be_passed_over():
    layout, _ = read(f"{TITLES}{HEADER}\n{ROW}")
    assert layout.note == "the header is on line 4: what stands above it is not read"


@pytest.mark.parametrize(
    ("title", "scale"),
    [
        ("($ in thousands)", 1_000),
        ("All amounts in $000s", 1_000),
        ("Amounts (000's)", 1_000),
        ("Loans; USD in millions", 1_000_000),
        ("Loans in Thousand Oaks", 1),
    ],
)
def test_a_title_says_the_scale_of_amounts(title, scale):
    layout, (row,) = read(f'"{title}",,,,,\n{HEADER}\nL-1,12.5,"10.25",5.25%,2025-01-01,2035-01-01')
    assert (row.original_balance, row.balance, row.rate) == (Decimal("12.5") * scale, Decimal("10.25") * scale, RATE)
    told = f", but that amounts are in {'thousands' if scale == 1_000 else 'millions'}" if scale > 1 else ""
    assert layout.note == f"the header is on line 2: what stands above it is not read{told}"


def test_a_header_says_more_of_its_amounts_than_a_title():
    text = (
        "(in thousands),,,,,\nLoan #,Original Balance (USD),Current Balance ($MM),Rate,Origination Date,Maturity Date\n"
    )
    _, (row,) = read(f"{text}L-1,12500000,12.5,5.25%,2025-01-01,2035-01-01")
    assert (row.original_balance, row.balance) == (Decimal(12_500_000), Decimal(12_500_000))
    _, (row,) = read(f"{text.replace('USD', '$')}L-1,12500000,12.5,5.25%,2025-01-01,2035-01-01")
    assert [problem.reason for problem in row.problems] == [
        "the header says dollars, and a line above it thousands: say in the mapping which (unit)"
    ]


@pytest.mark.parametrize(
    "total",
    [
        "Total",
        "Grand Total:",
        "TOTAL (2 loans)",
        "Average",
        "Total / Wtd. Avg.",
        "Portfolio Total:",
        "WAVG",
        "WA / Total",
    ],
)
def test_a_line_of_totals_is_refused_as_one(total):
    _, rows = read(f"{HEADER}\n{ROW}\n{total},10000000,9876908.66,5.25%,,")
    assert isinstance(rows[1], Refused)
    assert "totals or averages" in rows[1].problems[0].reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",Total: 2 loans,10000000,,,", "begins a line of totals or averages, not a loan's"),
        ("* Balances of the servicer,,,,,", "is all that this line says: it is a note, and no loan"),
        (HEADER, "is the header again, and no loan"),
    ],
)
def test_a_line_below_that_is_no_loan_is_called_what_it_is(line, reason):
    _, (good, refused) = read(f"{HEADER}\n{ROW}\n{line}")
    assert isinstance(good, Statement)
    assert isinstance(refused, Refused)
    assert [problem.reason for problem in refused.problems] == [reason]


def test_a_header_that_is_not_found_is_named_with_its_line():
    with pytest.raises(TapeRefused) as caught:
        read("Report\nKonto;Summe\n1;2\n")
    assert "line 1, taken for it, has Report" in caught.value.message


@pytest.mark.parametrize(("head", "what"), [(b"%PDF-1.7", "a PDF"), (b"\x1f\x8b\x08", "a gzip archive")])
def test_what_is_no_table_is_called_what_it_is(head, what):
    with pytest.raises(TapeRefused, match=what):
        read(head + b" some more bytes")
