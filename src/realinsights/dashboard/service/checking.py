"""The check of read models beside the work: each organization's columns against a rebuild, in turn."""

from __future__ import annotations

from typing import Final

from realinsights.dashboard.service.engine import Engine
from realinsights.dashboard.service.rebuild import rebuild

LARGEST: Final = 20_000
"""Loans of the largest organization that is checked beside the work; a larger one is for `POST /dashboard/rebuild`."""


async def difference(org: str, *, engine: Engine) -> str | None:
    """Return how an organization's columns differ from a rebuild, which then takes their place; None where equal."""
    if await engine.ask(org, lambda columns, _: columns.count) > LARGEST:
        return None
    found = await rebuild(engine=engine, org=org)
    return None if found.equal else f"after entry {found.sequence} {found.digest} and not {found.rebuilt_digest}"
