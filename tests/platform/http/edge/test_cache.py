"""The edge read cache, and every way in which it could be wrong."""

from __future__ import annotations

import asyncio
import datetime
from typing import Any

import httpx
import pytest

from realinsights_platform.business_day import day_at
from realinsights_platform.http.edge.cache import Counter, EdgeCache, Entry
from realinsights_platform.http.routes.binding import Declaration, bind
from realinsights_platform.http.routes.declaring import get
from realinsights_platform.revoking import revoke
from realinsights_platform.token_register import Revocation

from ...conftest import START, World

DAY = 86_400

NOTE = {"title": "First", "pageCount": 3}


@pytest.fixture
def path(note: dict[str, Any]) -> str:
    return f"/api/v1/notes/{note['id']}"


async def change(client: httpx.AsyncClient, path: str, headers: dict[str, str], title: str) -> httpx.Response:
    version = (await client.get(path, headers=headers)).headers["etag"]
    answer = await client.put(path, json={"title": title}, headers={**headers, "If-Match": version})
    assert answer.status_code == 200, answer.text
    return answer


class TestHit:
    async def test_answers_what_the_handler_answered(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str], path: str
    ) -> None:
        world.desk.calls = 0
        first, second = [await client.get(path, headers=as_writer) for _ in range(2)]
        assert world.desk.calls == 1
        assert second.content == first.content
        for name in ("etag", "content-type", "content-length", "cache-control", "vary", "content-security-policy"):
            assert second.headers[name] == first.headers[name]

    async def test_has_a_request_id_of_its_own(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], path: str
    ) -> None:
        ids = {(await client.get(path, headers=as_writer)).headers["x-request-id"] for _ in range(3)}
        assert len(ids) == 3

    async def test_is_for_every_token_of_the_same_scope(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str], path: str
    ) -> None:
        await client.get(path, headers=as_writer)
        world.desk.calls = 0
        for user in ("ben", "cleo"):
            headers = world.headers(user=user)
            await client.get(path, headers=headers)
            answer = await client.get(path, headers=headers)
            assert answer.json()["title"] == "First"
        assert world.desk.calls == 2  # a token is verified by the first request that brings it, which is no hit


class TestAnotherCaller:
    async def test_of_another_tenant_finds_nothing(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str], path: str
    ) -> None:
        stranger = world.headers(org="other")
        for _ in range(2):
            assert (await client.get(path, headers=as_writer)).status_code == 200
            assert (await client.get(path, headers=stranger)).status_code == 404

    async def test_of_another_role_gets_an_answer_of_that_role(
        self, client: httpx.AsyncClient, world: World, path: str
    ) -> None:
        writer, reader = world.headers(), world.headers(user="ben", role="reader")
        for _ in range(2):
            assert (await client.get(f"{path}/for-me", headers=writer)).json()["role"] == "writer"
            assert (await client.get(f"{path}/for-me", headers=reader)).json()["role"] == "reader"

    async def test_whose_role_may_not_read_is_refused(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str], path: str
    ) -> None:
        nobody = world.headers(user="dan", role="nobody")
        for _ in range(2):
            assert (await client.get(path, headers=as_writer)).status_code == 200
            assert (await client.get(path, headers=nobody)).status_code == 403

    async def test_without_a_token_is_asked_for_one(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], path: str
    ) -> None:
        for _ in range(2):
            assert (await client.get(path, headers=as_writer)).status_code == 200
            assert (await client.get(path)).status_code == 401

    async def test_of_one_organization_with_another_scope_shares_nothing(
        self, client: httpx.AsyncClient, world: World, path: str
    ) -> None:
        world.desk.calls = 0
        whole, some = world.headers(), world.headers(user="ben", role="reader")
        for headers in (whole, whole, some, some):
            assert (await client.get(path, headers=headers)).status_code == 200
        assert world.desk.calls == 2


