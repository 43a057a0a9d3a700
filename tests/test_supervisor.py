"""The supervisor: starts programs in order, starts again what ends by itself, stops in order, leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from realinsights.supervisor import Program, ProgramFailed, Supervisor, conditions

PROGRAM = """
import pathlib, signal, sys, time
name, ready, stopped = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])

def stop(*_):
    with stopped.open("a") as file:
        file.write(name + "\\n")
    sys.exit(0)

signal.signal(signal.SIGTERM, stop)
print("hello from", name, flush=True)
ready.touch()
time.sleep(120)
"""


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], Program]:
    def made(name: str) -> Program:
        ready = tmp_path / f"{name}.ready"

        async def is_ready() -> bool:
            return ready.exists()

        return Program(
            name=name,
            command=(sys.executable, "-c", PROGRAM, name, str(ready), str(tmp_path / "stopped")),
            ready=is_ready,
        )

    return made


class Lines(list[tuple[str, str]]):
    def tell(self, name: str, line: str) -> None:
        self.append((name, line))

    async def until(self, name: str, part: str) -> None:
        async with asyncio.timeout(30):
            while not any(name == one and part in line for one, line in self):  # noqa: ASYNC110
                await asyncio.sleep(0.01)


async def until_started_again(state: Path, name: str, starts: int) -> int:
    async with asyncio.timeout(30):
        while True:
            (found,) = (one for one in conditions(state) if one.name == name)
            if found.starts == starts and found.ready:
                assert found.pid is not None
                return found.pid
            await asyncio.sleep(0.01)


async def test_starts_in_order_and_stops_the_last_first(tmp_path: Path, program: Callable[[str], Program]) -> None:
    lines = Lines()
    state = tmp_path / "running.json"
    supervisor = Supervisor(state=state, tell=lines.tell)
    async with supervisor.running():
        await supervisor.add(program("engine"))
        assert (tmp_path / "engine.ready").exists()
        await supervisor.add(program("api"))
        pids = [one.pid for one in conditions(state)]
        assert [one.name for one in conditions(state)] == ["engine", "api"]
        assert all(one.ready and one.starts == 1 for one in conditions(state))
        await lines.until("api", "hello from api")
    assert (tmp_path / "stopped").read_text().splitlines() == ["api", "engine"]
    assert not any(psutil.pid_exists(pid) for pid in pids if pid is not None)
    assert conditions(state) == ()


async def test_starts_again_what_ends_by_itself(tmp_path: Path, program: Callable[[str], Program]) -> None:
    lines = Lines()
    state = tmp_path / "running.json"
    supervisor = Supervisor(state=state, tell=lines.tell)
    async with supervisor.running():
        await supervisor.add(program("api"))
        (first,) = conditions(state)
        assert first.pid is not None
        os.kill(first.pid, signal.SIGKILL)
        second = await until_started_again(state, "api", 2)
        assert second != first.pid
        await lines.until("api", "ended with -9; it is started again in 0.4 s")
    assert not psutil.pid_exists(second)


LEAVES_A_CHILD = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
print("child", child.pid, flush=True)
child.wait()
"""


async def test_starts_again_what_is_killed_and_leaves_a_child_that_holds_its_output(tmp_path: Path) -> None:
    lines = Lines()
    state = tmp_path / "running.json"

    async def at_once() -> bool:
        return True

    supervisor = Supervisor(state=state, tell=lines.tell)
    async with supervisor.running():
        await supervisor.add(Program(name="api", command=(sys.executable, "-c", LEAVES_A_CHILD), ready=at_once))
        await lines.until("api", "child ")
        (child,) = (psutil.Process(int(line.split()[1])) for _, line in lines)
        (first,) = conditions(state)
        assert first.pid is not None
        os.kill(first.pid, signal.SIGKILL)
        await until_started_again(state, "api", 2)
        await asyncio.to_thread(child.wait, 20)


async def test_goes_on_after_a_line_that_is_longer_than_it_reads(tmp_path: Path) -> None:
    lines = Lines()
    state = tmp_path / "running.json"

    async def at_once() -> bool:
        return True

    talks = "import time; print('x' * 300_000); print('short', flush=True); time.sleep(120)"
    supervisor = Supervisor(state=state, tell=lines.tell)
    async with supervisor.running():
        await supervisor.add(Program(name="api", command=(sys.executable, "-c", talks), ready=at_once))
        await lines.until("api", "short")


async def test_of_a_program_that_does_not_get_ready_says_what_it_said(tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    broken = Program(
        name="api", command=(sys.executable, "-c", "print('no database'); raise SystemExit(3)"), ready=never
    )
    supervisor = Supervisor(state=tmp_path / "running.json", tell=lambda name, line: None)
    with pytest.raises(ProgramFailed, match=r"api does not get ready\. It said: no database\."):
        async with supervisor.running():
            await supervisor.add(broken)


@pytest.mark.skipif(sys.platform != "linux", reason="the system ends programs with their supervisor on Linux only")
def test_takes_its_programs_along_when_it_is_killed(tmp_path: Path) -> None:
    script = f"""
import asyncio, pathlib, sys
from realinsights.supervisor import Program, Supervisor, conditions

async def main():
    ready = pathlib.Path({str(tmp_path / "ready")!r})
    async def is_ready():
        return ready.exists()
    command = (sys.executable, "-c", {PROGRAM!r}, "api", str(ready), {str(tmp_path / "stopped")!r})
    state = pathlib.Path({str(tmp_path / "running.json")!r})
    supervisor = Supervisor(state=state, tell=lambda name, line: None)
    async with supervisor.running():
        await supervisor.add(Program(name="api", command=command, ready=is_ready))
        print(conditions(state)[0].pid, flush=True)
        await asyncio.sleep(120)

asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child = psutil.Process(int(process.stdout.readline()))
        process.kill()
        child.wait(timeout=20)
