"""The warm server: everything is imported once, and each mutant is tested in a process forked from it.

    python warm.py TREE SOCKET COVERAGE --files ... --tests ... --seconds N

TREE is a copy of the package that mutants are written into, one at a time. A request names nothing: the server looks
which file differs from what it was. It runs the tests that run a changed line, the fastest first, until one fails or
they would take more than N seconds of the processor together.
Where only functions differ, their code is exchanged in a process in which tests are collected already; else the
package and the tests are imported anew, which takes longer.
"""

from __future__ import annotations

import argparse
import difflib
import gc
import json
import os
import resource
import signal
import socket
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Final

# Imported before any fork, so that no mutant pays for it.
import hypothesis
import numpy
import numpy_financial
import pytest
import pyxirr
import QuantLib
from line_coverage import Coverage
from swap import Place, changed, functions

WARM: Final = (hypothesis, numpy, numpy_financial, pyxirr, QuantLib)
PROFILE: Final = "mutants"
PLUGIN: Final = "_hypothesis_pytestplugin"
#: Seconds of the processor that a mutant gets: what its tests take without it times this, and as many more.
PATIENCE: Final = (2, 2)
MEMORY: Final = 4 << 30

hypothesis.settings.register_profile(
    PROFILE,
    max_examples=20,
    derandomize=True,
    database=None,
    deadline=None,
    # A failure is enough; the smallest one is not asked for.
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
    suppress_health_check=list(hypothesis.HealthCheck),
)


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of the tree before any mutant."""

    seconds: float
    sources: dict[Path, str]
    at_import: dict[str, list[int]]
    tests: dict[str, dict[str, Any]]

    def covering(self, file: Path, lines: range | set[int]) -> list[str]:
        """Return the tests that run one of a file's lines, the fastest first."""
        found = (
            name for name, test in self.tests.items() if not set(lines).isdisjoint(test["lines"].get(str(file), ()))
        )
        return self.by_speed(found)

    def by_speed(self, names: Iterable[str]) -> list[str]:
        return sorted(names, key=lambda name: (self.tests[name]["seconds"], name))

    def by_promise(self, names: Iterable[str], kills: Counter[str]) -> list[str]:
        """Return tests by what they promise: the fast ones first, and those that killed others of the file."""
        return sorted(names, key=lambda name: (self.tests[name]["seconds"] / (1 + kills[name]), name))

    def affordable(self, names: Sequence[str]) -> list[str]:
        """Return the first of some tests that take no longer than a mutant's tests may."""
        taken = accumulate(self.tests[name]["seconds"] for name in names)
        return [name for name, seconds in zip(names, taken, strict=True) if seconds <= self.seconds]


@dataclass(frozen=True, kw_only=True)
class Job:
    """A mutant and the tests that it has to pass.

    `swaps` is None where it has to be imported anew; `imported` says that collecting the tests runs what changed.
    """

    file: Path
    source: str
    swaps: dict[Place, CodeType] | None
    imported: bool
    tests: list[str]
    seconds: float


