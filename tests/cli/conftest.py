"""Builders for tests of the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from realinsights.cli.main import main
from realinsights.loans.tapes.template import template


@dataclass(frozen=True)
class Answer:
    """What one command said and how it ended."""

    code: int
    out: str
    error: str

    @property
    def document(self) -> Any:
        """Return stdout as the one JSON document it has to be."""
        return json.loads(self.out)


Run = Callable[..., Answer]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Run one command in this process."""

    def command(*arguments: str) -> Answer:
        capfd.readouterr()
        code = main([str(argument) for argument in arguments])
        out, error = capfd.readouterr()
        return Answer(code, out, error)

    return command


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    """Return a CSV tape of one loan: the template's own example."""
    file = tmp_path / "tape.csv"
    file.write_text(template())
    return file


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"
