"""Fixtures of the dashboard's tests: the builders of events, and columns that have heard them."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

import pytest

from realinsights.contracts.loans import LoansEvent
from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.subscribers import SUBSCRIPTIONS


def _load(name: str) -> ModuleType:
    # Tests are imported one by one, so their folder is no package to import from.
    specification = importlib.util.spec_from_file_location(f"dashboard_{name}", Path(__file__).with_name(f"{name}.py"))
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def events() -> ModuleType:
    return _load("builders")


@pytest.fixture(scope="session")
def told() -> Callable[[Iterable[LoansEvent]], Columns]:
    """Return a function that applies events to new columns."""

    def tell(happened: Iterable[LoansEvent], columns: Columns | None = None) -> Columns:
        columns = columns or Columns()
        for event in happened:
            SUBSCRIPTIONS[type(event)](columns, event)
        return columns

    return tell
