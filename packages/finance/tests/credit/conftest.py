"""The golden cases of credit, and random lenders' tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def credit_cases(facts: Path) -> dict[str, Any]:
    """Return the golden cases of sizing, refinance, cash trap, cure and extension."""
    cases: dict[str, Any] = json.loads((facts / "golden_credit.json").read_text(encoding="utf-8"))
    return cases
