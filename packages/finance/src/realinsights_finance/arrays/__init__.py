"""The schedule of many loans at once: numpy columns of integer cents, every cell equal to the Decimal one."""

from realinsights_finance.arrays.columns import DAY_COUNTS, RATE_SCALE, TermsColumns
from realinsights_finance.arrays.floating_schedules import FloatingScheduleArrays, floating_schedules
from realinsights_finance.arrays.floating_terms import NO_CEILING, NO_FLOOR, FloatingColumns
from realinsights_finance.arrays.loan_columns import FIRST_RATE, LoanColumns
from realinsights_finance.arrays.payments import level_payments
from realinsights_finance.arrays.rate_changes import RateChanges
from realinsights_finance.arrays.schedules import ScheduleArrays, schedules, unpaid_balances

__all__ = [
    "DAY_COUNTS",
    "FIRST_RATE",
    "NO_CEILING",
    "NO_FLOOR",
    "RATE_SCALE",
    "FloatingColumns",
    "FloatingScheduleArrays",
    "LoanColumns",
    "RateChanges",
    "ScheduleArrays",
    "TermsColumns",
    "floating_schedules",
    "level_payments",
    "schedules",
    "unpaid_balances",
]
