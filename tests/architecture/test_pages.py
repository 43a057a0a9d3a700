"""The pages for contributors name only what is there: files, make targets, commands and names in the code."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = tuple(ROOT / name for name in ("CONTRIBUTING.md", "docs/architecture.md"))
SOURCES = ("src", "packages", "tests", "benchmarks", "web/src", "web/tests", "web/scripts")
SINGLE_FILES = ("Makefile", "pyproject.toml", "web/dependencies.config.mjs", ".pre-commit-config.yaml")
READ = {".py", ".ts", ".tsx", ".toml", ".mjs", ".sh", ".css"}
NOT_OURS = {"node_modules", "__pycache__", ".next"}
CODE_BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
#: A word in capitals stands for a name of one's own: `tests/SERVICE/`.
PLACEHOLDER = re.compile(r"(^|[/_.-])(SERVICE|FEATURE|TOPIC|NAME|DECISION|PAGE)([/_.-]|$)")


@cache
def sources() -> str:
    """Return the text of every source file of ours."""
    files = [ROOT / name for name in SINGLE_FILES]
    for folder in SOURCES:
        files += [
            file
            for file in (ROOT / folder).rglob("*")
            if file.suffix in READ and not NOT_OURS & set(file.parts) and file.is_file()
        ]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


@cache
def file_names() -> frozenset[str]:
    """Return the name of every file and folder of ours, and how its path ends: `model`, `loans/model`."""
    names: set[str] = set()
    for folder in (*SOURCES, "docs", ".github"):
        for path in (ROOT / folder, *(ROOT / folder).rglob("*")):
            if not NOT_OURS & set(path.parts):
                parts = path.relative_to(ROOT).parts
                names.update("/".join(parts[start:]) for start in range(len(parts)))
    return frozenset(names)


@cache
def targets() -> frozenset[str]:
    return frozenset(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def fault(said: str) -> str | None:
    """Return what is wrong with a piece of code in a page, or None."""
    said = said.strip()
    if made := re.match(r"make ([a-z][a-z-]*)\b", said):
        return None if made[1] in targets() else f"`{said}`: the Makefile has no target {made[1]}"
    if (
        PLACEHOLDER.search(said)
        or said.startswith(("/api/", "http://", "https://"))
        or re.search(r"[\s<>{}…=|*]", said)
    ):
        return None
    if "/" in said or re.fullmatch(r"[\w.-]+\.(py|md|toml|tsx?|mjs|sh|ya?ml|json|css)", said):
        path = said.rstrip("/")
        # A module may be a file or a folder of topics.
        there = any((ROOT / form).exists() or form in file_names() for form in (path, f"{path}.py"))
        return None if there else f"`{said}`: there is no such file or folder"
    for word in re.findall(r"[A-Za-z_][A-Za-z_0-9]{2,}", said):
        if not re.search(rf"\b{word}\b", sources()):
            return f"`{said}`: no source has the name {word}"
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_everything_a_page_names_is_there(page: Path) -> None:
    text = CODE_BLOCK.sub("", page.read_text(encoding="utf-8"))
    named = CODE.findall(text)
    assert len(named) > 50, "the page names too little to be of help"
    assert [found for said in named if (found := fault(said))] == []


@pytest.mark.parametrize(
    "said",
    [
        "make tests-of-everything",
        "src/realinsights/loans/gone.py",
        "gone.py",
        "NoSuchNameInAnyFile" + "OfOurs",
        "loans/gone/",
    ],
)
def test_what_is_not_there_is_found(said: str) -> None:
    assert fault(said) is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_paths_in_code_blocks_exist(page: Path) -> None:
    blocks = "\n".join(CODE_BLOCK.findall(page.read_text(encoding="utf-8")))
    paths = re.findall(r"(?<![\w/.])((?:src|packages|tests|web|docs|benchmarks)/[\w./-]+)", blocks)
    assert [path for path in paths if not PLACEHOLDER.search(path) and not (ROOT / path.rstrip("/")).exists()] == []
    made = re.findall(r"^\$? ?make ([a-z][a-z-]*)", blocks, re.MULTILINE)
    assert set(made) <= targets()
