"""What holds for every command: help, exit codes, where --data may be said, and that nothing shows a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from realinsights.cli.main import COMMANDS, realinsights

EXECUTABLE = Path(sys.executable).with_name("realinsights")


def test_help_lists_every_command(run: Any) -> None:
    answer = run("--help")
    assert answer.code == 0
    for name, entry in COMMANDS.items():
        assert name in answer.out
        assert entry.summary in answer.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(run: Any, name: str) -> None:
    answer = run(name, "--help")
    assert answer.code == 0
    assert answer.out.startswith(f"Usage: realinsights {name}")
    command = realinsights.get_command(None, name)  # type: ignore[arg-type]  # the table needs no context
    assert command is not None
    assert command.get_short_help_str(limit=200), "a command says what it does in one sentence"


def test_no_command_and_an_unknown_one_are_wrong_usage(run: Any) -> None:
    assert run().code == 2
    answer = run("conquer")
    assert answer.code == 2
    assert "conquer" in answer.error


def test_one_place_at_a_time(run: Any) -> None:
    for arguments in (
        ("--data", "d", "--server", "http://127.0.0.1:1", "loans", "--org", "o"),
        ("--data", "d", "loans", "--org", "o", "--server", "http://127.0.0.1:1"),
    ):
        answer = run(*arguments)
        assert answer.code == 2
        assert "either --data or --server" in answer.error


def test_the_command_line_starts_without_engines_and_http() -> None:
    asked = (
        "import sys, realinsights.cli.main; "
        "print(*sorted({name.partition('.')[0] for name in sys.modules} & set(sys.argv[1:])))"
    )
    slow = (
        "asyncio",
        "httpx",
        "numpy",
        "obstore",
        "openpyxl",
        "prometheus_client",
        "pymongo",
        "redis",
        "sqlite3",
        "starlette",
    )
    answer = subprocess.run(
        [sys.executable, "-c", asked, *slow], capture_output=True, check=True, timeout=60, text=True
    )
    assert answer.stdout.split() == [], "commands import these, --help waits for none of them"


def test_the_installed_command_ends_with_the_same_codes(tmp_path: Path) -> None:
    def code(*arguments: str) -> int:
        return subprocess.run(
            [EXECUTABLE, *arguments], cwd=tmp_path, capture_output=True, check=False, timeout=60
        ).returncode

    loan = ("--principal", "1000", "--rate", "0.05", "--term", "12", "--start", "2025-01-01")
    assert code("schedule", *loan, "--json") == 0
    assert code("schedule", *loan, "--rate", "5") == 1
    assert code("schedule") == 2
    assert list(tmp_path.iterdir()) == [], "a schedule needs no data folder and makes none"
