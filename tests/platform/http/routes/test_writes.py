"""Writes: one unit of work each, the version they change, and keys that make them happen once."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from realinsights_platform.http.routes.idempotency import LARGEST_ANSWER, answers_job, answers_kind
from realinsights_platform.quota import Quota
from realinsights_platform.scheduling.jobs import DueWork

from ...conftest import NOTES, World

KEY = {"Idempotency-Key": "first-try"}
NOTE = {"title": "Once", "pageCount": 1}


async def titles(world: World, org: str = "acme") -> list[str]:
    return sorted(note.title for note in (await world.documents.find(NOTES, org)).items)


class TestUnitOfWork:
    async def test_is_committed_before_the_answer_and_says_its_sequence(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str]
    ) -> None:
        answer = await client.post("/api/v1/notes", json=NOTE, headers=as_writer)
        assert answer.status_code == 201
        assert answer.headers["realinsights-sequence"] == "notes=1"
        assert await world.documents.sequence("acme") == 1
        assert answer.json()["version"] == 1

    async def test_is_of_its_caller_and_day(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str]
    ) -> None:
        await client.post("/api/v1/notes?businessDate=2026-01-31", json=NOTE, headers=as_writer)
        (entry,) = await world.documents.entries("acme")
        assert (entry.actor, entry.business_date.isoformat()) == ("ana", "2026-01-31")

    async def test_that_a_unique_key_refuses_is_a_409_and_nothing_is_stored(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str]
    ) -> None:
        await client.post("/api/v1/notes", json=NOTE, headers=as_writer)
        answer = await client.post("/api/v1/notes", json=NOTE, headers=as_writer)
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "application/problem+json"
        assert "realinsights-sequence" not in answer.headers
        assert await world.documents.sequence("acme") == 1

    async def test_of_a_handler_that_refuses_stores_nothing(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str]
    ) -> None:
        headers = {**as_writer, "If-Match": '"1"'}
        assert (await client.put("/api/v1/notes/absent", json=NOTE, headers=headers)).status_code == 404
        assert await world.documents.sequence("acme") == 0

    async def test_may_answer_without_a_body(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str], note: dict[str, Any]
    ) -> None:
        answer = await client.delete(f"/api/v1/notes/{note['id']}", headers={**as_writer, "If-Match": '"1"'})
        assert (answer.status_code, answer.content) == (204, b"")
        assert "content-type" not in answer.headers
        assert answer.headers["realinsights-sequence"] == "notes=2"


class TestIfMatch:
    async def put(
        self, client: httpx.AsyncClient, note: dict[str, Any], headers: dict[str, str], if_match: str | None
    ) -> httpx.Response:
        condition = {} if if_match is None else {"If-Match": if_match}
        return await client.put(f"/api/v1/notes/{note['id']}", json={"title": "Next"}, headers={**headers, **condition})

    @pytest.mark.parametrize("tag", ['"1"', '"1-0011223344556677"', "*", '"1" ', '  "1"'])
    async def test_of_the_stored_version_changes_it(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], note: dict[str, Any], tag: str
    ) -> None:
        answer = await self.put(client, note, as_writer, tag)
        assert answer.status_code == 200
        assert answer.headers["etag"] == '"2"'

    @pytest.mark.parametrize("tag", ['"2"', '"0"', 'W/"1"', '"b-0011223344556677"', '"one"', '"99999999999999999999"'])
    async def test_of_another_version_is_a_412(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], note: dict[str, Any], tag: str
    ) -> None:
        assert (await self.put(client, note, as_writer, tag)).status_code == 412

    async def test_is_needed(self, client: httpx.AsyncClient, as_writer: dict[str, str], note: dict[str, Any]) -> None:
        assert (await self.put(client, note, as_writer, None)).status_code == 428

    @pytest.mark.parametrize("tag", ["1", "", "nonsense", '"1'])
    async def test_must_be_an_entity_tag(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], note: dict[str, Any], tag: str
    ) -> None:
        assert (await self.put(client, note, as_writer, tag)).status_code == 400

    async def test_lets_one_of_two_that_race_win(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], note: dict[str, Any]
    ) -> None:
        answers = await asyncio.gather(*(self.put(client, note, as_writer, '"1"') for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]


class TestWithoutAVersion:
    @pytest.mark.parametrize("keyed", [False, True])
    async def test_is_done_again_where_another_one_was_faster(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], note: dict[str, Any], keyed: bool
    ) -> None:
        path = f"/api/v1/notes/{note['id']}/pages"
        keys = [{"Idempotency-Key": f"key-{number}"} if keyed else {} for number in range(5)]
        answers = await asyncio.gather(*(client.post(path, headers={**as_writer, **key}) for key in keys))
        assert [answer.status_code for answer in answers] == [200] * 5
        assert sorted(answer.json()["pages"] for answer in answers) == [
            note["pages"] + number for number in range(1, 6)
        ]
        assert sorted(answer.headers["realinsights-sequence"] for answer in answers) == [
            f"notes={number}" for number in range(2, 7)
        ]


class TestIdempotencyKey:
    async def test_makes_a_replay_return_the_first_answer(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str]
    ) -> None:
        first, second = [await client.post("/api/v1/notes", json=NOTE, headers={**as_writer, **KEY}) for _ in range(2)]
        assert (second.status_code, second.content) == (first.status_code, first.content) == (201, first.content)
        for name in ("etag", "location", "content-type"):
            assert second.headers[name] == first.headers[name]
        assert second.headers["idempotency-replayed"] == "true"
        assert "idempotency-replayed" not in first.headers
        assert await titles(world) == ["Once"]

    async def test_is_stored_in_the_same_entry_as_what_it_kept_from_happening_twice(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str]
    ) -> None:
        await client.post("/api/v1/notes", json=NOTE, headers={**as_writer, **KEY})
        (entry,) = await world.documents.entries("acme")
        assert sorted(write.kind for write in entry.writes) == ["answer", "note"]

    async def test_survives_a_restart(self, world: World, as_writer: dict[str, str]) -> None:
        answers = []
        for _ in range(2):
            async with world.client() as client:
                answers.append(await client.post("/api/v1/notes", json=NOTE, headers={**as_writer, **KEY}))
        assert answers[0].content == answers[1].content

    @pytest.mark.parametrize("other", [{"title": "Other"}, {"title": "Once", "pageCount": 2}])
    async def test_with_another_body_is_refused(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], other: dict[str, Any]
    ) -> None:
        await client.post("/api/v1/notes", json=NOTE, headers={**as_writer, **KEY})
        answer = await client.post("/api/v1/notes", json=other, headers={**as_writer, **KEY})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "Idempotency-Key"

    async def test_with_another_query_is_refused(self, client: httpx.AsyncClient, as_writer: dict[str, str]) -> None:
        await client.post("/api/v1/notes", json=NOTE, headers={**as_writer, **KEY})
        answer = await client.post("/api/v1/notes?businessDate=2026-01-01", json=NOTE, headers={**as_writer, **KEY})
        assert answer.status_code == 422

    async def test_of_another_user_or_organization_is_another_key(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str]
    ) -> None:
        await client.post("/api/v1/notes", json=NOTE, headers={**as_writer, **KEY})
        for who in ({"user": "ben"}, {"org": "other"}):
            answer = await client.post("/api/v1/notes", json={"title": "Mine"}, headers={**world.headers(**who), **KEY})
            assert answer.status_code == 201
            assert answer.json()["title"] == "Mine"

    async def test_of_a_refused_request_may_be_used_again(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], note: dict[str, Any]
    ) -> None:
        taken = await client.post("/api/v1/notes", json={"title": "First"}, headers={**as_writer, **KEY})
        assert taken.status_code == 409
        assert (await client.post("/api/v1/notes", json=NOTE, headers={**as_writer, **KEY})).status_code == 201

    async def test_of_two_requests_at_once_lets_one_happen_and_answers_both_alike(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str]
    ) -> None:
        world.desk.calls = 0
        world.desk.arrived.clear()
        world.desk.go_on.clear()
        both = [
            asyncio.create_task(client.post("/api/v1/notes", json=NOTE, headers={**as_writer, **KEY})) for _ in range(4)
        ]
        await world.desk.arrived.wait()
        world.desk.go_on.set()
        answers = await asyncio.gather(*both)
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        assert world.desk.calls == 1

    async def test_of_two_processes_at_once_lets_one_happen_and_answers_both_alike(
        self, world: World, as_writer: dict[str, str]
    ) -> None:
        world.desk.arrived.clear()
        world.desk.go_on.clear()
        async with world.client() as here, world.client() as there:
            both = [
                asyncio.create_task(client.post("/api/v1/notes", json=NOTE, headers={**as_writer, **KEY}))
                for client in (here, there)
            ]
            for _ in both:
                await world.desk.arrivals.get()  # each is in the middle of its handler
            world.desk.go_on.set()
            answers = await asyncio.gather(*both)
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].content == answers[1].content
        assert await titles(world) == ["Once"]

    async def test_is_good_for_a_day(self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str]) -> None:
        await client.post("/api/v1/notes", json=NOTE, headers={**as_writer, **KEY})
        world.now += 24 * 60 * 60
        answer = await client.post("/api/v1/notes", json={"title": "Again"}, headers={**world.headers(), **KEY})
        assert answer.status_code == 201
        assert answer.json()["title"] == "Again"

    async def test_is_forgotten_after_a_day(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str]
    ) -> None:
        for number in range(3):
            headers = {**as_writer, "Idempotency-Key": f"key-{number}"}
            await client.post("/api/v1/notes", json={"title": f"{number}"}, headers=headers)
        assert await world.documents.count(answers_kind("notes"), "acme") == 3
        world.now += 23 * 60 * 60
        await client.post("/api/v1/notes", json=NOTE, headers={**world.headers(), **KEY})
        world.now += 2 * 60 * 60

        def now() -> datetime.datetime:
            return datetime.datetime.fromtimestamp(world.now, datetime.UTC)

        await DueWork(world.documents, answers_job("notes", now=now), now=now).pass_through(1)
        assert await world.documents.count(answers_kind("notes"), "acme") == 1

    async def test_of_an_answer_too_long_to_keep_says_that_it_was_done(
        self, client: httpx.AsyncClient, world: World, as_writer: dict[str, str]
    ) -> None:
        long = {"title": "x" * LARGEST_ANSWER}
        assert (await client.post("/api/v1/notes", json=long, headers={**as_writer, **KEY})).status_code == 201
        assert (await client.post("/api/v1/notes", json=long, headers={**as_writer, **KEY})).status_code == 409
        assert len(await titles(world)) == 1

    @pytest.mark.parametrize("key", ["", "x" * 256])
    async def test_must_be_one(self, client: httpx.AsyncClient, as_writer: dict[str, str], key: str) -> None:
        answer = await client.post("/api/v1/notes", json=NOTE, headers={**as_writer, "Idempotency-Key": key})
        assert answer.status_code == 422

    async def test_works_for_uploads_too(self, client: httpx.AsyncClient, as_writer: dict[str, str]) -> None:
        for _ in range(2):
            answer = await client.post("/api/v1/notes/raw", content=b"12345", headers={**as_writer, **KEY})
            assert answer.json() == {"bytes": 5}
        assert answer.headers["idempotency-replayed"] == "true"

    async def test_of_an_upload_refuses_another_of_the_same_length(
        self, client: httpx.AsyncClient, as_writer: dict[str, str]
    ) -> None:
        first = await client.post("/api/v1/notes/raw", content=b"12345", headers={**as_writer, **KEY})
        other = await client.post("/api/v1/notes/raw", content=b"54321", headers={**as_writer, **KEY})
        assert (first.status_code, other.status_code) == (200, 422)
        assert other.json()["errors"][0]["field"] == "Idempotency-Key"

    async def test_of_uploads_at_once_answers_those_alike_and_refuses_the_other(
        self, client: httpx.AsyncClient, as_writer: dict[str, str]
    ) -> None:
        bodies = [b"12345", b"12345", b"54321", b"12345"]
        answers = await asyncio.gather(
            *(client.post("/api/v1/notes/raw", content=body, headers={**as_writer, **KEY}) for body in bodies)
        )
        assert [answer.status_code for answer in answers] == [200, 200, 422, 200]

    async def test_of_uploads_to_two_processes_at_once_refuses_the_other(
        self, world: World, as_writer: dict[str, str]
    ) -> None:
        async def sent(client: httpx.AsyncClient, body: bytes) -> int:
            async def parts() -> AsyncIterator[bytes]:
                yield body[:2]
                await both.wait()  # each is in the middle of its handler
                yield body[2:]

            answer = await client.post("/api/v1/notes/raw", content=parts(), headers={**as_writer, **KEY})
            return answer.status_code

        both = asyncio.Barrier(2)
        async with world.client() as here, world.client() as there:
            assert sorted(await asyncio.gather(sent(here, b"12345"), sent(there, b"54321"))) == [200, 422]

    async def test_of_an_upload_that_another_process_answers_meanwhile_lets_one_happen(
        self, world: World, as_writer: dict[str, str]
    ) -> None:
        async def parts() -> AsyncIterator[bytes]:
            yield b"12"
            answers.append(await there.post("/api/v1/notes/raw", content=b"12345", headers={**as_writer, **KEY}))
            yield b"345"

        answers: list[httpx.Response] = []
        async with world.client() as here, world.client() as there:
            answers.append(await here.post("/api/v1/notes/raw", content=parts(), headers={**as_writer, **KEY}))
        assert [answer.json() for answer in answers] == [{"bytes": 5}, {"bytes": 5}]
        assert ["idempotency-replayed" in answer.headers for answer in answers] == [False, True]

    async def test_of_an_upload_that_its_route_did_not_read_to_the_end_stands_for_all_of_it(
        self, client: httpx.AsyncClient, as_writer: dict[str, str]
    ) -> None:
        async def sent(*parts: bytes) -> httpx.Response:
            async def content() -> AsyncIterator[bytes]:
                for part in parts:
                    yield part

            return await client.post("/api/v1/notes/raw/start", content=content(), headers={**as_writer, **KEY})

        assert (await sent(b"12", b"345")).json() == {"bytes": 2}
        assert (await sent(b"123", b"45")).headers["idempotency-replayed"] == "true"
        assert (await sent(b"12", b"543")).status_code == 422
        assert (await sent(b"12", b"3" * 100_000)).status_code == 413

    async def test_is_ignored_where_nobody_is_signed_in(self, client: httpx.AsyncClient, world: World) -> None:
        for _ in range(2):
            answer = await client.post("/api/v1/sign-in", json={"user": "ana"}, headers=KEY)
            assert "idempotency-replayed" not in answer.headers
        assert not await world.documents.organizations()


class TestQuota:
    async def test_refuses_writes_of_an_organization_that_has_taken_all_it_may(
        self, world: World, as_writer: dict[str, str], note: dict[str, Any]
    ) -> None:
        quota = Quota(await world.documents.stored_bytes("acme") - 1)
        async with world.client(quota=quota) as client:
            answer = await client.post("/api/v1/notes", json=NOTE, headers=as_writer)
            assert answer.status_code == 507
            assert "taken all of the" in answer.json()["detail"]
            assert (await client.get(f"/api/v1/notes/{note['id']}", headers=as_writer)).status_code == 200
            other = await client.post("/api/v1/notes", json=NOTE, headers=world.headers(org="bay"))
            assert other.status_code == 201
