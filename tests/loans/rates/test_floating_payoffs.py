"""Payoffs of floating loans over HTTP: past interest by the fixings that are known, the future unknown and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from .facts import G6, G6_FIXINGS, G6_LOAN

Body = Callable[..., dict[str, Any]]

LOAN = {**G6_LOAN, "rate": "0.0772"}


@pytest.fixture
def stored(client: httpx.AsyncClient, a_loan_body: Body) -> Callable[..., Any]:
    """Return a way to store the loan of golden case G6 with its fixings; it answers with the loan's path."""

    async def store(
        terms: dict[str, Any] | None = None,
        fixings: str = G6_FIXINGS,
        floating: dict[str, Any] | None = None,
        **changes: Any,
    ) -> str:
        said = {"firstPaymentDate": "2025-02-15", "amortizationMonths": None, "prepayment": [{"kind": "open"}]}
        body = a_loan_body(
            **{**LOAN, **changes}, terms={**said, "floating": {**G6, **(floating or {})}, **(terms or {})}
        )
        answer = await client.post("/loans", json=body, params={"businessDate": "2025-05-20"})
        assert answer.status_code == 201, answer.text
        if fixings:
            taken = await client.post(
                "/rates/imports",
                content=fixings.encode(),
                params={"fileName": "fixings.csv", "businessDate": "2025-05-20"},
            )
            assert taken.status_code == 200, taken.text
        return f"/loans/{answer.json()['id']}"

    return store


def line(payoff: dict[str, Any], name: str = "accrued interest") -> tuple[Any, Any]:
    return next((each["amount"], each["reason"]) for each in payoff["lines"] if each["name"] == name)


class TestInterest:
    async def test_of_past_days_is_that_of_the_schedule(self, stored: Any, ask: Any) -> None:
        path = await stored()
        quote = await ask(f"{path}/payoff", businessDate="2025-03-25")
        told = (await ask(f"{path}/schedule", businessDate="2025-03-25"))["floating"]["accrual"]
        # 25,000,000 x 4.5 % x 10 / 360, and a day of it.
        assert quote["accruedInterest"] == told["interest"] == "31250.00"
        assert (quote["interestDays"], quote["perDiem"]) == (10, "3125.00")
        assert "The rate from 2025-03-15 on is 0.045, by the index of 2025-03-13." in quote["assumptions"]

    async def test_on_a_due_date_the_next_day_bears_the_rate_that_is_set_for_it(self, stored: Any, ask: Any) -> None:
        path = await stored()
        due = await ask(f"{path}/payoff", businessDate="2025-04-15")
        assert (due["accruedInterest"], due["interestDays"], due["perDiem"]) == ("0.00", 0, "5902.78")  # 8.5 %
        unset = await ask(f"{path}/payoff", on="2025-05-15", businessDate="2025-04-20")
        assert (unset["accruedInterest"], unset["interestDays"], unset["perDiem"]) == ("0.00", 0, None)

    async def test_of_days_to_come_is_unknown_and_says_why(self, stored: Any, ask: Any) -> None:
        path = await stored()
        quote = await ask(f"{path}/payoff", on="2025-05-20", businessDate="2025-04-20")
        assert (quote["principal"], quote["interestDays"], quote["perDiem"]) == ("25000000.00", None, None)
        assert line(quote) == (
            None,
            "the rate floats: it is set anew on 2025-05-13, after the business date 2025-04-20",
        )

    async def test_of_a_past_fixing_that_nobody_stored_names_it(self, stored: Any, ask: Any) -> None:
        path = await stored(fixings="")
        quote = await ask(f"{path}/payoff", businessDate="2025-03-25")
        assert line(quote) == (None, "the rate floats: the fixing of 1-month Term SOFR for 2025-03-13 is missing")

    async def test_at_maturity_is_the_last_period_s_where_it_is_known_and_else_unknown(
        self, stored: Any, ask: Any
    ) -> None:
        path = await stored(maturityDate="2025-05-15")
        quote = await ask(f"{path}/payoff", on="2025-05-15", businessDate="2025-05-15")
        assert (quote["accruedInterest"], quote["perDiem"], line(quote, "prepayment premium")[0]) == (
            "177083.33",
            None,
            "0.00",
        )
        after = await ask(f"{path}/payoff", on="2025-05-20", businessDate="2025-05-20")
        assert line(after)[0] is None
        assert "after maturity" in line(after)[1]
        assert not any("note rate" in words for words in after["assumptions"])
        path = await stored(number="1002")
        unset = await ask(f"{path}/payoff", on="2026-01-15", businessDate="2025-04-20")
        assert (unset["accruedInterest"], unset["interestDays"], unset["perDiem"]) == (None, None, None)

    async def test_to_the_end_of_the_period_is_all_of_it(self, stored: Any, ask: Any) -> None:
        path = await stored(terms={"payoffInterestTo": "end_of_period"})
        quote = await ask(f"{path}/payoff", businessDate="2025-03-25")
        assert (quote["accruedInterest"], quote["interestDays"], quote["perDiem"]) == ("96875.00", 31, None)

    async def test_of_a_hybrid_s_fixed_time_is_at_its_fixed_rate(self, stored: Any, ask: Any) -> None:
        path = await stored(floating={"fixedRate": "0.055", "fixedUntil": "2025-12-15"}, fixings="")
        quote = await ask(f"{path}/payoff", on="2025-09-25", businessDate="2025-04-20")
        assert (quote["accruedInterest"], quote["perDiem"]) == ("38194.44", "3819.44")  # 5.5 % for 10 days

    async def test_of_the_period_in_which_it_becomes_fixed_bears_each_rate_for_its_days(
        self, client: httpx.AsyncClient, stored: Any, ask: Any
    ) -> None:
        path = await stored()
        dated = {"effectiveOn": "2025-03-25", "businessDate": "2025-04-05"}
        changed = await client.patch(
            path,
            json={"rate": "0.06", "rateType": "fixed", "terms": {"floating": None}},
            params=dated,
            headers={"If-Match": "*"},
        )
        assert changed.status_code == 200, changed.text
        quote = await ask(f"{path}/payoff", businessDate="2025-04-05")
        assert quote["accruedInterest"] == "77083.33"  # 25,000,000 x (4.5 % x 10 + 6 % x 11) / 360
        assert (quote["interestDays"], quote["perDiem"]) == (21, "4166.67")

    async def test_at_a_rate_of_each_day_is_the_schedule_s(self, stored: Any, ask: Any) -> None:
        days = "".join(f"2025-01-{day:02},4.{day:02}\n" for day in range(10, 32))
        path = await stored(fixings=f"DATE,1M Term SOFR\n{days}", floating={"setting": "each_day", "carryDays": 5})
        quote = await ask(f"{path}/payoff", businessDate="2025-01-28")
        told = (await ask(f"{path}/schedule", businessDate="2025-01-28"))["floating"]["accrual"]
        assert (quote["accruedInterest"], quote["interestDays"]) == (told["interest"], 13)
        assert quote["accruedInterest"] is not None
        assert any("each by the index of its day" in words for words in quote["assumptions"])

    async def test_ends_on_an_anticipated_repayment_date(self, stored: Any, ask: Any) -> None:
        path = await stored(anticipatedRepaymentDate="2025-04-01")
        quote = await ask(f"{path}/payoff", businessDate="2025-04-01")
        assert quote["accruedInterest"] == "53125.00"  # 4.5 % for 17 days
        assert line(quote, "prepayment premium")[0] == "0.00"

    async def test_of_a_payment_that_moves_beyond_its_period_is_of_two(self, stored: Any, ask: Any) -> None:
        moved = {"businessDayRule": "following", "businessDayCalendar": "federal_reserve"}
        path = await stored(terms=moved)
        # Saturday, February 15th: due on Tuesday, after a holiday.
        quote = await ask(f"{path}/payoff", businessDate="2025-02-17")
        assert quote["accruedInterest"] == "151895.83"  # 147,034.72 of the whole period, and 3.5 % for 2 days
        assert (quote["interestDays"], quote["perDiem"]) == (33, "2430.56")


