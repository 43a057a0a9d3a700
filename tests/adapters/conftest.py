"""The stores that every adapter's suite runs over."""

from __future__ import annotations

from pathlib import Path

import pytest

from realinsights_platform.ids import new_id


@pytest.fixture(params=["sqlite", "mongodb"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty store; another adapter is another parameter."""
    if request.param == "mongodb":
        # A slow machine is not one that is away.
        return f"{request.getfixturevalue('mongodb_url')}test-{new_id()}?timeoutMS=60000"
    return f"sqlite:///{tmp_path}/store.sqlite"
