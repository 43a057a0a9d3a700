"""A loan's ratios, or why they are left out."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal

from realinsights.loans.model.loan import Loan
from realinsights.loans.model.property import Property
from realinsights.loans.model.ratios import LoanRatios, RatioBasis
from realinsights.loans.model.ratios import ratios_of as ratios_on

SHARES = [{"propertyId": "property-1"}]
STATEMENTS = [
    {
        "basis": "underwritten",
        "periodEnd": "2024-12-31",
        "grossPotentialRent": "2400000",
        "netOperatingIncome": "1250000",
        "netCashFlow": "1150000",
    }
]
TRAILING = {"basis": "trailing_twelve_months", "periodEnd": "2025-09-30", "netOperatingIncome": "1000000"}
VALUATIONS = [{"amount": "18000000", "asOf": "2024-11-15"}]


def ratios_of(
    loan: Loan,
    properties: dict[str, Property],
    *,
    basis: RatioBasis = RatioBasis.LATEST,
    on: datetime.date = datetime.date(2025, 12, 31),
    beside: Sequence[Loan] = (),
) -> LoanRatios:
    return ratios_on(loan, properties, basis=basis, business_date=on, beside=beside)


def test_the_golden_loan_has_the_golden_ratios(
    a_loan: Callable[..., Loan], a_property: Callable[..., Property]
) -> None:
    asset = a_property(operatingStatements=STATEMENTS, valuations=VALUATIONS)
    ratios = ratios_of(a_loan(properties=SHARES), {asset.id: asset})
    assert ratios.dscr.value == Decimal("1.886381")
    assert ratios.dscr_net_cash_flow.value == Decimal("1.735471")
    assert ratios.ltv.value == Decimal("0.555556")
    assert ratios.debt_yield.value == Decimal("0.125000")
    assert ratios.debt_yield_net_cash_flow.value == Decimal("0.115000")


def test_each_ratio_says_what_it_was_made_of(a_loan: Callable[..., Loan], a_property: Callable[..., Property]) -> None:
    asset = a_property(operatingStatements=STATEMENTS, valuations=VALUATIONS)
    ratios = ratios_of(a_loan(properties=SHARES), {asset.id: asset})
    assert [(item.name, str(item.value), str(item.as_of)) for item in ratios.ltv.inputs] == [
        ("current balance", "10000000.00", "2025-01-01"),
        ("value", "18000000.00", "2024-11-15"),
    ]
    assert ratios.dscr.inputs[1].basis == "the amortizing payment × payments a year"


def test_a_pari_passu_note_has_no_ltv_of_its_own_but_the_reported_coverage(
    a_loan: Callable[..., Loan], a_property: Callable[..., Property]
) -> None:
    asset = a_property(operatingStatements=STATEMENTS, valuations=VALUATIONS)
    loan = a_loan(properties=SHARES, structure="pari_passu", reported={"dscr": "2.29", "asOf": "2025-09-30"})
    ratios = ratios_of(loan, {asset.id: asset})
    for left_out in (ratios.ltv, ratios.debt_yield, ratios.dscr):
        assert left_out.value is None
        assert "pari-passu note" in (left_out.left_out or "")
    assert ratios.dscr.reported == Decimal("2.29")
    assert str(ratios.dscr.reported_as_of) == "2025-09-30"


def test_what_is_not_known_is_said(a_loan: Callable[..., Loan]) -> None:
    ratios = ratios_of(a_loan(), {})
    assert ratios.ltv.left_out == "the value of its properties is not known"
    assert ratios.dscr.left_out == "the net operating income of its properties is not known"


def test_a_loan_that_is_repaid_has_no_coverage(
    a_loan: Callable[..., Loan], a_property: Callable[..., Property]
) -> None:
    asset = a_property(operatingStatements=STATEMENTS, valuations=VALUATIONS)
    ratios = ratios_of(a_loan(properties=SHARES, currentBalance="0", status="paid_off"), {asset.id: asset})
    assert (ratios.dscr.value, ratios.dscr.left_out) == (None, "the annual debt service is zero")
    assert ratios.ltv.value == Decimal(0)


class TestTheBasisOfIncome:
    def test_is_of_an_actual_statement_later_than_the_underwriting_unless_asked_for(
        self, a_loan: Callable[..., Loan], a_property: Callable[..., Property]
    ) -> None:
        asset = a_property(operatingStatements=[*STATEMENTS, TRAILING])
        loan = a_loan(properties=SHARES)
        told = {}
        for basis in RatioBasis:
            shown = ratios_of(loan, {asset.id: asset}, basis=basis).debt_yield
            told[basis.value] = [str(shown.value), *((item.basis, str(item.as_of)) for item in shown.inputs[:1])]
            if shown.value is None:
                told[basis.value] = [shown.left_out or ""]
        assert told == {
            "latest": ["0.100000", ("trailing twelve months", "2025-09-30")],
            "underwritten": ["0.125000", ("underwritten", "2024-12-31")],
            "trailing_twelve_months": ["0.100000", ("trailing twelve months", "2025-09-30")],
            "annual": ["the net operating income of its properties is not known on the basis annual"],
            "budget": ["the net operating income of its properties is not known on the basis budget"],
        }

    def test_is_the_one_that_a_person_chose_for_the_loan(
        self, a_loan: Callable[..., Loan], a_property: Callable[..., Property]
    ) -> None:
        asset = a_property(operatingStatements=[*STATEMENTS, TRAILING])
        for chosen, value in ((None, "0.100000"), ("underwritten", "0.125000"), ("annual", "0.100000")):
            loan = a_loan(properties=SHARES, statementBasis=chosen)
            assert ratios_of(loan, {asset.id: asset}).debt_yield.value == Decimal(value)

    def test_an_operand_is_marked_once_it_is_older_than_fifteen_months(
        self, a_loan: Callable[..., Loan], a_property: Callable[..., Property]
    ) -> None:
        asset = a_property(operatingStatements=STATEMENTS, valuations=VALUATIONS)
        loan = a_loan({"balance_as_of": datetime.date(2026, 3, 1)}, properties=SHARES)
        for day, old in (("2026-03-31", [False, False]), ("2026-04-01", [True, False])):
            shown = ratios_of(loan, {asset.id: asset}, on=datetime.date.fromisoformat(day)).debt_yield
            assert [item.old for item in shown.inputs] == old


class TestALoanBesideAnother:
    def test_is_measured_through_its_position(
        self, a_loan: Callable[..., Loan], a_property: Callable[..., Property]
    ) -> None:
        asset = a_property(operatingStatements=STATEMENTS, valuations=VALUATIONS)
        interest_only = {"amortizationMonths": None, "dayCount": "30_360"}
        first = a_loan(
            kept={"id": "first"},
            number="1",
            currentBalance="9800000",
            properties=SHARES,
            lienPosition=1,
            terms=interest_only,
        )
        second = a_loan(
            kept={"id": "second"},
            number="2",
            currentBalance="5000000",
            properties=SHARES,
            lienPosition=2,
            terms=interest_only,
        )
        through = ratios_of(second, {asset.id: asset}, beside=[first])
        assert through.ltv.value == Decimal("0.822222")  # 14.8 of 18 million
        assert through.debt_yield.value == Decimal("0.084459")  # 1,250,000 of 14.8 million
        # 5.25 % of each balance on 30/360: 514,500 and 262,500.
        assert (through.dscr.value, through.dscr.inputs[1].value) == (Decimal("1.608752"), Decimal("777000.00"))
        assert through.ltv.inputs[0].name == "current balance of this loan and of 1, before or with it"
        assert ratios_of(first, {asset.id: asset}, beside=[second]).ltv.value == Decimal("0.544444")

    def test_is_left_out_where_the_rank_is_not_stated(
        self, a_loan: Callable[..., Loan], a_property: Callable[..., Property]
    ) -> None:
        asset = a_property(operatingStatements=STATEMENTS, valuations=VALUATIONS)
        first = a_loan(kept={"id": "first"}, number="1", currentBalance="9800000", properties=SHARES)
        second = a_loan(kept={"id": "second"}, number="2", currentBalance="5000000", properties=SHARES, lienPosition=2)
        ratios = ratios_of(second, {asset.id: asset}, beside=[first])
        for ratio in (ratios.dscr, ratios.ltv, ratios.debt_yield):
            assert (ratio.value, "which ranks first is not known" in (ratio.left_out or "")) == (None, True)
        assert "state the lien position of 1" in (ratios.ltv.left_out or "")

    def test_is_left_out_where_what_ranks_before_it_stands_on_more(
        self, a_loan: Callable[..., Loan], a_property: Callable[..., Property]
    ) -> None:
        asset = a_property(operatingStatements=STATEMENTS, valuations=VALUATIONS)
        both = [*SHARES, {"propertyId": "property-2"}]
        first = a_loan(kept={"id": "first"}, number="1", properties=both, lienPosition=1)
        second = a_loan(kept={"id": "second"}, number="2", currentBalance="5", properties=SHARES, lienPosition=2)
        assert "stands on other properties too" in (
            ratios_of(second, {asset.id: asset}, beside=[first]).ltv.left_out or ""
        )
