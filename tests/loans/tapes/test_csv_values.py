"""What people write in spreadsheets."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from realinsights.loans.model.tape import ColumnUnit, DateOrder, DecimalMark
from realinsights.loans.tapes import csv_dates
from realinsights.loans.tapes import csv_values as values
from realinsights.loans.tapes.problems import BadValue


class TestAmounts:
    @pytest.mark.parametrize(
        ("text", "amount"),
        [
            ("$1,250,000.00", "1250000.00"),
            ("(1,250.00)", "-1250.00"),
            ("-$5.5", "-5.50"),
            ("$-5.5", "-5.50"),
            ("1250000", "1250000.00"),
            (" 7 ", "7.00"),
            (".5", "0.50"),
            ("1,250.00-", "-1250.00"),
            ("($1,250.00)", "-1250.00"),
            ("$(1,250.00)", "-1250.00"),
            ("USD 1.25m", "1250000.00"),
            ("1.25 MM", "1250000.00"),
            ("850k", "850000.00"),
            ("1,250.00 USD", "1250.00"),
            ("1'250'000.00", "1250000.00"),
            (" $ -   ", "0.00"),
        ],
    )
    def test_are_read_as_accountants_write_them(self, text, amount):
        assert str(values.money(text)) == amount

    @pytest.mark.parametrize(
        "text",
        ["1.250.000,00", "1,25", "12,34,567", "n/a", "1e6", "٣", "", "-(5)", "$", "NaN", "1 00", "-", "1.25E+07"],
    )
    def test_are_refused_when_they_could_mean_something_else(self, text):
        with pytest.raises(BadValue):
            values.money(text)

    @pytest.mark.parametrize(
        ("text", "amount"),
        [("1.250.000,00", "1250000.00"), ("850.000", "850000.00"), ("1 250,5", "1250.50"), ("(1.250,00)", "-1250.00")],
    )
    def test_are_read_with_a_decimal_comma_where_the_column_has_it(self, text, amount):
        assert str(values.money(text, DecimalMark.COMMA)) == amount

    @pytest.mark.parametrize("text", ["1,250,000.00", "1250.5", "1,250"])
    def test_with_a_decimal_point_contradict_such_a_column(self, text):
        with pytest.raises(BadValue):
            values.money(text, DecimalMark.COMMA)

    def test_are_in_thousands_unless_they_say_otherwise(self):
        assert values.money("1,250.5", unit=ColumnUnit.THOUSANDS) == Decimal("1250500.00")
        assert values.money("1.25m", unit=ColumnUnit.THOUSANDS) == Decimal("1250000.00")

    def test_are_not_rounded(self):
        with pytest.raises(BadValue, match="2 decimals"):
            values.money("1.005")


class TestRates:
    @pytest.mark.parametrize("text", ["5.25%", "5.25 %", "0.0525", "5 1/4 %", "5¼%", "5.25 pct", "525 bps"])
    def test_say_the_same_as_percentage_and_fraction(self, text):
        assert values.fraction(text) == Decimal("0.0525")

    def test_a_bare_5_25_needs_the_columns_unit(self):
        with pytest.raises(BadValue, match="neither a percentage"):
            values.fraction("5.25")
        assert values.fraction("5.25", ColumnUnit.PERCENT) == Decimal("0.0525")

    def test_a_percent_sign_is_never_divided_twice(self):
        assert values.fraction("5.25%", ColumnUnit.PERCENT) == Decimal("0.0525")


class TestTerms:
    @pytest.mark.parametrize("text", ["360", "360.0", "30 years", "30 yrs", "360 mos"])
    def test_are_months_unless_they_say_years(self, text):
        assert values.months(text) == 360

    def test_are_years_where_the_column_is(self):
        assert values.months("27.5", unit=ColumnUnit.YEARS) == 330
        with pytest.raises(BadValue, match="50 years"):
            values.months("360", unit=ColumnUnit.YEARS)


class TestDates:
    @pytest.mark.parametrize(
        "text",
        [
            *("2025-12-31", "2025-12-31 00:00:00", "2025-12-31T00:00:00Z", "2025/12/31", "20251231"),
            *("12/31/2025", "12-31-2025", "12/31/2025 12:00:00 AM", "12/31/2025 0:00"),
            *("31-Dec-2025", "31DEC2025", "Dec 31, 2025", "December 31, 2025", "31 December 2025"),
            *("2025Q4", "2025-Q4", "Q4 2025", "4Q2025", "46022"),
        ],
    )
    def test_are_read_in_every_unambiguous_form(self, text):
        assert csv_dates.date(text) == datetime.date(2025, 12, 31)

    @pytest.mark.parametrize(
        "text",
        [
            *("31/12/2025", "2025-02-30", "02/30/2025", "tomorrow", "20251331", "12312025", "1234", "99999"),
            *("2025-12-31 14:00", "Dec-25", "12/2025", "2025"),
        ],
    )
    def test_are_refused_when_ambiguous_or_impossible(self, text):
        with pytest.raises(BadValue):
            csv_dates.date(text)

    def test_have_the_day_first_where_the_column_has(self):
        assert csv_dates.date("1/2/2025", DateOrder.DAY_FIRST) == datetime.date(2025, 2, 1)
        assert csv_dates.date("31.12.2025", DateOrder.DAY_FIRST) == datetime.date(2025, 12, 31)
        with pytest.raises(BadValue, match="days come first"):
            csv_dates.date("12/31/2025", DateOrder.DAY_FIRST)

    @pytest.mark.parametrize(
        ("texts", "dates"),
        [
            (("1/15/98", "12/31/25", "2/1/28"), ("1998-01-15", "2025-12-31", "2028-02-01")),
            (("31-Dec-15", "31-Dec-25", "01-Jan-55"), ("2015-12-31", "2025-12-31", "2055-01-01")),
            (("2016-03-01", "y23q4", "01NOV26"), ("2016-03-01", "2023-12-31", "2026-11-01")),
        ],
    )
    def test_have_the_century_that_the_loan_decides(self, texts, dates):
        names = ("origination_date", "period_end", "maturity_date")
        said = {name: csv_dates.date(text) for name, text in zip(names, texts, strict=True)}
        found = csv_dates.with_centuries(said, as_of=None)
        assert found is not None
        assert tuple(str({**said, **found}[name]) for name in names) == dates

    @pytest.mark.parametrize(
        ("origination", "maturity"),
        [("1/1/25", "1/1/80"), ("1/1/2026", "1/1/30"), ("1/1/20", "1/1/25")],
        ids=["more than fifty years", "closes after the balance", "matured before the balance"],
    )
    def test_are_asked_about_where_the_loan_does_not(self, origination, maturity):
        said = {"origination_date": csv_dates.date(origination), "maturity_date": csv_dates.date(maturity)}
        assert csv_dates.with_centuries(said, as_of=datetime.date(2025, 12, 31)) is None
