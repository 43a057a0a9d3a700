"""`realinsights events dead`: what could not be handled is listed, shown, replayed and dropped."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from realinsights.adapters import CODECS
from realinsights.cli.main import DONE, REFUSED
from realinsights.contracts.dashboard import PerformanceRequested
from realinsights.topology import FOLDER
from realinsights_platform.events import Message
from realinsights_platform.ids import new_id
from realinsights_platform.redis.urls import read_url
from realinsights_platform.stream.redis import RedisStream

from .conftest import Run

GROUP = "loans.telling"


@pytest.fixture
def url(redis_url: str) -> str:
    return f"{redis_url}?prefix=test-{new_id()}"


@pytest.fixture
def topology(url: str, tmp_path: Path) -> str:
    """Return a file of one process whose stream is in Redis."""
    told = FOLDER.joinpath("monorepo.toml").read_text(encoding="utf-8")
    file = tmp_path / "shared.toml"
    file.write_text(told.replace('stream = "memory://"', f'stream = "{url}"'), encoding="utf-8")
    assert url in file.read_text(encoding="utf-8")
    return str(file)


def ran(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in a loop of its own, beside the test's."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


async def bury(url: str) -> None:
    stream = RedisStream(read_url(url), CODECS)
    subscription = stream.subscribe(GROUP, ["dashboard"])
    at = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
    message = Message(
        service="dashboard", org="acme", sequence=7, at=at, business_date=at.date(), events=(PerformanceRequested(),)
    )
    await stream.publish([message])
    (received,) = await subscription.receive()
    await subscription.bury(received, "ValueError: The loan has no terms.")
    await stream.close()


async def received_again(url: str) -> list[int]:
    stream = RedisStream(read_url(url), CODECS)
    messages = await asyncio.wait_for(stream.subscribe(GROUP, ["dashboard"]).receive(), 20)
    await stream.close()
    return [message.sequence for message in messages]


def test_a_dead_letter_is_listed_shown_and_replayed(run: Run, topology: str, url: str) -> None:
    assert run("events", "dead", "list", "--topology", topology).out == "There are no dead letters.\n"
    ran(bury(url))
    listed = run("events", "dead", "list", "--topology", topology)
    assert "The loan has no terms." in listed.out
    (letter,) = run("events", "dead", "list", "--topology", topology, "--json").document["deadLetters"]
    assert (letter["group"], letter["org"], letter["sequence"]) == (GROUP, "acme", 7)
    shown = run("events", "dead", "show", letter["id"], "--topology", topology).document
    assert shown["message"][:3] == ["dashboard", "acme", 7]
    assert run("events", "dead", "replay", letter["id"], "--topology", topology).code == DONE
    assert ran(received_again(url)) == [7]
    assert run("events", "dead", "list", "--topology", topology, "--json").document == {"deadLetters": []}


def test_a_dead_letter_is_dropped_once(run: Run, topology: str, url: str) -> None:
    ran(bury(url))
    (letter,) = run("events", "dead", "list", "--topology", topology, "--json").document["deadLetters"]
    assert run("events", "dead", "drop", letter["id"], "--topology", topology).out == "It is forgotten.\n"
    for command in ("drop", "show", "replay"):
        again = run("events", "dead", command, letter["id"], "--topology", topology)
        assert again.code == REFUSED
        assert f"There is no dead letter {letter['id']}" in again.error


def test_a_stream_in_memory_has_none_to_list(run: Run) -> None:
    refused = run("events", "dead", "list")
    assert refused.code == REFUSED
    assert "keeps its stream in memory" in refused.error


def test_a_stream_that_is_away_is_said_to_be(run: Run, topology: str, url: str) -> None:
    file = Path(topology)
    told = file.read_text(encoding="utf-8")
    file.write_text(told.replace(url, "redis://ana:s3cret@127.0.0.1:1/0?timeout=0.5"), encoding="utf-8")
    refused = run("events", "dead", "list", "--topology", topology)
    assert refused.code == REFUSED
    assert "The stream does not answer" in refused.error
    assert "s3cret" not in refused.error
