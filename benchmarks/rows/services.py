"""Services apart, beside the same processes together: the mix through the gateway, its latency and what it costs.

Both run on one MongoDB, with the same organizations: `services` gives each service processes of its own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import organizations
from benchmarks.mix import Mix
from benchmarks.rows.enhanced import SECONDS, host_of, latency, published, rate_of
from benchmarks.rows.mix import Size
from benchmarks.servers import tokens_in
from benchmarks.several import Engines, engines_in, several
from benchmarks.table import Row
from benchmarks.traffic import Tally, Traffic

P95 = 0.1
"""Seconds that 95 % of the answers may take."""

MOST = 1.5
"""What a request may cost in `services`, as a multiple of what it costs in `enhanced`."""


def measure(folder: Path, size: Size) -> Iterator[Row]:
    """Measure the mix in `enhanced`, then in `services`, at the same rate, on the same organizations."""
    folder.mkdir(exist_ok=True)
    template = organizations.make(folder / "one", 1, size.loans)
    people = [
        (organizations.organization_id(number), organizations.user_id(number)) for number in range(size.organizations)
    ]
    with engines_in(folder) as on:
        began = time.perf_counter()
        asyncio.run(
            organizations.fill(on.read(), template, size.organizations, environment=on.environment, units_at_once=4)
        )
        filled = time.perf_counter() - began
        with several(on) as running:
            published(running.workers)
            mix = Mix(host_of(running.front), template, tokens_in(on.read(), people, environment=on.environment),
                      strict=False)  # fmt: skip
            rate, told = rate_of(on, running, mix)
        together = _mixed(on, "enhanced", mix, people, rate)
        before = mix.errors
        apart = _mixed(on, "services", mix, people, rate)
    yield latency("services", rate, apart, mix.errors - before, told, seconds=P95)
    yield _cost(together, apart, f"{before} errors; {size.organizations:,} organizations, filled in {filled:,.0f} s")


def _mixed(on: Engines, topology: str, mix: Mix, people: Sequence[tuple[str, str]], rate: float) -> Tally:
    """Return what the mix came to in a topology that was started for it; its edits go on with the versions stored."""
    with several(on, name=topology) as running:
        published(running.workers)
        mix.ask_at(host_of(running.front), tokens_in(on.read(), people, environment=on.environment))
        return Traffic(running.front, mix).steady(rate, SECONDS)


def _cost(together: Tally, apart: Tally, conditions: str) -> Row:
    ratio = apart.cpu / together.cpu
    return Row(
        "CPU of the processes that answer and work, per request, services",
        f"{apart.cpu * 1e3:.2f} ms = {ratio:.2f} x",
        f"enhanced, same requests and run: {together.cpu * 1e3:.2f} ms; {conditions}",
        f"<= {MOST} x",
        ratio <= MOST,
    )
