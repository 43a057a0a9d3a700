"""Changes of a loan's terms: from a date on, which leaves the past as it was, or as a correction of it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from realinsights.contracts.loans import LOANS_EVENTS, PeriodFigures, PeriodsRecorded, PeriodsWithdrawn
from realinsights_finance.day_count import DayCount
from realinsights_finance.terms import interest

Body = Callable[..., dict[str, Any]]
TODAY = "2025-12-31"


@pytest.fixture
async def loan(client: httpx.AsyncClient, a_loan_body: Body) -> dict[str, Any]:
    """Return the golden loan as it is stored, balance of the end of the year."""
    body = a_loan_body(currentBalance="9869214.09", balanceAsOf=TODAY)
    return dict((await client.post(f"/loans?businessDate={TODAY}", json=body)).raise_for_status().json())


async def changed(client: httpx.AsyncClient, loan: dict[str, Any], said: str, **changes: Any) -> httpx.Response:
    path = f"/loans/{loan['id']}?businessDate={TODAY}&{said}"
    return await client.patch(path, json=changes, headers={"If-Match": f'"{loan["version"]}"'})


async def schedule(client: httpx.AsyncClient, loan: dict[str, Any]) -> dict[str, Any]:
    return dict((await client.get(f"/loans/{loan['id']}/schedule")).raise_for_status().json())


def bad_fields(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {fault["field"]: fault["message"] for fault in answer.json()["errors"]}


class TestATermThatChanges:
    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"rate": "0.0475"}, "rate"),
            ({"maturityDate": "2036-01-01"}, "maturityDate"),
            ({"originalBalance": "9900000.00"}, "originalBalance"),
            ({"terms": {"amortizationMonths": 300}}, "terms.amortizationMonths"),
            ({"terms": {"dayCount": "30_360"}}, "terms.dayCount"),
        ],
    )
    async def test_needs_a_date_or_is_a_correction(
        self, client: httpx.AsyncClient, loan: dict[str, Any], change: dict[str, Any], field: str
    ) -> None:
        refused = bad_fields(await changed(client, loan, "", **change))
        assert set(refused) == {field}
        assert "effectiveOn=DATE" in refused[field]
        assert "correction=true" in refused[field]
        path, tag = f"/loans/{loan['id']}", {"If-Match": '"1"'}
        whole = {**loan, **{key: value for key, value in change.items() if key != "terms"}}
        whole["terms"] = {**loan["terms"], **change.get("terms", {})}
        assert set(bad_fields(await client.put(path, json=whole, headers=tag))) == {field}
        assert (await client.get(path)).json() == loan

    async def test_is_no_term_where_no_schedule_rests_on_it(
        self, client: httpx.AsyncClient, loan: dict[str, Any]
    ) -> None:
        terms = {"graceDays": 5, "reserves": [{"name": "Taxes", "balance": "1000.00"}]}
        answer = await changed(client, loan, "", name="Renamed", status="30_days", terms=terms)
        assert answer.status_code == 200, answer.text
        assert answer.json()["termsChanges"] == []

    async def test_that_is_wrong_in_itself_is_told_so_first(
        self, client: httpx.AsyncClient, loan: dict[str, Any]
    ) -> None:
        assert "percentage" in bad_fields(await changed(client, loan, "", rate="4.75"))["rate"]

    @pytest.mark.parametrize(
        ("said", "change", "field", "reason"),
        [
            ("effectiveOn=2025-07-01&correction=true", {"rate": "0.0475"}, "correction", "effectiveOn or correction"),
            ("effectiveOn=2026-01-01", {"rate": "0.0475"}, "effectiveOn", "still to come"),
            ("effectiveOn=2025-01-01", {"rate": "0.0475"}, "effectiveOn", "after the origination"),
            ("effectiveOn=2025-07-01", {"name": "B"}, "effectiveOn", "no term of the loan changes"),
            ("effectiveOn=2025-07-01", {"originalBalance": "9900000.00"}, "originalBalance", "settled at the closing"),
        ],
    )
    async def test_has_a_date_that_can_be(  # noqa: PLR0917 -- a row of the table
        self,
        client: httpx.AsyncClient,
        loan: dict[str, Any],
        said: str,
        change: dict[str, Any],
        field: str,
        reason: str,
    ) -> None:
        assert reason in bad_fields(await changed(client, loan, said, **change))[field]


class TestAChangeFromADateOn:
    async def test_leaves_the_schedule_before_it_as_it_was(
        self, client: httpx.AsyncClient, loan: dict[str, Any]
    ) -> None:
        before = await schedule(client, loan)
        answer = await changed(client, loan, "effectiveOn=2025-07-01&reason=Amendment%202", rate="0.0475")
        assert answer.status_code == 200, answer.text
        [made] = answer.json()["termsChanges"]
        assert (made["effectiveOn"], made["recordedOn"], made["reason"]) == ("2025-07-01", TODAY, "Amendment 2")
        assert made["former"]["rate"] == "0.0525"
        after = await schedule(client, loan)
        assert after["installments"][:6] == before["installments"][:6]
        following = after["installments"][6]
        balance = Decimal(before["installments"][5]["endingBalance"])
        assert (following["number"], following["periodStart"], following["dueDate"]) == (7, "2025-07-01", "2025-08-01")
        assert Decimal(following["beginningBalance"]) == balance
        # 31 days of actual/360 at 4.75 %.
        assert Decimal(following["interest"]) == (balance * Decimal("0.0475") * 31 / 360).quantize(Decimal("0.01"))
        # What is left amortizes over the 354 months that are left: P i / (1 - (1 + i)^-n).
        i = Decimal("0.0475") / 12
        level = (balance * i / (1 - (1 + i) ** -354)).quantize(Decimal("0.01"))
        assert Decimal(after["levelPayment"]) == level == Decimal(following["payment"])
        assert len(after["installments"]) == len(before["installments"]) == 120
        assert Decimal(after["totalPrincipal"]) == Decimal("10000000.00")
        assert any("Until 2025-07-01" in line for line in after["howComputed"]["assumed"])

    async def test_charges_each_rate_for_its_own_days(self, client: httpx.AsyncClient, loan: dict[str, Any]) -> None:
        before = await schedule(client, loan)
        assert (await changed(client, loan, "effectiveOn=2025-07-11", rate="0.0475")).status_code == 200
        after = await schedule(client, loan)
        assert after["installments"][:6] == before["installments"][:6]
        balance = Decimal(before["installments"][5]["endingBalance"])
        fraction = DayCount.ACTUAL_360.fraction
        july = Decimal(0)
        for rate, start, end in (("0.0525", 1, 11), ("0.0475", 11, 32)):
            first = datetime.date(2025, 7, 1)
            days = fraction(first + datetime.timedelta(start - 1), first + datetime.timedelta(end - 1))
            july += interest(balance, Decimal(rate), days)
        assert Decimal(after["installments"][6]["interest"]) == july

    async def test_leaves_balances_and_accrued_interest_before_it(
        self, client: httpx.AsyncClient, loan: dict[str, Any]
    ) -> None:
        async def owed(on: str) -> dict[str, Any]:
            return dict((await client.get(f"/loans/{loan['id']}/balance?on={on}")).raise_for_status().json())

        days = ("2025-01-15", "2025-03-01", "2025-06-30")
        before = [await owed(on) for on in days]
        later = await owed("2025-07-21")
        await changed(client, loan, "effectiveOn=2025-07-11", rate="0.0475")
        assert [{**(await owed(on)), "nextInstallment": None} for on in days] == [
            {**told, "nextInstallment": None} for told in before
        ]
        now = await owed("2025-07-21")
        assert now["balance"] == later["balance"]
        assert Decimal(now["accruedInterest"]) < Decimal(later["accruedInterest"])

    async def test_tells_only_the_months_from_it_on(
        self, client: httpx.AsyncClient, world: Any, loan: dict[str, Any]
    ) -> None:
        first = months_told(await told_events(world))
        await changed(client, loan, "effectiveOn=2025-07-11", rate="0.0475")
        events = await told_events(world)
        told = [event for event in events if isinstance(event, PeriodsRecorded)][-1]
        assert [figures.month.month for figures in told.periods] == [7, 8, 9, 10, 11]
        assert {figures.rate for figures in told.periods} == {Decimal("0.0475")}
        assert not [event for event in events if isinstance(event, PeriodsWithdrawn)]
        now = months_told(events)
        assert {month: figures for month, figures in now.items() if month < "2025-07"} == {
            month: figures for month, figures in first.items() if month < "2025-07"
        }
        level = Decimal((await schedule(client, loan))["levelPayment"])
        assert now["2025-08"].annual_debt_service == 12 * level != first["2025-08"].annual_debt_service

    async def test_may_follow_another_and_a_later_correction_leaves_both(
        self, client: httpx.AsyncClient, loan: dict[str, Any]
    ) -> None:
        first = (await changed(client, loan, "effectiveOn=2025-05-01", rate="0.0500")).json()
        early = (await schedule(client, loan))["installments"][:8]
        assert (
            "after the last change"
            in bad_fields(await changed(client, first, "effectiveOn=2025-05-01", rate="0.04"))["effectiveOn"]
        )
        second = await changed(client, first, "effectiveOn=2025-09-01", maturityDate="2037-01-01")
        assert second.status_code == 200, second.text
        rows = (await schedule(client, loan))["installments"]
        assert (rows[:8], rows[-1]["dueDate"], len(rows)) == (early, "2037-01-01", 144)
        third = await changed(client, second.json(), "correction=true&reason=Typo", rate="0.0490")
        assert [made.get("effectiveOn") for made in third.json()["termsChanges"]] == ["2025-05-01", "2025-09-01", None]
        again = (await schedule(client, loan))["installments"]
        assert again[:8] == early
        assert again[8] != rows[8]

    async def test_of_interest_only_to_amortizing_counts_from_then(
        self, client: httpx.AsyncClient, a_loan_body: Body
    ) -> None:
        body = a_loan_body(terms={"amortizationMonths": None})
        made = (await client.post(f"/loans?businessDate={TODAY}", json=body)).json()
        answer = await changed(client, made, "effectiveOn=2025-07-01", terms={"amortizationMonths": 360})
        assert answer.status_code == 200, answer.text
        rows = (await schedule(client, made))["installments"]
        assert {row["principal"] for row in rows[:6]} == {"0.00"}
        assert Decimal(rows[6]["principal"]) > 0

    async def test_of_a_rate_that_floats_afterwards_keeps_what_was_scheduled(
        self, client: httpx.AsyncClient, loan: dict[str, Any]
    ) -> None:
        before = await schedule(client, loan)
        floating = {"index": "term_sofr_1m", "spread": "0.02"}
        answer = await changed(
            client, loan, "effectiveOn=2025-07-01", rateType="floating", rate="0.0630", terms={"floating": floating}
        )
        assert answer.status_code == 200, answer.text
        after = await schedule(client, loan)
        assert after["installments"] == before["installments"][:6]
        assert after["unscheduled"].startswith("from 2025-07-01 on the rate floats")
        reset = await changed(client, answer.json(), "", rate="0.0610")
        assert reset.status_code == 200, "a floating rate's reset is no change of its terms"


class TestACorrection:
    async def test_rewrites_the_past_and_says_why(
        self, client: httpx.AsyncClient, world: Any, loan: dict[str, Any]
    ) -> None:
        answer = await changed(client, loan, "correction=true&reason=Read%20from%20the%20wrong%20note", rate="0.0475")
        assert answer.status_code == 200, answer.text
        [made] = answer.json()["termsChanges"]
        assert (made.get("effectiveOn"), made["reason"]) == (None, "Read from the wrong note")
        assert made["former"]["rate"] == "0.0525"
        told = [event for event in await told_events(world) if isinstance(event, PeriodsRecorded)][-1]
        assert {figures.rate for figures in told.periods} == {Decimal("0.0475")}
        assert told.periods[0].month.isoformat() == "2025-01-01"

    async def test_can_be_taken_back_with_all_that_it_changed(
        self, client: httpx.AsyncClient, loan: dict[str, Any]
    ) -> None:
        before = await schedule(client, loan)
        answer = await changed(client, loan, "effectiveOn=2025-07-01", rate="0.0475")
        assert answer.status_code == 200
        back = await client.post(f"/loans/{loan['id']}/restore", json={"sequence": 1})
        assert back.status_code == 200, back.text
        assert (back.json()["rate"], back.json()["termsChanges"]) == ("0.0525", [])
        assert (await schedule(client, loan)) == before

    async def test_may_be_put_back_as_it_was_answered(self, client: httpx.AsyncClient, loan: dict[str, Any]) -> None:
        answer = (await changed(client, loan, "effectiveOn=2025-07-01", rate="0.0475")).json()
        again = await client.put(f"/loans/{loan['id']}", json=answer, headers={"If-Match": '"2"'})
        assert again.status_code == 200, again.text
        assert again.json() == answer


async def told_events(world: Any) -> list[Any]:
    """Return what other services were told of the test's organization."""
    entries = await world.documents.entries(f"{world.prefix}org-1", after=0, limit=1000)
    return [event for entry in entries for event in LOANS_EVENTS.decode(bytes(entry.events))]


def months_told(events: list[Any]) -> dict[str, PeriodFigures]:
    """Return the months as a reader that applies the events in order has them."""
    known: dict[str, PeriodFigures] = {}
    for event in events:
        if isinstance(event, PeriodsRecorded):
            known |= {figures.month.isoformat()[:7]: figures for figures in event.periods}
        elif isinstance(event, PeriodsWithdrawn):
            for month in event.months:
                known.pop(month.isoformat()[:7], None)
    return known
