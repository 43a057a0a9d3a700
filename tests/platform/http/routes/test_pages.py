"""Lists come page by page, with cursors that only we can make."""

from __future__ import annotations

import base64

import httpx
import pytest

from realinsights_platform.documents.port import Position
from realinsights_platform.errors import Invalid
from realinsights_platform.http.routes.pages import Cursor

from ...conftest import World

SECRET = b"s" * 32


async def five_notes(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    for number in range(5):
        answer = await client.post("/api/v1/notes", json={"title": f"Note {number}"}, headers=headers)
        assert answer.status_code == 201


class TestList:
    async def test_gives_everything_once_page_by_page(
        self, client: httpx.AsyncClient, as_writer: dict[str, str]
    ) -> None:
        await five_notes(client, as_writer)
        found: list[str] = []
        query = "/api/v1/notes?pageSize=2"
        while True:
            page = (await client.get(query, headers=as_writer)).json()
            found += [note["title"] for note in page["items"]]
            if page["next"] is None:
                break
            query = f"/api/v1/notes?pageSize=2&cursor={page['next']}"
        assert found == [f"Note {number}" for number in range(5)]

    async def cursor(self, client: httpx.AsyncClient, headers: dict[str, str]) -> str:
        await five_notes(client, headers)
        return str((await client.get("/api/v1/notes?pageSize=2", headers=headers)).json()["next"])

    async def refused(self, client: httpx.AsyncClient, query: str, headers: dict[str, str]) -> None:
        answer = await client.get(f"/api/v1/notes?{query}", headers=headers)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "cursor"

    async def test_refuses_a_cursor_that_was_tampered_with(
        self, client: httpx.AsyncClient, as_writer: dict[str, str]
    ) -> None:
        cursor = await self.cursor(client, as_writer)
        for place in (0, 10, 25, len(cursor) - 2):
            forged = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
            await self.refused(client, f"pageSize=2&cursor={forged}", as_writer)

    @pytest.mark.parametrize("nonsense", ["", "x", "%00", "ä", "AAAA", "a" * 5000])
    async def test_refuses_a_cursor_that_is_none(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], nonsense: str
    ) -> None:
        await self.refused(client, f"cursor={nonsense}", as_writer)

    async def test_refuses_a_cursor_of_another_query(
        self, client: httpx.AsyncClient, as_writer: dict[str, str]
    ) -> None:
        cursor = await self.cursor(client, as_writer)
        await self.refused(client, f"pageSize=3&cursor={cursor}", as_writer)

    async def test_takes_the_parameters_in_any_order(
        self, client: httpx.AsyncClient, as_writer: dict[str, str]
    ) -> None:
        cursor = await self.cursor(client, as_writer)
        assert (await client.get(f"/api/v1/notes?cursor={cursor}&pageSize=2", headers=as_writer)).status_code == 200

    async def test_refuses_a_cursor_of_another_organization_or_role(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str]
    ) -> None:
        cursor = await self.cursor(client, as_writer)
        await self.refused(client, f"pageSize=2&cursor={cursor}", world.headers(org="other"))
        await self.refused(client, f"pageSize=2&cursor={cursor}", world.headers(role="reader"))


class TestCursor:
    @pytest.mark.parametrize("position", [Position("Größe", "id-1"), Position(12, "id-2"), Position(None, "id-3")])
    def test_gives_back_the_position_it_was_made_from(self, position: Position) -> None:
        text = Cursor(None, secret=SECRET, binding=b"list").after(position)
        assert Cursor(text, secret=SECRET, binding=b"list").position == position

    def test_has_no_position_on_the_first_page_and_is_none_after_the_last(self) -> None:
        cursor = Cursor(None, secret=SECRET, binding=b"list")
        assert cursor.position is None
        assert cursor.after(None) is None

    def test_is_good_for_one_list_and_one_secret(self) -> None:
        text = Cursor(None, secret=SECRET, binding=b"list").after(Position("a", "b"))
        for secret, binding in ((SECRET, b"other"), (b"t" * 32, b"list")):
            with pytest.raises(Invalid):
                Cursor(text, secret=secret, binding=binding)

    def test_does_not_take_text_behind_it(self) -> None:
        text = Cursor(None, secret=SECRET, binding=b"list").after(Position("a", "b")) or ""
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        longer = base64.urlsafe_b64encode(raw + b"\x00").decode().rstrip("=")
        with pytest.raises(Invalid):
            Cursor(longer, secret=SECRET, binding=b"list")
