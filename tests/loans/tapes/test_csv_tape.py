"""CSV tapes: headers, encodings, rows."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal

import pytest

from realinsights.contracts.loans import LoanStatus, PropertyType, RateType
from realinsights.loans.model.tape import ColumnChoice, ColumnUnit, Precision, Statement, TapeFormat
from realinsights.loans.tapes import headers, reading
from realinsights.loans.tapes.columns import COLUMNS, REQUIRED
from realinsights.loans.tapes.problems import Refused, TapeRefused
from realinsights.loans.tapes.template import template
from realinsights_platform.errors import Invalid

AS_OF = datetime.date(2025, 12, 31)
HEADER = "loanNumber,originalBalance,currentBalance,rate,originationDate,maturityDate,propertyNumber,propertyName"
ROW = '{number},"1,000,000.00",900000,5.25%,2020-01-01,2030-01-01,{asset},{name}'


def a_row(number="L-1", asset="", name="Plaza"):
    return ROW.format(number=number, asset=asset, name=name)


def read(text: str | bytes, **options):
    stream = io.BytesIO(text.encode() if isinstance(text, str) else text)
    layout = reading.inspect(stream, file_name="loans.csv", **options)
    return list(reading.statements(stream, layout, as_of=AS_OF))


def refusal(text: str | bytes, **options) -> str:
    with pytest.raises(TapeRefused) as caught:
        read(text, **options)
    return caught.value.message


class TestRows:
    def test_the_template_reads_as_it_says(self):
        (statement,) = read(template())
        assert statement.number == "L-1001"
        assert statement.rate == Decimal("0.0525")
        assert statement.original_balance == Decimal("1250000.00")
        assert statement.rate_type is RateType.FIXED
        assert statement.status is LoanStatus.CURRENT
        assert statement.properties[0].property_type is PropertyType.RETAIL

    def test_rows_of_one_loan_in_a_row_are_its_properties(self):
        rows = read("\n".join([HEADER, a_row(asset="a", name="East"), a_row(asset="b", name="West"), a_row("L-2")]))
        assert [(row.number, [asset.name for asset in row.properties]) for row in rows] == [
            ("L-1", ["East", "West"]),
            ("L-2", ["Plaza"]),
        ]

    def test_a_row_without_a_date_is_of_the_imports(self):
        assert read("\n".join([HEADER, a_row()]))[0].period_end == AS_OF

    def test_blank_lines_are_passed_over_and_lines_stay_right(self):
        rows = read("\n".join([HEADER, "", a_row(), ",,,,,,,", a_row("L-2")]))
        assert [(row.number, row.line) for row in rows] == [("L-1", 3), ("L-2", 5)]

    def test_a_quoted_line_break_counts_as_a_line(self):
        rows = read("\n".join([HEADER, a_row(name='"Two\nlines"'), a_row("L-2")]))
        assert [(row.line, row.properties[0].name) for row in rows] == [(2, "Two lines"), (4, "Plaza")]

    def test_every_bad_cell_is_named_by_row_column_and_value(self):
        (refused,) = read("\n".join([HEADER, "L-1,x,900000,high,2020-01-01,2030-13-01,,Plaza"]))
        assert isinstance(refused, Refused)
        assert [(problem.line, problem.field, problem.value) for problem in refused.problems] == [
            (2, "originalBalance", "x"),
            (2, "rate", "high"),
            (2, "maturityDate", "2030-13-01"),
        ]

    def test_a_row_without_a_required_value_is_refused(self):
        (refused,) = read("\n".join([HEADER, "L-1,,900000,5.25%,2020-01-01,2030-01-01,,Plaza"]))
        assert (refused.problems[0].field, refused.problems[0].reason) == ("originalBalance", "is required")

    def test_a_row_with_too_many_cells_is_refused(self):
        (refused,) = read("\n".join([HEADER, "L-1,1,000,000,900000,5.25%,2020-01-01,2030-01-01,,Plaza"]))
        assert "cells" in refused.problems[0].reason

    def test_a_loan_that_comes_again_elsewhere_is_refused(self):
        rows = read("\n".join([HEADER, a_row("L-1"), a_row("L-2"), a_row("L-1")]))
        assert "already on line 2" in rows[2].problems[0].reason

    def test_a_second_propertys_row_may_not_contradict_the_loan(self):
        other = a_row(asset="b").replace("900000", "800000")
        (refused,) = read("\n".join([HEADER, a_row(asset="a"), other]))
        assert refused.problems[0].field == "currentBalance"

    def test_ten_thousand_bad_rows_are_ten_thousand_refusals(self):
        rows = read("\n".join([HEADER, *(a_row(f"L-{i}").replace("5.25%", "high") for i in range(10_000))]))
        assert sum(isinstance(row, Refused) for row in rows) == 10_000


class TestTheBasisOfIncome:
    @pytest.mark.parametrize(
        ("column", "date", "said", "basis", "end"),
        [
            ("NOI", "", "", "underwritten", None),
            ("NOI", "2020-01-31", "", "underwritten", "2020-01-31"),
            ("NOI", "2019-12-31", "", "underwritten", "2019-12-31"),
            ("NOI", "2024-12-31", "", "annual", "2024-12-31"),
            ("NOI", "2025-09-30", "", "trailing_twelve_months", "2025-09-30"),
            ("UW NOI", "2025-09-30", "", "underwritten", "2025-09-30"),
            ("netOperatingIncomeSecuritizationAmount", "2025-09-30", "", "underwritten", "2025-09-30"),
            ("TTM NOI", "", "", "trailing_twelve_months", None),
            ("T12 NOI", "2024-12-31", "", "trailing_twelve_months", "2024-12-31"),
            ("UW NOI", "2025-09-30", "T12", "trailing_twelve_months", "2025-09-30"),
            ("NOI", "2026-12-31", "Budget", "budget", "2026-12-31"),
            ("NOI", "2025-09-30", "UW", "underwritten", "2025-09-30"),
        ],
    )
    def test_is_said_by_its_column_else_by_the_header_else_by_the_date(self, column, date, said, basis, end):
        header = f"{HEADER},{column},financialsDate,financialsBasis"
        (row,) = read(f"{header}\n{a_row()},80000,{date},{said}")
        (income,) = row.properties[0].operating_statements
        assert (income.basis, income.period_end and str(income.period_end)) == (basis, end)
        assert income.net_operating_income == Decimal("80000.00")


class TestHeaders:
    def test_every_column_is_recognized_by_its_own_name_and_its_ex102_name(self):
        own = [column.name for column in COLUMNS]
        assert [choice.column for choice in headers.suggest(own)] == own
        with_element = [column for column in COLUMNS if column.element is not None]
        suggested = headers.suggest([column.element for column in with_element if column.element])
        assert [choice.column for choice in suggested] == [column.name for column in with_element]

    def test_usual_names_are_recognized(self):
        suggested = headers.suggest(["Loan #", "UPB", "Interest Rate (%)", "Maturity", "Closing Date", "Loan Amount"])
        assert {choice.column for choice in suggested} == set(REQUIRED)

    def test_wrong_columns_say_what_is_missing_and_what_there_is(self):
        message = refusal("color,shape\nred,round\n")
        assert "maturityDate" in message
        assert "color, shape" in message

    def test_a_mapping_decides_over_the_names(self):
        text = "\n".join(["id,a,b,r,o,m", "L-1,1000,900,4.5,2020-01-01,2030-01-01"])
        mapping = [
            ColumnChoice(header=header, column=column, unit=ColumnUnit.PERCENT if column == "rate" else None)
            for header, column in zip(["id", "a", "b", "r", "o", "m"], REQUIRED, strict=True)
        ]
        (statement,) = read(text, mapping=mapping)
        assert (statement.rate, statement.ending_balance) == (Decimal("0.045"), Decimal("900.00"))

    def test_a_mapping_that_does_not_fit_names_each_fault(self):
        mapping = [ColumnChoice(header="nope", column="rate"), ColumnChoice(header="rate", column="what")]
        with pytest.raises(Invalid) as caught:
            read("\n".join([HEADER, a_row()]), mapping=mapping)
        assert [problem.field for problem in caught.value.fields] == ["mapping[0].header", "mapping[1].column"]

    def test_one_layout_has_one_fingerprint_whatever_order_and_capitals(self):
        assert headers.fingerprint(["Loan Number", "Rate"]) == headers.fingerprint(["rate", "loan number"])
        assert headers.fingerprint(["Loan Number"]) != headers.fingerprint(["Loan Name"])


class TestEncodings:
    TEXT = "\n".join([HEADER, a_row(name="Café Plaza")])

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
    def test_are_found_out(self, encoding):
        (statement,) = read(self.TEXT.encode(encoding))
        assert statement.properties[0].name == "Café Plaza"

    def test_a_guess_is_told(self):
        stream = io.BytesIO(self.TEXT.encode("cp1252"))
        assert "line 2 is not UTF-8" in (reading.inspect(stream, file_name="a.csv").note or "")

    def test_bytes_that_are_no_text_are_refused_with_their_line(self):
        assert refusal(self.TEXT.encode() + b"\n\xff\x81\x8d").startswith("line 3")

    def test_a_declared_encoding_that_is_wrong_is_refused_with_the_line(self):
        assert refusal(self.TEXT.encode("cp1252"), encoding="utf-8").startswith("line 2")

    @pytest.mark.parametrize("delimiter", [";", "\t", "|"])
    def test_delimiters_are_found_out(self, delimiter):
        text = self.TEXT.replace('"1,000,000.00"', "1000000").replace(",", delimiter)
        assert isinstance(read(text)[0], Statement)

    def test_a_quotation_mark_that_is_not_closed_is_refused_with_its_line(self):
        text = "\n".join([HEADER, a_row(), 'L-2,"' + "x" * 200_000])
        assert "line 3" in refusal(text)

    def test_a_header_without_rows_is_refused(self):
        assert "no rows" in refusal(HEADER)


class TestWhatATapeIs:
    def test_a_deal_is_named_after_its_file(self):
        assert reading.deal_of("bank5-2025-5yr19.ex102.xml") == "bank5-2025-5yr19"
        assert reading.deal_of("in/ubs-2017-c1-2017-07-11.xml") == "ubs-2017-c1"
        assert reading.deal_of("2017-07-11.xml") == "2017-07-11"

    def test_a_csv_has_no_deal_unless_given(self):
        stream = io.BytesIO("\n".join([HEADER, a_row()]).encode())
        layout = reading.inspect(stream, file_name="a.csv")
        assert (layout.format, layout.deal, layout.precision) == (TapeFormat.CSV, None, Precision.CENTS)
        assert reading.inspect(stream, file_name="a.csv", deal="Book").deal == "Book"


class TestLimits:
    def test_name_the_columns_of_a_file_that_has_too_many_before_any_is_looked_at(self, monkeypatch):
        monkeypatch.setattr(headers, "suggest", None)
        text = ",".join(f"c{number}" for number in range(100_000)) + "\n1\n"
        assert refusal(text) == "line 1: the file has 100,000 columns; at most 500 are read"

    @pytest.mark.parametrize(
        "record",
        [
            pytest.param("," * 1_100_000, id="a million cells"),
            pytest.param('"\n",' * 300_000, id="cells of many lines"),
            pytest.param("x" * 1_100_000, id="one cell"),
        ],
    )
    def test_name_the_length_of_a_record(self, record):
        assert refusal(record + "\n") == "line 1: a record is longer than 1,048,576 characters"
        text = "\n".join([HEADER, a_row(), record])
        assert refusal(text) == "line 3: a record is longer than 1,048,576 characters"

    def test_name_the_rows_of_one_loan(self):
        text = "\n".join([HEADER, *[a_row(asset=str(number)) for number in range(2_001)]])
        assert refusal(text) == "line 2002: more than 2,000 rows follow each other for loan L-1"