class TestPrincipal:
    async def test_that_follows_a_schedule_of_its_own_is_by_that(self, stored: Any, ask: Any) -> None:
        path = await stored(terms={"scheduledPrincipal": [{"dueDate": "2025-02-15", "amount": "1000.00"}]})
        quote = await ask(f"{path}/payoff", businessDate="2025-03-25")
        assert quote["principal"] == "24999000.00"

    async def test_of_an_amortizing_loan_goes_on_by_its_fixings(self, stored: Any, ask: Any) -> None:
        path = await stored(terms={"amortizationMonths": 360})
        rows = (await ask(f"{path}/schedule", businessDate="2025-03-25"))["installments"]
        quote = await ask(f"{path}/payoff", businessDate="2025-03-25")
        assert quote["principal"] == rows[1]["endingBalance"]
        assert quote["accruedInterest"] is not None
        later = await ask(f"{path}/payoff", on="2025-06-20", businessDate="2025-04-20")
        assert later["principal"] is None
        assert "it is set anew on 2025-05-13" in line(later, "principal")[1]
        listed = await ask(f"{path}/prepayment", businessDate="2025-03-25")
        assert (listed["costs"], listed["notComputed"]) == ([], "the rate floats: its future interest is not known")

    async def test_of_a_recorded_balance_goes_on_from_it(self, stored: Any, ask: Any) -> None:
        path = await stored(terms={"amortizationMonths": 360}, currentBalance="24000000.00", balanceAsOf="2025-02-15")
        at, later = [await ask(f"{path}/payoff", businessDate=on) for on in ("2025-02-20", "2025-03-25")]
        assert (at["principal"], at["accruedInterest"]) == ("24000000.00", "11666.67")  # 3.5 % for 5 days
        assert later["principal"] < "24000000.00"
