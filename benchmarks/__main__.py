"""`python -m benchmarks [growth]`: measure, print the table, end with 1 where a target is missed."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import growth, tapes
from benchmarks.rows import importing, lag, reading, schedules, starting
from benchmarks.servers import administrator, product
from benchmarks.table import Row, show

DASHBOARD = "/api/v1/dashboard"


def measure(folder: Path) -> list[Row]:
    """Measure every row but growth."""
    rows = schedules.measure()
    demonstration = folder / "demonstration"
    rows.append(starting.measure(demonstration))
    large = folder / "large"
    rows.append(importing.large(large, tapes.write_csv(folder / "large.csv", importing.ROWS)))
    headers = administrator(large, "bench")
    with product(large, "--no-demonstration") as server:
        rows += reading.dashboard(server, headers)
        rows.append(reading.cached(server, headers, DASHBOARD, "dashboard", folder))
        loan = reading.a_loan(server, headers)
        rows.append(reading.cached(server, headers, f"/api/v1/loans/{loan}", "loan", folder))
        rows.append(reading.missed(server, headers, large))
    headers = administrator(demonstration, "lag")
    with product(demonstration) as server:
        tape = tapes.write_ex102(folder / "tape.xml", importing.TAPE_LOANS)
        rows.append(importing.small(server, headers, tape))
        rows.append(lag.measure(server, headers))
    return rows


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("what", nargs="?", choices=["all", "growth"], default="all")
    what = parser.parse_args().what
    with tempfile.TemporaryDirectory(prefix="realinsights-bench-") as folder:
        rows = growth.measure(Path(folder)) if what == "growth" else measure(Path(folder))
    show(rows)
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
