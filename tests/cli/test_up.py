"""`realinsights up`: the server as a person starts and ends it, and the command line as its client."""

from __future__ import annotations

import contextlib
import io
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from realinsights.demonstration import EMAIL, NAME, PASSWORD
from realinsights.loans.tapes.template import template
from realinsights.topology import FOLDER, services
from realinsights_platform.documents.anchors import Anchored, read_key, signed
from realinsights_platform.http import site

EXECUTABLE = Path(sys.executable).with_name("realinsights")
pytestmark = pytest.mark.slow


@contextlib.contextmanager
def started(folder: Path, *options: str, command: str = "up") -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a server on a free port; yield it, and what it says once it answers."""
    log = folder.parent / "log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [EXECUTABLE, command, "--data", folder, "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            said = ""
            assert process.stdout is not None
            while "Ctrl-C ends it." not in said and "is ready at" not in said:
                line = process.stdout.readline()
                assert line, log.read_text()
                said += line
            yield process, said
        finally:
            process.kill()


def address_in(said: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert found is not None
    return found.group()


def signed_in_with_what_everybody_knows(said: str) -> int:
    everybodys = {"email": EMAIL, "password": PASSWORD}
    return httpx.post(f"{address_in(said)}/api/v1/auth/sign-in", json=everybodys).status_code


def ended(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, str]:
    process.send_signal(number)
    out, _ = process.communicate(timeout=30)
    return process.returncode, out


def apart(folder: Path) -> Path:
    """Write a topology of two processes and return its path."""
    together = 'services = ["auth", "loans", "dashboard", "notifications", "files"]'
    written = (FOLDER / "monorepo.toml").read_text().replace("[processes.all]", "[processes.auth]")
    assert together in written
    two = 'services = ["auth"]\n\n[processes.rest]\nservices = ["loans", "dashboard", "notifications", "files"]'
    file = folder / "apart.toml"
    nowhere = "".join(f'{service} = "http://127.0.0.1:1"\n' for service in ("auth", "loans", "files"))
    file.write_text(f"{written.replace(together, two)}\n[addresses]\n{nowhere}")
    return file


@pytest.fixture
def credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep sessions in a file of this test's own."""
    file = tmp_path / "credentials.json"
    monkeypatch.setenv("REALINSIGHTS_CREDENTIALS", str(file))
    return file


