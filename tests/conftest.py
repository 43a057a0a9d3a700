"""What every test may use."""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import resource
import subprocess
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from realinsights import engines

from . import unclosed

# How long an example takes depends on what else the machine does; that it is right does not.
settings.register_profile("timeless", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("timeless")


REAL = ("enhanced", "services", "services-2b")
"""The topologies that acceptance tests run as real processes."""

MOST_MEMORY = 8 * 1024**3
"""A test process that outgrows this many bytes fails where it does so, and does not take the machine with it."""


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Bound the memory of a process, and have warnings looked at after pytest has begun to collect them."""
    unclosed.pass_over()
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-topologies", action="store_true", help="run every acceptance test in every topology")
    parser.addoption("--proofs", action="store_true", help="run the long tests that have targets of their own, too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out of topologies of several processes what is not marked for them, and what has a target of its own."""
    everything, proofs = config.getoption("--all-topologies"), config.getoption("--proofs")
    kept, left_out = [], []
    for item in items:
        topology = _topology(item)
        if topology in {"twice", *REAL}:
            item.add_marker(pytest.mark.slow)
        marker = item.get_closest_marker("topology")
        # `services` is `services-2b` on one database: of what is marked it takes what is for every topology alone.
        wanted = marker is not None and (topology != "services" or bool(marker.kwargs.get("every")))
        elsewhere = topology in {"processes", "apart", *REAL} and not (wanted or everything)
        if elsewhere or (item.get_closest_marker("proof") is not None and not proofs):
            left_out.append(item)
        else:
            kept.append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


def _topology(item: pytest.Item) -> str | None:
    """Return the topology that a test runs in, None where it chooses by itself."""
    if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return None
    parameters = item.callspec.params
    return parameters.get("topology") or parameters.get("served_topology")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of sample tapes and golden cases that lies beside the repository, or skip."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the sample data folder ../shared/data is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def installed_engines() -> Path:
    """Return the folder of the engines, installed by their lock."""
    folder = engines.engines_folder()
    engines.install(folder)
    return folder


@pytest.fixture(scope="session")
def javascript_packages() -> Path:
    """Return the folder of the packages of npm that tests need, installed by their lock."""
    folder = Path(__file__).parent / "javascript"
    installed = folder / "node_modules"
    with (folder / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the workers of one run install once
        hidden = installed / ".package-lock.json"  # as npm notes what it has installed
        there = json.loads(hidden.read_text())["packages"] if hidden.is_file() else {}
        wanted = json.loads(lock.read())["packages"]
        if any(there.get(name, {}).get("version") != package["version"] for name, package in wanted.items() if name):
            web = Path(__file__).parents[1] / "web" / "scripts" / "web.sh"
            subprocess.run([web, "run", "npm", "ci", "--ignore-scripts", "--prefix", folder], check=True)
    return installed


@pytest.fixture(scope="session")
def mongodb_url(installed_engines: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of a MongoDB: of REALINSIGHTS_TEST_MONGODB_URL, by default of a stand-in that is started."""
    given = os.environ.get("REALINSIGHTS_TEST_MONGODB_URL")
    folder = tmp_path_factory.mktemp("mongodb") / "data"
    with _given_or_started(given, engines.mongodb, folder, installed_engines) as url:
        yield url


@pytest.fixture(scope="session")
def redis_url(installed_engines: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of a Redis: of REALINSIGHTS_TEST_REDIS_URL, by default of a Valkey that is started."""
    given = os.environ.get("REALINSIGHTS_TEST_REDIS_URL")
    folder = tmp_path_factory.mktemp("redis") / "data"
    with _given_or_started(given, engines.valkey, folder, installed_engines) as url:
        yield url


@contextlib.contextmanager
def _given_or_started(
    given: str | None, engine_of: Callable[..., engines.Engine], folder: Path, installed: Path
) -> Generator[str, None, None]:
    if given:
        yield given
        return
    engine = engine_of(folder, port=engines.free_port(), installed=installed)
    with engines.running(engine):
        yield engine.url


@pytest.fixture(scope="session")
def redis_cluster_url(installed_engines: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of a cluster: of REALINSIGHTS_TEST_REDIS_CLUSTER_URL, by default of three Valkeys."""
    given = os.environ.get("REALINSIGHTS_TEST_REDIS_CLUSTER_URL")
    if given:
        yield given
        return
    folder = tmp_path_factory.mktemp("redis-cluster")
    with engines.running_cluster(folder, installed=installed_engines) as nodes:
        yield "redis+cluster://" + ",".join(f"{engines.LOOPBACK}:{node.port}" for node in nodes)


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Take back what a test makes of the logs: it may have sent them to a stream that is closed when the test ends."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
