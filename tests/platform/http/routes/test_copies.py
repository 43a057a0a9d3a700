"""Which requests a copy may answer that lags: those whose answers may be kept anyway, and tables."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from realinsights_platform.documents.sqlite import SqliteDocuments


class Copy:
    """Documents as they were before the last change, and what says how far a reader's are at least."""

    def __init__(self, documents: SqliteDocuments) -> None:
        self.documents = documents
        self.known: Callable[[str], int | None] = lambda org: None

    def for_readers(self, known: Callable[[str], int | None]) -> SqliteDocuments:
        self.known = known
        return self.documents


@pytest.fixture
async def copy(world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Copy]:
    (tmp_path / "copy").mkdir()
    made = Copy(type(world)(tmp_path / "copy").documents)
    monkeypatch.setattr(world.documents, "relaxed", made.for_readers)
    yield made
    await made.documents.close()


@pytest.fixture
async def changed(world: Any, copy: Copy, as_writer: dict[str, str]) -> dict[str, Any]:
    """Return a note that the copy has in its first version."""
    async with world.client() as client:
        made = await client.post("/api/v1/notes", json={"title": "First"}, headers=as_writer)
        (entry,) = await world.documents.entries("acme")
        kind = world.documents.kind("note")
        async with copy.documents.unit(org="acme", actor="ana", business_date=entry.business_date) as unit:
            found = await world.documents.get(kind, "acme", made.json()["id"])
            unit.put(kind, msgspec.structs.replace(found, version=0))
        match = {"If-Match": '"1"', **as_writer}
        answer = await client.put(f"/api/v1/notes/{made.json()['id']}", json={"title": "Second"}, headers=match)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


async def told(world: Any, headers: dict[str, str], path: str) -> str:
    async with world.client() as client:
        answer = await client.get(f"/api/v1{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


async def test_what_may_be_kept_is_read_from_a_copy_that_has_all_that_is_known(
    world: Any, copy: Copy, changed: dict[str, Any], as_writer: dict[str, str]
) -> None:
    assert '"First"' in await told(world, as_writer, f"/notes/{changed['id']}")
    assert copy.known("acme") == 2


async def test_so_is_a_table(world: Any, changed: dict[str, Any], as_writer: dict[str, str]) -> None:
    assert "First" in await told(world, as_writer, "/tables/notes")


async def test_anything_else_shows_the_last_commit(
    world: Any, changed: dict[str, Any], as_writer: dict[str, str]
) -> None:
    assert '"Second"' in await told(world, as_writer, "/notes")
    async with world.client() as client:
        answer = await client.post(f"/api/v1/notes/{changed['id']}/pages", headers=as_writer)
    assert answer.json()["version"] == 3, "a unit of work reads what it changes"


async def test_so_does_a_read_model_whose_heads_are_another_service_s(
    world: Any, changed: dict[str, Any], as_writer: dict[str, str]
) -> None:
    world.follows = "loans"
    assert '"Second"' in await told(world, as_writer, f"/notes/{changed['id']}")
