"""Faults: real processes and engines are killed, stopped and cut off under load, and nothing acknowledged is lost.

After each fault every acknowledged write is there once, imports are at rest, journals verify, the dashboards equal a
rebuild, no lease is held by the dead, and clients saw only errors that the fault allows. `make faults` runs it long
and prints the table of `docs/proof/faults.md`.
"""

from __future__ import annotations

import asyncio
import datetime
import json
import os
import random
import signal
import statistics
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from realinsights import engines
from realinsights.contracts.loans import ImportRequested
from realinsights_platform.cache.leading import LEASE_SECONDS
from realinsights_platform.documents.journal import verify
from realinsights_platform.events import Message
from realinsights_platform.redis.urls import read_url
from realinsights_platform.stream.redis import RedisStream

from .load import Office, working
from .machine import BIN, PATIENCE, Machine, event_of, machine_in
from .wires import Wire

pytestmark = pytest.mark.slow

FAULTS = int(os.environ.get("REALINSIGHTS_FAULTS", "0"))
"""How many programs are killed on one machine; 0: three in each way, looked at once. `make faults` asks for many."""

IN_A_ROW = 4 if FAULTS else 3
"""How often a program is killed before everything is looked at."""

SEED = 20261130
OFFICES = 3
SMALL_TAPE = 30
TAPE = 120
OFFICES_LAST = 20 if FAULTS else 5
"""After so many faults others come: what is checked, all that they have written, stays small."""

NONE: frozenset[str] = frozenset()
WRITES = frozenset({"POST 503", "PUT 503", "DELETE 503"})
"""A POST that had reached a process that was killed: nginx does not know whether it was done, and says so. And writes
to an organization whose transaction the killed one has left open, until the database ends that after some seconds."""
UNAVAILABLE = frozenset({"GET 503", "POST 503", "PUT 503", "DELETE 503"})
"""While the database is away."""

Do = Callable[[Office, str], Awaitable[int]]
"""What is done, given an office and an import of it that may be under way; returns how many programs it killed."""


@dataclass
class Row:
    """What came of one kind of fault."""

    times: int = 0
    kills: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    found_done: int = 0
    seconds: list[float] = field(default_factory=list)


class Scene:
    """A machine under load, and what was done to it."""

    def __init__(self, machine: Machine, chance: random.Random) -> None:
        self.machine = machine
        self.chance = chance
        self.rows: dict[str, Row] = {}
        self.offices: list[Office] = []
        self.earlier: list[Office] = []
        self._lasting = AsyncExitStack()

    @property
    def everybody(self) -> list[Office]:
        return [*self.earlier, *self.offices]

    async def begin(self) -> None:
        """Let new organizations work, in place of those that did."""
        await self.end()
        first = len(self.earlier)
        self.offices = [Office(self.machine, first + n, random.Random(first + n)) for n in range(OFFICES)]  # noqa: S311
        for office in self.offices:
            await office.open()
        await self._lasting.enter_async_context(working(self.offices))

    async def end(self) -> None:
        await self._lasting.aclose()
        self._lasting = AsyncExitStack()
        self.earlier += self.offices
        self.offices = []

    async def fault(
        self,
        name: str,
        do: Do,
        *,
        allowed: frozenset[str] = NONE,
        tape: int = SMALL_TAPE,
    ) -> None:
        """Let a tape be sent, do something bad, wait until all is well and look at everything.

        `do` gets the tape's office and import, and returns how many programs it has killed.
        """
        loop = asyncio.get_running_loop()
        row = self.rows.setdefault(name, Row())
        before = [(office, office.errors.copy(), office.found_done) for office in self.offices]
        starts = {one.name: one.starts for one in self.machine.programs.values()}
        office = self.chance.choice(self.offices)
        import_id = await office.send_tape(tape)
        begun = loop.time()
        row.kills += await do(office, import_id)
        restarted = {name: number for name, number in starts.items() if self.machine.programs[name].starts > number}
        await self.machine.until_ready(restarted)
        await office.at_rest(import_id)
        for one in self.offices:
            await one.once_more()
        await self.leases_are_held_by_the_living()
        row.seconds.append(loop.time() - begun)
        row.times += 1
        async with AsyncExitStack() as quiet:
            # All at once, so that nobody's work makes the looking slow.
            for one in self.offices:
                await quiet.enter_async_context(one.paused())
            for one in self.offices:
                await one.check()
        for one, errors, found_done in before:
            row.errors += one.errors - errors
            row.found_done += one.found_done - found_done
        assert row.errors.keys() <= allowed, (name, row.errors)

    async def leases_are_held_by_the_living(self) -> None:
        for service in self.machine.documents:
            await self.machine.until_led(f"{service}.relay")

    def said(self, program: str, event: str, **fields: Any) -> bool:
        """Whether a program has logged an event with these fields."""
        told = (found for line in self.machine.lines if (found := event_of(line)) is not None)
        return any(name == program and one["event"] == event and fields.items() <= one.items() for name, one in told)

    async def until_said(self, program: str, event: str, **fields: Any) -> None:
        async with asyncio.timeout(PATIENCE):
            while not self.said(program, event, **fields):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def kill(self, name: str) -> int:
        """Kill a program, and wait until the supervisor has started it again."""
        starts = self.machine.programs[name].starts
        self.machine.kill(name)
        await self.machine.until_ready({name: starts})
        return 1

    def table(self) -> str:
        """Return what was done and what came of it."""
        lines = ["| what | how often | lost | errors that clients saw | until all was well |", "|---|---|---|---|---|"]
        for name, row in self.rows.items():
            errors = ", ".join(f"{count} × {what}" for what, count in sorted(row.errors.items())) or "none"
            if row.found_done:
                errors += f"; {row.found_done} found done when told again"
            seconds = f"median {statistics.median(row.seconds):.1f} s, longest {max(row.seconds):.1f} s"
            lines.append(f"| {name} | {row.times} | nothing | {errors} | {seconds} |")
        offices = self.everybody
        kills = sum(row.kills for row in self.rows.values())
        lines.append(
            f"\n{kills} programs killed; {sum(office.writes for office in offices):,} writes acknowledged in "
            f"{sum(office.requests for office in offices):,} requests, each there once."
        )
        return "\n".join(lines)


