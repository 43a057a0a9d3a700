"""Floating loans at the edges of their periods: closed days, dated changes, parts of months."""

from __future__ import annotations

import datetime
import io
from typing import Any

import pytest

from realinsights.loans.tapes import fixings_csv
from realinsights.loans.tapes.problems import TapeRefused

SHIFTED = {
    "index": "SOFR",
    "setting": "compounded_in_arrears",
    "lookbackBusinessDays": 2,
    "observationShift": True,
}


def weekdays(first: str, last: str, value: str = "3.60") -> dict[str, str]:
    """Return one value of each weekday, as a file of fixings says it."""
    start, end = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
    days = (start + datetime.timedelta(days=count) for count in range((end - start).days + 1))
    return {day.isoformat(): value for day in days if day.weekday() < 5}


class TestArrearsWithAnObservationShift:
    @pytest.mark.parametrize("day", ["2026-08-01", "2026-08-02", "2026-08-03", "2026-11-01"])
    async def test_have_a_rate_in_the_first_days_of_a_period_that_starts_on_a_closed_day(
        self, floats: Any, day: str
    ) -> None:
        await floats.fixings("SOFR", weekdays("2026-06-01", "2026-10-30"), on="2026-11-02")
        loan = await floats.loan(SHIFTED, on=day)
        told = await floats.schedule(loan, day)
        assert told["floating"]["presentRate"] == "0.061"
        answer = await floats.client.get(f"/loans/{loan}/balance", params={"on": day, "businessDate": day})
        assert answer.status_code == 200, answer.text


TERM = {"index": "1M Term SOFR", "lookbackBusinessDays": 2, "calendar": "us_government_bond"}


