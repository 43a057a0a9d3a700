"""The golden cases of late charges, default interest, draws and the order of application."""

from __future__ import annotations

import datetime
from decimal import Decimal

from realinsights_finance import DayCount
from realinsights_finance.explain import explain
from realinsights_finance.ledger import (
    ApplicationOrder,
    Commitment,
    Component,
    DefaultDeclared,
    Draw,
    Fee,
    LateChargeRule,
    Payment,
    default_interest,
    late_charge,
    ledger,
    payoff,
    position,
    unused_fee,
)

D = datetime.date
FEES_FIRST = ApplicationOrder(
    (
        Component.FEES,
        Component.LATE_CHARGES,
        Component.DEFAULT_INTEREST,
        Component.INTEREST,
        Component.ESCROW,
        Component.PRINCIPAL,
    )
)


class TestLateAndDefault:
    RULE = LateChargeRule(rate=Decimal("0.05"), grace_days=10)

    def test_charges_what_is_late(self, golden):
        case = golden["G17_late_default"]
        assert late_charge(Decimal("55220.37"), self.RULE) == Decimal(case["late_charge_5pct"])

    def test_charges_it_in_the_ledger_after_the_grace_once(self, golden, an_agreement):
        case = golden["G17_late_default"]
        book = ledger(an_agreement(late_charge=self.RULE))
        assert position(book, D(2025, 2, 11)).due.late_charges == 0
        assert position(book, D(2025, 2, 12)).due.late_charges == Decimal(case["late_charge_5pct"])
        assert position(book, D(2025, 2, 28)).due.late_charges == Decimal(case["late_charge_5pct"])

    def test_default_interest_is_beside_the_regular_interest(self, golden):
        case = golden["G17_late_default"]
        found = default_interest(
            Decimal(10_000_000),
            rate=Decimal("0.0525"),
            margin=Decimal("0.05"),
            day_count=DayCount.ACTUAL_360,
            start=D(2025, 1, 1),
            end=D(2025, 1, 21),
        )
        assert found.at_default_rate == Decimal(case["default_interest_20d"])
        assert found.regular == Decimal(case["regular_20d"])
        assert found.incremental == Decimal(case["incremental"])

    def test_the_ledger_accrues_both_and_neither_twice(self, golden, an_agreement):
        case = golden["G17_late_default"]
        book = ledger(an_agreement(default_margin=Decimal("0.05")), [DefaultDeclared(id="default", on=D(2025, 1, 1))])
        found = position(book, D(2025, 1, 21))
        assert found.accrued_interest == Decimal(case["regular_20d"])
        assert found.due.default_interest == Decimal(case["incremental"])
        # Two lines that are each rounded: a cent more than what is due at the default rate, rounded as one.
        both = found.accrued_interest + found.due.default_interest
        assert both - Decimal(case["default_interest_20d"]) == Decimal("0.01")
        assert payoff(book, D(2025, 1, 21)).total == Decimal(10_000_000) + both


class TestDraw:
    TERMS = {  # noqa: RUF012 - a table of the case
        "principal": Decimal(5_000_000),
        "rate": Decimal("0.075"),
        "start": D(2025, 4, 1),
        "first_payment": D(2025, 5, 1),
        "maturity": D(2027, 4, 1),
        "amortization_months": None,
    }

    def test_bears_interest_from_its_day_and_ends_the_unused_fee_on_it(self, golden, an_agreement):
        case = golden["G18_draw"]
        agreement = an_agreement(
            **self.TERMS, commitment=Commitment(amount=Decimal(10_000_000), unused_fee=Decimal("0.005"))
        )
        book = ledger(agreement, [Draw(id="draw", on=D(2025, 4, 11), amount=Decimal(1_000_000))])
        due = position(book, D(2025, 5, 1)).due
        assert due.interest == Decimal(case["interest"])
        assert due.fees == Decimal(case["unused_fee_50bp_on_10M_commit"])

    def test_the_fee_alone_says_how_it_came_about(self, golden):
        drawn = [(D(2025, 4, 1), Decimal(5_000_000)), (D(2025, 4, 11), Decimal(6_000_000))]
        fee = explain(unused_fee, Decimal(10_000_000), Decimal("0.005"), DayCount.ACTUAL_360, drawn, D(2025, 5, 1))
        assert fee.value == Decimal(golden["G18_draw"]["unused_fee_50bp_on_10M_commit"])
        assert [part.value for part in fee.steps if part.name.startswith("not drawn")] == ["5000000", "4000000"]


def test_a_receipt_that_is_short_goes_by_the_order(golden, an_agreement):
    case = golden["G28_waterfall"]
    agreement = an_agreement(day_count=DayCount.THIRTY_360, order=FEES_FIRST, escrow_deposit=Decimal(9_000))
    book = ledger(
        agreement,
        [
            Fee(id="fee", on=D(2025, 2, 1), amount=Decimal(2_500), name="inspection"),
            Payment(id="receipt", on=D(2025, 2, 1), amount=Decimal(case["received"])),
        ],
    )
    applied, expected = book.entries[-1].applied, case["applied"]
    assert applied.fees == Decimal(expected["fees"])
    assert applied.default_interest == Decimal(expected["default_int"])
    assert applied.interest == Decimal(expected["interest"])
    assert applied.escrow == Decimal(expected["escrow"])
    assert applied.principal == Decimal(expected["principal"])
    assert applied.total == Decimal(case["received"])
    assert position(book, D(2025, 2, 1)).due.principal == Decimal(case["short_principal"])
