"""Loans that could be: sized by every test, and a stored loan's refinance, over HTTP."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from realinsights_finance.due_dates import add_months

FACTS = Path(__file__).parents[2] / "packages/finance/tests/facts/golden_credit.json"
GOLDEN: dict[str, Any] = json.loads(FACTS.read_text())
ON = "businessDate=2025-12-31"

G10 = {
    "rate": "0.0625",
    "amortizationMonths": 360,
    "income": "1250000",
    "value": "18000000",
    "maximumLtv": "0.65",
    "minimumDscr": "1.30",
    "minimumDebtYield": "0.10",
}
CASES = {
    "G10_sizing": (G10, {"ltv": "by_LTV65", "dscr": "by_DSCR130", "debt_yield": "by_DY10"}),
    "G10b_sizing_all": (
        {
            **G10,
            "income": "900000",
            "value": "12000000",
            "cost": "11500000",
            "minimumDscr": "1.25",
            "maximumLtc": "0.75",
        },
        {"ltv": "LTV", "dscr": "DSCR", "debt_yield": "DY", "ltc": "LTC"},
    ),
    "G10c_DY_binds": (
        {**G10, "income": "900000", "value": "14000000", "minimumDscr": "1.25"},
        {"ltv": "LTV", "dscr": "DSCR", "debt_yield": "DY"},
    ),
    "G10d_DSCR_binds": (
        {**G10, "income": "900000", "value": "14000000", "rate": "0.08"},
        {"ltv": "LTV", "dscr": "DSCR", "debt_yield": "DY"},
    ),
    "G10e_DSCR_binds_25yr": (
        {
            **G10,
            "income": "1000000",
            "value": "16000000",
            "maximumLtv": "0.70",
            "minimumDscr": "1.35",
            "minimumDebtYield": "0.085",
            "rate": "0.07",
            "amortizationMonths": 300,
        },
        {"ltv": "LTV", "dscr": "DSCR", "debt_yield": "DY"},
    ),
}


async def sized(client: httpx.AsyncClient, body: dict[str, Any], *, status: int = 200, query: str = "") -> Any:
    answer = await client.post(f"/loans/size{query}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


class TestSizing:
    @pytest.mark.parametrize("case", CASES)
    async def test_agrees_with_the_golden_case_to_the_cent(self, client: httpx.AsyncClient, case: str) -> None:
        body, names = CASES[case]
        found = await sized(client, body)
        golden = GOLDEN[case]
        assert {limit["test"]: limit["maximum"] for limit in found["limits"]} == {
            test: golden[name] for test, name in names.items()
        }
        assert found["proceeds"] == golden["proceeds"]
        assert found["binding"] == {"LTV": "ltv", "DSCR": "dscr", "DY": "debt_yield"}[golden["binding"]]
        for limit in found["limits"]:
            assert Decimal(limit["slack"]) == Decimal(limit["maximum"]) - Decimal(found["proceeds"])
            assert limit["binding"] == (limit["test"] == found["binding"])

    async def test_of_an_interest_only_loan_and_at_a_floor_are_g10s(self, client: httpx.AsyncClient) -> None:
        only = {name: G10[name] for name in ("rate", "income", "minimumDscr")}
        interest_only = await sized(client, only)
        assert interest_only["proceeds"] == GOLDEN["G10_sizing"]["by_DSCR_IO"]
        assert (interest_only["payment"], interest_only["annualDebtService"]) == ("80128.21", "961538.46")
        floored = await sized(client, {**only, "amortizationMonths": 360, "rateFloor": "0.0725"})
        assert floored["proceeds"] == GOLDEN["G10_sizing"]["stressed_725"]
        assert (floored["rate"], floored["payment"]) == ("0.0725", "72321.94")

    async def test_tells_the_payment_at_the_quoted_rate(self, client: httpx.AsyncClient) -> None:
        found = await sized(client, G10)
        # 11,700,000 at 6.25 % over 360 months: spreadsheets' PMT is 72,038.91.
        assert (found["payment"], found["annualDebtService"]) == ("72038.91", "864466.92")
        assert found["constant"] == GOLDEN["G10_sizing"]["const"]
        actual = await sized(client, {**G10, "amortizationMonths": None, "dayCount": "actual_360"})
        assert actual["payment"] is None
        assert "varies with the days" in actual["noPayment"]
        assert actual["annualDebtService"] == "741406.25"

    async def test_makes_the_interest_coverage_test(self, client: httpx.AsyncClient) -> None:
        found = await sized(client, {"rate": "0.06", "amortizationMonths": 360, "income": "900000", "minimumIcr": "2"})
        assert (found["binding"], found["proceeds"]) == ("icr", "7500000.00")

    async def test_rounds_down_to_a_multiple(self, client: httpx.AsyncClient) -> None:
        found = await sized(client, {**G10, "value": "18001234.56", "multipleOf": "1000"})
        assert (found["binding"], found["proceeds"]) == ("ltv", "11700000.00")
        assert found["limits"][0]["slack"] == "802.46"

    async def test_explains_itself_where_it_is_asked_to(self, client: httpx.AsyncClient) -> None:
        assert (await sized(client, G10))["explained"] is None
        explained = (await sized(client, G10, query="?explain=true"))["explained"]
        assert explained["proceeds"]["formula"].startswith("proceeds = min(value x maximum LTV")
        assert {"name": "allowed by dscr", "value": "13013800.02", "unit": "dollars"} in explained["proceeds"]["steps"]
        assert explained["payment"]["rounding"] == "half up to the cent, once"

    async def test_of_an_interest_only_loan_can_be_computed_again(self, client: httpx.AsyncClient) -> None:
        body = {**G10, "amortizationMonths": None, "dayCount": "actual_360"}
        explained = (await sized(client, body, query="?explain=true"))["explained"]
        assert explained["proceeds"]["convention"] == (
            "the loan constant of an interest-only loan is the rate x 365 / 360, on actual_360"
        )
        for name in ("proceeds", "payment"):
            assert {"name": "day count", "value": "actual_360", "unit": "name"} in explained[name]["inputs"]
        steps = {step["name"]: step["value"] for step in explained["payment"]["steps"]}
        assert steps["debt service a year"] == "741406.25"
        assert steps["payment a month"] is None

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"income": None}, "income"),
            ({"value": None}, "value"),
            ({"maximumLtc": "0.7"}, "cost"),
            ({"rate": "6.25"}, "rate"),
            ({"rate": None}, "rate"),
            ({"minimumDscr": "0"}, "minimumDscr"),
            ({"value": "NaN"}, "value"),
            ({"value": "1e300"}, "value"),
            ({"amortizationMonths": 0}, "amortizationMonths"),
            ({"multipleOf": "0"}, "multipleOf"),
            ({"dayCount": "lunar"}, "dayCount"),
            ({"maximumLtv": None, "minimumDscr": None, "minimumDebtYield": None}, "tests"),
            ({"unheard": 1}, "unheard"),
        ],
    )
    async def test_refuses_what_cannot_be_by_name(
        self, client: httpx.AsyncClient, change: dict[str, Any], field: str
    ) -> None:
        refused = await sized(client, {**G10, **change}, status=422)
        assert [bad["field"] for bad in refused["errors"]] == [field]

    async def test_is_for_who_may_read_the_portfolio(self, client: httpx.AsyncClient) -> None:
        assert (await client.post("/loans/size", json=G10, headers={"Authorization": ""})).status_code == 401


G21 = "rate=0.0675&minimumDscr=1.25&maximumLtv=0.65&minimumDebtYield=0.09&amortizationMonths=360"
STATEMENTS = [{"basis": "trailing_twelve_months", "periodEnd": "2025-09-30", "netOperatingIncome": "900000"}]
VALUATIONS = [{"amount": "11500000", "asOf": "2024-11-15"}]


@pytest.fixture
def stored(
    client: httpx.AsyncClient, a_loan_body: Callable[..., Any], a_property_body: Callable[..., Any]
) -> Callable[..., Any]:
    """Return a way to store the golden balloon's loan on the golden property; changes are the loan's."""

    async def store(*, statements: Any = STATEMENTS, valuations: Any = VALUATIONS, **changes: Any) -> str:
        asset = await client.post(
            "/properties", json=a_property_body(operatingStatements=statements, valuations=valuations)
        )
        assert asset.status_code == 201, asset.text
        body = a_loan_body(
            **{
                "originalBalance": "8194827.97",
                "currentBalance": "8194827.97",
                "maturityDate": "2027-01-01",
                "properties": [{"propertyId": asset.json()["id"]}],
                "terms": {"amortizationMonths": None},
                **changes,
            }
        )
        loan = await client.post("/loans", json=body)
        assert loan.status_code == 201, loan.text
        return str(loan.json()["id"])

    return store


async def refinanced(client: httpx.AsyncClient, loan: str, query: str = "", *, status: int = 200) -> Any:
    answer = await client.get(f"/loans/{loan}/refinance?{ON}&{query}")
    assert answer.status_code == status, answer.text
    return answer.json()


def before(day: str) -> str:
    """Return the day a month before."""
    return add_months(datetime.date.fromisoformat(day), -1).isoformat()


class TestARefinance:
    async def test_agrees_with_golden_case_g21_to_the_cent(
        self, client: httpx.AsyncClient, stored: Callable[..., Any]
    ) -> None:
        golden = GOLDEN["G21_refi"]
        loan = await stored()
        found = await refinanced(client, loan, G21)
        assert found["balloon"]["value"] == golden["balloon"]
        assert {limit["test"]: limit["maximum"] for limit in found["sizing"]["limits"]} == {
            "ltv": golden["LTV"],
            "dscr": golden["DSCR"],
            "debt_yield": golden["DY"],
        }
        assert (found["sizing"]["binding"], found["sizing"]["proceeds"]) == ("ltv", golden["proceeds"])
        assert (found["gap"], found["financeable"]) == (golden["gap_before_costs"], False)
        assert round(Decimal(found["breakEvenRate"]), 8) == Decimal(golden["breakeven_rate_DSCR"])
        costly = await refinanced(client, loan, f"{G21}&costRate=0.01")
        assert (costly["gap"], costly["costs"]) == (golden["gap_with_1pct_costs"], "74750.00")

    async def test_says_on_what_it_rests(self, client: httpx.AsyncClient, stored: Callable[..., Any]) -> None:
        found = await refinanced(client, await stored(), "noiGrowth=0.02&explain=true")
        assert (found["on"], found["maturityKind"], found["extended"]) == ("2027-01-01", "maturity", False)
        assert found["incomeToday"] == {
            "value": "900000.00",
            "asOf": "2025-09-30",
            "basis": "trailing twelve months",
            "unknown": None,
            "old": False,
        }
        # 900,000 x 1.02^(366 / 365)
        assert (found["income"]["value"], found["income"]["asOf"]) == ("918049.81", "2027-01-01")
        assert (found["value"]["value"], found["value"]["asOf"]) == ("11500000.00", "2024-11-15")
        told = {each["name"]: (each["value"], each["default"]) for each in found["assumptions"]}
        assert told["rate"] == ("0.0675", True)
        assert told["noiGrowth"] == ("0.02", False)
        assert told["capRate"] == (None, True)
        assert set(found["explained"]) == {"balloon", "income", "gap", "payment", "breakEvenRate"}
        assert found["explained"]["balloon"]["steps"] == [{"name": "balloon", "value": "8194827.97", "unit": "dollars"}]
        assert found["explained"]["gap"]["formula"] == (
            "gap = balloon + costs - proceeds; costs = proceeds x cost rate + fixed costs"
        )

    async def test_takes_the_value_from_a_cap_rate_or_as_stated(
        self, client: httpx.AsyncClient, stored: Callable[..., Any]
    ) -> None:
        loan = await stored()
        capped = await refinanced(client, loan, "capRate=0.06&explain=true")
        assert (capped["value"]["value"], capped["value"]["basis"]) == ("15000000.00", "income at a cap rate of 0.06")
        assert capped["explained"]["value"]["formula"] == "value = income / cap rate"
        stated = await refinanced(client, loan, "value=14000000&noi=1100000")
        assert (stated["value"]["value"], stated["income"]["value"]) == ("14000000.00", "1100000.00")
        assert (stated["financeable"], stated["gap"]) == (True, "-905172.03")
        both = await refinanced(client, loan, "value=1&capRate=0.05", status=422)
        assert [bad["field"] for bad in both["errors"]] == ["capRate"]

    async def test_of_an_amortizing_loan_is_of_what_its_schedule_leaves(
        self, client: httpx.AsyncClient, stored: Callable[..., Any]
    ) -> None:
        loan = await stored(
            originalBalance="10000000",
            currentBalance="10000000",
            maturityDate="2035-01-01",
            terms={"amortizationMonths": 360, "dayCount": "30_360"},
        )
        # G3: the principal due in the last row of the golden loan on 30/360.
        assert (await refinanced(client, loan))["balloon"]["value"] == "8214111.66"
        early = await refinanced(client, loan, "on=2030-01-01")
        # G1's balance after sixty payments, each rounded.
        assert early["balloon"]["value"] == "9214948.85"
        assert early["balloon"]["basis"] == "what its schedule leaves of the recorded balance to that day"

    async def test_of_an_extended_loan_is_on_its_later_maturity(
        self, client: httpx.AsyncClient, stored: Callable[..., Any]
    ) -> None:
        option = {"months": 12, "exercisedOn": "2025-11-01"}
        found = await refinanced(client, await stored(terms={"amortizationMonths": None, "extensionOptions": [option]}))
        assert (found["on"], found["maturityKind"], found["extended"]) == ("2028-01-01", "extended", True)
        assert (found["maturityDate"], found["balloon"]["value"]) == ("2027-01-01", "8194827.97")
        beyond = await stored(number="2", terms={"amortizationMonths": 360, "extensionOptions": [option]})
        found = await refinanced(client, beyond)
        assert (found["balloon"]["value"], found["gap"], found["financeable"]) == (None, None, None)
        assert found["unknown"] == ["no schedule runs to its extended maturity: state the balloon"]
        assert (await refinanced(client, beyond, "balloon=8000000"))["sizing"]["proceeds"] == "7475000.00"

    async def test_of_a_loan_past_its_maturity_is_on_the_business_date(
        self, client: httpx.AsyncClient, stored: Callable[..., Any]
    ) -> None:
        found = await refinanced(client, await stored(maturityDate="2025-10-01"))
        assert (found["on"], found["expectedMaturityDate"]) == ("2025-12-31", "2025-10-01")
        assert found["balloon"]["value"] == "8194827.97"

    async def test_says_in_which_month_todays_gap_is_gone(
        self, client: httpx.AsyncClient, stored: Callable[..., Any]
    ) -> None:
        loan = await stored()
        growing = "capRate=0.078261&noiGrowth=0.1"
        found = await refinanced(client, loan, growing)
        # 900,000 x 1.1^(d / 365) / 0.078261 x 65 % reaches 8,194,827.97 after 352 days.
        flip = found["flip"]
        assert (flip["on"], flip["financeable"], found["noFlip"]) == ("2026-12-31", True, None)
        assert flip["gap"] == (await refinanced(client, loan, f"{growing}&on=2026-12-31"))["gap"]
        assert flip["gapToday"] == (await refinanced(client, loan, f"{growing}&on=2025-12-31"))["gap"]
        assert Decimal(flip["gap"]) <= 0 < Decimal(flip["gapToday"])
        assert Decimal((await refinanced(client, loan, f"{growing}&on=2026-11-30"))["gap"]) > 0

    async def test_says_in_which_month_a_gap_comes(self, client: httpx.AsyncClient, stored: Callable[..., Any]) -> None:
        loan = await stored()
        shrinking = "capRate=0.07&noiGrowth=-0.1"
        flip = (await refinanced(client, loan, shrinking))["flip"]
        assert flip["financeable"] is False
        assert Decimal(flip["gapToday"]) <= 0 < Decimal(flip["gap"])
        assert (await refinanced(client, loan, f"{shrinking}&on={flip['on']}"))["gap"] == flip["gap"]

    async def test_goes_by_what_the_schedule_repays_until_then(
        self, client: httpx.AsyncClient, stored: Callable[..., Any]
    ) -> None:
        loan = await stored(maturityDate="2035-01-01", terms={"amortizationMonths": 240, "dayCount": "30_360"})
        flip = (await refinanced(client, loan))["flip"]
        # Nothing grows: it is the repayments that bring the balance to 65 % of 11,500,000.
        assert flip["financeable"] is True
        balances = [
            Decimal((await refinanced(client, loan, f"on={day}"))["balloon"]["value"])
            for day in (flip["on"], before(flip["on"]))
        ]
        assert balances[0] <= Decimal(7_475_000) < balances[1]

    async def test_says_why_nothing_flips(self, client: httpx.AsyncClient, stored: Callable[..., Any]) -> None:
        loan = await stored()
        for query, why in (
            ("", "there is a gap in every month from 2025-12-31 to 2027-01-01"),
            ("value=14000000&noi=1100000", "there is no gap in any month from 2025-12-31 to 2027-01-01"),
        ):
            found = await refinanced(client, loan, query)
            assert (found["flip"], found["noFlip"]) == (None, why)
        due = await refinanced(client, await stored(number="2", maturityDate="2025-10-01"))
        assert (due["flip"], due["noFlip"]) == (None, "it is due already")
        bare = await refinanced(client, await stored(number="3", statements=[], valuations=[]))
        assert bare["noFlip"].startswith("today's gap is not known: the net operating income")

    async def test_says_what_is_not_known_and_never_zero(
        self, client: httpx.AsyncClient, stored: Callable[..., Any]
    ) -> None:
        bare = await refinanced(client, await stored(statements=[], valuations=[]))
        assert bare["unknown"] == [
            "the net operating income of its properties is not known",
            "the value of its properties is not known: state value or capRate",
        ]
        assert (bare["sizing"], bare["gap"], bare["breakEvenRate"]) == (None, None, None)
        note = await refinanced(client, await stored(number="2", structure="a_note"))
        assert "an A note is a part of the debt on the whole property" in note["unknown"][0]
        floating = await stored(
            number="3",
            rateType="floating",
            terms={"amortizationMonths": 360, "floating": {"index": "SOFR", "spread": "0.02"}},
        )
        assert "no schedule says what is due then" in (await refinanced(client, floating))["unknown"][0]
        gone = await refinanced(client, await stored(number="4", status="paid_off", currentBalance="0"))
        assert gone["unknown"][0] == "nothing is owed on it any more"

    async def test_of_a_loan_beside_another_is_not_computed(
        self, client: httpx.AsyncClient, stored: Callable[..., Any], a_loan_body: Callable[..., Any]
    ) -> None:
        loan = await stored()
        shares = (await client.get(f"/loans/{loan}")).json()["properties"]
        body = a_loan_body(number="2", properties=shares)
        assert (await client.post("/loans", json=body)).status_code == 201
        assert (await refinanced(client, loan))["unknown"] == [
            "other loans stand on its properties (2): what a new loan may take of them is not computed"
        ]

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("on=2025-12-30", "on"),
            ("on=2027-01-02", "on"),
            ("noiGrowth=2", "noiGrowth"),
            ("capRate=0", "capRate"),
            ("balloon=-1", "balloon"),
            ("costRate=1.5", "costRate"),
            ("fixedCosts=-1", "fixedCosts"),
            ("rate=6.75", "rate"),
            ("minimumDscr=-1", "minimumDscr"),
            ("minimumDscr=1e-30", "minimumDscr"),
            ("maximumLtv=1e14", "maximumLtv"),
            ("minimumDebtYield=5", "minimumDebtYield"),
            ("capRate=5", "capRate"),
            ("balloon=0.001", "balloon"),
            ("without=ltc", "without"),
            ("statementBasis=hoped", "statementBasis"),
        ],
    )
    async def test_refuses_what_cannot_be_by_name(
        self, client: httpx.AsyncClient, stored: Callable[..., Any], query: str, field: str
    ) -> None:
        refused = await refinanced(client, await stored(), query, status=422)
        assert [bad["field"] for bad in refused["errors"]] == [field]

    async def test_of_a_loan_that_is_not_there_is_a_404(self, client: httpx.AsyncClient) -> None:
        await refinanced(client, "nothing", status=404)


HOSTILE = (
    "1e30",
    "-1e30",
    "1e15",
    "-1e15",
    "1e-30",
    "0",
    "-0",
    "NaN",
    "sNaN",
    "Infinity",
    "1e999999",
    "0.0000000000001",
    "",
)


@pytest.mark.parametrize("value", HOSTILE)
async def test_no_number_is_too_strange_to_be_answered_or_refused(
    client: httpx.AsyncClient, stored: Callable[..., Any], value: str
) -> None:
    loan = await stored()
    names = ("noi", "noiGrowth", "value", "capRate", "balloon", "fixedCosts", "rate", "maximumLtv", "minimumDscr")
    for name in (*names, "minimumDebtYield", "rateFloor", "costRate"):
        answer = await client.get(f"/loans/{loan}/refinance", params={"businessDate": "2025-12-31", name: value})
        assert answer.status_code in {200, 422}, (name, value, answer.text)
        if answer.status_code == 422:
            assert [bad["field"] for bad in answer.json()["errors"]] == [name]
    for name in G10:
        answer = await client.post("/loans/size?explain=true", json={**G10, "minimumIcr": "1", name: value})
        assert answer.status_code in {200, 422}, (name, value, answer.text)


class TestABalloon:
    async def test_rolls_from_the_recorded_balance_on_every_day(
        self, client: httpx.AsyncClient, stored: Callable[..., Any]
    ) -> None:
        recorded = {"originalBalance": "10000000", "currentBalance": "9500000", "balanceAsOf": "2025-12-01"}
        terms = {"amortizationMonths": 360, "dayCount": "30_360"}
        loan = await stored(**recorded, maturityDate="2035-01-01", terms=terms)
        before = await refinanced(client, loan, "on=2034-12-31")
        due = await refinanced(client, loan)
        assert (before["on"], due["on"]) == ("2034-12-31", "2035-01-01")
        assert before["balloon"]["value"] == due["balloon"]["value"]

    async def test_of_a_day_before_the_recorded_balance_is_the_contracts(
        self, client: httpx.AsyncClient, stored: Callable[..., Any]
    ) -> None:
        loan = await stored(
            originalBalance="10000000",
            currentBalance="9000000",
            balanceAsOf="2026-11-01",
            maturityDate="2035-01-01",
            terms={"amortizationMonths": 360, "dayCount": "30_360"},
        )
        found = await refinanced(client, loan, "on=2026-02-01")
        balance, payment = Decimal("10000000.00"), Decimal("55220.37")  # G1's
        for _ in range(13):
            balance -= payment - round(balance * Decimal("0.0525") / 12, 2)
        assert found["balloon"]["value"] == str(balance)
        assert "its balance was recorded later, on 2026-11-01" in found["balloon"]["basis"]
        floating = await stored(
            number="2",
            rateType="floating",
            balanceAsOf="2026-06-01",
            terms={"amortizationMonths": 360, "floating": {"index": "SOFR", "spread": "0.02"}},
        )
        found = await refinanced(client, floating, "on=2026-05-01")
        assert (found["balloon"]["value"], found["gap"]) == (None, None)

    async def test_of_a_day_before_the_loan_is_refused(
        self, client: httpx.AsyncClient, stored: Callable[..., Any]
    ) -> None:
        path = f"/loans/{await stored()}/refinance?businessDate=2020-01-01&on=2021-01-01"
        refused = await client.get(path)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "on")

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    async def test_is_of_the_years_that_loans_have(
        self, client: httpx.AsyncClient, stored: Callable[..., Any], day: str
    ) -> None:
        refused = await client.get(f"/loans/{await stored()}/refinance?businessDate={day}")
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "businessDate")

    async def test_is_by_what_was_known_on_the_business_date(
        self, client: httpx.AsyncClient, stored: Callable[..., Any]
    ) -> None:
        loan = await stored(statements=[*STATEMENTS, {**STATEMENTS[0], "periodEnd": "2026-09-30"}])
        assert (await refinanced(client, loan))["incomeToday"]["asOf"] == "2025-09-30"

    async def test_past_the_maturity_says_so(self, client: httpx.AsyncClient, stored: Callable[..., Any]) -> None:
        found = await refinanced(client, await stored(maturityDate="2025-10-01"))
        assert found["balloon"]["basis"].endswith("; it was due on 2025-10-01, before that day")

    async def test_can_be_computed_again_from_its_explanation(
        self, client: httpx.AsyncClient, stored: Callable[..., Any]
    ) -> None:
        loan = await stored(
            originalBalance="10000000",
            currentBalance="10000000",
            maturityDate="2035-01-01",
            terms={"amortizationMonths": 360, "interestOnlyMonths": 36, "dayCount": "30_360"},
        )
        found = await refinanced(client, loan, "explain=true")
        given = {part["name"]: part["value"] for part in found["explained"]["balloon"]["inputs"]}
        balance, payment = Decimal(given["balance at the start"]), Decimal(given["level payment"])
        for number in range(1, 120):
            interest = round(balance * Decimal(given["rate"]) / 12, 2)
            balance -= payment - interest if number > int(given["interest-only months"]) else 0
        assert f"{balance:.2f}" == found["balloon"]["value"]
        assert (given["first payment"], given["day count"]) == ("2025-02-01", "30_360")
        stated = (await refinanced(client, loan, "balloon=8000000&explain=true"))["explained"]["balloon"]
        assert (stated["formula"], stated["convention"]) == ("balloon = as stated in the request", "")

    async def test_is_told_in_plain_digits(self, client: httpx.AsyncClient, stored: Callable[..., Any]) -> None:
        found = await refinanced(client, await stored(), "balloon=1e15&value=0")
        assert (found["balloon"]["value"], found["value"]["value"]) == ("1000000000000000.00", "0.00")
        free = await sized(client, {"rate": "0", "income": "1", "value": "100", "maximumLtv": "0.5"})
        assert "E" not in free["constant"]
