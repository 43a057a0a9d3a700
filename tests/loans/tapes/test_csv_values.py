"""What people write in spreadsheets."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from realinsights.loans.model.tape import RateUnit
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
        ],
    )
    def test_are_read_as_accountants_write_them(self, text, amount):
        assert str(values.money(text)) == amount

    @pytest.mark.parametrize(
        "text", ["1.250.000,00", "1,25", "12,34,567", "n/a", "1e6", "٣", "", "-(5)", "$", "NaN", "1 000"]
    )
    def test_are_refused_when_they_could_mean_something_else(self, text):
        with pytest.raises(BadValue):
            values.money(text)

    def test_are_not_rounded(self):
        with pytest.raises(BadValue, match="2 decimals"):
            values.money("1.005")


class TestRates:
    @pytest.mark.parametrize("text", ["5.25%", "5.25 %", "0.0525"])
    def test_say_the_same_as_percentage_and_fraction(self, text):
        assert values.fraction(text) == Decimal("0.0525")

    def test_a_bare_5_25_needs_the_columns_unit(self):
        with pytest.raises(BadValue, match="neither a percentage"):
            values.fraction("5.25")
        assert values.fraction("5.25", RateUnit.PERCENT) == Decimal("0.0525")

    def test_a_percent_sign_is_never_divided_twice(self):
        assert values.fraction("5.25%", RateUnit.PERCENT) == Decimal("0.0525")


class TestDates:
    @pytest.mark.parametrize(
        "text",
        [
            "2025-12-31",
            "2025-12-31 00:00:00",
            "12/31/2025",
            "12-31-2025",
            "31-Dec-2025",
            "Dec 31, 2025",
            "December 31, 2025",
            "46022",
        ],
    )
    def test_are_read_in_every_unambiguous_form(self, text):
        assert values.date(text) == datetime.date(2025, 12, 31)

    @pytest.mark.parametrize(
        "text",
        [
            "31/12/2025",
            "1/2/25",
            "2025-02-30",
            "02/30/2025",
            "tomorrow",
            "20251231",
            "1234",
            "99999",
            "2025-12-31 14:00",
        ],
    )
    def test_are_refused_when_ambiguous_or_impossible(self, text):
        with pytest.raises(BadValue):
            values.date(text)