@asynccontextmanager
async def scene_in(folder: Path, capsys: pytest.CaptureFixture[str], **settings: Any) -> AsyncIterator[Scene]:
    """Run a machine with two workers under load; look at all journals at the end, and print the table."""
    async with machine_in(folder, workers=2, **settings) as machine:
        scene = Scene(machine, random.Random(SEED))  # noqa: S311 - the same faults each time
        await scene.begin()
        try:
            yield scene
        finally:
            await scene.end()
            for office in scene.everybody:
                await office.client.aclose()
        for office in scene.everybody:
            for storage in machine.documents.values():
                assert (await verify(storage, office.org)).sound
        with capsys.disabled():
            print(f"\n{scene.table()}")


class Killed:
    """The ways to kill a program."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.machine = scene.machine

    async def api(self) -> None:
        # The same one in a row: nginx passes over one that it found dead for a second.
        name = self.scene.chance.choice(("api-1", "api-2"))

        async def do(office: Office, import_id: str) -> int:
            return await self.scene.kill(name)

        await self.scene.fault("SIGKILL of an api", in_a_row(do), allowed=WRITES)

    async def worker_that_imports(self) -> None:
        async def do(office: Office, import_id: str) -> int:
            await under_way(office, import_id)
            return await self.scene.kill(importing(self.machine))

        await self.scene.fault(
            "SIGKILL of the worker in the middle of an import", in_a_row(do), allowed=WRITES, tape=TAPE
        )

    async def leader(self) -> None:
        async def do(office: Office, import_id: str) -> int:
            return await self.scene.kill((await self.machine.until_led("loans.relay"))[0])

        await self.scene.fault("SIGKILL of the relay's leader", in_a_row(do), allowed=WRITES)

    async def redis(self) -> None:
        await self.scene.fault("SIGKILL of Valkey", in_a_row(lambda *_: self.scene.kill("redis")))

    async def mongodb(self) -> None:
        do = in_a_row(lambda *_: self.scene.kill("mongodb"))
        await self.scene.fault("SIGKILL of the database", do, allowed=UNAVAILABLE)


def in_a_row(do: Do) -> Do:
    """Return what does something several times, one after the other."""

    async def all_of_them(office: Office, import_id: str) -> int:
        return sum([await do(office, import_id) for _ in range(IN_A_ROW)])

    return all_of_them


async def under_way(office: Office, import_id: str) -> None:
    """Wait until an import runs."""
    async with asyncio.timeout(PATIENCE):
        while (await office.progress(import_id))["state"] == "queued":  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def importing(machine: Machine) -> str:
    """Return the worker that runs an import: it drafts in a process of its own."""
    busy = {}
    for name in ("worker-1", "worker-2"):
        pid = machine.programs[name].pid
        assert pid is not None
        busy[name] = len(psutil.Process(pid).children())
    return max(busy, key=lambda name: busy[name])


async def test_nothing_is_lost_whatever_is_killed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with scene_in(tmp_path, capsys) as scene:
        killed = Killed(scene)
        ways = (killed.api, killed.worker_that_imports, killed.leader, killed.redis, killed.mongodb)
        done = 0
        while done < max(FAULTS, 3 * len(ways)):
            for way in ways:
                await way()
                done += IN_A_ROW
                if done % OFFICES_LAST == 0:
                    await scene.begin()
        await scene.fault("reload of nginx (SIGHUP)", lambda *_: reloaded(scene))
        await scene.fault(
            "a worker stopped beyond its lease in the middle of an import", stopped(scene), allowed=WRITES, tape=TAPE
        )


async def reloaded(scene: Scene) -> int:
    """Let nginx read its configuration again."""
    pid = scene.machine.programs["nginx"].pid
    assert pid is not None
    before = {child.pid for child in psutil.Process(pid).children()}
    scene.machine.signal("nginx", signal.SIGHUP)
    async with asyncio.timeout(PATIENCE):
        while before & {child.pid for child in psutil.Process(pid).children()}:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return 0


def stopped(scene: Scene) -> Do:
    """Return what stops the worker that imports, and lets it go on once another has done its import."""

    async def do(office: Office, import_id: str) -> int:
        await under_way(office, import_id)
        name = importing(scene.machine)
        scene.machine.signal(name, signal.SIGSTOP)
        try:
            done = await office.at_rest(import_id)
        finally:
            scene.machine.signal(name, signal.SIGCONT)
        assert done["state"] == "done"
        await office.at_rest(await office.send_tape(SMALL_TAPE))
        assert await office.progress(import_id) == done
        return 0

    return do


async def marked(scene: Scene, service: str, token: int) -> None:
    """Wait until the mark of a service's relay is its leader's, which moves it when it begins; it stays that."""
    documents = scene.machine.documents[service]
    async with asyncio.timeout(PATIENCE):
        while (await documents.mark("relay")).token != token:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert (await documents.mark("relay")).token == token


async def test_a_leader_stopped_beyond_its_lease_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with scene_in(tmp_path, capsys) as scene:
        machine = scene.machine

        async def do(office: Office, import_id: str) -> int:
            name, _ = await machine.until_led("loans.relay")
            held = {lease: machine.leader(lease) for lease in (f"{service}.relay" for service in machine.documents)}
            tokens = {lease: holder[1] for lease, holder in held.items() if holder is not None and holder[0] == name}
            machine.signal(name, signal.SIGSTOP)
            try:
                for lease in tokens:
                    await another_leads(scene, lease, name)
                await asyncio.gather(*(one.once_more() for one in scene.offices))
            finally:
                machine.signal(name, signal.SIGCONT)
            for lease, token in tokens.items():
                await scene.until_said(name, "lease.lost", lease=lease, fence=token)
            # What it would have written, it would have written by now.
            await asyncio.gather(*(one.once_more() for one in scene.offices))
            for lease, token in tokens.items():
                led = (await machine.until_led(lease))[1]
                assert led > token
                await marked(scene, lease.removesuffix(".relay"), led)
            return 0

        for _ in range(2):
            await scene.fault("the relay's leader stopped beyond its lease", do, allowed=WRITES)


async def another_leads(scene: Scene, lease: str, name: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while (scene.machine.leader(lease) or (name, 0))[0] == name:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_a_cluster_without_one_of_its_nodes_loses_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    installed = engines.engines_folder()
    engines.install(installed)
    with engines.running_cluster(tmp_path / "cluster", installed=installed) as nodes:
        hosts = ",".join(f"{engines.LOOPBACK}:{node.port}" for node in nodes)
        given = {"REALINSIGHTS_REDIS_URL": f"redis+cluster://{hosts}"}
        async with scene_in(tmp_path, capsys, given=given) as scene:

            def killed(node: engines.Node) -> Do:
                async def do(office: Office, import_id: str) -> int:
                    node.kill()
                    await office.once_more()
                    await asyncio.to_thread(node.start)
                    return 1

                return do

            for number in range(max(len(nodes), FAULTS // 20)):
                node = nodes[number % len(nodes)]
                await scene.fault("SIGKILL of a node of a cluster of three", killed(node))


@pytest.mark.proof
async def test_wires_that_are_cut_held_and_slow_lose_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    installed = engines.engines_folder()
    engines.install(installed)
    with ExitStack() as running:
        mongodb = engines.mongodb(tmp_path / "mongodb", port=engines.free_port(), installed=installed)
        valkey = engines.valkey(tmp_path / "valkey", port=engines.free_port(), installed=installed)
        for engine in (mongodb, valkey):
            running.enter_context(engines.running(engine))
        async with Wire(mongodb.port).open() as documents, Wire(valkey.port).open() as redis:
            given = {
                "REALINSIGHTS_MONGODB_URL": f"mongodb://{engines.LOOPBACK}:{documents.port}/realinsights"
                "?directConnection=true",
                "REALINSIGHTS_REDIS_URL": f"redis://{engines.LOOPBACK}:{redis.port}/0",
                "REALINSIGHTS_BLOBS_URL": (tmp_path / "blobs").as_uri(),
            }
            async with scene_in(tmp_path, capsys, given=given) as scene:
                await _cut(scene, documents, redis)
                await scene.fault("a message that nobody can read", poisoned(scene, given["REALINSIGHTS_REDIS_URL"]))
                await scene.fault("no room for files at either api", full(scene))


async def _cut(scene: Scene, documents: Wire, redis: Wire) -> None:
    async def cut(wire: Wire) -> int:
        for _ in range(5):
            assert wire.cut()
            await scene.offices[0].once_more()
        return 0

    async def slow(wire: Wire) -> int:
        wire.delay = 0.03
        for office in scene.offices:
            await office.once_more()
        wire.delay = 0.0
        return 0

    async def held(wire: Wire, seconds: float) -> int:
        wire.hold()
        await asyncio.sleep(seconds)  # the fault itself
        wire.let_go()
        return 0

    await scene.fault("connections to the database cut", lambda *_: cut(documents), allowed=UNAVAILABLE)
    await scene.fault("connections to Valkey cut", lambda *_: cut(redis))
    await scene.fault("30 ms more to and from the database", lambda *_: slow(documents))
    await scene.fault("30 ms more to and from Valkey", lambda *_: slow(redis))
    await scene.fault("the database silent for 3 s", lambda *_: held(documents, 3.0), allowed=UNAVAILABLE)
    await scene.fault("Valkey silent for longer than leases last", lambda *_: held(redis, LEASE_SECONDS + 1))


class Unreadable:
    """What writes events as no version reads them."""

    def encode(self, events: object) -> bytes:
        return b'[{"type":"loans.import.requested.v0"}]'


def poisoned(scene: Scene, url: str) -> Do:
    """Return what puts a message into an organization's stream that no version can read."""

    async def do(office: Office, import_id: str) -> int:
        stream = RedisStream(read_url(url), {"loans": Unreadable()})
        now = datetime.datetime.now(datetime.UTC)
        events = (ImportRequested(import_id=import_id),)
        message = Message(
            service="loans", org=office.org, sequence=1_000_000, at=now, business_date=now.date(), events=events
        )
        await stream.publish([message])
        await stream.close()
        command = [BIN / "realinsights", "events", "dead", "list", "--json"]
        command += ["--topology", scene.machine.folder / "enhanced.toml"]
        environment = {**os.environ, **scene.machine.given}
        async with asyncio.timeout(PATIENCE):
            while True:
                listed = await asyncio.to_thread(
                    subprocess.run, command, capture_output=True, text=True, check=True, env=environment
                )
                letters = json.loads(listed.stdout)["deadLetters"]
                if letters:
                    break
        assert {(one["org"], one["sequence"]) for one in letters} == {(office.org, 1_000_000)}
        assert (await office.at_rest(await office.send_tape(3)))["state"] == "done"
        return 0

    return do


def full(scene: Scene) -> Do:
    """Return what lets no api write a file of more than a few bytes, as if there were no room, and then again."""

    async def do(office: Office, import_id: str) -> int:
        import resource  # noqa: PLC0415 - where engines run there is one

        pids = [one.pid for one in scene.machine.programs.values() if one.name.startswith("api") and one.pid]
        before = [resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids]
        for pid, (_, hard) in zip(pids, before, strict=True):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (16, hard))
        try:
            refused = await office.ask(
                "POST", "/imports", params={"fileName": "large.csv"}, content=b"loanNumber\n" + b"1\n" * 1000
            )
            assert refused.status_code == 507, refused.text
            await office.once_more()
        finally:
            for pid, limits in zip(pids, before, strict=True):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
        assert (await office.at_rest(await office.send_tape(3)))["state"] == "done"
        return 0

    return do
