"""What only the text index in MongoDB promises: how often it writes, where it computes, which index has its order."""

from __future__ import annotations

import datetime
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pymongo
import pytest
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from realinsights_platform.documents.mongo import MongoDocuments
from realinsights_platform.documents.mongo import texts as adapter
from realinsights_platform.documents.text_port import TextIndex, TextPage
from realinsights_platform.documents.text_words import words_asked, words_of
from realinsights_platform.ids import new_id

MONDAY = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)


class Commands(CommandListener):
    """The commands that were sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.sent.append(dict(event.command))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass

    def named(self, name: str) -> list[dict[str, Any]]:
        return [command for command in self.sent if name in command]


@pytest.fixture
def url(mongodb_url: str) -> str:
    return f"{mongodb_url}test-{new_id()}"


@pytest.fixture
def database(url: str) -> Iterator[pymongo.database.Database[dict[str, Any]]]:
    with pymongo.MongoClient[dict[str, Any]](url) as client:
        yield client.get_default_database()


@pytest.fixture
def commands() -> Commands:
    return Commands()


@pytest.fixture
async def index(url: str, commands: Commands) -> AsyncIterator[TextIndex]:
    documents = await MongoDocuments.open(url, service="files", kinds=[], listeners=[commands])
    yield documents.texts()
    await documents.close()


def pages(number: int) -> list[TextPage]:
    return [TextPage(page, f"loan harbor page{page}") for page in range(1, number + 1)]


async def test_a_hundred_pages_are_one_write(index: TextIndex, commands: Commands) -> None:
    await index.put("a", "x", MONDAY, pages(250))
    written = [command for command in commands.named("update") if command["update"] == "files_text"]
    assert [len(command["updates"]) for command in written] == [100, 100, 50]


async def test_words_are_computed_beside_the_event_loop(index: TextIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: set[threading.Thread] = set()

    def noting(text: str) -> frozenset[str]:
        threads.add(threading.current_thread())
        return words_of(text)

    monkeypatch.setattr(adapter, "words_of", noting)
    await index.put("a", "x", MONDAY, pages(3))
    assert threads
    assert threading.current_thread() not in threads


async def test_a_search_for_words_is_in_the_order_of_an_index_and_reads_no_text(
    index: TextIndex, commands: Commands, database: pymongo.database.Database[dict[str, Any]]
) -> None:
    for key in ("x", "y"):
        await index.put("a", key, MONDAY, pages(20))
    commands.sent.clear()
    for question in ("loan", "loan harbor", "harbor nowhere loan"):
        (*_, last) = await index.search("a", words_asked(question), limit=3)
        await index.search("a", words_asked(question), after=last, limit=3)
    searches = [command for command in commands.named("find") if "sort" in command]
    assert len(searches) > 6
    kept = [[*each["key"].items()] for each in database["files_text"].list_indexes()]
    stand_in = "secantus" in database.client.admin.command("hello").get("setName", "")
    for command in searches:
        assert "text" not in command["projection"]
        assert [("org", 1), ("words", 1), *command["sort"].items()] in kept
        if not stand_in:
            asked = {name: command[name] for name in ("find", "filter", "projection", "sort", "limit")}
            plan = database.command("explain", asked, verbosity="queryPlanner")["queryPlanner"]["winningPlan"]
            assert "'SORT'" not in str(plan), plan
            assert "'COLLSCAN'" not in str(plan), plan
