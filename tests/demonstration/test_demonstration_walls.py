"""The wall of balloons on the demonstration differs from the wall of balances as a computation by hand says."""

from __future__ import annotations

import datetime
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from realinsights.cli.client import connected
from realinsights.cli.place import Place
from realinsights.demonstration.portfolio import plan
from realinsights.loans.model.loan import LoanDraft
from realinsights_finance.day_count import DayCount

from .putting_in import put_in

ON = datetime.date(2026, 1, 15)
CENT = Decimal("0.01")

# By year: owed today by the loans that mature in it, and the principal of their last payments.
BY_HAND = {
    "2026": ("85540061.93", "84863754.34"),
    "2027": ("275322584.29", "269856668.81"),
    "2028": ("388512281.02", "376308252.64"),
    "2029": ("494613879.26", "477080521.61"),
    "2030": ("249777224.83", "231456176.84"),
    "2031": ("167770034.57", "156636481.24"),
    "2032": ("190469336.75", "188431750.21"),
    "2033": ("140577115.46", "116474343.74"),
    "2034": ("52752873.80", "50863209.40"),
}


def rounded(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def a_month_before(day: datetime.date) -> datetime.date:
    return (day - datetime.timedelta(days=1)).replace(day=1)


def a_month_after(day: datetime.date) -> datetime.date:
    return (day + datetime.timedelta(days=31)).replace(day=1)


def balloon_by_hand(loan: LoanDraft) -> Decimal:
    """Pay a loan month by month, as a person with a calculator would, and return the principal of its last payment."""
    terms, balance = loan.terms, loan.original_balance
    if terms.amortization_months is None:
        return balance
    monthly, months = loan.rate / 12, terms.amortization_months
    payment = rounded(balance * monthly / (1 - (1 + monthly) ** -months))
    due, number = terms.first_payment_date, 1
    assert due is not None
    assert due.day == 1
    while due < loan.maturity_date:
        days = 30 if terms.day_count is DayCount.THIRTY_360 else (due - a_month_before(due)).days
        interest = rounded(balance * loan.rate * days / 360)
        if number > terms.interest_only_months:
            balance -= payment - interest
        due, number = a_month_after(due), number + 1
    assert due == loan.maturity_date
    return balance


def walls_by_hand() -> dict[str, tuple[str, str]]:
    balances: dict[str, Decimal] = defaultdict(Decimal)
    balloons: dict[str, Decimal] = defaultdict(Decimal)
    for planned in plan(ON).loans:
        year = str(planned.draft.maturity_date.year)
        balances[year] += planned.draft.current_balance
        balloons[year] += balloon_by_hand(planned.draft)
    return {year: (f"{balances[year]:.2f}", f"{balloons[year]:.2f}") for year in sorted(balances)}


async def test_both_walls_are_what_a_computation_by_hand_says(tmp_path: Path) -> None:
    found: dict[str, Any] = {}
    async with connected(Place(data=tmp_path), org="demonstration", create=True) as client:
        await put_in(client, on=ON.isoformat())
        for by in ("year", "month"):
            found[by] = await client.get("/portfolio/stress", businessDate=ON.isoformat(), by=by, explain="true")
        buckets = (await client.get("/dashboard/maturities", businessDate=ON.isoformat(), by="year"))["buckets"]
    by_hand = walls_by_hand()
    assert {bar["key"]: (bar["balance"], bar["balloon"]) for bar in found["year"]["wall"]} == by_hand
    assert {each["key"]: (each["balance"], each["dueBySchedule"]) for each in buckets} == by_hand
    assert by_hand == BY_HAND
    # All that is known of the demonstration is on the wall: no balloon is unknown, none is moved.
    total = found["year"]["total"]
    assert (total["loans"], total["withoutSchedule"], total["extended"]) == (60, "0.00", "0.00")
    assert Decimal(total["balloon"]) < Decimal(total["balance"])
    assert found["month"]["total"] == total
    # Both say what they are.
    how = found["year"]["explained"]["balloon"]
    assert how["formula"].startswith("Σ principal that the loans' schedules leave to the day")
    assert {step["name"]: step["value"] for step in how["steps"]}["balance today"] == total["balance"]
