"""The table of golden prepayments in docs/finance.md: computed here, and compared with what the page says."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

import pytest

from realinsights_finance import add_months, schedule
from realinsights_finance.prepayment import (
    Discounting,
    Formula,
    LockedOut,
    Lockout,
    Open,
    Phase,
    PrepaymentTerms,
    StepDown,
    YieldMaintenance,
    prepayment_cost,
)
from realinsights_finance.prepayment.treasury import monthly_rate

PERCENT = Decimal("0.01")
SPREAD = Decimal("0.005")
VARIANTS = (
    ("a_PV_payments_BEY", "(a) remaining payments, bond-equivalent", YieldMaintenance(floor=PERCENT)),
    (
        "a_PV_payments_nominal12",
        "(a') the same, nominal / 12",
        YieldMaintenance(floor=PERCENT, discounting=Discounting.NOMINAL),
    ),
    (
        "b_PV_rate_diff_BEY",
        "(b) difference on the scheduled balance",
        YieldMaintenance(floor=PERCENT, formula=Formula.DIFFERENCE_ON_SCHEDULED_BALANCE),
    ),
    (
        "c_UPBxDiffxFactor",
        "(c) annual factor, agencies",
        YieldMaintenance(floor=PERCENT, formula=Formula.ANNUAL_FACTOR),
    ),
    ("T_plus50", "(a) at Treasury + 50 bp", YieldMaintenance(floor=PERCENT, spread=SPREAD)),
)
STEPS = StepDown(percentages=tuple(Decimal(percent) / 100 for percent in (5, 4, 3, 2, 1)))


class Row(NamedTuple):
    """A figure of a case: what it is, what the case states, and what is computed here."""

    case: str
    figure: str
    expected: str
    ours: str

    @property
    def difference(self) -> str:
        try:
            return f"{(Decimal(self.ours) - Decimal(self.expected)).normalize():f}"
        except ArithmeticError:
            return "0" if self.ours == self.expected else "differs"


@pytest.fixture(scope="module")
def rows(cases, g1_schedule, after_84, one_phase, interest_only) -> list[Row]:
    return [
        *_yield_maintenance(cases["G11_ym"], g1_schedule, after_84, one_phase),
        *_published(cases, interest_only, one_phase),
        *_step_down(cases["G12_step_down"], interest_only),
    ]


def _yield_maintenance(case, computed, on, one_phase) -> Iterator[Row]:
    def cost(regime, treasury=case["T"]):
        return prepayment_cost(computed, one_phase(regime), on=on, treasury=Decimal(treasury))

    plain = VARIANTS[0][2]
    monthly = monthly_rate(Decimal(case["T"]), Discounting.BOND_EQUIVALENT)
    yield Row("G11", "balance after payment 84", case["UPB_after_84"], str(cost(plain).balance))
    yield Row("G11", "3.75 % as a rate of a month", case["monthly_equiv_bey"], f"{monthly:.10f}")
    for name, figure, regime in VARIANTS:
        yield Row("G11", figure, case[name], str(cost(regime).premium))
    yield Row("G11", "due", case["due"], str(cost(plain).premium))
    above = cost(plain, "0.06")
    yield Row("G11", "(a) at a Treasury of 6 %, by the formula", case["T_600_a"], str(above.calculated))
    yield Row("G11", "its floor of 1 %", case["one_pct"], str(above.floor))
    yield Row("G11", "due at a Treasury of 6 %", case["T_600_due"], str(above.premium))


def _published(cases, interest_only, one_phase) -> Iterator[Row]:
    case = cases["yield_maintenance_fannie_form_4188"]
    terms = interest_only(f"{case['balance']}.00", str(case["note_rate"]))
    regime = YieldMaintenance(formula=Formula.ANNUAL_FACTOR, floor=PERCENT)
    cost = prepayment_cost(
        schedule(terms),
        one_phase(regime),
        on=add_months(terms.maturity, -case["months_remaining"]),
        treasury=Decimal(str(case["treasury_yield"])),
    )
    yield Row("Fannie Mae Form 4188", "calvinphan.com, rounded", str(case["penalty_rounded"]), str(round(cost.premium)))
    yield Row("G11, public check", "the same in cents", cases["G11_public_check"]["ours_c"], str(cost.premium))


def _step_down(case, interest_only) -> Iterator[Row]:
    note = PrepaymentTerms((Phase(regime=STEPS, months_before_maturity=3), Phase(regime=Open())))
    for name, months, balance in (
        ("yr1", 11, "9950000.00"),
        ("yr3", 24, "9700000.00"),
        ("after_sched", 60, "9000000.00"),
        ("open", 116, "8000000.00"),
    ):
        terms = interest_only(balance)
        cost = prepayment_cost(schedule(terms), note, on=add_months(terms.first_payment, months))
        yield Row("G12", f"step-down, month {months}", case[name], str(cost.premium))
    locked = PrepaymentTerms((Phase(regime=Lockout(), months=24), *note.phases))
    try:
        found = str(
            prepayment_cost(schedule(interest_only("9950000.00")), locked, on=datetime.date(2026, 1, 1)).premium
        )
    except LockedOut:
        found = "LOCKED"
    yield Row("G12", "inside the lockout", case["locked"], found)


def test_every_difference_is_zero_at_the_precision_stated(rows):
    assert [row for row in rows if row.difference != "0"] == []


def test_the_page_has_the_table(rows, page):
    lines = [f"| {row.case} | {row.figure} | {row.expected} | {row.ours} | {row.difference} |" for row in rows]
    table = "\n".join(["| case | figure | expected | ours | difference |", "|---|---|---|---|---|", *lines])
    assert table in page, table
