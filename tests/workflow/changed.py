"""Tests selected by what changed: `make test-changed` runs this from the repository's root.

Compares the working tree (uncommitted and untracked files included) with where it left BASE, and selects

- Python tests that reach a changed module through imports, their `conftest.py` files included;
- tests without a browser that reach a changed file of the front end (`vitest related`);
- browser tests that visit a page which a changed file of the front end is part of.

What it cannot place selects everything: a file may be tested once too often, never once too seldom. Each selection is
printed with its reason before anything runs; `--dry-run` prints only.
"""

from __future__ import annotations

import argparse
import ast
import functools
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

import grimp

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGES: Final = {
    "realinsights": "src",
    "realinsights_platform": "packages/platform/src",
    "realinsights_finance": "packages/finance/src",
}
FINANCE: Final = "packages/finance/tests"
#: Folders of tests; those of the mathematics lie with their package, which has to pass them alone.
TESTS: Final = ("tests", FINANCE)
EVERYTHING: Final = "tests"
ARCHITECTURE: Final = "tests/architecture"
INFRASTRUCTURE: Final = "tests/infrastructure"
#: Loaded by name, which no import shows: by whom, and what.
LOADED_BY_NAME: Final = {
    "realinsights.adapters": re.compile(r"realinsights\.\w+\.assembly"),
    "realinsights.cli.main": re.compile(r"realinsights\.cli\.\w+"),
}
#: Files without tests of their own; the architecture tests read some of them.
PROSE: Final = re.compile(
    r"^(docs/.*|[A-Z]+\.md|LICENSE|\.editorconfig|\.gitignore|\.github/.*|\.pre-commit-config\.yaml)$"
)
WEB_SOURCE: Final = re.compile(r"^web/src/.*\.(tsx?|css)$")


@dataclass
class Selection:
    """What to run, each with the reasons why."""

    python: dict[str, list[str]] = field(default_factory=dict)
    units: dict[str, list[str]] = field(default_factory=dict)
    pages: dict[str, list[str]] = field(default_factory=dict)

    def add(self, kind: str, chosen: str, reason: str) -> None:
        getattr(self, kind).setdefault(chosen, []).append(reason)


def git(*arguments: str) -> list[str]:
    """Return the lines that a git command prints."""
    out = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return out.splitlines()


def changed_files(base: str) -> tuple[str, list[str]]:
    """Return where the branch left `base`, and every file that differs from it, old names of moved ones included."""
    start = git("merge-base", base, "HEAD")[0]
    differing = git("diff", "--name-only", "--no-renames", start)
    return start, sorted({*differing, *git("ls-files", "--others", "--exclude-standard")})


def module_of(path: str) -> str | None:
    """Return the module that a file of the product is, or None."""
    for folder in PACKAGES.values():
        if path.startswith(f"{folder}/") and path.endswith(".py"):
            parts = PurePosixPath(path).relative_to(folder).with_suffix("").parts
            return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return None


def is_test(path: str) -> bool:
    """Tell whether a file lies in a folder of tests."""
    return path.startswith(tuple(f"{folder}/" for folder in TESTS))


@functools.cache
def imported_modules(file: Path) -> frozenset[str]:
    """Return the modules of the product that a file of the tests imports anywhere; a helper is one of many tests."""
    known = graph_of_product().modules
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        found.update(name for name in names if name in known)
    return frozenset(found)


def test_files() -> dict[str, list[Path]]:
    """Return each test file with the files it is made of: itself, and helpers and `conftest.py` on the way to it."""
    tests = {}
    for root in (ROOT / folder for folder in TESTS):
        for path in sorted(root.rglob("test_*.py")):
            folders = [folder for folder in path.parents if folder.is_relative_to(root)]
            helpers = [file for folder in folders for file in folder.glob("*.py") if not file.name.startswith("test_")]
            tests[path.relative_to(ROOT).as_posix()] = [path, *helpers]
    return tests


