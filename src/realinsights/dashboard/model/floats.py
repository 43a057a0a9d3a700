"""What floating loans' rates follow from, as texts by row until somebody asks, and then as arrays."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

import msgspec
import numpy as np

from realinsights.contracts.loans import FallingDue, FloatingRate, PurchasedCap
from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.model.exact import MONEY_PLACES, Flags, Integers, scaled
from realinsights_finance.day_count import DayCount
from realinsights_finance.portfolio.stress_columns import RATE_SCALE
from realinsights_finance.terms import RATE_DECIMALS

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(FloatingRate).decode


def floating_text(falling_due: FallingDue) -> str | None:
    """Return what a loan's rate follows from as text; None of a loan that does not float, or was not told."""
    return None if falling_due.floating is None else _encode(falling_due.floating).decode()


@dataclass(frozen=True, eq=False)
class Floats:
    """Floating rates by loan row, on a day, as columns of `StressColumns`; rates are scaled by 10^12.

    `told` are the loans whose terms tell how they float. A cap is that in force on the day; where there are `several`
    of them none is told.
    """

    told: Flags
    several: Flags
    spread: Integers
    index_floor: Integers
    rate_floor: Integers
    ceiling: Integers
    amortization_months: Integers
    actual_360: Flags
    cap_notional: Integers
    cap_strike: Integers


def floats_of(columns: Columns, on: datetime.date) -> Floats:
    """Return what the rates of all loans follow from; it is kept until a loan changes or another day is asked for."""
    key = (on, columns.clock)
    if columns.floating is None or columns.floating[0] != key:
        columns.floating = (key, _made(columns, on))
    found: Floats = columns.floating[1]
    return found


def _made(columns: Columns, on: datetime.date) -> Floats:
    count = columns.count
    no = np.zeros(count, np.bool_)
    found = Floats(
        told=no,
        several=no.copy(),
        spread=np.zeros(count, np.int64),
        index_floor=np.full(count, -RATE_SCALE, np.int64),
        rate_floor=np.full(count, -RATE_SCALE, np.int64),
        ceiling=np.full(count, RATE_SCALE, np.int64),
        amortization_months=np.zeros(count, np.int64),
        actual_360=no.copy(),
        cap_notional=np.zeros(count, np.int64),
        cap_strike=np.full(count, RATE_SCALE, np.int64),
    )
    for row, text in enumerate(columns.floats.all()):
        if text is not None:
            _tell(found, row, _decode(text), on)
    return found


def _tell(found: Floats, row: int, rate: FloatingRate, on: datetime.date) -> None:
    if rate.spread is None:
        return
    found.told[row] = True
    found.spread[row] = _rate(rate.spread)
    if rate.index_floor is not None:
        found.index_floor[row] = _rate(rate.index_floor)
    if rate.rate_floor is not None:
        found.rate_floor[row] = _rate(rate.rate_floor)
    if rate.ceiling is not None:
        found.ceiling[row] = _rate(rate.ceiling)
    found.amortization_months[row] = rate.amortization_months or 0
    found.actual_360[row] = rate.day_count is DayCount.ACTUAL_360
    caps = [cap for cap in rate.caps if _in_force(cap, on)]
    if len(caps) == 1:
        found.cap_notional[row] = scaled(caps[0].notional, MONEY_PLACES)
        found.cap_strike[row] = _rate(caps[0].strike)
    found.several[row] = len(caps) > 1


def _in_force(cap: PurchasedCap, on: datetime.date) -> bool:
    return (cap.first is None or cap.first <= on) and (cap.last is None or on <= cap.last)


def _rate(rate: Decimal) -> int:
    return scaled(rate, RATE_DECIMALS)
