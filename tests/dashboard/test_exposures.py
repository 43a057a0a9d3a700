"""Lenders, funds and portfolios by what is outstanding."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest

from realinsights.contracts.loans import LoanStatus, PartyDeleted, PartyKind, PartyRecorded
from realinsights.dashboard.model.columns import BLOCK, Columns
from realinsights.dashboard.model.exposures import Exposure, ExposureOrder, ExposureTo, exposures
from realinsights.dashboard.model.ordering import Place

from .conftest import World

ON = datetime.date(2025, 12, 31)


def everything(columns: Columns, limit: int = 7, **asked: Any) -> list[Exposure]:
    """Return the exposures of all pages, one after the other."""
    found: list[Exposure] = []
    after: Place | None = None
    while True:
        wanted = {"q": None, "order": ExposureOrder.BALANCE_DESCENDING, "to": ExposureTo.LENDER, **asked}
        page = exposures(columns, on=ON, after=after, limit=limit, **wanted)
        found += page.items
        if page.next is None:
            assert len(found) == page.total
            return found
        assert len(page.items) == limit
        after = page.next


@pytest.fixture(scope="session")
def lent(told: Callable[..., Columns], events: ModuleType) -> Columns:
    """Return loans of 24 lenders, of whom twenty have some; lender 5 has only what is paid off."""
    return told(
        [
            *events.parties(),
            *(
                events.a_loan(str(number), lender_id=f"lender-{number % 5}", current_balance=str(100 + number // 10))
                for number in range(60)
            ),
            events.a_loan("gone", lender_id="lender-5", current_balance="0", status=LoanStatus.PAID_OFF),
            events.a_loan("nothing", lender_id="lender-6", current_balance="0"),
            events.a_loan("nobody's", current_balance="400"),
        ]
    )


class TestTheOrder:
    @pytest.mark.parametrize("order", ExposureOrder)
    @pytest.mark.parametrize("limit", [1, 7, 200])
    def test_is_whole_and_the_same_page_by_page(self, lent: Columns, order: ExposureOrder, limit: int) -> None:
        found = everything(lent, limit, order=order)
        assert len({exposure.id for exposure in found}) == len(found) == 24
        some = [exposure for exposure in found if exposure.loans]
        assert found[: len(some)] == some, "who has no loan comes last either way"
        key: Callable[[Exposure], Any] = lambda exposure: (  # noqa: E731
            Decimal(exposure.balance) if "balance" in order else exposure.loans
        )
        descending = order.value.startswith("-")
        assert some == sorted(some, key=lambda exposure: (-key(exposure) if descending else key(exposure), exposure.id))
        names = [exposure.name or "" for exposure in found[len(some) :]]
        assert names == sorted(names, key=str.casefold)

    def test_is_of_outstanding_loans(self, lent: Columns) -> None:
        found = {exposure.id: exposure for exposure in everything(lent)}
        assert (found["lender-5"].balance, found["lender-5"].loans) == ("0.00", 0)
        assert (found["lender-6"].balance, found["lender-6"].loans) == ("0.00", 1)
        assert sum(Decimal(exposure.balance) for exposure in found.values()) == sum(100 + n // 10 for n in range(60))
        owed = 400 + sum(100 + n // 10 for n in range(60))
        assert found["lender-1"].share == str((Decimal(found["lender-1"].balance) / owed).quantize(Decimal("1e-6")))

    def test_goes_on_where_a_page_ended_whatever_has_changed(
        self, told: Callable[..., Columns], events: ModuleType
    ) -> None:
        columns = told([events.a_loan(name, lender_id=name, current_balance="5") for name in "abcd"])
        asked: dict[str, Any] = {"q": None, "order": ExposureOrder.BALANCE_DESCENDING, "limit": 2}
        first = exposures(columns, ExposureTo.LENDER, ON, after=None, **asked)
        told([events.a_loan("b", lender_id="b", current_balance="1")], columns)
        second = exposures(columns, ExposureTo.LENDER, ON, after=first.next, **asked)
        assert [exposure.id for exposure in (*first.items, *second.items)] == ["a", "b", "c", "d"]

    def test_is_of_many_blocks_of_loans(self, told: Callable[..., Columns], events: ModuleType) -> None:
        columns = told(events.generated_loan(index) for index in range(BLOCK + 5))
        before = everything(columns, 200)
        told([events.a_loan("new", lender_id="lender-new", current_balance="7")], columns)
        after = everything(columns, 200)
        assert [(one.balance, one.loans) for one in after if one.id == "lender-new"] == [("7.00", 1)]
        assert [one.balance for one in after if one.id != "lender-new"] == [one.balance for one in before]


class TestTheNames:
    def test_that_are_sought_are_those_of_the_lists(self, told: Callable[..., Columns]) -> None:
        columns = told(
            PartyRecorded(kind=PartyKind.LENDER, party_id=str(place), name=name)
            for place, name in enumerate(("First Bank", "Southgate Bank & Trust", "Zürcher Kantonalbank"))
        )
        for q, ids in (("bank", "012"), ("gate bank", "1"), ("ZUR", "2"), (" ", "012"), ("&", ""), ("first trust", "")):
            assert [exposure.id for exposure in everything(columns, q=q)] == list(ids), q

    def test_that_were_deleted_are_gone(self, told: Callable[..., Columns]) -> None:
        columns = told(
            [
                PartyRecorded(kind=PartyKind.FUND, party_id="1", name="Fund I"),
                PartyDeleted(kind=PartyKind.FUND, party_id="1"),
            ]
        )
        assert everything(columns, to=ExposureTo.FUND) == []


class TestTheRoute:
    async def test_lists_each_kind(self, world: World) -> None:
        for to, first, total in (("lender", "lender-1", 24), ("fund", "fund-2", 6), ("portfolio", "portfolio-3", 12)):
            listed = await world.get(f"/dashboard/exposures?to={to}&limit=2")
            assert listed["items"][0]["id"] == first
            assert listed["total"] == total
            following = await world.get(f"/dashboard/exposures?to={to}&limit=2&cursor={listed['next']}")
            assert len({item["id"] for item in (*listed["items"], *following["items"])}) == 4
        assert listed["items"][0] == {
            "id": "portfolio-3",
            "name": "Portfolio 3",
            "balance": "300.00",
            "loans": 1,
            "share": "0.666667",
        }

    async def test_is_of_one_organization(self, world: World) -> None:
        assert (await world.get("/dashboard/exposures", org="other"))["items"] == []

    async def test_rolls_balances_forward_to_a_date_by_name(self, world: World) -> None:
        by_name = await world.get("/dashboard/exposures?businessDate=2026-06-30")
        totals = await world.get("/dashboard/loans/totals?businessDate=2026-06-30&lenderId=lender-1")
        assert by_name["items"][0]["balance"] == totals["outstanding"]["value"]
