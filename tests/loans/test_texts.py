"""Texts of loans: what looks alike is the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from realinsights.loans.model.texts import checked_number
from realinsights_platform.errors import Faults

Body = Callable[..., dict[str, Any]]


class TestANumber:
    @pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\u200e", "\u2060", "\ufeff", "\u00ad"])
    def test_holds_nothing_that_nobody_sees(self, hidden: str) -> None:
        faults = Faults()
        checked_number(f"L-1{hidden}", "number", faults)
        assert [fault.message for fault in faults.fields] == ["must not hold invisible characters: type it anew"]

    def test_keeps_its_capitals(self) -> None:
        assert checked_number("l-1", "number", Faults()) == "l-1"


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
