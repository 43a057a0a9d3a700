"""Fixtures of the contracts' tests: published schemas that come with packages of npm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def asyncapi_schema(javascript_packages: Path) -> Any:
    """Return the JSON schema that AsyncAPI publishes for documents of 3.0.0."""
    file = javascript_packages / "@asyncapi" / "specs" / "schemas" / "3.0.0-without-$id.json"
    return json.loads(file.read_text(encoding="utf-8"))
