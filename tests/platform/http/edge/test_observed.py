"""What can be seen from outside: ids, logs without secrets, metrics, traces, health, documentation."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import structlog
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from realinsights_platform.health import readiness
from realinsights_platform.http.application import application
from realinsights_platform.http.edge.access_log import request_context
from realinsights_platform.http.edge.traceparent import parent_of
from realinsights_platform.http.edge.tracing import NullTracing, open_tracing
from realinsights_platform.http.edge.tracing_otlp import OpenTelemetry
from realinsights_platform.http.settings import HttpSettings
from realinsights_platform.limits.opening import open_limits
from realinsights_platform.logs import REDACTED, configure_logs

from ...conftest import World

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


@pytest.fixture
def output() -> Iterator[io.BytesIO]:
    root, handlers, level = logging.getLogger(), logging.getLogger().handlers[:], logging.getLogger().level
    stream = io.BytesIO()
    configure_logs(output=stream, context=request_context)
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(output: io.BytesIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.getvalue().splitlines()]


class TestRequestId:
    async def test_is_made_up_where_none_is_stated(self, client: httpx.AsyncClient) -> None:
        ids = {(await client.get("/api/v1/hello")).headers["x-request-id"] for _ in range(3)}
        assert len(ids) == 3

    async def test_is_taken_over_where_it_is_sane(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/api/v1/hello", headers={"X-Request-Id": "checkout-17_a.b:c"})
        assert answer.headers["x-request-id"] == "checkout-17_a.b:c"

    @pytest.mark.parametrize(
        "stated", ["", "a" * 65, "two words", "<script>", 'a"b', "ümlaut".encode().decode("latin-1")]
    )
    async def test_is_made_up_where_it_is_not(self, client: httpx.AsyncClient, stated: str) -> None:
        answer = await client.get("/api/v1/hello", headers={b"X-Request-Id": stated.encode("latin-1")})
        assert re.fullmatch(r"[0-9a-f]{12}-[0-9a-f]+", answer.headers["x-request-id"])


class TestLog:
    async def test_has_a_line_for_every_request(
        self, output: io.BytesIO, client: httpx.AsyncClient, as_writer: dict[str, str]
    ) -> None:
        await client.get("/api/v1/me", headers={**as_writer, "X-Request-Id": "r-1", "traceparent": TRACEPARENT})
        (line,) = lines(output)
        assert line.pop("milliseconds") >= 0
        assert line.pop("timestamp").endswith("Z")
        assert line == {
            "event": "http.request", "level": "info", "request": "r-1", "trace": TRACE, "org": "acme", "user": "ana",
            "method": "GET", "route": "/api/v1/me", "path": "/api/v1/me", "status": 200, "address": "127.0.0.1",
        }  # fmt: skip

    async def test_says_where_an_error_of_ours_came_from(
        self, output: io.BytesIO, client: httpx.AsyncClient, as_writer: dict[str, str]
    ) -> None:
        await client.get("/api/v1/broken", headers=as_writer)
        failure, request = lines(output)
        assert failure["event"] == "http.failure"
        assert failure["level"] == "error"
        assert "RuntimeError" in failure["exception"]
        assert failure["request"] == request["request"]
        assert (failure["org"], failure["user"]) == ("acme", "ana")
        assert request["status"] == 500

    async def test_sums_up_what_the_edge_cache_answered(
        self, output: io.BytesIO, world: World, as_writer: dict[str, str]
    ) -> None:
        app = world.app()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://notes.test") as client:
            note = (await client.post("/api/v1/notes", json={"title": "a"}, headers=as_writer)).json()
            path = f"/api/v1/notes/{note['id']}"
            for _ in range(4):
                await client.get(path, headers=as_writer)
            await client.get(path, headers={**as_writer, "If-None-Match": '"1"'})
        app._log.summarize(app._metrics._cache)
        app._log.summarize(app._metrics._cache)
        (line,) = [line for line in lines(output) if line["event"] == "http.cached"]
        assert (line["route"], line["hits"], line["not_modified"]) == ("/api/v1/notes/{note_id}", 3, 1)

    async def test_says_nothing_of_probes_that_succeed(self, output: io.BytesIO, client: httpx.AsyncClient) -> None:
        for path in ("/health/live", "/health/ready", "/metrics"):
            await client.get(path)
        assert lines(output) == []

    async def test_never_holds_what_a_request_keeps_secret(
        self, output: io.BytesIO, client: httpx.AsyncClient, world: World
    ) -> None:
        token = world.token()
        headers = {"Authorization": f"Bearer {token}", "Cookie": "realinsights_refresh=r3fr3sh"}
        await client.post("/api/v1/sign-in?password=0p3n", json={"user": "ana", "password": "s3same"}, headers=headers)
        await client.get(f"/api/v1/notes/{token}", headers=headers)
        await client.get("/api/v1/broken", headers=headers)
        written = output.getvalue().decode()
        for secret in (token, "r3fr3sh", "0p3n", "s3same"):
            assert secret not in written

    async def test_takes_secrets_out_by_name_and_by_look(self, output: io.BytesIO, world: World) -> None:
        token = world.token()
        structlog.get_logger().info(
            "saved",
            password="a",
            nested={"apiKey": "b", "items": [{"refresh_token": "c"}], "name": "kept"},
            note=f"sent Bearer {token} to them",
            url="postgres://user:p4ss@host/db",
            key="-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----",
            cookie=b"d",
            amount=12,
        )
        (line,) = lines(output)
        assert line["password"] == line["cookie"] == line["nested"]["apiKey"] == REDACTED
        assert line["nested"]["items"] == [{"refresh_token": REDACTED}]
        assert line["nested"]["name"] == "kept"
        assert line["note"] == f"sent {REDACTED} to them"
        assert line["url"] == f"postgres://{REDACTED}@host/db"
        assert line["key"] == REDACTED
        assert line["amount"] == 12

    def test_takes_in_what_libraries_say(self, output: io.BytesIO) -> None:
        logging.getLogger("some.library").warning("lost %s of %s, Bearer abcdefghijkl", 1, 2)
        (line,) = lines(output)
        assert line["event"] == f"lost 1 of 2, {REDACTED}"
        assert line["level"] == "warning"

    def test_leaves_out_what_is_below_its_level(self) -> None:
        stream = io.BytesIO()
        configure_logs(level="warning", output=stream)
        structlog.get_logger().info("whisper")
        structlog.get_logger().warning("shout")
        structlog.reset_defaults()
        assert [line["event"] for line in lines(stream)] == ["shout"]


class TestMetrics:
    async def text(self, client: httpx.AsyncClient) -> str:
        answer = await client.get("/metrics")
        assert answer.headers["content-type"].startswith("text/plain")
        return answer.text

    async def test_count_requests_by_route_method_and_status(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], note: dict[str, Any]
    ) -> None:
        for path in (f"/api/v1/notes/{note['id']}", "/api/v1/notes/absent", "/api/v1/notes/absent", "/nowhere/at/all"):
            await client.get(path, headers=as_writer)
        text = await self.text(client)
        name = "realinsights_http_requests_total"
        assert f'{name}{{method="GET",route="/api/v1/notes/{{note_id}}",status="200"}} 1.0' in text
        assert f'{name}{{method="GET",route="/api/v1/notes/{{note_id}}",status="404"}} 2.0' in text
        assert f'{name}{{method="POST",route="/api/v1/notes",status="201"}} 1.0' in text
        assert f'{name}{{method="GET",route="unmatched",status="404"}} 1.0' in text

    async def test_measure_how_long_answers_take(self, client: httpx.AsyncClient) -> None:
        for _ in range(3):
            await client.get("/api/v1/hello")
        text = await self.text(client)
        name = "realinsights_http_request_duration_seconds"
        assert f'{name}_bucket{{le="+Inf",route="/api/v1/hello"}} 3.0' in text
        assert f'{name}_count{{route="/api/v1/hello"}} 3.0' in text
        buckets = [float(b) for b in re.findall(name + r'_bucket\{le="[^"]+",route="/api/v1/hello"\} ([0-9.]+)', text)]
        assert buckets == sorted(buckets)

    async def test_tell_what_the_edge_cache_did(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], note: dict[str, Any]
    ) -> None:
        path = f"/api/v1/notes/{note['id']}"
        for _ in range(3):
            await client.get(path, headers=as_writer)
        await client.get(path, headers={**as_writer, "If-None-Match": '"1"'})
        text = await self.text(client)
        for outcome, count in (("hit", 2), ("not_modified", 1), ("miss", 1)):
            labels = f'outcome="{outcome}",route="/api/v1/notes/{{note_id}}"'
            assert f"realinsights_edge_cache_answers_total{{{labels}}} {count}.0" in text
        assert "realinsights_edge_cache_entries 1.0" in text

    async def test_do_not_grow_with_what_strangers_send(self, client: httpx.AsyncClient) -> None:
        for number in range(20):
            await client.request(f"M{number}", f"/nowhere/{number}")
        assert (await self.text(client)).count("realinsights_http_requests_total{") <= 2


class TestTrace:
    def test_goes_on_where_the_caller_is_in_one(self) -> None:
        assert NullTracing().trace_of(TRACEPARENT.encode()) == TRACE
        assert parent_of(TRACEPARENT.encode()) == (TRACE, 0x00F067AA0BA902B7, 1)

    @pytest.mark.parametrize(
        "malformed",
        [
            "",
            "00",
            f"00-{TRACE}-00f067aa0ba902b7",
            f"ff-{TRACE}-00f067aa0ba902b7-01",
            f"00-{TRACE}-00f067aa0ba902b7-01-more",
            f"00-{'0' * 32}-00f067aa0ba902b7-01",
            f"00-{TRACE}-{'0' * 16}-01",
            f"00-{TRACE.upper()}-00f067aa0ba902b7-01",
            f"00-{TRACE[:-1]}x-00f067aa0ba902b7-01",
        ],
    )
    def test_begins_where_there_is_none(self, malformed: str) -> None:
        trace = NullTracing().trace_of(malformed.encode())
        assert trace != TRACE
        assert re.fullmatch("[0-9a-f]{32}", trace)

    def test_of_a_later_version_may_say_more(self) -> None:
        assert NullTracing().trace_of(f"01-{TRACE}-00f067aa0ba902b7-01-more".encode()) == TRACE

    def test_goes_nowhere_where_no_collector_is_named(self) -> None:
        assert isinstance(open_tracing(None, service="notes", release="1"), NullTracing)

    async def test_is_sent_where_one_is(self, world: World, as_writer: dict[str, str]) -> None:
        exporter = InMemorySpanExporter()
        tracing = OpenTelemetry(exporter, service="notes", release="1")
        app = world.app()
        app._tracing = tracing
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://notes.test") as client:
            await client.get("/api/v1/me", headers={**as_writer, "traceparent": TRACEPARENT})
        tracing.close()
        (span,) = exporter.get_finished_spans()
        assert span.name == "GET /api/v1/me"
        assert f"{span.context.trace_id:032x}" == TRACE
        assert span.parent is not None
        assert f"{span.parent.span_id:016x}" == "00f067aa0ba902b7"
        assert span.attributes is not None
        assert span.attributes["realinsights.org"] == "acme"


class TestHealth:
    async def test_is_alive_without_asking_anything(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/health/live")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
        assert (await client.head("/health/live")).status_code == 200

    async def test_is_ready_when_every_check_is(self, world: World) -> None:
        async def well() -> None:
            await world.documents.sequence("acme")

        app = application(
            services=[],
            verifier=world.app()._verifier,
            limits=open_limits("none://"),
            settings=HttpSettings(secret=b"s" * 32),
            checks={"documents": well},
        )
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://notes.test") as client:
            answer = await client.get("/health/ready")
        assert answer.json() == {"status": "ok", "checks": {"documents": "ok"}}

    async def test_is_not_ready_when_one_is_not_and_says_which_but_not_why(self, output: io.BytesIO) -> None:
        async def well() -> None:
            return

        async def ill() -> None:
            raise ConnectionError("10.0.0.7 refused")

        found = await readiness({"documents": well, "cache": ill})
        assert found.status == "failed"
        assert found.checks == {"documents": "ok", "cache": "failed"}
        assert "10.0.0.7" in output.getvalue().decode()


class TestDocumentation:
    async def test_is_an_openapi_document_of_every_route(self, client: httpx.AsyncClient) -> None:
        document = (await client.get("/openapi.json")).json()
        assert document["openapi"] == "3.1.0"
        change = document["paths"]["/api/v1/notes/{note_id}"]["put"]
        assert change["operationId"] == "notes.change_note"
        assert change["summary"] == "Change a note"
        assert {(p["name"], p["in"]) for p in change["parameters"]} == {
            ("note_id", "path"), ("businessDate", "query"), ("If-Match", "header"),
        }  # fmt: skip
        assert {"200", "400", "401", "403", "404", "409", "412", "415", "422", "428", "429"} <= set(change["responses"])
        assert change["security"] == [{"bearer": []}]
        assert document["paths"]["/api/v1/hello"]["get"]["security"] == []
        listing = document["paths"]["/api/v1/notes"]["get"]
        assert {p["name"] for p in listing["parameters"]} == {"title", "pageSize", "cursor"}
        page = listing["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        assert set(document["components"]["schemas"][page]["properties"]) == {"items", "next", "total"}
        assert document["components"]["schemas"]["NewNote"]["additionalProperties"] is False

    async def test_refers_only_to_what_it_holds(self, client: httpx.AsyncClient) -> None:
        text = (await client.get("/openapi.json")).text
        schemas = json.loads(text)["components"]["schemas"]
        for name in re.findall(r'"\$ref":"#/components/schemas/([^"]+)"', text):
            assert name in schemas

    async def test_is_a_page_that_needs_nobody_else(self, client: httpx.AsyncClient) -> None:
        page = await client.get("/docs")
        assert page.status_code == 200
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert not re.findall(r"https?://", page.text)
        for asset in re.findall(r'(?:src|href)="(/[^"]+)"', page.text):
            answer = await client.get(asset)
            assert answer.status_code == 200
            assert answer.headers["content-type"].partition(";")[0] in {"text/css", "text/javascript"}
            again = await client.get(asset, headers={"If-None-Match": answer.headers["etag"]})
            assert again.status_code == 304

    async def test_shows_the_latest_openapi(self, client: httpx.AsyncClient) -> None:
        script = (await client.get("/docs/swagger-ui-bundle.js")).text
        assert "OpenAPI 3.1" in script or "openapi31" in script.lower()


class TestSecurityHeaders:
    @pytest.mark.parametrize("path", ["/api/v1/hello", "/api/v1/nothing", "/health/live", "/metrics", "/openapi.json"])
    async def test_are_on_every_answer(self, client: httpx.AsyncClient, path: str) -> None:
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert "strict-transport-security" not in headers
        assert "server" not in headers

    async def test_insist_on_tls_where_we_are_told_to(self, world: World) -> None:
        async with world.client(https_only=True) as client:
            assert "max-age" in (await client.get("/api/v1/hello")).headers["strict-transport-security"]

    async def test_keep_answers_out_of_shared_caches(
        self, client: httpx.AsyncClient, as_writer: dict[str, str], note: dict[str, Any]
    ) -> None:
        assert (await client.get("/api/v1/me", headers=as_writer)).headers["cache-control"] == "private, no-cache"
        created = await client.post("/api/v1/notes", json={"title": "b"}, headers=as_writer)
        assert created.headers["cache-control"] == "no-store"
