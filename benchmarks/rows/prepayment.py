"""Prepayment costs of many loans on many dates, beside numpy-financial valuing the same payments loan by loan."""

from __future__ import annotations

import datetime
import statistics
from decimal import Decimal

import numpy as np
import numpy_financial

from benchmarks.machine import cpu_seconds, limit
from benchmarks.rows.schedules import many_loans
from benchmarks.table import Row
from realinsights_finance.arrays import schedules
from realinsights_finance.arrays.columns import TermsColumns
from realinsights_finance.prepayment import (
    Defeasance,
    MatchedTo,
    Open,
    Phase,
    PrepaymentTerms,
    Regime,
    TreasuryCurve,
    YieldMaintenance,
    prepayment_costs,
)
from realinsights_finance.value import DiscountCurve

LOANS = 10_000
DATES = 60
SAMPLE = 20
TARGET = 1.0
AFTER = datetime.date(2024, 1, 15)
FLOOR = Decimal("0.01")
TREASURY = TreasuryCurve(
    tuple(
        (months, Decimal(points) / 10_000) for months, points in ((1, 431), (12, 368), (36, 362), (60, 375), (120, 414))
    )
)
REGIMES: tuple[tuple[str, Regime], ...] = (
    ("yield maintenance matched to maturity", YieldMaintenance(floor=FLOOR)),
    ("yield maintenance matched to average life", YieldMaintenance(floor=FLOOR, matched_to=MatchedTo.AVERAGE_LIFE)),
    ("defeasance", Defeasance()),
)


def measure() -> list[Row]:
    """Time each regime over all loans and dates on one core, and the reference over a sample of the same loans."""
    columns = many_loans(LOANS)
    curve = DiscountCurve.flat(AFTER, Decimal("0.04"))
    theirs = cpu_seconds(lambda: _numpy_financial(columns.take(slice(0, SAMPLE)))) / SAMPLE * LOANS
    allowed = limit(TARGET)
    rows = []
    for words, regime in REGIMES:
        # A note of its own for each loan, as loans have.
        notes = [_note(regime) for _ in range(LOANS)]
        seconds = statistics.median(
            cpu_seconds(
                lambda notes=notes: prepayment_costs(  # type: ignore[misc]
                    columns, notes, after=AFTER, dates=DATES, treasury=TREASURY, discount=curve.factor
                )
            )
            for _ in range(3)
        )
        rows.append(
            Row(
                f"{LOANS:,} loans x {DATES} dates of {words}, to the cent, one core",
                f"{seconds:.2f} s",
                f"numpy-financial {theirs:.0f} s for the present values alone, in floats, from {SAMPLE} loans",
                allowed.told,
                allowed.met(seconds),
            )
        )
    return rows


def _note(regime: Regime) -> PrepaymentTerms:
    return PrepaymentTerms((Phase(regime=regime, months_before_maturity=3), Phase(regime=Open())))


def _numpy_financial(columns: TermsColumns) -> float:
    """Ask for the value of what is left after each date, at one yield for all."""
    computed = schedules(columns)
    paid, monthly = computed.installments_due(AFTER), (1 + 0.0375 / 2) ** (1 / 6) - 1
    total = 0.0
    for loan in range(len(columns)):
        payments = computed.payments[:, loan].astype(np.float64)
        for date in range(DATES):
            flows = payments[paid[loan] + 1 + date :]
            total += float(numpy_financial.npv(monthly, np.concatenate([[0.0], flows])))
    return total
