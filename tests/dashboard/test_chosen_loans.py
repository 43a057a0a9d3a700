"""Some of the listed loans: what they come to, and as a file, however many are chosen."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from types import ModuleType
from typing import Any

from .conftest import World

ON = "businessDate=2025-12-31"
MANY = 3_000


async def totals(world: World, ids: list[str], query: str = "", **how: Any) -> Any:
    return await world.post(f"/dashboard/loans/totals?{ON}&{query}", {"loanIds": ids}, **how)


def without_filters(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "filters"}


class TestTotalsOfAChoice:
    async def test_are_those_of_a_list_of_just_these(self, world: World) -> None:
        chosen = await totals(world, ["loan-1", "loan-3"])
        listed = await world.get(f"/dashboard/loans/totals?{ON}&loanId=loan-1&loanId=loan-3")
        assert (chosen["count"], chosen["outstanding"]["value"]) == (2, "150.00")
        assert without_filters(chosen) == without_filters(listed)

    async def test_are_right_for_more_loans_than_an_address_has_room_for(
        self, world: World, events: ModuleType
    ) -> None:
        loans = [events.generated_loan(index) for index in range(MANY)]
        await world.happen(*loans)
        await world.get(f"/dashboard/loans?{ON}")  # waits until they are known
        ids = [loan.loan_id for loan in loans]
        chosen = await totals(world, [*ids, "loan-1", "loan-2", "loan-3", "loan-4"])
        assert without_filters(chosen) == without_filters(await world.get(f"/dashboard/loans/totals?{ON}"))
        half, others = await totals(world, ids[::2]), await totals(world, ids[1::2])
        everything = await totals(world, ids)
        assert half["count"] + others["count"] == everything["count"] == MANY
        assert Decimal(half["outstanding"]["value"]) + Decimal(others["outstanding"]["value"]) == Decimal(
            everything["outstanding"]["value"]
        )

    async def test_are_of_those_that_the_list_shows(self, world: World) -> None:
        both = ["loan-1", "loan-2"]
        assert (await totals(world, both, "state=TX"))["count"] == 1
        assert (await totals(world, both, "state=TX"))["matchedBalance"] == "60.00"
        assert (await totals(world, both, "figure=ltv&leftOut=true"))["outstanding"]["value"] == "300.00"

    async def test_count_each_loan_once_and_pass_over_what_nobody_has(self, world: World) -> None:
        assert (await totals(world, ["loan-1", "loan-1", "nobodys"]))["count"] == 1
        assert (await totals(world, ["nobodys"]))["count"] == 0

    async def test_are_nothing_to_another_organization(self, world: World) -> None:
        assert (await totals(world, ["loan-1"], org="other"))["count"] == 0

    async def test_need_a_choice(self, world: World) -> None:
        assert (await totals(world, [], status=422))["errors"][0]["field"] == "loanIds"


class TestTheExportOfAChoice:
    async def test_has_just_these_in_the_lists_order(self, world: World) -> None:
        text = await world.post(
            f"/dashboard/loans/export?{ON}&order=-balance&q=loan", {"loanIds": ["loan-3", "loan-2", "nobodys"]}
        )
        assert [row["Loan id"] for row in csv.DictReader(io.StringIO(text))] == ["loan-2", "loan-3"]

    async def test_is_empty_for_another_organization(self, world: World) -> None:
        text = await world.post(f"/dashboard/loans/export?{ON}", {"loanIds": ["loan-2"]}, org="other")
        assert len(text.splitlines()) == 1
