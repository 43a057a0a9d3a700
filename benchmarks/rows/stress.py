"""Joint stress of many loans, beside numpy-financial computing the same payments and proceeds in floats."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from decimal import Decimal
from itertools import product

import numpy as np
import numpy_financial

from benchmarks.machine import cpu_seconds, limit
from benchmarks.table import Row
from realinsights_finance.credit import LendingTests, Quote
from realinsights_finance.portfolio import Refinancing, Scenario, StressColumns, stress_many, stress_totals
from realinsights_finance.portfolio.stress_columns import NO_FLOOR_STRIKE, RATE_SCALE, SHARE_SCALE, UNKNOWN

LOANS = 10_000
TARGET = 0.5
SCENARIOS = tuple(
    Scenario(
        rate_shift=Decimal(shift) / 10_000,
        income_change=Decimal(change) / 100,
        cap_rate_shift=Decimal(shift) / 20_000,
        value_change=Decimal(change) / 200,
    )
    for shift, change in product((-100, 0, 50, 100, 200), (-20, -10, -5, 0, 5))
)
REFINANCING = Refinancing(
    tests=LendingTests(maximum_ltv=Decimal("0.65"), minimum_dscr=Decimal("1.25"), minimum_debt_yield=Decimal("0.09")),
    quote=Quote(rate=Decimal("0.0625"), amortization_months=360),
    cost_rate=Decimal("0.01"),
)


def many_loans(loans: int) -> StressColumns:
    """Return loans of which half float, two thirds of those amortizing, all with income, value and a cap."""
    draw = np.random.default_rng(20251231)
    floating = draw.random(loans) < 0.5
    balance = draw.integers(1_000_000_00, 90_000_000_00, loans)
    value = (balance / draw.uniform(0.5, 0.8, loans)).astype(np.int64)
    return StressColumns(
        balance=balance,
        income=(value * draw.uniform(0.045, 0.085, loans)).astype(np.int64),
        income_known=np.ones(loans, dtype=bool),
        value=value,
        debt_service=np.where(floating, UNKNOWN, (balance * 0.066).astype(np.int64)),
        floating=floating,
        index=np.full(loans, RATE_SCALE * 433 // 10_000),
        spread=draw.integers(150, 400, loans) * (RATE_SCALE // 10_000),
        index_floor=np.full(loans, RATE_SCALE // 100),
        rate_floor=np.full(loans, -RATE_SCALE),
        ceiling=np.full(loans, RATE_SCALE),
        amortization_months=draw.choice(np.array([0, 300, 360]), loans),
        actual_360=np.ones(loans, dtype=bool),
        cap_notional=balance,
        cap_strike=np.full(loans, RATE_SCALE * 35 // 1000),
        floor_strike=np.full(loans, NO_FLOOR_STRIKE),
        balloon=balance,
        share=np.full(loans, SHARE_SCALE),
    )


def measure() -> Row:
    """Time all loans in all scenarios with the portfolio's totals, on one core, in turns with the reference."""
    columns = many_loans(LOANS)
    ours, theirs = [], []
    for _ in range(3):
        ours.append(cpu_seconds(lambda: stress_totals(stress_many(columns, SCENARIOS, refinancing=REFINANCING))))
        theirs.append(cpu_seconds(lambda: _numpy_financial(columns, SCENARIOS)))
    seconds, financial = statistics.median(ours), statistics.median(theirs)
    allowed = limit(TARGET)
    return Row(
        f"{LOANS:,} loans x {len(SCENARIOS)} scenarios of joint stress, re-sized, to the cent, one core",
        f"{seconds:.2f} s",
        f"numpy-financial {financial * 1e3:.0f} ms, for payments and proceeds by DSCR alone, in floats",
        allowed.told,
        allowed.met(seconds),
    )


def _numpy_financial(columns: StressColumns, scenarios: Sequence[Scenario]) -> float:
    """Ask for the payment of each floating loan and what its income supports, scenario by scenario."""
    floating = columns.take(np.flatnonzero(columns.floating))
    months = np.where(floating.amortization_months > 0, floating.amortization_months, 360)
    total = 0.0
    for scenario in scenarios:
        shift = float(scenario.rate_shift)
        index = np.maximum(floating.index / RATE_SCALE + shift, floating.index_floor / RATE_SCALE)
        rate = (index + floating.spread / RATE_SCALE) / 12
        total += float(numpy_financial.pmt(rate, months, -floating.balance).sum())
        income = columns.income * (1 + float(scenario.income_change))
        total += float(numpy_financial.pv((0.0625 + shift) / 12, 360, -income / 12 / 1.25).sum())
    return total
