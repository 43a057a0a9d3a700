"""Problems: what is answered when something is wrong with a request, or with us."""

from __future__ import annotations

import errno
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from realinsights_platform import errors
from realinsights_platform.errors import FieldError, Invalid
from realinsights_platform.http.answers.problems import problem_of

from ...conftest import World


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    found: dict[str, Any] = answer.json()
    assert found["status"] == status
    assert found["type"].startswith("urn:realinsights:problem:")
    assert found["instance"] == answer.request.url.path
    assert found["requestId"] == answer.headers["x-request-id"]
    return found


def bad_fields(answer: httpx.Response) -> dict[str, str]:
    return {error["field"]: error["message"] for error in problem(answer, 422)["errors"]}


class TestAddress:
    async def test_that_nobody_answers_is_a_404(self, client: httpx.AsyncClient) -> None:
        problem(await client.get("/api/v1/nothing"), 404)

    @pytest.mark.parametrize("path", ["/api/v1//..//x", "/%00", "/api/v1/notes/%ff%fe", "/" + "a" * 5000])
    async def test_that_is_odd_is_a_404_or_a_401(self, client: httpx.AsyncClient, path: str) -> None:
        assert (await client.get(path)).status_code in {401, 404}

    async def test_with_the_wrong_method_says_which_are_right(self, client: httpx.AsyncClient) -> None:
        answer = await client.patch("/api/v1/notes")
        problem(answer, 405)
        assert {"GET", "HEAD", "POST"} <= set(answer.headers["allow"].split(", "))

    async def test_tells_its_methods_when_asked(self, client: httpx.AsyncClient) -> None:
        answer = await client.options("/api/v1/notes")
        assert answer.status_code == 204
        assert "POST" in answer.headers["allow"]


class TestCaller:
    async def test_who_is_nobody_is_asked_to_sign_in_before_anything_is_looked_at(
        self, client: httpx.AsyncClient
    ) -> None:
        answer = await client.post("/api/v1/notes", content=b"{broken")
        problem(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer"

    async def test_who_may_not_is_told_so_before_anything_is_looked_at(
        self, client: httpx.AsyncClient, world: World
    ) -> None:
        answer = await client.post("/api/v1/notes", content=b"{broken", headers=world.headers(role="reader"))
        problem(answer, 403)


class TestBody:
    @pytest.mark.parametrize("body", [b"{", b"nul", b'{"title": "\xff"}', b"\x00", b"[" * 100_000])
    async def test_that_is_not_json_is_a_400(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], body: bytes
    ) -> None:
        headers = {**as_writer, "Content-Type": "application/json"}
        assert (await client.post("/api/v1/notes", content=body, headers=headers)).status_code in {400, 422}

    async def test_that_is_missing_is_a_422(self, client: httpx.AsyncClient, as_writer: dict[str, str]) -> None:
        assert bad_fields(await client.post("/api/v1/notes", headers=as_writer)) == {"body": "is required"}

    async def test_with_bad_fields_names_every_one(self, client: httpx.AsyncClient, as_writer: dict[str, str]) -> None:
        answer = await client.post("/api/v1/notes", json={"pageCount": "three", "color": "red"}, headers=as_writer)
        assert bad_fields(answer) == {
            "title": "is required",
            "pageCount": "expected `int`, got `str`",
            "color": "is not a field here",
        }

    @pytest.mark.parametrize("body", [[], "text", 5, None])
    async def test_of_another_shape_is_a_422(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], body: object
    ) -> None:
        problem(await client.post("/api/v1/notes", json=body, headers=as_writer), 422)

    @pytest.mark.parametrize("body", [{"title": "a\0b"}, {"title": "a", "pageCount": 10**30}])
    async def test_with_values_that_nothing_can_hold_is_a_422(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], body: dict[str, Any]
    ) -> None:
        assert len(bad_fields(await client.post("/api/v1/notes", json=body, headers=as_writer))) == 1

    @pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", ""])
    async def test_of_another_media_type_is_a_415(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], media_type: str
    ) -> None:
        headers = {**as_writer, "Content-Type": media_type}
        problem(await client.post("/api/v1/notes", content=b'{"title": "a"}', headers=headers), 415)

    @pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "application/vnd.notes+json"])
    async def test_of_any_kind_of_json_is_read(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], media_type: str
    ) -> None:
        headers = {**as_writer, "Content-Type": media_type}
        answer = await client.post("/api/v1/notes", content=b'{"title": "a"}', headers=headers)
        assert answer.status_code == 201

    async def test_that_says_it_is_too_large_is_a_413(
        self, client: httpx.AsyncClient, as_writer: dict[str, str]
    ) -> None:
        problem(await client.post("/api/v1/notes", content=b" " * 20_000_000, headers=as_writer), 413)

    async def test_that_gets_too_large_on_the_way_is_a_413(
        self, client: httpx.AsyncClient, as_writer: dict[str, str]
    ) -> None:
        sent = 0

        async def endless() -> AsyncIterator[bytes]:
            nonlocal sent
            while sent < 200_000_000:
                sent += 100_000
                yield b" " * 100_000

        problem(await client.post("/api/v1/notes", content=endless(), headers=as_writer), 413)
        assert sent < 2_000_000

    async def test_has_the_size_its_route_allows(self, client: httpx.AsyncClient, as_writer: dict[str, str]) -> None:
        answer = await client.post("/api/v1/notes/raw", content=b"x" * 100_000, headers=as_writer)
        assert answer.json() == {"bytes": 100_000}
        problem(await client.post("/api/v1/notes/raw", content=b"x" * 100_001, headers=as_writer), 413)

    async def test_whose_length_is_no_number_is_a_400(
        self, client: httpx.AsyncClient, as_writer: dict[str, str]
    ) -> None:
        headers = {**as_writer, "Content-Length": "many"}
        problem(await client.post("/api/v1/notes/raw", content=b"x", headers=headers), 400)


