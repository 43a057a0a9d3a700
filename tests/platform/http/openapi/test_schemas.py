from __future__ import annotations

import datetime
from decimal import Decimal

import msgspec
import pytest

from realinsights_platform.http.openapi.schemas import Schemas
from realinsights_platform.http.routes.binding import Declaration
from realinsights_platform.http.routes.pages import PageOf


class Terms(msgspec.Struct, kw_only=True, rename="camel"):
    day_count: str = "actual_360"
    months: int | None = None


class Draft(msgspec.Struct, kw_only=True, rename="camel"):
    terms: Terms
    rate: Decimal | None = None


class Stored(msgspec.Struct, kw_only=True, rename="camel"):
    terms: Terms
    balance_as_of: datetime.date | None = None
    tags: tuple[str, ...] = ()


class Sparse(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    number: str
    note: str | None = None
    states: tuple[str, ...] = ()
    until: datetime.date | None


class TestSchemas:
    def test_of_what_is_given_require_all_that_is_always_there(self) -> None:
        stored = Schemas(taken=[], given=[Stored]).components["Stored"]
        assert stored["required"] == ["terms", "balanceAsOf", "tags"]
        assert stored["properties"]["balanceAsOf"]["anyOf"][-1] == {"type": "null"}
        assert "default" not in stored["properties"]["tags"]

    def test_of_what_leaves_out_defaults_say_so_and_that_it_is_never_null(self) -> None:
        sparse = Schemas(taken=[], given=[Sparse]).components["Sparse"]
        assert sparse["required"] == ["number", "until"]
        assert sparse["properties"]["note"] == {"type": "string"}
        assert {"type": "null"} in sparse["properties"]["until"]["anyOf"]

    def test_of_a_page_leave_out_a_total_that_is_not_counted(self) -> None:
        page = Schemas(taken=[], given=[PageOf[Stored]]).components["PageOf_Stored"]
        assert page["required"] == ["items", "next"]

    def test_of_what_is_taken_require_what_has_no_default(self) -> None:
        schemas = Schemas(taken=[Draft], given=[])
        assert schemas.components["Draft"]["required"] == ["terms"]
        assert "required" not in schemas.components["Terms"] or not schemas.components["Terms"]["required"]

    def test_of_what_is_taken_and_given_have_two_names_where_they_differ(self) -> None:
        schemas = Schemas(taken=[Draft], given=[Stored])
        assert schemas.components["Draft"]["properties"]["terms"] == {"$ref": "#/components/schemas/TermsInput"}
        assert schemas.components["Stored"]["properties"]["terms"] == {"$ref": "#/components/schemas/Terms"}
        assert schemas.components["Terms"]["required"] == ["dayCount", "months"]
        assert schemas.taken(Draft) == {"$ref": "#/components/schemas/Draft"}

    def test_of_what_holds_something_that_differs_differ_too(self) -> None:
        held = msgspec.defstruct("Held", [("terms", Terms)])
        schemas = Schemas(taken=[held], given=[held])
        assert schemas.components["HeldInput"]["properties"]["terms"] == {"$ref": "#/components/schemas/TermsInput"}
        assert schemas.taken(held) != schemas.given(held)

    def test_refuse_two_types_of_one_name(self) -> None:
        here = msgspec.defstruct("Figure", [("value", str)], module="loans")
        there = msgspec.defstruct("Figure", [("value", int)], module="dashboard")
        with pytest.raises(Declaration, match=r"dashboard\.Figure, loans\.Figure"):
            Schemas(taken=[here], given=[there])

    def test_refuse_a_name_that_an_input_needs(self) -> None:
        taken = msgspec.defstruct("TermsInput", [("value", str)])
        with pytest.raises(Declaration, match="TermsInput"):
            Schemas(taken=[Terms, taken], given=[Terms])
