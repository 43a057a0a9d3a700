"""Builders for tests of the command line."""

from __future__ import annotations

import asyncio
import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from realinsights.cli.main import main
from realinsights.loans import store
from realinsights.loans.model.parties import Lender, LenderType
from realinsights.loans.tapes.template import template
from realinsights_platform.documents.sqlite import SqliteDocuments


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


@pytest.fixture
def lend() -> Callable[..., None]:
    """Return what commits a unit of work in a folder for each lender of the names given."""

    def lend(folder: Path, *names: str, org: str = "acme") -> None:
        async def commit() -> None:
            documents = SqliteDocuments(folder / "loans.sqlite", service="loans", kinds=store.KINDS)
            for name in names:
                async with documents.unit(org=org, actor="ann", business_date=datetime.date(2026, 1, 31)) as unit:
                    unit.put(store.LENDERS, Lender(id=name, org=org, name=name, lender_type=LenderType.BANK))
            await documents.close()

        asyncio.run(commit())

    return lend
