"""The import contracts hold, and each of them catches a violation seeded on purpose."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = (
    "src/realinsights",
    "packages/finance/src/realinsights_finance",
    "packages/platform/src/realinsights_platform",
)

# contract broken -> (file, line added to it, what the report must say)
SEEDS = {
    "platform knows the product": (
        "realinsights_platform/events.py",
        "import realinsights.contracts.loans",
        "The product rests on platform and finance",
    ),
    "finance knows platform": (
        "realinsights_finance/__init__.py",
        "import realinsights_platform.errors",
        "The product rests on platform and finance",
    ),
    "a service imports another": (
        "realinsights/dashboard/model/seeded.py",
        "import realinsights.loans",
        "Services are independent",
    ),
    "the composition root imports a service": (
        "realinsights/app.py",
        "import realinsights.loans.assembly",
        "The composition root imports no service",
    ),
    "a contract imports a service": (
        "realinsights/contracts/loans.py",
        "import realinsights.loans",
        "Services are independent",
    ),
    "a module outside the map": ("realinsights/utils.py", "", "Services are independent"),
    "a model imports its store": (
        "realinsights/auth/model/seeded.py",
        "import realinsights.auth.store",
        "Every service has the same files",
    ),
    "a file outside the shape": ("realinsights/auth/helpers.py", "", "Every service has the same files"),
    "a model reaches a driver": (
        "realinsights/auth/model/seeded.py",
        "import sqlite3",
        "Models, contracts and finance",
    ),
    "a model reaches a driver through a module of ours": (
        "realinsights/auth/model/seeded.py",
        "import realinsights_platform.documents.opening",
        "Models, contracts and finance",
    ),
    "a service reaches the framework": (
        "realinsights/loans/routes/seeded.py",
        "import starlette.requests",
        "The product reaches no web framework",
    ),
    "a use case knows of HTTP": (
        "realinsights/auth/service/seeded.py",
        "import realinsights_platform.http.preconditions",
        "Use cases know nothing of HTTP",
    ),
    "two modules of a layer import each other": (
        "realinsights_platform/errors.py",
        "import realinsights_platform.tokens",
        "Modules and folders beside each other",
    ),
    "two folders of a layer import each other": (
        "realinsights_platform/http/answers/answer.py",
        "import realinsights_platform.http.routes.pages",
        "Modules and folders beside each other",
    ),
    "finance reaches a driver": ("realinsights_finance/__init__.py", "import socket", "Models, contracts and finance"),
}


def report(folder: Path) -> str:
    """Run the contracts over the packages in `folder` and return what was reported as broken."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--config", str(ROOT / "pyproject.toml"), "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": str(Path(sys.executable).parent)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    broken = [line for line in done.stdout.splitlines() if " BROKEN" in line]
    assert (done.returncode != 0) == bool(broken), done.stdout + done.stderr
    return "\n".join(broken)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for source in SOURCES:
        shutil.copytree(ROOT / source, tmp_path / Path(source).name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_contracts_hold(copy: Path) -> None:
    assert report(copy) == ""


@pytest.mark.parametrize("seed", SEEDS)
def test_a_seeded_violation_is_caught(copy: Path, seed: str) -> None:
    name, line, contract = SEEDS[seed]
    file = copy / name
    file.write_text((file.read_text() if file.exists() else '"""Seeded."""\n') + f"\n{line}\n")
    assert contract in report(copy)
