"""Validation names every bad field, by its path on the wire."""

from __future__ import annotations

import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar

import msgspec
import pytest
from msgspec import Meta

from realinsights_platform.errors import Invalid
from realinsights_platform.validation import MOST_ERRORS, decoded, decoded_json

T = TypeVar("T")


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


class Rate(msgspec.Struct, frozen=True, kw_only=True, rename="camel", tag="rate", forbid_unknown_fields=True):
    annual_rate: Decimal


class Index(msgspec.Struct, frozen=True, kw_only=True, rename="camel", tag="index"):
    index_name: str
    spread: Decimal


class Line(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    paid_on: datetime.date
    amount: Decimal


class Terms(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, max_length=5)]
    color: Color | None = None
    rate: Rate | Index | None = None
    lines: tuple[Line, ...] = ()
    by_state: dict[str, int] = {}
    size: Annotated[int, Meta(ge=0)] = 0

    def __post_init__(self) -> None:
        if self.name == "bad":
            raise ValueError("bad is not a name")


class Pair(msgspec.Struct, Generic[T], frozen=True):
    left: T
    right: T


def fields(value: Any, type_: Any = Terms, **options: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        decoded(value, type_, what="body", **options)
    return {error.field: error.message for error in caught.value.fields}


class TestDecoded:
    def test_returns_what_is_right(self) -> None:
        assert decoded({"name": "a", "size": 3}, Terms, what="body") == Terms(name="a", size=3)

    def test_names_missing_unknown_and_wrong_fields_at_once(self) -> None:
        found = fields({"color": "green", "size": -1, "nonsense": 1})
        assert set(found) == {"name", "color", "size", "nonsense"}
        assert found["name"] == "is required"
        assert found["nonsense"] == "is not a field here"

    def test_names_fields_of_every_item_of_a_list(self) -> None:
        lines = [{"paidOn": "2026-02-30", "amount": "1"}, {"paidOn": "2026-01-01"}, {"amount": "x", "paidOn": 1}]
        assert set(fields({"name": "a", "lines": lines})) == {
            "lines[0].paidOn", "lines[1].amount", "lines[2].paidOn", "lines[2].amount",
        }  # fmt: skip

    def test_names_fields_of_the_member_of_a_union_that_is_meant(self) -> None:
        assert set(fields({"name": "a", "rate": {"type": "index", "spread": "x"}})) == {"rate.indexName", "rate.spread"}
        assert set(fields({"name": "a", "rate": {"type": "rate", "annualRate": 1, "more": 1}})) == {"rate.more"}
        assert set(fields({"name": "a", "rate": {"type": "swap"}})) == {"rate.type"} or "rate" in fields(
            {"name": "a", "rate": {"type": "swap"}}
        )

    def test_names_the_keys_of_a_mapping(self) -> None:
        assert set(fields({"name": "a", "byState": {"NY": "x", "NJ": 1, "CT": None}})) == {"byState.NY", "byState.CT"}

    def test_names_fields_of_generic_structs(self) -> None:
        assert set(fields({"left": 1, "right": "x"}, Pair[int])) == {"right"}

    def test_tells_a_rule_of_the_whole(self) -> None:
        assert fields({"name": "bad"}) == {"": "bad is not a name"}

    def test_tells_at_most_so_many(self) -> None:
        assert len(fields({"name": "a", "lines": [{}] * 1000})) == MOST_ERRORS

    def test_takes_texts_for_values_where_it_is_told_to(self) -> None:
        assert decoded({"name": "a", "size": "3"}, Terms, what="query", strict=False).size == 3
        assert set(fields({"name": "a", "size": "3"})) == {"size"}

    @pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e999999", "1e-999999", "0." + "1" * 60])
    def test_refuses_numbers_beyond_measure(self, amount: str) -> None:
        line = {"paidOn": "2026-01-01", "amount": amount}
        assert set(fields({"name": "a", "lines": [line]})) == {"lines[0].amount"}

    @pytest.mark.parametrize("value", [{"name": "a\0"}, {"name": "a", "size": 2**63}])
    def test_refuses_what_cannot_be_stored(self, value: dict[str, Any]) -> None:
        assert len(fields(value)) == 1


class TestDecodedJson:
    def test_reads_decimals_exactly(self) -> None:
        line = decoded_json(b'{"paidOn": "2026-01-01", "amount": 0.1}', msgspec.json.Decoder(Line))
        assert line.amount == Decimal("0.1")

    def test_names_every_bad_field(self) -> None:
        with pytest.raises(Invalid) as caught:
            decoded_json(b'{"color": 1, "size": "x"}', msgspec.json.Decoder(Terms))
        assert {error.field for error in caught.value.fields} == {"name", "color", "size"}

    @pytest.mark.parametrize(
        "amount",
        [
            "1e99", "-1.5E+99", "0.1e-99", "9" * 42, "0." + "1" * 60, '"1e99"', '" 1e99 "', r'"\t1e99"', '"+1_0e99"',
            '"_1e99"', '"1e_99"', '"1_2' + "_3" * 40 + '"', '"NaN"', '"-sNaN12"', '"s_NaN"', '" inf"', '"i_nfinity"',
            r'"\u0031e99"', '"٣e99"',
        ],
    )  # fmt: skip
    def test_refuses_numbers_beyond_measure_however_they_are_written(self, amount: str) -> None:
        body = f'{{"paidOn": "2026-01-01", "amount": {amount}}}'.encode()
        with pytest.raises(Invalid) as caught:
            decoded_json(body, msgspec.json.Decoder(Line))
        assert {error.field for error in caught.value.fields} == {"amount"}

    def test_refuses_nul_characters(self) -> None:
        with pytest.raises(Invalid):
            decoded_json(rb'{"name": "a\u0000", "lines": []}', msgspec.json.Decoder(Terms))


class TestSentences:
    """Our words stand for msgspec's, found by their exact English: an upgrade that says it otherwise fails here."""

    @pytest.mark.parametrize(
        ("type_", "value", "sentence"),
        [
            (datetime.datetime, "yesterday", "is not a time: write one that exists as 2025-06-30T12:00:00Z"),
            (datetime.date, "2025-02-30", "is not a date: write one that exists as 2025-06-30"),
            (Decimal, "a lot", "is not a number: write it as 1250000.00"),
            (Annotated[str, msgspec.Meta(min_length=1)], "", "must not be empty"),
            (Annotated[str, msgspec.Meta(min_length=12)], "short", "must have at least 12 characters"),
            (Annotated[str, msgspec.Meta(max_length=3)], "long", "must have at most 3 characters"),
            (Annotated[list[int], msgspec.Meta(min_length=2)], [1], "must have at least 2 entries"),
            (Annotated[tuple[int, ...], msgspec.Meta(max_length=1)], [1, 2], "must have at most 1 entries"),
            (Annotated[int, msgspec.Meta(ge=1)], 0, "must be at least 1"),
            (Annotated[int, msgspec.Meta(le=200)], 201, "must be at most 200"),
            (Annotated[str, msgspec.Meta(pattern=r"\S")], "  ", "must not be blank"),
            (Color, "green", "must be one of red, blue"),
            (int, "many", "expected `int`, got `str`"),
        ],
    )
    def test_say_what_is_wrong_with_a_value(self, type_: Any, value: Any, sentence: str) -> None:
        assert fields({"a": value}, dict[str, type_]) == {"a": sentence}

    def test_say_which_field_is_missing_or_unknown_where_only_msgspec_knows(self) -> None:
        assert fields({"a": {"rate": 1}}, dict[str, Rate | Index]) == {"a.type": "is required"}
