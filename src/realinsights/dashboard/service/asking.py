"""Asking: for loans to be told again, of which only figures without dates and bases are known."""

from __future__ import annotations

import datetime
from typing import Final

from realinsights.contracts.dashboard import PerformanceRequested
from realinsights_platform.documents.port import Documents

ACTOR: Final = "system:dashboard"


async def request_performance(documents: Documents, org: str) -> None:
    """Ask the loans service, which answers an organization once, however often it is asked."""
    today = datetime.datetime.now(tz=datetime.UTC).date()
    async with documents.unit(org=org, actor=ACTOR, business_date=today) as unit:
        unit.emit(PerformanceRequested())
