"""Loans as a member sees them who is limited to a part: theirs as everybody does, the others not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

OUTSIDE = "Quillfeather"
OUTSIDE_BALANCE = "8765432.10"
OF_ONE = ("", "/history", "/periods", "/schedule", "/schedule.csv", "/balance", "/payoff", "/prepayment")


class Book:
    """An organization with a loan by each way into a scope, and others outside of it."""

    def __init__(self, client: httpx.AsyncClient, world: Any, a_loan_body: Callable[..., dict[str, Any]]) -> None:
        self.client = client
        self.world = world
        self.body = a_loan_body
        self.ids: dict[str, str] = {}

    async def create(self, path: str, body: Any) -> str:
        answer = await self.client.post(path, json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def fill(self, a_property_body: Callable[..., dict[str, Any]]) -> None:
        of = {"lenderId": None, "fundId": None, "portfolioId": None, "properties": []}
        inside = await self.create("/portfolios", {"name": "Core"})
        outside = await self.create("/portfolios", {"name": f"{OUTSIDE} Holdings"})
        fund = await self.create("/funds", {"name": "Fund I", "fundType": "debt"})
        asset = await self.create("/properties", a_property_body(name="Harbor Point"))
        other = await self.create("/properties", a_property_body(name=f"{OUTSIDE} Tower"))
        self.scope = {"portfolioIds": [inside], "fundIds": [fund], "propertyIds": [asset]}
        loans: dict[str, dict[str, Any]] = {
            "by portfolio": {"portfolioId": inside},
            "by fund": {"fundId": fund},
            "by property": {"properties": [{"propertyId": asset}]},
            "in all": {"portfolioId": inside, "fundId": fund, "properties": [{"propertyId": asset}]},
            "elsewhere": {"portfolioId": outside, "properties": [{"propertyId": other}]},
            "nowhere": {},
        }
        for place, (name, where) in enumerate(loans.items()):
            out = name in {"elsewhere", "nowhere"}
            money = {"originalBalance": OUTSIDE_BALANCE, "currentBalance": OUTSIDE_BALANCE} if out else {}
            title = f"{OUTSIDE} {place}" if out else f"Harbor {place}"
            body = self.body(**{**of, "number": f"N-{place}", "name": title, **money, **where})
            self.ids[name] = await self.create("/loans", body)

    @property
    def inside(self) -> set[str]:
        return {self.ids[name] for name in ("by portfolio", "by fund", "by property", "in all")}

    @property
    def outside(self) -> set[str]:
        return set(self.ids.values()) - self.inside

    async def get(self, path: str, scope: dict[str, list[str]] | None = None, **parameters: Any) -> httpx.Response:
        headers = self.world.headers(limited_to=self.scope if scope is None else scope)
        return await self.client.get(path, params=parameters, headers=headers)

    async def listed(self, scope: dict[str, list[str]] | None = None, **parameters: Any) -> set[str]:
        answer = await self.get("/loans", scope, **parameters)
        assert answer.status_code == 200, answer.text
        return {loan["id"] for loan in answer.json()["items"]}


@pytest.fixture
async def book(
    client: httpx.AsyncClient,
    world: Any,
    a_loan_body: Callable[..., dict[str, Any]],
    a_property_body: Callable[..., dict[str, Any]],
) -> Book:
    book = Book(client, world, a_loan_body)
    await book.fill(a_property_body)
    return book


def tells_nothing_of(book: Book, answer: httpx.Response) -> bool:
    asked = str(answer.request.url)
    told = [one for one in book.outside if one in answer.text and one not in asked]
    return not told and OUTSIDE not in answer.text and OUTSIDE_BALANCE not in answer.text


class TestLists:
    async def test_show_what_any_way_leads_into_the_scope(self, book: Book) -> None:
        assert await book.listed() == book.inside
        for key, names in (
            ("portfolioIds", ("by portfolio", "in all")),
            ("fundIds", ("by fund", "in all")),
            ("propertyIds", ("by property", "in all")),
        ):
            assert await book.listed({key: book.scope[key]}) == {book.ids[name] for name in names}

    @pytest.mark.parametrize(
        "parameters",
        [
            {"q": OUTSIDE},
            {"number": "N-4"},
            {"balanceFrom": OUTSIDE_BALANCE},
            {"order": "-currentBalance"},
            {"total": "true"},
            {"limit": 1},
            {"status": "current"},
        ],
    )
    async def test_tell_nothing_of_the_others_whatever_is_asked(self, book: Book, parameters: dict[str, Any]) -> None:
        seen: set[str] = set()
        cursor: dict[str, str] = {}
        while True:
            answer = await book.get("/loans", **parameters, **cursor)
            assert answer.status_code == 200, answer.text
            assert tells_nothing_of(book, answer)
            page = answer.json()
            seen |= {loan["id"] for loan in page["items"]}
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
        assert seen <= book.inside
        if parameters.get("limit") == 1 or "order" in parameters:
            assert seen == book.inside
        if "total" in parameters:
            assert page["total"] == len(book.inside)

    async def test_are_empty_for_ids_of_nothing(self, book: Book) -> None:
        assert await book.listed({"portfolioIds": ["nothing"], "propertyIds": ["none"]}) == set()
        assert await book.listed({}) == set()

    async def test_are_empty_for_ids_of_another_organization(self, book: Book) -> None:
        headers = book.world.headers(org="org-2", limited_to=book.scope)
        assert (await book.client.get("/loans", headers=headers)).json()["items"] == []

    async def test_are_exported_as_they_are_listed(self, book: Book) -> None:
        answer = await book.get("/loans/export")
        assert answer.status_code == 200
        assert tells_nothing_of(book, answer)
        assert all(one in answer.text for one in book.inside)

    async def test_a_cursor_of_another_scope_is_refused(self, book: Book) -> None:
        whole = (await book.client.get("/loans", params={"limit": 1})).json()["next"]
        assert (await book.get("/loans", limit=1, cursor=whole)).status_code == 422

    async def test_the_same_question_of_everybody_is_answered_with_all(self, book: Book) -> None:
        assert await book.listed() == book.inside
        everything = (await book.client.get("/loans")).json()["items"]
        assert {loan["id"] for loan in everything} == set(book.ids.values())
        assert await book.listed() == book.inside


class TestOneLoan:
    @pytest.mark.parametrize("what", OF_ONE)
    async def test_within_the_scope_is_answered_as_to_everybody(self, book: Book, what: str) -> None:
        for name in ("by portfolio", "by fund", "by property", "in all"):
            path = f"/loans/{book.ids[name]}{what}"
            whole, limited = await book.client.get(path), await book.get(path)
            assert (whole.status_code, limited.status_code) == (200, 200), limited.text
            assert limited.content == whole.content

    @pytest.mark.parametrize("what", OF_ONE)
    async def test_outside_of_it_is_as_one_that_does_not_exist(self, book: Book, what: str) -> None:
        unknown = await book.get(f"/loans/nothing{what}")
        assert unknown.status_code == 404
        for one in book.outside:
            answer = await book.get(f"/loans/{one}{what}")
            assert answer.status_code == 404
            assert tells_nothing_of(book, answer)
            assert answer.json()["detail"] == unknown.json()["detail"].replace("nothing", one)

    async def test_that_left_the_scope_is_gone_with_its_past(self, book: Book) -> None:
        one = book.ids["by portfolio"]
        read = await book.get(f"/loans/{one}")
        assert read.status_code == 200
        changed = await book.client.patch(
            f"/loans/{one}", json={"portfolioId": None}, headers={"If-Match": read.headers["etag"]}
        )
        assert changed.status_code == 200, changed.text
        for what in OF_ONE:
            assert (await book.get(f"/loans/{one}{what}")).status_code == 404
        known = await book.get(f"/loans/{one}", asKnownAt="2099-01-01T00:00:00Z")
        assert known.status_code == 404

    async def test_is_not_changed_by_who_is_limited_yet(self, book: Book) -> None:
        headers = {**book.world.headers(limited_to=book.scope), "If-Match": "*"}
        for one in book.ids.values():
            answer = await book.client.patch(f"/loans/{one}", json={"name": "Pier"}, headers=headers)
            assert answer.status_code == 403
