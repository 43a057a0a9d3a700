"""Notes over HTTP: on any thing, private, pinned, found by words, and told to whom they mention."""

from __future__ import annotations

from typing import Any

import pytest

from realinsights.notifications.store import PEOPLE

from .conftest import Caller, World, until

ON = {"thingKind": "loan", "thingId": "l1"}


@pytest.fixture
async def ada(world: World) -> Caller:
    return await world.register("Harbor Capital", "ada@harbor.example")


@pytest.fixture
async def mia(world: World, ada: Caller) -> Caller:
    joined = await world.joined(ada, "mia@harbor.example", "member", first_name="Mia")

    async def known() -> Any:
        return await world.product.documents["notifications"].get(PEOPLE, await joined.org, await joined.user)

    await until(known)
    return joined


async def texts(caller: Caller, **params: Any) -> list[str]:
    return [note["text"] for note in (await caller.get("/notes", **params))["items"]]


async def mentioned(caller: Caller) -> list[dict[str, Any]]:
    return [item for item in (await caller.get("/inbox"))["items"] if item["topic"] == "mentioned"]


class TestNotes:
    async def test_are_written_read_changed_and_deleted(self, ada: Caller) -> None:
        note = await ada.post("/notes", {**ON, "text": "  Called the servicer.", "kind": "call", "tags": ["reserve "]})
        assert (note["author"], note["version"], note["editedAt"]) == (await ada.user, 1, None)
        assert note["tags"] == ["reserve"]
        assert await ada.get(f"/notes/{note['id']}") == note
        said = {"text": "Called again.", "priority": "high", "pinned": True}
        changed = await ada.put(f"/notes/{note['id']}", said, version=1)
        assert (changed["text"], changed["pinned"], changed["version"]) == ("Called again.", True, 2)
        assert changed["editedAt"] is not None
        await ada.put(f"/notes/{note['id']}", said, version=1, status=412)
        assert (await ada.put(f"/notes/{note['id']}", said, version=2))["version"] == 2
        await ada.delete(f"/notes/{note['id']}", version=2)
        await ada.get(f"/notes/{note['id']}", status=404)

    async def test_are_listed_by_thing_pin_tag_author_and_words(self, ada: Caller, mia: Caller) -> None:
        await ada.post("/notes", {**ON, "text": "Roof leaks", "tags": ["roof"], "pinned": True})
        await mia.post("/notes", {**ON, "text": "Roof repaired"})
        await ada.post("/notes", {"thingKind": "property", "thingId": "p1", "text": "New tenant"})
        assert await texts(ada, **ON) == ["Roof repaired", "Roof leaks"]
        assert await texts(ada, pinned=True) == ["Roof leaks"]
        assert await texts(ada, tag="roof") == ["Roof leaks"]
        assert await texts(ada, author=await mia.user) == ["Roof repaired"]
        assert await texts(ada, search="tenant") == ["New tenant"]
        page = await ada.get("/notes", limit=2)
        assert [note["text"] for note in page["items"]] == ["New tenant", "Roof repaired"]
        assert await texts(ada, limit=2, cursor=page["next"]) == ["Roof leaks"]

    async def test_that_are_private_are_their_author_s_alone(self, ada: Caller, mia: Caller) -> None:
        note = await mia.post("/notes", {**ON, "text": "Between us", "private": True})
        assert await texts(mia) == ["Between us"]
        assert await texts(ada) == []
        assert await texts(ada, search="between") == []
        path = f"/notes/{note['id']}"
        await ada.get(path, status=404)
        await ada.put(path, {"text": "x"}, version=1, status=404)
        await ada.delete(path, version=1, status=404)
        for line in (await ada.get("/journals/notifications"))["items"]:
            assert "Between us" not in str(await ada.get(f"/journals/notifications/{line['sequence']}"))

    async def test_of_others_can_be_pinned_and_deleted_by_managers_only(
        self, world: World, ada: Caller, mia: Caller
    ) -> None:
        note = await ada.post("/notes", {**ON, "text": "Hers"})
        path = f"/notes/{note['id']}"
        await mia.put(path, {"text": "Hers", "pinned": True}, version=1, status=403)
        await mia.delete(path, version=1, status=403)
        manager = await world.joined(ada, "max@harbor.example", "manager")
        pinned = await manager.put(path, {"text": "Hers", "pinned": True}, version=1)
        assert pinned["pinned"]
        await manager.put(path, {"text": "His", "pinned": True}, version=2, status=403)
        await manager.delete(path, version=2)

    async def test_that_were_deleted_come_back_as_they_were(self, world: World, ada: Caller, mia: Caller) -> None:
        note = await ada.post("/notes", {**ON, "text": "Please look", "mentions": [await mia.user], "tags": ["roof"]})
        path = f"/notes/{note['id']}"
        await ada.delete(path, version=1)
        await mia.post(f"{path}/restore", status=403)
        manager = await world.joined(ada, "max@harbor.example", "manager")
        back = await manager.post(f"{path}/restore", status=200)
        assert back == {**note, "version": 3}
        assert await ada.get(path) == back
        assert await ada.post(f"{path}/restore", status=200) == back
        assert len(await mentioned(mia)) == 1

    async def test_that_were_private_come_back_to_their_author_alone(self, ada: Caller, mia: Caller) -> None:
        note = await mia.post("/notes", {**ON, "text": "Between us", "private": True})
        path = f"/notes/{note['id']}"
        await mia.delete(path, version=1)
        await ada.post(f"{path}/restore", status=404)
        assert (await mia.post(f"{path}/restore", status=200))["text"] == "Between us"
        await ada.post(f"{path}/restore", status=404)
        await mia.post("/notes/none/restore", status=404)

    async def test_viewers_read_and_do_not_write(self, world: World, ada: Caller) -> None:
        viewer = await world.joined(ada, "vic@harbor.example", "viewer")
        await ada.post("/notes", {**ON, "text": "For all"})
        assert await texts(viewer) == ["For all"]
        await viewer.post("/notes", {**ON, "text": "x"}, status=403)

    @pytest.mark.parametrize(
        ("field", "body"),
        [
            ("text", {"text": "  "}),
            ("text", {"text": "x" * 10_001}),
            ("text", {"text": "evil\u202etxt"}),
            ("thingId", {"thingId": "../../x"}),
            ("thingKind", {"thingKind": "member"}),
            ("tags[0]", {"tags": ["a\nb"]}),
            ("mentions[0]", {"mentions": ["nobody"]}),
            ("mentions", {"mentions": ["nobody"], "private": True}),
        ],
    )
    async def test_that_cannot_be_are_refused_by_field(self, ada: Caller, field: str, body: dict[str, Any]) -> None:
        refused = await ada.post("/notes", {**ON, "text": "Hello", **body}, status=422)
        assert refused["errors"][0]["field"] == field


