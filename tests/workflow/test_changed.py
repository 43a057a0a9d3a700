"""Tests selected by what changed: enough for every kind of file, and never nothing."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("changed.py")


@pytest.fixture(scope="module")
def changed() -> ModuleType:
    spec = importlib.util.spec_from_file_location("changed", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["changed"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


class TestSelectionOfPythonTests:
    def test_a_changed_module_selects_the_tests_that_reach_it_and_no_others(self, changed: ModuleType) -> None:
        chosen = changed.select(["src/realinsights/dashboard/model/ratios.py"]).python
        assert "tests/dashboard/test_figures.py" in chosen
        assert "tests/test_app.py" in chosen
        assert not [test for test in chosen if test.startswith(("packages/finance", "tests/adapters"))]

    def test_modules_that_change_together_select_what_each_selects_alone(self, changed: ModuleType) -> None:
        model, reads = "src/realinsights/loans/model/property.py", "src/realinsights/loans/queries/lists.py"
        both = changed.select([model, reads]).python
        assert set(both) == set(changed.select([model]).python) | set(changed.select([reads]).python)
        assert "packages/finance" not in " ".join(both)
        assert "tests" not in both

    def test_finance_reaches_loans_and_the_whole_product(self, changed: ModuleType) -> None:
        chosen = changed.select(["packages/finance/src/realinsights_finance/day_count.py"]).python
        assert {test.split("/")[1] for test in chosen} >= {"finance", "loans", "acceptance"}

    def test_a_command_loaded_by_name_selects_the_tests_of_the_command_line(self, changed: ModuleType) -> None:
        assert "tests/cli/test_schedule_command.py" in changed.select(["src/realinsights/cli/schedule.py"]).python

    def test_a_changed_test_and_a_changed_conftest_select_themselves(self, changed: ModuleType) -> None:
        assert set(changed.select(["tests/test_app.py"]).python) == {"tests/test_app.py"}
        chosen = changed.select(["tests/auth/conftest.py"]).python
        assert {test.split("/")[1] for test in chosen} == {"auth"}

    @pytest.mark.parametrize(
        "path",
        [
            "pyproject.toml",
            "Makefile",
            "src/realinsights/topologies/monorepo.toml",
            "src/realinsights/loans/gone.py",
            "packages/finance/tests/facts/golden_cases.json",
            "something/nobody/knows.txt",
        ],
    )
    def test_what_cannot_be_placed_selects_everything(self, changed: ModuleType, path: str) -> None:
        assert "tests" in changed.select([path]).python

    @pytest.mark.parametrize("path", ["README.md", "docs/loans.md", "LICENSE", "benchmarks/load.py"])
    def test_prose_selects_what_checks_the_repository(self, changed: ModuleType, path: str) -> None:
        assert set(changed.select([path]).python) == {"tests/architecture"}

    def test_a_manifest_selects_what_checks_manifests(self, changed: ModuleType) -> None:
        assert set(changed.select(["infrastructure/kubernetes/base/ingress.yaml"]).python) == {"tests/infrastructure"}

    def test_every_reason_names_the_file_that_changed(self, changed: ModuleType) -> None:
        path = "src/realinsights/dashboard/model/ratios.py"
        reasons = [reason for reasons in changed.select([path]).python.values() for reason in reasons]
        assert reasons
        assert all(path in reason for reason in reasons)


#: As dependency-cruiser prints it: who imports what.
IMPORTERS = {
    "src/features/auth/members/members-table.tsx": {"src/features/auth/members/members-page.tsx"},
    "src/features/auth/members/members-page.tsx": {"src/app/(product)/members/page.tsx"},
    "src/components/shell.tsx": {"src/app/(product)/layout.tsx"},
}


class TestSelectionOfBrowserTests:
    def test_a_component_is_part_of_the_pages_that_reach_it(self, changed: ModuleType) -> None:
        pages = changed.pages_of("src/features/auth/members/members-table.tsx", IMPORTERS)
        assert pages == ["src/app/(product)/members/page.tsx"]

    @pytest.mark.parametrize(
        ("page", "text", "visits"),
        [
            ("src/app/(product)/members/page.tsx", 'goto("/members/")', True),
            ("src/app/(product)/members/page.tsx", "goto(`/members/?role=viewer`)", True),
            ("src/app/(product)/members/page.tsx", 'goto("/loans/")', False),
            ("src/app/(product)/import/page.tsx", 'goto("/import/new/")', False),
            ("src/app/page.tsx", 'goto("/")', True),
            ("src/app/(product)/layout.tsx", 'goto("/loans/")', True),
        ],
    )
    def test_a_browser_test_visits_a_page_by_its_address(
        self, changed: ModuleType, page: str, text: str, visits: bool
    ) -> None:
        assert bool(changed.re.search(changed.address_of(page), text)) is visits

    def test_helpers_count_as_the_test_that_imports_them(self, changed: ModuleType) -> None:
        text = changed.spec_text(ROOT / "web/tests/accessibility.spec.ts")
        assert "/funds/" in text


class TestWhatIsSaidAndRun:
    def test_each_selection_is_printed_with_its_reasons(self, changed: ModuleType) -> None:
        lines = list(changed.told("Python tests", changed.select(["tests/test_app.py"]).python))
        assert lines == ["Python tests: 1", "  tests/test_app.py  because tests/test_app.py changed"]

    def test_everything_is_run_once(self, changed: ModuleType) -> None:
        chosen = changed.select(["pyproject.toml", "tests/test_app.py"])
        (command,) = changed.commands(chosen, "2")
        assert command == [".venv/bin/pytest", "-n", "2", "--dist", "worksteal", "tests", "packages/finance/tests"]

    def test_a_branch_is_compared_with_where_it_left_its_base(
        self, changed: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(changed, "ROOT", tmp_path)
        git = ["git", "-C", str(tmp_path), "-c", "user.name=A", "-c", "user.email=a@example.com"]
        for command in (["init", "-q", "-b", "main"], ["commit", "-q", "--allow-empty", "-m", "start"]):
            subprocess.run([*git, *command], check=True)
        (tmp_path / "untracked.py").touch()
        assert changed.changed_files("main")[1] == ["untracked.py"]
        for command in (["checkout", "-q", "-b", "topic"], ["add", "."], ["commit", "-q", "-m", "add"]):
            subprocess.run([*git, *command], check=True)
        (tmp_path / "other.py").touch()
        assert changed.changed_files("main")[1] == ["other.py", "untracked.py"]
        assert changed.changed_files("HEAD")[1] == ["other.py"]
