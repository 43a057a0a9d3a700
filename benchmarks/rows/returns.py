"""The internal rate of return of many dated flows, beside pyxirr on the same flows."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from decimal import Decimal

import pyxirr

from benchmarks.machine import limit
from benchmarks.table import Row
from realinsights_finance.value import xirr

FLOWS = 1000
TARGET = 0.001  # seconds
RUNS = 50


def measure() -> Row:
    """Time a loan of a thousand flows, its best of many runs: a millisecond is shorter than what disturbs it."""
    start = datetime.date(2000, 1, 1)
    days = [start + datetime.timedelta(days=30 * number) for number in range(FLOWS)]
    amounts = [Decimal(-1_000_000), *(Decimal("1234.56") + number for number in range(1, FLOWS))]
    flows = list(zip(days, amounts, strict=True))
    ours, theirs = _seconds(lambda: xirr(flows)), _seconds(lambda: pyxirr.xirr(days, amounts))
    bound = limit(TARGET)
    return Row(
        f"XIRR of {FLOWS:,} flows, proven in Decimal",
        f"{ours * 1e3:.2f} ms",
        f"pyxirr, in floats: {theirs * 1e3:.2f} ms",
        bound.told,
        bound.met(ours),
    )


def _seconds(run: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(RUNS):
        started = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - started)
    return best
