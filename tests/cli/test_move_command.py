"""A move brings everything to another topology while the first one runs, and goes back."""

from __future__ import annotations

import asyncio
import datetime
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pymongo
import pytest

from realinsights.adapters import assembly_of
from realinsights.app import Product
from realinsights.auth.model.directory import SYSTEM
from realinsights.cli.main import DONE, REFUSED, WRONG_USAGE
from realinsights.cli.move import carry_out
from realinsights.cli.move_claim import claimed
from realinsights.cli.moving import Step
from realinsights.loans.model.parties import Lender, LenderType
from realinsights.loans.store import LENDERS
from realinsights.topology import services
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.opening import open_documents, reading
from realinsights_platform.documents.stages import Stage
from realinsights_platform.documents.walking import organizations, walk
from realinsights_platform.errors import Conflict, Moved
from realinsights_platform.ids import new_id
from realinsights_platform.secret import new_secret

from .conftest import Run
from .installations import PASSWORD, Person, client_of, filed, founded, running, signed_in

MOVE = ("move", "--from", "monorepo", "--to")
TODAY = datetime.date(2026, 1, 31)
TEXT = "Harbor Point defeasance covenant\n" * 40


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Person, ...]]:
    """Return a folder with two organizations in it, and who founded them."""
    folder = tmp_path_factory.mktemp("installation") / "data"
    people: list[Person] = []

    async def found() -> None:
        async with running({"REALINSIGHTS_DATA": str(folder)}, mongodb=False) as product:
            for name in ("Harbor", "Lakes"):
                person, client = await founded(product, name)
                await filed(product, client, TEXT)
                await client.aclose()
                people.append(person)

    asyncio.run(found())
    return folder, tuple(people)


@pytest.fixture
def people(installation: tuple[Path, tuple[Person, ...]]) -> tuple[Person, ...]:
    return tuple(replace(person, cookies=dict(person.cookies)) for person in installation[1])


