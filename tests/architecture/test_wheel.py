"""What is installed without the repository has its topologies and, where it was built, its web front end."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]

TELL = """
import sys
sys.path.insert(0, sys.argv[1])
from realinsights.topology import known_topologies, read_topology, services
import realinsights
assert realinsights.__path__[0].startswith(sys.argv[1]), realinsights.__path__
print(*known_topologies())
print(*services())
print(read_topology().web)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with what the wheel holds; its front end is one page."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE", "hatch_build.py"):
        shutil.copy(REPOSITORY / name, source)
    shutil.copytree(REPOSITORY / "src", source / "src", ignore=shutil.ignore_patterns("__pycache__"))
    (source / "web" / "out").mkdir(parents=True)
    (source / "web" / "out" / "index.html").write_text("<!doctype html><title>Real Insights</title>")
    built = tmp_path_factory.mktemp("built")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", built], cwd=source, check=True)
    (wheel,) = built.glob("*.whl")
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_the_topologies_and_the_web_front_end_are_in_the_wheel(installed: Path, tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", TELL, str(installed)], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert told == [
        "enhanced monorepo services services-2b",
        "auth dashboard files loans notifications",
        f"file://{installed}/realinsights/web",
    ]
