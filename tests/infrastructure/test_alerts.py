"""The alert rules: each rests on metrics that the product's processes have, and is raised when it should be."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from realinsights import engines
from realinsights_platform.secret import new_secret

from .dockerfile import ROOT
from .topology import ENHANCED, wanted

FOLDER = ROOT / "infrastructure" / "monitoring"
RULES: list[dict[str, Any]] = yaml.safe_load((FOLDER / "alerts.yaml").read_text())["groups"][0]["rules"]
SELECTOR = re.compile(
    r"(?<![\w:\"])([a-z_]+(?::[a-z_0-9:]+)?)\{([^}]*)\}|(?<![\w:\"])((?:realinsights|process)[a-z_0-9:]+)"
)
PROMETHEUS_OWN = frozenset({"job", "instance", "process"})
PATIENCE = 60.0


@pytest.fixture(scope="module")
def promtool() -> str:
    """Return promtool, of Debian's package prometheus: an optional engine."""
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("promtool is not on this machine; Debian's package prometheus has it")
    return found


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "rules", "alerts.yaml"),
        ("check", "config", "--syntax-only", "prometheus.yaml"),
        ("test", "rules", "alerts.test.yaml"),
    ],
    ids=" ".join,
)
def test_promtool_finds_nothing_wrong(promtool: str, arguments: tuple[str, ...]) -> None:
    said = subprocess.run([promtool, *arguments], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr


def test_every_alert_is_raised_by_a_test_and_kept_back_by_another_and_has_its_line_for_operators() -> None:
    tests = yaml.safe_load((FOLDER / "alerts.test.yaml").read_text())["tests"]
    alerts = {rule["alert"] for rule in RULES if "alert" in rule}
    asked = [one for test in tests for one in test["alert_rule_test"]]
    assert {one["alertname"] for one in asked if one.get("exp_alerts")} == alerts
    assert {one["alertname"] for one in asked if not one.get("exp_alerts")} == alerts
    page = (ROOT / "docs" / "operate" / "watch.md").read_text()
    assert [alert for alert in sorted(alerts) if f"`{alert}`" not in page] == []


def test_the_processes_that_are_asked_are_those_of_the_topology() -> None:
    (asked,) = yaml.safe_load((FOLDER / "prometheus.yaml").read_text())["scrape_configs"]
    told = {one["labels"]["process"]: len(one["targets"]) for one in asked["static_configs"]}
    assert told == {name: process.count for name, process in ENHANCED.processes.items()}
    assert asked["job_name"] == "realinsights"


class Processes:
    """An api and a worker on real engines, of which the Redis can be ended."""

    def __init__(self, redis: engines.Node, ports: Mapping[str, int]) -> None:
        self.redis = redis
        self.ports = ports

    def metrics(self, process: str) -> dict[str, Metric]:
        """Return what a process says of itself, by name."""
        text = httpx.get(f"http://{engines.LOOPBACK}:{self.ports[process]}/metrics").text
        return {metric.name: metric for metric in text_string_to_metric_families(text)}

    def values(self, process: str, name: str, label: str) -> dict[str, float]:
        """Return a metric's values by one label."""
        return {sample.labels[label]: sample.value for sample in self.metrics(process)[name].samples}

    def register(self, name: str) -> int:
        """Found an organization, which commits events."""
        body = {
            "email": f"{name}@example.com", "password": "wet granite harbor 88",
            "organization": {"name": name, "kind": "owner"},
            "firstName": "Ann", "lastName": "Example",
        }  # fmt: skip
        address = f"http://{engines.LOOPBACK}:{self.ports['api']}/api/v1/auth/register"
        return httpx.post(address, json=body, timeout=PATIENCE).status_code


@pytest.fixture(scope="module")
def processes(
    installed_engines: Path, mongodb_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Processes]:
    folder = tmp_path_factory.mktemp("processes")
    redis = engines.valkey(folder / "redis", port=engines.free_port(), installed=installed_engines)
    base, _, options = mongodb_url.partition("?")
    given = {
        "REALINSIGHTS_MONGODB_URL": f"{base.rstrip('/')}/alerts?{options}",
        "REALINSIGHTS_REDIS_URL": redis.url,
        "REALINSIGHTS_BLOBS_URL": (folder / "blobs").as_uri(),
        "REALINSIGHTS_SECRET": new_secret(),
    }
    assert given.keys() == wanted()
    ports = {name: engines.free_port() for name in ENHANCED.processes}
    with contextlib.ExitStack() as stack:
        node = engines.Node(redis, engines.start(redis))
        stack.callback(node.stop)  # whatever its process is by then
        for name, port in ports.items():
            with (folder / f"{name}.log").open("wb") as log:
                process = subprocess.Popen(
                    [
                        ROOT / ".venv/bin/realinsights",
                        "serve",
                        name,
                        "--topology",
                        "enhanced",
                        "--port",
                        str(port),
                        "--no-demonstration",
                    ],
                    env={**os.environ, **given},
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            stack.callback(engines.stop, process)
        for name, port in ports.items():
            until(lambda: engines.listens(port), (folder / f"{name}.log").read_text)  # noqa: B023 - asked at once
        yield Processes(node, ports)


def until(there: Callable[[], bool], said: Callable[[], object] = str) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < end, said()
        time.sleep(0.05)


def test_every_metric_and_label_of_a_rule_is_one_that_processes_have(processes: Processes) -> None:
    assert processes.register("metrics") == 202
    there: dict[str, set[str]] = {"up": set()}
    for process in processes.ports:
        for metric in processes.metrics(process).values():
            names = {metric.name, f"{metric.name}_total", *(sample.name for sample in metric.samples)}
            labels = {label for sample in metric.samples for label in sample.labels}
            for name in names:
                there.setdefault(name, set()).update(labels)
    there |= {rule["record"]: set() for rule in RULES if "record" in rule}
    named = [match for rule in RULES for match in SELECTOR.finditer(rule["expr"])]
    assert len(named) > len(RULES)
    for match in named:
        name = match[1] or match[3]
        assert name in there, f"no process has {name}"
        labels = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", match[2] or "")) - PROMETHEUS_OWN
        assert labels <= there[name], f"{name} has no label {labels - there[name]}"


def test_a_process_counts_its_connections_to_the_database(processes: Processes) -> None:
    for process in processes.ports:
        assert processes.metrics(process)["realinsights_documents_seconds"].samples
        (server,) = {
            sample.labels["server"]
            for sample in processes.metrics(process)["realinsights_documents_connections"].samples
        }
        counted = processes.values(process, "realinsights_documents_connections", "state")
        assert ":" in server
        assert counted["most"] == 50 * len(ENHANCED.documents)
        assert 0 <= counted["in_use"] <= counted["open"] <= counted["most"]
        assert counted["open"] > 0


def test_the_worker_leads_each_service_until_redis_is_away_and_again_when_it_is_back(processes: Processes) -> None:
    assert not processes.metrics("api")["realinsights_relay_leading"].samples

    def leading() -> dict[str, float]:
        return processes.values("worker", "realinsights_relay_leading", "service")

    until(lambda: leading() == dict.fromkeys(ENHANCED.documents, 1.0))
    assert processes.values("worker", "realinsights_relay_lag_seconds", "service").keys() == set(ENHANCED.documents)
    processes.redis.kill()
    assert processes.register("waiting") == 202
    until(lambda: leading() == dict.fromkeys(ENHANCED.documents, 0.0))
    assert set(processes.values("worker", "realinsights_redis_away", "engine").values()) != {0.0}
    processes.redis.start()
    until(lambda: leading() == dict.fromkeys(ENHANCED.documents, 1.0))
