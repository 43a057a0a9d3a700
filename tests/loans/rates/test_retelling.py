"""Floating loans told again: as fixings are learnt and as days pass, as of today, and none keeps others back."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from realinsights.contracts.loans import (
    LOANS_EVENTS,
    FixingsRecorded,
    LoanRecorded,
    PeriodsRecorded,
    PresentRatesDue,
)
from realinsights.loans.model.floating_schedule import FloatingPlan
from realinsights.loans.service.retelling import Told, settle_told, tell_daily, tell_floating_loans
from realinsights.loans.store import FIXINGS_DUE, RATE_TELLINGS
from realinsights.loans.subscribers import present_day, retell
from realinsights_platform.documents.walking import every
from realinsights_platform.events import Message

TERM = {"index": "1M Term SOFR", "lookbackBusinessDays": 2, "calendar": "us_government_bond"}
FIXINGS = {
    "2026-03-30": "3.70",
    "2026-04-29": "3.70",
    "2026-05-28": "3.00",
    "2026-06-29": "2.00",
    "2025-12-30": "3.70",
    "2026-01-29": "3.70",
    "2026-02-26": "3.70",
}
ALL = Told(indices=frozenset({"term_sofr_1_month"}), first=datetime.date(2025, 12, 30))


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


class Reader:
    """What is told of an organization's loans from now on."""

    def __init__(self, world: Any, sequence: int) -> None:
        self.world, self.org, self.sequence = world, f"{world.prefix}org-1", sequence

    async def tell(self, on: str, told: Told = ALL) -> None:
        await tell_floating_loans(documents=self.world.documents, org=self.org, business_date=day(on), told=told)

    async def messages(self) -> list[Message]:
        """Return what a subscriber receives from now on, without taking it in."""
        entries = await self.world.documents.entries(self.org, after=self.sequence)
        return [
            Message(
                service="loans",
                org=self.org,
                sequence=entry.sequence,
                at=entry.at,
                business_date=entry.business_date,
                events=tuple(LOANS_EVENTS.decode(bytes(entry.events))),
            )
            for entry in entries
        ]

    async def hear(self, messages: list[Message], on: str) -> None:
        """Take messages in one after the other, as the service's subscriber does."""
        for message in messages:
            await retell(self.world.documents, message, on=day(on))

    async def events(self) -> list[Any]:
        entries = await self.world.documents.entries(self.org, after=self.sequence)
        self.sequence = await self.world.documents.sequence(self.org)
        return [event for entry in entries for event in LOANS_EVENTS.decode(bytes(entry.events))]

    async def rates(self) -> dict[str, Decimal]:
        return {event.loan_id: event.rate for event in await self.events() if isinstance(event, LoanRecorded)}


@pytest.fixture
async def reader(world: Any) -> Reader:
    return Reader(world, await world.documents.sequence(f"{world.prefix}org-1"))


async def test_a_loan_that_is_brought_back_has_the_rate_and_the_months_that_it_had(floats: Any, reader: Reader) -> None:
    await floats.fixings("1M Term SOFR", FIXINGS, on="2026-06-29")
    loan = await floats.loan(TERM, on="2026-06-29")

    async def told() -> tuple[list[Decimal], list[PeriodsRecorded]]:
        events = await reader.events()
        rates = [event.rate for event in events if isinstance(event, LoanRecorded)]
        return rates, [event for event in events if isinstance(event, PeriodsRecorded)]

    before = await told()
    made = await reader.world.documents.sequence(reader.org)
    path, on = f"/loans/{loan}", {"businessDate": "2026-06-29"}
    gone = await floats.client.delete(path, headers={"If-Match": "*"}, params=on)
    assert gone.status_code == 204, gone.text
    back = await floats.client.post(f"{path}/restore", json={"sequence": made}, params=on)
    assert back.status_code == 200, back.text
    assert before[0] == [Decimal("0.055")]
    assert await told() == before


async def test_a_reset_is_told_on_its_day_though_no_fixing_comes(floats: Any, reader: Reader) -> None:
    await floats.fixings("1M Term SOFR", FIXINGS, on="2026-06-29")
    loan = await floats.loan(TERM, on="2026-06-29")
    assert await reader.rates() == {loan: Decimal("0.055")}
    moment = datetime.datetime(2026, 7, 1, 11, tzinfo=datetime.UTC)
    async with reader.world.documents.unit(org=reader.org, actor="test", business_date=moment.date()) as unit:
        telling = await unit.get(RATE_TELLINGS, reader.org)
        unit.put(RATE_TELLINGS, msgspec.structs.replace(telling, told_on=day("2026-06-30")))
    async with reader.world.documents.unit(org=reader.org, actor="test", business_date=moment.date()) as unit:
        await tell_daily(unit, [reader.org], now=lambda: moment)
    (due,) = await reader.events()
    assert due == PresentRatesDue(since=day("2026-06-30"))
    await reader.tell("2026-07-01", Told.of(due))
    assert await reader.rates() == {loan: Decimal("0.045")}
    telling = await reader.world.documents.get(RATE_TELLINGS, reader.org, reader.org)
    assert telling.due == datetime.datetime(2026, 7, 2, 10, tzinfo=datetime.UTC)
    # The day after nothing has moved, and nothing is told.
    await reader.tell("2026-07-02", Told(indices=None, first=day("2026-07-01")))
    assert await reader.events() == []


