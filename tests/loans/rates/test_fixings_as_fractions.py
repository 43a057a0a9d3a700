"""Files of fixings whose numbers may be percents or fractions: what shows it, and what is asked."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest

from realinsights.loans.tapes.fixings_csv import FileColumn, FixingUnit, read_fixings

FRACTIONS = ("0.0433217", "0.0431004")
TERM = "1M Term SOFR"


def column(values: tuple[str, ...], header: str = TERM, unit: FixingUnit | None = None) -> FileColumn:
    lines = "".join(f"2025-01-{day:02},{value}\n" for day, value in enumerate(values, start=13))
    (found,) = read_fixings(io.BytesIO(f"DATE,{header}\n{lines}".encode()), unit=unit)
    return found


class TestAColumn:
    def test_of_fractions_is_asked_about_and_not_read(self) -> None:
        found = column(FRACTIONS)
        assert found.question == (
            "The values of 1-month Term SOFR may be percents or fractions: is 0.0433217 0.0433217 % or 4.33217 %?"
        )
        assert (found.fixings, found.refused) == ([], [])

    @pytest.mark.parametrize(
        ("unit", "value"), [(FixingUnit.FRACTION, "0.0433217"), (FixingUnit.PERCENT, "0.000433217")]
    )
    def test_is_read_as_somebody_says(self, unit: FixingUnit, value: str) -> None:
        found = column(("0.0433217",), header="An index of ours", unit=unit)
        if unit is FixingUnit.PERCENT:  # more decimals than any index has
            assert [one.reason for one in found.refused] == [
                "0.0433217 has more decimals than the 6 with which a fixing is published"
            ]
        else:
            assert [one.value for one in found.fixings] == [Decimal(value)]
        assert found.question is None

    def test_of_percents_shows_itself(self) -> None:
        assert [one.value for one in column(("4.33217", "0.05")).fixings] == [Decimal("0.0433217"), Decimal("0.0005")]

    @pytest.mark.parametrize(("values", "header"), [(("0.05%", "0.06"), "SOFR"), (("0.05", "0.06"), "SOFR (percent)")])
    def test_that_says_percent_is_of_percents(self, values: tuple[str, ...], header: str) -> None:
        assert [one.value for one in column(values, header).fixings] == [Decimal("0.0005"), Decimal("0.0006")]

    def test_of_a_time_of_hardly_any_interest_shows_itself_by_its_two_decimals(self) -> None:
        assert column(("0.05", "0.05", "0.04", "0.05", "0.06"), "SOFR").question is None
        assert column(("0.05", "0.05", "0.04", "0.05"), "SOFR").question is not None

    def test_without_any_number_asks_nothing(self) -> None:
        found = column((".", "ND", "0.00"), "SOFR")
        assert (found.question, found.none, [one.value for one in found.fixings]) == (None, 2, [Decimal(0)])

    def test_of_an_index_level_is_no_rate(self) -> None:
        assert column(("0.2",), "SOFRINDEX").question is None

    def test_of_fractions_may_have_as_many_decimals_as_the_index_has(self) -> None:
        found = column(("0.0533", "0.05331"), "SOFR", FixingUnit.FRACTION)
        assert [one.value for one in found.fixings] == [Decimal("0.0533")]
        assert [one.reason for one in found.refused] == [
            "0.05331 has more decimals than the 4 with which SOFR is published"
        ]


async def test_nothing_of_it_is_taken_until_somebody_says_what_it_is(client: Any) -> None:
    body = f"DATE,{TERM},DGS10\n2025-01-13,{FRACTIONS[0]},4.61\n".encode()
    asked = {"fileName": "f.csv", "businessDate": "2025-06-30"}
    told = (await client.post("/rates/imports", content=body, params=asked)).json()
    term, treasury = told["indices"]
    assert (term["taken"], term["refused"], "percents or fractions" in term["question"]) == (0, 0, True)
    assert (treasury["taken"], treasury["question"]) == (1, None)
    assert (await client.get("/rates/fixings", params={"index": TERM})).status_code == 404
    body = f"DATE,{TERM}\n2025-01-13,{FRACTIONS[0]}\n".encode()
    told = (await client.post("/rates/imports", content=body, params={**asked, "numbers": "fraction"})).json()
    assert (told["indices"][0]["taken"], told["indices"][0]["question"]) == (1, None)
    (kept,) = (await client.get("/rates/fixings", params={"index": TERM})).json()["items"]
    assert kept["value"] == FRACTIONS[0]
