"""The table of loans: what it may be searched and ordered by, what it comes to, and as a file."""

from __future__ import annotations

import csv
import datetime
import io
import itertools
from collections.abc import Callable
from decimal import Decimal
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from realinsights.contracts.filters import Filters
from realinsights.contracts.loans import (
    ExtendedMaturity,
    FallingDue,
    LoanDeleted,
    LoanStatus,
    LoanStructure,
    PartyKind,
    PartyRecorded,
)
from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.model.lines import LoanLine, lines
from realinsights.dashboard.model.ordering import LineOrder, ordered, page
from realinsights.dashboard.model.searching import found

from .conftest import World

ON = datetime.date(2025, 12, 31)
ASKED = f"businessDate={ON}"
STATUSES = [status.value for status in LoanStatus]
SHOWN: dict[str, Callable[[LoanLine], Any]] = {
    "number": lambda line: line.number.casefold(),
    "name": lambda line: line.name.casefold(),
    "borrower": lambda line: line.borrower and line.borrower.casefold(),
    "lender": lambda line: line.lender and line.lender.name and line.lender.name.casefold(),
    "fund": lambda line: line.fund and line.fund.name and line.fund.name.casefold(),
    "portfolio": lambda line: line.portfolio and line.portfolio.name and line.portfolio.name.casefold(),
    "balance": lambda line: Decimal(line.balance),
    "originalBalance": lambda line: Decimal(line.original_balance),
    "rate": lambda line: Decimal(line.rate),
    "originationDate": lambda line: line.origination_date,
    "maturityDate": lambda line: line.expected_maturity_date,
    "status": lambda line: STATUSES.index(line.status),
    "dscr": lambda line: line.dscr and Decimal(line.dscr),
    "ltv": lambda line: line.ltv and Decimal(line.ltv),
    "debtYield": lambda line: line.debt_yield and Decimal(line.debt_yield),
    "occupancy": lambda line: line.occupancy and Decimal(line.occupancy),
    "state": lambda line: line.states[0] if line.states else None,
    "type": lambda line: min(line.property_types) if line.property_types else None,
}


@pytest.fixture(scope="session")
def portfolio(told: Callable[..., Columns], events: ModuleType) -> Columns:
    odd = (
        events.a_loan("a-1", borrower="Zoë Müller", collateral=(), lender_id="lender-of-no-name"),
        events.a_loan("B-2", net_operating_income="-5", annual_debt_service="3", value="0", state=None),
        events.a_loan("A-1", net_operating_income="-7", annual_debt_service="3", structure=LoanStructure.B_NOTE),
        events.a_loan("9", net_operating_income="-7", annual_debt_service="3", status=LoanStatus.DEFEASED),
        events.a_loan("10", net_operating_income="0", annual_debt_service="0", current_balance="0"),
        events.a_loan("11", falling_due=FallingDue(anticipated_repayment_date=ON)),
        events.a_loan("12", falling_due=FallingDue(anticipated_repayment_date=ON - datetime.timedelta(days=1))),
        events.a_loan("13", falling_due=FallingDue(extensions=(ExtendedMaturity(ON, datetime.date(2060, 1, 1)),))),
    )
    return told([*events.generated_events(300), *odd])


class TestTheOrder:
    @pytest.mark.parametrize("order", LineOrder)
    def test_is_that_of_what_is_shown_and_what_has_no_value_comes_last(
        self, portfolio: Columns, order: LineOrder
    ) -> None:
        rows = ordered(portfolio, None, order=order, on=ON, filters=Filters())
        shown = lines(portfolio, rows, Filters(), ON)
        values = [SHOWN[order.value.removeprefix("-")](line) for line in shown]
        known = [value for value in values if value is not None]
        assert values == [*known, *[None] * (len(values) - len(known))]
        assert known == sorted(known, reverse=order.value.startswith("-"))
        tied = [
            (one.loan_id, other.loan_id)
            for (one, value), (other, next_value) in itertools.pairwise(zip(shown, values, strict=True))
            if value == next_value and order.value.removeprefix("-") in {"balance", "status", "lender", "rate"}
        ]
        assert all(one < other for one, other in tied)

    @pytest.mark.parametrize("order", LineOrder)
    def test_is_the_same_in_pages(self, portfolio: Columns, order: LineOrder) -> None:
        flags = np.arange(portfolio.count) % 2 == 0
        whole = ordered(portfolio, flags, order=order, on=ON, filters=Filters())
        seen: list[int] = []
        after = None
        while True:
            shown = page(portfolio, flags, order=order, after=after, limit=7, on=ON, filters=Filters())
            assert shown.total == len(whole)
            seen += shown.rows
            if shown.next is None:
                break
            after = shown.next
        assert seen == whole

    def test_goes_on_where_a_page_ended_although_that_loan_is_gone(
        self, told: Callable[..., Columns], events: ModuleType
    ) -> None:
        columns = told(events.a_loan(number) for number in "abcdef")
        first = page(columns, None, order=LineOrder.NAME, after=None, limit=3, on=ON, filters=Filters())
        told([LoanDeleted(loan_id="loan-c")], columns)
        rest = page(columns, None, order=LineOrder.NAME, after=first.next, limit=3, on=ON, filters=Filters())
        assert [columns.numbers[row] for row in rest.rows] == ["d", "e", "f"]


