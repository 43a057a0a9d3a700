"""What tests of the infrastructure need: the tools that check it, from their own lock."""

from __future__ import annotations

from pathlib import Path

import pytest

from realinsights import engines

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def tools() -> Path:
    """Return the folder of the tools' programs."""
    folder = ROOT / ".tools"
    engines.install(folder, lock=ROOT / "infrastructure" / "tools.lock")
    return folder / "bin"
