"""Periods: how a loan's time is cut, from weekly to annual."""

from realinsights_finance.time.intervals import Interval, both_days
from realinsights_finance.time.periods import (
    AccrualPeriod,
    AnchorOutside,
    EmptyPeriod,
    MaturityBeforeStart,
    PeriodRule,
    Stub,
    accrual_periods,
)

__all__ = [
    "AccrualPeriod",
    "AnchorOutside",
    "EmptyPeriod",
    "Interval",
    "MaturityBeforeStart",
    "PeriodRule",
    "Stub",
    "accrual_periods",
    "both_days",
]
