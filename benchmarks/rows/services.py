"""Services apart, beside the same processes together: the mix through the gateway, its latency and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.mix import Mix
from benchmarks.rows import carrying
from benchmarks.servers import host_of, tokens_in
from benchmarks.several import Engines, published, several
from benchmarks.table import Row
from benchmarks.traffic import Tally, Traffic

P95 = 0.1
"""Seconds that 95 % of the answers may take."""

MOST = 1.5
"""What a request may cost in `services`, as a multiple of what it costs in `enhanced`."""


def measure(on: Engines, asked: Mix, people: Sequence[tuple[str, str]], rate: float, together: Tally) -> Iterator[Row]:
    """Measure the mix in `services` on the engines that `enhanced` was asked on, as `together` tells.

    The processes are started for it, so that a cold start is part of it; edits go on with the versions stored.
    """
    with several(on, name="services") as running:
        published(running.workers)
        asked.ask_at(host_of(running.front), tokens_in(on.read(), people, environment=on.environment))
        before = asked.errors
        apart = Traffic(running.front, asked).steady(rate, carrying.SECONDS)
        yield carrying.latency("services", rate, apart, asked.errors - before, seconds=P95)
    yield _cost(together, apart)


def _cost(together: Tally, apart: Tally) -> Row:
    ratio = apart.cpu / together.cpu
    return Row(
        "CPU of the processes that answer and work, per request, services",
        f"{apart.cpu * 1e3:.2f} ms = {ratio:.2f} x",
        f"enhanced, same requests and run: {together.cpu * 1e3:.2f} ms",
        f"<= {MOST} x",
        ratio <= MOST,
    )
