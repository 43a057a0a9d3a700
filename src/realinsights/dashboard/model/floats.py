"""What floating loans' rates follow from, as texts by row until somebody asks, and then as arrays."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

import msgspec
import numpy as np

from realinsights.contracts.loans import FallingDue, FloatingRate, PurchasedCap
from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.model.exact import MONEY_PLACES, Flags, Integers, scaled
from realinsights_finance.day_count import DayCount
from realinsights_finance.portfolio.stress_columns import NO_FLOOR_STRIKE, RATE_SCALE
from realinsights_finance.terms import RATE_DECIMALS

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(FloatingRate).decode


def floating_text(falling_due: FallingDue) -> str | None:
    """Return what a loan's rate follows from as text; None of a loan that does not float, or was not told."""
    return None if falling_due.floating is None else _encode(falling_due.floating).decode()


class Hedges(IntEnum):
    """Knowledge of what the hedges in force pay."""

    KNOWN = 0
    SEVERAL = 1
    NOT_TOLD = 2
    NO_INDEX = 3


@dataclass(frozen=True, eq=False)
class Floats:
    """Floating rates by loan row, on a day, as columns of `StressColumns`; rates are scaled by 10^12.

    `told` are the loans whose terms tell how they float; those `fixed` bear their first, fixed rate on the day. A cap
    is the hedge in force on the day; `hedges` says as `Hedges` why it is not told.
    """

    told: Flags
    fixed: Flags
    hedges: Integers
    spread: Integers
    index_floor: Integers
    rate_floor: Integers
    ceiling: Integers
    amortization_months: Integers
    actual_360: Flags
    cap_notional: Integers
    cap_strike: Integers
    floor_strike: Integers


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
        fixed=no.copy(),
        hedges=np.zeros(count, np.int64),
        spread=np.zeros(count, np.int64),
        index_floor=np.full(count, -RATE_SCALE, np.int64),
        rate_floor=np.full(count, -RATE_SCALE, np.int64),
        ceiling=np.full(count, RATE_SCALE, np.int64),
        amortization_months=np.zeros(count, np.int64),
        actual_360=no.copy(),
        cap_notional=np.zeros(count, np.int64),
        cap_strike=np.full(count, RATE_SCALE, np.int64),
        floor_strike=np.full(count, NO_FLOOR_STRIKE, np.int64),
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
    if rate.fixed_rate is not None and rate.fixed_until is not None and on < rate.fixed_until:
        found.fixed[row] = True
        found.rate_floor[row] = found.ceiling[row] = _rate(rate.fixed_rate)
    caps = [cap for cap in rate.caps if _in_force(cap, on)]
    if len(caps) > 1:
        found.hedges[row] = Hedges.SEVERAL
    elif caps and not caps[0].told:
        found.hedges[row] = Hedges.NOT_TOLD
    elif caps and found.fixed[row]:
        found.hedges[row] = Hedges.NO_INDEX
    elif caps:
        found.cap_notional[row] = scaled(caps[0].notional, MONEY_PLACES)
        found.cap_strike[row] = _rate(caps[0].strike)
        if caps[0].floor_strike is not None:
            found.floor_strike[row] = _rate(caps[0].floor_strike)


def _in_force(cap: PurchasedCap, on: datetime.date) -> bool:
    return (cap.first is None or cap.first <= on) and (cap.last is None or on <= cap.last)


def _rate(rate: Decimal) -> int:
    return scaled(rate, RATE_DECIMALS)
