"""The manifests: they render, are what the API takes, and run the processes of the topology by the gateway's rules."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from realinsights import gateway
from realinsights.adapters import assembly_of
from realinsights.contracts.plans import ADDRESS_A_SECOND
from realinsights.settings import read_settings
from realinsights.topology import services

from .dockerfile import ROOT, instructions
from .topology import ENHANCED, wanted

FOLDER = ROOT / "infrastructure" / "kubernetes"
OLDEST = "1.34"
"""The oldest release of Kubernetes that the manifests are for; the tool also knows the newest."""

NGINX = "nginx.ingress.kubernetes.io/"
Manifest = dict[str, Any]


def rendered(tools: Path, folder: Path) -> str:
    command = [tools / "kubectl", "kustomize", folder]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def complaints(tools: Path, text: str, file: Path, version: str) -> str:
    """Return what the API's schemas say against manifests; a warning is a complaint: it means that none was found."""
    file.write_text(text)
    said = subprocess.run(
        [tools / "kubernetes-validate", "--strict", "--quiet", "--kubernetes-version", version, file],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return said.stdout + said.stderr + ("" if said.returncode == 0 else f"ended with {said.returncode}")


@pytest.fixture(scope="module")
def text(tools: Path) -> str:
    return rendered(tools, FOLDER / "overlays" / "enhanced")


@pytest.fixture(scope="module")
def manifests(text: str) -> list[Manifest]:
    return list(yaml.safe_load_all(text))


def of(manifests: list[Manifest], kind: str) -> dict[str, Manifest]:
    return {one["metadata"]["name"]: one for one in manifests if one["kind"] == kind}


def process_of(manifest: Manifest) -> Manifest:
    (container,) = manifest["spec"]["template"]["spec"]["containers"]
    found: Manifest = container
    return found


@pytest.fixture(scope="module")
def settings(manifests: list[Manifest]) -> dict[str, str]:
    """Return the settings that are in a file, by name."""
    (one,) = (one for one in of(manifests, "ConfigMap").values())
    data: dict[str, str] = one["data"]
    return data


class TestSchemas:
    @pytest.mark.parametrize("version", [OLDEST, "1.37"])
    def test_all_of_it_is_what_the_api_takes(self, tools: Path, text: str, tmp_path: Path, version: str) -> None:
        assert complaints(tools, text, tmp_path / "all.yaml", version) == ""

    @pytest.mark.parametrize(
        ("right", "wrong"),
        [
            ("readinessProbe:", "readyProbe:"),
            ("maxReplicas: 12", "maxReplicas: dozen"),
            ("kind: PodDisruptionBudget", "kind: PodDisruptionBudge"),
        ],
        ids=["field", "type", "kind"],
    )
    def test_what_it_does_not_take_is_found(
        self, tools: Path, text: str, tmp_path: Path, right: str, wrong: str
    ) -> None:
        assert right in text
        assert complaints(tools, text.replace(right, wrong), tmp_path / "all.yaml", OLDEST) != ""


class TestProcesses:
    def test_are_those_of_the_topology(self, manifests: list[Manifest], settings: dict[str, str]) -> None:
        assert settings["TOPOLOGY"] == "enhanced"
        served = {}
        for name, one in of(manifests, "Deployment").items():
            command, process, *rest = process_of(one)["args"]
            assert (command, rest) == ("serve", ["--topology", "$(TOPOLOGY)", "--host", "0.0.0.0"])  # noqa: S104 - a pod
            served[process] = name
        assert served == {name: name for name in ENHANCED.processes}

    def test_are_as_many_as_the_topology_wants_or_more(self, manifests: list[Manifest]) -> None:
        scaled = {
            one["spec"]["scaleTargetRef"]["name"]: one["spec"]
            for one in of(manifests, "HorizontalPodAutoscaler").values()
        }
        assert scaled.keys() == of(manifests, "Deployment").keys()
        for name, process in ENHANCED.processes.items():
            assert scaled[name]["minReplicas"] >= process.count
            assert scaled[name]["maxReplicas"] > scaled[name]["minReplicas"]
            assert "replicas" not in of(manifests, "Deployment")[name]["spec"], "the autoscaler says how many"

    def test_are_told_what_the_topology_needs_and_nothing_that_nobody_reads(
        self, manifests: list[Manifest], settings: dict[str, str]
    ) -> None:
        sources = "\n".join(file.read_text() for file in (ROOT / "src").rglob("*.py"))
        for one in [*of(manifests, "Deployment").values(), *of(manifests, "Job").values()]:
            process = process_of(one)
            secret = {entry["name"]: entry["valueFrom"]["secretKeyRef"] for entry in process["env"]}
            assert process["envFrom"][0]["configMapRef"]["name"] in of(manifests, "ConfigMap")
            told = {name for name in {*secret, *settings} if name.startswith("REALINSIGHTS_")}
            assert told >= wanted()
            assert [name for name in told - wanted() if f'"{name}"' not in sources] == []
            assert {entry["name"] for entry in secret.values()} == {"realinsights"}
        assert read_settings(settings).https_only

    def test_have_their_secrets_from_nowhere_in_the_repository(
        self, manifests: list[Manifest], settings: dict[str, str]
    ) -> None:
        assert of(manifests, "Secret") == {}
        assert [name for name in settings if re.search(r"SECRET|TOKEN$|_KEY|PASSWORD|MONGODB|REDIS", name)] == []

    def test_are_the_image_and_nobody_special(self, manifests: list[Manifest]) -> None:
        user = int(dict(instructions())["USER"].split(":")[0])
        for one in [*of(manifests, "Deployment").values(), *of(manifests, "Job").values()]:
            pod, process = one["spec"]["template"]["spec"], process_of(one)
            assert process["image"] == "registry.example/realinsights:0.1.0"
            assert pod["securityContext"]["runAsUser"] == user
            assert pod["automountServiceAccountToken"] is False
            assert pod["serviceAccountName"] in of(manifests, "ServiceAccount")
            assert process["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert {mount["mountPath"] for mount in process["volumeMounts"]} == {"/tmp"}  # noqa: S108 - a volume
            assert process["resources"]["requests"].keys() == {"cpu", "memory"}
            assert "memory" in process["resources"]["limits"]
        (account,) = of(manifests, "ServiceAccount").values()
        assert account["automountServiceAccountToken"] is False
        (space,) = of(manifests, "Namespace").values()
        assert space["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"

    def test_are_asked_at_the_addresses_that_a_process_has(self, manifests: list[Manifest]) -> None:
        for one in of(manifests, "Deployment").values():
            process = process_of(one)
            asked = {
                name: process[name]["httpGet"]["path"] for name in ("startupProbe", "livenessProbe", "readinessProbe")
            }
            assert asked == {
                "startupProbe": "/health/live",
                "livenessProbe": "/health/live",
                "readinessProbe": "/health/ready",
            }
            assert process["readinessProbe"]["timeoutSeconds"] > 2, "a check of its own may take two seconds"

    def test_go_one_at_a_time_and_stand_apart(self, manifests: list[Manifest]) -> None:
        for name, one in of(manifests, "Deployment").items():
            labels = one["spec"]["template"]["metadata"]["labels"]
            budget = of(manifests, "PodDisruptionBudget")[name]["spec"]
            assert budget["maxUnavailable"] == 1
            assert budget["selector"]["matchLabels"].items() <= labels.items()
            spread = one["spec"]["template"]["spec"]["topologySpreadConstraints"]
            assert {entry["topologyKey"] for entry in spread} == {
                "kubernetes.io/hostname",
                "topology.kubernetes.io/zone",
            }
            assert one["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
            waits = process_of(one)["lifecycle"]["preStop"]["sleep"]["seconds"]
            assert one["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > waits + 30


class TestRollout:
    def test_what_is_applied_first_is_enough_for_the_job(self, manifests: list[Manifest]) -> None:
        first = [one for one in manifests if one["metadata"].get("labels", {}).get("realinsights/apply") == "first"]
        assert {one["kind"] for one in first} == {"Namespace", "ServiceAccount", "ConfigMap", "NetworkPolicy", "Job"}
        job = of(first, "Job")["prepare"]
        assert process_of(job)["args"] == ["prepare", "--topology", "$(TOPOLOGY)"]
        assert process_of(job)["envFrom"][0]["configMapRef"]["name"] in of(first, "ConfigMap")


class TestNetwork:
    def test_nobody_reaches_anybody_but_as_is_said(self, manifests: list[Manifest]) -> None:
        policies = of(manifests, "NetworkPolicy")
        assert policies["default-deny"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
        pods = [one["spec"]["template"]["metadata"]["labels"] for one in of(manifests, "Deployment").values()]
        pods.append(of(manifests, "Job")["prepare"]["spec"]["template"]["metadata"]["labels"])
        chosen = policies["to-engines"]["spec"]["podSelector"]["matchLabels"]
        assert all(chosen.items() <= labels.items() for labels in pods)
        (rule,) = policies["api-from-ingress"]["spec"]["ingress"]
        (whom,) = rule["from"]
        assert whom == {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}}


NAMES = {
    "client_max_body_size": "proxy-body-size",
    "proxy_request_buffering": "proxy-request-buffering",
    "proxy_buffering": "proxy-buffering",
    "proxy_read_timeout": "proxy-read-timeout",
    "limit_req": "limit-rps",
    "proxy_connect_timeout": "proxy-connect-timeout",
    "proxy_send_timeout": "proxy-send-timeout",
    "proxy_next_upstream": "proxy-next-upstream",
    "proxy_next_upstream_tries": "proxy-next-upstream-tries",
    "proxy_next_upstream_timeout": "proxy-next-upstream-timeout",
}
"""Directives of nginx and the annotation that says the same."""


class TestIngress:
    def configuration(self) -> str:
        routes = [route for service in services() for route in assembly_of(service).ROUTES]
        made = gateway.Gateway(
            folder=Path(), host="127.0.0.1", port=1, backends={"api": [1, 2]}, routes={"api": routes}
        )
        return gateway.configuration(made)

    def said(self, block: str) -> dict[str, str]:
        """Return what a block of the gateway says, as annotations would."""
        found = {}
        for name, value in re.findall(r"^ +(\w+) (.*);$", block, re.MULTILINE):
            if name == "limit_req":  # it is the zone that says how many; an annotation has one, the smaller
                rate = gateway.SIGN_INS if "zone=sign_in " in value else ADDRESS_A_SECOND
                value = str(min(rate, int(found.get(NAMES[name], rate))))  # noqa: PLW2901
            if name in NAMES:
                found[NAMES[name]] = re.sub(r"^(\d+)s$", r"\1", value)
        return found

    def test_a_path_that_wants_more_gets_what_the_gateway_gives_it(self, manifests: list[Manifest]) -> None:
        locations = re.findall(r'location (= |~ )"?([^" ]+)"? \{(.*?)\}', self.configuration(), re.DOTALL)
        expected = {
            (f"{path}$" if kind == "= " else path.removeprefix("^")): self.said(block)
            for kind, path, block in locations
            if "internal;" not in block  # nobody asks for what nginx refuses with
        }
        assert len(expected) > 10
        common = self.annotations(of(manifests, "Ingress")["site"])
        found = {}
        for one in of(manifests, "Ingress").values():
            own = {name: value for name, value in self.annotations(one).items() if common.get(name) != value}
            own.pop("limit-burst-multiplier", None)
            found |= dict.fromkeys(self.paths(one), own)
        assert found.pop("/") == {}
        assert found == expected

    def test_all_paths_have_the_gateways_patience_and_are_sent_by_organization(self, manifests: list[Manifest]) -> None:
        general = self.said(self.configuration().split("    server {")[1].split("location")[0])
        hashed = "$http_realinsights_organization$cookie_realinsights_organization"
        for name, one in of(manifests, "Ingress").items():
            annotations = self.annotations(one)
            assert annotations["upstream-hash-by"] == hashed, name
            assert annotations["use-regex"] == "true", name
            for annotation in (
                "proxy-connect-timeout",
                "proxy-send-timeout",
                "proxy-next-upstream-timeout",
                "proxy-next-upstream",
            ):
                assert annotations[annotation] == general[annotation], name
        assert general.items() <= self.annotations(of(manifests, "Ingress")["site"]).items()

    def test_every_path_leads_to_the_processes_that_answer(self, manifests: list[Manifest]) -> None:
        service = of(manifests, "Service")["api"]["spec"]
        (api,) = (name for name, process in ENHANCED.processes.items() if process.role == "api")
        labels = of(manifests, "Deployment")[api]["spec"]["template"]["metadata"]["labels"]
        assert service["selector"].items() <= labels.items()
        for one in of(manifests, "Ingress").values():
            (rule,) = one["spec"]["rules"]
            assert rule["host"] == one["spec"]["tls"][0]["hosts"][0] == "books.example"
            assert {path["backend"]["service"]["name"] for path in rule["http"]["paths"]} == {"api"}

    def annotations(self, one: Manifest) -> dict[str, str]:
        return {name.removeprefix(NGINX): value for name, value in one["metadata"]["annotations"].items()}

    def paths(self, one: Manifest) -> list[str]:
        (rule,) = one["spec"]["rules"]
        return [path["path"] for path in rule["http"]["paths"]]
