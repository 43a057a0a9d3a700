"""Edits beside a bare app that stores the same bytes in one SQLite transaction."""

from __future__ import annotations

import statistics
from functools import partial
from pathlib import Path

from benchmarks.mix import EDIT, Mix
from benchmarks.servers import bare
from benchmarks.traffic import Traffic

BURSTS = 5
_LEAST = 1e-6


def cost(ours: Traffic, file: Path, *, seconds: float) -> tuple[float, float]:
    """Return the CPU seconds of one edit and how many times the bare transaction's they are, medians of neighbors."""
    with bare("write", str(file)) as server:
        like = ours.mix
        plain = Mix(server.url.removeprefix("http://"), like.template, [""] * like.organizations)
        reference = Traffic(server, plain)
        pairs = [
            (
                ours.saturate(seconds, partial(like.of, EDIT)).cpu,
                reference.saturate(seconds, partial(plain.of, EDIT)).cpu,
            )
            for _ in range(BURSTS)
        ]
    # A reference that is asked little may take less than the clock of processes can tell.
    return statistics.median(mine for mine, _ in pairs), statistics.median(
        mine / max(theirs, _LEAST) for mine, theirs in pairs
    )
