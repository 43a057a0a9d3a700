"""Which tests run which lines of the mutated files, and how long each takes: a pytest plugin that writes it down."""

from __future__ import annotations

import functools
import gc
import inspect
import json
import sys
import time
from collections import defaultdict
from collections.abc import Generator, Iterable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

_Cached = type(functools.cache(lambda: None))


class Coverage:
    """A trace of the lines that each test runs, in its own call and in the fixtures that it takes."""

    def __init__(self, files: Iterable[str], output: Path) -> None:
        self.files, self.output = frozenset(files), output
        self.lines: set[tuple[str, int]] = set()
        self.of_fixtures: dict[int, set[tuple[str, int]]] = defaultdict(set)
        self.tests: dict[str, dict[str, Any]] = {}
        self.failed: list[str] = []
        self.at_import: set[tuple[str, int]] = set()

    def trace(self, frame: FrameType, event: str, _argument: object) -> Any:
        name = frame.f_code.co_filename
        if name not in self.files or not frame.f_code.co_flags & inspect.CO_OPTIMIZED:
            return None  # bodies of modules and classes run once, for all
        self.lines.add((name, frame.f_lineno))
        return self.trace_lines

    def trace_lines(self, frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line":
            self.lines.add((frame.f_code.co_filename, frame.f_lineno))
        return self.trace_lines

    def pytest_sessionstart(self) -> None:
        sys.settrace(self.trace)

    def pytest_collection_finish(self) -> None:
        self.at_import, self.lines = self.lines, set()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Generator[None, None, None]:
        before, self.lines = self.lines, set()
        yield
        self.of_fixtures[id(fixturedef)] |= self.lines
        self.lines |= before

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: Any) -> Generator[None, None, None]:
        for cached in gc.get_objects():
            # What an earlier test had computed would hide its lines from this one.
            if isinstance(cached, _Cached) and cached.__module__.startswith("realinsights_finance"):
                cached.cache_clear()
        self.lines = set()
        before = time.process_time()
        sys.settrace(self.trace)
        yield
        # The processor's, so that what else the machine does has no part in the order of tests.
        self.tests[item.nodeid]["seconds"] = time.process_time() - before
        for definitions in item._fixtureinfo.name2fixturedefs.values():
            self.lines |= self.of_fixtures[id(definitions[-1])]
        found: dict[str, list[int]] = defaultdict(list)
        for name, line in sorted(self.lines):
            found[name].append(line)
        self.tests[item.nodeid]["lines"] = found

    def pytest_runtest_logreport(self, report: Any) -> None:
        test = self.tests.setdefault(report.nodeid, {"seconds": 0.0, "skipped": False})
        test["skipped"] |= report.skipped
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        sys.settrace(None)
        found: dict[str, list[int]] = defaultdict(list)
        for name, line in sorted(self.at_import):
            found[name].append(line)
        told = {"failed": self.failed, "at_import": found, "tests": self.tests}
        self.output.write_text(json.dumps(told), encoding="utf-8")
