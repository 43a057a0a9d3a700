"""Floating loans at the edges of their periods: closed days, dated changes, parts of months."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

SHIFTED = {
    "index": "SOFR",
    "setting": "compounded_in_arrears",
    "lookbackBusinessDays": 2,
    "observationShift": True,
}


def weekdays(first: str, last: str, value: str = "3.60") -> dict[str, str]:
    """Return one value of each weekday, as a file of fixings says it."""
    start, end = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
    days = (start + datetime.timedelta(days=count) for count in range((end - start).days + 1))
    return {day.isoformat(): value for day in days if day.weekday() < 5}


class TestArrearsWithAnObservationShift:
    @pytest.mark.parametrize("day", ["2026-08-01", "2026-08-02", "2026-08-03", "2026-11-01"])
    async def test_have_a_rate_in_the_first_days_of_a_period_that_starts_on_a_closed_day(
        self, floats: Any, day: str
    ) -> None:
        await floats.fixings("SOFR", weekdays("2026-06-01", "2026-10-30"), on="2026-11-02")
        loan = await floats.loan(SHIFTED, on=day)
        told = await floats.schedule(loan, day)
        assert told["floating"]["presentRate"] == "0.061"
        answer = await floats.client.get(f"/loans/{loan}/balance", params={"on": day, "businessDate": day})
        assert answer.status_code == 200, answer.text