class TestQuery:
    async def test_is_read_by_its_wire_names(self, client: httpx.AsyncClient) -> None:
        assert (await client.get("/api/v1/hello?name=ana&count=2")).json() == {"hello": "ana ana"}

    async def test_with_bad_parameters_names_every_one(
        self, client: httpx.AsyncClient, as_writer: dict[str, str]
    ) -> None:
        answer = await client.get("/api/v1/notes?pageSize=x&businessDate=2026-02-30&color=red", headers=as_writer)
        assert set(bad_fields(answer)) == {"pageSize", "businessDate", "color"}

    async def test_may_give_a_parameter_once(self, client: httpx.AsyncClient) -> None:
        assert bad_fields(await client.get("/api/v1/hello?name=a&name=b")) == {"name": "may be given once"}

    @pytest.mark.parametrize("query", ["name=%ff", "name=a%00b", "&".join(f"a{n}=1" for n in range(300))])
    async def test_that_cannot_be_read_is_a_422(self, client: httpx.AsyncClient, query: str) -> None:
        problem(await client.get(f"/api/v1/hello?{query}"), 422)


class TestOurOwnFault:
    async def test_says_nothing_of_itself_but_the_request_id(
        self, client: httpx.AsyncClient, as_writer: dict[str, str]
    ) -> None:
        found = problem(await client.get("/api/v1/broken", headers=as_writer), 500)
        assert "hunter2" not in json.dumps(found)
        assert "RuntimeError" not in json.dumps(found)


class TestTable:
    @pytest.mark.parametrize(
        ("refusal", "status"),
        [
            (errors.Unauthenticated("x"), 401),
            (errors.Forbidden("x"), 403),
            (errors.NotFound("x"), 404),
            (errors.Conflict("x"), 409),
            (errors.Stale("x"), 412),
            (errors.TooLarge("x"), 413),
            (errors.Invalid("x"), 422),
            (errors.TooMany("x", retry_after=3), 429),
            (errors.Refusal("x"), 400),
        ],
    )
    def test_gives_every_kind_of_refusal_a_status(self, refusal: errors.Refusal, status: int) -> None:
        found, _ = problem_of(refusal, path="/", request_id="1")
        assert found.status == status
        assert found.detail == "x"

    def test_gives_a_special_case_the_status_of_its_kind(self) -> None:
        class LoanIsGone(errors.NotFound):
            """A loan that was there."""

        assert problem_of(LoanIsGone("x"), path="/", request_id="1")[0].status == 404

    def test_names_the_fields(self) -> None:
        found, _ = problem_of(Invalid.field("terms.rate", "must not be negative"), path="/", request_id="1")
        assert found.errors == (FieldError("terms.rate", "must not be negative"),)

    def test_says_when_to_come_again(self) -> None:
        _, headers = problem_of(errors.TooMany("x", retry_after=3), path="/", request_id="1")
        assert (b"retry-after", b"3") in headers


class TestHeadersSentTwice:
    @pytest.mark.parametrize("name", ["Authorization", "Idempotency-Key", "Content-Type", "Origin", "Host"])
    async def test_that_may_be_sent_once_are_refused(self, world: World, name: str) -> None:
        own = world.headers()["Authorization"]
        headers = [("Authorization", own), (name, "one"), (name, own)]
        async with world.client() as client:
            await client.get("/api/v1/me", headers=headers[:1])  # known from here on
            answer = await client.get("/api/v1/me", headers=headers)
            assert problem(answer, 400)["detail"] == f"The header {name} may be sent once."

    async def test_of_other_names_are_taken(self, world: World) -> None:
        async with world.client() as client:
            headers = [*world.headers().items(), ("Accept", "text/html"), ("Accept", "*/*"), ("X-A", "1"), ("X-A", "2")]
            assert (await client.get("/api/v1/me", headers=headers)).status_code == 200


class TestWhatIsUsedUp:
    @pytest.mark.parametrize(
        ("number", "status", "words"),
        [
            (errno.EMFILE, 503, "too many files and connections open"),
            (errno.ENFILE, 503, "too many files and connections open"),
            (errno.ENOSPC, 507, "no room left on the disk"),
            (errno.EDQUOT, 507, "no room left on the disk"),
        ],
    )
    def test_of_the_system_is_said_and_when_to_come_again(self, number: int, status: int, words: str) -> None:
        told, headers = problem_of(OSError(number, "…"), path="/", request_id="1")
        assert told.status == status
        assert words in told.detail
        assert headers == [(b"retry-after", b"5")]

    def test_of_other_kinds_stays_a_fault_of_ours(self) -> None:
        assert problem_of(OSError(errno.EACCES, "…"), path="/", request_id="1")[0].status == 500