class TestMentions:
    async def test_come_into_the_inbox_once(self, ada: Caller, mia: Caller) -> None:
        user = await mia.user
        note = await ada.post("/notes", {**ON, "text": "Please look", "mentions": [user, user, await ada.user]})
        assert note["mentions"] == [user, await ada.user]
        (item,) = await mentioned(mia)
        assert item["title"] == "Ada Adams mentioned you in a note on a loan"
        assert (item["body"], item["thing"]) == ("Please look", {"kind": "loan", "id": "l1", "note": note["id"]})
        again = {"text": "Please look soon", "mentions": [user]}
        await ada.put(f"/notes/{note['id']}", again, version=1)
        assert len(await mentioned(mia)) == 1
        assert await mentioned(ada) == []

    async def test_added_later_are_told_then(self, ada: Caller, mia: Caller) -> None:
        note = await ada.post("/notes", {**ON, "text": "Please look"})
        assert await mentioned(mia) == []
        await ada.put(f"/notes/{note['id']}", {"text": "Please look", "mentions": [await mia.user]}, version=1)
        assert len(await mentioned(mia)) == 1

    async def test_of_another_organization_are_nobody(self, world: World, ada: Caller) -> None:
        eve = await world.register("Other House", "eve@other.example")
        refused = await ada.post("/notes", {**ON, "text": "x", "mentions": [await eve.user]}, status=422)
        assert refused["errors"][0]["field"] == "mentions[0]"
