"""Exact schedules of many floating loans, beside QuantLib's floating coupons on a sample of the same loans."""

from __future__ import annotations

import datetime
import statistics
from decimal import Decimal

import numpy as np
import QuantLib

from benchmarks.machine import cpu_seconds, limit
from benchmarks.rows.schedules import MONTHS, many_loans
from benchmarks.table import Row
from realinsights_finance.arrays import (
    NO_CEILING,
    NO_FLOOR,
    RATE_SCALE,
    FloatingColumns,
    LoanColumns,
    RateChanges,
    floating_schedules,
)
from realinsights_finance.business_days import HolidayCalendar
from realinsights_finance.rates import FloatingTerms, ForwardCurve, IndexRounding, Market
from realinsights_finance.rates.fixings import Fixings

LOANS = 100_000
SAMPLE = 100
TARGET = 1.0
BASIS_POINT = RATE_SCALE // 10_000
BEGIN = datetime.date(2019, 11, 15)
CURVE = tuple(
    (datetime.date(2019 + month // 12, month % 12 + 1, 1), Decimal(15_000 + month * 7919 % 40_000).scaleb(-6))
    for month in range(11, 11 + 4 * 12 + MONTHS + 2)
)
MARKET = Market(
    business_date=BEGIN,
    fixings=Fixings(),
    curves=(ForwardCurve(index="monthly", as_of=BEGIN, points=CURVE),),
)
READINGS = tuple(
    FloatingTerms(
        index="monthly", spread=Decimal(0), rounding=rounding, determination_lag=lag, determination_calendar=calendar
    )
    for rounding, lag, calendar in (
        (IndexRounding.NONE, 2, HolidayCalendar.SOFR),
        (IndexRounding.UP_THOUSANDTH, 2, HolidayCalendar.US_GOVERNMENT_BOND),
        (IndexRounding.NEAREST_EIGHTH, 0, HolidayCalendar.FEDERAL_RESERVE),
    )
)


def many_floating_loans(loans: int) -> LoanColumns:
    """Return ten-year floating loans, Actual/360, on the dates of `many_loans`.

    Half amortize over 30 years with a payment computed anew each time the rate changes, half are interest-only. One of
    ten has a fixed rate for three years first, two are set every three months. All have index floors, some a rate floor
    or a ceiling.
    """
    terms, draw = many_loans(loans), np.random.default_rng(20251231)
    number = np.arange(loans)
    amortizes = draw.random(loans) < 0.5
    terms.amortization_months[~amortizes] = 0
    terms.interest_only_months[~amortizes] = 0
    floating = FloatingColumns(
        spread=draw.integers(150, 500, loans) * BASIS_POINT,
        adjustment=np.zeros(loans, dtype=np.int64),
        index_floor=draw.integers(0, 300, loans) * BASIS_POINT,
        rate_floor=np.where(draw.random(loans) < 0.3, 450 * BASIS_POINT, NO_FLOOR),
        ceiling=np.where(draw.random(loans) < 0.3, 900 * BASIS_POINT, NO_CEILING),
        floor_on_adjusted=np.zeros(loans, dtype=bool),
        reading=draw.integers(0, len(READINGS), loans),
        readings=READINGS,
    )
    kind = draw.random(loans)
    hybrid, quarterly = np.flatnonzero(kind < 0.1), np.flatnonzero(kind > 0.8)
    since = terms.start.copy()
    since[hybrid] = (since[hybrid].astype("datetime64[M]") + 36).astype("datetime64[D]")
    monthly = np.flatnonzero(kind <= 0.8)
    months = np.full(len(quarterly), 3)
    changes = RateChanges.joined(
        RateChanges.stated(hybrid, terms.start[hybrid], terms.rate[hybrid]),
        RateChanges.floating(monthly, since[monthly], number[monthly]),
        RateChanges.resetting(
            quarterly,
            terms.start[quarterly],
            number[quarterly],
            first_reset=(terms.start[quarterly].astype("datetime64[M]") + 3).astype("datetime64[D]"),
            months=months,
            day=np.ones(len(quarterly), dtype=np.int64),
            until=terms.maturity[quarterly],
        ),
    )
    return LoanColumns(terms=terms, changes=changes, floating=floating, reamortizes=amortizes)


def measure() -> Row:
    """Time all loans on one core, in turns with QuantLib on a sample of them."""
    columns = many_floating_loans(LOANS)
    sample = columns.take(np.arange(SAMPLE))
    ours, theirs = [], []
    for _ in range(3):
        ours.append(cpu_seconds(lambda: floating_schedules(columns, MARKET)))
        theirs.append(cpu_seconds(lambda: _quantlib(sample)) / SAMPLE * LOANS)
    seconds, quantlib = statistics.median(ours), statistics.median(theirs)
    allowed = limit(TARGET)
    return Row(
        f"{LOANS:,} floating loans x {MONTHS} months of exact schedule on a monthly curve, one core",
        f"{seconds:.2f} s = {quantlib / seconds:.0f} x QuantLib",
        f"QuantLib {quantlib:.0f} s, in floats, from {SAMPLE} loans",
        allowed.told,
        allowed.met(seconds),
    )


def _quantlib(columns: LoanColumns) -> float:
    """Read each loan's rates from coupons with a floor and a cap, and amortize by hand, which QuantLib does not."""
    begin, first = QuantLib.Date(BEGIN.day, BEGIN.month, BEGIN.year), CURVE[0][1]
    QuantLib.Settings.instance().evaluationDate = begin
    calendar, day_count = QuantLib.UnitedStates(QuantLib.UnitedStates.GovernmentBond), QuantLib.Actual360()
    points = [(begin, first), *((QuantLib.Date(day.day, day.month, day.year), rate) for day, rate in CURVE)]
    curve = QuantLib.ForwardCurve([day for day, _ in points], [float(rate) for _, rate in points], day_count)
    index = QuantLib.IborIndex(
        "monthly", QuantLib.Period(1, QuantLib.Months), 2, QuantLib.USDCurrency(), calendar,
        QuantLib.Unadjusted, False, day_count, QuantLib.YieldTermStructureHandle(curve),
    )  # fmt: skip
    volatility = QuantLib.ConstantOptionletVolatility(begin, calendar, QuantLib.Unadjusted, 1e-9, day_count)
    pricer = QuantLib.BlackIborCouponPricer(QuantLib.OptionletVolatilityStructureHandle(volatility))
    return sum(_one_by_quantlib(columns, loan, index, pricer) for loan in range(len(columns)))


def _one_by_quantlib(
    columns: LoanColumns, loan: int, index: QuantLib.IborIndex, pricer: QuantLib.BlackIborCouponPricer
) -> float:
    terms, floating, changes = columns.terms, columns.floating, columns.changes
    mine = np.flatnonzero(changes.loan == loan)
    start = terms.start[loan].item()
    begin = QuantLib.Date(start.day, start.month, start.year)
    schedule = QuantLib.Schedule(
        begin, begin + QuantLib.Period(MONTHS, QuantLib.Months), QuantLib.Period(QuantLib.Monthly),
        QuantLib.NullCalendar(), QuantLib.Unadjusted, QuantLib.Unadjusted, QuantLib.DateGeneration.Backward, False,
    )  # fmt: skip
    row = int(changes.terms[mine[-1]])
    spread = floating.spread[row] / RATE_SCALE
    least = max(floating.index_floor[row] / RATE_SCALE + spread, floating.rate_floor[row] / RATE_SCALE)
    leg = QuantLib.IborLeg(
        [1.0], schedule, index, QuantLib.Actual360(), QuantLib.Unadjusted, [2], [1.0], [spread],
        [max(floating.ceiling[row] / RATE_SCALE, least)], [least],
    )  # fmt: skip
    QuantLib.setCouponPricer(leg, pricer)
    coupons = [QuantLib.as_floating_rate_coupon(flow) for flow in leg]
    rates = [coupon.rate() for coupon in coupons]
    if len(mine) > 2:  # set every three months
        rates = [rates[month - month % 3] for month in range(MONTHS)]
    elif len(mine) == 2:  # fixed for three years
        rates[:36] = [changes.rate[mine[0]] / RATE_SCALE] * 36
    balance, total, paid, before = terms.principal[loan] / 100, 0.0, 0.0, None
    for month, (rate, coupon) in enumerate(zip(rates, coupons, strict=True)):
        interest = balance * rate * coupon.accrualPeriod()
        left = 360 - (month - int(terms.interest_only_months[loan]))
        if terms.amortization_months[loan] and left <= 360:
            if rate != before:
                paid, before = balance * rate / 12 / (1 - (1 + rate / 12) ** -left), rate
            balance -= max(paid - interest, 0)
        total += interest
    return total + balance