class TestWrite:
    async def test_in_between_is_seen_at_once(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], path: str
    ) -> None:
        await client.get(path, headers=as_writer)
        await change(client, path, as_writer, "Second")
        for _ in range(2):
            assert (await client.get(path, headers=as_writer)).json()["title"] == "Second"

    async def test_of_another_tenant_leaves_entries_alone(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str], path: str
    ) -> None:
        await client.get(path, headers=as_writer)
        await client.post("/api/v1/notes", json=NOTE, headers=world.headers(org="other"))
        world.desk.calls = 0
        await client.get(path, headers=as_writer)
        assert world.desk.calls == 0

    async def test_while_a_read_is_in_flight_never_leaves_the_old_answer(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str], path: str
    ) -> None:
        world.desk.arrived.clear()
        world.desk.go_on.clear()
        slow = asyncio.create_task(client.get(path, headers=as_writer))
        await world.desk.arrived.wait()  # it has read, and is not done yet
        answer = await client.put(path, json={"title": "Second"}, headers={**as_writer, "If-Match": '"1"'})
        assert answer.status_code == 200
        world.desk.go_on.set()
        assert (await slow).json()["title"] == "First"
        assert (await client.get(path, headers=as_writer)).json()["title"] == "Second"

    async def test_is_seen_by_who_says_what_it_has_written(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], path: str
    ) -> None:
        written = await change(client, path, as_writer, "Second")
        after = {"Realinsights-After": written.headers["realinsights-sequence"]}
        for _ in range(2):
            assert (await client.get(path, headers={**as_writer, **after})).json()["title"] == "Second"


class TestDay:
    async def test_makes_another_answer(self, client: httpx.AsyncClient, world: World, path: str) -> None:
        headers = world.headers(exp=world.now + 10 * DAY)
        for _ in range(2):
            answer = await client.get(f"{path}/today", headers=headers)
            assert answer.json()["businessDate"] == "2026-03-02"
        world.now += DAY / 2
        again = await client.get(f"{path}/today", headers=headers)
        assert again.json()["businessDate"] == "2026-03-03"
        assert again.headers["etag"] != answer.headers["etag"]

    async def test_is_that_of_the_organization_s_time_zone(
        self, client: httpx.AsyncClient, world: World, path: str
    ) -> None:
        seen = []
        new_york = world.headers(exp=world.now + 10 * DAY, zoneinfo="America/New_York")
        utc = world.headers(exp=world.now + 10 * DAY)
        for hour in (0, 12, 16, 17, 24):  # from noon in Greenwich on
            world.now = START + hour * 3600
            answers = [await client.get(f"{path}/today", headers=who) for who in (new_york, utc, new_york)]
            seen.append([answer.json()["businessDate"] for answer in answers])
            assert answers[0].headers["etag"] == answers[2].headers["etag"]
        assert seen == [
            ["2026-03-02", "2026-03-02", "2026-03-02"],
            ["2026-03-02", "2026-03-03", "2026-03-02"],
            ["2026-03-02", "2026-03-03", "2026-03-02"],
            ["2026-03-03", "2026-03-03", "2026-03-03"],
            ["2026-03-03", "2026-03-03", "2026-03-03"],
        ]

    async def test_that_is_asked_for_is_part_of_the_question(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], path: str
    ) -> None:
        for date in ("2026-01-31", "2026-02-28", "2026-01-31"):
            answer = await client.get(f"{path}/today?businessDate={date}", headers=as_writer)
            assert answer.json()["businessDate"] == date


