"""Texts: what looks alike is alike, and nothing in them deceives who reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from realinsights.loans.model.quantities import Faults
from realinsights.loans.model.texts import checked_line, checked_number, checked_text

Body = Callable[..., dict[str, Any]]
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

    @pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\tb", "a\x07b", "a\x7fb", "a\u0085b", "a\u2028b", "a\u2029b"])
    def test_is_one(self, text: str) -> None:
        assert after(checked_line, text)[1] == [ONE_LINE]

    @pytest.mark.parametrize("mark", ["\u202a", "\u202d", "\u202e", "\u2066", "\u2068", "\u2069"])
    @pytest.mark.parametrize("check", [checked_line, checked_text])
    def test_does_not_turn_what_follows(self, check: Check, mark: str) -> None:
        assert len(after(check, f"Harbor {mark}tnioP")[1]) == 1


class TestANumber:
    @pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\u200e", "\u2060", "\ufeff", "\u00ad"])
    def test_holds_nothing_that_nobody_sees(self, hidden: str) -> None:
        assert after(checked_number, f"L-1{hidden}")[1] == ["must not hold invisible characters: type it anew"]

    def test_keeps_its_capitals(self) -> None:
        assert after(checked_number, "l-1") == ("l-1", [])


class TestAText:
    def test_may_have_several_lines(self) -> None:
        assert after(checked_text, " one\r\n\ttwo ") == (" one\r\n\ttwo ", [])

    def test_holds_no_other_control_characters(self) -> None:
        assert len(after(checked_text, "one\x1b[2J")[1]) == 1


class TestOverHttp:
    async def test_a_number_is_the_same_with_space_around_it(
        self, client: httpx.AsyncClient, a_loan_body: Body
    ) -> None:
        first = await client.post("/loans", json=a_loan_body(number=" WS1 ", name=" Harbor ", tags=[" west "]))
        assert first.status_code == 201
        assert (first.json()["number"], first.json()["name"], first.json()["tags"]) == ("WS1", "Harbor", ["west"])
        for number in ("WS1", "WS1 ", "\u00a0WS1"):
            assert (await client.post("/loans", json=a_loan_body(number=number))).status_code == 409
        assert (await client.post("/loans", json=a_loan_body(number="ws1"))).status_code == 201

    async def test_every_text_that_deceives_is_named(self, client: httpx.AsyncClient, a_loan_body: Body) -> None:
        answer = await client.post(
            "/loans",
            json=a_loan_body(
                number="L-1\u200b",
                name="Harbor\nPoint",
                borrower="\u202eCLL",
                guarantors=["Ada", "B\x1bb"],
                tags=["a\tb"],
                customFields={"desk": "\u202ewest"},
                riskRating={"rating": "A\u202e", "asOf": "2025-06-30", "reason": "\u2066"},
            ),
        )
        assert {fault["field"] for fault in answer.json()["errors"]} >= {
            "number",
            "name",
            "borrower",
            "guarantors[1]",
            "tags[0]",
            "customFields.desk",
            "riskRating.rating",
            "riskRating.reason",
        }

    @pytest.mark.parametrize(
        ("path", "kind"),
        [
            ("/lenders", {"lenderType": "bank"}),
            ("/funds", {"fundType": "debt"}),
            ("/portfolios", {}),
            ("/properties", {"propertyType": "office"}),
        ],
    )
    async def test_a_name_of_anything_is_one_line(
        self, client: httpx.AsyncClient, path: str, kind: dict[str, str]
    ) -> None:
        refused = await client.post(path, json={"name": "a\nb", **kind})
        assert {fault["field"] for fault in refused.json()["errors"]} == {"name"}
        made = await client.post(path, json={"name": " a  b ", **kind})
        assert made.json()["name"] == "a b"
