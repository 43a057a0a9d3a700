"""Health: whether a process is ready, by the checks of what it rests on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import msgspec
import structlog

Check = Callable[[], Awaitable[None]]
"""Returns when all is well; raises where not."""

_PATIENCE = 2.0  # seconds for one check


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """What is ready: each check by name, `ok` or `failed`; reasons are in the log, not here."""

    status: str
    checks: dict[str, str]


async def readiness(checks: Mapping[str, Check]) -> Readiness:
    """Return what every check says, all asked at once."""
    outcomes = dict(zip(checks, await asyncio.gather(*(_outcome(n, c) for n, c in checks.items())), strict=True))
    return Readiness(status="ok" if all(o == "ok" for o in outcomes.values()) else "failed", checks=outcomes)


async def _outcome(name: str, check: Check) -> str:
    try:
        async with asyncio.timeout(_PATIENCE):
            await check()
    except Exception as error:
        structlog.get_logger("health").warning("health.failed", check=name, exc_info=error)
        return "failed"
    return "ok"
