"""Scheduled reports by mail: what a second library reads in the file adds up to what the dashboard shows."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from realinsights.loans.model.report_schedules import ReportSchedule
from realinsights.loans.service.reports.schedules import make_due
from realinsights.loans.store import REPORT_SCHEDULES

from .conftest import LOAN, Caller, World, until, world_in
from .test_mails import Server, server

__all__ = ["server"]


async def due(world: World, schedule: dict[str, Any]) -> None:
    """Do what the scheduler does at a schedule's next time."""
    documents = world.product.documents["loans"]
    stored = await documents.get(REPORT_SCHEDULES, schedule["org"], schedule["id"])
    assert isinstance(stored, ReportSchedule)
    assert stored.next_at is not None
    at = stored.next_at
    async with documents.unit(org=stored.org, actor="system:scheduler", business_date=at.date()) as unit:
        await make_due(unit, [stored.id], now=lambda: at)


async def a_schedule(ada: Caller, **said: Any) -> dict[str, Any]:
    body = {"kind": "debt_schedule", "every": "day", "recipients": [await ada.user], **said}
    made: dict[str, Any] = await ada.post("/reports/schedules", body)
    return made


async def at_rest(ada: Caller, number: int) -> Any:
    async def look() -> Any:
        runs = (await ada.get("/reports/runs"))["items"]
        return runs if len(runs) == number and all(run["finishedAt"] for run in runs) else None

    return await until(look, seconds=60)


async def test_comes_as_a_workbook_whose_total_is_the_dashboard_s(tmp_path: Path, server: Server) -> None:
    server.start()
    async with world_in(tmp_path, server.settings) as world:
        ada = await world.register("Acme", "ada@example.com")
        await world.confirm(ada, await server.token("ada@example.com"))
        for number in range(3):
            balance = f"{1_234_567 * (number + 1)}.8{number}"
            await ada.post("/loans", {**LOAN, "number": str(number), "currentBalance": balance})
        await due(world, await a_schedule(ada, parameters={"title": "For the bank"}))

        async def taken() -> Any:
            return [mail for mail in server.box.taken if mail["subject"].startswith("For the bank of ")]

        (mail,) = await until(taken, seconds=60)
        (attached,) = mail.iter_attachments()
        assert attached.get_filename().startswith("debt-schedule-")
        sheet = openpyxl.load_workbook(io.BytesIO(attached.get_content()), data_only=True)["Debt schedule"]
        (place,) = [cell.column for cell in sheet[1] if cell.value == "Balance"]
        total = Decimal(repr(sheet.cell(sheet.max_row, place).value)).quantize(Decimal("0.01"))
        shown = (await ada.get("/dashboard"))["figures"]["outstanding"]["value"]
        assert total == Decimal(shown)
        inbox = (await ada.get("/inbox"))["items"]
        assert [item["thing"]["kind"] for item in inbox if item["topic"] == "report_ended"] == ["report"]


@pytest.mark.parametrize(("only_if_changed", "mails"), [(True, 1), (False, 2)])
async def test_that_has_not_changed_comes_again_unless_it_is_not_to(
    tmp_path: Path, server: Server, only_if_changed: bool, mails: int
) -> None:
    server.start()
    async with world_in(tmp_path, server.settings) as world:
        ada = await world.register("Acme", "ada@example.com")
        await world.confirm(ada, await server.token("ada@example.com"))
        await ada.post("/loans", LOAN)
        # Nothing in it counts days, so that tomorrow's is today's.
        schedule = await a_schedule(ada, kind="ageing", onlyIfChanged=only_if_changed)
        for number in (1, 2):
            await due(world, schedule)
            runs = await at_rest(ada, number)
        assert len({run["cellsHash"] for run in runs}) == 1

        # What is told after them comes after them.
        await due(world, await a_schedule(ada, kind="lender_exposure"))

        async def last() -> Any:
            return [mail for mail in server.box.taken if mail["subject"].startswith("Lender exposure of ")]

        assert await until(last, seconds=60)
        assert len([mail for mail in server.box.taken if mail["subject"].startswith("Ageing of ")]) == mails
