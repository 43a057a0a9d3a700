"""Yield maintenance and defeasance of many loans on many dates, in binary floats that say how far off they may be."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.arrays.calendar import month_index
from realinsights_finance.prepayment.regimes import (
    BetweenMaturities,
    Discounting,
    Formula,
    MatchedTo,
    MonthsLeft,
    YieldMaintenance,
)
from realinsights_finance.prepayment.treasury import Treasury, TreasuryCurve, reinvestment_rate
from realinsights_finance.prepayment.windows import Ends, Floats, Whole, Window

_ROUNDING = 2.5e-16  # a little more than what a sum, a product and a factor lose of a value
_FEW = 10
_RATE_ERROR = 1e-16
_TIE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """Cents lost, by date and loan, each within `error` of the exact ones, or further off where there is `doubt`."""

    cents: Floats
    error: Floats
    doubt: NDArray[np.bool_]


def yield_maintenance_losses(
    regime: YieldMaintenance,
    left: Window,
    end: Ends,
    asked: NDArray[np.bool_],
    *,
    treasury: Treasury,
) -> Losses:
    """Return what `loss` gives on the whole balance for each payment date (row) of each loan (column).

    Only what is `asked` is meant; the rest is nothing in particular. Raises CurveTooShort where an asked term is longer
    than the curve.
    """
    dates = len(asked)
    columns = left.computed.columns.take(left.loans)
    gaps = np.where(np.arange(len(left.gaps))[:, np.newaxis] <= end.last, left.gaps, 0)
    elapsed = np.cumsum(gaps, axis=0)
    term = np.maximum(elapsed[-1] + end.days - elapsed[:dates], 0)
    yearly, doubt = _reinvestment_rates(regime, left, end, asked, treasury=treasury, gaps=gaps, term=term)
    balance = left.after[:dates].astype(np.float64)
    difference = columns.rate / 1e12 - yearly
    log = np.log1p(yearly / 12) if regime.discounting is Discounting.NOMINAL else np.log1p(yearly / 2) / 6
    periods = (_FEW + len(gaps)) * _ROUNDING
    if regime.formula is Formula.REMAINING_PAYMENTS:
        value = _present_values(left, end, log, flows=left.payments, rest=end.balance + end.interest, dates=dates)
        return Losses(value - balance, value * periods, doubt)
    if regime.formula is Formula.DIFFERENCE_ON_SCHEDULED_BALANCE:
        flows, rest = left.before * left.gaps / 360, end.balance * end.days / 360
        years = _present_values(left, end, log, flows=flows, rest=rest, dates=dates)
    else:
        months = _months_left(regime.months_left, left, end, term)
        if regime.formula is Formula.ANNUAL_FACTOR:
            years = balance * _annuity(months / 12, np.broadcast_to(yearly, balance.shape))
        else:
            years = balance * _annuity(months, np.broadcast_to(np.expm1(log), balance.shape)) / 12
    return Losses(years * difference, years * (np.abs(difference) * periods + _RATE_ERROR), doubt)


def defeasance_costs(
    left: Window, end: Ends, asked: NDArray[np.bool_], *, factor: Callable[[datetime.date], Decimal]
) -> Losses:
    """Return the cost of the strips less the balance for each payment date (row) of each loan (column)."""
    dates = len(asked)
    rows = np.arange(len(left.gaps))[:, np.newaxis]
    within = rows <= end.last
    days, places = np.unique(np.concatenate([np.where(within, left.due, end.day), [end.day]]), return_inverse=True)
    values = np.array([float(factor(day)) for day in days.astype("datetime64[D]").tolist()])
    discount = values[places.reshape(len(left.gaps) + 1, -1)]
    flows = np.where(within, left.payments * discount[:-1], 0.0)
    later = np.cumsum(flows[::-1], axis=0)[::-1]
    following = np.vstack([later[1:], np.zeros((1, later.shape[1]))])[:dates]
    rest = np.where(rows[:dates] <= end.last, (end.balance + end.interest) * discount[-1], 0.0)
    value = (following + rest) / discount[:dates]
    balance = left.after[:dates]
    return Losses(value - balance, value * (_FEW + len(rows)) * _ROUNDING, np.zeros(value.shape, dtype=np.bool_))


def _reinvestment_rates(
    regime: YieldMaintenance,
    left: Window,
    end: Ends,
    asked: NDArray[np.bool_],
    *,
    treasury: Treasury,
    gaps: Whole,
    term: Whole,
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the yearly rates, one for all or one each, and where it is in doubt which side a rounding turns to."""
    none = np.zeros(asked.shape, dtype=np.bool_)
    if not isinstance(treasury, TreasuryCurve):
        return np.array(float(reinvestment_rate(regime, treasury, Fraction(0)))), none
    if regime.matched_to is MatchedTo.MATURITY:
        days, places = np.unique(np.where(asked, term, 0), return_inverse=True)
        each = [float(reinvestment_rate(regime, treasury, Fraction(count, 30))) for count in days.tolist()]
        return np.array(each)[places.reshape(asked.shape)], none
    weights = np.cumsum(left.before * gaps, axis=0)
    weighted = weights[-1] + end.balance * end.days - weights[: len(asked)]
    months = np.where(asked, weighted / (30 * np.maximum(left.after[: len(asked)], 1)), 0.0)
    return _interpolated(regime, treasury, months)


