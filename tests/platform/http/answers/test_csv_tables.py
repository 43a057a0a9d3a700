from __future__ import annotations

import datetime

import pytest

from realinsights_platform.http.answers.csv_tables import cell, lines


class TestATable:
    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "＝1", "\tx", "\rx", "\nx"])
    def test_disarms_what_a_spreadsheet_would_run(self, text: str) -> None:
        assert cell(text) == f"'{text}"

    @pytest.mark.parametrize(
        ("text", "disarmed"),
        [
            ("a;=1+1", "a;'=1+1"),
            ("a; =1+1", "a;' =1+1"),
            ("a;b\t@SUM(A1)", "a;b\t'@SUM(A1)"),
            ("a\n-1\r\n+1", "a\n'-1\r\n'+1"),
            ("=1;=2", "'=1;'=2"),
            ("a;＝1", "a;'＝1"),
            ("\t=1", "'\t'=1"),
        ],
    )
    def test_disarms_what_another_countrys_spreadsheet_would_run(self, text: str, disarmed: str) -> None:
        assert cell(text) == disarmed

    @pytest.mark.parametrize("text", ["Smith; Jones", "a-b", "1+1", "a;b=1", "x=1;y", "", "Oak - Elm; Fir"])
    def test_leaves_other_texts_alone(self, text: str) -> None:
        assert cell(text) == text

    def test_disarms_each_of_several(self) -> None:
        assert cell(("a", "=1+1")) == "a;' =1+1"

    def test_leaves_numbers_dates_and_plain_text_alone(self) -> None:
        assert lines([("Harbor Point", -5, None, True, datetime.date(2025, 1, 1), ("a", "b"))]) == (
            b"Harbor Point,-5,,true,2025-01-01,a; b\r\n"
        )