class TestASearch:
    @pytest.mark.parametrize(
        ("words", "numbers"),
        [
            ("muller", ["a-1"]),
            ("ZOË", ["a-1"]),
            ("a-1", ["A-1", "a-1"]),
            ("loan b-", ["B-2"]),
            ("ln-00001", [f"LN-00001{n}" for n in range(10)]),
            ("nothing of the kind", []),
            ("muller 9", []),
        ],
    )
    def test_finds_parts_of_words_in_whatever_case(self, portfolio: Columns, words: str, numbers: list[str]) -> None:
        assert sorted(portfolio.numbers[row] for row in np.flatnonzero(found(portfolio, words))) == numbers

    @pytest.mark.parametrize(
        ("words", "is_found"),
        [
            ("northgte", True),  # one missing
            ("northhgate", True),  # one too many
            ("northgute", True),  # another one
            ("nortghate", True),  # two swapped
            ("norhtgate plaza", True),
            ("orthgate", True),  # part of a word needs no forgiving
            ("northgxx", False),  # two mistakes
            ("souhtgate", False),
            ("plzaa", True),
            ("plxz", False),  # too short to tell
        ],
    )
    def test_forgives_one_letter(
        self, told: Callable[..., Columns], events: ModuleType, words: str, is_found: bool
    ) -> None:
        columns = told([*events.parties(), events.a_loan("1", name="Northgate Plaza")])
        assert found(columns, words).tolist() == [is_found]

    def test_takes_a_word_that_some_loan_has_as_it_is(self, told: Callable[..., Columns], events: ModuleType) -> None:
        loans = [events.a_loan("1", name="Tower Street"), events.a_loan("2", name="Power Plaza")]
        columns = told([*events.parties(), *loans])
        assert found(columns, "tower").tolist() == [True, False]
        assert found(columns, "tower plaza").tolist() == [False, False]
        assert found(columns, "bower").tolist() == [True, True]

    def test_knows_the_lenders_and_what_they_are_called_now(
        self, told: Callable[..., Columns], events: ModuleType
    ) -> None:
        columns = told([*events.parties(), events.a_loan("1", lender_id="lender-3"), events.a_loan("2")])
        assert found(columns, "lender 1").tolist() == [True, False]
        told([PartyRecorded(kind=PartyKind.LENDER, party_id="lender-3", name="Great Plains")], columns)
        assert found(columns, "plains").tolist() == [True, False]
        assert found(columns, "lender").tolist() == [False, False]
        told([events.a_loan("2", name="The Plains")], columns)
        assert found(columns, "plains").tolist() == [True, True]


class TestTheTable:
    @pytest.mark.parametrize(
        ("query", "numbers"),
        [
            ("q=lender", ["1"]),
            ("q=loan", ["2", "1", "3", "4"]),
            ("q=%20", ["2", "1", "3", "4"]),
            ("loanId=loan-3&loanId=loan-1&loanId=nobodys", ["1", "3"]),
            ("propertyId=mall", ["1"]),
            ("propertyId=property-2&propertyId=tower", ["2", "1"]),
            ("propertyId=none", []),
            ("propertyId=mall&state=TX", []),
        ],
    )
    async def test_takes_words_particular_loans_and_properties(
        self, world: World, query: str, numbers: list[str]
    ) -> None:
        listed = await world.get(f"/dashboard/loans?{ASKED}&{query}")
        assert [line["number"] for line in listed["items"]] == numbers
        assert (await world.get(f"/dashboard/loans/totals?{ASKED}&{query}"))["count"] == len(numbers)

    async def test_takes_two_hundred_particular_loans_and_no_more(self, world: World) -> None:
        ids = [f"loanId=00000000-0000-7000-8000-{number:012}" for number in range(201)]
        assert (await world.get(f"/dashboard/loans?{'&'.join(ids[:200])}&order=-dscr"))["items"] == []
        problem = await world.get(f"/dashboard/loans?{'&'.join(ids)}", status=422)
        assert problem["errors"][0]["field"] == "loanId"

    async def test_pages_through_what_has_no_value(self, world: World) -> None:
        first = await world.get(f"/dashboard/loans?{ASKED}&order=-ltv&limit=2")
        rest = await world.get(f"/dashboard/loans?{ASKED}&order=-ltv&limit=2&cursor={first['next']}")
        assert [line["number"] for line in (*first["items"], *rest["items"])] == ["1", "2", "3", "4"]
        assert rest["next"] is None


