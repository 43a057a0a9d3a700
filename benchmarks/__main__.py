"""`python -m benchmarks [growth]`: measure, print the table, end with 1 where a target is missed."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import growth, tapes
from benchmarks.rows import importing, lag, reading, schedules, starting
from benchmarks.servers import administrator, product
from benchmarks.table import Row, show

DASHBOARD = "/api/v1/dashboard"


def measure(folder: Path) -> Iterator[Row]:
    """Measure every row but growth."""
    yield from schedules.measure()
    demonstration = folder / "demonstration"
    yield starting.measure(demonstration)
    large = folder / "large"
    yield importing.large(large, tapes.write_csv(folder / "large.csv", importing.ROWS))
    headers = administrator(large, "bench")
    with product(large, "--no-demonstration") as server:
        yield from reading.dashboard(server, headers)
        yield reading.cached(server, headers, DASHBOARD, "dashboard", folder)
        loan = reading.a_loan(server, headers)
        yield reading.cached(server, headers, f"/api/v1/loans/{loan}", "loan", folder)
        yield reading.missed(server, headers, large)
    headers = administrator(demonstration, "lag")
    with product(demonstration) as server:
        tape = tapes.write_ex102(folder / "tape.xml", importing.TAPE_LOANS)
        yield importing.small(server, headers, tape)
        yield lag.measure(server, headers)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("what", nargs="?", choices=["all", "growth"], default="all")
    what = parser.parse_args().what
    with tempfile.TemporaryDirectory(prefix="realinsights-bench-") as folder:
        rows = []
        for row in growth.measure(Path(folder)) if what == "growth" else measure(Path(folder)):
            print(f"{row.what}: {row.measured}", file=sys.stderr, flush=True)
            rows.append(row)
    show(rows)
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