@functools.cache
def graph_of_product() -> grimp.ImportGraph:
    """Return the import graph, with what is loaded by name."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    for starter, loaded in LOADED_BY_NAME.items():
        for module in graph.modules:
            if loaded.fullmatch(module) and module != starter:
                graph.add_import(importer=starter, imported=module)
    return graph


def select_python(changed: Sequence[str], selection: Selection) -> None:
    """Select the Python tests that reach a changed module or consist of a changed file."""
    graph = graph_of_product()
    reached: dict[str, list[str]] = {}
    for path in changed:
        module = module_of(path)
        if module is None:
            continue
        if module not in graph.modules:  # deleted: whoever imported it has changed too
            continue
        whole = path.endswith("__init__.py")
        for downstream in {module, *graph.find_downstream_modules(module, as_package=whole)}:
            reached.setdefault(downstream, []).append(path)
    made_of = {
        test: {file.relative_to(ROOT).as_posix(): file for file in files} for test, files in test_files().items()
    }
    for test, files in made_of.items():
        for path in set(files) & set(changed):
            selection.add("python", test, f"{path} changed")
        for file in files.values():
            for module in imported_modules(file) & reached.keys():
                for path in reached[module]:
                    selection.add("python", test, f"{path} changed, reached through {module}")
    for path in changed:
        if is_test(path) and path not in {name for files in made_of.values() for name in files}:
            selection.add("python", EVERYTHING, f"{path} changed, and no import says who reads it")


def select_web(changed: Sequence[str], selection: Selection) -> None:
    """Select tests of the front end: by imports without a browser, by the pages they visit with one."""
    modules = json.loads(web("depcruise", "--config", "dependencies.config.mjs", "--output-type", "json", "src"))[
        "modules"
    ]
    importers: dict[str, set[str]] = {}
    for module in modules:
        for dependency in module["dependencies"]:
            importers.setdefault(dependency["resolved"], set()).add(module["source"])
    specs = {spec.name: spec_text(spec) for spec in sorted((ROOT / "web/tests").glob("*.spec.ts"))}
    for path in changed:
        name = path.removeprefix("web/")
        if path.startswith("web/tests/") and name.removeprefix("tests/") in specs:
            selection.add("pages", name.removeprefix("tests/"), f"{path} changed")
        elif WEB_SOURCE.match(path) and name.endswith((".test.ts", ".test.tsx")):
            selection.add("units", name, f"{path} changed")
        elif WEB_SOURCE.match(path):
            selection.add("units", name, f"{path} changed")
            for page in pages_of(name, importers):
                visiting = [spec for spec, text in specs.items() if re.search(address_of(page), text)]
                for spec in visiting or specs:
                    selection.add("pages", spec, f"{path} is part of {page}")
        else:
            for spec in specs:
                selection.add("pages", spec, f"{path} changed, which every page may rest on")


def spec_text(spec: Path) -> str:
    """Return a browser test with the helpers it imports, but for `fixtures.ts`, through which every test signs in."""
    text = spec.read_text(encoding="utf-8")
    helpers = set(re.findall(r'from "\./([\w-]+)"', text)) - {"fixtures"}
    return "\n".join([text, *((spec.parent / f"{name}.ts").read_text(encoding="utf-8") for name in sorted(helpers))])


def pages_of(file: str, importers: dict[str, set[str]]) -> list[str]:
    """Return the pages in `src/app` that a file is part of; a layout stands for every page below it."""
    seen, waiting = {file}, [file]
    while waiting:
        new = importers.get(waiting.pop(), set()) - seen
        seen |= new
        waiting += new
    return sorted(module for module in seen if re.search(r"^src/app/.*(page|layout|error|not-found)\.tsx$", module))


def address_of(page: str) -> str:
    """Return a pattern for the address of a page as browser tests write it; of a layout, any address."""
    if not page.endswith("/page.tsx"):
        return "."
    address = re.sub(r"\([^)]*\)/", "", page.removeprefix("src/app/")).removesuffix("page.tsx")
    return rf"[\"`'/]/?{re.escape(address)}[\"`'?#]" if address else r"goto\(\"/\"\)"


def web(*command: str) -> str:
    """Return what a command of the front end prints."""
    return subprocess.run(
        ["web/scripts/web.sh", "run", *command], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


def select(changed: Sequence[str]) -> Selection:
    """Select what is to run for the files that changed."""
    selection = Selection()
    python = [path for path in changed if module_of(path) or is_test(path)]
    front = [path for path in changed if path.startswith("web/")]
    for path in changed:
        if path in python or path in front:
            continue
        if PROSE.match(path):
            selection.add(
                "python", ARCHITECTURE, f"{path} changed: the pages and rules of the repository are checked there"
            )
        elif path.startswith("infrastructure/"):
            selection.add("python", INFRASTRUCTURE, f"{path} changed: its tests read it")
        elif path.startswith("benchmarks/"):
            selection.add("python", ARCHITECTURE, f"{path} changed: `make bench` runs it, no test does")
        else:
            selection.add("python", EVERYTHING, f"{path} changed, and no import says who reads it")
    if python:
        select_python(python, selection)
    for path in python:
        module = module_of(path)
        if module and not any(
            f"{path} changed" in reason for reasons in selection.python.values() for reason in reasons
        ):
            selection.add("python", EVERYTHING, f"{path} changed, and no test imports it")
    if front:
        select_web(front, selection)
    if EVERYTHING in selection.python:
        selection.python = {EVERYTHING: selection.python[EVERYTHING]}
    return selection


def told(title: str, chosen: dict[str, list[str]], most: int = 2) -> Iterable[str]:
    """Yield the lines that say what was selected and why."""
    yield f"{title}: {len(chosen)}"
    for name, reasons in sorted(chosen.items()):
        first = list(dict.fromkeys(reasons))
        rest = f", and {len(first) - most} more reasons" if len(first) > most else ""
        yield f"  {name}  because {'; '.join(first[:most])}{rest}"


def commands(selection: Selection, workers: str) -> list[list[str]]:
    """Return the commands that run a selection."""
    listed = []
    if selection.python:
        chosen = TESTS if EVERYTHING in selection.python else sorted(selection.python)
        listed.append([".venv/bin/pytest", "-n", workers, "--dist", "worksteal", *chosen])
    if selection.units or selection.pages:
        listed.append(["web/scripts/web.sh", "run", "npm", "run", "--silent", "types"])
    if selection.units:
        listed.append(
            ["web/scripts/web.sh", "run", "vitest", "related", "--run", "--passWithNoTests", *sorted(selection.units)]
        )
    if selection.pages:
        listed.append(["make", "--no-print-directory", "web"])
        listed.append(
            ["web/scripts/web.sh", "run", "playwright", "test", *(f"tests/{name}" for name in sorted(selection.pages))]
        )
    return listed


def main(arguments: Sequence[str]) -> int:
    """Select, print, run; return the first exit code that is not zero."""
    parser = argparse.ArgumentParser(description="Run the tests that what changed may break.")
    parser.add_argument("--base", default="main", help="the branch or commit to compare with")
    parser.add_argument("--workers", default=os.environ.get("WORKERS", "2"))
    parser.add_argument("--dry-run", action="store_true", help="print what would run, and run nothing")
    options = parser.parse_args(arguments)
    start, changed = changed_files(options.base)
    if not changed:
        print(
            f"Nothing differs from {options.base} ({start[:10]}), so there is nothing to test."
            " `make test` runs everything."
        )
        return 0
    print(f"{len(changed)} files differ from {options.base} ({start[:10]}).")
    selection = select(changed)
    for title, chosen in (
        ("Python tests", selection.python),
        ("Files whose tests run without a browser", selection.units),
        ("Browser tests", selection.pages),
    ):
        print("\n".join(told(title, chosen)))
    for command in commands(selection, options.workers):
        print("$", " ".join(command), flush=True)
        if not options.dry_run and (code := subprocess.run(command, cwd=ROOT, check=False).returncode):
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