class TestTotals:
    async def test_are_the_dashboards_figures_of_what_is_listed(self, world: World) -> None:
        for query in ("", "&state=NY", "&q=loan%203", "&structure=whole_loan&maturityTo=2026-12-31"):
            totals = await world.get(f"/dashboard/loans/totals?{ASKED}{query}")
            whole = await world.get(f"/dashboard?{ASKED}{query}")
            figures = whole["figures"]
            shared = set(totals) & set(figures)
            for name in shared:
                assert totals["leftOut"].get(totals[name]["leftOut"]) == whole["leftOut"].get(figures[name]["leftOut"])
            assert len(shared) == 9
            assert {name: totals[name] for name in shared} == {name: figures[name] for name in shared}

    async def test_say_what_they_leave_out(self, world: World) -> None:
        totals = await world.get(f"/dashboard/loans/totals?{ASKED}")
        assert (totals["count"], totals["loanCount"]["value"]) == (4, "3")
        [closed] = totals["leftOut"][totals["outstanding"]["leftOut"]]["reasons"]
        assert [totals["loans"][loan]["number"] for loan in closed["loans"]] == ["4"]
        assert (totals["ltv"]["value"], totals["leftOut"]["ltv"]["count"]) == ("0.500000", 2)

    async def test_are_of_the_loans_behind_a_figure(self, world: World) -> None:
        assert (await world.get(f"/dashboard/loans/totals?{ASKED}&figure=ltv"))["outstanding"]["value"] == "100.00"
        left_out = await world.get(f"/dashboard/loans/totals?{ASKED}&figure=ltv&leftOut=true")
        assert (left_out["count"], left_out["outstanding"]["value"]) == (2, "350.00")

    @pytest.mark.parametrize(
        ("query", "matched"),
        [("", "450.00"), ("propertyId=tower", "60.00"), ("state=NY", "390.00"), ("state=none", "0.00")],
    )
    async def test_add_up_what_lies_on_matching_properties(self, world: World, query: str, matched: str) -> None:
        totals = await world.get(f"/dashboard/loans/totals?{ASKED}&{query}")
        listed = await world.get(f"/dashboard/loans?{ASKED}&{query}")
        assert totals["matchedBalance"] == matched
        assert sum(Decimal(line["matchedBalance"]) for line in listed["items"]) == Decimal(matched)

    async def test_count_a_loan_without_any_property_as_a_whole(self, world: World, events: ModuleType) -> None:
        await world.happen(events.a_loan("5", current_balance="70", collateral=()))
        assert (await world.get(f"/dashboard/loans/totals?{ASKED}&propertyId=none"))["matchedBalance"] == "70.00"
        assert (await world.get(f"/dashboard/loans?{ASKED}&state=none"))["items"][0]["matchedBalance"] == "70.00"
        assert (await world.get(f"/dashboard/loans/totals?{ASKED}&state=none"))["matchedBalance"] == "70.00"


class TestTheExport:
    async def exported(self, world: World, query: str) -> list[dict[str, str]]:
        answer = await world.client.get(
            f"/dashboard/loans/export?{ASKED}&{query}", headers={**world.headers(), **world.after}
        )
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.headers["content-disposition"] == 'attachment; filename="loans.csv"'
        return list(csv.DictReader(io.StringIO(answer.text)))

    async def test_has_the_same_loans_in_the_same_order(self, world: World, events: ModuleType) -> None:
        await world.happen(*(events.generated_loan(index) for index in range(250)))
        for query in ("order=-debtYield", "order=lender&q=0", "state=NY&order=name", "figure=ltv&leftOut=true"):
            listed = await world.get(f"/dashboard/loans?{ASKED}&{query}&limit=200")
            rows = await self.exported(world, query)
            assert len(rows) == listed["total"]
            assert [row["Loan id"] for row in rows][:200] == [line["loanId"] for line in listed["items"]]

    async def test_says_of_each_what_its_line_says(self, world: World) -> None:
        row = (await self.exported(world, "loanId=loan-1"))[0]
        assert (row["Lender"], row["Current balance"], row["LTV"]) == ("Lender 1", "100.00", "0.500000")
        assert (row["States"], row["Property types"], row["DSCR"]) == ("NY; TX", "office; retail", "")

    async def test_runs_nothing_in_a_spreadsheet_but_leaves_negative_amounts(
        self, world: World, events: ModuleType
    ) -> None:
        await world.happen(events.a_loan("=1+1", name="@SUM(A1)", borrower="-2+3", net_operating_income="-40"))
        row = (await self.exported(world, "loanId=loan-%3D1%2B1"))[0]
        assert (row["Loan number"], row["Name"], row["Borrower"]) == ("'=1+1", "'@SUM(A1)", "'-2+3")
        assert row["Net operating income"] == "-40.00"

    async def test_is_refused_before_it_begins(self, world: World) -> None:
        answer = await world.client.get("/dashboard/loans/export?order=shoeSize", headers=world.headers())
        assert answer.status_code == 422
