"""Golden and published cases of value, and days to count from."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def value_cases(facts: Path) -> dict[str, Any]:
    """Return golden cases of value, and the published examples of Regulation Z, each with its source's own key."""
    cases: dict[str, Any] = json.loads((facts / "value_cases.json").read_text(encoding="utf-8"))
    return cases


@pytest.fixture(scope="session")
def seeded() -> Callable[[int], random.Random]:
    """Return a function that makes a source of random cases, the same for the same seed."""
    return random.Random
