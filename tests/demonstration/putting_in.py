"""The demonstration in tests: put into an organization over HTTP, and waited for."""

from __future__ import annotations

import asyncio
from typing import Any

from realinsights.cli.client import Client

PATIENCE = 60


async def settled(client: Client) -> dict[str, Any]:
    """Return the demonstration once no service has anything left to do of it."""
    async with asyncio.timeout(PATIENCE):
        while True:
            shown: dict[str, Any] = await client.get("/demonstration")
            if shown["presence"] not in {"arriving", "leaving"}:
                return shown
            await asyncio.sleep(0.02)


async def put_in(client: Client, *, on: str) -> None:
    """Have it put in on a business date."""
    await client.post("/demonstration", params={"businessDate": on})
    assert (await settled(client))["presence"] == "here"