@pytest.fixture
def source(installation: tuple[Path, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return the variables of a copy of the installation; a move finds them too."""
    folder = tmp_path / "source"
    shutil.copytree(installation[0], folder)
    monkeypatch.setenv("REALINSIGHTS_FROM_DATA", str(folder))
    return {"REALINSIGHTS_DATA": str(folder)}


@pytest.fixture
def folder(source: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return the variables of an empty folder with the same secret."""
    target = tmp_path / "target"
    target.mkdir()
    shutil.copy2(Path(source["REALINSIGHTS_DATA"]) / "secret", target)
    monkeypatch.setenv("REALINSIGHTS_TO_DATA", str(target))
    return {"REALINSIGHTS_DATA": str(target)}


@pytest.fixture
def database(
    source: Mapping[str, str], mongodb_url: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """Return the variables of an empty installation on MongoDB, as `enhanced` names them, with the same secret."""
    name = f"move-{new_id()}"
    base, _, options = mongodb_url.partition("?")
    variables = {
        "REALINSIGHTS_MONGODB_URL": f"{base.rstrip('/')}/{name}?{options}",
        "REALINSIGHTS_REDIS_URL": redis_url,
        "REALINSIGHTS_BLOBS_URL": f"file://{tmp_path}/target/blobs",
        "REALINSIGHTS_SECRET": (Path(source["REALINSIGHTS_DATA"]) / "secret").read_text().strip(),
    }
    for key, value in variables.items():
        monkeypatch.setenv(key.replace("REALINSIGHTS_", "REALINSIGHTS_TO_"), value)
    yield {**variables, "REALINSIGHTS_DATA": str(tmp_path / "target")}
    with pymongo.MongoClient[dict[str, Any]](mongodb_url) as client:
        client.drop_database(name)


def url_of(side: Mapping[str, str], service: str) -> str:
    return side.get("REALINSIGHTS_MONGODB_URL") or f"sqlite:///{side['REALINSIGHTS_DATA']}/{service}.sqlite"


async def everything(side: Mapping[str, str]) -> dict[str, Any]:
    """Return every entry and every document of a side, and its files but for what can be made anew."""
    found: dict[str, Any] = {}
    for service in services():
        async with reading(url_of(side, service), service, assembly_of(service).KINDS) as documents:
            async for org in organizations(documents):
                entries = await all_entries(documents, org)
                found[f"{service} {org}"] = (entries, [one async for one in documents.stored(org)])
    blobs = Path(side["REALINSIGHTS_DATA"]) / "blobs"
    kept = {folder for service in services() for folder in assembly_of(service).KEPT_FILES}
    for path in sorted(blobs.rglob("*")):
        name = path.relative_to(blobs).as_posix()
        if path.is_file() and name.partition("/")[0] in kept:
            found[name] = path.read_bytes()
    return found


async def all_entries(documents: Storage, org: str) -> list[Any]:
    found: list[Any] = []
    while page := await documents.entries(org, after=len(found)):
        found += page
    return found


def same(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    found = asyncio.run(everything(one))
    assert len(found) > 10
    return found == asyncio.run(everything(other))


class TestMove:
    def test_brings_everything_and_people_stay_signed_in(
        self, run: Run, source: dict[str, str], folder: dict[str, str], people: tuple[Person, ...]
    ) -> None:
        answer = run(*MOVE, "monorepo", "--json")
        assert answer.code == DONE, answer.error
        assert {one["org"] for one in answer.document["organizations"]} == {SYSTEM, *(one.org for one in people)}
        assert answer.document["organizations"][-1]["org"] == SYSTEM
        assert same(source, folder)

        async def go_on() -> None:
            async with running(folder, mongodb=False) as product:
                for person in people:
                    await works(product, person)
            async with running(source, mongodb=False) as product:
                with pytest.raises(Moved, match="has moved to another installation"):
                    await lent(product.documents["loans"], people[0].org)

        asyncio.run(go_on())

    def test_publishes_nothing_again(self, run: Run, source: dict[str, str], folder: dict[str, str]) -> None:
        assert run(*MOVE, "monorepo").code == DONE

        async def published(side: dict[str, str]) -> list[Any]:
            found: list[Any] = []
            for service in services():
                async with reading(url_of(side, service), service, ()) as documents:
                    found += await documents.outgoing(after=(await documents.mark("relay")).place)
            return found

        left = asyncio.run(published(source))
        assert [(one.org, one.sequence, one.events) for one in asyncio.run(published(folder))] == [
            (one.org, one.sequence, one.events) for one in left
        ]

    def test_says_what_it_would_do_and_writes_nothing(
        self, run: Run, source: dict[str, str], folder: dict[str, str], people: tuple[Person, ...]
    ) -> None:
        answer = run(*MOVE, "monorepo", "--dry-run", "--json")
        assert answer.code == DONE, answer.error
        assert {one["org"] for one in answer.document["organizations"]} == {SYSTEM, *(one.org for one in people)}
        assert all(one["entries"] for one in answer.document["organizations"])
        assert sum(one["files"] for one in answer.document["organizations"]) == 2
        assert [path.name for path in Path(folder["REALINSIGHTS_DATA"]).iterdir()] == ["secret"]
        answer = run(*MOVE, "monorepo", "--dry-run", "--org", "harbor")
        assert "Nothing was moved" in answer.out
        assert people[0].org in answer.out
        assert people[1].org not in answer.out

    def test_of_one_organization_leaves_the_others_until_they_follow(
        self, run: Run, source: dict[str, str], folder: dict[str, str], people: tuple[Person, ...]
    ) -> None:
        assert run(*MOVE, "monorepo", "--org", "Lakes").code == DONE

        async def lend() -> None:
            async with running(source, mongodb=False) as product:
                await lent(product.documents["loans"], people[0].org)
                with pytest.raises(Moved):
                    await lent(product.documents["loans"], people[1].org)

        asyncio.run(lend())
        answer = run(*MOVE, "monorepo", "--json")
        assert answer.code == DONE, answer.error
        assert same(source, folder)


async def lent(documents: Storage, org: str) -> None:
    """Commit a lender."""
    async with documents.unit(org=org, actor="ann", business_date=TODAY) as unit:
        unit.put(LENDERS, Lender(id=new_id(), org=org, name="Second", lender_type=LenderType.BANK))


async def works(product: Product, person: Person) -> None:
    """Check that somebody is signed in and finds everything, and let them write."""
    client = await signed_in(product, person)
    (loan,) = (await client.get("/loans")).json()["items"]
    assert loan["number"] == "1001"
    (found,) = (await client.get("/documents", params={"q": "defeasance"})).json()["items"]
    assert (await client.get(f"/documents/{found['id']}/versions/1/content")).text == TEXT
    assert loan["id"] in (await client.get("/dashboard")).text
    assert (await client.post("/lenders", json={"name": f"Lender {new_id()}"})).status_code == 201
    await client.aclose()


class Killed(BaseException):
    """What ends a move as a kill does: nothing is put in order."""


class TestInterrupted:
    def test_at_each_step_it_goes_on_and_nothing_is_missing(
        self,
        source: dict[str, str],
        folder: dict[str, str],
        people: tuple[Person, ...],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        steps: dict[tuple[str, str], None] = {}
        untouched = shutil.copytree(folder["REALINSIGHTS_DATA"], f"{folder['REALINSIGHTS_DATA']}-untouched")
        copy = shutil.copytree(source["REALINSIGHTS_DATA"], f"{source['REALINSIGHTS_DATA']}-copy")

        def hear(step: Step) -> None:
            if step.org == people[0].org:
                steps[step.name, step.service] = None

        asyncio.run(carry_out("monorepo", "monorepo", None, back=False, telling=lambda _: hear))
        wanted = asyncio.run(everything(folder))
        assert {name for name, _ in steps} == {
            "begun", "copying", "copied", "verified", "refusing", "compared", "arrived", "left"
        }  # fmt: skip
        monkeypatch.setenv("REALINSIGHTS_FROM_DATA", str(copy))
        monkeypatch.setenv("REALINSIGHTS_TO_DATA", str(untouched))
        for reached in steps:

            def die(step: Step, reached: tuple[str, str] = reached) -> None:
                if (step.org, step.name, step.service) == (people[0].org, *reached):
                    raise Killed

            with pytest.raises(Killed):
                asyncio.run(carry_out("monorepo", "monorepo", None, back=False, telling=lambda _: die))
        asyncio.run(carry_out("monorepo", "monorepo", None, back=False, telling=lambda _: hear))
        assert asyncio.run(everything({"REALINSIGHTS_DATA": str(untouched)})) == wanted
        assert same({"REALINSIGHTS_DATA": str(copy)}, {"REALINSIGHTS_DATA": str(untouched)})


class TestProcessesOfTheTarget:
    def test_may_start_before_all_has_come_and_take_no_writes(
        self, source: dict[str, str], folder: dict[str, str], people: tuple[Person, ...]
    ) -> None:
        def die(step: Step) -> None:
            if step.name == "verified":
                raise Killed

        async def start() -> None:
            async with running(folder, mongodb=False) as product:
                body = {"email": people[0].email, "password": PASSWORD}
                async with client_of(product) as client:
                    answer = await client.post("/auth/sign-in", json=body)
                    assert "realinsights_http_failures_total 0.0" in (await client.get("https://test/metrics")).text
                assert (answer.status_code, answer.headers["retry-after"]) == (503, "1"), answer.text
                with pytest.raises(Moved, match="is moving"):
                    await lent(product.documents["loans"], people[0].org)

        with pytest.raises(Killed):
            asyncio.run(carry_out("monorepo", "monorepo", None, back=False, telling=lambda _: die))
        asyncio.run(start())
        asyncio.run(carry_out("monorepo", "monorepo", None, back=False, telling=lambda _: lambda step: None))
        assert same(source, folder)


class TestRefusals:
    def test_a_target_that_is_not_empty(self, run: Run, source: dict[str, str], folder: dict[str, str]) -> None:
        shutil.copy2(Path(source["REALINSIGHTS_DATA"]) / "loans.sqlite", folder["REALINSIGHTS_DATA"])
        before = asyncio.run(everything(source))
        answer = run(*MOVE, "monorepo")
        assert answer.code == REFUSED
        assert "monorepo is not empty: loans has 2 organizations" in answer.error
        assert asyncio.run(everything(source)) == before

    def test_another_secret(self, run: Run, folder: dict[str, str]) -> None:
        (Path(folder["REALINSIGHTS_DATA"]) / "secret").write_text(new_secret())
        answer = run(*MOVE, "monorepo")
        assert answer.code == REFUSED
        assert "have different secrets" in answer.error

    def test_a_variable_that_is_missing(
        self, run: Run, source: dict[str, str], folder: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("REALINSIGHTS_TO_DATA")
        monkeypatch.setenv("REALINSIGHTS_DATA", str(folder["REALINSIGHTS_DATA"]))
        assert "monorepo needs REALINSIGHTS_TO_DATA in the environment" in run(*MOVE, "monorepo").error
        assert run(*MOVE, "nowhere").code == REFUSED

    def test_the_same_installation(self, run: Run, source: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REALINSIGHTS_TO_DATA", source["REALINSIGHTS_DATA"])
        assert "There is nothing to move" in run(*MOVE, "monorepo").error

    def test_a_way_back_from_where_nothing_went(self, run: Run, source: dict[str, str], folder: dict[str, str]) -> None:
        shutil.copy2(Path(source["REALINSIGHTS_DATA"]) / "auth.sqlite", folder["REALINSIGHTS_DATA"])
        for service in services():
            if service != "auth":
                shutil.copy2(Path(source["REALINSIGHTS_DATA"]) / f"{service}.sqlite", folder["REALINSIGHTS_DATA"])
        answer = run(*MOVE, "monorepo", "--back")
        assert answer.code == REFUSED
        assert "Nothing has moved to monorepo" in answer.error

    def test_a_data_folder_that_is_said_otherwise(self, run: Run) -> None:
        assert run("--data", "data", *MOVE, "monorepo").code == WRONG_USAGE

    def test_a_second_move_to_the_same_installation(self, folder: dict[str, str]) -> None:
        async def claim() -> None:
            opened = await open_documents(url_of(folder, "auth"), "auth", ())
            async with claimed(opened, alone=False):
                with pytest.raises(Conflict, match="Another move to the same installation is under way"):
                    async with claimed(opened, alone=False):
                        pytest.fail("two at once")
            async with claimed(opened, alone=False):
                pass
            await opened.close()

        asyncio.run(claim())

    def test_a_second_move_of_the_same_installation_elsewhere(
        self, run: Run, source: dict[str, str], folder: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        elsewhere = shutil.copytree(folder["REALINSIGHTS_DATA"], tmp_path / "elsewhere")
        assert run(*MOVE, "monorepo").code == DONE
        monkeypatch.setenv("REALINSIGHTS_TO_DATA", str(elsewhere))
        answer = run(*MOVE, "monorepo")
        assert answer.code == REFUSED
        assert "Another move has" in answer.error


class Writers:
    """People who write while a move goes on, a few times at each of its steps, and what they were answered."""

    def __init__(self) -> None:
        self.acknowledged: set[str] = set()
        self.refused: list[httpx.Response] = []
        self._turns = asyncio.Semaphore(0)
        self._over = False

    def hear(self, step: Step) -> None:
        for _ in range(4):
            self._turns.release()

    def end(self) -> None:
        self._over = True
        self.hear(Step("over"))

    async def write(self, product: Product, person: Person) -> None:
        client = await signed_in(product, person)
        while await self._turns.acquire() and not self._over:
            answer = await client.post("/lenders", json={"name": f"Lender {new_id()}"})
            if answer.status_code == 201:
                self.acknowledged.add(answer.json()["id"])
            else:
                self.refused.append(answer)
        await client.aclose()


class TestLive:
    def test_loses_nothing_refuses_for_a_moment_and_goes_back(
        self, run: Run, source: dict[str, str], database: dict[str, str], people: tuple[Person, ...]
    ) -> None:
        """From a folder whose process takes writes to MongoDB, where people work, and back."""
        writers = Writers()

        async def during() -> None:
            async with running(source, mongodb=False) as product, asyncio.TaskGroup() as group:
                for person in people:
                    group.create_task(writers.write(product, person))
                await carry_out("monorepo", "enhanced", None, back=False, telling=lambda _: writers.hear)
                writers.end()
            found = set()
            async with reading(url_of(database, "loans"), "loans", assembly_of("loans").KINDS) as loans:
                for person in people:
                    found |= {lender.id async for lender in walk(loans, LENDERS, person.org)}
            assert len(found) == len(writers.acknowledged) + len(people)
            assert writers.acknowledged < found

        async def go_on() -> None:
            async with running(database, mongodb=True) as product:
                for person in people:
                    await works(product, person)

        asyncio.run(during())
        assert writers.acknowledged
        assert writers.refused
        for answer in writers.refused:
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1"), answer.text
        assert same(source, database)
        asyncio.run(go_on())
        answer = run(*MOVE, "enhanced", "--back", "--json")
        assert answer.code == DONE, answer.error
        assert max(one["entries"] for one in answer.document["organizations"]) < 30
        assert same(source, database)

        async def at_home() -> None:
            async with running(source, mongodb=False) as product:
                for person in people:
                    await works(product, person)

        asyncio.run(at_home())


class TestBack:
    def test_and_forth_brings_what_has_changed_since(
        self, run: Run, source: dict[str, str], folder: dict[str, str], people: tuple[Person, ...]
    ) -> None:
        async def work(side: dict[str, str]) -> None:
            async with running(side, mongodb=False) as product:
                for person in people:
                    await works(product, person)

        assert run(*MOVE, "monorepo").code == DONE
        for options, side in ((("--back",), source), ((), folder), (("--back",), source)):
            asyncio.run(work(folder if side is source else source))
            answer = run(*MOVE, "monorepo", *options, "--json")
            assert answer.code == DONE, answer.error
            assert same(source, folder)
            assert stage_of(side, people[0]) is Stage.HERE
            assert stage_of(folder if side is source else source, people[0]) is Stage.LEFT

    def test_of_a_move_that_was_killed_while_it_refused_writes_lets_them_in(
        self, run: Run, source: dict[str, str], folder: dict[str, str], people: tuple[Person, ...]
    ) -> None:
        def tell(step: Step) -> None:
            if step.name == "refusing" and step.org == people[0].org:
                raise Killed

        with pytest.raises(Killed):
            asyncio.run(carry_out("monorepo", "monorepo", None, back=False, telling=lambda _: tell))
        assert stage_of(source, people[0]) is Stage.LEAVING
        assert run(*MOVE, "monorepo", "--back").code == DONE
        assert stage_of(source, people[0]) is Stage.HERE

        async def work() -> None:
            async with running(source, mongodb=False) as product:
                for person in people:
                    await works(product, person)

        asyncio.run(work())
        assert run(*MOVE, "monorepo").code == DONE
        assert same(source, folder)


def stage_of(side: Mapping[str, str], person: Person) -> Stage | None:
    async def read() -> Stage | None:
        async with reading(url_of(side, "loans"), "loans", ()) as documents:
            standing = await documents.standing(person.org)
            return None if standing is None else standing.stage

    return asyncio.run(read())
