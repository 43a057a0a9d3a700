"""A Dockerfile's steps, run without Docker: each stage is a folder, with the machine's own Python and Node.js in it."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE = ROOT / "infrastructure" / "docker" / "Dockerfile"
OWN_PATHS = re.compile(r"(?<![\w./-])/(?=(?:build|opt)\b)")
"""Folders that stages make; all others are those of the image they begin with."""


@dataclass(slots=True)
class Stage:
    """What a stage has made: files under `folder`, and what it says of the process that is to run."""

    image: str
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    place: str = "/"
    user: str = "root"
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)

    def inside(self, path: str) -> Path:
        """Return where a path of the stage is on this machine."""
        return self.folder / (Path(self.place) / path).as_posix().lstrip("/")


def instructions(file: Path = FILE) -> list[tuple[str, str]]:
    """Return each instruction and what follows it."""
    lines = [line for line in file.read_text().splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def images() -> list[str]:
    """Return the images that the stages begin with."""
    return [rest.split()[0] for word, rest in instructions() if word == "FROM"]


def build(folder: Path) -> dict[str, Stage]:
    """Run every step and return the stages by name; the last one is called `image`."""
    stages: dict[str, Stage] = {}
    stage = None
    python = folder / "python"
    subprocess.run([sys.executable, "-m", "venv", python], check=True)
    for word, rest in instructions():
        if word == "FROM":
            image, _, name = rest.partition(" AS ")
            stage = stages[name or "image"] = Stage(image, folder / (name or "image"))
            stage.folder.mkdir()
            continue
        assert stage is not None
        _step(stage, stages, word, rest, python / "bin")
    return stages


def _step(stage: Stage, stages: dict[str, Stage], word: str, rest: str, python: Path) -> None:
    match word:
        case "ENV":
            stage.environment |= dict(pair.split("=", 1) for pair in shlex.split(rest))
        case "WORKDIR":
            stage.place = (Path(stage.place) / rest).as_posix()
            stage.inside(".").mkdir(parents=True, exist_ok=True)
        case "COPY":
            _copy(stage, stages, rest.split())
        case "RUN":
            stage.ran.append(rest)
            subprocess.run(
                ["sh", "-c", OWN_PATHS.sub(f"{stage.folder}/", rest)],
                cwd=stage.inside("."),
                env=environment_of(stage, python),
                check=True,
            )
        case "USER":
            stage.user = rest
        case "ENTRYPOINT":
            stage.entrypoint = json.loads(rest)
        case "CMD":
            stage.command = json.loads(rest)
        case "HEALTHCHECK":
            stage.health = json.loads(rest.partition(" CMD ")[2])
        case _:
            assert word in {"EXPOSE", "LABEL", "STOPSIGNAL"}, f"{word} is not known here"


def environment_of(stage: Stage, *before: Path) -> dict[str, str]:
    """Return the environment of a stage's processes: the machine's, with what the stage says."""
    kept = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    said = stage.environment.get("PATH", "").split(":") if "PATH" in stage.environment else []
    own = [str(stage.folder) + part for part in said if part.startswith("/opt/")]
    machine = "/usr/bin:/bin" if said else os.environ["PATH"]
    node = (
        [str(ROOT / ".node" / "bin")] if stage.image.startswith("node:") and (ROOT / ".node" / "bin").exists() else []
    )
    path = ":".join([*own, *map(str, before), *node, machine])
    return {**kept, **stage.environment, "PATH": path}


def _copy(stage: Stage, stages: dict[str, Stage], words: list[str]) -> None:
    source = None
    if words[0].startswith("--from="):
        source = stages[words.pop(0).removeprefix("--from=")]
    *names, target = words
    goal = stage.inside(target)
    for name in names:
        found = ROOT / name if source is None else source.folder / name.lstrip("/")
        assert source is not None or reaches_the_builder(name), f"{name} is kept from the builder"
        if found.is_dir():
            left_out = _ignored if source is None else None
            shutil.copytree(found, goal, symlinks=True, dirs_exist_ok=True, ignore=left_out)
        else:
            into = goal / found.name if target.endswith("/") else goal
            into.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(found, into)


def _ignored(folder: str, names: list[str]) -> set[str]:
    inside = Path(folder).relative_to(ROOT)
    return {name for name in names if not reaches_the_builder((inside / name).as_posix())}


def reaches_the_builder(path: str) -> bool:
    """Whether `Dockerfile.dockerignore` lets a path through: the last line that speaks of it decides."""
    reaches = True
    for line in FILE.with_name("Dockerfile.dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!")
        if line.startswith("#") or not line:
            continue
        parents = [path, *(parent.as_posix() for parent in Path(path).parents)]
        if any(fnmatch(one, pattern) or fnmatch(f"/{one}", f"/{pattern}".replace("**/", "*")) for one in parents):
            reaches = line.startswith("!")
    return reaches
