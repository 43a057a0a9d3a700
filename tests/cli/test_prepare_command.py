"""`realinsights prepare`: what documents need is there before a process starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pymongo
import pytest

from realinsights.cli.main import DONE, REFUSED, WRONG_USAGE
from realinsights.topology import needs, services
from realinsights_platform.documents.data_folder import DataFolder

from .conftest import Run


@pytest.fixture
def database(mongodb_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return an empty database, which the environment names."""
    for name in needs("enhanced"):
        monkeypatch.setenv(name, "none://")
    base, _, options = mongodb_url.partition("?")
    name = f"prepare-{tmp_path.name}"
    monkeypatch.setenv("REALINSIGHTS_MONGODB_URL", f"{base.rstrip('/')}/{name}?{options}")
    with pymongo.MongoClient[dict[str, Any]](mongodb_url) as client:
        yield client[name]
        client.drop_database(name)


def indexes(database: Any) -> dict[str, set[str]]:
    return {name: set(database[name].index_information()) for name in database.list_collection_names()}


def test_every_service_gets_its_indexes_and_a_second_time_nothing_changes(run: Run, database: Any) -> None:
    first = run("prepare", "--topology", "enhanced")
    assert (first.code, first.error) == (DONE, "")
    made = indexes(database)
    assert {name.partition("_")[0] for name in made} == set(services())
    assert len(made["loans_loan"]) > 5, "besides the one that every collection has"
    assert run("prepare", "--topology", "enhanced").code == DONE
    assert indexes(database) == made


def test_a_folder_that_a_server_uses_is_left_alone(run: Run, data: Path) -> None:
    assert run("--data", str(data), "prepare").code == DONE
    with DataFolder(data):
        assert run("--data", str(data), "prepare").code == REFUSED


def test_a_running_server_and_an_unknown_topology_are_wrong_usage(run: Run) -> None:
    assert run("prepare", "--server", "http://127.0.0.1:1").code == WRONG_USAGE
    assert run("prepare", "--topology", "none").code == WRONG_USAGE