class TestUp:
    def test_says_where_it_is_how_to_sign_in_and_how_to_import(self, tmp_path: Path) -> None:
        with started(tmp_path / "data") as (process, said):
            address = address_in(said)
            for part in (f"{address}/docs", EMAIL, PASSWORD, "realinsights login", "realinsights import"):
                assert part in said
            assert httpx.get(f"{address}/docs").status_code == 200
            signed_in = httpx.post(f"{address}/api/v1/auth/sign-in", json={"email": EMAIL, "password": PASSWORD})
            assert signed_in.status_code == 200
            assert ended(process, signal.SIGINT) == (0, "Stopped; everything is kept.\n")
        with started(tmp_path / "data") as (process, said):
            assert f"the password that everybody knows does not open {EMAIL}" in said
            assert PASSWORD not in said
            assert signed_in_with_what_everybody_knows(said) == 401
            assert ended(process, signal.SIGTERM)[0] == 0
        with started(tmp_path / "data", "--demonstration") as (process, said):
            assert EMAIL in said, "the demonstration survives a restart"
            assert signed_in_with_what_everybody_knows(said) == 200
            assert ended(process, signal.SIGTERM)[0] == 0

    def test_opens_nothing_to_a_password_that_everybody_knows_on_another_address(
        self, run: Any, tmp_path: Path
    ) -> None:
        answer = run("up", "--demonstration", "--host", "0.0.0.0", "--data", tmp_path / "data", "--port", "0")  # noqa: S104
        assert answer.code == 2
        assert "listen on a loopback address" in answer.error
        with started(tmp_path / "data") as (process, said):
            assert PASSWORD in said
            ended(process, signal.SIGTERM)
        with started(tmp_path / "data", "--host", "0.0.0.0") as (process, said):  # noqa: S104
            assert signed_in_with_what_everybody_knows(said.replace("0.0.0.0", "127.0.0.1")) == 401  # noqa: S104
            ended(process, signal.SIGTERM)

    def test_a_port_in_use_is_named_with_what_to_do(self, run: Any, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            answer = run("up", "--data", tmp_path / "data", "--port", port)
        assert answer.code == 1
        assert f"Port {port} is in use" in answer.error
        assert "--port" in answer.error

    def test_a_web_folder_beyond_all_measure_is_refused(
        self, run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "index.html").write_text("<!doctype html>")
        monkeypatch.setenv("REALINSIGHTS_WEB", str(tmp_path))
        monkeypatch.setattr(site, "LARGEST_SITE", 10)
        answer = run("up", "--data", tmp_path / "data", "--port", "0")
        assert answer.code == 1
        assert "too much to keep in memory" in answer.error
        assert "Traceback" not in answer.error

    def test_says_where_no_web_front_end_is_built(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REALINSIGHTS_WEB", str(tmp_path / "nowhere"))
        with started(tmp_path / "data", "--no-demonstration") as (process, said):
            assert "make web" in said
            assert "make web" in httpx.get(address_in(said)).text
            assert ended(process, signal.SIGINT)[0] == 0

    def test_an_unknown_topology_is_wrong_usage(self, run: Any, tmp_path: Path) -> None:
        answer = run("up", "galaxy", "--data", tmp_path / "data")
        assert answer.code == 2
        assert "there is: enhanced, monorepo, services, services-2b" in answer.error

    def test_of_several_processes_one_has_to_be_named(self, run: Any, tmp_path: Path) -> None:
        answer = run("up", apart(tmp_path), "--data", tmp_path / "data")
        assert answer.code == 1
        assert "start each with: realinsights serve" in answer.error
        answer = run("serve", "kitchen", "--topology", apart(tmp_path), "--data", tmp_path / "data")
        assert answer.code == 2
        assert "has no process 'kitchen'" in answer.error

    def test_one_of_several_processes_is_started_by_its_name(self, tmp_path: Path) -> None:
        secret = tmp_path / "data" / "secret"
        secret.parent.mkdir()
        subprocess.run([EXECUTABLE, "secret", "create", secret], check=True, capture_output=True)
        with started(tmp_path / "data", "auth", "--topology", str(apart(tmp_path)), command="serve") as (_, said):
            ready = httpx.get(f"{address_in(said)}/health/ready").json()
            assert ready == {"status": "ok", "checks": {"descriptors": "ok", "auth": "ok"}}
            assert "Demonstration" not in said, "it needs the loans service too"

    def test_server_names_one_that_runs_already(self, run: Any) -> None:
        assert run("up", "--server", "http://127.0.0.1:8000").code == 2

    def test_no_demonstration_where_it_is_not_wanted(self, tmp_path: Path) -> None:
        with started(tmp_path / "data", "--no-demonstration") as (process, said):
            assert EMAIL not in said
            assert "auth/register" in said
            assert ended(process, signal.SIGINT)[0] == 0


class TestServer:
    def test_commands_work_on_it_once_signed_in(
        self, run: Any, tmp_path: Path, credentials: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tape = tmp_path / "tape.csv"
        tape.write_text(template())
        with started(tmp_path / "data") as (_, said):
            server = address_in(said)

            def sign_in(password: str) -> Any:
                monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
                return run("login", "--server", server, "--email", EMAIL, "--password-stdin")

            refused = run("loans", "--org", NAME, "--server", server)
            assert refused.code == 1
            assert f"realinsights login --server {server}" in refused.error

            assert sign_in("wrong").code == 1
            assert not credentials.exists()

            signed_in = sign_in(PASSWORD)
            assert signed_in.code == 0, signed_in.error
            assert signed_in.out == ""
            assert credentials.stat().st_mode & 0o077 == 0
            assert PASSWORD not in credentials.read_text()

            on_server = ("--org", NAME.lower(), "--server", server)
            assert run("loans", *on_server, "--json").document["total"] == 60
            again = run("demonstrate", *on_server, "--json").document
            assert (again["presence"], [step["state"] for step in again["steps"]]) == ("here", ["done"] * 3)
            assert len(run("export", "loans", *on_server).out.splitlines()) == 61
            assert run("import", tape, *on_server, "--json").document["created"] == 1
            figures = run("portfolio", *on_server, "--json").document["figures"]
            assert figures["loanCount"]["value"] == "61"

            other = run("loans", "--org", "Acme", "--server", server)
            assert other.code == 1
            assert NAME in other.error

            on_its_folder = run("loans", "--org", NAME, "--data", tmp_path / "data")
            assert on_its_folder.code == 1
            assert "--server" in on_its_folder.error
            assert run("journal", "verify", "--server", server).code == 2
            verified = run("journal", "verify", *on_server, "--json").document
            assert verified["sound"] is True
            assert {line["service"] for line in verified["journals"]} == set(services())
            first, *others = run("journal", "show", *on_server, "--json").document["entries"]
            assert (first["sequence"], first["actor"]) == (1, "system:demonstration")
            assert others, "the import"
            assert "signed_in" not in run("journal", "show", "--service", "auth", *on_server).error

            expired(credentials)
            assert run("loans", *on_server, "--json").document["total"] == 61, "the session is carried on"

            assert run("logout", "--server", server).code == 0
            assert run("loans", *on_server).code == 1

    def test_its_journal_is_compared_with_what_was_anchored(
        self, run: Any, tmp_path: Path, credentials: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder, key, target = tmp_path / "data", tmp_path / "key", tmp_path / "heads"
        assert run("--data", folder, "journal", "key", "create", key).code == 0
        with started(folder) as (_, said):
            server = address_in(said)
            monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
            assert run("login", "--server", server, "--email", EMAIL, "--password-stdin").code == 0
            heads = run("--data", folder, "journal", "anchor", target, "--key", key, "--json").document["anchored"]
            on_server = ("--org", NAME, "--server", server)
            verify = ("journal", "verify", *on_server, "--against", target, "--key", f"{key}.pub", "--json")
            assert run(*verify).code == 0
            (loans,) = (head for head in heads if head["service"] == "loans")
            secret = read_key(key.read_text(), "", private=True)
            for change, reason in (
                ({"hash": "0" * 64}, "the journal was sealed anew"),
                ({"sequence": loans["sequence"] + 100}, "its end was cut off"),
            ):
                head = msgspec.convert({**loans, **change}, Anchored)
                target.write_text("".join(f"{line}\n" for line in signed([head], secret, after=[])))
                answer = run(*verify)
                (unsound,) = (line for line in answer.document["journals"] if not line["sound"])
                assert (answer.code, unsound["service"]) == (1, "loans")
                assert unsound["reason"].endswith(reason)

    def test_one_that_does_not_answer_is_said_to(
        self, run: Any, credentials: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as bound:
            port = bound.getsockname()[1]
        monkeypatch.setattr("sys.stdin", io.StringIO("secret\n"))
        answer = run("login", "--server", f"127.0.0.1:{port}", "--email", EMAIL, "--password-stdin")
        assert answer.code == 1
        assert "Check that the server runs" in answer.error
        assert not credentials.exists()

    def test_an_address_that_is_none_is_refused(self, run: Any) -> None:
        answer = run("loans", "--org", NAME, "--server", "ftp://example.com")
        assert answer.code == 1
        assert "http://127.0.0.1:8000" in answer.error


def expired(credentials: Path) -> None:
    """Let the access tokens in a file be over."""
    known = json.loads(credentials.read_text())
    for credential in known.values():
        credential["expiresAt"] = 0.0
    credentials.write_text(json.dumps(known))
