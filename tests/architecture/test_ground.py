"""The ground holds: locked dependencies, no address of an index, the same few commands everywhere."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text()
PROJECTS = ("pyproject.toml", "packages/finance/pyproject.toml", "packages/platform/pyproject.toml")
OWN = {"realinsights", "realinsights-finance", "realinsights-platform"}
# Written in halves, so that this file does not name them either.
HOSTS = tuple(
    "".join(halves)
    for halves in (
        ("pypi", ".org"),
        ("python", "hosted"),
        ("npm", "js."),
        ("yarn", "pkg"),
        ("crates", ".io"),
        ("proxy.", "golang"),
        ("maven", ".org"),
        ("debian", ".org"),
    )
)
INDEX_OPTIONS = tuple(
    "--" + name for name in ("index" + "-url", "extra-index" + "-url", "default" + "-index", "find" + "-links=")
)
ACTION = re.compile(r"^\s*-?\s*uses:\s*(?P<action>[\w./-]+)@(?P<commit>\S+)(?P<comment>.*)$", re.MULTILINE)


def tracked() -> list[Path]:
    """Return every text file that git tracks."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def locked() -> dict[str, str]:
    """Return the lock's entries by name; the value is all that is said of it, hashes included."""
    entries = re.findall(r"^([a-z0-9][a-z0-9._-]*)==(.*(?:\n    .*)*)", LOCK, re.MULTILINE)
    return {name: "".join(text for other, text in entries if other == name) for name, _ in entries}


def named_by_projects(*, developing: bool = True) -> set[str]:
    """Return every dependency that a project of ours names, for running and, unless told otherwise, developing."""
    names: set[str] = set()
    for file in PROJECTS:
        project = tomllib.loads((ROOT / file).read_text())
        groups = project.get("dependency-groups", {}).values() if developing else ()
        lines = [*project["project"]["dependencies"], *(line for group in groups for line in group)]
        names |= {re.split(r"[\s<>=!~;\[]", line, maxsplit=1)[0].lower().replace("_", "-") for line in lines}
    return names - OWN


def test_every_dependency_a_project_names_is_locked() -> None:
    assert named_by_projects() - locked().keys() == set(), "run `make lock`"


def test_every_dependency_of_the_product_earns_its_line() -> None:
    page = (ROOT / "docs" / "decisions" / "layout-and-dependencies.md").read_text()
    earned = {name.strip() for row in re.findall(r"^\| ([a-z].*?) \|", page, re.MULTILINE) for name in row.split(",")}
    assert earned - {"dependency"} == named_by_projects(developing=False)


def test_every_locked_dependency_has_hashes() -> None:
    assert [name for name, text in locked().items() if "--hash=sha256:" not in text] == []


def test_every_line_of_the_lock_is_a_pin_a_hash_or_a_comment() -> None:
    odd = [line for line in LOCK.splitlines() if not re.match(r"[a-z0-9._-]+==|    --hash=sha256:|\s*#|$", line)]
    assert odd == []


def test_no_file_names_a_registry_or_an_index() -> None:
    try:
        files = tracked()
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("this copy of the sources is not a git checkout, so what belongs to it is not known")
    found = []
    for file in files:
        try:
            text = file.read_text(encoding="utf-8").lower()
        except UnicodeDecodeError:
            continue
        found += [f"{file.relative_to(ROOT)}: {word}" for word in (*HOSTS, *INDEX_OPTIONS) if word in text]
    assert found == []


def test_the_lock_of_the_web_app_names_no_address() -> None:
    assert '"resolved":' not in (ROOT / "web" / "package-lock.json").read_text()


def test_uv_keeps_no_lock_of_its_own() -> None:
    assert not (ROOT / "uv.lock").exists()


def test_help_names_every_command() -> None:
    said = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout
    commands = {line.split()[1] for line in said.splitlines()}
    assert commands >= {"setup", "run", "test", "check", "bench", "bench-growth", "lint", "format", "lock", "clean"}
    targets = re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(targets) == commands


def test_continuous_integration_calls_make_test_and_nothing_else() -> None:
    file = ROOT / ".ci" / "run"
    assert file.read_text().strip().endswith("exec make test")
    assert file.stat().st_mode & 0o111, "it has to be executable"


class TestWorkflows:
    @pytest.fixture(params=sorted((ROOT / ".github" / "workflows").glob("*.yml")), ids=lambda file: file.name)
    def text(self, request: pytest.FixtureRequest) -> str:
        file: Path = request.param
        return file.read_text()

    def test_every_action_is_pinned_by_commit_with_its_tag_beside_it(self, text: str) -> None:
        used = list(ACTION.finditer(text))
        assert used
        for action in used:
            assert re.fullmatch(r"[0-9a-f]{40}", action["commit"]), action.group()
            assert re.search(r"# v\d+\.\d+\.\d+$", action["comment"]), action.group()

    def test_it_may_only_read(self, text: str) -> None:
        assert re.search(r"^permissions:\n  contents: read\n(?!  )", text, re.MULTILINE)
        assert text.count("permissions:") == 1

    def test_it_runs_targets_that_exist(self, text: str) -> None:
        targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
        named = re.findall(r"target: (?:\[(.*)\]|(\S+))", text)
        assert {
            name.strip() for group in named for part in group for name in part.split(",") if name.strip()
        } <= targets


class TestDocumentation:
    def test_the_index_names_every_page(self) -> None:
        docs = ROOT / "docs"
        index = (docs / "README.md").read_text()
        pages = {str(page.relative_to(docs)) for page in docs.rglob("*.md")} - {"README.md"}
        assert {link for link in re.findall(r"\]\(([^)#:]+\.md)\)", index) if not link.startswith("../")} == pages

    @pytest.mark.parametrize(
        "page", [*sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob("*.md"))], ids=lambda p: p.name
    )
    def test_links_lead_somewhere(self, page: Path) -> None:
        links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
        assert [link for link in links if not (page.parent / link).exists()] == []

    @pytest.mark.parametrize("page", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda p: p.stem)
    def test_a_decision_says_what_enforces_it(self, page: Path) -> None:
        text = page.read_text()
        for part in ("Context", "Decision", "Consequences", "What enforces it"):
            assert part.lower() in text.lower(), part
