"""Published rates for the tests: an excerpt kept here, and all of them where the sample data is."""

from __future__ import annotations

import csv
import datetime
import json
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from realinsights_finance.rates import Fixings, Index


@pytest.fixture(scope="session")
def golden_rates(facts: Path) -> dict[str, Any]:
    """Return the golden cases of floating rates and business days."""
    cases: dict[str, Any] = json.loads((facts / "golden_rates.json").read_text(encoding="utf-8"))
    return cases


@pytest.fixture(scope="session")
def published() -> Callable[[Path], dict[datetime.date, Decimal]]:
    """Return a function that reads a file of days and values, `.` or nothing for none, as they were published.

    214 of the sample's averages went through binary floats ("1.5869799999999998"): they were published with 5 decimals,
    the index with 8, and are read so.
    """

    def read(path: Path) -> dict[datetime.date, Decimal]:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))[1:]
        decimals = Decimal("0.00000001") if "index" in path.name.lower() else Decimal("0.00001")
        return {
            datetime.date.fromisoformat(on): Decimal(value).quantize(decimals, ROUND_HALF_UP)
            for on, value in rows
            if value not in {"", "."}
        }

    return read


@pytest.fixture(scope="session")
def sofr(facts: Path, published: Callable[[Path], dict[datetime.date, Decimal]]) -> Fixings:
    """Return SOFR from its first day, 2 April 2018, to the end of April 2020."""
    values = published(facts / "sofr.csv")
    return Fixings.of(Index.SOFR, {on: value / 100 for on, value in values.items()}, source="newyorkfed.org")
