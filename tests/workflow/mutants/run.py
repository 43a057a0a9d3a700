"""Mutation tests of the mathematics: `make mutants` runs this from the repository's root.

Cosmic Ray makes the mutants, writes each into a copy of packages/finance and asks the warm server (`warm.py`) whether
the tests of its topic notice it. Figures and survivors go into docs/proof/mutants.md; `survivors.toml` says of a
survivor why no test can notice it. Ends with 1 where fewer than nine of ten mutants are killed, or where a survivor
has no reason.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from report import Mutant, Topic, explained, mutants, report

from realinsights.engines import install

ROOT: Final = Path(__file__).resolve().parents[3]
HERE: Final = Path(__file__).resolve().parent
#: The tool, the copy that is mutated and what was found; git ignores it.
WORK: Final = ROOT / ".mutants"
PACKAGE: Final = Path("packages/finance")
SOURCES: Final = Path("src/realinsights_finance")
PAGE: Final = ROOT / "docs" / "proof" / "mutants.md"
#: Seconds on the wall, for a machine that does other work; the processor's seconds are limited by the warm server.
PATIENCE: Final = 1800
WANTED: Final = 0.9
IGNORED: Final = shutil.ignore_patterns("__pycache__", ".hypothesis", ".pytest_cache")


@dataclass(frozen=True, kw_only=True)
class Run:
    """A topic's run, in files of its own."""

    topic: Topic
    seconds: float

    @property
    def session(self) -> Path:
        return WORK / f"{self.topic.name}.sqlite"

    @property
    def tree(self) -> Path:
        return WORK / self.topic.name / PACKAGE

    def prepare(self) -> None:
        """Copy the package and make the mutants of the topic's files."""
        self.session.unlink(missing_ok=True)
        self._coverage.unlink(missing_ok=True)
        shutil.rmtree(self.tree.parents[1], ignore_errors=True)
        shutil.copytree(ROOT / PACKAGE, self.tree, ignore=IGNORED)
        shutil.copytree(self.tree / SOURCES, self._whole, ignore=IGNORED)
        # Tests compare its tables of golden cases.
        (self.tree.parents[1] / "docs").mkdir()
        shutil.copy(ROOT / "docs" / "finance.md", self.tree.parents[1] / "docs" / "finance.md")
        ask = f"{sys.executable} -I -S {HERE / 'ask.py'} {self._socket}"
        settings = {"module-path": self._files(), "timeout": PATIENCE, "excluded-modules": [], "test-command": ask}
        lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
        text = "\n".join(["[cosmic-ray]", *lines, "[cosmic-ray.distributor]", 'name = "local"', ""])
        self._config.write_text(text, encoding="utf-8")
        tool("cosmic-ray", "init", str(self._config), str(self.session))
        tool("python", str(HERE / "aside.py"), str(self.session))

    def again(self, explained: set[str]) -> None:
        """Take all else as it is now, and forget survivors without a reason; the mutated files have to be as before."""
        names = [Path(file).relative_to(self.tree / SOURCES) for file in self._files()]
        now, before = ROOT / PACKAGE / SOURCES, self._whole
        changed = [str(name) for name in names if (before / name).read_bytes() != (now / name).read_bytes()]
        if changed:
            sys.exit(f"{', '.join(changed)} changed since: run {self.topic.name} anew")
        self._coverage.unlink(missing_ok=True)
        shutil.rmtree(self.tree)
        shutil.copytree(ROOT / PACKAGE, self.tree, ignore=IGNORED)
        with contextlib.closing(sqlite3.connect(self.session)) as database, database:
            jobs = [
                (mutant.job,) for mutant in self.found() if mutant.fate == "survived" and mutant.text not in explained
            ]
            database.executemany("delete from work_results where job_id = ?", jobs)
        tool("python", str(HERE / "aside.py"), str(self.session))

    def execute(self) -> None:
        """Test every mutant that has no verdict yet."""
        self._socket.unlink(missing_ok=True)
        for file in self._files():  # a run that was ended may have left a mutant
            shutil.copy2(self._whole / Path(file).relative_to(self.tree / SOURCES), file)
        command = [
            *(sys.executable, str(HERE / "warm.py"), str(self.tree), str(self._socket), str(self._coverage)),
            *("--files", *self._files(), "--tests", *self._tests(), "--seconds", str(self.seconds)),
        ]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as server:
            try:
                if server.stdout is None or server.stdout.readline() != "listening\n":
                    sys.exit(f"The tests of {self.topic.name} do not pass without mutants.")
                tool("cosmic-ray", "exec", str(self._config), str(self.session))
            finally:
                # The process in which tests are collected is its child.
                os.killpg(server.pid, signal.SIGTERM)

    def found(self) -> list[Mutant]:
        return mutants(self.session, self.topic, self.tree / SOURCES)

    @property
    def _config(self) -> Path:
        return WORK / f"{self.topic.name}.toml"

    @property
    def _whole(self) -> Path:
        """The sources without any mutant."""
        return self.tree.parents[1] / "whole"

    @property
    def _coverage(self) -> Path:
        return WORK / f"{self.topic.name}.json"

    @property
    def _socket(self) -> Path:
        return WORK / f"{self.topic.name}.socket"

    def _files(self) -> list[str]:
        found = [file for name in self.topic.files for file in sorted((self.tree / SOURCES).glob(name))]
        return [str(file) for file in found if file.name != "__init__.py"]

    def _tests(self) -> list[str]:
        found = [path for name in self.topic.tests for path in sorted(self.tree.glob(name))]
        return [str(path.relative_to(self.tree)) for path in found]


def tool(name: str, *arguments: str) -> None:
    subprocess.run([str(WORK / "tool" / "bin" / name), *arguments], check=True)


def topics(names: Sequence[str]) -> list[Topic]:
    """Return the topics of those names, all without names."""
    read = tomllib.loads((HERE / "topics.toml").read_text(encoding="utf-8"))["topic"]
    found = [Topic(**topic) for topic in read]
    return [topic for topic in found if not names or topic.name in names]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--topic", action="append", default=[], help="only this topic's mutants; may be repeated")
    parser.add_argument("--keep", action="store_true", help="go on with what an earlier run has found")
    parser.add_argument(
        "--again", action="store_true", help="only what survived before, with the tests as they are now"
    )
    parser.add_argument("--seconds", type=float, default=12.0, help="of the processor, for one mutant's tests (12)")
    parser.add_argument("--report", action="store_true", help="only write the report anew, of what was found")
    arguments = parser.parse_args()
    # Whoever ends this ends what it started too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    install(WORK / "tool", print, lock=HERE / "tool.lock")
    reasons = tomllib.loads((HERE / "survivors.toml").read_text(encoding="utf-8"))["group"]
    for topic in topics(arguments.topic) if not arguments.report else ():
        run = Run(topic=topic, seconds=arguments.seconds)
        if arguments.again:
            run.again({text for group in reasons for text in explained(group)})
        elif not (arguments.keep and run.session.exists()):
            run.prepare()
        run.execute()
    runs = [Run(topic=topic, seconds=arguments.seconds) for topic in topics([])]
    found = [(run.topic, run.found()) for run in runs if run.session.exists()]
    written = report(found, reasons)
    if len(found) == len(topics([])):
        PAGE.write_text(written.page, encoding="utf-8")
    print(written.summary)
    for text in written.open:
        print(f"No reason: {text}")
    return int(bool(written.open) or written.killed < WANTED)


if __name__ == "__main__":
    sys.exit(main())