async def test_until_fixings_come_in_after_a_reset_the_rate_before_it_stands(floats: Any, reader: Reader) -> None:
    await floats.fixings("1M Term SOFR", FIXINGS, on="2026-06-29")
    loan = await floats.loan(TERM, on="2026-06-29")
    await reader.events()
    await reader.tell("2026-08-05")
    assert await reader.rates() == {loan: Decimal("0.045")}


def test_the_present_is_told_as_of_today_whatever_day_was_stated() -> None:
    moment = datetime.datetime(2026, 7, 20, 1, tzinfo=datetime.UTC)
    assert present_day(day("2025-03-31"), moment) == day("2026-07-20")
    assert present_day(day("2027-03-31"), moment) == day("2026-07-20")
    assert present_day(day("2026-07-19"), moment) == day("2026-07-19")  # it is the evening before in New York


async def test_a_loan_that_cannot_be_computed_keeps_no_other_from_being_told(
    floats: Any, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    await floats.fixings("1M Term SOFR", FIXINGS, on="2026-06-29")
    good, bad = [await floats.loan(TERM, on="2026-06-29", number=number) for number in ("1", "2")]
    await reader.events()
    market = FloatingPlan.market

    def failing(plan: FloatingPlan, *arguments: Any, **named: Any) -> Any:
        if plan.loan.id == bad:
            raise ZeroDivisionError
        return market(plan, *arguments, **named)

    monkeypatch.setattr(FloatingPlan, "market", failing)
    await reader.tell("2026-07-20")
    assert await reader.rates() == {good: Decimal("0.045")}


async def test_only_what_a_fixing_moves_is_told(floats: Any, reader: Reader) -> None:
    await floats.fixings("1M Term SOFR", FIXINGS, on="2026-06-29")
    loan = await floats.loan(TERM, on="2026-06-29", balanceAsOf="2026-06-01")
    await reader.events()
    long_ago = Told(indices=ALL.indices, first=day("2018-04-02"), last=day("2018-04-30"))
    await reader.tell("2026-07-20", long_ago)
    assert await reader.events() == []
    await reader.tell("2026-07-20", Told(indices=ALL.indices, first=day("2026-05-28"), last=day("2026-05-28")))
    (months,) = [event for event in await reader.events() if isinstance(event, PeriodsRecorded)]
    assert [one.month.isoformat() for one in months.periods] == ["2026-05-01", "2026-06-01"]
    assert months.loan_id == loan


async def test_a_loan_that_floated_once_and_is_fixed_now_is_told(floats: Any, reader: Reader) -> None:
    loan = await floats.loan(TERM, on="2026-03-02", number="7")
    body = (await floats.client.get(f"/loans/{loan}")).json()
    answer = await floats.client.patch(
        f"/loans/{loan}",
        json={"rateType": "fixed", "rate": "0.05", "terms": {**body["terms"], "floating": None}},
        params={"effectiveOn": "2026-06-01", "reason": "modification", "businessDate": "2026-06-10"},
        headers={"If-Match": '"1"', "Content-Type": "application/merge-patch+json"},
    )
    assert answer.status_code == 200, answer.text
    await floats.fixings("1M Term SOFR", FIXINGS, on="2026-06-29")
    await reader.events()
    await reader.tell("2026-07-20")
    assert await reader.rates() == {loan: Decimal("0.05")}


async def test_what_is_said_of_fixings_names_the_days(floats: Any, reader: Reader) -> None:
    await floats.fixings("1M Term SOFR", FIXINGS, on="2026-06-29")
    (event,) = [event for event in await reader.events() if isinstance(event, FixingsRecorded)]
    assert (event.first, event.last) == (day("2025-12-30"), day("2026-06-29"))


async def test_a_loan_recorded_as_of_its_origination_has_a_past(floats: Any, reader: Reader) -> None:
    await floats.fixings("1M Term SOFR", FIXINGS, on="2026-06-29")
    await reader.events()
    await floats.loan(
        TERM,
        on="2026-06-29",
        originationDate="2026-01-01",
        terms={"firstPaymentDate": "2026-02-01"},
        balanceAsOf="2026-01-01",
    )
    (months,) = [event for event in await reader.events() if isinstance(event, PeriodsRecorded)]
    assert [(one.month.month, one.rate) for one in months.periods] == [
        *((month, Decimal("0.062")) for month in (1, 2, 3, 4, 5)),
    ]


async def test_what_is_recorded_later_leaves_months_before_it_as_they_were(floats: Any, reader: Reader) -> None:
    await floats.fixings("1M Term SOFR", FIXINGS, on="2026-06-29")
    loan = await floats.loan(TERM, on="2026-02-10", balanceAsOf="2026-02-01")
    answer = await floats.client.patch(
        f"/loans/{loan}",
        json={"status": "60_days", "currentBalance": "9000000.00"},
        params={"businessDate": "2026-05-20"},
        headers={"If-Match": '"1"', "Content-Type": "application/merge-patch+json"},
    )
    assert answer.status_code == 200, answer.text
    await reader.events()
    await reader.tell("2026-07-01")
    (months,) = [event for event in await reader.events() if isinstance(event, PeriodsRecorded)]
    assert [(one.month.month, one.status.value, str(one.balance)) for one in months.periods][-5:] == [
        *((month, "current", "10000000.00") for month in (2, 3, 4)),
        *((month, "60_days", "9000000.00") for month in (5, 6)),
    ]


class TestABurst:
    async def entered(self, floats: Any, values: dict[str, str]) -> None:
        for on, value in values.items():
            answer = await floats.client.post(
                "/rates/fixings",
                json={"index": "1M Term SOFR", "on": on, "value": str(Decimal(value) / 100)},
                params={"businessDate": "2026-06-29"},
            )
            assert answer.status_code == 201, answer.text

    async def test_of_fixings_one_after_the_other_is_told_once(self, floats: Any, reader: Reader) -> None:
        await floats.fixings("SOFR", {"2026-06-26": "3.60"}, on="2026-06-29")
        loan = await floats.loan(TERM, on="2026-06-29", balanceAsOf="2026-06-01")
        await reader.hear(await reader.messages(), "2026-07-20")
        await reader.events()
        await self.entered(floats, FIXINGS)
        await floats.fixings("SOFR", {"2026-06-25": "3.61"}, on="2026-06-29")
        burst = await reader.messages()
        assert len([one for one in burst if any(isinstance(e, FixingsRecorded) for e in one.events)]) == 8
        await reader.hear(burst, "2026-07-20")
        told = [event for event in await reader.events() if isinstance(event, LoanRecorded | PeriodsRecorded)]
        assert [(type(event), event.loan_id) for event in told] == [(LoanRecorded, loan), (PeriodsRecorded, loan)]
        assert (told[0].rate, len(told[1].periods)) == (Decimal("0.045"), 7)
        # The same messages once more, as after a crash: nothing is due any more.
        await reader.hear(burst, "2026-07-20")
        assert await reader.events() == []

    async def test_is_told_as_a_file_of_it_is(self, floats: Any, reader: Reader) -> None:
        loan = await floats.loan(TERM, on="2026-06-29", balanceAsOf="2026-06-01")
        await reader.events()
        await self.entered(floats, FIXINGS)
        await reader.hear(await reader.messages(), "2026-07-20")
        one_by_one = [event for event in await reader.events() if isinstance(event, PeriodsRecorded)]
        await floats.fixings("1M Term SOFR", dict.fromkeys(FIXINGS, "1.00"), on="2026-06-29")
        await floats.fixings("1M Term SOFR", FIXINGS, on="2026-06-29")
        await reader.hear(await reader.messages(), "2026-07-20")
        (months,) = [event for event in await reader.events() if isinstance(event, PeriodsRecorded)]
        assert one_by_one == [months]
        assert months.loan_id == loan

    async def test_that_goes_on_while_it_is_told_is_told_again(self, floats: Any, reader: Reader) -> None:
        await floats.fixings("1M Term SOFR", {"2025-12-30": "3.70"}, on="2026-06-29")
        storage, org = reader.world.documents, reader.org
        before = await every(storage, FIXINGS_DUE, org)
        await floats.fixings("1M Term SOFR", {"2026-05-28": "3.00"}, on="2026-06-29")
        await settle_told(documents=storage, org=org, business_date=day("2026-07-20"), told=before)
        (due,) = await every(storage, FIXINGS_DUE, org)
        assert (due.done, due.first, due.last) == (False, day("2025-12-30"), day("2026-05-28"))
        await settle_told(documents=storage, org=org, business_date=day("2026-07-20"), told=[due])
        await floats.fixings("1M Term SOFR", {"2026-06-29": "2.00"}, on="2026-06-29")
        (due,) = await every(storage, FIXINGS_DUE, org)
        assert (due.done, due.first, due.last) == (False, day("2026-06-29"), day("2026-06-29"))