class TestToken:
    async def test_that_expired_gets_nothing(self, client: httpx.AsyncClient, world: World, path: str) -> None:
        headers = world.headers(exp=world.now + 60)
        for _ in range(2):
            assert (await client.get(path, headers=headers)).status_code == 200
        world.now += 66
        assert (await client.get(path, headers=headers)).status_code == 401

    @pytest.mark.parametrize("revoked", [{"user": "ana", "session": "ana-session"}, {"user": "ana"}])
    async def test_that_was_revoked_gets_nothing_from_that_moment(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str], path: str, revoked: dict[str, str]
    ) -> None:
        for _ in range(2):
            assert (await client.get(path, headers=as_writer)).status_code == 200
        await revoke(world.cache, Revocation(at=world.now, **revoked))
        assert (await client.get(path, headers=as_writer)).status_code == 401
        world.now += 1
        assert (await client.get(path, headers=world.headers(sid="another"))).status_code == 200

    async def test_of_somebody_else_stays_good_when_one_is_revoked(
        self, client: httpx.AsyncClient, world: World, path: str
    ) -> None:
        ben = world.headers(user="ben")
        await client.get(path, headers=ben)
        await revoke(world.cache, Revocation(at=world.now, user="ana"))
        world.desk.calls = 0
        assert (await client.get(path, headers=ben)).status_code == 200
        assert world.desk.calls == 0


class TestWhatIsNotKept:
    async def test_is_a_404(self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str]) -> None:
        app_path = "/api/v1/notes/absent"
        for _ in range(2):
            assert (await client.get(app_path, headers=as_writer)).status_code == 404
        assert (await client.get(app_path, headers=as_writer)).headers["cache-control"] == "no-store"

    async def test_is_an_answer_that_sets_a_cookie(self, world: World, as_writer: dict[str, str]) -> None:
        app = world.app()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://notes.test") as client:
            note = (await client.post("/api/v1/notes", json=NOTE, headers=as_writer)).json()
            for _ in range(2):
                answer = await client.get(f"/api/v1/notes/{note['id']}/with-cookie", headers=as_writer)
                assert answer.headers["set-cookie"].startswith("seen=")
        assert not app._entries

    async def test_is_an_answer_that_streams(self, world: World, as_writer: dict[str, str]) -> None:
        app = world.app()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://notes.test") as client:
            note = (await client.post("/api/v1/notes", json=NOTE, headers=as_writer)).json()
            for _ in range(2):
                answer = await client.get(f"/api/v1/notes/{note['id']}/as-text", headers=as_writer)
                assert answer.text == "title\nFirst\n"
        assert not app._entries

    async def test_is_an_answer_of_a_route_that_does_not_say_so(self, world: World, as_writer: dict[str, str]) -> None:
        app = world.app()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://notes.test") as client:
            await client.get("/api/v1/me", headers=as_writer)
        assert not app._entries

    def test_is_an_answer_that_could_depend_on_more_than_its_key(self) -> None:
        @get("/notes", permission="notes.read", cached=True)
        async def greedy(request: httpx.Request) -> dict[str, str]:
            """Return the request's cookies."""
            return dict(request.headers)

        with pytest.raises(Declaration, match="may not depend on the whole request"):
            bind(greedy, {})


class TestHead:
    async def test_is_answered_like_get_without_a_body(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], path: str
    ) -> None:
        whole = await client.get(path, headers=as_writer)
        for _ in range(2):  # the second time from the cache
            answer = await client.head(path, headers=as_writer)
            assert answer.status_code == 200
            assert answer.content == b""
            assert answer.headers["content-length"] == whole.headers["content-length"]
            assert answer.headers["etag"] == whole.headers["etag"]

    async def test_first_leaves_a_whole_answer_for_get(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str], path: str
    ) -> None:
        await client.head(path, headers=as_writer)
        world.desk.calls = 0
        assert (await client.get(path, headers=as_writer)).json()["title"] == "First"
        assert world.desk.calls == 0


