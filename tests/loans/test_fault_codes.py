"""Codes of bad fields over HTTP: programs go by them, and the web knows none that is never given."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from realinsights_platform.errors import FaultCode

Body = Callable[..., dict[str, Any]]

WEB = Path(__file__).parents[2] / "web/src/components/fields/refusals.ts"
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "required": ({"name": ...}, "name"),
    "empty": ({"name": ""}, "name"),
    "blank": ({"name": "  "}, "name"),
    "not_a_number": ({"rate": "five"}, "rate"),
    "not_a_date": ({"maturityDate": "2030-02-30"}, "maturityDate"),
    "not_a_choice": ({"status": "late"}, "status"),
    "not_a_fraction": ({"rate": "5.25"}, "rate"),
    "not_a_share": ({"share": "95"}, "share"),
    "too_many_decimals": ({"originalBalance": "1.001"}, "originalBalance"),
    "too_long": ({"number": "1" * 500}, "number"),
    "too_small": ({"originalBalance": "-1.00"}, "originalBalance"),
    "too_large": ({"lienPosition": 99}, "lienPosition"),
    "unknown_field": ({"shade": "red"}, "shade"),
    "wrong_type": ({"properties": "all"}, "properties"),
    "no_such_thing": ({"lenderId": "nobody"}, "lenderId"),
    "rule": ({"maturityDate": "2025-01-01"}, "maturityDate"),
}


class TestACode:
    @pytest.mark.parametrize("code", REFUSED)
    async def test_stands_beside_the_words(self, client: httpx.AsyncClient, a_loan_body: Body, code: str) -> None:
        changes, field = REFUSED[code]
        body = {name: value for name, value in a_loan_body(**changes).items() if value is not ...}
        answer = await client.post("/loans", json=body)
        assert answer.status_code == 422
        assert code in {error["code"] for error in answer.json()["errors"] if error["field"] == field}

    async def test_of_a_time_stands_beside_the_words(self, client: httpx.AsyncClient, a_loan_body: Body) -> None:
        made = await client.post("/loans", json=a_loan_body(number="2001"))
        answer = await client.get(f"/loans/{made.json()['id']}", params={"asKnownAt": "noon"})
        assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [("asKnownAt", "not_a_time")]

    def test_that_the_web_knows_is_given_here(self) -> None:
        [listed] = re.findall(r"TOLD_CODES = \[(.*?)\]", WEB.read_text("utf-8"), re.DOTALL)
        known = set(re.findall(r'"(\w+)"', listed))
        assert known
        assert known <= {*REFUSED, "not_a_time"} <= {code.value for code in FaultCode}
