"""Exact schedules of many loans, beside QuantLib and numpy-financial on a sample of the same loans."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy_financial
import QuantLib

from benchmarks.machine import REFERENCE, Limit, cpu_seconds, limit, schedules_seconds
from benchmarks.table import Row
from realinsights_finance.arrays.columns import DAY_COUNTS, RATE_SCALE, TermsColumns
from realinsights_finance.arrays.schedules import schedules
from realinsights_finance.day_count import DayCount
from realinsights_finance.rounding import InterestRounding, PaymentRounding
from realinsights_finance.schedule import schedule

LOANS = 100_000
MONTHS = 120
SAMPLE = 500
TARGET = 0.3  # seconds where QuantLib takes QUANTLIB: the other rows' targets are scaled by this row, so it is not
QUANTLIB = 60.0
ANY_ROUNDING = 0.5
ONE_LOAN = 0.001
RUNS = 50


def many_loans(loans: int) -> TermsColumns:
    """Return ten-year balloon loans, Actual/360 on 30-year amortization, a fifth of them interest-only at first."""
    draw = np.random.default_rng(20251231)
    first = (np.datetime64("2020-01", "M") + draw.integers(0, 48, loans)).astype("datetime64[D]")
    return TermsColumns(
        principal=draw.integers(1_000_000_00, 90_000_000_00, loans),
        rate=draw.integers(3000, 8000, loans) * (RATE_SCALE // 100_000),
        start=(first.astype("datetime64[M]") - 1).astype("datetime64[D]"),
        first_payment=first,
        maturity=(first.astype("datetime64[M]") + MONTHS - 1).astype("datetime64[D]"),
        day_count=np.full(loans, DAY_COUNTS.index(DayCount.ACTUAL_360), dtype=np.int64),
        months=np.ones(loans, dtype=np.int64),
        payment_day=np.ones(loans, dtype=np.int64),
        amortization_months=np.full(loans, 360, dtype=np.int64),
        interest_only_months=np.where(draw.random(loans) < 0.2, 24, 0).astype(np.int64),
        payment=np.zeros(loans, dtype=np.int64),
        effective_rate=np.zeros(loans, dtype=bool),
        amortization_from_closing=np.zeros(loans, dtype=bool),
    )


def our_seconds() -> float:
    """Return the median CPU seconds of our arrays over all loans."""
    columns = many_loans(LOANS)
    return statistics.median(cpu_seconds(lambda: schedules(columns)) for _ in range(3))


def speed() -> Row:
    """Return what the other rows' targets in seconds are scaled by."""
    return Row(
        f"{LOANS:,} loans x {MONTHS} months of exact schedule, one core",
        f"{schedules_seconds():.2f} s",
        f"the machine of the targets: {REFERENCE} s; targets in seconds are scaled by it",
    )


def measure() -> list[Row]:
    """Time our arrays over all loans and the others over a sample, on one core, in turns."""
    columns = many_loans(LOANS)
    sample = columns.take(slice(0, SAMPLE))
    ours, quantlib, financial = [], [], []
    for _ in range(3):
        ours.append(cpu_seconds(lambda: schedules(columns)))
        quantlib.append(cpu_seconds(lambda: _quantlib(sample)) / SAMPLE * LOANS)
        financial.append(cpu_seconds(lambda: _numpy_financial(sample)) / SAMPLE * LOANS)
    seconds, theirs, plain = (statistics.median(each) for each in (ours, quantlib, financial))
    allowed = Limit(TARGET, TARGET * max(1.0, theirs / QUANTLIB))
    return [
        Row(
            f"{LOANS:,} loans x {MONTHS} months of exact schedule, one core",
            f"{seconds:.2f} s = {theirs / seconds:.0f} x QuantLib",
            f"QuantLib {theirs:.0f} s; numpy-financial {plain:.0f} s (30/360, unrounded); both from {SAMPLE} loans",
            f"{allowed.told} and >= 50 x",
            allowed.met(seconds) and theirs / seconds >= 50,
        ),
        _any_rounding(columns, sample),
        _one_loan(columns, sample),
    ]


