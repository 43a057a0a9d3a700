"""A property's ratios: of the debt allocated to it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from realinsights.loans.model.collateral import allocate
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.property import Property
from realinsights.loans.model.ratios import RatioBasis
from realinsights.loans.queries.property_ratios import PropertyRatios, ratios_of_property

Body = Callable[..., dict[str, Any]]

STATEMENTS = [{"basis": "underwritten", "periodEnd": "2024-12-31", "netOperatingIncome": "5000000"}]


def of(asset: Property, loans: Sequence[Loan], properties: Sequence[Property], **asked: Any) -> PropertyRatios:
    return ratios_of_property(
        asset,
        loans,
        {each.id: each for each in properties},
        **{"basis": RatioBasis.LATEST, "business_date": datetime.date(2025, 12, 31), **asked},
    )


def three(a_property: Callable[..., Property]) -> tuple[Property, ...]:
    """Return three properties of which one is worth 70.25 million and earns 5 million."""
    plaza = a_property(
        "plaza", valuations=[{"amount": "70250000", "asOf": "2024-11-15"}], operatingStatements=STATEMENTS
    )
    return plaza, a_property("two"), a_property("three")


def on_three(a_loan: Callable[..., Loan], **changes: Any) -> Loan:
    shares = (("plaza", "39500000.00"), ("two", "40000000.00"), ("three", "27683428.74"))
    return a_loan(
        **{
            "originalBalance": "107183428.74",
            "currentBalance": "107183428.74",
            "properties": [{"propertyId": key, "allocatedAmount": amount} for key, amount in shares],
            **changes,
        }
    )


class TestTheRatiosOfAProperty:
    def test_are_of_what_is_allocated_to_it_of_a_loan_on_three(
        self, a_loan: Callable[..., Loan], a_property: Callable[..., Property]
    ) -> None:
        properties = three(a_property)
        ratios = of(properties[0], [on_three(a_loan)], properties)
        assert (ratios.loans, ratios.allocated_balance) == (1, Decimal("39500000.00"))
        assert ratios.whole_balance == Decimal("107183428.74")
        assert ratios.ltv.value == Decimal("0.562278")
        assert ratios.debt_yield.value == Decimal("0.126582")
        [balance, value] = ratios.ltv.inputs
        assert (balance.name, value.value, str(value.as_of)) == ("allocated balance", Decimal(70250000), "2024-11-15")
        # 12 × the level payment of the whole loan, × 39,500,000.00 ÷ 107,183,428.74.
        assert ratios.dscr.inputs[1].value == Decimal("2617445.54")
        assert ratios.dscr.value == Decimal("1.910259")

    def test_are_of_all_loans_on_it_whatever_their_ranks(
        self, a_loan: Callable[..., Loan], a_property: Callable[..., Property]
    ) -> None:
        tower = a_property("tower", valuations=[{"amount": "18000000", "asOf": "2024-11-15"}])
        first, second = (
            a_loan(originalBalance=balance, currentBalance=balance, properties=[{"propertyId": "tower"}])
            for balance in ("9800000.00", "5000000.00")
        )
        ratios = of(tower, [first, second], [tower])
        assert (ratios.loans, ratios.ltv.value) == (2, Decimal("0.822222"))
        assert (ratios.dscr.value, ratios.dscr.left_out) == (
            None,
            "the net operating income of its properties is not known",
        )

    def test_of_one_that_a_note_is_on_are_left_out_with_the_reason(
        self, a_loan: Callable[..., Loan], a_property: Callable[..., Property]
    ) -> None:
        properties = three(a_property)
        ratios = of(properties[0], [on_three(a_loan, structure="pari_passu")], properties)
        assert ratios.ltv.value is None
        assert str(ratios.ltv.left_out).startswith("loan 1001: a pari-passu note is a part of the debt")

    def test_of_one_without_debt_say_so(self, a_loan: Callable[..., Loan], a_property: Callable[..., Property]) -> None:
        properties = three(a_property)
        for loans in ([], [on_three(a_loan, status="paid_off", currentBalance="0.00")]):
            ratios = of(properties[0], loans, properties)
            assert (ratios.loans, ratios.allocated_balance, ratios.ltv.left_out) == (
                0,
                Decimal("0.00"),
                "no loan on it owes anything",
            )

    async def test_are_answered_over_http(
        self, client: httpx.AsyncClient, a_loan_body: Body, a_property_body: Body
    ) -> None:
        made = [
            (await client.post("/properties", json=a_property_body(valuations=[{"amount": amount}]))).json()
            for amount in ("6000000.00", "14000000.00")
        ]
        shares = [{"propertyId": each["id"]} for each in made]
        loan = (await client.post("/loans", json=a_loan_body(properties=shares))).json()
        ratios = [(await client.get(f"/properties/{each['id']}/ratios")).json() for each in made]
        assert [each["allocatedBalance"] for each in ratios] == ["3000000.00", "7000000.00"]
        assert {each["wholeBalance"] for each in ratios} == {loan["currentBalance"]}
        assert {each["ltv"]["value"] for each in ratios} == {"0.500000"}
        assert (await client.get("/properties/nobody/ratios")).status_code == 404


@settings(max_examples=50)
@given(st.integers(1, 10**12), st.lists(st.integers(1, 10**9), min_size=1, max_size=5))
def test_what_is_allocated_to_properties_adds_up(cents: int, weights: list[int]) -> None:
    amount = Decimal(cents).scaleb(-2)
    assert sum(allocate(amount, weights), Decimal(0)) == amount
