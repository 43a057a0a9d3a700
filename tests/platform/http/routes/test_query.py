"""Queries: structs stand for their fields, and what nothing would enforce is refused."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
import pytest

from realinsights_platform.errors import Invalid
from realinsights_platform.http.routes.binding import bind
from realinsights_platform.http.routes.declaring import post
from realinsights_platform.http.routes.paths import Declaration
from realinsights_platform.http.routes.query import Query

Few = Annotated[int, msgspec.Meta(ge=1, le=200)]


class Filters(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    status: tuple[str, ...] = ()
    maturity_from: datetime.date | None = None


@dataclass(frozen=True)
class AtLeast:
    """Metadata of some other library."""

    least: int


class Odd(msgspec.Struct):
    pages: Annotated[int, AtLeast(1)]


def query(**parameters: Any) -> Query:
    return Query({name: (type_, default) for name, (type_, default) in parameters.items()}, dated=True, paged=True)


class TestQuery:
    def test_gives_a_struct_its_fields(self) -> None:
        asked = query(filters=(Filters, msgspec.NODEFAULT), limit=(Few, 50))
        found, cursor, day = asked.values(b"status=active&status=matured&maturityFrom=2025-06-30&cursor=x&limit=7")
        assert found == {
            "filters": Filters(status=("active", "matured"), maturity_from=datetime.date(2025, 6, 30)),
            "limit": 7,
        }
        assert (cursor, day) == ("x", None)

    def test_that_is_empty_has_defaults(self) -> None:
        assert query(filters=(Filters, msgspec.NODEFAULT), limit=(Few, 50)).values(b"")[0] == {
            "filters": Filters(),
            "limit": 50,
        }

    def test_enforces_bounds(self) -> None:
        with pytest.raises(Invalid) as refused:
            query(limit=(Few, 50)).values(b"limit=201")
        assert [(fault.field, fault.message) for fault in refused.value.fields] == [("limit", "must be at most 200")]

    def test_refuses_two_parameters_of_one_name(self) -> None:
        with pytest.raises(Declaration, match="two query parameters are called status"):
            query(filters=(Filters, msgspec.NODEFAULT), status=(str, ""))


class TestMetadataThatNothingEnforces:
    @pytest.mark.parametrize("type_", [Annotated[int, AtLeast(1)], list[Annotated[int, AtLeast(1)]], Odd])
    def test_is_refused_in_a_query(self, type_: Any) -> None:
        with pytest.raises(Declaration, match=r"pages.*: nothing enforces AtLeast\(least=1\)"):
            query(pages=(type_, msgspec.NODEFAULT))

    def test_is_refused_in_a_body(self) -> None:
        async def add(data: list[Odd]) -> None:
            """Add books."""

        with pytest.raises(Declaration, match=r"POST /books: data\.pages: nothing enforces AtLeast\(least=1\)"):
            bind(post("/books", public=True)(add), {})
