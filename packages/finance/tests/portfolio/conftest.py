"""The golden cases of portfolios."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def portfolio_cases(facts: Path) -> dict[str, Any]:
    """Return the golden cases of rate shocks and lease terms."""
    cases: dict[str, Any] = json.loads((facts / "golden_credit.json").read_text(encoding="utf-8"))
    return cases
