"""How soon the mix is answered at the rate of the roadmap's users, and how many users a server carries."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.machine import limit
from benchmarks.table import Row
from benchmarks.traffic import Tally, Traffic

USERS = 10_000
RATE = 150
"""Requests a second of so many users, as the roadmap counts them."""

P95 = 0.2
"""Seconds that 95 % of the answers may take."""

SECONDS = 20.0
"""How long the mix is asked at a steady rate."""

ERRORS = 0.001
"""The part of the answers that may be errors."""

STEPS = 5


@dataclass(frozen=True, slots=True)
class Carried:
    """The highest rate found, in requests a second, and what the server answered at most when it was saturated."""

    rate: float
    saturated: float

    @property
    def told(self) -> str:
        """The rate, and the users that it stands for."""
        return f"{self.rate:,.0f}/s = {self.rate / RATE * USERS:,.0f} users"


def highest(traffic: Traffic, seconds: float) -> Carried:
    """Return the highest rate whose p95 and errors are within bounds, between none and what the server saturated takes.

    Each step takes so many seconds and halves what is left to search, so that the rate is found to a thirtieth.
    """
    saturated = traffic.saturate(seconds).per_second
    found, above = 0.0, saturated * 1.1
    for _ in range(STEPS):
        rate = (found + above) / 2
        if _carries(traffic, rate, seconds):
            found = rate
        else:
            above = rate
    return Carried(found, saturated)


def latency(topology: str, rate: float, tally: Tally, errors: int, told: str = "", *, seconds: float = 0.05) -> Row:
    """Return the row of the mix's latency in a topology: its p95 is to be so many seconds at most."""
    p95, most = tally.percentile(0.95), limit(seconds)
    others = f"p50 {tally.percentile(0.5) * 1e3:.1f}, p99 {tally.percentile(0.99) * 1e3:.1f}"
    return Row(
        f"the mix at {rate:.0f}/s ({RATE}/s are 10,000 users), cold start included, {topology}: p95",
        f"{p95 * 1e3:.1f} ms; {others}; {errors} errors",
        f"{tally.answers:,} requests in {tally.seconds:.0f} s{told}",
        f"{most.told}, no error",
        most.met(p95) and not errors,
    )


def row(topology: str, carried: Carried, reference: Carried, what: str, least: float | None = None) -> Row:
    """Return the row of what a topology carries beside a reference; without `least` it is shown and not judged."""
    ratio = carried.rate / reference.rate if reference.rate else 0.0
    return Row(
        f"the highest open-loop rate of the mix with p95 under {P95 * 1e3:.0f} ms, {topology}",
        f"{carried.told}; {ratio:.2f} x",
        f"{what}: {reference.rate:,.0f}/s; generator on the same cores; p95 here {limit(P95).told}",
        "" if least is None else f">= {least} x",
        least is None or ratio >= least,
    )


def _carries(traffic: Traffic, rate: float, seconds: float) -> bool:
    before = traffic.mix.errors
    tally = traffic.steady(rate, seconds)
    errors = traffic.mix.errors - before
    return limit(P95).met(tally.percentile(0.95)) and errors <= tally.answers * ERRORS
