"""Run by `python -m benchmarks [arithmetic|files|mix|enhanced|...] [--beside TREE]`; ends with 1 for a miss."""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

from benchmarks import growth, tapes
from benchmarks.rows import (
    dates,
    enhanced,
    files,
    floating,
    importing,
    lag,
    mix,
    prepayment,
    reading,
    reporting,
    resizing,
    returns,
    schedules,
    solving,
    starting,
    stress,
    telling,
)
from benchmarks.servers import administrator, product
from benchmarks.table import Row, show

DASHBOARD = "/api/v1/dashboard"


def measure(folder: Path, beside: Path | None, size: mix.Size) -> Iterator[Row]:
    """Measure every row but growth, those of reading and of the mix beside another source tree where there is one."""
    # First what needs nothing but arithmetic: other machines scale by it.
    yield from arithmetic()
    yield resizing.measure(folder)
    demonstration = folder / "demonstration"
    yield starting.measure(demonstration)
    yield starting.many(folder)
    yield dates.measure(folder)
    yield from _large(folder, beside)
    headers = administrator(demonstration, "lag")
    with product(demonstration) as server:
        tape = tapes.write_ex102(folder / "tape.xml", importing.TAPE_LOANS)
        yield importing.small(server, headers, tape)
        yield lag.measure(server, headers)
    yield from telling.measure(folder)
    yield from files.transfers(folder)
    yield files.search(folder)
    yield reporting.measure(folder)
    yield from mix.measure(folder, beside, size)
    yield from enhanced.measure(folder / "several", size)


def arithmetic() -> Iterator[Row]:
    """Measure the library alone."""
    yield from schedules.measure()
    yield floating.measure()
    yield from prepayment.measure()
    yield returns.measure()
    yield solving.measure()
    yield stress.measure()


def _large(folder: Path, beside: Path | None) -> Iterator[Row]:
    folders: dict[Path, Path | None] = {folder / "large": None}
    if beside is not None:
        folders[folder / "large-before"] = beside
    yield importing.large(folders, tapes.write_csv(folder / "large.csv", importing.ROWS))
    dashboards = []
    for data, tree in folders.items():
        headers = administrator(data, "bench")
        with product(data, "--no-demonstration", tree=tree) as server:
            dashboards.append(reading.dashboard(server, headers))
            if tree is None:
                yield reading.cached(server, headers, DASHBOARD, "dashboard", folder)
                loan = reading.a_loan(server, headers)
                yield reading.cached(server, headers, f"/api/v1/loans/{loan}", "loan", folder)
                yield reading.missed(server, headers, data)
    yield from reading.dashboards(dashboards[0], dashboards[1] if beside is not None else None)


def _only(measured: Callable[..., Row], *arguments: Path) -> Iterator[Row]:
    """Yield one row once it is asked for, so that each is printed as soon as it is measured."""
    yield measured(*arguments)


@contextlib.contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True)
        yield kept.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="realinsights-bench-") as name:
        yield Path(name)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    choices = ["all", "arithmetic", "files", "mix", "enhanced", "growth", "telling", "stress", "reports"]
    parser.add_argument("what", nargs="?", choices=choices, default="all")
    parser.add_argument("--beside", type=Path, metavar="TREE", help="another source tree, with its own .venv")
    parser.add_argument("--organizations", type=int, default=mix.SIZE.organizations, help="of the mix")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep data and logs in this new folder")
    asked = parser.parse_args()
    size = mix.Size(organizations=asked.organizations)
    beside = None if asked.beside is None else asked.beside.resolve()
    rows: list[Row] = []
    with _folder(asked.keep) as folder:
        found: dict[str, Callable[[], Iterable[Row]]] = {
            "all": lambda: measure(folder, beside, size),
            "arithmetic": arithmetic,
            "files": lambda: chain(files.transfers(folder), _only(files.search, folder)),
            "mix": lambda: chain(_only(schedules.speed), mix.measure(folder, beside, size)),
            "enhanced": lambda: chain(_only(schedules.speed), enhanced.measure(folder / "several", size)),
            "growth": lambda: growth.measure(folder),
            "reports": lambda: [schedules.speed(), reporting.measure(folder)],
            "telling": lambda: telling.measure(folder),
            "stress": lambda: [stress.measure(), resizing.measure(folder)],
        }
        for row in found[asked.what]():
            print(f"{row.what}: {row.measured}" + (f" (before: {row.before})" if row.before else ""), file=sys.stderr)
            rows.append(row)
    show(rows)
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
