"""Payoff quotes and costs of prepayment over HTTP: the golden cases to the cent, and what is not known, never zero."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

Body = Callable[..., dict[str, Any]]

CASES = json.loads(
    (Path(__file__).parents[2] / "packages/finance/tests/facts/prepayment.json").read_text(encoding="utf-8")
)
G11, G12 = CASES["G11_ym"], CASES["G12_step_down"]
AFTER_84 = "2032-01-01"
REMAINING = {"kind": "yield_maintenance", "formula": "remaining_payments", "floor": "0.01"}
STEPS = {"kind": "step_down", "percentages": ["0.05", "0.04", "0.03", "0.02", "0.01"], "monthsBeforeMaturity": 3}
LEDGER = ["fees", "late charges", "default interest", "suspense"]


def amounts(payoff: dict[str, Any]) -> dict[str, Any]:
    return {line["name"]: line["amount"] for line in payoff["lines"]}


class TestGoldenYieldMaintenance:
    """G11: the golden loan, prepaid right after payment 84, Treasuries at 3.75 % whatever the maturity."""

    @pytest.mark.parametrize(
        ("name", "variant"),
        [
            ("a_PV_payments_BEY", {}),
            ("a_PV_payments_nominal12", {"discounting": "nominal"}),
            ("b_PV_rate_diff_BEY", {"formula": "difference_on_scheduled_balance"}),
            ("c_UPBxDiffxFactor", {"formula": "annual_factor"}),
            ("T_plus50", {"spread": "0.005"}),
        ],
    )
    async def test_agrees_to_the_cent_in_quote_and_table(
        self, stored: Any, ask: Any, name: str, variant: dict[str, str]
    ) -> None:
        path = await stored({**REMAINING, **variant})
        payoff = await ask(f"{path}/payoff", on=AFTER_84, treasury=G11["T"])
        assert payoff["principal"] == payoff["prepayment"]["balance"] == G11["UPB_after_84"]
        assert amounts(payoff)["prepayment premium"] == payoff["prepayment"]["premium"] == G11[name]
        table = await ask(f"{path}/prepayment", treasury=G11["T"], businessDate="2025-01-01")
        (row,) = (cost for cost in table["costs"] if cost["on"] == AFTER_84)
        assert (row["state"], row["balance"], row["premium"]) == ("known", G11["UPB_after_84"], G11[name])
        assert Decimal(row["reinvestedAt"]) == Decimal(G11["T"]) + Decimal(variant.get("spread", "0"))
        assert len(table["costs"]) == 119

    async def test_the_floor_holds_where_treasuries_yield_more_than_the_note(self, stored: Any, ask: Any) -> None:
        path = await stored(REMAINING)
        (cost,) = (await ask(f"{path}/prepayment", on=AFTER_84, treasury="0.06"))["costs"]
        assert (cost["calculated"], cost["floor"]) == (G11["T_600_a"], G11["one_pct"])
        assert (cost["premium"], cost["floorApplied"]) == (G11["T_600_due"], True)

    async def test_it_explains_itself(self, stored: Any, ask: Any) -> None:
        path = await stored(REMAINING)
        for figure in ("payoff", "prepayment"):
            assert (await ask(f"{path}/{figure}", on=AFTER_84, treasury=G11["T"]))["explained"] is None
            explained = (await ask(f"{path}/{figure}", on=AFTER_84, treasury=G11["T"], explain="true"))["explained"]
            steps = {step["name"]: step["value"] for step in explained["steps"]}
            assert steps["by the formula"] == G11["a_PV_payments_BEY"]
            assert f"{Decimal(steps['i, the rate of a month']):.10f}" == G11["monthly_equiv_bey"]
            assert {"name": "note rate", "value": "0.0525", "unit": "fraction"} in explained["inputs"]
        listed = await ask(f"{path}/prepayment", treasury=G11["T"], businessDate="2031-12-31", explain="true")
        assert listed["explained"]["inputs"][0] == {"name": "date of prepayment", "value": AFTER_84, "unit": "date"}

    async def test_a_curve_is_matched_to_each_date(self, stored: Any, ask: Any) -> None:
        path = await stored(REMAINING)
        table = await ask(f"{path}/prepayment", treasury="12:0.04,60:0.03", businessDate="2031-12-31")
        yields = [Decimal(cost["reinvestedAt"]) for cost in table["costs"]]
        assert yields[0] == Decimal("0.035")
        assert yields == sorted(yields)
        (alone,) = (await ask(f"{path}/prepayment", treasury="12:0.04,60:0.03", on=AFTER_84))["costs"]
        assert alone["premium"] == table["costs"][0]["premium"]
        bad = await ask(f"{path}/prepayment", 422, treasury="12:0.04,24:0.03", on=AFTER_84)
        assert bad["errors"][0]["field"] == "treasury"
        assert "the curve ends at 24 months" in bad["errors"][0]["message"]


class TestGoldenStepDown:
    """G12: 5-4-3-2-1, open for the last three months, counted from the first payment date."""

    @pytest.mark.parametrize(
        ("balance", "on", "expected"),
        [
            ("9950000.00", "2026-01-01", G12["yr1"]),
            ("9700000.00", "2027-02-01", G12["yr3"]),
            ("9000000.00", "2030-02-01", G12["after_sched"]),
            ("9000000.00", "2034-10-01", G12["open"]),
        ],
    )
    async def test_agrees_to_the_cent(self, stored: Any, ask: Any, balance: str, on: str, expected: str) -> None:
        terms = {"amortizationMonths": None}
        changes = {"originalBalance": balance, "currentBalance": balance}
        path = await stored(STEPS, {"kind": "open"}, terms=terms, **changes)
        assert amounts(await ask(f"{path}/payoff", on=on))["prepayment premium"] == expected
        (cost,) = (await ask(f"{path}/prepayment", on=on))["costs"]
        assert (cost["state"], cost["premium"], cost["total"]) == ("known", expected, expected)

    async def test_a_lockout_refuses_a_payoff_with_the_day_it_ends(self, stored: Any, ask: Any) -> None:
        path = await stored({"kind": "lockout", "months": 24}, STEPS, {"kind": "open"})
        refused = await ask(f"{path}/payoff", 409, on="2026-01-01")
        assert "2027-02-01" in refused["detail"]
        (cost,) = (await ask(f"{path}/prepayment", on="2026-01-01"))["costs"]
        assert (cost["state"], cost["allowedFrom"], cost["premium"]) == ("locked_out", "2027-02-01", None)
        table = await ask(f"{path}/prepayment", businessDate="2025-01-01")
        assert [cost["state"] for cost in table["costs"]] == ["locked_out"] * 24 + ["known"] * 95
        assert [phase["kind"] for phase in table["phases"]] == ["lockout", "step_down", "open"]


class TestPayoff:
    async def test_what_only_a_ledger_knows_is_unknown_and_the_total_says_so(self, stored: Any, ask: Any) -> None:
        path = await stored({"kind": "open"})
        payoff = await ask(f"{path}/payoff", on="2032-01-16")
        assert payoff["without"] == LEDGER
        assert {line["amount"] for line in payoff["lines"] if line["name"] in LEDGER} == {None}
        assert not payoff["complete"]
        known = [line for line in payoff["lines"] if line["amount"] is not None]
        assert Decimal(payoff["totalKnown"]) == sum(Decimal(line["amount"]) for line in known)
        assert payoff["inWords"].endswith(f"without what is not known: {', '.join(LEDGER)}")
        assert (payoff["dayCount"], payoff["interestDays"], payoff["perDiem"]) == ("30_360", 15, "1288.97")

    async def test_what_the_request_knows_is_taken(self, stored: Any, ask: Any) -> None:
        path = await stored({"kind": "open"})
        stated = {"fees": "250", "lateCharges": "2761.02", "defaultInterest": "0.00", "suspense": "1000.00"}
        stated |= {"escrow": "40000.00", "reserves": "125000.00"}
        payoff = await ask(f"{path}/payoff", on=AFTER_84, **stated)
        assert payoff["complete"]
        assert payoff["totalKnown"] == "8840651.93"
        credited = await ask(f"{path}/payoff", on=AFTER_84, escrowCredited="true", **stated)
        assert credited["totalKnown"] == "8800651.93"
        assert amounts(payoff)["reserves"] == "125000.00"

    async def test_a_loan_without_phases_has_no_premium_that_is_known(self, stored: Any, ask: Any) -> None:
        path = await stored()
        payoff = await ask(f"{path}/payoff", on=AFTER_84)
        (premium,) = (line for line in payoff["lines"] if line["name"] == "prepayment premium")
        assert (premium["amount"], premium["reason"]) == (None, "the loan's prepayment terms are not stated")
        table = await ask(f"{path}/prepayment", businessDate="2034-10-15")
        assert {(cost["state"], cost["premium"]) for cost in table["costs"]} == {("unknown", None)}
        assert len(table["costs"]) == 2

    async def test_yield_maintenance_without_a_treasury_is_not_known(self, stored: Any, ask: Any) -> None:
        path = await stored(REMAINING)
        payoff = await ask(f"{path}/payoff", on=AFTER_84)
        assert "prepayment premium" in payoff["without"]
        assert "state treasury" in payoff["prepayment"]["reason"]

    async def test_the_note_may_ask_for_the_whole_period(self, stored: Any, ask: Any) -> None:
        path = await stored({"kind": "open"}, terms={"payoffInterestTo": "end_of_period"})
        payoff = await ask(f"{path}/payoff", on="2032-01-02")
        assert (payoff["accruedInterest"], payoff["interestDays"], payoff["perDiem"]) == ("38669.05", 30, None)

    async def test_a_recorded_balance_below_the_schedule_s_goes_on_by_it(self, stored: Any, ask: Any) -> None:
        path = await stored({"kind": "open"}, currentBalance="9000000.00", balanceAsOf="2026-01-01")
        payoff = await ask(f"{path}/payoff", on="2026-01-16")
        assert payoff["principal"] == "9000000.00"
        assert payoff["accruedInterest"] == "19687.50"  # 9,000,000 x 5.25 % x 15 / 360
        assert "recorded as of 2026-01-01" in payoff["assumptions"][0]
        assert (await ask(f"{path}/payoff", on="2026-02-01"))["principal"] == "8984154.63"

    async def test_a_floating_loan_that_repays_nothing_has_its_principal_and_no_interest(
        self, stored: Any, ask: Any
    ) -> None:
        spread = {"kind": "spread_maintenance", "months": 12, "floor": "0.01"}
        floating = {"index": "SOFR30A", "spread": "0.0275"}
        path = await stored(
            spread, REMAINING, rateType="floating", terms={"amortizationMonths": None, "floating": floating}
        )
        payoff = await ask(f"{path}/payoff", on="2025-05-16")
        assert (payoff["principal"], payoff["accruedInterest"]) == ("10000000.00", None)
        assert payoff["prepayment"]["premium"] == "199375.00"  # 10,000,000 x 2.75 % x 261 / 360
        assert "the rate floats" in next(
            line["reason"] for line in payoff["lines"] if line["name"] == "accrued interest"
        )
        due = await ask(f"{path}/payoff", on="2025-05-01")
        assert (due["accruedInterest"], due["perDiem"]) == ("0.00", None)
        assert (await ask(f"{path}/payoff", on="2035-01-01"))["accruedInterest"] is None
        later = await ask(f"{path}/payoff", on="2026-05-16", treasury="0.04")
        assert "the rate floats" in later["prepayment"]["reason"]

    async def test_a_loan_past_due_has_no_interest_that_is_known(self, stored: Any, ask: Any) -> None:
        path = await stored({"kind": "open"}, status="30_days")
        payoff = await ask(f"{path}/payoff", on="2025-01-16")
        assert (payoff["accruedInterest"], payoff["interestDays"], payoff["perDiem"]) == (None, None, None)
        assert "30 days past due" in next(
            line["reason"] for line in payoff["lines"] if line["name"] == "accrued interest"
        )

    async def test_a_loan_past_due_is_not_taken_to_have_paid_since(self, stored: Any, ask: Any) -> None:
        path = await stored({"kind": "open"}, status="60_days")
        assert (await ask(f"{path}/payoff", on="2025-01-16"))["assumptions"] == []
        later = await ask(f"{path}/payoff", on="2025-03-16")
        assert (later["principal"], later["without"][:2]) == (None, ["principal", "accrued interest"])
        assert "whether its payments were made is not known" in later["lines"][0]["reason"]

    async def test_the_period_of_a_change_bears_each_rate_for_its_days(
        self, client: httpx.AsyncClient, stored: Any, ask: Any
    ) -> None:
        minimum = {"kind": "minimum_interest", "minimumInterestMonths": 12}
        path = await stored({"kind": "open", "months": 1}, minimum)
        parameters = {"effectiveOn": "2025-02-16", "businessDate": "2025-03-20"}
        changed = await client.patch(path, json={"rate": "0.06"}, params=parameters, headers={"If-Match": "*"})
        assert changed.status_code == 200, changed.text
        balance = (await ask(f"{path}/balance", on="2025-02-20"))["accruedInterest"]
        assert (await ask(f"{path}/payoff", on="2025-02-20"))["accruedInterest"] == balance
        (cost,) = (await ask(f"{path}/prepayment", on="2025-04-01"))["costs"]
        assert (cost["state"], cost["premium"]) == ("unknown", None)

    async def test_an_extended_loan_has_no_quote_after_its_first_maturity(self, stored: Any, ask: Any) -> None:
        options = [{"months": 12, "exercisedOn": "2025-06-01"}]
        path = await stored({"kind": "open"}, terms={"extensionOptions": options})
        payoff = await ask(f"{path}/payoff", on="2035-03-01")
        assert payoff["principal"] is None
        assert "extended to 2036-01-01" in payoff["lines"][0]["reason"]

    async def test_a_loan_without_schedule_tells_what_was_recorded(self, stored: Any, ask: Any) -> None:
        principal = [{"dueDate": "2025-02-02", "amount": "1000.00"}]
        path = await stored(STEPS, {"kind": "open"}, terms={"scheduledPrincipal": principal})
        at, later = [await ask(f"{path}/payoff", on=on) for on in ("2025-01-01", "2026-01-01")]
        assert (at["principal"], later["principal"]) == ("10000000.00", None)
        assert {"accrued interest", "prepayment premium"} <= set(at["without"])
        assert "is due on no payment date" in later["lines"][0]["reason"]
        opened = await ask(f"{path}/payoff", on="2034-11-01")
        assert amounts(opened)["prepayment premium"] == "0.00"

    @pytest.mark.parametrize(
        ("parameters", "field"),
        [
            ({"on": "2024-12-31"}, "on"),
            ({"on": "9999-12-31"}, "on"),
            ({"on": "2032-02-30"}, "on"),
            ({"treasury": "3.75"}, "treasury"),
            ({"treasury": "3.75 %"}, "treasury"),
            ({"treasury": "12:0.04,12:0.05"}, "treasury"),
            ({"treasury": "NaN"}, "treasury"),
            ({"zeroRates": "2026:0.04"}, "zeroRates"),
            ({"zeroRates": "2020-01-01:0.04,2021-01-01:0.04"}, "zeroRates"),
            ({"fees": "-1"}, "fees"),
            ({"escrow": "0.001"}, "escrow"),
            ({"chosen": "lockout"}, "chosen"),
            ({"noSuch": "1"}, "noSuch"),
        ],
    )
    async def test_what_cannot_be_asked_is_refused_by_its_field(
        self, stored: Any, ask: Any, parameters: dict[str, str], field: str
    ) -> None:
        path = await stored({"kind": "defeasance"})
        refused = await ask(f"{path}/payoff", 422, **{"on": AFTER_84, **parameters})
        assert [error["field"] for error in refused["errors"]] == [field]

    async def test_a_repaid_loan_owes_nothing(self, stored: Any, ask: Any) -> None:
        path = await stored(status="paid_off", currentBalance="0.00")
        assert "nothing is owed" in (await ask(f"{path}/payoff", 409))["detail"]
        assert "nothing is owed" in (await ask(f"{path}/prepayment", 409))["detail"]


class TestCost:
    async def test_a_part_bears_its_part(self, stored: Any, ask: Any) -> None:
        path = await stored({**REMAINING, "fees": [{"name": "Exit fee", "percentage": "0.0025"}]})
        found = await ask(f"{path}/prepayment", on=AFTER_84, amount="4419320.46", treasury=G11["T"])
        (cost,) = found["costs"]
        assert (cost["principal"], cost["premium"], cost["fees"]) == ("4419320.46", "185054.25", "11048.30")
        assert cost["feeAmounts"] == [{"name": "Exit fee", "amount": "11048.30"}]
        assert "do not say whether" in found["assumptions"][-1]

    async def test_no_part_may_be_prepaid_where_the_note_forbids_it(self, stored: Any, ask: Any) -> None:
        path = await stored(REMAINING, terms={"partialPrepayment": "not_allowed"})
        refused = await ask(f"{path}/prepayment", 422, on=AFTER_84, amount="1000.00", treasury=G11["T"])
        assert [error["field"] for error in refused["errors"]] == ["amount"]

    @pytest.mark.parametrize(
        ("parameters", "field"),
        [
            ({"amount": "1000.00"}, "amount"),
            ({"interestReceived": "1000.00"}, "interestReceived"),
            ({"on": AFTER_84, "amount": "0.00"}, "amount"),
            ({"on": AFTER_84, "amount": "8838640.92"}, "amount"),
            ({"on": "2035-01-01"}, "on"),
        ],
    )
    async def test_what_cannot_be_asked_is_refused_by_its_field(
        self, stored: Any, ask: Any, parameters: dict[str, str], field: str
    ) -> None:
        path = await stored(REMAINING)
        refused = await ask(f"{path}/prepayment", 422, treasury=G11["T"], **parameters)
        assert [error["field"] for error in refused["errors"]] == [field]

    async def test_where_the_borrower_chooses_it_is_asked_which(self, stored: Any, ask: Any) -> None:
        path = await stored({**REMAINING, "kind": "defeasance_or_yield_maintenance"})
        market = {"treasury": G11["T"], "zeroRates": "0.0375"}
        (open_,) = (await ask(f"{path}/prepayment", on=AFTER_84, **market))["costs"]
        assert (open_["state"], open_["premium"]) == ("unknown", None)
        assert "the borrower chooses" in open_["reason"]
        (lost,) = (await ask(f"{path}/prepayment", on=AFTER_84, chosen="yield_maintenance", **market))["costs"]
        assert lost["premium"] == G11["a_PV_payments_BEY"]
        (strips,) = (await ask(f"{path}/prepayment", on=AFTER_84, chosen="defeasance", **market))["costs"]
        assert strips["state"] == "known"
        assert strips["premium"] not in {None, lost["premium"]}

    async def test_minimum_interest_is_of_the_note_s_schedule(self, stored: Any, ask: Any) -> None:
        phase = {"kind": "minimum_interest", "minimumInterestMonths": 12, "months": 24}
        path = await stored(phase, {"kind": "open"}, terms={"amortizationMonths": None})
        (cost,) = (await ask(f"{path}/prepayment", on="2025-07-01"))["costs"]
        assert cost["premium"] == "262500.00"  # six of twelve months of 43,750.00
        received = {"interestReceived": "500000.00"}
        assert (await ask(f"{path}/prepayment", on="2025-07-01", **received))["costs"][0]["premium"] == "25000.00"

    async def test_days_of_which_the_terms_say_nothing_are_not_known(self, stored: Any, ask: Any) -> None:
        lockout = {"kind": "lockout", "until": "2026-12-31"}
        path = await stored(lockout, {"kind": "open", "fromDate": "2034-10-01"})
        table = await ask(f"{path}/prepayment", businessDate="2025-01-01")
        assert [(phase["place"], phase["kind"]) for phase in table["phases"]] == [
            (1, "lockout"),
            (None, None),
            (2, "open"),
        ]
        states = [cost["state"] for cost in table["costs"]]
        assert states == ["locked_out"] * 23 + ["unknown"] * 93 + ["known"] * 3

    async def test_what_the_terms_leave_open_is_said(self, stored: Any, ask: Any) -> None:
        path = await stored({"kind": "yield_maintenance", "formula": "annual_factor"})
        (phase,) = (await ask(f"{path}/prepayment", on=AFTER_84, treasury=G11["T"]))["phases"]
        assert "Its floor is not stated: taken as none." in phase["assumed"]
        assert "Its count of the months left is not stated: taken as whole." in phase["assumed"]
        path = await stored({"kind": "yield_maintenance"}, number="1002")
        (phase,) = (await ask(f"{path}/prepayment", on=AFTER_84, treasury=G11["T"]))["phases"]
        assert phase["unknown"].startswith("the formula of its yield maintenance is not stated")
