"""Git's hooks: they call the targets that people and CI call, and fetch nothing."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
CONFIGURED = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
HOOKS = [hook for repo in CONFIGURED["repos"] for hook in repo["hooks"]]


def test_hooks_are_local_and_use_what_is_installed() -> None:
    assert {repo["repo"] for repo in CONFIGURED["repos"]} == {"local"}
    assert {hook["language"] for hook in HOOKS} == {"system"}


def test_hooks_call_targets_of_the_makefile_or_scripts_that_exist() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for hook in HOOKS:
        *_, last = hook["entry"].split()
        assert last in targets or (ROOT / last).is_file(), hook["entry"]


def test_a_commit_is_checked_at_each_of_its_stages() -> None:
    stages = {stage for hook in HOOKS for stage in hook.get("stages", ["pre-commit"])}
    assert stages == set(CONFIGURED["default_install_hook_types"])