def of_periods(told: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Return the rates of each period by its first day, each with the day it is from."""
    return {
        one["start"]: [(rate["start"], rate["rate"]) for rate in one["rates"]] for one in told["floating"]["periods"]
    }


async def test_accrued_interest_is_of_the_balance_that_was_recorded(floats: Any) -> None:
    await floats.fixings("1M Term SOFR", weekdays("2024-12-02", "2026-06-30"))
    loan = await floats.loan(TERM, on="2026-06-20", currentBalance="6000000.00", balanceAsOf="2026-06-01")
    accrual = (await floats.schedule(loan, "2026-06-20", explain="true"))["floating"]["accrual"]
    # 19 days of June at 6.10 % on 6,000,000.00.
    assert (accrual["since"], accrual["balance"], accrual["interest"]) == ("2026-06-01", "6000000.00", "19316.67")
    assert {"name": "balance", "value": "6000000.00"}.items() <= accrual["explained"]["inputs"][0].items()


async def test_arrears_that_begin_within_a_period_are_explained_from_their_day(floats: Any) -> None:
    await floats.fixings("SOFR", weekdays("2026-06-26", "2026-07-30"))
    floating = {"index": "SOFR", "setting": "compounded_in_arrears", "lookbackBusinessDays": 8}
    loan = await floats.loan({**floating, "fixedRate": "0.05", "fixedUntil": "2026-07-10"}, on="2026-07-20")
    plain = (await floats.schedule(loan, "2026-07-20"))["floating"]["accrual"]
    told = (await floats.schedule(loan, "2026-07-20", explain="true"))["floating"]["accrual"]
    assert told["interest"] == plain["interest"]
    steps = {step["name"]: step["value"] for step in told["explained"]["steps"]}
    assert steps["days"] == "10"


async def test_a_spread_amended_within_a_period_keeps_the_period_s_index(floats: Any) -> None:
    await floats.fixings("1M Term SOFR", {**weekdays("2024-12-02", "2026-05-29"), "2026-06-12": "3.95"})
    loan = await floats.loan(TERM, on="2026-05-20")
    body = (await floats.client.get(f"/loans/{loan}")).json()
    answer = await floats.client.patch(
        f"/loans/{loan}",
        json={"terms": {**body["terms"], "floating": {**body["terms"]["floating"], "spread": "0.03"}}},
        params={"effectiveOn": "2026-06-16", "reason": "modification", "businessDate": "2026-06-20"},
        headers={"If-Match": '"1"', "Content-Type": "application/merge-patch+json"},
    )
    assert answer.status_code == 200, answer.text
    told = await floats.schedule(loan, "2026-06-20")
    assert of_periods(told)["2026-06-01"] == [("2026-06-01", "0.061"), ("2026-06-16", "0.066")]


class TestResetsThatGoWithPayments:
    async def test_move_to_business_days_with_them(self, floats: Any) -> None:
        values = {**weekdays("2024-12-02", "2025-01-29", "3.60"), **weekdays("2025-01-30", "2025-12-31", "4.60")}
        await floats.fixings("1M Term SOFR", values)
        moved = {"businessDayRule": "following", "businessDayCalendar": "us_government_bond", "accrualAdjusted": True}
        loan = await floats.loan({**TERM, "resetMonths": 3}, on="2025-06-01", terms=moved)
        told = await floats.schedule(loan, "2025-06-01")
        assert of_periods(told)["2025-01-01"] == [("2025-01-01", "0.061")]
        assert of_periods(told)["2025-02-03"] == [("2025-02-03", "0.071")]
        assert any("names no first reset" in words for words in told["howComputed"]["assumed"])

    async def test_fall_on_the_last_day_of_the_month_with_them(self, floats: Any) -> None:
        await floats.fixings("1M Term SOFR", weekdays("2024-12-02", "2026-06-30"))
        for months in (1, 3):
            loan = await floats.loan(
                {**TERM, "resetMonths": months, "firstResetDate": "2025-04-30"},
                on="2026-06-01",
                number=f"M{months}",
                originationDate="2025-03-31",
                balanceAsOf="2025-03-31",
                maturityDate="2028-03-31",
                terms={"firstPaymentDate": "2025-04-30", "paymentDay": 31},
            )
            told = of_periods(await floats.schedule(loan, "2026-06-01"))
            assert all(len(rates) == 1 for rates in told.values())


async def test_an_average_is_computed_on_the_day_that_a_fixed_time_ends(floats: Any) -> None:
    await floats.fixings("SOFR", weekdays("2026-03-02", "2026-06-30"))
    floating = {"index": "30-day average SOFR", "lookbackBusinessDays": 2}
    loan = await floats.loan({**floating, "fixedRate": "0.05", "fixedUntil": "2026-06-15"}, on="2026-06-20")
    told = await floats.schedule(loan, "2026-06-20")
    assert told["floating"]["missing"] is None
    assert of_periods(told)["2026-06-01"][1][0] == "2026-06-15"


@pytest.mark.parametrize(
    ("floating", "said"),
    [
        ({"index": "Compounded SOFR"}, "is compounded of daily rates, and terms.floating.setting is in_advance"),
        ({"index": "Daily Simple SOFR"}, "is simple of daily rates, and terms.floating.setting is in_advance"),
        ({"index": "Daily Simple SOFR", "setting": "compounded_in_arrears"}, "is simple of daily rates"),
        ({"index": "30-day average SOFR", "setting": "compounded_in_arrears"}, "is an average of many days already"),
    ],
)
async def test_an_index_that_is_not_set_as_its_name_says_is_not_computed(
    floats: Any, floating: dict[str, Any], said: str
) -> None:
    loan = await floats.loan(floating, on="2026-06-20")
    assert said in (await floats.schedule(loan, "2026-06-20"))["unscheduled"]


async def test_a_first_payment_on_another_day_than_the_later_ones_is_not_scheduled(floats: Any) -> None:
    terms = {"firstPaymentDate": "2025-02-17", "paymentDay": 5}
    loan = await floats.loan(TERM, on="2026-06-20", terms=terms)
    said = (await floats.schedule(loan, "2026-06-20"))["unscheduled"]
    assert said == "its first payment, on 2025-02-17, is not on day 5 of the month"


async def test_one_day_s_rate_for_a_whole_period_is_said(floats: Any) -> None:
    await floats.fixings("SOFR", weekdays("2024-12-02", "2026-06-30"))
    loan = await floats.loan({"index": "SOFR"}, on="2026-06-20")
    told = await floats.schedule(loan, "2026-06-20")
    assert (
        "One day's SOFR stands from each reset to the next, because the setting is in advance."
        in (told["howComputed"]["assumed"])
    )


async def test_slashed_days_that_are_not_american_refuse_the_file(floats: Any) -> None:
    body = "DATE,SOFR\n01/07/2026,3.60\n02/07/2026,3.60\n15/07/2026,3.60\n"
    answer = await floats.client.post(
        "/rates/imports", content=body.encode(), params={"fileName": "f.csv", "businessDate": "2026-07-20"}
    )
    assert (answer.status_code, "15/07/2026" in answer.text) == (422, True)


async def test_the_rate_of_a_period_with_several_is_their_average_by_days(floats: Any) -> None:
    await floats.fixings(
        "Prime", {**weekdays("2024-12-02", "2025-01-15", "7.50"), **weekdays("2025-01-16", "2025-03-31", "7.00")}
    )
    loan = await floats.loan({"index": "Prime", "setting": "each_day", "spread": "0"}, on="2025-02-10")
    period = (await floats.schedule(loan, "2025-02-10"))["floating"]["periods"][0]
    assert [rate["rate"] for rate in period["rates"]] == ["0.075", "0.07"]
    # 15 days at 7.50 % and 16 at 7.00 %.
    assert period["rate"] == "0.0724193548"
    answer = await floats.client.get(f"/loans/{loan}/schedule.csv", params={"businessDate": "2025-02-10"})
    header, first = answer.text.splitlines()[:2]
    assert first.split(",")[header.split(",").index("Rate")] == "0.0724193548"


def test_a_file_of_too_many_values_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixings_csv, "MOST_VALUES", 3)
    file = "DATE,SOFR,DGS10\n2024-06-18,5.33,4.2\n2024-06-20,5.32,4.2\n"
    with pytest.raises(TapeRefused, match="more than 3 values"):
        fixings_csv.read_fixings(io.BytesIO(file.encode()))


async def test_a_loan_that_starts_in_years_to_come_is_projected_by_the_last_fixing(floats: Any) -> None:
    await floats.fixings("1M Term SOFR", weekdays("2026-05-01", "2026-06-19"))
    answer = await floats.client.post(
        "/schedules",
        json={
            "originalBalance": "10000000.00",
            "originationDate": "2029-01-01",
            "maturityDate": "2031-01-01",
            "rate": "0.06",
            "rateType": "floating",
            "terms": {
                "dayCount": "actual_360",
                "firstPaymentDate": "2029-02-01",
                "floating": {**TERM, "spread": "0.025"},
            },
        },
        params={"businessDate": "2026-06-22"},
    )
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["unscheduled"], told["floating"]["periods"][0]["rate"]) == (None, "0.061")
