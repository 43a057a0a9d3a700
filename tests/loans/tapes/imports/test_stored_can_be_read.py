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

    async def test_a_term_outside_its_bound_refuses_the_loan_with_the_bound(self, office):
        rows = [
            example(1) | {"amortizationMonths": "1201"},
            example(2) | {"paymentDay": "0"},
            example(3) | {"maturityDate": "2533-01-01"},
            example(4) | {"currentBalance": "-1.00"},
        ]
        work = await office.bring(a_csv(rows), "book.csv")
        assert (work.state, work.created, work.refused) == (ImportState.DONE, 0, 4)
        assert [(problem.field, problem.reason) for problem in work.rejected] == [
            ("amortizationMonths", "must be at most 1200"),
            ("paymentDay", "must be at least 1"),
            ("maturityDate", "2533-01-01 lies outside the years 1900 to 2199"),
            ("currentBalance", "must not be negative"),
        ]
        assert await office.all(LOANS) == await office.all(PROPERTIES) == []

    @pytest.mark.parametrize(
        ("column", "text", "reason", "field"),
        [
            ("yearBuilt", "3661", "must be at most 2200", "year_built"),
            ("units", "1000001", "must be at most 1000000", "units"),
            ("occupancy", "140%", "is more than 100%", None),
            ("squareFeet", "-5", "must not be negative", "square_feet"),
            ("value", "10000000000000.00", "must be below 10,000,000,000,000", None),
            ("city", "x" * 301, "is longer than 200 characters", "city"),
            ("zip", "x" * 33, "is longer than 32 characters", "zip"),
        ],
    )
    async def test_a_cell_of_the_building_outside_its_bound_is_left_out_with_a_warning(
        self, office, column, text, reason, field
    ):
        work = await office.bring(a_csv([example(1) | {column: text}, example(2)]), "book.csv")
        assert (work.created, work.refused, work.warned) == (2, 0, 1)
        assert [(warning.field, warning.reason) for warning in work.warnings] == [(column, reason)]
        [asset] = [asset for asset in await office.all(PROPERTIES) if asset.sources["*"].endswith("#1")]
        assert field is None or getattr(asset, field) is None
        assert len(asset.valuations) == (0 if column == "value" else 1)
        assert [statement.occupancy is None for statement in asset.operating_statements] == [column == "occupancy"]

    @pytest.mark.parametrize(
        ("column", "text", "reason"),
        [
            ("dscr", "10000", "is a multiple such as 1.25 and must lie within ±10,000"),
            ("borrower", "x" * 201, "is longer than 200 characters"),
            ("servicer", "x" * 201, "is longer than 200 characters"),
            ("tags", "x" * 51, "must have at most 50 characters"),
        ],
    )
    async def test_a_cell_of_the_loan_that_nothing_owed_depends_on_is_left_out_alike(
        self, office, column, text, reason
    ):
        rows = [example(1) | {column: text}, example(2) | {"tags": "core"}]
        work = await office.bring(a_csv(rows), "book.csv")
        assert (work.created, work.refused) == (2, 0)
        assert [(warning.field, warning.reason) for warning in work.warnings] == [(column, reason)]

    async def test_the_date_of_a_figure_takes_the_figure_along(self, office):
        rows = [example(1) | {"valueDate": "3022-11-01"}, example(2) | {"financialsDate": "3024-12-31"}]
        work = await office.bring(a_csv(rows), "book.csv")
        assert (work.created, work.warned) == (2, 2)
        assert [warning.reason for warning in work.warnings] == [
            "3022-11-01 lies outside the years 1900 to 2199; what it dates is left out too",
            "3024-12-31 lies outside the years 1900 to 2199; what it dates is left out too",
        ]
        figures = sorted(
            (len(asset.valuations), len(asset.operating_statements)) for asset in await office.all(PROPERTIES)
        )
        assert figures == [(0, 1), (1, 0)]

    async def test_an_unreadable_date_of_a_figure_refuses_the_loan(self, office):
        work = await office.bring(a_csv([example(1) | {"valueDate": "in spring"}]), "book.csv")
        assert (work.created, work.refused) == (0, 1)

    async def test_of_an_ex102_too(self, office, ex102, asset):
        tape = ex102(
            asset("1", properties=[{"propertyName": "Plaza", "yearBuiltNumber": "3661", "propertyCity": "x" * 301}]),
            asset("2", graceDaysAllowedNumber="9999"),
        )
        work = await office.bring(tape, "deal.xml")
        assert (work.created, work.refused, work.warned) == (1, 1, 1)
        assert [(warning.field, warning.value, warning.reason) for warning in work.warnings] == [
            ("propertyCity", "x" * 59 + "…", "must have at most 300 characters"),
            ("yearBuiltNumber", "3661", "must be at most 2200"),
        ]
        assert [problem.field for problem in work.rejected] == ["graceDaysAllowedNumber"]
        [asset] = await office.all(PROPERTIES)
        assert (asset.name, asset.year_built, asset.city) == ("Plaza", None, None)
        await sound(office)
