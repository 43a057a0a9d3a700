"""The manifests of services apart: the processes of the topology, told what each has to know, behind a gateway."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from realinsights.topology import Topology, needs, read_topology, services

from .test_kubernetes import FOLDER, OLDEST, Manifest, complaints, of, process_of, rendered


@pytest.fixture(scope="module", params=["services", "services-2b"])
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture(scope="module")
def topology(name: str) -> Topology:
    return read_topology(name, environment=dict.fromkeys(needs(name), "none://"))


@pytest.fixture(scope="module")
def text(tools: Path, name: str) -> str:
    return rendered(tools, FOLDER / "overlays" / name)


@pytest.fixture(scope="module")
def manifests(text: str) -> list[Manifest]:
    return list(yaml.safe_load_all(text))


@pytest.fixture(scope="module")
def processes(manifests: list[Manifest]) -> dict[str, Manifest]:
    """Return the deployments of our own processes, by the process of the topology."""
    found = {}
    for deployment, one in of(manifests, "Deployment").items():
        if deployment != "gateway":
            command, process, *rest = process_of(one)["args"]
            assert (command, rest) == ("serve", ["--topology", "$(TOPOLOGY)", "--host", "0.0.0.0"])  # noqa: S104 - a pod
            assert deployment == process.replace(".", "-")
            found[process] = one
    return found


@pytest.fixture(scope="module")
def settings(manifests: list[Manifest]) -> dict[str, str]:
    (one,) = of(manifests, "ConfigMap").values()
    data: dict[str, str] = one["data"]
    return data


def told(one: Manifest) -> set[str]:
    return {entry["name"] for entry in process_of(one)["env"]}


@pytest.mark.parametrize("version", [OLDEST, "1.37"])
def test_all_of_it_is_what_the_api_takes(tools: Path, text: str, tmp_path: Path, version: str) -> None:
    assert complaints(tools, text, tmp_path / "all.yaml", version) == ""


def test_processes_are_those_of_the_topology(
    processes: dict[str, Manifest], settings: dict[str, str], name: str, topology: Topology
) -> None:
    assert settings["TOPOLOGY"] == name
    assert processes.keys() == topology.processes.keys()


def test_each_is_told_what_it_has_to_know_and_no_other_s_documents(
    processes: dict[str, Manifest], settings: dict[str, str], name: str
) -> None:
    for process, one in processes.items():
        wanted = needs(name, process) - {"REALINSIGHTS_DATA", "REALINSIGHTS_WEB"}
        assert told(one) | settings.keys() >= wanted
        assert {variable for variable in told(one) if variable.endswith("MONGODB_URL")} == {
            variable for variable in wanted if variable.endswith("MONGODB_URL")
        }


def test_the_job_makes_the_indexes_of_all(manifests: list[Manifest], settings: dict[str, str], name: str) -> None:
    job = of(manifests, "Job")["prepare"]
    assert told(job) | settings.keys() >= needs(name) - {"REALINSIGHTS_DATA", "REALINSIGHTS_WEB"}


def test_each_scales_and_stands_apart_by_itself(manifests: list[Manifest], processes: dict[str, Manifest]) -> None:
    chosen = []
    for one in processes.values():
        deployment = one["metadata"]["name"]
        scaled = of(manifests, "HorizontalPodAutoscaler")[deployment]["spec"]
        assert scaled["scaleTargetRef"]["name"] == deployment
        assert scaled["minReplicas"] >= 2
        labels = one["spec"]["template"]["metadata"]["labels"]
        selectors = [
            one["spec"]["selector"]["matchLabels"],
            of(manifests, "PodDisruptionBudget")[deployment]["spec"]["selector"]["matchLabels"],
            *(
                entry["labelSelector"]["matchLabels"]
                for entry in one["spec"]["template"]["spec"]["topologySpreadConstraints"]
            ),
        ]
        assert all(selector == selectors[0] and selector.items() <= labels.items() for selector in selectors)
        chosen.append(tuple(sorted(selectors[0].items())))
    assert len(set(chosen)) == len(processes)


def test_addresses_are_those_of_processes_that_answer(manifests: list[Manifest], settings: dict[str, str]) -> None:
    stated = {name: url for name, url in settings.items() if name.endswith("_URL") and name != "REALINSIGHTS_BLOBS_URL"}
    assert stated.keys() == {f"REALINSIGHTS_{service.upper()}_URL" for service in ("auth", "loans", "files")}
    for variable, url in stated.items():
        service = variable.split("_")[1].lower()
        selected = of(manifests, "Service")[url.removeprefix("http://")]["spec"]
        assert selected["selector"]["realinsights/service"] == service
        assert selected["selector"]["app.kubernetes.io/component"] == "api"
        assert selected["ports"][0]["port"] == 80


def test_the_gateway_knows_all_that_answer(manifests: list[Manifest], topology: Topology) -> None:
    pod = of(manifests, "Deployment")["gateway"]["spec"]["template"]["spec"]
    (configure,) = pod["initContainers"]
    stated = [one.removeprefix("--backend=") for one in configure["args"] if one.startswith("--backend=")]
    assert {one.partition("=")[0] for one in stated} == set(topology.answering)
    for one in stated:
        kind, _, address = one.partition("=")
        assert address == f"{kind.replace('.', '-')}:80"
        assert address.removesuffix(":80") in of(manifests, "Service")
    assert configure["image"] == "registry.example/realinsights:0.1.0"
    for container in (configure, *pod["containers"]):
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
    paths: list[dict[str, Any]] = [
        path
        for one in of(manifests, "Ingress").values()
        for rule in one["spec"]["rules"]
        for path in rule["http"]["paths"]
    ]
    assert [path["backend"]["service"]["name"] for path in paths] == ["gateway"]


def test_only_the_gateway_is_reached_from_outside(manifests: list[Manifest]) -> None:
    policies = of(manifests, "NetworkPolicy")
    assert policies["default-deny"]["spec"]["podSelector"] == {}
    outside = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}}
    reached = [
        one["spec"]["podSelector"]["matchLabels"]["app.kubernetes.io/component"]
        for one in policies.values()
        for rule in one["spec"].get("ingress", [])
        if outside in rule["from"]
    ]
    assert reached == ["gateway"]
    assert len(services()) == 5
