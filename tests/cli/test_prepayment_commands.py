"""`realinsights payoff` and `realinsights prepay`: the golden cases of terms that are stated, and of stored loans."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

CASES = json.loads(
    (Path(__file__).parents[2] / "packages/finance/tests/facts/prepayment.json").read_text(encoding="utf-8")
)
G11, G12 = CASES["G11_ym"], CASES["G12_step_down"]
AFTER_84 = "2032-01-01"
G1 = ("--principal", "10000000", "--rate", "5.25%", "--term", "120", "--amortization", "360", "--day-count", "30_360")
STARTS = ("--start", "2025-01-01")
LOAN = (*G1, *STARTS)
REMAINING = "yield-maintenance formula=remaining-payments floor=1%"


class TestGoldenYieldMaintenance:
    @pytest.mark.parametrize(
        ("name", "phase"),
        [
            ("a_PV_payments_BEY", REMAINING),
            ("a_PV_payments_nominal12", f"{REMAINING} discounting=nominal"),
            ("b_PV_rate_diff_BEY", "yield-maintenance formula=difference-on-scheduled-balance floor=1%"),
            ("c_UPBxDiffxFactor", "yield-maintenance formula=annual-factor floor=1%"),
            ("T_plus50", f"{REMAINING} spread=0.5%"),
        ],
    )
    def test_agrees_to_the_cent_without_a_server(self, run: Any, name: str, phase: str) -> None:
        market = ("--on", AFTER_84, "--treasury", "3.75%", "--json")
        quote = run("payoff", *LOAN, "--phase", phase, *market)
        assert quote.code == 0, quote.error
        assert quote.document["principal"] == G11["UPB_after_84"]
        assert quote.document["prepayment"]["premium"] == G11[name]
        (cost,) = run("prepay", *LOAN, "--phase", phase, *market).document["costs"]
        assert (cost["balance"], cost["premium"]) == (G11["UPB_after_84"], G11[name])

    def test_lists_every_payment_date_to_maturity(self, run: Any) -> None:
        found = run("prepay", *LOAN, "--phase", REMAINING, "--treasury", "3.75%", "--json").document
        assert len(found["costs"]) == 119
        assert {cost["on"]: cost["premium"] for cost in found["costs"]}[AFTER_84] == G11["a_PV_payments_BEY"]
        assert (found["loanId"], found["number"]) == (None, None)

    def test_prints_tables_for_people(self, run: Any) -> None:
        options = ("--phase", REMAINING, "--on", AFTER_84, "--treasury", "3.75%", "--explain")
        told = run("payoff", *LOAN, *options)
        assert "370,108.51" in told.out
        assert "Total 9,208,749.42 without what is not known: fees, late charges" in told.out
        assert "present value of the remaining payments - balance" in told.out
        assert "only the servicer's ledger knows it" in told.out
        assert "370,108.51" in run("prepay", *LOAN, *options).out
        listed = run("prepay", *LOAN, "--phase", REMAINING)
        assert "Not known: yield maintenance needs a Treasury yield" in listed.out


class TestGoldenStepDown:
    @pytest.mark.parametrize(
        ("balance", "on", "expected"),
        [
            ("9950000", "2026-01-01", G12["yr1"]),
            ("9700000", "2027-02-01", G12["yr3"]),
            ("9000000", "2030-02-01", G12["after_sched"]),
            ("9000000", "2034-10-01", G12["open"]),
        ],
    )
    def test_agrees_to_the_cent_without_a_server(self, run: Any, balance: str, on: str, expected: str) -> None:
        loan = ("--principal", balance, "--rate", "6%", "--term", "120", *STARTS)
        phases = ("--phase", "step-down percentages=5%,4%,3%,2%,1% months-before-maturity=3", "--phase", "open")
        (cost,) = run("prepay", *loan, *phases, "--on", on, "--json").document["costs"]
        assert (cost["state"], cost["premium"]) == ("known", expected)

    def test_a_lockout_refuses_a_payoff(self, run: Any) -> None:
        phases = ("--phase", "lockout months=24", "--phase", "open")
        answer = run("payoff", *LOAN, *phases, "--on", "2026-01-01")
        assert answer.code == 1
        assert "nor before 2027-02-01" in answer.error


class TestTerms:
    def test_of_a_file_are_those_of_the_api(self, run: Any, tmp_path: Path) -> None:
        file = tmp_path / "loan.json"
        terms = {"dayCount": "30_360", "firstPaymentDate": "2025-02-01", "amortizationMonths": 360}
        phase = {"kind": "yield_maintenance", "formula": "remaining_payments", "floor": "0.01"}
        draft = {
            "originalBalance": "10000000.00",
            "originationDate": "2025-01-01",
            "maturityDate": "2035-01-01",
            "rate": "0.0525",
            "terms": {**terms, "prepayment": [phase]},
        }
        file.write_text(json.dumps(draft))
        market = ("--on", AFTER_84, "--treasury", "0.0375", "--json")
        quote = run("payoff", "--terms", file, *market).document
        assert quote["prepayment"]["premium"] == G11["a_PV_payments_BEY"]
        assert quote == run("payoff", *LOAN, "--phase", REMAINING, *market).document
        file.write_text(json.dumps({**draft, "rate": "5.25"}))
        refused = run("payoff", "--terms", file, *market)
        assert refused.code == 1
        assert "rate" in refused.error
        file.write_text("not JSON")
        assert "is no JSON" in run("payoff", "--terms", file, *market).error

    def test_have_every_rounding_of_a_schedule(self, run: Any) -> None:
        options = ("--phase", "open", "--on", AFTER_84, "--json")
        usual, up = (run("payoff", *LOAN, *rounding, *options).document for rounding in ((), ("--rounding", "up")))
        assert Decimal(usual["principal"]) < Decimal(up["principal"])
        schedule = run("schedule", *LOAN, "--rounding", "up", "--json").document
        assert up["principal"] == schedule["installments"][83]["endingBalance"]

    @pytest.mark.parametrize(
        ("wrong", "complaint"),
        [
            (("--phase", "yield-maintenance formula=best"), "--phase 1, formula"),
            (("--phase", "lockout months=x"), "--phase 1, months"),
            (("--phase", "lockout months"), "write name=value"),
            (("--phase", "'"), "--phase 1, words: cannot be read: no closing quotation"),
            (("--phase", "lockout months="), "--phase 1, months: has no value: write name=value"),
            (("--phase", "lockout months=1.5"), "--phase 1, months: must be a whole number"),
            (("--phase", "step-down percentages=5%,4%..%"), "--phase 1, percentages"),
            (("--phase", "fixed-penalty penalty=.%"), "--phase 1, penalty"),
            (("--phase", "open fee=Exit:1.2.3%"), "--phase 1, fees"),
            (("--phase", "open", "--treasury", "1.2.3%"), "treasury: '1.2.3%' is not a number"),
            (("--phase", "open", "--zero-rates", "..%"), "zeroRates"),
            (("--phase", "loan months=3"), "--phase 1, kind"),
            (("--phase", "open color=red"), "--phase 1, color"),
            (("--phase", "open fee=Exit"), "--phase 1, fee"),
            (("--phase", "lockout", "--phase", "open"), "terms.prepayment[1].fromDate"),
            (("--phase", "lockout months=24 until=2027-01-01", "--phase", "open"), "terms.prepayment[0].months"),
            (("--phase", "open", "--treasury", "lots"), "treasury"),
        ],
    )
    def test_that_cannot_be_are_refused_by_name(self, run: Any, wrong: tuple[str, ...], complaint: str) -> None:
        answer = run("payoff", *LOAN, "--on", AFTER_84, *wrong)
        assert answer.code == 1
        assert complaint in answer.error
        assert answer.out == ""

    @pytest.mark.parametrize(
        ("wrong", "complaint"),
        [
            ((), "--principal, --rate, --term is missing"),
            (("--loan", "1001"), "--org NAME --loan NUMBER"),
            (("--org", "acme", "--loan", "1", *LOAN), "one of the three"),
            (("--principal", "1", "--rate", "1%", "--term", "12"), "Pass when it starts"),
        ],
    )
    def test_wrong_usage_ends_with_2(self, run: Any, wrong: tuple[str, ...], complaint: str) -> None:
        answer = run("payoff", "--on", AFTER_84, *wrong)
        assert answer.code == 2
        assert complaint in " ".join(answer.error.split())


class TestStoredLoans:
    def test_are_found_by_their_number(self, run: Any, data: Path, tape: Path) -> None:
        run("--data", data, "import", tape, "--org", "check")
        number = run("--data", data, "loans", "--org", "check", "--json").document["loans"][0]["number"]
        stored = ("--data", data, "--org", "check", "--loan", number)
        quote = run("payoff", *stored, "--on", "2026-12-16", "--fees", "250", "--json")
        assert quote.code == 0, quote.error
        assert quote.document["number"] == number
        assert "fees" not in quote.document["without"]
        assert "prepayment premium" in quote.document["without"]
        costs = run("prepay", *stored, "--after", "2026-12-16", "--json").document["costs"]
        assert {cost["state"] for cost in costs} == {"unknown"}
        missing = run("payoff", "--data", data, "--org", "check", "--loan", "none", "--on", "2026-12-16")
        assert (missing.code, "There is no loan none." in missing.error) == (1, True)
