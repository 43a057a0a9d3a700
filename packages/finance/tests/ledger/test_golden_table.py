"""The table of golden cases of the ledger in docs/finance.md is made of the values computed here."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from realinsights_finance import DayCount
from realinsights_finance.ledger import (
    Commitment,
    DefaultDeclared,
    Draw,
    Fee,
    LateChargeRule,
    Payment,
    default_interest,
    ledger,
    position,
)

D = datetime.date


def late_and_default(case, an_agreement):
    rule = LateChargeRule(rate=Decimal("0.05"), grace_days=10)
    late = position(ledger(an_agreement(late_charge=rule)), D(2025, 2, 12)).due.late_charges
    declared = DefaultDeclared(id="default", on=D(2025, 1, 1))
    found = position(ledger(an_agreement(default_margin=Decimal("0.05")), [declared]), D(2025, 1, 21))
    whole = default_interest(
        Decimal(10_000_000),
        rate=Decimal("0.0525"),
        margin=Decimal("0.05"),
        day_count=DayCount.ACTUAL_360,
        start=D(2025, 1, 1),
        end=D(2025, 1, 21),
    )
    return [
        ("G17", "late charge, in the ledger", case["late_charge_5pct"], late),
        ("G17", "20 days at the default rate", case["default_interest_20d"], whole.at_default_rate),
        ("G17", "of them regular interest, in the ledger", case["regular_20d"], found.accrued_interest),
        ("G17", "of them default interest, in the ledger", case["incremental"], found.due.default_interest),
    ]


def draw(case, an_agreement):
    agreement = an_agreement(
        principal=Decimal(5_000_000),
        rate=Decimal("0.075"),
        start=D(2025, 4, 1),
        first_payment=D(2025, 5, 1),
        maturity=D(2027, 4, 1),
        amortization_months=None,
        commitment=Commitment(amount=Decimal(10_000_000), unused_fee=Decimal("0.005")),
    )
    due = position(ledger(agreement, [Draw(id="d", on=D(2025, 4, 11), amount=Decimal(1_000_000))]), D(2025, 5, 1)).due
    return [
        ("G18", "interest", case["interest"], due.interest),
        ("G18", "unused fee", case["unused_fee_50bp_on_10M_commit"], due.fees),
    ]


def waterfall(case, an_agreement):
    agreement = an_agreement(day_count=DayCount.THIRTY_360, escrow_deposit=Decimal(9_000))
    fee = Fee(id="fee", on=D(2025, 2, 1), amount=Decimal(2_500), name="inspection")
    book = ledger(agreement, [fee, Payment(id="receipt", on=D(2025, 2, 1), amount=Decimal(case["received"]))])
    applied, expected = book.entries[-1].applied, case["applied"]
    return [
        ("G28", "fees", expected["fees"], applied.fees),
        ("G28", "default interest", expected["default_int"], applied.default_interest),
        ("G28", "interest", expected["interest"], applied.interest),
        ("G28", "escrow", expected["escrow"], applied.escrow),
        ("G28", "principal", expected["principal"], applied.principal),
        ("G28", "principal short", case["short_principal"], position(book, D(2025, 2, 1)).due.principal),
    ]


@pytest.fixture(scope="module")
def rows(golden, an_agreement):
    return [
        *late_and_default(golden["G17_late_default"], an_agreement),
        *draw(golden["G18_draw"], an_agreement),
        *waterfall(golden["G28_waterfall"], an_agreement),
    ]


def test_every_difference_is_zero(rows):
    assert [row for row in rows if row[3] != Decimal(row[2])] == []


def test_the_page_has_the_table(rows, page):
    table = ["| case | figure | expected | ours | difference |", "|---|---|---|---|---|"]
    for case, figure, expected, ours in rows:
        apart = ours - Decimal(expected)
        table.append(f"| {case} | {figure} | {Decimal(expected):,.2f} | {ours:,.2f} | {apart or 0} |")
    assert "\n".join(table) in page, "\n".join(table)