class TestRequestHeaders:
    async def test_a_range_is_answered_whole_and_kept_whole(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], path: str
    ) -> None:
        partial = {**as_writer, "Range": "bytes=0-3"}
        for headers in (partial, partial, as_writer):
            answer = await client.get(path, headers=headers)
            assert answer.status_code == 200
            assert answer.json()["title"] == "First"

    async def test_a_cookie_neither_identifies_nor_changes_anything(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], path: str
    ) -> None:
        for cookie in ("session=a", "session=b"):
            answer = await client.get(path, headers={**as_writer, "Cookie": cookie})
            assert answer.json()["title"] == "First"
        token = as_writer["Authorization"].removeprefix("Bearer ")
        assert (await client.get(path, headers={"Cookie": f"access_token={token}"})).status_code == 401

    async def test_the_same_question_in_another_order_has_the_same_answer(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], path: str
    ) -> None:
        await client.get(f"{path}/today", headers=as_writer)
        answers = [
            await client.get(f"/api/v1/notes?{query}", headers=as_writer)
            for query in ("title=First&pageSize=1", "pageSize=1&title=First")
        ]
        assert answers[0].json() == answers[1].json()

    async def test_an_unknown_parameter_is_refused_however_often(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], path: str
    ) -> None:
        await client.get(path, headers=as_writer)
        for _ in range(2):
            assert (await client.get(f"{path}?nonsense=1", headers=as_writer)).status_code == 422


class TestIfNoneMatch:
    @pytest.mark.parametrize("form", ["{0}", "W/{0}", '"other", {0}', '"other" , W/{0} ,"more"', "*"])
    async def test_that_names_what_we_have_is_answered_with_304(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], path: str, form: str
    ) -> None:
        etag = (await client.get(path, headers=as_writer)).headers["etag"]
        answer = await client.get(path, headers={**as_writer, "If-None-Match": form.format(etag)})
        assert answer.status_code == 304
        assert answer.content == b""
        assert answer.headers["etag"] == etag
        assert "content-length" not in answer.headers

    @pytest.mark.parametrize("condition", ['"2"', '"other", "more"', "nonsense", '"1', ""])
    async def test_that_names_something_else_is_answered_whole(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], path: str, condition: str
    ) -> None:
        for _ in range(2):
            answer = await client.get(path, headers={**as_writer, "If-None-Match": condition})
            assert answer.status_code == 200

    async def test_is_answered_with_304_by_the_handler_too(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str], path: str
    ) -> None:
        world.desk.calls = 0
        answer = await client.get(path, headers={**as_writer, "If-None-Match": '"1"'})
        assert answer.status_code == 304
        assert world.desk.calls == 1
        assert (await client.get(path, headers=as_writer)).status_code == 200
        assert world.desk.calls == 1

    async def test_of_a_version_that_was_overwritten_is_answered_whole(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], path: str
    ) -> None:
        etag = (await client.get(path, headers=as_writer)).headers["etag"]
        await change(client, path, as_writer, "Second")
        answer = await client.get(path, headers={**as_writer, "If-None-Match": etag})
        assert answer.status_code == 200
        assert answer.json()["title"] == "Second"


