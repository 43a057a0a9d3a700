"""Payoffs and prepayments where a loan ends, or is expected to: maturity, extension, anticipated repayment, closing."""

from __future__ import annotations

from typing import Any

import pytest

INTEREST_ONLY = {"amortizationMonths": None, "dayCount": "actual_360", "firstPaymentDate": "2020-02-01"}
TEN_YEARS = {"originationDate": "2020-01-01", "balanceAsOf": "2026-11-01", "rate": "0.06"}
YIELD_MAINTENANCE = {"kind": "yield_maintenance", "formula": "remaining_payments"}


def line(payoff: dict[str, Any], name: str) -> tuple[Any, Any]:
    return next((each["amount"], each["reason"]) for each in payoff["lines"] if each["name"] == name)


class TestAnticipatedRepayment:
    async def test_is_what_a_loss_is_measured_to(self, stored: Any, ask: Any) -> None:
        asked = {"on": "2026-12-01", "treasury": "0.0375"}
        matures = await stored(YIELD_MAINTENANCE, terms=INTEREST_ONLY, maturityDate="2030-01-01", **TEN_YEARS)
        (expected,) = (await ask(f"{matures}/prepayment", **asked))["costs"]
        assert expected["premium"] == "689561.41"  # 37 months of interest and $10,000,000 at 0.0031008620 a month
        path = await stored(
            YIELD_MAINTENANCE,
            terms=INTEREST_ONLY,
            maturityDate="2040-01-01",
            anticipatedRepaymentDate="2030-01-01",
            number="1002",
            **TEN_YEARS,
        )
        found = await ask(f"{path}/prepayment", **asked)
        assert found["costs"][0]["premium"] == "689561.41"
        assert "The anticipated repayment date 2030-01-01 is taken as the maturity." in found["assumptions"]
        payoff = await ask(f"{path}/payoff", **asked)
        assert line(payoff, "prepayment premium")[0] == "689561.41"
        listed = await ask(f"{path}/prepayment", businessDate="2026-11-30", treasury="0.0375")
        assert (listed["costs"][0]["premium"], listed["costs"][-1]["on"]) == ("689561.41", "2029-12-01")

    async def test_of_an_amortizing_loan_too(self, stored: Any, ask: Any) -> None:
        # The golden loan, as one that legally matures ten years later.
        path = await stored(
            {**YIELD_MAINTENANCE, "floor": "0.01"}, maturityDate="2045-01-01", anticipatedRepaymentDate="2035-01-01"
        )
        (cost,) = (await ask(f"{path}/prepayment", on="2032-01-01", treasury="0.0375"))["costs"]
        assert cost["premium"] == "370108.51"

    async def test_ends_a_lockout(self, stored: Any, ask: Any) -> None:
        path = await stored(
            {"kind": "lockout", "monthsBeforeMaturity": 6},
            {"kind": "open"},
            terms=INTEREST_ONLY,
            maturityDate="2040-01-01",
            anticipatedRepaymentDate="2030-01-01",
            **TEN_YEARS,
        )
        assert "before 2029-07-01" in (await ask(f"{path}/payoff", 409, on="2029-06-30"))["detail"]
        for on in ("2029-07-01", "2030-01-01", "2030-01-02", "2035-06-15"):
            assert line(await ask(f"{path}/payoff", on=on), "prepayment premium")[0] == "0.00"
        after = await ask(f"{path}/prepayment", businessDate="2031-01-15")
        assert {cost["total"] for cost in after["costs"]} == {"0.00"}
        assert after["costs"][-1]["on"] == "2039-12-01"
        assert "open after the anticipated repayment date" in after["phases"][-1]["assumed"][0]

    async def test_does_not_end_days_that_the_note_states_after_it(self, stored: Any, ask: Any) -> None:
        path = await stored(
            {"kind": "fixed_penalty", "penalty": "0.01", "until": "2034-12-31"},
            {"kind": "open"},
            terms=INTEREST_ONLY,
            maturityDate="2040-01-01",
            anticipatedRepaymentDate="2030-01-01",
            **TEN_YEARS,
        )
        premiums = [
            line(await ask(f"{path}/payoff", on=on), "prepayment premium")[0] for on in ("2031-02-01", "2035-02-01")
        ]
        assert premiums == ["100000.00", "0.00"]