def _any_rounding(columns: TermsColumns, sample: TermsColumns) -> Row:
    """Time each rounding of interest, of the payment and of the rate of a day, and all of them side by side."""
    loans, draw = len(columns), np.random.default_rng(20251231)
    zeros = np.zeros(loans, dtype=np.int64)
    kinds = {
        f"interest {kind.value}": {"interest_rounding": zeros + place} for place, kind in enumerate(InterestRounding)
    }
    kinds |= {
        f"payment {kind.value}": {"payment_rounding": zeros + place} for place, kind in enumerate(PaymentRounding)
    }
    kinds["daily rate to 8 decimals"] = {"daily_rate_decimals": zeros + 8}
    kinds["all side by side"] = {
        "interest_rounding": draw.integers(0, len(InterestRounding), loans),
        "payment_rounding": draw.integers(0, len(PaymentRounding), loans),
    }
    took = {
        words: statistics.median(cpu_seconds(lambda: schedules(replace(columns, **changes))) for _ in range(3))  # noqa: B023
        for words, changes in kinds.items()
    }
    slowest = max(took, key=lambda words: took[words])
    theirs = cpu_seconds(lambda: _quantlib(sample, QuantLib.ClosestRounding(2))) / SAMPLE * LOANS
    allowed = limit(ANY_ROUNDING)
    return Row(
        f"{LOANS:,} loans x {MONTHS} months in each of {len(kinds)} roundings, to the cent, one core: the slowest",
        f"{took[slowest]:.2f} s ({slowest})",
        f"QuantLib {theirs:.0f} s, balances rounded by its own, half up alone, from {SAMPLE} loans",
        allowed.told,
        allowed.met(took[slowest]),
    )


def _one_loan(columns: TermsColumns, sample: TermsColumns) -> Row:
    """Time the schedule of one loan with all its dates, its best of many runs: a millisecond is short."""
    terms, one = columns.terms(0), sample.take(slice(0, 1))
    ours, theirs = _best(lambda: schedule(terms)), _best(lambda: _quantlib(one))
    allowed = limit(ONE_LOAN)
    return Row(
        f"one loan's schedule of {MONTHS} months, in Decimal, with its dates",
        f"{ours * 1e3:.2f} ms",
        f"QuantLib, in floats: {theirs * 1e3:.2f} ms",
        allowed.told,
        allowed.met(ours),
    )


def _best(run: Callable[[], object]) -> float:
    return min(_wall(run) for _ in range(RUNS))


def _wall(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def _quantlib(columns: TermsColumns, rounding: QuantLib.Rounding | None = None) -> float:
    """Build each loan as an amortizing bond and read its interest and principal, as a user of the library would."""
    rounded = (lambda amount: amount) if rounding is None else rounding
    total = 0.0
    for index in range(len(columns)):
        terms = columns.terms(index)
        start = QuantLib.Date(terms.start.day, terms.start.month, terms.start.year)
        calendar = QuantLib.Schedule(
            start, start + QuantLib.Period(MONTHS, QuantLib.Months), QuantLib.Period(QuantLib.Monthly),
            QuantLib.NullCalendar(), QuantLib.Unadjusted, QuantLib.Unadjusted, QuantLib.DateGeneration.Backward, False,
        )  # fmt: skip
        rate, balance = float(terms.rate), float(terms.principal)
        day_count = QuantLib.Actual360()
        payment = rounded(balance * rate / 12 / (1 - (1 + rate / 12) ** -360))
        balances, dates = [], list(calendar)
        for number in range(MONTHS):
            balances.append(balance)
            if number >= terms.interest_only_months:
                balance -= payment - rounded(balance * rate * day_count.yearFraction(dates[number], dates[number + 1]))
        bond = QuantLib.AmortizingFixedRateBond(0, balances, calendar, [rate], day_count)
        total += sum(flow.amount() for flow in bond.cashflows())
    return total


def _numpy_financial(columns: TermsColumns) -> float:
    """Ask for each loan's interest and principal by month; it knows neither Actual/360 nor cents."""
    months = np.arange(1, MONTHS + 1)
    total = 0.0
    for index in range(len(columns)):
        terms = columns.terms(index)
        rate, balance = float(terms.rate) / 12, float(terms.principal)
        interest = numpy_financial.ipmt(rate, months, 360, -balance)
        total += float(interest.sum() + numpy_financial.ppmt(rate, months, 360, -balance).sum())
    return total
