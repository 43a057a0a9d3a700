"""How fast this machine is, so that targets in seconds mean the same on another one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

REFERENCE = 0.18
"""Seconds that the machine of the targets takes for the exact schedules of `rows.schedules`."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A target in seconds for the machine of the targets, and what it comes to on a slower one."""

    seconds: float
    here: float

    def met(self, measured: float) -> bool:
        """Whether so many seconds meet it."""
        return measured <= self.here

    @property
    def told(self) -> str:
        """The target in words, both ways where they differ."""
        return f"<= {_told(self.seconds)}" + (f" (here {_told(self.here)})" if self.here > self.seconds else "")


def cpu_seconds(run: Callable[[], object]) -> float:
    """Return the seconds of this process's CPU that something takes: the clock counts what others do, too."""
    started = time.process_time()
    run()
    return time.process_time() - started


def limit(seconds: float) -> Limit:
    """Return a target, scaled by what this machine takes for the schedules in the same run; never a stricter one."""
    return Limit(seconds, seconds * max(1.0, schedules_seconds() / REFERENCE))


@cache
def schedules_seconds() -> float:
    """Return the CPU seconds of the exact schedules on this machine, measured once in a run."""
    from benchmarks.rows import schedules  # noqa: PLC0415 - it needs QuantLib, and limits by its own row

    return schedules.our_seconds()


def _told(seconds: float) -> str:
    return f"{seconds:.2g} s" if seconds >= 1 else f"{seconds * 1e3:.3g} ms"