class TestMaturity:
    async def test_needs_no_schedule_to_end_the_premium(self, stored: Any, ask: Any) -> None:
        path = await stored({"kind": "lockout"}, status="30_days")
        payoff = await ask(f"{path}/payoff", on="2035-02-01")
        assert (line(payoff, "prepayment premium"), payoff["principal"]) == (("0.00", None), None)
        unstated = await stored(status="30_days", number="1002")
        assert line(await ask(f"{unstated}/payoff", on="2035-02-01"), "prepayment premium")[0] == "0.00"

    async def test_leaves_nothing_to_prepay_and_says_so(self, stored: Any, ask: Any) -> None:
        path = await stored({"kind": "open"})
        listed = await ask(f"{path}/prepayment", businessDate="2035-03-01")
        words = "the loan matures on 2035-01-01: from then on it is not prepaid, ask for its payoff"
        assert (listed["costs"], listed["notComputed"]) == ([], words)
        refused = await ask(f"{path}/prepayment", 422, on="2035-03-01")
        assert [(error["field"], error["message"]) for error in refused["errors"]] == [("on", words)]
        last = await ask(f"{path}/prepayment", businessDate="2034-12-15")
        assert (last["costs"], "2035-01-01" in last["notComputed"]) == ([], True)

    async def test_of_an_extended_loan_is_not_taken_for_terms_that_nobody_stated(self, stored: Any, ask: Any) -> None:
        path = await stored({"kind": "open"}, terms={"extensionOptions": [{"months": 12, "exercisedOn": "2025-06-01"}]})
        words = "the loan is extended to 2036-01-01: its terms after 2035-01-01 are not known"
        payoff = await ask(f"{path}/payoff", on="2035-03-01")
        assert line(payoff, "prepayment premium") == (None, words)
        for on in ("2035-03-01", "2034-12-15"):
            listed = await ask(f"{path}/prepayment", businessDate=on)
            assert (listed["costs"], listed["notComputed"]) == ([], words)
        over = await ask(f"{path}/payoff", on="2036-01-01")
        assert line(over, "prepayment premium")[0] == "0.00"

    async def test_of_a_balance_recorded_after_it_leaves_its_interest_unknown(self, stored: Any, ask: Any) -> None:
        path = await stored(
            {"kind": "open"},
            terms=INTEREST_ONLY,
            maturityDate="2026-10-01",
            currentBalance="9000000.00",
            **TEN_YEARS,
        )
        payoff = await ask(f"{path}/payoff", on="2026-11-30")
        assert (payoff["principal"], payoff["accruedInterest"], payoff["perDiem"]) == ("9000000.00", None, None)
        assert "after maturity on 2026-10-01" in line(payoff, "accrued interest")[1]
        whole = await stored(
            {"kind": "open"}, terms=INTEREST_ONLY, maturityDate="2026-10-01", number="1002", **TEN_YEARS
        )
        payoff = await ask(f"{whole}/payoff", on="2026-11-30")
        assert (payoff["principal"], payoff["accruedInterest"]) == ("10000000.00", "150000.00")  # 30 and 60 days


class TestClosing:
    async def test_days_before_interest_starts_are_told_for_what_they_are(self, stored: Any, ask: Any) -> None:
        path = await stored({"kind": "open"}, originationDate="2024-12-15", balanceAsOf="2024-12-15")
        for figure in ("payoff", "prepayment"):
            (error,) = (await ask(f"{path}/{figure}", 422, on="2024-12-20"))["errors"]
            assert error["message"].startswith(
                "interest starts on 2025-01-01: what is owed from the closing on 2024-12-15"
            )
            (error,) = (await ask(f"{path}/{figure}", 422, on="2024-12-14"))["errors"]
            assert error["message"] == "the loan closes on 2024-12-15, after 2024-12-14"

    async def test_is_where_phases_begin_with_a_schedule_and_without(self, stored: Any, ask: Any) -> None:
        closed = {"originationDate": "2024-12-15", "balanceAsOf": "2024-12-15"}
        principal = {"scheduledPrincipal": [{"dueDate": "2025-02-01", "amount": "1000.00"}]}
        for number, terms in (("1", None), ("2", principal)):
            path = await stored({"kind": "open"}, terms=terms, number=number, **closed)
            found = await ask(f"{path}/prepayment", businessDate="2025-01-15")
            assert [phase["fromDate"] for phase in found["phases"]] == ["2024-12-15"]


class TestQuote:
    async def test_says_what_its_phase_leaves_open(self, stored: Any, ask: Any) -> None:
        path = await stored({"kind": "step_down", "percentages": ["0.05", "0.04"]}, terms={"amortizationMonths": None})
        payoff = await ask(f"{path}/payoff", on="2026-03-01")
        assert line(payoff, "prepayment premium")[0] == "400000.00"
        assert "Each percentage holds for 12 months: the terms do not say for how long." in payoff["assumptions"]
        assert any("count from the first payment date 2025-02-01" in words for words in payoff["assumptions"])

    @pytest.mark.parametrize("name", ["suspense", "escrow"])
    async def test_does_not_credit_more_than_is_owed(self, stored: Any, ask: Any, name: str) -> None:
        path = await stored({"kind": "open"})
        known = {"fees": "0", "lateCharges": "0", "defaultInterest": "0", "suspense": "0", "escrowCredited": "true"}
        refused = await ask(f"{path}/payoff", 422, on="2032-01-01", **{**known, name: "99000000.00"})
        assert [error["field"] for error in refused["errors"]] == [name]

    @pytest.mark.parametrize("treasury", ["-0.5", "-0.06", "0.51", "12:-0.5,60:0.04"])
    async def test_takes_no_yield_that_never_was(self, stored: Any, ask: Any, treasury: str) -> None:
        path = await stored(YIELD_MAINTENANCE)
        refused = await ask(f"{path}/payoff", 422, on="2032-01-01", treasury=treasury)
        assert [error["field"] for error in refused["errors"]] == ["treasury"]