def _interpolated(
    regime: YieldMaintenance, treasury: TreasuryCurve, months: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the yearly rates of terms that are nearly exact, and where that may not be enough."""
    maturities = np.array([point[0] for point in treasury.points], dtype=np.float64)
    yields = np.array([float(point[1]) for point in treasury.points])
    longest = float(months.max(initial=0.0))
    if longest > maturities[-1] + _TIE:
        treasury.check_reach(Fraction(longest))
    # What is barely past the longest maturity is left to the plain computation, which refuses it.
    doubt = np.abs(months - maturities[-1]) < _TIE
    if regime.between_maturities is BetweenMaturities.NEAREST:
        middles = (maturities[:-1] + maturities[1:]) / 2
        found = yields[np.searchsorted(middles, months)]
        doubt |= (np.abs(months[..., np.newaxis] - middles) < _TIE).any(axis=-1)
    else:
        found = np.interp(months, maturities, yields)
    if regime.yield_decimals is not None:
        scaled = found * 10.0**regime.yield_decimals + 0.5
        doubt |= np.abs(scaled - np.rint(scaled)) < _TIE * 10.0 ** max(regime.yield_decimals - 6, 0)
        found = np.floor(scaled) / 10.0**regime.yield_decimals
    return found + float(regime.spread), doubt


def _present_values(
    left: Window,
    end: Ends,
    monthly_log: Floats,
    *,
    flows: NDArray[np.float64] | Whole,
    rest: NDArray[np.float64] | Whole,
    dates: int,
) -> Floats:
    """Return the value on each date, at its rate, of the flows after it up to the end and of the rest that is left."""
    rows, loans = left.gaps.shape
    months = left.computed.columns.months[left.loans]
    log = np.broadcast_to(monthly_log, (dates, loans) if monthly_log.ndim else (1, loans))
    step, stub = np.exp(-log * months), np.exp(-log * end.days / 30) * rest
    # The last period may be longer or shorter than the others, and an end before it cuts the flows off.
    odd = (left.gaps != 30 * months) & (left.before > 0) & (np.arange(rows)[:, np.newaxis] <= end.last)
    odd[0] = False  # no date of the window is before its first installment
    cuts = _by_row(np.flatnonzero(rest > 0), end.last)
    kept = np.where(np.arange(rows)[:, np.newaxis] <= end.last, flows, 0).astype(np.float64)
    value = np.zeros((dates, loans))
    each = len(step) > 1
    for row in range(rows - 1, -1, -1):
        if row in cuts:
            some = cuts[row]
            value[: row + 1, some] += stub[: row + 1, some] if each else stub[:, some]
        count = min(row, dates)
        earlier = value[:count]
        earlier += kept[row]
        if odd[row].any():
            some = np.flatnonzero(odd[row])
            more = np.exp(-log[:, some] * (left.gaps[row, some] / 30 - months[some]))
            earlier[:, some] *= more[:count] if each else more
        earlier *= step[:count] if each else step
    return value


def _by_row(loans: NDArray[np.intp], rows: Whole) -> dict[int, NDArray[np.intp]]:
    found: dict[int, list[int]] = {}
    for loan in loans.tolist():
        found.setdefault(int(rows[loan]), []).append(loan)
    return {row: np.array(some, dtype=np.intp) for row, some in found.items()}


def _annuity(count: Floats | Whole, rate: Floats) -> Floats:
    """Return (1 - (1 + rate)^-count) / rate, and the count where the rate is zero."""
    worth = -np.expm1(-count * np.log1p(rate))
    return np.divide(worth, rate, out=np.asarray(count, dtype=np.float64).copy(), where=rate != 0)


def _months_left(rule: MonthsLeft, left: Window, end: Ends, term: Whole) -> Whole:
    if rule is MonthsLeft.WHOLE:
        return np.asarray(term // 30)
    last = end.day.astype("datetime64[D]")
    ends_month = month_index((end.day + 1).astype("datetime64[D]")) != month_index(last)
    begun = month_index(left.due[: len(term)].astype("datetime64[D]"))
    return np.asarray(np.maximum(month_index(last) - begun - np.where(ends_month, 0, 1), 0))
