"""The table of golden cases in docs/finance.md: computed here, and compared with what the page says."""

from __future__ import annotations

import datetime
import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from realinsights_finance import DayCount, LoanTerms, add_months, schedule
from realinsights_finance.value import (
    DiscountCurve,
    OptionKind,
    OptionModel,
    Volatility,
    annual_percentage_rate,
    effective_interest,
    fair_value,
    irr,
    rate_option,
    rate_periods,
    straight_line,
    swap_value,
    xirr,
)

START = datetime.date(2025, 1, 1)
THIRTY = DayCount.THIRTY_360

Row = tuple[str, str, str, Decimal]  # case, what, expected, ours


@pytest.fixture(scope="module")
def rows(value_cases, a_loan, regulation_z) -> list[Row]:
    """Return every golden case of value with what the package computes for it, unrounded where it is not money."""
    examples = (
        (f"Regulation Z {name}", "APR, %", apr, 100 * annual_percentage_rate(flows, unit))
        for name, flows, unit, apr in regulation_z
    )
    return [
        *returns(value_cases["G14_xirr"]),
        *fees(value_cases["G15_effective_interest"]),
        *market(value_cases, schedule(a_loan(day_count=THIRTY))),
        *hedges(value_cases["G24_cap_bachelier"], value_cases["G26_swap_mtm"]),
        *examples,
    ]


def returns(case: dict[str, Any]) -> list[Row]:
    flows = [(datetime.date.fromisoformat(day), Decimal(str(amount))) for day, amount in case["flows"]]
    periodic = irr([Decimal(amount) for amount in (-1000, 300, 420, 680)])
    return [("G14", "XIRR", case["xirr"], xirr(flows)), ("G14", "periodic IRR", case["npf_irr_periodic"], periodic)]


def fees(case: dict[str, Any]) -> list[Row]:
    terms = LoanTerms(
        principal=Decimal(10_000_000),
        rate=Decimal("0.06"),
        day_count=THIRTY,
        start=START,
        first_payment=datetime.date(2025, 2, 1),
        maturity=datetime.date(2030, 1, 1),
    )
    found = effective_interest(schedule(terms), fees=Decimal(150_000))
    return [
        ("G15", "effective rate, monthly", case["monthly_eir"], found.periodic_rate),
        ("G15", "effective rate, nominal", case["annual_nominal"], found.nominal_rate),
        ("G15", "effective rate, annual", case["annual_effective"], found.effective_rate),
        ("G15", "amortization, month 1", case["amort_m1"], found.rows[0].amortization),
        ("G15", "amortization, month 60", case["amort_m60"], found.rows[59].amortization),
        ("G15", "amortization, total", case["total"], found.total_amortization),
        ("G15", "carrying amount after 12", case["carrying_after_12"], found.rows[11].carrying_after),
        ("G15", "straight line", case["straight_line"], straight_line(Decimal(150_000), 60)[0]),
    ]


def market(cases: dict[str, Any], computed) -> list[Row]:
    found = []
    for name in ("G16_fair_value_0.0650", "G16_fair_value_0.0400"):
        case = cases[name]
        value = fair_value(computed, on=computed.installments[59].due_date, market_rate=Decimal(case["market_rate"]))
        at = f"at {100 * Decimal(case['market_rate']):.2f} %"
        found += [
            ("G16", "owed", case["carrying"], value.owed),
            ("G16", f"fair value {at}", case["fair_value"], value.value),
            ("G16", f"gain to the borrower {at}", case["gain_loss_to_borrower"], value.gain_to_borrower),
            ("G16", f"share of par {at}", case["pct_of_par"], value.share_of_par),
        ]
    return found


def hedges(cap: dict[str, Any], swap: dict[str, Any]) -> list[Row]:
    two, three = (
        rate_periods(START, add_months(START, count), notional=Decimal(25_000_000), day_count=THIRTY)
        for count in (24, 36)
    )
    option = rate_option(
        OptionKind.CAP,
        two,
        [Decimal("0.04")] * 24,
        strike=Decimal("0.035"),
        volatility=Volatility(model=OptionModel.BACHELIER, rate=Decimal("0.01"), day_count=THIRTY),
        curve=DiscountCurve.flat(START, Decimal("0.04"), day_count=THIRTY),
    )
    exchanged = swap_value(
        three,
        [Decimal("0.0325")] * 36,
        fixed=three,
        fixed_rate=Decimal("0.0375"),
        curve=DiscountCurve.flat(START, Decimal("0.0325"), day_count=THIRTY),
    )
    return [
        ("G24", "cap, Bachelier", cap["value"], option.value),
        ("G24", "cap, intrinsic", cap["intrinsic"], option.intrinsic),
        ("G26", "swap, to the payer", swap["value_to_payer"], exchanged.to_payer),
    ]


def rounded(expected: str, ours: Decimal) -> Decimal:
    return ours.quantize(Decimal(expected), ROUND_HALF_UP)


def test_every_difference_is_zero_at_the_precision_stated(rows):
    assert [(case, what, rounded(expected, ours) - Decimal(expected)) for case, what, expected, ours in rows] == [
        (case, what, 0) for case, what, _, _ in rows
    ]


def test_the_page_has_the_table(rows, page):
    table = ["| case | figure | expected | ours | difference |", "|---|---|---|---|---|"]
    for case, what, expected, ours in rows:
        shown = rounded(expected, ours)
        difference = shown - Decimal(expected)
        table.append(f"| {case} | {what} | {Decimal(expected):,} | {shown:,} | {difference or 0} |")
    assert "\n".join(table) in page, "\n".join(table)


def test_the_cases_kept_here_are_those_of_the_sample_data(value_cases, shared_data):
    folder = shared_data / "golden"
    source = read(folder / "cases.json") | read(folder / "published_examples.json")
    assert value_cases == {name: source[name] for name in value_cases}


def read(file: Path) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return kept
