from __future__ import annotations

import datetime

import pytest

from realinsights_platform.http.answers.csv_tables import cell, lines


class TestATable:
    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\n=1"])
    def test_disarms_what_a_spreadsheet_would_run(self, text: str) -> None:
        assert cell(text) == f"'{text}"

    def test_leaves_numbers_dates_and_plain_text_alone(self) -> None:
        assert lines([("Harbor Point", -5, None, True, datetime.date(2025, 1, 1), ("a", "b"))]) == (
            b"Harbor Point,-5,,true,2025-01-01,a; b\r\n"
        )