class Warm:
    """A plugin that tests mutants where pytest would run the collected tests."""

    def __init__(self, files: frozenset[str], requests: int, answers: int) -> None:
        self.files, self.requests, self.answers = files, requests, answers

    def pytest_runtestloop(self, session: Any) -> bool:
        items = {item.nodeid: item for item in session.items}
        living = functions(self.files)
        gc.freeze()  # a forked process has nothing to copy for looking at what all share
        _send(self.answers, [list(place) for place in living])
        with os.fdopen(self.requests) as requests:
            for line in requests:
                asked = json.loads(line)
                work = partial(self._run, session=session, items=items, living=living, asked=asked)
                _send(self.answers, _in_child(work, asked["seconds"]))
        return True

    def _run(
        self,
        told: Callable[[str], None],
        *,
        session: Any,
        items: dict[str, Any],
        living: dict[Place, list[FunctionType]],
        asked: dict[str, Any],
    ) -> None:
        original = compile(asked["original"], asked["file"], "exec")
        swaps = changed(original, compile(asked["mutated"], asked["file"], "exec"))
        assert swaps is not None
        for where, code in swaps.items():
            for function in living[where]:
                function.__code__ = code
        chosen = [items[name] for name in asked["tests"]]
        for item, following in zip(chosen, [*chosen[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                told(f"killed by {item.nodeid}")
                return
        told(f"survived {len(chosen)} tests")


class Chosen:
    """A plugin that runs some tests of the files that are collected, in their order, and tells the first that fails."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names, self.name = names, ""

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        collected = {item.nodeid: item for item in items}
        items[:] = [collected[name] for name in self.names if name in collected]

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.name = self.name or report.nodeid


class Server:
    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        self.files = frozenset(arguments.files)
        sources = {Path(name): Path(name).read_text(encoding="utf-8") for name in arguments.files}
        # Bytecode of what is not mutated is written here and by nobody after, so that no mutant's is ever kept.
        sys.dont_write_bytecode = False
        if not arguments.coverage.exists():
            _in_child(lambda _: self._pytest(arguments.tests, Coverage(self.files, arguments.coverage)), 3600)
        sys.dont_write_bytecode = True
        read = json.loads(arguments.coverage.read_text(encoding="utf-8"))
        if read["failed"]:
            sys.exit(f"Tests fail without any mutant: {', '.join(read['failed'])}")
        tests = {name: test for name, test in read["tests"].items() if not test["skipped"]}
        self.known = Known(seconds=arguments.seconds, sources=sources, at_import=read["at_import"], tests=tests)
        self.kills: dict[Path, Counter[str]] = {file: Counter() for file in sources}
        self.requests, self.answers = self._warm()
        told = self.answers.readline()
        if not told:
            sys.exit("The tests cannot be collected.")
        self.places = {tuple(place) for place in json.loads(told)}

    def serve(self) -> None:
        gc.freeze()
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(self.arguments.socket))
            listening.listen()
            print("listening", flush=True)
            while True:
                asking, _ = listening.accept()
                with asking:
                    asking.sendall(self.verdict().encode() + b"\n")

    def verdict(self) -> str:
        job = self.job()
        if job is None:
            return "survived 0 tests, being the same to Python"
        if not job.tests:
            return "survived 0 tests, none runs it"
        told = self.tested(job)
        self.kills[job.file][told.removeprefix("killed by ")] += 1
        return told

    def tested(self, job: Job) -> str:
        told = "" if job.swaps is None else self._swapped(job)
        if job.swaps is None or (job.imported and told.startswith("survived")):
            return _in_child(lambda telling: self._anew(telling, job), job.seconds)
        return told

    def _swapped(self, job: Job) -> str:
        asked = {
            "file": str(job.file),
            "original": self.known.sources[job.file],
            "mutated": job.source,
            "tests": job.tests,
            "seconds": job.seconds,
        }
        self.requests.write(json.dumps(asked) + "\n")
        self.requests.flush()
        return json.loads(self.answers.readline())

    def job(self) -> Job | None:
        file, source = self._mutated()
        original = self.known.sources[file]
        try:
            mutated = compile(source, str(file), "exec")
        except SyntaxError:
            return Job(
                file=file,
                source=source,
                swaps=None,
                imported=True,
                tests=self.known.by_speed(self.known.tests),
                seconds=20,
            )
        swaps = changed(compile(original, str(file), "exec"), mutated)
        if swaps == {}:
            return None
        lines = _changed_lines(original, source)
        imported = False
        if swaps is not None:
            codes = [range(first, max(_last_line(code), first) + 1) for (_, _, first), code in swaps.items()]
            whole = {line for code in codes for line in code}
            imported = not whole.isdisjoint(self.known.at_import.get(str(file), ()))
            if not all(place in self.places for place in swaps):
                swaps = None
            tests = self.known.covering(file, lines) or self.known.covering(file, whole)
        else:
            # Tests that run no function of any file look at classes, and take next to no time.
            tests = self.known.by_speed(name for name, test in self.known.tests.items() if not test["lines"])
            tests += self.known.covering(file, range(1, source.count("\n") + 2))
            tests += self.known.by_speed(set(self.known.tests).difference(tests))
        tests = self.known.by_promise(self.known.affordable(tests), self.kills[file])
        seconds = sum(self.known.tests[name]["seconds"] for name in tests) * PATIENCE[0] + PATIENCE[1]
        return Job(file=file, source=source, swaps=swaps, imported=imported, tests=tests, seconds=seconds)

    def _mutated(self) -> tuple[Path, str]:
        for file, source in self.known.sources.items():
            now = file.read_text(encoding="utf-8")
            if now != source:
                return file, now
        return next(iter(self.known.sources.items()))

    def _anew(self, told: Callable[[str], None], job: Job) -> None:
        chosen = Chosen(job.tests)
        code = self._pytest(sorted({name.partition("::")[0] for name in job.tests}), chosen)
        told(f"killed by {chosen.name or 'the import'}" if code else f"survived {len(job.tests)} tests")

    def _pytest(self, tests: Sequence[str], plugin: object) -> int:
        # Without a terminal and a cache nothing is printed or written.
        options = ("-x", "-q", "-s", "-p", "no:cacheprovider", "-p", PLUGIN, f"--hypothesis-profile={PROFILE}")
        return int(pytest.main([*options, *tests], plugins=[plugin]))

    def _warm(self) -> tuple[Any, Any]:
        requests, asking = os.pipe()
        answering, answers = os.pipe()
        if not os.fork():
            os.close(asking)
            os.close(answering)
            _silent()
            self._pytest(self.arguments.tests, Warm(self.files, requests, answers))
            os._exit(0)
        os.close(requests)
        os.close(answers)
        return os.fdopen(asking, "w"), os.fdopen(answering)


def _in_child(work: Callable[[Callable[[str], None]], object], seconds: float) -> str:
    """Return what work tells, done in a forked process that ends after so many seconds of the processor."""
    telling, told = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(telling)
            _silent()
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            work(lambda text: os.write(told, text.encode()) and None)
        except BaseException as error:  # whatever a mutant does to pytest itself is a failure
            os.write(told, f"killed by {type(error).__name__}".encode())
        finally:
            os._exit(0)
    os.close(told)
    with os.fdopen(telling) as answer:
        text = answer.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in {signal.SIGXCPU, signal.SIGKILL}:
        return f"timed out after {seconds:.0f} s"
    return text or f"killed by status {status}"


def _silent() -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)


def _send(descriptor: int, value: object) -> None:
    os.write(descriptor, (json.dumps(value) + "\n").encode())


def _changed_lines(original: str, mutated: str) -> set[int]:
    matcher = difflib.SequenceMatcher(None, original.splitlines(), mutated.splitlines(), autojunk=False)
    found: set[int] = set()
    for tag, start, end, _, _ in matcher.get_opcodes():
        if tag != "equal":
            found |= set(range(start + 1, max(end, start + 1) + 1))
    return found


def _last_line(code: CodeType) -> int:
    lines = [line for _, _, line in code.co_lines() if line is not None]
    inner = [_last_line(constant) for constant in code.co_consts if isinstance(constant, CodeType)]
    return max(lines + inner, default=code.co_firstlineno)


@hypothesis.settings(hypothesis.settings.get_profile(PROFILE))
@hypothesis.given(hypothesis.strategies.tuples(hypothesis.strategies.dates(), hypothesis.strategies.decimals("0", "1")))
def _draw(drawn: object) -> None:
    """Draw a few examples, for what Hypothesis imports and builds only then."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("tree", type=Path)
    parser.add_argument("socket", type=Path)
    parser.add_argument("coverage", type=Path)
    parser.add_argument("--files", nargs="+", required=True)
    parser.add_argument("--tests", nargs="+", required=True)
    parser.add_argument("--seconds", type=float, required=True)
    arguments = parser.parse_args()
    # Plugins of the product's tests are of no use to those of the mathematics, and take long to import.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    _draw()
    sys.path.insert(0, str(arguments.tree / "src"))
    os.chdir(arguments.tree)
    Server(arguments).serve()


if __name__ == "__main__":
    main()
