"""Commands of whoever runs an installation on the stores of `enhanced`: MongoDB, while its processes go on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pymongo
import pytest

from realinsights.adapters import open_adapters
from realinsights.app import build
from realinsights.cli.demonstration import found
from realinsights.cli.main import DONE, REFUSED, WRONG_USAGE
from realinsights.demonstration import EMAIL, NAME
from realinsights.topology import FOLDER, needs, read_topology, services
from realinsights_platform.secret import new_secret

from .conftest import Run

ENHANCED = ("--topology", "enhanced")


@pytest.fixture
def environment(mongodb_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mapping[str, str]]:
    """Return the variables of an installation; they are set."""
    base, _, options = mongodb_url.partition("?")
    name = f"stores-{tmp_path.name}"
    named = dict.fromkeys(needs("enhanced"), "none://") | {
        "REALINSIGHTS_MONGODB_URL": f"{base.rstrip('/')}/{name}?{options}",
        "REALINSIGHTS_SECRET": new_secret(),
        "REALINSIGHTS_DATA": str(tmp_path / "none"),
    }
    for one, value in named.items():
        monkeypatch.setenv(one, value)
    yield named
    with pymongo.MongoClient[dict[str, Any]](mongodb_url) as client:
        client.drop_database(name)


@pytest.fixture
def product(environment: Mapping[str, str], tmp_path: Path) -> Any:
    """Return what runs a process on these stores, with the demonstration in it, and calls a function meanwhile."""
    # One process, which needs no Redis; its documents are those of `enhanced`.
    text = (FOLDER / "monorepo.toml").read_text()
    for service in services():
        text = text.replace(f"sqlite:///${{REALINSIGHTS_DATA}}/{service}.sqlite", "${REALINSIGHTS_MONGODB_URL}")
    assert "sqlite:" not in text
    file = tmp_path / "one.toml"
    file.write_text(text.replace('"file://${REALINSIGHTS_DATA}/secret"', '"environment://REALINSIGHTS_SECRET"'))

    async def run_during(act: Any) -> None:
        topology = read_topology(str(file), environment={**environment, "REALINSIGHTS_DATA": str(tmp_path / "data")})
        (process,) = topology.processes.values()
        async with (
            open_adapters(topology, process, environment=environment) as adapters,
            build(process, adapters) as running,
        ):
            await found(running, wait=True)
            await act(running)

    def during(act: Any) -> None:
        asyncio.run(run_during(act))

    return during


@pytest.fixture
def database(mongodb_url: str, environment: Mapping[str, str]) -> Iterator[Any]:
    url = environment["REALINSIGHTS_MONGODB_URL"]
    with pymongo.MongoClient[dict[str, Any]](url) as client:
        yield client.get_default_database()


def key_in(run: Run, folder: Path) -> Path:
    file = folder / "journal.key"
    assert run("journal", "key", "create", file).code == DONE
    return file


class TestJournal:
    def test_is_verified_and_shown_while_a_process_uses_the_stores(self, run: Run, product: Any) -> None:
        async def act(running: Any) -> None:
            verified = await asyncio.to_thread(run, "journal", "verify", *ENHANCED, "--json")
            assert (verified.code, verified.error) == (DONE, "")
            assert {line["service"] for line in verified.document["journals"]} >= {"auth", "loans"}
            found = {line["service"]: line for line in verified.document["journals"] if line["organization"] == NAME}
            assert all(line["sound"] for line in found.values())
            org = found["loans"]["org"]
            assert found["loans"]["entries"] == await running.documents["loans"].sequence(org) > 0
            shown = await asyncio.to_thread(run, "journal", "show", *ENHANCED, "--org", NAME, "--limit", 3, "--json")
            entries = await running.documents["loans"].entries(org, limit=3)
            assert [one["hash"] for one in shown.document["entries"]] == [one.hash for one in entries]

        product(act)

    def test_that_was_changed_is_found(self, run: Run, product: Any, database: Any) -> None:
        async def act(running: Any) -> None:
            database.loans_journal.update_one({"sequence": 1}, {"$set": {"actor": "somebody else"}})
            verified = await asyncio.to_thread(run, "journal", "verify", *ENHANCED, "--org", NAME)
            assert verified.code == REFUSED
            assert "NOT SOUND at entry 1" in verified.out

        product(act)

    def test_that_was_cut_off_after_it_was_anchored_is_found(
        self, run: Run, product: Any, database: Any, tmp_path: Path
    ) -> None:
        key, target = key_in(run, tmp_path), tmp_path / "heads"

        async def act(running: Any) -> None:
            asked = ("journal", "anchor", target, *ENHANCED, "--key", key, "--json")
            anchored = (await asyncio.to_thread(run, *asked)).document["anchored"]
            for head in anchored:
                entries = await running.documents[head["service"]].entries(head["org"], after=head["sequence"] - 1)
                last = entries[0]  # notifications may go on meanwhile
                assert (last.sequence, last.hash) == (head["sequence"], head["hash"])
            assert {head["service"] for head in anchored} >= {"auth", "loans"}
            again = (await asyncio.to_thread(run, *asked)).document["anchored"]
            assert {head["service"] for head in again} <= {"notifications", "files"}
            against = ("journal", "verify", *ENHANCED, "--against", target, "--key", f"{key}.pub")
            assert (await asyncio.to_thread(run, *against)).code == DONE
            removed = [name for name in database.list_collection_names() if name.startswith("loans_")]
            for name in removed:
                database[name].delete_many({})
            gone = await asyncio.to_thread(run, *against)
            assert gone.code == REFUSED
            assert "is not here, but anchored" in gone.out

        product(act)

    def test_of_an_empty_database_is_none_and_nothing_is_made_there(self, run: Run, database: Any) -> None:
        verified = run("journal", "verify", *ENHANCED, "--json")
        assert (verified.code, verified.document) == (DONE, {"sound": True, "journals": []})
        assert database.list_collection_names() == []


def test_a_password_link_is_made_beside_a_running_process_and_taken_by_it(run: Run, product: Any) -> None:
    async def act(running: Any) -> None:
        (link,) = (await asyncio.to_thread(run, "password-link", EMAIL, *ENHANCED, "--json")).document["links"]
        assert (link["email"], link["organization"]) == (EMAIL, NAME)
        transport = httpx.ASGITransport(app=running.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test/api/v1/auth") as client:
            body = {"token": link["link"].partition("#")[2], "password": "an even better battery"}
            assert (await client.post("/password-links/use", json=body)).status_code == 200

    product(act)


class TestRefusals:
    @pytest.mark.parametrize("command", [("journal", "verify"), ("password-link", EMAIL)])
    def test_a_database_that_is_away_is_told(
        self, run: Run, environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
    ) -> None:
        away = "mongodb://127.0.0.1:9/books?serverSelectionTimeoutMS=100"
        monkeypatch.setenv("REALINSIGHTS_MONGODB_URL", away)
        answer = run(*command, *ENHANCED)
        assert answer.code == REFUSED
        assert "The database does not answer" in answer.error

    def test_a_url_that_is_none_and_a_variable_that_is_missing_are_told(
        self, run: Run, environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REALINSIGHTS_MONGODB_URL", "mongodb://")
        assert "That is no URL of MongoDB" in run("journal", "verify", *ENHANCED).error
        monkeypatch.delenv("REALINSIGHTS_MONGODB_URL")
        assert "needs REALINSIGHTS_MONGODB_URL in the environment" in run("journal", "verify", *ENHANCED).error

    def test_a_backup_says_what_makes_one(self, run: Run, environment: Mapping[str, str], tmp_path: Path) -> None:
        answer = run("backup", tmp_path / "backup", *ENHANCED)
        assert answer.code == REFUSED
        assert "mongodump --oplog" in answer.error
        assert not (tmp_path / "backup").exists()

    def test_a_server_and_a_topology_together_are_wrong_usage(self, run: Run) -> None:
        answer = run("journal", "verify", *ENHANCED, "--server", "http://127.0.0.1:1", "--org", NAME)
        assert answer.code == WRONG_USAGE
        assert "Pass either --topology or --server" in answer.error
