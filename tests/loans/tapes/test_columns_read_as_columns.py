"""Columns of a CSV: read in one way each, which all their cells and their header decide, or asked about."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal

import pytest

from realinsights.contracts.loans import LoanStatus, PropertyType
from realinsights.loans.model.tape import ColumnChoice, ColumnUnit, DateOrder, DecimalMark, Statement, TapeLayout
from realinsights.loans.tapes import headers, reading
from realinsights.loans.tapes.columns import COLUMNS
from realinsights.loans.tapes.problems import Refused
from realinsights_finance.day_count import DayCount
from realinsights_finance.time import Interval

AS_OF = datetime.date(2025, 12, 31)
LOAN = {
    "Loan #": "",
    "Original Balance": "10000000",
    "Current Balance": "9876908.66",
    "Rate": "5.25%",
    "Origination Date": "2025-01-01",
    "Maturity Date": "2035-01-01",
    "Amortization": "360",
}


def a_file(column: str, *cells: str, instead_of: str | None = None, delimiter: str = ",", **others: str) -> bytes:
    """Return a loan for each cell of one column; `others` are the same in each row."""
    base = {name: value for name, value in LOAN.items() if name != instead_of} | others
    lines = [[*base, *([column] if column not in base else [])]]
    for number, cell in enumerate(cells, start=1):
        lines.append([{**base, "Loan #": f"L-{number}", column: cell}[name] for name in lines[0]])
    return "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines).encode()


def layout_of(file: bytes, *mapping: ColumnChoice) -> TapeLayout:
    return reading.inspect(io.BytesIO(file), file_name="a.csv", mapping=mapping or None)


def read(file: bytes, *mapping: ColumnChoice) -> list[Statement | Refused]:
    return list(reading.statements(io.BytesIO(file), layout_of(file, *mapping), as_of=AS_OF))


def told(rows, field: str) -> list[object]:
    """Return a field of each row, of a refused one its reasons."""
    return [
        getattr(row, field) if isinstance(row, Statement) else "; ".join(problem.reason for problem in row.problems)
        for row in rows
    ]


def reading_of(file: bytes, column: str, *mapping: ColumnChoice):
    return next(one for one in layout_of(file, *mapping).columns if one.column == column)


class TestDecimalMarks:
    COLUMN = "Current Balance"

    @pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f"])
    def test_spaces_between_thousands_show_neither_mark(self, space):
        file = a_file(self.COLUMN, f"9{space}876{space}908.66", "9,870,000.00", f"9{space}870{space}000")
        assert told(read(file), "balance") == [Decimal("9876908.66"), Decimal("9870000.00"), Decimal("9870000.00")]
        european = a_file(self.COLUMN, f"9{space}876{space}908,66", f"9{space}870{space}000")
        assert told(read(european), "balance") == [Decimal("9876908.66"), Decimal("9870000.00")]

    def balances(self, *cells, **options):
        return told(read(a_file(self.COLUMN, *cells, **options)), "ending_balance")

    def test_a_cell_with_a_comma_before_its_decimals_decides_for_all(self):
        assert self.balances("850.000", "1.250.000,50", "900000") == [
            Decimal("850000.00"),
            Decimal("1250000.50"),
            Decimal("900000.00"),
        ]

    def test_a_cell_with_a_point_before_its_decimals_decides_for_all(self):
        assert self.balances("1250000.5", "850.00", "850,000") == [
            Decimal("1250000.50"),
            Decimal("850.00"),
            Decimal("850000.00"),
        ]

    def test_thousands_of_the_other_kind_contradict_the_column(self):
        assert "may be parted in thousands" in self.balances("1250000.5", "850.000")[1]
        assert "may be parted in thousands" in self.balances("1.250.000,50", "850,000")[1]

    def test_three_decimals_are_read_where_the_column_shows_them(self):
        assert self.balances("1250000.500", "850.000") == [Decimal("1250000.50"), Decimal("850.00")]

    def test_thousands_that_may_be_decimals_are_asked_about(self):
        rows = self.balances("850.000", "825500", delimiter=";")
        assert "'850.000' may have a decimal point or be parted in thousands" in rows[0]
        assert rows[1] == Decimal("825500.00")

    def test_a_mapping_answers(self):
        said = ColumnChoice(header=self.COLUMN, column="currentBalance", decimal=DecimalMark.COMMA)
        assert told(read(a_file(self.COLUMN, "850.000"), said), "ending_balance") == [Decimal("850000.00")]

    def test_a_cell_that_contradicts_its_column_is_refused_and_so_is_what_either_could_mean(self):
        rows = self.balances("1250000.50", "1,250,000.75", "1.250.000,00", "850.000")
        assert rows[:2] == [Decimal("1250000.50"), Decimal("1250000.75")]
        assert "has a decimal comma, and the column's numbers have a decimal point" in rows[2]
        assert "may be parted in thousands" in rows[3]

    def test_a_column_of_either_kind_is_refused_whole(self):
        assert all("the column has both" in str(row) for row in self.balances("1250000.50", "1.250.000,00"))

    def test_a_rate_has_no_thousands(self):
        rows = read(a_file("Rate", "5,250", "5,5", "4,125"))
        assert told(rows, "rate") == [Decimal("0.0525"), Decimal("0.055"), Decimal("0.04125")]


class TestUnitsOfRates:
    def test_a_percent_sign_over_fractions_is_a_spreadsheets_format(self):
        file = a_file("Interest Rate %", "0.0525", "0.06", instead_of="Rate")
        assert told(read(file), "rate") == [Decimal("0.0525"), Decimal("0.06")]
        assert "although the header says percent" in (reading_of(file, "rate").reason or "")

    @pytest.mark.parametrize("header", ["Rate", "Note Rate (%)", "note_rate_pct", "Coupon Rate Percent"][:3])
    def test_bare_percentages_are_known_by_their_size(self, header):
        assert told(read(a_file(header, "5.25", "6.8256", instead_of="Rate")), "rate") == [
            Decimal("0.0525"),
            Decimal("0.068256"),
        ]

    def test_a_fraction_among_percentages_is_refused(self):
        rows = told(read(a_file("Rate", "5.25", "5.5", "0.0525")), "rate")
        assert rows[:2] == [Decimal("0.0525"), Decimal("0.055")]
        assert rows[2] == "is a fraction, and the column holds percentages"

    @pytest.mark.parametrize(
        ("cell", "unit", "reason"),
        [
            ("0.0525", ColumnUnit.PERCENT, "'0.0525' can only be in fractions"),
            ("5.25", ColumnUnit.FRACTION, "'5.25' can only be in percentages"),
        ],
    )
    def test_a_mapping_that_the_cells_contradict_is_told_of_the_column_and_refuses_them(self, cell, unit, reason):
        said = ColumnChoice(header="Rate", column="rate", unit=unit)
        file = a_file("Rate", cell)
        assert reason in (reading_of(file, "rate", said).question or "")
        assert reading_of(file, "rate", said).examples[0].refused is not None
        assert isinstance(read(file, said)[0], Refused)

    @pytest.mark.parametrize(("cell", "header"), [("850.000", "Rate"), ("120%", "Rate"), ("5.25", "Rate (bps)")])
    def test_no_rate_is_so_large_or_so_small(self, cell, header):
        first, second = read(a_file(header, "5.25" if header == "Rate" else "525", cell, instead_of="Rate"))
        assert isinstance(first, Statement)
        assert first.rate == Decimal("0.0525")
        assert isinstance(second, Refused)

    def test_as_many_of_each_refuse_each_other(self):
        assert all("the column has both" in str(row) for row in told(read(a_file("Rate", "5.25", "0.0525")), "rate"))

    def test_what_may_be_either_is_asked_about_and_a_mapping_or_a_header_answers(self):
        assert "may be either" in str(told(read(a_file("Rate", "0.25")), "rate")[0])
        said = ColumnChoice(header="Rate", column="rate", unit=ColumnUnit.PERCENT)
        assert told(read(a_file("Rate", "0.25"), said), "rate") == [Decimal("0.0025")]
        assert told(read(a_file("Rate (pct)", "0.25", instead_of="Rate")), "rate") == [Decimal("0.0025")]

    def test_an_occupancy_is_a_share_of_its_own_size(self):
        for cells, share in ((("95", "100"), "0.95"), (("0.95", "1"), "0.95"), (("95%", "88%"), "0.95")):
            row = read(a_file("Physical Occupancy %", *cells))[0]
            assert isinstance(row, Statement)
            assert row.properties[0].operating_statements[0].occupancy == Decimal(share)

    def test_basis_points_are_told_by_header_or_cell(self):
        floating = {"Rate Type": "floating", "Index": "SOFR"}
        for header, cell in (("Spread (bps)", "250"), ("Spread", "250 bps"), ("Margin", "2.5"), ("Margin", "0.025")):
            assert told(read(a_file(header, cell, **floating)), "spread") == [Decimal("0.025")]


class TestUnitsOfTerms:
    @pytest.mark.parametrize("header", ["Amortization", "Amortization (Yrs)", "Amort Term (years)"])
    def test_years_are_known_by_size_or_header(self, header):
        rows = read(a_file(header, "30", "25", instead_of="Amortization"))
        assert told(rows, "amortization_months") == [360, 300]

    def test_a_term_of_the_other_unit_is_refused(self):
        rows = told(read(a_file("Amortization", "360", "300", "30")), "amortization_months")
        assert rows[:2] == [360, 300]
        assert "years" in rows[2]
        file = a_file("Amortization (Yrs)", "30", "360", instead_of="Amortization")
        assert "are these months?" in str(told(read(file), "amortization_months")[1])

    def test_months_that_end_long_before_the_maturity_may_be_years(self):
        (row,) = told(read(a_file("Amort Months", "30", instead_of="Amortization")), "amortization_months")
        assert "are these years?" in str(row)
        short = {"Maturity Date": "2027-08-01"}
        assert told(read(a_file("Amort Months", "30", instead_of="Amortization", **short)), "amortization_months") == [
            30
        ]

    def test_interest_only_terms_below_twelve_are_asked_about(self):
        assert "may be either" in str(told(read(a_file("IO Term", "5", "3")), "interest_only_months")[0])
        assert told(read(a_file("IO Term", "5", "36")), "interest_only_months") == [5, 36]
        assert told(read(a_file("IO Term (Years)", "5", "3")), "interest_only_months") == [60, 36]
        assert told(read(a_file("interestOnlyMonths", "5")), "interest_only_months") == [5]

    @pytest.mark.parametrize("cell", ["360M", "360 mos", "30Y", "30 years"])
    def test_a_cell_may_say_its_own(self, cell):
        assert told(read(a_file("Amortization", cell, "300")), "amortization_months") == [360, 300]

    @pytest.mark.parametrize("cell", ["360k", "$360"])
    def test_a_currency_or_a_scale_has_no_place_in_one(self, cell):
        assert "number alone" in str(told(read(a_file("Amortization", cell)), "amortization_months")[0])


class TestScales:
    @pytest.mark.parametrize("header", ["Current Balance ($000s)", "Current Balance (in thousands)", "Balance $000"])
    def test_are_told_by_the_header(self, header):
        assert told(read(a_file(header, "9,876.9", instead_of="Current Balance")), "ending_balance") == [
            Decimal("9876900.00")
        ]

    def test_an_m_is_asked_about(self):
        file = a_file("Current Balance ($M)", "9.8", instead_of="Current Balance")
        assert "M may be thousands or millions" in str(told(read(file), "ending_balance")[0])
        said = ColumnChoice(header="Current Balance ($M)", column="currentBalance", unit=ColumnUnit.MILLIONS)
        assert told(read(file, said), "ending_balance") == [Decimal("9800000.00")]


class TestOrderOfDayAndMonth:
    def maturities(self, *cells, **options):
        return [str(one) for one in told(read(a_file("Maturity Date", *cells, **options)), "maturity_date")]

    def test_one_day_above_twelve_decides_for_the_column(self):
        assert self.maturities("01/02/2035", "31/12/2034") == ["2035-02-01", "2034-12-31"]
        assert self.maturities("01/02/2035", "12/31/2034") == ["2035-01-02", "2034-12-31"]

    def test_a_column_without_one_follows_the_files_others_else_the_us_way(self):
        other = {"Origination Date": "31/01/2025"}
        assert self.maturities("01/02/2035", **other) == ["2035-02-01"]
        assert self.maturities("01/02/2035") == ["2035-01-02"]

    def test_a_file_in_another_manner_is_asked_about(self):
        assert "may have the month or the day first" in self.maturities("01/02/2035", delimiter=";")[0]
        said = ColumnChoice(header="Maturity Date", column="maturityDate", dates=DateOrder.DAY_FIRST)
        file = a_file("Maturity Date", "01/02/2035", delimiter=";")
        assert told(read(file, said), "maturity_date") == [datetime.date(2035, 2, 1)]

    def test_never_two_orders_in_one_column(self):
        rows = self.maturities("12/31/2034", "06/30/2034", "31/12/2034", "01/02/2035", "05/05/2035")
        assert rows[:2] == ["2034-12-31", "2034-06-30"]
        assert "months come first" in rows[2]
        assert "the column's cells have either" in rows[3]
        assert rows[4] == "2035-05-05"

    @pytest.mark.parametrize("cell", ["2/1/35", "1-Feb-35", "01FEB35", "Feb 1, 35", "2/1/35  12:00:00 AM", "2.1.35"])
    def test_a_year_of_two_digits_is_read_in_every_notation(self, cell):
        assert self.maturities("2035-01-31", cell) == ["2035-01-31", "2035-02-01"]

    def test_a_year_may_not_stand_first_in_two_digits(self):
        assert "may begin with its year or its day" in self.maturities("34-12-31", "35-06-30")[0]

    @pytest.mark.parametrize("cell", ["2034-12-31 14:30", "12/31/2034 5:00:00 PM", "2034-12-31T05:00:00Z", "49308.5"])
    def test_a_time_that_is_not_midnight_is_called_one(self, cell):
        assert self.maturities(cell) == ["has a time of day that is not midnight: write the date alone"]

    def test_two_digits_of_a_year_are_read_where_the_loan_decides_and_refused_elsewhere(self):
        rows = read(a_file("Maturity Date", "1/1/35", "1/1/99", **{"Origination Date": "1/15/25"}))
        assert told(rows, "maturity_date")[0] == datetime.date(2035, 1, 1)
        assert told(rows, "origination_date")[0] == datetime.date(2025, 1, 15)
        assert "do not decide the century" in str(told(rows, "maturity_date")[1])


class TestWords:
    @pytest.mark.parametrize(
        ("header", "cell", "field", "value"),
        [
            ("Accrual", "A/360", "day_count", DayCount.ACTUAL_360),
            ("Accrual", "365/360", "day_count", DayCount.ACTUAL_360),
            ("Payment Frequency", "Q", "frequency", Interval.QUARTERLY),
            ("Payment Frequency", "M", "frequency", Interval.MONTHLY),
            ("paymentFrequencyCode", "12", "frequency", Interval.ANNUAL),
            ("Payment Frequency", "Biweekly", "frequency", Interval.BI_WEEKLY),
            ("Payment Frequency", "Semi-Monthly", "frequency", Interval.SEMI_MONTHLY),
            ("Payment Frequency", "W", "frequency", Interval.WEEKLY),
            ("Amortization", "IO", "interest_only", True),
            ("DSCR", "1.35x", "dscr", Decimal("1.35")),
            ("paymentStatusLoanCode", "3", "status", LoanStatus.DAYS_90),
        ],
    )
    def test_of_the_trade_are_known(self, header, cell, field, value):
        assert told(read(a_file(header, cell)), field) == [value]

    def test_a_frequency_in_digits_is_a_question(self):
        assert "payments a year or months between" in str(told(read(a_file("Payment Frequency", "12")), "frequency")[0])

    @pytest.mark.parametrize(("header", "field"), [("Rate Type", "rate_type"), ("Accrual Method", "day_count")])
    def test_a_term_in_codes_of_an_unknown_list_is_a_question(self, header, field):
        assert "of another list" in str(told(read(a_file(header, "1", "2")), field)[0])

    @pytest.mark.parametrize("cells", [("100", "0"), ("1", "2"), ("Watchlist",)])
    def test_a_status_of_an_unknown_list_is_left_unknown_with_a_warning(self, cells):
        (row, *_) = read(a_file("Loan Status", *cells, "current"))
        assert isinstance(row, Statement)
        assert row.status is None
        assert [(warning.field, warning.value) for warning in row.warnings] == [("Loan Status", cells[0])]

    def test_codes_with_the_zero_of_current_are_the_ex102s(self):
        assert told(read(a_file("Loan Status", "0", "3")), "status") == [LoanStatus.CURRENT, LoanStatus.DAYS_90]


class TestNothingAndUnreadable:
    @pytest.mark.parametrize("cell", ["N/A", "NAP", "NAV", "#N/A", "-", "TBD"])
    def test_where_nothing_is_said_nothing_is_known(self, cell):
        (row,) = read(a_file("DSCR", cell, **{"Occupancy": cell, "Property Type": cell, "Lender": cell}))
        assert isinstance(row, Statement)
        assert (row.dscr, row.lender, row.properties, row.warnings) == (None, None, (), ())

    @pytest.mark.parametrize("cell", ["-", "N/A", "#N/A"])
    def test_a_balance_that_says_nothing_is_refused_and_never_zero(self, cell):
        (row,) = read(a_file("Current Balance", cell))
        assert isinstance(row, Refused)
        assert [(problem.field, problem.value, problem.reason) for problem in row.problems] == [
            ("Current Balance", cell, "is required")
        ]

    @pytest.mark.parametrize("cell", ["NAV", "#N/A", "TBD"])
    def test_a_term_that_is_not_known_refuses_the_loan(self, cell):
        for header in ("Amortization", "Accrual", "Payment Frequency", "IO Term"):
            assert isinstance(read(a_file(header, cell))[0], Refused), header

    def test_what_nothing_owed_depends_on_is_left_out_with_a_warning(self):
        odd = {"Occupancy": "see note", "Year Built": "1998/2005", "Property Type": "Castle"}
        good, row = read(
            a_file("DSCR", "1.3", "see memo", **odd).replace(
                b'"see note","1998/2005","Castle","1.3"', b'"95%","1998","Office","1.3"'
            )
        )
        assert isinstance(good, Statement)
        assert good.properties[0].property_type is PropertyType.OFFICE
        assert isinstance(row, Statement)
        assert {warning.value for warning in row.warnings} == {"see memo", "see note", "1998/2005", "Castle"}

    @pytest.mark.parametrize(
        ("header", "cell"),
        [
            ("Amortization", "thirty"),
            ("Accrual", "Bank method"),
            ("First Payment", "soon"),
            ("Current Balance", "much"),
        ],
    )
    def test_a_term_that_cannot_be_read_refuses_the_loan(self, header, cell):
        (row,) = read(a_file(header, cell))
        assert isinstance(row, Refused)
        assert (row.problems[0].field, row.problems[0].value) == (header, cell)


class TestWhatANameDoesNotSay:
    def payments(self, cell, **others):
        (row,) = read(a_file("Monthly Payment", cell, **others))
        return row

    def test_an_interest_only_loans_payment_is_its_interest(self):
        for cells in ({"Amortization": "0"}, {"Amortization": "", "IO Term": "120"}):
            row = self.payments("45208.33", **cells)
            assert isinstance(row, Statement)
            assert (row.interest_only, row.level_payment, row.warnings) == (True, None, ())

    def test_a_payment_near_the_terms_is_taken(self):
        row = self.payments("55220.40")
        assert isinstance(row, Statement)
        assert row.level_payment == Decimal("55220.40")

    def test_a_loan_that_is_paid_down_is_not_taken_for_interest_only_in_silence(self):
        (row,) = read(a_file("Borrower", "Acme", instead_of="Amortization"))
        assert row.interest_only
        (warning,) = row.warnings
        assert warning.field == "amortizationMonths"
        assert warning.reason == (
            "is not stated, and of 10,000,000.00 only 9,876,908.66 are owed: the loan is taken for interest-only. "
            "If it amortizes, state its months"
        )
        assert read(a_file("Amortization", "IO"))[0].warnings == ()
        assert read(a_file("Current Balance", "10000000", instead_of="Amortization"))[0].warnings == ()

    def test_a_payment_with_escrow_is_left_out_with_a_warning(self):
        row = self.payments("67500.00")
        assert isinstance(row, Statement)
        assert (row.level_payment, row.amortization_months) == (None, 360)
        assert "escrow" in row.warnings[0].reason

    def test_a_payment_that_is_all_there_is_about_principal_is_asked_about(self):
        row = self.payments("67500.00", Amortization="")
        assert isinstance(row, Refused)
        assert "principal_and_interest" in row.problems[0].reason

    def test_a_mapping_says_that_it_holds_no_escrow(self):
        said = ColumnChoice(header="Monthly Payment", column="levelPayment", unit=ColumnUnit.PRINCIPAL_AND_INTEREST)
        (row,) = read(a_file("Monthly Payment", "67500.00"), said)
        assert isinstance(row, Statement)
        assert row.level_payment == Decimal("67500.00")

    def test_a_due_date_is_not_the_maturity(self):
        file = a_file("Due Date", "2026-01-01")
        assert told(read(file), "maturity_date") == [datetime.date(2035, 1, 1)]
        assert layout_of(file).unused == ("Due Date",)

    def test_the_better_of_two_names_is_taken_and_the_other_named(self):
        file = a_file("Note Rate", "6%", instead_of="Rate", **{"Current Rate": "7%"})
        assert told(read(file), "rate") == [Decimal("0.07")]
        assert layout_of(file).unused == ("Note Rate",)

    @pytest.mark.parametrize(
        ("header", "cell", "column"),
        [("Prepayment", "L(24),D(90),O(6)", "unscheduledPrincipal"), ("Period", "12", "asOf")],
    )
    def test_a_name_whose_cells_are_something_else_is_not_taken(self, header, cell, column):
        layout = layout_of(a_file(header, cell))
        assert layout.unused == (header,)
        assert layout.note == f"“{header}” is not read as {column}: none of its cells can be"

    def test_a_prepayment_in_dollars_is_unscheduled_principal(self):
        rows = read(a_file("Prepayment", "0", "100000"))
        assert told(rows, "unscheduled_principal") == [Decimal("0.00"), Decimal("100000.00")]

    def test_a_loan_type_that_is_no_structure_is_not_taken(self):
        file = a_file("Loan Type", "Bridge", "Permanent")
        assert layout_of(file).unused == ("Loan Type",)
        assert "is not read as structure" in (layout_of(file).note or "")
        assert told(read(a_file("Loan Type", "A1")), "structure")[0] == "a_note"


class TestMappings:
    def test_for_one_column_keeps_what_the_others_names_say(self):
        file = a_file("Zins", "5.25", instead_of="Rate")
        said = ColumnChoice(header="Zins", column="rate")
        assert told(read(file, said), "rate") == [Decimal("0.0525")]
        assert {choice.column for choice in layout_of(file, said).mapping} >= {"loanNumber", "amortizationMonths"}

    def test_takes_a_column_from_another_of_the_same_meaning(self):
        file = a_file("Scheduled Balance", "9000000")
        said = ColumnChoice(header="Scheduled Balance", column="currentBalance")
        assert told(read(file, said), "ending_balance") == [Decimal("9000000.00")]
        assert layout_of(file, said).unused == ("Current Balance",)

    def test_says_that_a_column_is_not_to_be_used(self):
        file = a_file("Amortization", "360")
        said = ColumnChoice(header="Amortization", column="unused")
        assert told(read(file, said), "amortization_months") == [None]
        assert layout_of(file, said).unused == ("Amortization",)


class TestWhatIsTold:
    def test_each_column_with_examples_of_its_cells(self):
        told_of = reading_of(a_file("Amortization", "30", "25"), "amortizationMonths")
        assert told_of.unit is ColumnUnit.YEARS
        assert [(one.text, one.value) for one in told_of.examples] == [("30", "360"), ("25", "300")]

    def test_what_a_mapping_says_of_it(self):
        said = ColumnChoice(header="Rate", column="rate", unit=ColumnUnit.PERCENT)
        assert reading_of(a_file("Rate", "0.25"), "rate", said).reason == "percentages, as the mapping says"

    def test_examples_that_are_refused_and_the_question(self):
        told_of = reading_of(a_file("Current Balance", "850.000"), "currentBalance")
        assert told_of.question is not None
        assert told_of.examples[0].refused == told_of.question

    def test_every_column_that_is_not_used(self):
        file = a_file("Watchlist", "no", **{"Prepayment": "Lockout then open", "": ""})
        assert layout_of(file).unused == ("Prepayment", "Watchlist")
        named = a_file("Watchlist", "no", **{"": "17"})
        assert layout_of(named).unused == ("column 8 (without a name)", "Watchlist")


class TestNames:
    @pytest.mark.parametrize(
        ("usual", "ours", "field"),
        [
            ("Orig UPB", "Original Balance", "original_balance"),
            ("Original Principal Balance", "Original Balance", "original_balance"),
            ("Current UPB", "Current Balance", "balance"),
            ("Cut-off Date Balance", "Current Balance", "balance"),
            ("Mortgage Rate", "Rate", "rate"),
            ("Closing", "Origination Date", "origination_date"),
            ("Orig. Amort Term (mos)", "Amortization", "amortization_months"),
        ],
    )
    def test_of_the_trade_are_recognized(self, usual, ours, field):
        expected = told(read(a_file(ours, LOAN[ours])), field)
        assert told(read(a_file(usual, LOAN[ours], instead_of=ours)), field) == expected

    def test_a_floor_may_be_of_the_index_or_of_the_rate_and_is_asked_about(self):
        floating = {"Rate Type": "floating", "Index": "SOFR", "Spread": "2.75%"}
        file = a_file("Floor", "0.25%", "1.00", "", **floating)
        assert told(read(file), "rate_floor") == [
            *["may be the floor of the index or of the rate: say in the mapping which (indexFloor, rateFloor)"] * 2,
            None,
        ]
        rows = read(file, ColumnChoice(header="Floor", column="indexFloor"))
        assert told(rows, "index_floor") == [Decimal("0.0025"), Decimal("0.01"), None]
        rows = read(file, ColumnChoice(header="Floor", column="rateFloor"))
        assert told(rows, "rate_floor") == [Decimal("0.0025"), Decimal("0.01"), None]
        assert told(read(a_file("Rate Floor", "3%", **floating)), "rate_floor") == [Decimal("0.03")]

    @pytest.mark.parametrize(
        ("cell", "state"),
        [("FL", "FL"), ("Florida", "FL"), ("fl", "FL"), ("N.Y.", "NY"), ("new  york", "NY"), ("Ontario", "Ontario")],
    )
    def test_a_state_that_is_written_out_is_its_two_letters(self, cell, state):
        (row,) = read(a_file("State", cell))
        assert row.properties[0].state == state


class TestNamesOfColumns:
    def test_of_a_column_are_those_of_no_other(self) -> None:
        columns: dict[str, set[str]] = {}
        for column in COLUMNS:
            for name in (column.name, column.element or column.name, *column.synonyms):
                columns.setdefault(headers.plain(name), set()).add(column.name)
        assert {name: found for name, found in columns.items() if len(found) > 1} == {}

    @pytest.mark.parametrize(
        ("name", "column"),
        [
            ("Scheduled Principal", "principal"),
            ("Scheduled Interest", "interest"),
            ("Principal schedule", "principalSchedule"),
            ("Fixed principal", "fixedPrincipal"),
        ],
    )
    def test_of_monthly_files_mean_the_figures_of_the_month(self, name: str, column: str) -> None:
        assert headers.column_of(name)[1] == column
