"""The supervisor: runs the programs of a topology on one machine, in order, and starts again what ends by itself."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import datetime
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from realinsights_platform.errors import Refusal

READY_SECONDS: Final = 60.0
STOP_SECONDS: Final = 20.0

_LOOK_SECONDS: Final = 0.05
_LAST_LINES_SECONDS: Final = 1.0
_FIRST_PAUSE: Final = 0.2
_LONGEST_PAUSE: Final = 5.0
_STEADY_SECONDS: Final = 5.0
_LINES_KEPT: Final = 5
_END_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG


class ProgramFailed(Refusal):
    """A program does not get ready."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program that is to run: `ready` says whether it answers by now; `port` is where it listens, if anywhere.

    Started again, it counts as ready once it has answered for `settles` seconds: others may pass it over for so long.
    """

    name: str
    command: Sequence[str]
    ready: Callable[[], Awaitable[bool]]
    environment: Mapping[str, str] | None = None
    port: int | None = None
    settles: float = 0.0


class Condition(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The state of a program: `since` is when it was last started, `starts` how often."""

    name: str
    pid: int | None
    since: datetime.datetime
    starts: int
    ready: bool
    port: int | None


@dataclass(slots=True, eq=False)
class _Child:
    program: Program
    process: asyncio.subprocess.Process | None = None
    since: datetime.datetime = field(default_factory=lambda: datetime.datetime.now(datetime.UTC))
    starts: int = 0
    ready: bool = False
    last: list[str] = field(default_factory=list)


class Supervisor:
    """Programs in groups: a group is added once the one before it is ready, and stopped before it.

    `tell` gets each line that they print, with the program's name; `state` is a file that says how they are.
    """

    def __init__(self, *, state: Path, tell: Callable[[str, str], None]) -> None:
        self._state = state
        self._tell = tell
        self._groups: list[list[_Child]] = []
        self._keepers: dict[_Child, asyncio.Task[None]] = {}

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Stop all programs, the last group first, when the context is left."""
        try:
            yield
        finally:
            for group in reversed(self._groups):
                await asyncio.gather(*(self._stop(child) for child in group))
            self._state.unlink(missing_ok=True)

    async def add(self, *programs: Program) -> None:
        """Start programs and wait until they are ready; raises `ProgramFailed` where one does not get ready."""
        group = [_Child(program) for program in programs]
        self._groups.append(group)
        for child in group:
            await self._start(child)
            self._keepers[child] = asyncio.create_task(self._keep(child), name=child.program.name)
        await asyncio.gather(*(self._until_ready(child) for child in group))

    async def _start(self, child: _Child) -> None:
        child.starts += 1
        child.ready = False
        child.since = datetime.datetime.now(datetime.UTC)
        environment = child.program.environment
        child.process = await asyncio.create_subprocess_exec(
            *child.program.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=None if environment is None else dict(environment),
            # A Ctrl-C of the terminal is for the supervisor, which ends them in order.
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
        self._write()

    async def _until_ready(self, child: _Child) -> None:
        until = time.monotonic() + READY_SECONDS
        while not await child.program.ready():
            ended = child.process is None or child.process.returncode is not None
            if time.monotonic() > until or (ended and child.starts > 2):
                said = " ".join(dict.fromkeys(child.last)) or "nothing"
                raise ProgramFailed(f"{child.program.name} does not get ready. It said: {said}.")
            await asyncio.sleep(_LOOK_SECONDS)
        child.ready = True
        self._write()

    async def _keep(self, child: _Child) -> None:
        """Read what a program prints, and start it again whenever it ends."""
        pause = _FIRST_PAUSE
        while True:
            process = child.process
            if process is None or process.stdout is None:
                return
            reading = asyncio.create_task(self._read(child, process.stdout), name=f"output of {child.program.name}")
            try:
                code = await _ended(process)
                await reading
            finally:
                reading.cancel()
            if child not in self._keepers:
                return  # it was told to
            lived = (datetime.datetime.now(datetime.UTC) - child.since).total_seconds()
            steady = code == 0 or lived > _STEADY_SECONDS
            pause = _FIRST_PAUSE if steady else min(pause * 2, _LONGEST_PAUSE)
            self._tell(child.program.name, f"ended with {code}; it is started again in {pause:g} s")
            await asyncio.sleep(pause)
            await self._start(child)
            until = time.monotonic() + READY_SECONDS
            watching = asyncio.create_task(self._note_ready(child, until))
            watching.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def _read(self, child: _Child, output: asyncio.StreamReader) -> None:
        while True:
            try:
                line = await output.readline()
            except ValueError:  # longer than the reader holds: it goes on after that
                continue
            if not line:
                return
            text = line.decode(errors="replace").rstrip()
            child.last = [*child.last, text][-_LINES_KEPT:]
            self._tell(child.program.name, text)

    async def _note_ready(self, child: _Child, until: float) -> None:
        process = child.process
        while child.process is process and time.monotonic() < until:
            if await child.program.ready():
                await asyncio.sleep(child.program.settles)
                child.ready = child.process is process
                self._write()
                return
            await asyncio.sleep(_LOOK_SECONDS)

    async def _stop(self, child: _Child) -> None:
        keeper = self._keepers.pop(child, None)
        process = child.process
        if keeper is None or process is None:
            return
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(STOP_SECONDS):
                    await _ended(process)
            except TimeoutError:
                self._tell(child.program.name, f"did not end within {STOP_SECONDS:g} s; it is ended at once")
                process.kill()
                await _ended(process)
            await asyncio.wait((keeper,), timeout=_LAST_LINES_SECONDS)
        keeper.cancel()
        await asyncio.wait((keeper,))

    def _write(self) -> None:
        conditions = [
            Condition(
                name=child.program.name,
                pid=child.process.pid if child.process is not None else None,
                since=child.since,
                starts=child.starts,
                ready=child.ready,
                port=child.program.port,
            )
            for group in self._groups
            for child in group
            if child.starts
        ]
        beside = self._state.with_suffix(".new")
        beside.write_bytes(msgspec.json.encode(conditions))
        beside.replace(self._state)


def conditions(state: Path) -> tuple[Condition, ...]:
    """Return how the programs of a supervisor are, from the file it keeps; none where it does not run."""
    try:
        return msgspec.json.decode(state.read_bytes(), type=tuple[Condition, ...])
    except FileNotFoundError:
        return ()


async def _ended(process: asyncio.subprocess.Process) -> int:
    """Return how a program ended, and end what it had started: a program that is killed leaves that behind.

    It would hold the port and the output. `wait` waits for whoever holds the output.
    """
    while process.returncode is None:  # noqa: ASYNC110 - see above
        await asyncio.sleep(_LOOK_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # it began a session, so that its group has its own number
    return process.returncode


def _end_with_parent() -> None:
    """Let the system end this program when the supervisor ends, however that is."""
    ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGTERM)
