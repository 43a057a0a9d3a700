"""What tests of rates share: a floating loan, and ways to make it, to import fixings and to ask for its schedule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

Body = Callable[..., dict[str, Any]]


class Floating:
    """A caller who makes floating loans, imports fixings and asks for schedules; what is refused fails the test."""

    def __init__(self, client: httpx.AsyncClient, body: Body) -> None:
        self.client = client
        self._body = body

    async def loan(self, floating: dict[str, Any], on: str, **changes: Any) -> str:
        """Make a loan of 10,000,000.00 that pays interest only; `changes` are of its fields, `terms` of its terms."""
        body = {
            "balanceAsOf": "2025-01-01",
            "originationDate": "2025-01-01",
            "maturityDate": "2028-01-01",
            "rate": "0.068",
            "rateType": "floating",
            **changes,
            "terms": {
                "firstPaymentDate": "2025-02-01",
                "amortizationMonths": None,
                "floating": {"spread": "0.025", "calendar": "sofr", **floating},
                **changes.get("terms", {}),
            },
        }
        answer = await self.client.post("/loans", json=self._body(**body), params={"businessDate": on})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def fixings(self, index: str, values: dict[str, str], on: str = "2026-09-01") -> None:
        """Import an index's values of days, in percent."""
        body = f"DATE,{index}\n" + "".join(f"{day},{value}\n" for day, value in values.items())
        answer = await self.client.post(
            "/rates/imports", content=body.encode(), params={"fileName": "fixings.csv", "businessDate": on}
        )
        assert answer.status_code == 200, answer.text
        assert all(one["refused"] == 0 for one in answer.json()["indices"]), answer.text

    async def schedule(self, loan: str, on: str, **parameters: Any) -> dict[str, Any]:
        """Return a loan's schedule on a day."""
        answer = await self.client.get(f"/loans/{loan}/schedule", params={"businessDate": on, **parameters})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


@pytest.fixture
def floats(client: httpx.AsyncClient, a_loan_body: Body) -> Floating:
    return Floating(client, a_loan_body)