class TestReadModelThatLags:
    async def test_answers_from_the_cache_where_that_shows_what_its_caller_has_written(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str], path: str
    ) -> None:
        await client.get(path, headers=as_writer)
        world.desk.calls = 0
        for after, calls in (("notes=1", 0), ("loans=99, notes=1", 0), ("notes=2", 1)):
            await client.get(path, headers={**as_writer, "Realinsights-After": after})
            assert world.desk.calls == calls

    async def test_refuses_whoever_has_signed_out_elsewhere_before_that_is_announced(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str], path: str
    ) -> None:
        assert (await client.get(path, headers=as_writer)).status_code == 200
        await world.cache.set("auth.revoked:ana:ana-session", b"1", seconds=60)
        assert (await client.get(path, headers=as_writer)).status_code == 200
        answer = await client.get(path, headers={**as_writer, "Realinsights-After": "notes=1, auth=7"})
        assert answer.status_code == 401

    async def test_waits_for_what_its_caller_has_written(self, world: World, as_writer: dict[str, str]) -> None:
        waited: list[tuple[str, int]] = []

        class ReadModel:
            def head(self, org: str) -> int:
                return 40

            async def latest(self, org: str, *, at_least: int = 0) -> int:
                waited.append((org, at_least))
                return at_least

        world.follows, world.versions = "loans", ReadModel()
        async with world.client() as client:
            answer = await client.get("/api/v1/notes", headers={**as_writer, "Realinsights-After": "auth=9, loans=41"})
        assert answer.status_code == 200
        assert waited == [("acme", 41)]

    async def test_answers_with_what_it_has_once_it_has_waited_long_enough(
        self, world: World, as_writer: dict[str, str]
    ) -> None:
        class ReadModel:
            def head(self, org: str) -> int:
                return 40

            async def latest(self, org: str, *, at_least: int = 0) -> int:
                await asyncio.Event().wait()
                return at_least

        world.follows, world.versions = "loans", ReadModel()
        async with world.client(wait_seconds=0.01) as client:
            answer = await client.get("/api/v1/notes", headers={**as_writer, "Realinsights-After": "loans=41"})
        assert answer.status_code == 200

    async def test_where_the_version_is_not_known_it_is_looked_up_and_nothing_kept_is_given(
        self, world: World, as_writer: dict[str, str], path: str
    ) -> None:
        looked: list[str] = []

        class Forgetful:
            def head(self, org: str) -> int | None:
                return None

            async def latest(self, org: str, *, at_least: int = 0) -> int:
                looked.append(org)
                return 1

        world.versions = Forgetful()
        world.desk.calls = 0
        async with world.client() as client:
            for calls in (1, 2):
                assert (await client.get(path, headers=as_writer)).status_code == 200
                assert (world.desk.calls, looked) == (calls, ["acme"] * calls)

    async def test_refuses_a_header_that_says_nothing(
        self, client: httpx.AsyncClient, as_writer: dict[str, str]
    ) -> None:
        answer = await client.get("/api/v1/notes", headers={**as_writer, "Realinsights-After": "yesterday"})
        assert answer.status_code == 400


def an_entry(key: str, *, size: int = 1000, version: int = 1, head: int = 1) -> Entry:
    return Entry(
        key=("acme", key, b"", b""),
        org="acme",
        follows="notes",
        head=lambda _: head,
        version=version,
        day=day_at(0.0, datetime.UTC),
        counter=Counter("route"),
        etag='"1"',
        headers=[],
        body=b"x" * size,
    )


class TestEdgeCache:
    def test_keeps_at_most_its_bytes_and_lets_the_least_recently_used_go(self) -> None:
        cache = EdgeCache(capacity=64 * 1024)
        for key in "abcdefghijklmnopqrstuvwxyz":
            cache.store(an_entry(key, size=500))
            cache.entries.move_to_end(("acme", "a", b"", b""))
        assert cache.bytes <= 64 * 1024
        assert cache.bytes == sum(entry.size for entry in cache.entries.values())
        assert ("acme", "a", b"", b"") in cache.entries
        assert ("acme", "b", b"", b"") not in cache.entries

    def test_counts_an_answer_once_however_often_it_is_replaced(self) -> None:
        cache = EdgeCache(capacity=1024 * 1024)
        for size in (10, 3000, 20):
            cache.store(an_entry("a", size=size))
        assert cache.bytes == an_entry("a", size=20).size

    def test_does_not_keep_what_would_crowd_out_the_rest(self) -> None:
        cache = EdgeCache(capacity=64 * 1024)
        cache.store(an_entry("large", size=5000))
        assert not cache.entries

    def test_does_not_keep_what_was_made_at_an_earlier_version(self) -> None:
        cache = EdgeCache(capacity=1024 * 1024)
        cache.store(an_entry("a", version=1, head=2))
        assert not cache.entries

    def test_knows_the_end_of_a_day(self) -> None:
        entry = an_entry("a")
        midnight = datetime.datetime(1970, 1, 2, tzinfo=datetime.UTC).timestamp()
        assert entry.is_current(midnight - 0.001)
        assert not entry.is_current(midnight)
