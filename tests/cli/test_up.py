"""`realinsights up`: the server as a person starts and ends it, and the command line as its client."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from realinsights.demonstration import EMAIL, PASSWORD

EXECUTABLE = Path(sys.executable).with_name("realinsights")
pytestmark = pytest.mark.slow


@contextlib.contextmanager
def started(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a server on a free port; yield it, and what it says once it answers."""
    log = folder.parent / "log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [EXECUTABLE, "up", "--data", folder, "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            said = ""
            assert process.stdout is not None
            while "Ctrl-C ends it." not in said:
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


def ended(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, str]:
    process.send_signal(number)
    out, _ = process.communicate(timeout=30)
    return process.returncode, out


def command(*arguments: object, folder: Path, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [EXECUTABLE, *map(str, arguments)],
        env={**os.environ, "REALINSIGHTS_CREDENTIALS": str(folder / "credentials.json")},
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


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
            assert EMAIL in said, "the demonstration survives a restart"
            assert ended(process, signal.SIGTERM)[0] == 0

    def test_a_port_in_use_is_named_with_what_to_do(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            answer = command("up", "--data", tmp_path / "data", "--port", port, folder=tmp_path)
        assert answer.returncode == 1
        assert f"Port {port} is in use" in answer.stderr
        assert "--port" in answer.stderr
        assert "Traceback" not in answer.stderr

    def test_an_unknown_topology_is_refused(self, tmp_path: Path) -> None:
        answer = command("up", "galaxy", "--data", tmp_path / "data", folder=tmp_path)
        assert answer.returncode == 1
        assert "there is: monorepo" in answer.stderr

    def test_no_demonstration_where_it_is_not_wanted(self, tmp_path: Path) -> None:
        with started(tmp_path / "data", "--no-demonstration") as (process, said):
            assert EMAIL not in said
            assert "auth/register" in said
            assert ended(process, signal.SIGINT)[0] == 0


class TestServer:
    def test_commands_work_on_it_once_signed_in(self, tmp_path: Path) -> None:
        with started(tmp_path / "data") as (_, said):
            server = address_in(said)
            loans = ("loans", "--org", "Demonstration", "--server", server, "--json")

            refused = command(*loans, folder=tmp_path)
            assert refused.returncode == 1
            assert f"realinsights login --server {server}" in refused.stderr

            wrong = command(
                "login", "--server", server, "--email", EMAIL, "--password-stdin", folder=tmp_path, given="wrong\n"
            )
            assert wrong.returncode == 1
            assert not (tmp_path / "credentials.json").exists()

            signed_in = command(
                "login", "--server", server, "--email", EMAIL, "--password-stdin", folder=tmp_path, given=PASSWORD
            )
            assert signed_in.returncode == 0, signed_in.stderr
            kept = tmp_path / "credentials.json"
            assert kept.stat().st_mode & 0o077 == 0
            assert PASSWORD not in kept.read_text()

            assert '"total": 60' in command(*loans, folder=tmp_path).stdout
            exported = command("export", "loans", "--org", "demonstration", "--server", server, folder=tmp_path)
            assert len(exported.stdout.splitlines()) == 61

            other = command("loans", "--org", "Acme", "--server", server, folder=tmp_path)
            assert other.returncode == 1
            assert "Demonstration" in other.stderr

            on_its_folder = command("loans", "--org", "Demonstration", "--data", tmp_path / "data", folder=tmp_path)
            assert on_its_folder.returncode == 1
            assert "--server" in on_its_folder.stderr

            assert command("logout", "--server", server, folder=tmp_path).returncode == 0
            assert command(*loans, folder=tmp_path).returncode == 1

    def test_one_that_does_not_answer_is_said_to(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as bound:
            port = bound.getsockname()[1]
        answer = command(
            "login", "--server", f"127.0.0.1:{port}", "--email", EMAIL, "--password-stdin", folder=tmp_path, given="x"
        )
        assert answer.returncode == 1
        assert "is the server running" in answer.stderr
