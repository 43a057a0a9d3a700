"""What a tape may make the books hold: nothing that cannot be read again, whatever its cells hold."""

from __future__ import annotations

import csv
import io
from typing import Any, Final

import msgspec
import pytest

from realinsights.loans.model.imports import ImportState
from realinsights.loans.store import KINDS, LOANS, PROPERTIES
from realinsights.loans.tapes.columns import COLUMNS
from realinsights.loans.tapes.ex102_elements import LOAN_FIELDS, PROPERTY_FIELDS
from realinsights_platform.documents.journal import verify

UNUSUAL: Final = (
    "0",
    "-1",
    "1500",
    "2201",
    "3661",
    "99999999",
    "9223372036854775808",
    "-0.5",
    "1e30",
    "1.123456789",
    "9999999999999.99",
    "1600-01-01",
    "9999-12-31",
    "x" * 33,
    "x" * 65,
    "x" * 201,
    "x" * 301,
    "other",
)
UNUSUAL_IN_TAPES: Final = (*UNUSUAL, "01-01-1600", "12-31-9999", "1", "A", "true")


async def sound(office: Any) -> None:
    """Show that the journal is sound, and that every document is what its type can hold."""
    verification = await verify(office.documents, "org-1")
    assert verification.sound, verification.reason
    for kind in KINDS:
        for document in await office.all(kind):
            assert msgspec.json.decode(msgspec.json.encode(document), type=type(document)) == document


def example(number: int) -> dict[str, str]:
    return {column.name: column.example for column in COLUMNS} | {
        "loanNumber": f"L-{number}",
        "fund": "",
        "portfolio": "",
        "propertyNumber": f"P-{number}",
    }


def a_csv(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, [column.name for column in COLUMNS])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


class TestWhatATapeMakes:
    @pytest.mark.parametrize("of_property", [False, True])
    async def test_of_a_csv_can_be_read_again(self, office, of_property):
        rows = []
        for column in COLUMNS:
            if column.of_property is of_property:
                rows += [example(len(rows) + at) | {column.name: value} for at, value in enumerate(UNUSUAL)]
        work = await office.bring(a_csv(rows), "book.csv")
        assert (work.state, work.error) == (ImportState.DONE, None)
        assert work.created > 20
        assert work.refused + work.warned > 100
        await sound(office)
        again = await office.bring(a_csv(rows), "again.csv")
        assert (again.state, again.error, again.created) == (ImportState.DONE, None, 0)
        await sound(office)

    async def test_of_an_ex102_can_be_read_again(self, office, ex102, asset):
        assets = []
        for element, _ in LOAN_FIELDS.values():
            assets += [asset(f"L{len(assets) + at}", **{element: value}) for at, value in enumerate(UNUSUAL_IN_TAPES)]
        for element, _ in PROPERTY_FIELDS.values():
            assets += [
                asset(f"L{len(assets) + at}", properties=[{"propertyName": "Plaza", element: value}])
                for at, value in enumerate(UNUSUAL_IN_TAPES)
            ]
        work = await office.bring(ex102(*assets), "deal.xml")
        assert (work.state, work.error) == (ImportState.DONE, None)
        assert work.created > 100
        assert work.refused > 100
        await sound(office)
        again = await office.bring(ex102(*assets), "deal.xml")
        assert (again.state, again.error, again.created) == (ImportState.DONE, None, 0)

    async def test_outside_a_bound_is_refused_with_the_bound(self, office):
        rows = [
            example(1) | {"yearBuilt": "1500"},
            example(2) | {"units": "1000001"},
            example(3) | {"amortizationMonths": "1201"},
            example(4) | {"paymentDay": "0"},
        ]
        work = await office.bring(a_csv(rows), "book.csv")
        assert (work.state, work.created, work.refused) == (ImportState.DONE, 0, 4)
        assert [(problem.field, problem.reason) for problem in work.rejected] == [
            ("yearBuilt", "must be at least 1600"),
            ("units", "must be at most 1000000"),
            ("amortizationMonths", "must be at most 1200"),
            ("paymentDay", "must be at least 1"),
        ]
        assert await office.all(LOANS) == await office.all(PROPERTIES) == []
