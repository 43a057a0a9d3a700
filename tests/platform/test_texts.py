"""Texts: what looks alike is alike, and nothing in them deceives who reads them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from realinsights_platform.errors import Faults
from realinsights_platform.texts import checked_line, checked_text, optional_line, required_line

Check = Callable[[str, str, Faults], str]

ONE_LINE = "must be one line without control characters and marks that turn the direction of writing"


def after(check: Check, text: str) -> tuple[str, list[str]]:
    faults = Faults()
    return check(text, "name", faults), [fault.message for fault in faults.fields]


class TestALine:
    @pytest.mark.parametrize("text", [" L-1", "L-1 ", "\tL-1\n", "\u00a0L-1\u2003"])
    def test_loses_the_space_around_it(self, text: str) -> None:
        assert after(checked_line, text) == ("L-1", [])

    def test_has_one_space_where_several_look_like_one(self) -> None:
        assert after(checked_line, "Harbor  Point\u00a0I") == ("Harbor Point I", [])

    @pytest.mark.parametrize(
        "text",
        [
            "Müller & Söhne – «Nord»",
            "מגדל החוף",
            "برج\u200f الميناء",  # a mark that only says which way the text runs
            "می\u200cخواهم",  # Persian, with a non-joiner
            "क्\u200dष",  # Devanagari, with a joiner
            "海港大厦",
            "Tower 🏢",
        ],
    )
    def test_may_be_of_any_script(self, text: str) -> None:
        assert after(checked_line, text) == (text, [])
        assert after(checked_text, text) == (text, [])

    @pytest.mark.parametrize(
        "text", ["a\nb", "a\rb", "a\tb", "a\x07b", "a\x7fb", "a\u0085b", "a\u2028b", "a\u2029b", "a\ud800b"]
    )
    def test_is_one(self, text: str) -> None:
        assert after(checked_line, text)[1] == [ONE_LINE]

    @pytest.mark.parametrize("mark", ["\u202a", "\u202d", "\u202e", "\u2066", "\u2068", "\u2069"])
    @pytest.mark.parametrize("check", [checked_line, checked_text])
    def test_does_not_turn_what_follows(self, check: Check, mark: str) -> None:
        assert len(after(check, f"Harbor {mark}tnioP")[1]) == 1

    def test_may_not_be_blank_where_it_is_required(self) -> None:
        assert after(required_line, " \u2003") == ("", ["is required"])

    def test_is_none_where_it_may_be_blank(self) -> None:
        assert [optional_line(text, "name", Faults()) for text in (None, "", "  ")] == [None, None, None]

    def test_is_as_long_as_it_is_without_the_space_around_it(self) -> None:
        assert after(lambda *of: required_line(*of, at_most=3), " abc ") == ("abc", [])
        assert after(lambda *of: required_line(*of, at_most=3), "abcd")[1] == ["has more than 3 characters"]


class TestAText:
    def test_may_have_several_lines(self) -> None:
        assert after(checked_text, " one\r\n\ttwo ") == (" one\r\n\ttwo ", [])

    def test_holds_no_other_control_characters(self) -> None:
        assert len(after(checked_text, "one\x1b[2J")[1]) == 1
